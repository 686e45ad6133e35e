//! Rights for people: a paragraph a subject, the ways up first, then role by role the bindings that
//! give it and its rules, each with its place.

use std::io::{self, Write};

use super::{
    AccessView, BuildAccess, GivenAccess, ObjectAccess, RoleAccess, RuleAccess, Spot, StepAccess,
    SubjectAccess, WayAccess,
};
use crate::Options;
use crate::paint::Paint;

/// Bindings of one role that are listed; JSON has all.
const BINDINGS: usize = 10;

/// Namespaces of one way up that are named.
const NAMESPACES: usize = 5;

pub(super) fn write(view: &AccessView, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint { color: options.color, unicode: options.unicode, hyperlinks: false };
    let several = view.builds.len() > 1;
    let mut first = true;
    for build in &view.builds {
        if several {
            let gap = if first { "" } else { "\n" };
            writeln!(out, "{gap}{}", paint.bold(&paint.clean(&format!("# {}", build.name))))?;
        }
        write_build(build, paint, first && !several, out)?;
        first = false;
    }
    if view.builds.iter().all(|build| build.subjects.is_empty()) {
        writeln!(out, "No workload, account or binding is in the input.")?;
    }
    Ok(())
}

fn write_build(
    build: &BuildAccess,
    paint: Paint,
    mut first: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    for subject in &build.subjects {
        if !first {
            writeln!(out)?;
        }
        first = false;
        write_subject(subject, paint, out)?;
    }
    Ok(())
}

fn write_subject(subject: &SubjectAccess, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let name = full(subject.namespace.as_deref(), &subject.name);
    let head = paint.bold(&paint.clean(&format!("{} {name}", subject.kind)));
    writeln!(out, "{head}{}", at(subject.place.as_ref(), paint))?;
    for workload in &subject.workloads {
        let name = full(workload.namespace.as_deref(), workload.name.as_deref().unwrap_or("?"));
        let words = paint.clean(&format!("{} {name}", workload.kind));
        let token = match workload.token {
            "yes" => "",
            "no" => ", without a token",
            _ => ", perhaps without a token",
        };
        writeln!(out, "  runs {words}{token}{}", at(Some(&workload.place), paint))?;
    }
    for cloud in &subject.cloud_identities {
        let words = paint.clean(&format!("{} {}", cloud.what, cloud.identity));
        writeln!(out, "  is {words} outside of the cluster{}", at(Some(&cloud.place), paint))?;
    }
    if subject.is_master {
        let words = "may do everything: the API server asks no role of this group";
        writeln!(out, "  {}", paint.red(&format!("! {words}")))?;
    }
    for way in &subject.ways_up {
        write_way(way, paint, out)?;
    }
    for role in &subject.roles {
        write_role(role, paint, out)?;
    }
    if subject.roles.is_empty() && !subject.is_master {
        writeln!(out, "  has no rights by what is in view")?;
    }
    Ok(())
}

fn write_way(way: &WayAccess, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let perhaps = if way.sure { "" } else { "perhaps " };
    let place = if way.cluster { String::new() } else { format!(" of {}", places(way)) };
    let leads = match way.direct {
        true => format!("leads to: {}", way.leads_to),
        false => format!("with a further step leads to: {}", way.leads_to),
    };
    let words = paint.clean(&format!("! {perhaps}may {}{place}", way.may));
    writeln!(out, "  {} ({}; {leads})", paint.red(&words), way.name)?;
    for step in &way.steps {
        writeln!(out, "      {}", step_words(step, paint))?;
    }
    Ok(())
}

/// "namespace shop", "namespaces a, b and 3 more", "its own namespace".
fn places(way: &WayAccess) -> String {
    let (stated, unstated): (Vec<_>, Vec<_>) =
        way.namespaces.iter().map(Option::as_deref).partition(Option::is_some);
    let named: Vec<&str> = stated.iter().copied().flatten().take(NAMESPACES).collect();
    let more = match stated.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let word = if stated.len() == 1 { "namespace" } else { "namespaces" };
    let stated = format!("{word} {}{more}", named.join(", "));
    match (named.is_empty(), unstated.is_empty()) {
        (true, _) => "its own namespace".to_owned(),
        (false, true) => stated,
        (false, false) => format!("its own namespace and {stated}"),
    }
}

fn step_words(step: &StepAccess, paint: Paint) -> String {
    let arrow = arrow(paint);
    let mut words = object(&step.binding, paint);
    for role in std::iter::once(&step.role).chain(&step.from) {
        words += &format!(" {arrow} {}", object(role, paint));
    }
    let right = match (step.verb, step.resource) {
        ("*", "*") => "everything".to_owned(),
        (verb, resource) => format!("{verb} on {resource}"),
    };
    words + &format!(" {arrow} {right}{}", at(step.rule.as_ref(), paint))
}

fn write_role(role: &RoleAccess, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let state = match role.state {
        "built-in" => ", built in",
        "not-in-view" => ", which is not in view: its rights are not known",
        _ => "",
    };
    let name = full(role.role.namespace.as_deref(), &role.role.name);
    let words = paint.clean(&format!("{} {name}", role.role.kind));
    writeln!(out, "  {}{state}{}", paint.cyan(&words), at(role.role.place.as_ref(), paint))?;
    for given in role.given_by.iter().take(BINDINGS) {
        writeln!(out, "    {}", given_words(given, paint))?;
    }
    if role.given_by.len() > BINDINGS {
        writeln!(out, "    and by {} more bindings", role.given_by.len() - BINDINGS)?;
    }
    for rule in &role.rules {
        write_rule(rule, paint, out)?;
    }
    if role.open && role.state != "not-in-view" {
        writeln!(out, "      and rights that are filled in elsewhere")?;
    }
    Ok(())
}

fn given_words(given: &GivenAccess, paint: Paint) -> String {
    let place = match (given.cluster, given.binding.namespace.as_deref()) {
        (true, _) => "in every namespace".to_owned(),
        (false, Some(namespace)) => format!("in namespace {namespace}"),
        (false, None) => "in its own namespace".to_owned(),
    };
    let through = given.through.as_ref().map(|whom| format!(" through {whom}"));
    let perhaps = if given.sure { "" } else { ", perhaps" };
    let words = paint.clean(&format!("{place}{}{perhaps} by ", through.unwrap_or_default()));
    words + &object(&given.binding, paint)
}

fn write_rule(rule: &RuleAccess, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let mark = if rule.ways_up.is_empty() { " " } else { "!" };
    let mut words = match rule.verbs.iter().any(|verb| verb == "*") {
        true => "every verb".to_owned(),
        false => rule.verbs.join(", "),
    };
    if !rule.resources.is_empty() {
        words += &format!(" on {}", resources(rule));
    }
    if !rule.non_resource_urls.is_empty() {
        words += &format!(" on {}", rule.non_resource_urls.join(", "));
    }
    if !rule.resource_names.is_empty() {
        words += &format!(", only {}", rule.resource_names.join(", "));
    }
    let words = paint.clean(&format!("{mark} {words}"));
    let words = if rule.ways_up.is_empty() { words } else { paint.red(&words) };
    let from = rule.from.as_ref().map(|role| format!(" from {}", object(role, paint)));
    writeln!(out, "      {words}{}{}", from.unwrap_or_default(), at(rule.place.as_ref(), paint))
}

/// Resources as kubectl writes them: `deployments.apps`; the groups apart when there are several.
fn resources(rule: &RuleAccess) -> String {
    let all = rule.resources.iter().any(|resource| resource == "*");
    let every = || match all {
        true => "every resource".to_owned(),
        false => rule.resources.join(", "),
    };
    match rule.api_groups.as_slice() {
        [group] if group.is_empty() && !all => every(),
        [group] if group != "*" && !all => {
            let full = |resource: &String| match resource.split_once('/') {
                Some((resource, rest)) => format!("{resource}.{group}/{rest}"),
                None => format!("{resource}.{group}"),
            };
            rule.resources.iter().map(full).collect::<Vec<_>>().join(", ")
        }
        groups if groups.iter().any(|group| group == "*") => format!("{} of every group", every()),
        groups => {
            let name = |group: &String| match group.as_str() {
                "" => "core".to_owned(),
                group => group.to_owned(),
            };
            let groups: Vec<String> = groups.iter().map(name).collect();
            format!("{} of {}", every(), groups.join(", "))
        }
    }
}

fn object(object: &ObjectAccess, paint: Paint) -> String {
    let name = full(object.namespace.as_deref(), &object.name);
    let words = paint.clean(&format!("{} {name}", object.kind));
    words + &at(object.place.as_ref(), paint)
}

fn full(namespace: Option<&str>, name: &str) -> String {
    match namespace {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name.to_owned(),
    }
}

/// A place after what it is the place of.
fn at(place: Option<&Spot>, paint: Paint) -> String {
    place.map_or_else(String::new, |place| {
        let words = paint.clean(&format!("{}:{}", place.path, place.line));
        format!(" {}", paint.dim(&format!("({words})")))
    })
}

const fn arrow(paint: Paint) -> &'static str {
    if paint.unicode { "→" } else { "->" }
}

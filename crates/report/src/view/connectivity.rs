//! `kubesift connectivity`: who reaches whom, as text, JSON, and graphs in the languages of
//! Graphviz and Mermaid. The same input gives the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kubesift_engine::model::reach::{Edge, EdgeEnd, IpRange, PortSet, Protocol, Reach, Table};
use kubesift_engine::model::{Direction, Graph, Match};
use kubesift_source::{Column, SourceFile, Span};
use serde::Serialize;

/// How connections are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One line a connection.
    Txt,
    /// One object, with the policies that decide and where they stand.
    Json,
    /// Graphviz.
    Dot,
    /// Mermaid's flowchart.
    Mermaid,
}

/// The connections of one build.
#[derive(Debug)]
pub struct Part<'p, 'a> {
    /// The build's name.
    pub name: &'p str,
    /// Its graph.
    pub graph: &'p Graph<'a>,
    /// Who reaches whom in it.
    pub reach: &'p Reach<'a>,
}

/// Writes the connections of builds.
///
/// # Errors
/// When JSON cannot be made, which no data brings about.
pub fn render(parts: &[Part<'_, '_>], format: Format) -> serde_json::Result<String> {
    let tables: Vec<(&Part<'_, '_>, Table<'_>)> =
        parts.iter().map(|part| (part, Table::new(part.graph, part.reach))).collect();
    Ok(match format {
        Format::Txt => txt(&tables),
        Format::Json => json(&tables)?,
        Format::Dot => dot(&tables),
        Format::Mermaid => mermaid(&tables),
    })
}

type Tables<'t, 'p, 'a> = [(&'t Part<'p, 'a>, Table<'a>)];

/// Addresses of version 6 are left out of all forms but JSON: policies seldom name them, and they
/// would double every line about the outside.
fn is_shown(edge: &Edge, table: &Table<'_>) -> bool {
    let v6 = |end: EdgeEnd| range(end, table).is_some_and(|range| range.first.is_ipv6());
    !v6(edge.from) && !v6(edge.to)
}

fn range<'t>(end: EdgeEnd, table: &'t Table<'_>) -> Option<&'t IpRange> {
    match end {
        EdgeEnd::External(at) => table.outside.get(at as usize),
        _ => None,
    }
}

fn shown<'t>(table: &'t Table<'_>) -> impl Iterator<Item = &'t Edge> {
    table.edges.iter().filter(|edge| is_shown(edge, table))
}

fn words(end: EdgeEnd, table: &Table<'_>) -> String {
    match end {
        EdgeEnd::External(_) => {
            range(end, table).map_or_else(String::new, |range| format!("{range}[External]"))
        }
        EdgeEnd::Unit(at) => {
            table.units.get(at as usize).map_or_else(String::new, |unit| unit.label.clone())
        }
        EdgeEnd::IngressController => "{ingress-controller}".to_owned(),
    }
}

/// The words of each set of ports. Those that pass only if something filled in later has the right
/// value come after `perhaps`.
fn port_words(table: &Table<'_>) -> Vec<String> {
    let words = table.ports.iter().map(|bounds| {
        if bounds.sure == bounds.possible {
            return bounds.sure.to_string();
        }
        let perhaps = format!("perhaps {}", bounds.possible.subtract(&bounds.sure));
        if bounds.sure.is_empty() { perhaps } else { format!("{}, {perhaps}", bounds.sure) }
    });
    words.collect()
}

fn txt(tables: &Tables<'_, '_, '_>) -> String {
    let mut out = String::new();
    for (at, (part, table)) in tables.iter().enumerate() {
        if tables.len() > 1 {
            let between = if at > 0 { "\n" } else { "" };
            let _ = writeln!(out, "{between}# {}", part.name);
        }
        let ports = port_words(table);
        for edge in shown(table) {
            let (from, to) = (words(edge.from, table), words(edge.to, table));
            let ports = ports.get(edge.ports as usize).map_or("", String::as_str);
            let _ = writeln!(out, "{from} => {to} : {ports}");
        }
    }
    out
}

// ---- JSON ----

#[derive(Serialize)]
struct Report<'r> {
    /// Grows when a field changes its meaning or goes.
    version: u32,
    builds: Vec<BuildJson<'r>>,
}

#[derive(Serialize)]
struct BuildJson<'r> {
    name: &'r str,
    peers: Vec<PeerJson>,
    connections: Vec<ConnectionJson>,
    policies: Vec<PolicyJson>,
}

#[derive(Serialize)]
struct PeerJson {
    id: String,
    #[serde(flatten)]
    what: WhatJson,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum WhatJson {
    Workload {
        namespace: String,
        name: String,
        kind: String,
        places: Vec<PlaceJson>,
        /// Positions in `policies`.
        ingress_policies: Vec<usize>,
        egress_policies: Vec<usize>,
        ingress_isolated: &'static str,
        egress_isolated: &'static str,
    },
    External {
        first: String,
        last: String,
    },
    IngressController,
}

#[derive(Serialize)]
struct ConnectionJson {
    from: String,
    to: String,
    #[serde(flatten)]
    ports: PortsJson,
    /// What passes besides, if values that are filled in later let it.
    #[serde(skip_serializing_if = "Option::is_none")]
    perhaps: Option<PortsJson>,
}

#[derive(Serialize)]
struct PortsJson {
    all: bool,
    /// Inclusive ranges by protocol; empty when `all` says it.
    ports: BTreeMap<&'static str, Vec<[u16; 2]>>,
}

#[derive(Serialize)]
struct PolicyJson {
    api_version: String,
    kind: String,
    namespace: Option<String>,
    name: Option<String>,
    place: PlaceJson,
}

#[derive(Serialize)]
struct PlaceJson {
    path: String,
    line: u32,
}

fn place(file: &SourceFile, span: Span) -> PlaceJson {
    let line = file.position(span.start, Column::Chars).line;
    PlaceJson { path: file.path.to_string(), line }
}

impl PortsJson {
    fn new(set: &PortSet) -> Self {
        let mut ports = BTreeMap::new();
        for protocol in Protocol::ALL {
            let ranges = set.ranges(protocol);
            if !ranges.is_empty() && !set.is_all() {
                let ranges = ranges.iter().map(|range| [range.0, range.1]).collect();
                ports.insert(protocol.name(), ranges);
            }
        }
        Self { all: set.is_all(), ports }
    }
}

fn json(tables: &Tables<'_, '_, '_>) -> serde_json::Result<String> {
    let builds = tables.iter().map(|(part, table)| build_json(part, table)).collect();
    let mut text = serde_json::to_string_pretty(&Report { version: 1, builds })?;
    text.push('\n');
    Ok(text)
}

fn build_json<'r>(part: &'r Part<'_, '_>, table: &Table<'_>) -> BuildJson<'r> {
    let policies = part.graph.policies().iter().map(|policy| {
        let resource = policy.resource;
        PolicyJson {
            api_version: resource.kind.api_version(),
            kind: resource.kind.kind.to_string(),
            namespace: resource.namespace.as_deref().map(str::to_owned),
            name: resource.name.as_deref().map(str::to_owned),
            place: place(resource.file(), policy.selector().place()),
        }
    });
    let mut peers: Vec<PeerJson> = Vec::new();
    let routed = table.edges.iter().any(|edge| edge.from == EdgeEnd::IngressController);
    peers.extend(table.outside.iter().map(|range| PeerJson {
        id: format!("{range}[External]"),
        what: WhatJson::External { first: range.first.to_string(), last: range.last.to_string() },
    }));
    peers.extend((0..table.units.len()).filter_map(|at| workload_json(part, table, at)));
    peers.extend(routed.then(|| PeerJson {
        id: words(EdgeEnd::IngressController, table),
        what: WhatJson::IngressController,
    }));
    let connections = table.edges.iter().filter_map(|edge| {
        let ports = table.ports.get(edge.ports as usize)?;
        let rest = ports.possible.subtract(&ports.sure);
        Some(ConnectionJson {
            from: words(edge.from, table),
            to: words(edge.to, table),
            ports: PortsJson::new(&ports.sure),
            perhaps: (!rest.is_empty()).then(|| PortsJson::new(&rest)),
        })
    });
    let (policies, connections) = (policies.collect(), connections.collect());
    BuildJson { name: part.name, peers, connections, policies }
}

fn workload_json(part: &Part<'_, '_>, table: &Table<'_>, at: usize) -> Option<PeerJson> {
    let unit = table.units.get(at)?;
    let (mut ingress, mut egress) = (Vec::new(), Vec::new());
    let mut isolated = [None, None];
    for resource in &unit.resources {
        let Some(pod) = part.graph.pod_of(resource) else { continue };
        for (slot, list, direction) in
            [(0, &mut ingress, Direction::Ingress), (1, &mut egress, Direction::Egress)]
        {
            let selecting = part.reach.policies_for(pod, direction);
            list.extend(selecting.into_iter().map(|row| row.0 as usize));
            let closed = part.reach.is_closed(pod, direction);
            let held = isolated[slot].get_or_insert(closed);
            if *held != closed {
                *held = Match::Unknown;
            }
        }
    }
    for list in [&mut ingress, &mut egress] {
        list.sort_unstable();
        list.dedup();
    }
    let word = |slot: Option<Match>| match slot {
        Some(Match::Yes) => "yes",
        Some(Match::No) => "no",
        _ => "unknown",
    };
    let what = WhatJson::Workload {
        namespace: unit.namespace.to_owned(),
        name: unit.name.to_owned(),
        kind: unit.kind.to_owned(),
        places: unit.resources.iter().map(|one| place(one.file(), one.node().place())).collect(),
        ingress_policies: ingress,
        egress_policies: egress,
        ingress_isolated: word(isolated[0]),
        egress_isolated: word(isolated[1]),
    };
    Some(PeerJson { id: unit.label.clone(), what })
}

// ---- graphs ----

/// The ends of edges in the order of their words, each with a number.
fn ends(table: &Table<'_>) -> Vec<(EdgeEnd, String)> {
    let mut all: Vec<EdgeEnd> = shown(table).flat_map(|edge| [edge.from, edge.to]).collect();
    all.extend((0..table.units.len() as u32).map(EdgeEnd::Unit));
    all.sort_unstable();
    all.dedup();
    all.into_iter().map(|end| (end, words(end, table))).collect()
}

fn namespace<'t>(end: EdgeEnd, table: &'t Table<'_>) -> Option<&'t str> {
    match end {
        EdgeEnd::Unit(at) => table.units.get(at as usize).map(|unit| unit.namespace),
        _ => None,
    }
}

/// The numbers of ends by namespace; those outside the cluster first.
fn grouped<'t>(
    ends: &[(EdgeEnd, String)],
    table: &'t Table<'_>,
) -> BTreeMap<Option<&'t str>, Vec<usize>> {
    let mut groups: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (at, (end, _)) in ends.iter().enumerate() {
        groups.entry(namespace(*end, table)).or_default().push(at);
    }
    groups
}

fn dot(tables: &Tables<'_, '_, '_>) -> String {
    let quoted = |text: &str| {
        let text = text.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{}\"", text.replace('\n', "\\n").replace('\r', ""))
    };
    let mut out = "digraph connectivity {\n  rankdir=LR;\n  node [shape=box];\n".to_owned();
    for (build, (part, table)) in tables.iter().enumerate() {
        let ends = ends(table);
        let (mut indent, several) = ("  ", tables.len() > 1);
        if several {
            let _ = writeln!(out, "  subgraph cluster_b{build} {{");
            let _ = writeln!(out, "    label={};", quoted(part.name));
            indent = "    ";
        }
        for (group, (name, numbers)) in grouped(&ends, table).into_iter().enumerate() {
            if let Some(name) = name {
                let _ = writeln!(out, "{indent}subgraph cluster_b{build}n{group} {{");
                let _ = writeln!(out, "{indent}  label={};", quoted(name));
            }
            for at in numbers {
                let Some((end, words)) = ends.get(at) else { continue };
                let shape = if namespace(*end, table).is_none() { ", shape=ellipse" } else { "" };
                let _ = writeln!(out, "{indent}  b{build}e{at} [label={}{shape}];", quoted(words));
            }
            if name.is_some() {
                let _ = writeln!(out, "{indent}}}");
            }
        }
        for (from, to, ports) in numbered(table, &ends) {
            let label = quoted(&ports);
            let _ = writeln!(out, "{indent}b{build}e{from} -> b{build}e{to} [label={label}];");
        }
        if several {
            out.push_str("  }\n");
        }
    }
    out.push_str("}\n");
    out
}

fn mermaid(tables: &Tables<'_, '_, '_>) -> String {
    // Mermaid knows HTML's entities, written with `#` in place of `&`.
    let quoted = |text: &str| {
        let mut escaped = String::from("\"");
        for letter in text.chars() {
            match letter {
                'a'..='z' | 'A'..='Z' | '0'..='9' => escaped.push(letter),
                ' ' | '-' | '.' | '/' | ':' | ',' | '_' => escaped.push(letter),
                _ => {
                    let _ = write!(escaped, "#{};", letter as u32);
                }
            }
        }
        escaped.push('"');
        escaped
    };
    let mut out = "flowchart LR\n".to_owned();
    for (build, (part, table)) in tables.iter().enumerate() {
        let ends = ends(table);
        if tables.len() > 1 {
            let _ = writeln!(out, "  subgraph b{build} [{}]", quoted(part.name));
        }
        for (group, (name, numbers)) in grouped(&ends, table).into_iter().enumerate() {
            if let Some(name) = name {
                let _ = writeln!(out, "  subgraph b{build}n{group} [{}]", quoted(name));
            }
            for at in numbers {
                let Some((end, words)) = ends.get(at) else { continue };
                let words = quoted(words);
                let _ = match namespace(*end, table) {
                    Some(_) => writeln!(out, "    b{build}e{at}[{words}]"),
                    None => writeln!(out, "    b{build}e{at}([{words}])"),
                };
            }
            if name.is_some() {
                out.push_str("  end\n");
            }
        }
        for (from, to, ports) in numbered(table, &ends) {
            let _ = writeln!(out, "  b{build}e{from} -->|{}| b{build}e{to}", quoted(&ports));
        }
        if tables.len() > 1 {
            out.push_str("  end\n");
        }
    }
    out
}

/// The edges by the numbers of their ends.
fn numbered(table: &Table<'_>, ends: &[(EdgeEnd, String)]) -> Vec<(usize, usize, String)> {
    let number = |end: EdgeEnd| ends.binary_search_by_key(&end, |row| row.0).ok();
    let ports = port_words(table);
    let edges = shown(table).filter_map(|edge| {
        Some((number(edge.from)?, number(edge.to)?, ports.get(edge.ports as usize)?.clone()))
    });
    edges.collect()
}

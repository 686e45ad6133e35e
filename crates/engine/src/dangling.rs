//! What is said of references that lead nowhere: which of them are worth a finding, how sure it is,
//! and the other end. What is looked for is left to checks.

use kubesift_model::{Graph, Half, Link, Missing, Relation, Resource, Sureness};
use kubesift_yaml::Node;

use crate::check::{Confidence, Severity};
use crate::finding::Safety;
use crate::out::{Draft, Out};

/// Where the objects that a check looks for usually come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usual {
    /// From the repository that refers to them: ConfigMaps, accounts, Services.
    Beside,
    /// From a cluster's installation, another repository, a person's hand: Secrets, classes.
    Elsewhere,
}

impl Out<'_> {
    /// Reports the links of a resource that `which` takes and that lead nowhere. References to one
    /// object are one finding, at the first of them.
    ///
    /// Whether a finding is made depends on how sure it is ([`Sureness`]): what may live elsewhere
    /// is a note where such objects are usually kept [`Usual::Beside`] what refers to them, and is
    /// passed over where not; what a part of the input cannot show is passed over. A run that names
    /// the check reports all.
    pub fn dangling<'a>(
        &mut self,
        resource: &Resource,
        graph: &Graph<'a>,
        usual: Usual,
        which: impl Fn(&Link<'a>) -> bool,
    ) {
        let taken = graph.links().from(resource).iter().filter(|link| which(link));
        let broken = taken.filter_map(|link| Some((link, link.missing()?)));
        let mut groups: Vec<Vec<(&Link<'a>, &Missing<'a>)>> = Vec::new();
        for one in broken.filter(|(_, missing)| self.is_worth(missing.sureness, usual)) {
            match groups.iter_mut().find(|group| is_same(group, one)) {
                Some(group) => group.push(one),
                None => groups.push(vec![one]),
            }
        }
        for group in groups {
            self.broken(&group);
        }
    }

    /// True when a link that leads nowhere is worth a finding.
    pub fn is_worth(&self, sureness: Sureness, usual: Usual) -> bool {
        match sureness {
            Sureness::Sure | Sureness::Likely => true,
            Sureness::Unsure => usual == Usual::Beside || self.is_asked(),
            Sureness::Open => self.is_asked(),
        }
    }

    fn broken(&mut self, group: &[(&Link<'_>, &Missing<'_>)]) {
        let [(link, missing), others @ ..] = group else { return };
        let place = link.place();
        let mut draft =
            self.report(place, link.broken_in_words(missing)).sureness(missing.sureness);
        for (other, _) in others.iter().take(OTHERS) {
            draft = draft.note(other.place(), "the same here");
        }
        draft = other_end(draft, missing);
        if let Some(near) = &missing.near {
            draft = draft.note(near.at, format!("`{}` is here", near.name));
            // A reference written as `namespace/name` keeps its first half.
            let whole = place.text().is_some_and(|text| !text.contains('/'));
            // An owner is known by its uid too.
            let named_only = link.relation != Relation::Owner;
            if near.is_typo && whole && named_only {
                let title = format!("refer to `{}`", near.name);
                let edits = group.iter().filter_map(|(link, _)| replaced(link.place(), near.name));
                let edits: Vec<_> = edits.collect();
                if edits.len() == group.len() {
                    draft.offer(Safety::Unsafe, &title, edits);
                }
            }
        }
    }
}

/// More places of one reference than these say nothing new.
const OTHERS: usize = 4;

fn replaced(place: Node<'_>, name: &str) -> Option<kubesift_source::Edit> {
    place.field("").set(name)
}

/// True for a link that misses the same as those of a group.
fn is_same(group: &[(&Link<'_>, &Missing<'_>)], one: (&Link<'_>, &Missing<'_>)) -> bool {
    let Some(first) = group.first() else { return false };
    let (ours, theirs) = (&first.0.wanted, &one.0.wanted);
    let part = |(link, missing): (&Link<'_>, &Missing<'_>)| {
        link.wanted.part.filter(|_| missing.half.is_part()).map(|(part, _)| format!("{part:?}"))
    };
    (ours.kind, ours.name, ours.group, ours.scope)
        == (theirs.kind, theirs.name, theirs.group, theirs.scope)
        && part(*first) == part(one)
}

/// Shows what there is in place of what is missing.
fn other_end<'d>(draft: Draft<'d>, missing: &Missing<'_>) -> Draft<'d> {
    match missing.half {
        Half::Object => draft,
        Half::Namespace(found) => {
            draft.note(found.field("metadata.name"), format!("{} is here", found.full_name()))
        }
        Half::Kind(found) => {
            draft.note(found.field("metadata.name"), format!("the {} is here", found.kind.kind))
        }
        Half::Key(found) => {
            let made = ["spec.data", "spec.encryptedData"];
            let fields = ["data", "stringData", "binaryData"].into_iter().chain(made);
            let mut held = fields.map(|path| found.field(path)).filter(|field| field.exists());
            match held.next() {
                Some(field) => draft.note(field, "its keys are here"),
                None => draft,
            }
        }
        Half::Port(found) => draft.note(found.field("spec.ports"), "its ports are here"),
    }
}

impl Draft<'_> {
    /// Sets severity and confidence by how sure it is that something is missing: the check's own
    /// severity with high or medium confidence, or a note of low confidence.
    pub fn sureness(self, sureness: Sureness) -> Self {
        match sureness {
            Sureness::Sure => self.confidence(Confidence::High),
            Sureness::Likely => self.confidence(Confidence::Medium),
            Sureness::Unsure | Sureness::Open => {
                self.severity(Severity::Info).confidence(Confidence::Low)
            }
        }
    }
}

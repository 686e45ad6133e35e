//! Which plain manifests belong together: the one function that decides.
//!
//! All plain documents of one scope are one build, unless folders define the same objects. The rule:
//!
//! 1. An object is group, kind, namespace and name as they are stated. `Namespace` and
//!    `CustomResourceDefinition` do not count: every application brings its own copy of those.
//! 2. Two parts of a folder (its sub-folders, and the files that lie in it directly) that both
//!    define an object **clash**. A sub-folder is an **alternative** (an environment, a variant, an
//!    example) when at least a quarter of its objects clash. Fewer are a coincidence of names: the
//!    parts stay together, and a reference goes to the nearest by folder.
//! 3. Each alternative is a build of its own, together with what lies around it and is no
//!    alternative; an object that the alternative defines takes the place of the one around it. What
//!    lies around is also a build of its own when one of its objects would be in none otherwise.
//! 4. What lies around is shared only while that at most makes the work [`GROWTH`] times as large:
//!    a base is small beside the environments that use it. Where it would be more, the folder is a
//!    collection of things that have nothing to do with each other (`examples/` with sixty folders
//!    that each define `nginx`): its alternatives take along only the few files that lie directly in
//!    the folder, and when most of the sub-folders are alternatives the others stand alone too.
//! 5. Two definitions that no folder separates stay in one build; a check may say so.
//!
//! Every resource is in at least one build. The builds together hold at most about [`GROWTH`] times
//! the resources for each level of alternatives within alternatives (three is rare), so the work
//! stays linear in the input.

use std::collections::hash_map::Entry;

use foldhash::{HashMap, HashMapExt, HashSet};

/// Group, kind, namespace, name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity<'a> {
    /// The API group.
    pub group: &'a str,
    /// The kind.
    pub kind: &'a str,
    /// The namespace, when one is stated.
    pub namespace: Option<&'a str>,
    /// The name.
    pub name: &'a str,
}

/// One resource, as much of it as the rule needs.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// The folder of its file, parts joined by `/`; empty for the folder the run starts in.
    pub folder: &'a str,
    /// What it is; none for an object whose name is missing or unknown.
    pub identity: Option<Identity<'a>>,
}

/// One build: the folder that names it and the positions of its members, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The folder; empty for the folder the run starts in.
    pub folder: String,
    /// Positions in the list of members, ascending.
    pub members: Vec<u32>,
}

/// How many times the resources of a folder may be repeated in its builds.
const GROWTH: usize = 4;

/// Files directly in a collection go with each of its parts up to this number of resources.
const COMMON: usize = 16;

/// Kinds that every application brings along: defining one twice says nothing.
const VOCABULARY: [&str; 2] = ["Namespace", "CustomResourceDefinition"];

/// The builds of one scope, in the order of their folders. `members` are in the order of files and
/// documents; `scope` is the folder that holds them all.
pub fn builds(scope: &str, members: &[Member<'_>]) -> Vec<Group> {
    if members.is_empty() {
        return Vec::new();
    }
    let mut folders = Folders::new(scope, members);
    folders.find_alternatives(members);
    let mut groups = Join::new(&folders, members).run();
    for group in &mut groups {
        group.members.sort_unstable();
        group.members.dedup();
    }
    groups.sort_by(|a, b| (&a.folder, &a.members).cmp(&(&b.folder, &b.members)));
    groups.dedup();
    groups
}

#[derive(Debug, Default)]
struct Folder {
    path: String,
    parent: usize,
    depth: usize,
    own: Vec<u32>,
    /// Distinct objects at and below it.
    objects: usize,
    /// Of these, the ones that another part of its parent defines too.
    clashing: usize,
    alternative: bool,
}

/// The folders that hold members, a parent before its children.
struct Folders {
    all: Vec<Folder>,
    of_member: Vec<usize>,
}

const ROOT: usize = 0;

/// The part of a folder that is its own files.
const OWN: usize = usize::MAX;

impl Folders {
    fn new(scope: &str, members: &[Member<'_>]) -> Self {
        let mut all = vec![Folder { path: scope.to_owned(), ..Folder::default() }];
        let mut by_path: HashMap<&str, usize> = HashMap::new();
        let mut of_member = Vec::with_capacity(members.len());
        let mut last = ("", None);
        for (at, member) in members.iter().enumerate() {
            let folder = match last {
                (path, Some(folder)) if path == member.folder => folder,
                _ => match by_path.get(member.folder) {
                    Some(folder) => *folder,
                    None => add_folders(&mut all, &mut by_path, scope, member.folder),
                },
            };
            last = (member.folder, Some(folder));
            all[folder].own.push(at as u32);
            of_member.push(folder);
        }
        Self { all, of_member }
    }

    fn find_alternatives(&mut self, members: &[Member<'_>]) {
        let places = self.places(members);
        let mut split = Vec::new();
        for folders in &places {
            for (folder, part) in self.parts(folders, &mut split) {
                if part != OWN {
                    self.all[part].clashing += usize::from(folder != OWN);
                }
            }
        }
        for folder in self.all.iter_mut().skip(1) {
            folder.alternative = folder.clashing * 4 >= folder.objects && folder.clashing > 0;
        }
    }

    /// The folders of the objects that several define, each once; counts the objects of every folder
    /// on the way.
    fn places(&mut self, members: &[Member<'_>]) -> Vec<Vec<usize>> {
        let mut order: HashMap<&Identity<'_>, u32> = HashMap::with_capacity(members.len());
        // Most objects have one definition, so only the others take a list.
        let mut first: Vec<usize> = Vec::with_capacity(members.len());
        let mut more: Vec<(usize, usize)> = Vec::new();
        for (member, folder) in members.iter().zip(&self.of_member) {
            let counts = |identity: &&Identity<'_>| !VOCABULARY.contains(&identity.kind);
            let Some(identity) = member.identity.as_ref().filter(counts) else { continue };
            match order.entry(identity) {
                Entry::Vacant(entry) => {
                    entry.insert(first.len() as u32);
                    first.push(*folder);
                }
                Entry::Occupied(entry) => {
                    let object = *entry.get() as usize;
                    if first[object] != *folder {
                        more.push((object, *folder));
                    }
                }
            }
        }
        drop(order);
        more.sort_unstable();
        more.dedup();
        let (mut places, mut split) = (Vec::new(), Vec::new());
        for same in more.chunk_by(|a, b| a.0 == b.0) {
            let object = same[0].0;
            let mut folders = vec![std::mem::replace(&mut first[object], OWN)];
            folders.extend(same.iter().map(|(_, folder)| *folder));
            for (_, part) in self.parts(&folders, &mut split) {
                if part != OWN {
                    self.all[part].objects += 1;
                }
            }
            places.push(folders);
        }
        first.into_iter().filter(|folder| *folder != OWN).for_each(|folder| self.count_up(folder));
        places
    }

    /// Counts an object that only one folder defines.
    fn count_up(&mut self, folder: usize) {
        let mut at = folder;
        while at != ROOT {
            self.all[at].objects += 1;
            at = self.all[at].parent;
        }
    }

    /// The parts of folders that hold an object, as (folder, part), grouped by folder: the folder is
    /// [`OWN`] where it has one such part only, so that nothing clashes.
    fn parts<'s>(
        &self,
        folders: &[usize],
        split: &'s mut Vec<(usize, usize)>,
    ) -> impl Iterator<Item = (usize, usize)> + use<'s> {
        split.clear();
        for folder in folders {
            split.push((*folder, OWN));
            let mut at = *folder;
            while at != ROOT {
                split.push((self.all[at].parent, at));
                at = self.all[at].parent;
            }
        }
        split.sort_unstable();
        split.dedup();
        let shared = |at: usize, split: &[(usize, usize)]| {
            let same = |other: Option<&(usize, usize)>| other.is_some_and(|o| o.0 == split[at].0);
            same(split.get(at + 1)) || at > 0 && same(split.get(at - 1))
        };
        let split = &*split;
        (0..split.len())
            .map(move |at| (if shared(at, split) { split[at].0 } else { OWN }, split[at].1))
    }
}

fn add_folders<'a>(
    all: &mut Vec<Folder>,
    by_path: &mut HashMap<&'a str, usize>,
    scope: &str,
    path: &'a str,
) -> usize {
    // Below the scope, one part of the path after the other; a scope of `.` or `` is above all.
    let inside = path.strip_prefix(scope).filter(|rest| scope.is_empty() || rest.starts_with('/'));
    let skipped = inside.map_or(0, |rest| path.len() - rest.trim_start_matches('/').len());
    let mut at = ROOT;
    if path == scope || path.is_empty() {
        by_path.insert(path, ROOT);
        return ROOT;
    }
    let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
    for end in ends.filter(|end| *end > skipped) {
        let prefix = &path[..end];
        at = *by_path.entry(prefix).or_insert_with(|| {
            let depth = all[at].depth + 1;
            let path = prefix.to_owned();
            all.push(Folder { path, parent: at, depth, ..Folder::default() });
            all.len() - 1
        });
    }
    at
}

/// An alternative that is not a build yet: what lies around it may still come.
struct Leaf {
    folder: usize,
    members: Vec<u32>,
}

/// What a folder gives to the one above it.
#[derive(Default)]
struct Part {
    /// Resources that are in no alternative below.
    rest: Vec<u32>,
    leaves: Vec<Leaf>,
    /// Resources at and below it that are not in finished builds.
    size: usize,
}

/// Joins folders to builds, from the deepest up.
struct Join<'a> {
    folders: &'a Folders,
    members: &'a [Member<'a>],
    children: Vec<Vec<usize>>,
    parts: Vec<Part>,
    done: Vec<Group>,
}

impl<'a> Join<'a> {
    fn new(folders: &'a Folders, members: &'a [Member<'a>]) -> Self {
        let mut children = vec![Vec::new(); folders.all.len()];
        for (at, folder) in folders.all.iter().enumerate().skip(1) {
            children[folder.parent].push(at);
        }
        let parts = folders.all.iter().map(|_| Part::default()).collect();
        Self { folders, members, children, parts, done: Vec::new() }
    }

    fn run(mut self) -> Vec<Group> {
        // A parent comes before its children in the list, so the reverse is from the deepest up.
        for folder in (0..self.folders.all.len()).rev() {
            self.join(folder);
        }
        let root = std::mem::take(&mut self.parts[ROOT]);
        let leaves = self.give(ROOT, root);
        self.finish(leaves);
        self.done
    }

    fn join(&mut self, at: usize) {
        let folder = &self.folders.all[at];
        let children = std::mem::take(&mut self.children[at]);
        let mut whole = Part { size: folder.own.len(), ..Part::default() };
        let mut around = Vec::new();
        for child in &children {
            let mut part = std::mem::take(&mut self.parts[*child]);
            whole.size += part.size;
            if self.folders.all[*child].alternative {
                whole.leaves.extend(self.give(*child, part));
            } else {
                whole.leaves.append(&mut part.leaves);
                around.push((*child, part.rest));
            }
        }
        let alternatives = children.len() - around.len();
        let rest = folder.own.len() + around.iter().map(|(_, rest)| rest.len()).sum::<usize>();
        if whole.leaves.len() * rest <= GROWTH * whole.size {
            whole.rest.extend(&folder.own);
            around.into_iter().for_each(|(_, rest)| whole.rest.extend(rest));
            self.parts[at] = whole;
            return;
        }
        self.parts[at] = self.collection(at, whole, around, alternatives);
    }

    /// Ends the sharing at a folder whose surroundings are too large for its alternatives.
    fn collection(
        &mut self,
        at: usize,
        whole: Part,
        around: Vec<(usize, Vec<u32>)>,
        alternatives: usize,
    ) -> Part {
        let own = &self.folders.all[at].own;
        let apart = alternatives > around.len();
        let mut leaves = whole.leaves;
        let mut rest = Vec::new();
        for (child, members) in around {
            // Surroundings of alternatives deeper down are theirs first.
            let inside = |leaf: &Leaf| self.is_inside(leaf.folder, child);
            let (holders, others): (Vec<Leaf>, Vec<Leaf>) = leaves.into_iter().partition(inside);
            leaves = others;
            if !holders.is_empty() {
                leaves.extend(self.give(child, Part { rest: members, leaves: holders, size: 0 }));
            } else if apart && !members.is_empty() {
                leaves.push(Leaf { folder: child, members });
            } else {
                rest.extend(members);
            }
        }
        let common = if own.len() <= COMMON { own.as_slice() } else { &[] };
        let all_shared = self.share(common, &mut leaves) && common.len() == own.len();
        self.finish(leaves);
        if !rest.is_empty() || !all_shared {
            rest.extend(own);
        }
        Part { size: rest.len(), rest, leaves: Vec::new() }
    }

    /// The leaves of a folder with what lies around them; the folder itself when it has none.
    fn give(&self, folder: usize, part: Part) -> Vec<Leaf> {
        let Part { rest, mut leaves, .. } = part;
        if !self.share(&rest, &mut leaves) {
            leaves.push(Leaf { folder, members: rest });
        }
        leaves
    }

    /// Adds what lies around to each leaf, but for the objects that the leaf defines itself. False
    /// when something around is in no leaf afterwards.
    fn share(&self, around: &[u32], leaves: &mut [Leaf]) -> bool {
        let mut shared = vec![false; around.len()];
        let identity = |at: u32| {
            let counts = |identity: &Identity<'_>| !VOCABULARY.contains(&identity.kind);
            self.members[at as usize].identity.filter(counts)
        };
        for leaf in leaves {
            let held: HashSet<_> = leaf.members.iter().filter_map(|at| identity(*at)).collect();
            for (at, shared) in around.iter().zip(&mut shared) {
                if identity(*at).is_none_or(|identity| !held.contains(&identity)) {
                    leaf.members.push(*at);
                    *shared = true;
                }
            }
        }
        shared.into_iter().all(|shared| shared)
    }

    fn is_inside(&self, mut folder: usize, above: usize) -> bool {
        while self.folders.all[folder].depth > self.folders.all[above].depth {
            folder = self.folders.all[folder].parent;
        }
        folder == above
    }

    fn finish(&mut self, leaves: Vec<Leaf>) {
        for leaf in leaves.into_iter().filter(|leaf| !leaf.members.is_empty()) {
            let folder = self.folders.all[leaf.folder].path.clone();
            self.done.push(Group { folder, members: leaf.members });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line a resource: `folder: Kind/name`, or `folder: Kind/namespace/name`.
    fn members(text: &str) -> Vec<Member<'_>> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let read = lines.map(|line| {
            let (folder, object) = line.split_once(": ").expect("folder: object");
            let parts: Vec<&str> = object.split('/').collect();
            let (kind, namespace, name) = match parts[..] {
                [kind, namespace, name] => (kind, Some(namespace), name),
                [kind, name] => (kind, None, name),
                _ => panic!("{object}"),
            };
            Member { folder, identity: Some(Identity { group: "", kind, namespace, name }) }
        });
        read.collect()
    }

    fn shown(members: &[Member<'_>], groups: &[Group]) -> Vec<String> {
        let show = |group: &Group| {
            let names = group.members.iter().map(|at| {
                let member = members[*at as usize];
                let name = member.identity.map_or("?", |identity| identity.name);
                if member.folder.is_empty() {
                    name.to_owned()
                } else {
                    format!("{}/{name}", member.folder)
                }
            });
            format!("{}: {}", group.folder, names.collect::<Vec<_>>().join(" "))
        };
        groups.iter().map(show).collect()
    }

    fn check(text: &str, want: &[&str]) {
        let members = members(text);
        assert_eq!(shown(&members, &builds("", &members)), want, "{text}");
    }

    #[test]
    fn layouts() {
        // A repository that deploys one application.
        check(
            ": Namespace/a\nk8s/web: Deployment/web\nk8s/db: StatefulSet/db\n",
            &[": a k8s/web/web k8s/db/db"],
        );
        // A base and its overlays.
        check(
            "base: Deployment/web\nbase: Service/web\noverlays/dev: ConfigMap/env\n\
             overlays/prod: ConfigMap/env\noverlays/prod: Ingress/web\n",
            &[
                "overlays/dev: base/web base/web overlays/dev/env",
                "overlays/prod: base/web base/web overlays/prod/env overlays/prod/web",
            ],
        );
        // Environments that repeat everything, and what they share.
        check(
            "shared: ServiceAccount/s\nenvs/dev/web: Deployment/web\nenvs/dev/db: Secret/db\n\
             envs/prod/web: Deployment/web\nenvs/prod/db: Secret/db\n",
            &[
                "envs/dev: shared/s envs/dev/web/web envs/dev/db/db",
                "envs/prod: shared/s envs/prod/web/web envs/prod/db/db",
            ],
        );
        // The same application as one file, as a folder and as a Kustomize base; its mesh apart.
        check(
            "istio: Gateway/g\nkustomize/base: Deployment/web\nmanifests: Deployment/web\n\
             release: Deployment/web\n",
            &[
                "kustomize: istio/g kustomize/base/web",
                "manifests: istio/g manifests/web",
                "release: istio/g release/web",
            ],
        );
        // A variant beside the main thing: the variant's object takes the place of the other.
        check(
            "app: Deployment/web\napp: Service/web\napp/canary: Deployment/web\n",
            &[": app/web app/web", "app/canary: app/web app/canary/web"],
        );
        // A flat folder that defines an object twice.
        check(": Deployment/web\n: Deployment/web\n: Service/web\n", &[": web web web"]);
        // A cluster: applications in namespaces, each with its copy of a Namespace and a CRD.
        check(
            "apps/a: Namespace/x\napps/a: Deployment/x/a\napps/b: Namespace/x\n\
             apps/b: CustomResourceDefinition/c\napps/c: CustomResourceDefinition/c\n\
             apps/b: Deployment/x/b\n",
            &[": apps/a/x apps/a/a apps/b/x apps/b/c apps/c/c apps/b/b"],
        );
        // One name in common is a coincidence.
        check(
            "a: ConfigMap/settings\na: A/1\na: A/2\na: A/3\na: A/4\nb: ConfigMap/settings\n\
             b: B/1\nb: B/2\nb: B/3\nb: B/4\n",
            &[": a/settings a/1 a/2 a/3 a/4 b/settings b/1 b/2 b/3 b/4"],
        );
        // Definitions of a chart beside everything else.
        check(
            "charts/a/crds: CustomResourceDefinition/c\nk8s: Deployment/web\n",
            &[": charts/a/crds/c k8s/web"],
        );
        // Equal names in other namespaces are other objects.
        check("a: Secret/x/s\nb: Secret/y/s\nc: Secret/s\n", &[": a/s b/s c/s"]);
    }

    #[test]
    fn alternatives_within_alternatives() {
        check(
            "common: Role/r\nA: C/top\nA/x: Deployment/web\nA/y: Deployment/web\n\
             B: C/top\nB/x: Deployment/web\nB/y: Deployment/web\n",
            &[
                "A/x: common/r A/top A/x/web",
                "A/y: common/r A/top A/y/web",
                "B/x: common/r B/top B/x/web",
                "B/y: common/r B/top B/y/web",
            ],
        );
    }

    #[test]
    fn a_collection_of_examples_falls_apart() {
        let mut text = String::from("examples: Role/r\n");
        for n in 0..50 {
            text += &format!("examples/{n:02}: Deployment/nginx\nexamples/{n:02}: Service/s{n}\n");
        }
        for n in 50..80 {
            for part in 0..20 {
                text += &format!("examples/{n}: A/{part}-of-{n}\n");
            }
        }
        let members = members(&text);
        let groups = builds("", &members);
        assert_eq!(groups.len(), 80);
        let shown = shown(&members, &groups);
        assert_eq!(shown[7], "examples/07: examples/r examples/07/nginx examples/07/s7");
        assert!(groups.iter().skip(50).all(|group| group.members.len() == 21));
    }

    #[test]
    fn the_work_stays_linear() {
        // 300 alternatives, and 3,000 resources around them that all of them could want.
        let mut text = String::new();
        for n in 0..300 {
            text += &format!("envs/{n}: Deployment/web\nenvs/{n}: Service/web\n");
        }
        for n in 0..3000 {
            text += &format!("lib/{}: ConfigMap/c{n}\n", n % 100);
        }
        let members = members(&text);
        let groups = builds("", &members);
        let total: usize = groups.iter().map(|group| group.members.len()).sum();
        assert!(total <= GROWTH * members.len(), "{total} of {}", members.len());
        let mut seen = vec![false; members.len()];
        groups.iter().flat_map(|group| &group.members).for_each(|at| seen[*at as usize] = true);
        assert!(seen.into_iter().all(|seen| seen));
    }

    #[test]
    fn every_resource_is_in_some_build() {
        // An object around that all alternatives of another folder define is in none of theirs.
        check(
            "x: C/a\nx: C/b\nx: C/c\nx: C/d\nx: C/e\nenvs/dev: C/a\nenvs/prod: C/a\nenvs: D/1\n\
             envs: D/2\nenvs: D/3\nenvs: D/4\n",
            &[
                ": x/a x/b x/c x/d x/e envs/1 envs/2 envs/3 envs/4",
                "envs/dev: x/b x/c x/d x/e envs/dev/a envs/1 envs/2 envs/3 envs/4",
                "envs/prod: x/b x/c x/d x/e envs/prod/a envs/1 envs/2 envs/3 envs/4",
            ],
        );
        assert!(builds("", &[]).is_empty());
    }

    #[test]
    fn the_scope_may_lie_anywhere() {
        for scope in ["k8s/app", "../k8s/app", "/srv/k8s/app"] {
            let (dev, prod) = (format!("{scope}/dev"), format!("{scope}/prod"));
            let identity = Some(Identity { group: "", kind: "C", namespace: None, name: "a" });
            let members = [
                Member { folder: &dev, identity },
                Member { folder: &prod, identity },
                Member { folder: scope, identity: None },
            ];
            let groups = builds(scope, &members);
            assert_eq!(groups.len(), 2, "{scope}");
            assert_eq!(groups[0], Group { folder: dev, members: vec![0, 2] });
        }
    }
}

//! Which workloads are asked for a token: the AuthorizationPolicies that look at who a token says it
//! is from.

use foldhash::HashSet;

use crate::graph::Graph;
use crate::mesh::policy::needs_token;
use crate::mesh::{Mesh, MeshPolicy};

/// The policies that ask for a token, by what they are for.
#[derive(Debug, Default)]
pub(crate) struct Tokens<'a> {
    /// Namespaces with one that is for all pods, for a target, or for pods that are not in view.
    wide: HashSet<Option<&'a str>>,
    /// Namespaces with any.
    any: HashSet<Option<&'a str>>,
    /// Positions of the pods that one selects, or may.
    pods: HashSet<u32>,
    /// Namespaces and selectors.
    selectors: HashSet<(Option<&'a str>, String)>,
}

impl<'a> Tokens<'a> {
    pub fn new(graph: &Graph<'a>, mesh: &Mesh<'a>) -> Self {
        let mut tokens = Self::default();
        for resource in mesh.policies("AuthorizationPolicy") {
            if !needs_token(resource) {
                continue;
            }
            let namespace = resource.namespace.as_deref();
            let policy = MeshPolicy::of(resource);
            tokens.any.insert(namespace);
            let pods = graph.pods_of_mesh_policy(&policy);
            if pods.is_empty() {
                tokens.wide.insert(namespace);
            }
            tokens.pods.extend(pods.iter().map(|pod| pod.0.at));
            tokens.selectors.extend(policy.sorted().map(|selector| (namespace, selector)));
        }
        tokens
    }
}

impl<'a> Graph<'a> {
    /// Whether some AuthorizationPolicy asks the workloads of a RequestAuthentication for a token,
    /// or may: one of its namespace or of the mesh, for the same pods as far as these are in view.
    pub fn asks_for_token(&self, checked: &MeshPolicy<'_>) -> bool {
        let mesh = self.mesh();
        let tokens = mesh.tokens(self);
        let namespace = checked.resource.namespace.as_deref();
        let root = Some(mesh.root());
        let places = [namespace, root, None];
        if namespace == root || namespace.is_none() {
            // It holds everywhere, or nobody knows where.
            return !tokens.any.is_empty();
        }
        if places.iter().any(|place| tokens.wide.contains(place)) {
            return true;
        }
        let Some(selector) = checked.sorted() else {
            return places.iter().any(|place| tokens.any.contains(place));
        };
        if places.iter().any(|place| tokens.selectors.contains(&(*place, selector.clone()))) {
            return true;
        }
        let pods = self.pods_of_mesh_policy(checked);
        if pods.is_empty() {
            return places.iter().any(|place| tokens.any.contains(place));
        }
        pods.iter().any(|pod| tokens.pods.contains(&pod.0.at))
    }
}

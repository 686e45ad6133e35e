//! All connections of a build as one table: workloads, the outside in pieces, and what passes
//! between them. Pods of one owner are one workload, which can do what any of them can.

use std::collections::{BTreeMap, HashMap};

use super::cidr::IpRange;
use super::engine::Other;
use super::ways_in::ways_in;
use super::{Bounds, Reach};
use crate::graph::{Direction, Graph};
use crate::resource::Resource;

/// A workload of the table.
#[derive(Debug, Clone)]
pub struct Unit<'a> {
    /// `shop/web[Deployment]`
    pub label: String,
    /// Its namespace; `default` when it states none.
    pub namespace: &'a str,
    /// The owner's name, or its own.
    pub name: &'a str,
    /// The owner's kind, or its own.
    pub kind: &'a str,
    /// The objects it was made of.
    pub resources: Vec<&'a Resource>,
    /// The classes of its pods.
    classes: Vec<u32>,
    /// Positions in [`Graph::pods`].
    pods: Vec<u32>,
}

/// One end of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeEnd {
    /// Addresses outside the cluster.
    External(IpRange),
    /// Position in [`Table::units`].
    Unit(u32),
    /// What serves Ingresses and routes.
    IngressController,
}

/// What passes from one end to another; never nothing.
#[derive(Debug, Clone)]
pub struct Edge {
    /// Where it comes from.
    pub from: EdgeEnd,
    /// Where it goes to.
    pub to: EdgeEnd,
    /// The ports.
    pub ports: Bounds,
}

/// All connections of a build.
#[derive(Debug)]
pub struct Table<'a> {
    /// The workloads, by their labels.
    pub units: Vec<Unit<'a>>,
    /// Every connection: from the outside, then workloads in their order, then the ingress
    /// controller; to the outside first.
    pub edges: Vec<Edge>,
}

/// The first owner of a pod that is no node: its name and kind.
pub(crate) fn owner(pod: &Resource) -> Option<(&str, &str)> {
    let owners = pod.field("metadata.ownerReferences");
    let first = owners.items().next()?;
    let kind = first.field("kind").str().unwrap_or("Pod");
    Some((first.field("name").str()?, kind)).filter(|owner| owner.1 != "Node")
}

impl<'a> Table<'a> {
    /// The table of a graph, by what was computed of it. Both families of addresses are in it; who
    /// writes may leave one out.
    pub fn new(graph: &Graph<'a>, reach: &Reach<'a>) -> Self {
        let units = units(reach);
        let mut edges = Vec::new();
        for (at, unit) in units.iter().enumerate() {
            for (range, ports) in reach.unit_outside(unit, Direction::Ingress) {
                let (from, to) = (EdgeEnd::External(range), EdgeEnd::Unit(at as u32));
                edges.push(Edge { from, to, ports });
            }
        }
        edges.sort_by_key(|edge| (edge.from, edge.to));
        for (at, unit) in units.iter().enumerate() {
            for (range, ports) in reach.unit_outside(unit, Direction::Egress) {
                let (from, to) = (EdgeEnd::Unit(at as u32), EdgeEnd::External(range));
                edges.push(Edge { from, to, ports });
            }
            for (other, target) in units.iter().enumerate().filter(|(other, _)| *other != at) {
                let ports = reach.between(unit, target);
                if !ports.possible.is_empty() {
                    let (from, to) = (EdgeEnd::Unit(at as u32), EdgeEnd::Unit(other as u32));
                    edges.push(Edge { from, to, ports });
                }
            }
        }
        edges.extend(routed(graph, reach, &units));
        Self { units, edges }
    }
}

/// The workloads: pods by owner, everything else by itself.
fn units<'a>(reach: &Reach<'a>) -> Vec<Unit<'a>> {
    let mut units: BTreeMap<String, Unit<'a>> = BTreeMap::new();
    for (at, endpoint) in reach.classes.endpoints.iter().enumerate() {
        let Some(class) = endpoint.class else { continue };
        let resource = endpoint.resource;
        let own = (resource.name.as_deref().unwrap_or("(no name)"), &*resource.kind.kind);
        let (name, kind) = match resource.is("Pod") {
            true => owner(resource).unwrap_or(own),
            false => own,
        };
        let namespace = resource.namespace.as_deref().unwrap_or("default");
        let label = format!("{namespace}/{name}[{kind}]");
        let unit = units.entry(label.clone()).or_insert_with(|| Unit {
            label,
            namespace,
            name,
            kind,
            resources: Vec::new(),
            classes: Vec::new(),
            pods: Vec::new(),
        });
        unit.resources.push(resource);
        if !unit.classes.contains(&class) {
            unit.classes.push(class);
        }
        unit.pods.extend(endpoint.pod.map(|_| at as u32));
    }
    units.into_values().collect()
}

/// What comes from the ingress controller, by the Ingresses and routes of the build.
fn routed<'a>(graph: &Graph<'a>, reach: &Reach<'a>, units: &[Unit<'a>]) -> Vec<Edge> {
    let pods = units
        .iter()
        .enumerate()
        .flat_map(|(at, unit)| unit.pods.iter().map(move |pod| (*pod, at as u32)));
    let unit_of: HashMap<u32, u32> = pods.collect();
    let mut found: BTreeMap<u32, Bounds> = BTreeMap::new();
    for way in ways_in(graph) {
        let Some(unit) = unit_of.get(&way.pod) else { continue };
        let class = reach.classes.endpoints.get(way.pod as usize).and_then(|one| one.class);
        let Some(class) = class else { continue };
        let open = reach.evaluate(class, Direction::Ingress, Other::Stranger, None);
        let ports = Bounds { sure: way.ports.clone(), possible: way.ports }.and(&open);
        let held = found.entry(*unit).or_insert_with(Bounds::none);
        *held = held.or(&ports);
    }
    let from = EdgeEnd::IngressController;
    found
        .into_iter()
        .filter(|(_, ports)| !ports.possible.is_empty())
        .map(|(unit, ports)| Edge { from, to: EdgeEnd::Unit(unit), ports })
        .collect()
}

impl<'a> Reach<'a> {
    /// What passes between a workload and each piece of the outside.
    fn unit_outside(&self, unit: &Unit<'a>, direction: Direction) -> Vec<(IpRange, Bounds)> {
        let ranges = self.pieces(direction).ranges();
        let mut all = vec![Bounds::none(); ranges.len()];
        for class in &unit.classes {
            // Both are sorted, and the pieces of a class are cut at some of the borders of all.
            let mut own = self.outside_of(*class, direction).pieces.iter().peekable();
            for (range, bounds) in ranges.iter().zip(&mut all) {
                while own.peek().is_some_and(|piece| piece.0.last < range.first) {
                    own.next();
                }
                if let Some(piece) = own.peek() {
                    *bounds = bounds.or(&piece.1);
                }
            }
        }
        let all = ranges.iter().copied().zip(all);
        all.filter(|(_, bounds)| !bounds.possible.is_empty()).collect()
    }

    /// What passes from any pod of one workload to any of another.
    fn between(&self, from: &Unit<'a>, to: &Unit<'a>) -> Bounds {
        let mut all = Bounds::none();
        for one in &from.classes {
            let out = self.row(*one, Direction::Egress);
            for other in &to.classes {
                let (Some(own), Some(held)) =
                    (self.classes.all.get(*one as usize), self.classes.all.get(*other as usize))
                else {
                    continue;
                };
                let sent = out.at(*other);
                if own.network != held.network || sent.possible.is_empty() {
                    continue;
                }
                let taken = self.row(*other, Direction::Ingress).at(*one);
                all = match (all.possible.is_empty(), sent.sure.is_all(), taken.sure.is_all()) {
                    (_, true, true) => return Bounds::all(),
                    (true, true, _) => taken.clone(),
                    (true, _, true) => sent.clone(),
                    _ => all.or(&sent.and(taken)),
                };
            }
        }
        all
    }
}

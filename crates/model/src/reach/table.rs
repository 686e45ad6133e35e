//! All connections of a build as one table: workloads, the outside in pieces, and what passes
//! between them. Pods of one owner are one workload, which can do what any of them can.

use std::collections::BTreeMap;

use foldhash::HashMap;

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
    /// Addresses outside the cluster: position in [`Table::outside`].
    External(u32),
    /// Position in [`Table::units`].
    Unit(u32),
    /// What serves Ingresses and routes.
    IngressController,
}

/// What passes from one end to another; never nothing.
#[derive(Debug, Clone, Copy)]
pub struct Edge {
    /// Where it comes from.
    pub from: EdgeEnd,
    /// Where it goes to.
    pub to: EdgeEnd,
    /// The ports: position in [`Table::ports`], from 0.
    pub ports: u32,
}

/// All connections of a build. Their number may be the square of that of the workloads, so an edge
/// holds positions only.
#[derive(Debug)]
pub struct Table<'a> {
    /// The workloads, by their labels.
    pub units: Vec<Unit<'a>>,
    /// Ranges of addresses, both ends included, sorted. Those that sources are cut into and those of destinations may
    /// overlap.
    pub outside: Vec<IpRange>,
    /// Sets of ports, each once.
    pub ports: Vec<Bounds>,
    /// Every connection, by its ends: from the outside, from workloads, from the ingress
    /// controller.
    pub edges: Vec<Edge>,
}

/// Sets of ports with their positions.
#[derive(Default)]
struct Interner {
    all: Vec<Bounds>,
    known: HashMap<Bounds, u32>,
}

impl Interner {
    fn position(&mut self, ports: Bounds) -> u32 {
        let all = &mut self.all;
        *self.known.entry(ports).or_insert_with_key(|ports| {
            all.push(ports.clone());
            all.len() as u32 - 1
        })
    }
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
        let directions = [Direction::Ingress, Direction::Egress];
        let ranges = directions.iter().flat_map(|one| reach.pieces(*one).ranges());
        let mut outside: Vec<IpRange> = ranges.copied().collect();
        outside.sort_unstable();
        outside.dedup();
        let position = |range: &IpRange| outside.binary_search(range).unwrap_or_default() as u32;
        let mut sets = Interner::default();
        let everything = sets.position(Bounds::all());
        let mut edges = Vec::new();
        for (at, unit) in units.iter().enumerate() {
            let own = EdgeEnd::Unit(at as u32);
            for (range, ports) in reach.unit_outside(unit, Direction::Ingress) {
                let from = EdgeEnd::External(position(&range));
                edges.push(Edge { from, to: own, ports: sets.position(ports) });
            }
            for (range, ports) in reach.unit_outside(unit, Direction::Egress) {
                let to = EdgeEnd::External(position(&range));
                edges.push(Edge { from: own, to, ports: sets.position(ports) });
            }
            for (other, target) in units.iter().enumerate().filter(|(other, _)| *other != at) {
                let ports = match reach.between(unit, target) {
                    Between::Everything => everything,
                    Between::Some(ports) => sets.position(ports),
                    Between::Nothing => continue,
                };
                edges.push(Edge { from: own, to: EdgeEnd::Unit(other as u32), ports });
            }
        }
        for (unit, ports) in routed(graph, reach, &units) {
            let (from, to) = (EdgeEnd::IngressController, EdgeEnd::Unit(unit));
            edges.push(Edge { from, to, ports: sets.position(ports) });
        }
        edges.sort_by_key(|edge| (edge.from, edge.to));
        Self { units, outside, ports: sets.all, edges }
    }
}

/// What passes between two workloads.
enum Between {
    Nothing,
    Some(Bounds),
    Everything,
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
fn routed<'a>(graph: &Graph<'a>, reach: &Reach<'a>, units: &[Unit<'a>]) -> BTreeMap<u32, Bounds> {
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
    found.retain(|_, ports| !ports.possible.is_empty());
    found
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
    fn between(&self, from: &Unit<'a>, to: &Unit<'a>) -> Between {
        let mut all: Option<Bounds> = None;
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
                let passed = match (sent.sure.is_all(), taken.sure.is_all()) {
                    (true, true) => return Between::Everything,
                    (true, false) => taken.clone(),
                    (false, true) => sent.clone(),
                    (false, false) => sent.and(taken),
                };
                all = Some(all.map_or_else(|| passed.clone(), |all| all.or(&passed)));
            }
        }
        all.filter(|ports| !ports.possible.is_empty()).map_or(Between::Nothing, Between::Some)
    }
}

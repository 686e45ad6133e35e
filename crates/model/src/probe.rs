//! Probes: who should have one, and whether it is there. Whether it is a good one is left to checks.

use kubesift_yaml::Field;

use crate::pod::{Container, Pod};
use crate::security::is_absent;

/// How a probe is lacking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// It is not there.
    Absent,
    /// It is an empty mapping, which the API server refuses.
    Empty,
}

/// How the probe at a field is lacking; none when it is there, or may be.
pub fn lacks_probe(field: Field<'_>) -> Option<Lack> {
    match field.node() {
        Some(node) => {
            let empty = node.map().is_some_and(|map| map.is_empty());
            empty.then_some(Lack::Empty)
        }
        None => is_absent(field).then_some(Lack::Absent),
    }
}

impl Pod<'_> {
    /// True for the pod of a workload that goes on until it is removed, and that the manifest
    /// describes wholly: not a Job, a hook, a pod that is not restarted, a template that something
    /// else makes pods from, a pod that an operator completes.
    pub fn lives_on(&self) -> bool {
        !self.is_finite()
            && !self.is_partial()
            && !self.is_test_hook()
            && !self.resource.is("PodTemplate")
    }
}

/// Where probes and hooks name a port: who names it, and the field.
const PORTS: &[(&str, &str)] = &[
    ("liveness probe", "livenessProbe.httpGet.port"),
    ("liveness probe", "livenessProbe.tcpSocket.port"),
    ("liveness probe", "livenessProbe.grpc.port"),
    ("readiness probe", "readinessProbe.httpGet.port"),
    ("readiness probe", "readinessProbe.tcpSocket.port"),
    ("readiness probe", "readinessProbe.grpc.port"),
    ("startup probe", "startupProbe.httpGet.port"),
    ("startup probe", "startupProbe.tcpSocket.port"),
    ("startup probe", "startupProbe.grpc.port"),
    ("postStart hook", "lifecycle.postStart.httpGet.port"),
    ("postStart hook", "lifecycle.postStart.tcpSocket.port"),
    ("preStop hook", "lifecycle.preStop.httpGet.port"),
    ("preStop hook", "lifecycle.preStop.tcpSocket.port"),
];

impl<'a> Container<'a> {
    /// The ports that its probes and lifecycle hooks name: who names it, and where.
    pub fn probe_ports(&self) -> impl Iterator<Item = (&'static str, Field<'a>)> + use<'a> {
        let container = *self;
        let all = PORTS.iter().map(move |(who, path)| (*who, container.field(path)));
        all.filter(|(_, field)| field.exists())
    }

    /// True when it has a readiness probe, or may have one.
    pub fn may_be_unready(&self) -> bool {
        lacks_probe(self.field("readinessProbe")).is_none()
    }
}

//! Kubernetes as data: resources and their kinds, one normalised pod for every workload, selectors,
//! quantities, images, and the graph of a build.
//!
//! Invariant: nothing here judges or knows a severity, and nothing reads a file. Values are known,
//! absent or unknown (a placeholder, a substitution, another repository), and unknown is never
//! turned into one of the other two.

mod build;
mod build_fact;
mod capability;
mod classify;
mod compare;
mod container_image;
mod control_plane;
mod declared;
mod disruption;
mod exposure;
mod gateway;
mod graph;
mod holders;
mod host_path;
mod hostname;
mod image;
mod ingress;
mod limit_range;
mod links;
mod measures;
mod mesh;
mod monitor;
mod outline;
mod pod;
mod policy;
mod port_name;
mod probe;
mod pull_secret;
mod quantity;
pub mod reach;
mod requirements;
mod resource;
pub mod rights;
mod routed;
mod scaling;
mod scoped;
mod secret_value;
mod security;
mod selector;
mod service;
mod shared;
mod storage;
mod system_workload;
mod unknown;
mod workload;

pub use build::{Build, BuildId, BuildKind};
pub use build_fact::{BuildFact, FactKind};
pub use capability::{CAPABILITIES, capability_name, is_capability};
pub use classify::*;
pub use compare::is_same_value;
pub use control_plane::{
    Listener, Program, Setting, Side, has_image_of, uses_etcd_tools, verbatim,
};
pub use declared::{Around, Declared, ExternalObjects, Generated, NamePattern};
pub use disruption::{Allowance, Budget, Portion, allowance};
pub use exposure::{
    Audience, Door, Escape, Exposure, Hop, PortExposure, Power, Step, Way, escapes,
};
pub use gateway::{
    Attachment, Fit, GATEWAY_GROUP, GATEWAY_ROUTES, GatewayListener, LISTENER_KINDS, ObjectRef,
    ParentRef, gateway_listeners, has_listeners, is_gateway_route, parent_refs, route_hostnames,
    route_targets,
};
pub use graph::{Direction, Graph, GraphPod, Namespace, Selected};
pub use holders::{Holder, HostPort, dns_names, host_ports, in_line, service_shape};
pub use host_path::{HostPath, Mount, clean_path, is_in};
pub use hostname::{certificate_covers, hostnames_meet, is_every_host, is_example_host};
pub use image::*;
pub use ingress::{
    CLASS_ANNOTATION, Controller, INGRESS, IngressClass, IngressPath, annotations,
    ends_tls_elsewhere, has_auth_annotation, has_source_annotation, ingress_backend_nodes,
    ingress_paths, ingress_rules, is_acme_solver, is_auxiliary_ingress, is_for_gke,
    is_internal_ingress, is_snippet, nginx_annotations, only_redirects, rule_host,
    snippet_directives, snippets, tls_covers,
};
pub use kubesift_schemas::*;
pub use links::{
    BrokenHop, Half, Link, Links, Missing, NearName, NoPods, Part, Relation, Scoped, Sureness,
    Target as LinkTarget, Wanted, target_port_cause,
};
pub use measures::{Duration, durations_of, percentages_of, quantities_of};
pub use mesh::*;
pub use monitor::{Monitor, Scope as MonitorScope};
pub use pod::{Container, Effective, Level, Pod, Role};
pub use policy::{Coverage, Dialect, POLICY_KINDS, Policy};
pub use port_name::broken_port_name_rule;
pub use probe::{Lack, lacks_probe};
pub use pull_secret::*;
pub use quantity::*;
pub use reach::Reach;
pub use requirements::{Amount, CPU, MEMORY, Requirement, amount};
pub use resource::{Kind, RenderedFrom, Resource, ResourceId, Written};
pub use scaling::{Axis, Keeper, Replicas, Scaler};
pub use scoped::stand_together;
pub use secret_value::{
    Content, Credential, KeyName, MOST_CREDENTIALS, Nature, SHORTEST_CREDENTIAL,
    command_credentials, credential_place, credentials, decode_base64, indefinite, key_name,
    known_formats, leading_credential, part_of, secret_content,
};
pub use security::is_absent;
pub use selector::*;
pub use service::*;
pub use storage::{MountedClaim, Sharing, is_pinned, sharing, storage_class};
pub use system_workload::SystemWorkload;
pub use unknown::*;
pub use workload::{CustomWorkload, PodShape, Workloads};

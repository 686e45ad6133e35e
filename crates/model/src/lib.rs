//! Kubernetes as data: resources and their kinds, one normalised pod for every workload, selectors,
//! quantities, images, and the graph of a build.
//!
//! Invariant: nothing here judges or knows a severity, and nothing reads a file. Values are known,
//! absent or unknown (a placeholder, a substitution, another repository), and unknown is never
//! turned into one of the other two.

mod build;
mod capability;
mod classify;
mod compare;
mod container_image;
mod control_plane;
mod exposure;
mod graph;
mod host_path;
mod image;
mod kinds;
mod limit_range;
mod measures;
mod pod;
mod policy;
mod probe;
mod quantity;
pub mod reach;
mod requirements;
mod resource;
mod secret_value;
mod security;
mod selector;
mod service;
mod system_workload;
mod unknown;
mod workload;

pub use build::{Build, BuildId, BuildKind};
pub use capability::{CAPABILITIES, capability_name, is_capability};
pub use classify::*;
pub use compare::is_same_value;
pub use control_plane::{
    Listener, Program, Setting, Side, has_image_of, uses_etcd_tools, verbatim,
};
pub use exposure::{Audience, Door, Escape, Exposure, Hop, Power, Step, Way, escapes};
pub use graph::{Direction, Graph, GraphPod, Namespace, Selected};
pub use host_path::{HostPath, Mount, clean_path, is_in};
pub use image::*;
pub use kinds::*;
pub use measures::{Duration, durations_of, percentages_of, quantities_of};
pub use pod::{Container, Effective, Level, Pod, Role};
pub use policy::{Coverage, Dialect, Policy};
pub use probe::{Lack, lacks_probe};
pub use quantity::*;
pub use reach::Reach;
pub use requirements::{Amount, CPU, MEMORY, Requirement, amount};
pub use resource::{Kind, RenderedFrom, Resource, ResourceId};
pub use secret_value::{
    Content, Credential, KeyName, MOST_CREDENTIALS, Nature, command_credentials, credential_place,
    credentials, decode_base64, indefinite, key_name, known_formats, leading_credential, part_of,
    secret_content,
};
pub use security::is_absent;
pub use selector::*;
pub use service::*;
pub use system_workload::SystemWorkload;
pub use unknown::*;
pub use workload::{CustomWorkload, PodShape, Workloads};

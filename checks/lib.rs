//! The judgements of kubesift: one file a check, in a folder for its family.
//!
//! A file holds its documentation (with the examples that are its tests), its facts and its code;
//! no list names it. A check reads the model and writes to [`Out`](kubesift_engine::Out): it does no
//! I/O and does not know another check.
#![allow(rustdoc::invalid_codeblock_attributes, reason = "the words of a fence are for tests.rs")]

use kubesift_engine::Entry;

/// What a check may use.
pub(crate) mod prelude {
    pub use kubesift_engine::Ref::*;
    pub use kubesift_engine::Safety::*;
    pub use kubesift_engine::Severity::*;
    pub use kubesift_engine::model::{
        Container, Direction, Effective, FactKind, Graph, GraphPod, Level, Pod, Resource, Role,
    };
    pub use kubesift_engine::yaml::{Boolean, Field, Node, Value, edit};
    pub use kubesift_engine::{
        At, Check, Confidence, Draft, InNamespaces, Opt, Out, Profile, Run, Severity, Usual,
        Version,
    };
}

include!(concat!(env!("OUT_DIR"), "/registry.rs"));

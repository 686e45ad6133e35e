//! What a check is, what it finds, and how checks run over resources.
//!
//! A check is const data and a plain function; the registry is a slice of [`Entry`] handed in. A
//! finding cannot be made without a place in a text, and nothing here fails: a panic in a check is
//! caught per resource and becomes a [`Trouble`].
//!
//! Invariant: no single check is named here, nothing does I/O, and no report format, renderer or
//! configuration syntax is known.

mod baseline;
mod check;
mod dangling;
mod finding;
mod fingerprint;
mod opt;
mod out;
mod outcome;
mod powers;
mod run;
mod suppress;

pub use baseline::{Baseline, FILE_NAME as BASELINE_FILE_NAME, Flaw, Ground, Left, Listed, Seen};
pub use check::{Check, Confidence, Entry, Profile, Ref, Run, Severity, Version};
pub use dangling::Usual;
pub use finding::{Change, Fate, Finding, Fix, Matter, Note, Safety, Subject};
pub use fingerprint::Fingerprint;
pub use opt::{Opt, OptDefault, OptValue};
pub use out::{At, Draft, Out};
pub use outcome::{FileFate, FileReport, Outcome, Summary, Trouble, TroubleKind};
pub use powers::InNamespaces;
pub use run::{Plan, Rule, merge};
pub use suppress::{
    BUILT_IN, Date, Parts, SuppressionSettings, Suppressions, all_checks, may_hold_suppression,
    nearest,
};

pub use kubesift_model as model;
pub use kubesift_source as source;
pub use kubesift_yaml as yaml;

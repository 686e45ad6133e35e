//! What is wrong with a policy in itself: the API server, or the network plugin, refuses it or
//! takes a part of it for nothing. Who reports it, and how bad it is, is left to checks and to the
//! command.

use kubesift_yaml::Node;

use crate::resource::Resource;

/// Something wrong with a policy, or with a network that isolates pods.
#[derive(Debug, Clone)]
pub struct PolicyError<'a> {
    /// The object.
    pub resource: &'a Resource,
    /// The tightest place that a person would edit.
    pub at: Node<'a>,
    /// What kind of mistake it is.
    pub kind: PolicyErrorKind,
    /// What is wrong, with the value, going on from the object's name: "has the CIDR `A`, which …".
    pub words: String,
    /// The other end, when there is one: the policy with the same name or priority.
    pub other: Option<&'a Resource>,
}

/// Kinds of mistakes in policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PolicyErrorKind {
    /// A CIDR that is none.
    Cidr,
    /// An `except` that is not a part of its `cidr`.
    Except,
    /// A selector with a key, value or operator that labels cannot have.
    Selector,
    /// `ipBlock` beside a selector in one peer.
    BlockBesideSelector,
    /// A peer that is empty, or has none or several of the fields of which it must have one.
    Peer,
    /// A rule of an admin policy without peers.
    NoPeers,
    /// A policy of Cilium without any rule.
    NoRules,
    /// A port out of bounds, a range the wrong way round, or `endPort` where it cannot be.
    Port,
    /// A port by name where only addresses are meant, which have no names for ports.
    NamedPortOfAddress,
    /// A protocol that policies do not know.
    Protocol,
    /// An action, a policy type or a tier that does not exist, or that is missing.
    Word,
    /// A subject that is empty or twofold.
    Subject,
    /// A priority out of bounds, or missing.
    Priority,
    /// Two policies with the same priority.
    SamePriority,
    /// Two policies of the same name.
    SameName,
    /// A name that the only object of its kind must not have.
    Name,
    /// Pods of one owner with different labels, which policies tell apart.
    MixedOwner,
    /// A network that isolates pods and is wrong in itself.
    Network,
}

impl PolicyErrorKind {
    /// What to do about it.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Cidr => "write an address and the length of its prefix, as in 10.0.0.0/8",
            Self::Except => "take it out, or write a block inside `cidr`",
            Self::Selector => "write keys and values as labels have them",
            Self::BlockBesideSelector => "make two items of it",
            Self::Peer => "give the peer exactly one way to say whom it means",
            Self::NoPeers => "name at least one peer",
            Self::NoRules => "add a rule; an empty one (`ingress: [{}]`) denies all",
            Self::Port => "write a port from 1 to 65535, and ranges from low to high",
            Self::NamedPortOfAddress => "write the number of the port",
            Self::Protocol => "write TCP, UDP or SCTP",
            Self::Word => "write one of the words that the API knows",
            Self::Subject => "write either `namespaces` or `pods`",
            Self::Priority => "write a priority from 0 to 1000",
            Self::SamePriority => "give each policy a priority of its own",
            Self::SameName => "rename one of them, or remove it",
            Self::Name => "rename it",
            Self::MixedOwner => "give all pods of one owner the same labels",
            Self::Network => "correct the network",
        }
    }
}

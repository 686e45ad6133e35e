//! Endpoints written by hand lead to an address that no Service should reach.
//!
//! Loopback and link-local addresses are those of the node or of its cloud: 169.254.169.254 hands
//! out the credentials of the machine. Endpoints with such an address let everybody who may use
//! the Service talk to them (CVE-2021-25737).
//!
//! Remove the address. For a target outside the cluster use its own address, or an ExternalName.
//!
//! Other addresses are how a target outside the cluster is named, and are reported only with the
//! option `every-address`, or when this check is asked for by name.
//!
//! ```yaml fail
//! kind: Endpoints
//! metadata: {name: web}
//! subsets:
//!   - addresses:
//!       - ip: 169.254.169.254
//! #       ^^^^^^^^^^^^^^^^^^^ Endpoints `web` leads to 169.254.169.254, which hands out credentials of the cloud
//!       - ip: 203.0.113.7
//! ---
//! apiVersion: discovery.k8s.io/v1
//! kind: EndpointSlice
//! metadata: {name: local}
//! endpoints:
//!   - addresses: ["127.0.0.1", "fe80::1"]
//! #               ^^^^^^^^^^^ EndpointSlice `local` leads to 127.0.0.1, a loopback address
//! #                            ^^^^^^^^^ EndpointSlice `local` leads to fe80::1, a link-local address
//! ```
//!
//! ```yaml fail every-address=true
//! kind: Endpoints
//! metadata: {name: db}
//! subsets:
//!   - addresses:
//!       - ip: 10.0.0.7
//! #       ^^^^^^^^^^^^ Endpoints `db` leads to 10.0.0.7, an address written by hand
//! ```
//!
//! ```yaml pass
//! kind: Endpoints
//! metadata: {name: db}
//! subsets: [{addresses: [{ip: 10.0.0.7}, {ip: "${ADDRESS}"}]}]
//! ---
//! apiVersion: discovery.k8s.io/v1
//! kind: EndpointSlice
//! metadata: {name: hosts}
//! addressType: FQDN
//! endpoints: [{addresses: [localhost.example.com]}]
//! ```

use std::net::IpAddr;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 4.5,
    profiles: &[Profile::Default],
    refs: &[
        Cwe(441),
        Url("https://github.com/kubernetes/kubernetes/issues/102106"),
        Peer("terrascan:AC_K8S_0113"),
        Peer("datree:ENDPOINTSLICE_CVE2021_25373_INCORRECT_ADDRESSES_VALUE"),
    ],
    options: &[&EVERY],
    run: Run::Resource(&["Endpoints", "discovery.k8s.io/EndpointSlice"], run),
    ..Check::DEFAULT
};

pub const EVERY: Opt =
    Opt::flag("every-address", "Report every address that is written by hand.", false);

fn run(endpoints: &Resource, out: &mut Out) {
    let every = out.flag(&EVERY) || out.is_asked();
    let subsets = endpoints.field("subsets").items();
    let objects = subsets.flat_map(|subset| subset.field("addresses").items());
    let classic = objects.filter_map(|address| address.field("ip").node());
    let items = endpoints.field("endpoints").items();
    let slices = items.flat_map(|item| item.field("addresses").items());
    for node in classic.chain(slices) {
        let Some(address) = node.text().and_then(|text| text.parse::<IpAddr>().ok()) else {
            continue;
        };
        let (what, severity) = match special(address) {
            Some(found) => found,
            None if every => ("an address written by hand", Low),
            None => continue,
        };
        out.report(node, format!("leads to {address}, {what}")).severity(severity);
    }
}

/// What is special about an address, and how bad it is.
fn special(address: IpAddr) -> Option<(&'static str, Severity)> {
    let link_local = match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.segments()[0] & 0xffc0 == 0xfe80,
    };
    match address {
        _ if address.to_string() == "169.254.169.254" => {
            Some(("which hands out credentials of the cloud", High))
        }
        _ if address.is_loopback() => Some(("a loopback address", Medium)),
        _ if link_local => Some(("a link-local address", Medium)),
        _ => None,
    }
}

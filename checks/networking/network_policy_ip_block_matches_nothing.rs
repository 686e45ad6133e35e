//! A network policy takes addresses out of a block that they are no part of.
//!
//! The API server refuses a NetworkPolicy whose `except` is not a part of its `cidr`; other
//! policies take it, and the exception does nothing. Either way the addresses it was written for
//! are not kept out.
//!
//! Correct one of the two blocks, or remove the exception.
//!
//! ```yaml fail
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {}
//!   ingress:
//!     - from:
//!         - ipBlock:
//!             cidr: 10.0.0.0/16
//!             except:
//!               - 10.1.0.0/24
//! #               ^^^^^^^^^^^ NetworkPolicy `web` takes `10.1.0.0/24` out of `10.0.0.0/16`, which is no part of it
//! ```
//!
//! ```yaml pass
//! kind: NetworkPolicy
//! metadata: {name: web}
//! spec:
//!   podSelector: {}
//!   ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, "${NODES}"]}}]}]
//! ```

use kubesift_engine::model::POLICY_KINDS;
use kubesift_engine::model::reach::PolicyErrorKind;

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Low,
    score: 2.0,
    refs: &[Peer("popeye:POP-1206"), Peer("popeye:POP-1207")],
    run: Run::Links(POLICY_KINDS, run),
    ..Check::DEFAULT
};

fn run(resource: &Resource, graph: &Graph, out: &mut Out) {
    for error in graph.reach().errors_of(resource.id) {
        if error.kind == PolicyErrorKind::Except {
            let refused = resource.is("networking.k8s.io/NetworkPolicy");
            let severity = if refused { Medium } else { Low };
            out.report(error.at, error.words.clone()).severity(severity);
        }
    }
}

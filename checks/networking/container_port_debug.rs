//! A container serves a debugger.
//!
//! Who reaches a debugger's port can read the memory of the program and run code in it: debuggers
//! ask for no password.
//!
//! Build without the debugger for anything but development, and remove the port. To debug in the
//! cluster, let it listen on localhost and use `kubectl port-forward`.
//!
//! These ports count: 5005 (Java), 9229 (Node.js), 2345 and 40000 (Delve for Go), 6060 (Go's
//! pprof). The number alone is no proof: a port whose name says something else is left alone, and
//! 6060 counts by its name only.
//!
//! ```yaml fail
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           ports:
//!             - containerPort: 8080
//!             - containerPort: 5005
//! #             ^^^^^^^^^^^^^^^^^^^ container `app` serves the Java debugger (port 5005)
//!             - name: pprof
//!               containerPort: 6060
//! #             ^^^^^^^^^^^^^^^^^^^ container `app` serves Go's profiler (port 6060)
//! ```
//!
//! ```yaml fail
//! kind: Pod
//! spec:
//!   containers:
//!     - {name: app, ports: [{name: node-debug, containerPort: 9229}]}
//! #                                            ^^^^^^^^^^^^^^^^^^^ container `app` serves the Node.js debugger (port 9229)
//! ```
//!
//! ```yaml pass
//! kind: Deployment
//! metadata: {name: web}
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: app
//!           ports:
//!             - {name: http, containerPort: 5005}
//!             - {name: metrics, containerPort: 6060}
//!             - {containerPort: 6060}
//!             - {containerPort: 2345, protocol: UDP}
//!             - {containerPort: "${DEBUG_PORT}"}
//! ```

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: Medium,
    score: 5.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default],
    refs: &[Cwe(489)],
    run: Run::Container(run),
    ..Check::DEFAULT
};

/// Port, what listens there, and whether the number says so without a name.
const DEBUGGERS: &[(i64, &str, bool)] = &[
    (2345, "the Go debugger", true),
    (5005, "the Java debugger", true),
    (6060, "Go's profiler", false),
    (9229, "the Node.js debugger", true),
    (40000, "the Go debugger", true),
];

/// Parts of the names that people give to such ports.
const NAMES: &[&str] = &["debug", "jdwp", "dlv", "delve", "pprof", "inspect", "jvm", "profil"];

fn run(container: &Container, out: &mut Out) {
    for port in container.ports() {
        let number = port.field("containerPort");
        let row = DEBUGGERS.iter().find(|row| number.int() == Some(row.0));
        let Some((number_is, what, by_number)) = row else { continue };
        let protocol = port.field("protocol");
        if protocol.exists() && protocol.str() != Some("TCP") {
            continue;
        }
        let named = match port.get("name").and_then(Node::text) {
            Some(name) => NAMES.iter().any(|part| name.to_lowercase().contains(part)),
            None => *by_number,
        };
        if named {
            out.report(number, format!("serves {what} (port {number_is})"));
        }
    }
}

//! A command line holds a credential.
//!
//! The arguments of a process are shown by `ps` to everyone on the node, written to audit logs, and
//! readable with the workload for everyone who may not read Secrets.
//!
//! Read it from a file, or from an environment variable that comes from a Secret: `$(NAME)` in
//! `command` and `args` is replaced by the variable's value, but that shows it in `ps` again, so a
//! file is better.
//!
//! Commands of probes and lifecycle hooks count as well.
//!
//! ```yaml fail
//! kind: StatefulSet
//! spec:
//!   template:
//!     spec:
//!       containers:
//!         - name: db
//!           command: [redis-server]
//!           args:
//!             - --requirepass
//!             - hunter2hunter
//! #             ^^^^^^^^^^^^^ container `db` has a credential in its command line in plain text: `requirepass`
//!             - --admin-password=letmein99
//! #                              ^^^^^^^^^ container `db` has a credential in its command line in plain text: `admin-password`
//!           readinessProbe:
//!             exec:
//!               command: [sh, -c, "mysqladmin ping -uroot -prootpw42"]
//! #                                                         ^^^^^^^^ container `db` has a credential in its command line in plain text: `-p`
//! ```
//!
//! ```yaml fail
//! kind: CronJob
//! spec:
//!   jobTemplate:
//!     spec:
//!       template:
//!         spec:
//!           initContainers:
//!             - name: fetch
//!               command:
//!                 - sh
//!                 - -c
//!                 - |
//!                   set -e
//!                   export API_TOKEN="f3b1c29e7d504a86b2e9d0c14a7f6358"
//! #                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ init container `fetch` has a credential in its command line in plain text: `API_TOKEN`
//!                   curl https://shop.dev/export
//! ```
//!
//! ```yaml pass
//! kind: Pod
//! spec:
//!   containers:
//!     - name: app
//!       command: [sh, -c]
//!       args:
//!         - |
//!           TOKEN=$(cat /var/run/secrets/kubernetes.io/serviceaccount/token)
//!           mysql -u root -p"$MYSQL_ROOT_PASSWORD" -e 'select 1'
//!           curl -u "$USER:$PASSWORD" https://shop.dev
//!           PGPASSWORD=${DB_PASSWORD} psql
//!           mysql_port=3306 run -port_map
//!           Client(aws_secret_access_key=os.getenv("AWS_SECRET_ACCESS_KEY", "minioadmin"))
//!           app --password=$PASSWORD --token ${TOKEN} --api-key <key>
//!     - name: other
//!       args:
//!         - --token-file=/run/token
//!         - --initial-cluster-token=etcd-cluster-1
//!         - --password=$(DB_PASSWORD)
//!         - --leader-elect-resource-name=tokens
//!         - --bind-secret=webhook-server-cert
//!         - --service-account-token
//!         - --token
//!         - $(TOKEN)
//!         - --authentication-token-webhook=true
//!         - --default-ssl-certificate=shop/tls-secret
//! ```

use kubesift_engine::model::{
    Credential, Nature, command_credentials, credential_place, indefinite, known_node,
    leading_credential,
};

use crate::prelude::*;

pub const CHECK: Check = Check {
    severity: High,
    score: 7.0,
    refs: &[Cwe(214)],
    yields_to: &["secret-known-token-format"],
    run: Run::Container(run),
    ..Check::DEFAULT
};

const EXEC: [&str; 5] = [
    "livenessProbe.exec.command",
    "readinessProbe.exec.command",
    "startupProbe.exec.command",
    "lifecycle.postStart.exec.command",
    "lifecycle.preStop.exec.command",
];

fn run(container: &Container, out: &mut Out) {
    judge(container.command_line().collect(), out);
    for path in EXEC {
        judge(container.field(path).items().collect(), out);
    }
}

fn judge(nodes: Vec<Node<'_>>, out: &mut Out) {
    // A comment beside an argument may compute it.
    let text = |node: &Node<'_>| {
        let text = node.text().unwrap_or_default().to_owned();
        let computed = !text.contains(['{', '$', '<', '%']) && !known_node(*node).is_literal();
        if computed { String::new() } else { text }
    };
    let texts: Vec<String> = nodes.iter().map(text).collect();
    let items: Vec<&str> = texts.iter().map(String::as_str).collect();
    let found = command_credentials(&items);
    for (at, node) in nodes.iter().enumerate() {
        let own = found.iter().filter(|(item, _)| *item == at).map(|(_, found)| found.clone());
        if let Some(found) = leading_credential(own.collect()) {
            report(out, *node, &found);
        }
    }
}

fn report(out: &mut Out, node: Node<'_>, found: &Credential<'_>) {
    let at = credential_place(node, found).map_or(At::Node(node), |span| At::Part(node, span));
    let message = match (found.nature, found.key) {
        (Nature::Format(format), _) => {
            format!("has {} in its command line in plain text", indefinite(format))
        }
        (_, Some(key)) => {
            format!("has a credential in its command line in plain text: `{key}`")
        }
        _ => "has a credential in its command line in plain text".to_owned(),
    };
    let draft = out.report(at, message);
    if found.nature == Nature::Chosen {
        draft.confidence(Confidence::Medium);
    }
}

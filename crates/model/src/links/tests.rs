//! Cases for references: each field present, missing, optional and filled in later; producers,
//! namespaces, near misses, declarations, and size.

use std::fmt::Write as _;

use super::*;
use crate::declared::{Around, Declared, ExternalObjects, NamePattern};
use crate::graph::tests::{with_graph, with_graph_in};

/// Where a link leads, in one word and a name.
fn target(link: &Link<'_>) -> String {
    let name = |resource: &Resource| resource.name.clone().unwrap_or_default();
    match &link.to {
        Target::Resource(found) => format!("found {}", name(found)),
        Target::Perhaps(found) => format!("perhaps {}", name(found)),
        Target::Selected(found) => {
            let names: Vec<_> = found.iter().map(|one| name(one)).collect();
            format!("selected {}", names.join(","))
        }
        Target::MadeBy(by) => format!("made by {} {}", by.kind.kind, name(by)),
        Target::Generated(_) => "generated".to_owned(),
        Target::BuiltIn => "built in".to_owned(),
        Target::External => "external".to_owned(),
        Target::Unknown => "unknown".to_owned(),
        Target::Missing(missing) => {
            let half = match missing.half {
                Half::Object => "object".to_owned(),
                Half::Namespace(other) => format!("namespace {}", other.full_name()),
                Half::Kind(other) => format!("kind {}", other.kind.kind),
                Half::Key(_) => "key".to_owned(),
                Half::Port(_) => "port".to_owned(),
            };
            let near = missing.near.as_ref().map(|near| format!(", near {}", near.name));
            format!("{:?} missing {half}{}", missing.sureness, near.unwrap_or_default())
        }
    }
}

/// The links from the first object: `Relation kind/name: where it leads`.
fn links_in(text: &str, around: Around) -> Vec<String> {
    with_graph_in(text, around, |graph| {
        let Some(first) = graph.resources().first() else { return Vec::new() };
        let links = graph.links().from(first).iter();
        links
            .map(|link| {
                let optional = if link.optional { "?" } else { "" };
                let Wanted { kind, name, .. } = link.wanted;
                format!("{:?}{optional} {kind}/{name}: {}", link.relation, target(link))
            })
            .collect()
    })
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(links_in(text, Around::default()), expected, "{text}");
}

/// The first object's first link leads there.
#[track_caller]
fn leads(text: &str, expected: &str) {
    let found = links_in(text, Around::default());
    let first = found.first().map(|link| link.split_once(": ").map_or("", |(_, to)| to));
    assert_eq!(first, Some(expected), "{text}");
}

fn object(api: &str, kind: &str, metadata: &str, rest: &str) -> String {
    format!("---\napiVersion: {api}\nkind: {kind}\nmetadata: {{{metadata}}}\n{rest}\n")
}

fn pod(spec: &str) -> String {
    object("v1", "Pod", "name: web", &format!("spec: {{{spec}}}"))
}

/// Every reference of a pod, with and without `optional`.
#[test]
fn pods_refer() {
    let spec = "priorityClassName: high, runtimeClassName: gvisor, serviceAccountName: web, \
                imagePullSecrets: [{name: registry}], \
                containers: [{name: a, env: [{name: A, value: x}, \
                {name: B, valueFrom: {secretKeyRef: {name: s1, key: k}}}, \
                {name: C, valueFrom: {configMapKeyRef: {name: c1, key: k, optional: true}}}], \
                envFrom: [{secretRef: {name: s2, optional: true}}, {configMapRef: {name: c2}}]}], \
                initContainers: [{name: i, envFrom: [{secretRef: {name: s3}}]}], \
                ephemeralContainers: [{name: e, envFrom: [{secretRef: {name: s4}}]}], \
                volumes: [{name: a, configMap: {name: c3, items: [{key: x, path: x}]}}, \
                {name: b, secret: {secretName: s5, optional: true}}, \
                {name: c, projected: {sources: [{secret: {name: s6}}, {configMap: {name: c4}}]}}, \
                {name: d, persistentVolumeClaim: {claimName: p1}}, \
                {name: e, ephemeral: {volumeClaimTemplate: {spec: {storageClassName: fast}}}}, \
                {name: f, csi: {driver: x, nodePublishSecretRef: {name: s7}, \
                volumeAttributes: {secretProviderClass: sp}}}, \
                {name: g, azureFile: {secretName: s8}}, {name: h, emptyDir: {}}]";
    let found = links_in(&pod(spec), Around::default());
    let bare: Vec<&str> =
        found.iter().map(|link| link.split_once(':').map_or("", |(link, _)| link)).collect();
    let expected = [
        "PriorityClass PriorityClass/high",
        "RuntimeClass RuntimeClass/gvisor",
        "ServiceAccount ServiceAccount/web",
        "ImagePullSecret Secret/registry",
        "EnvKey Secret/s1",
        "EnvKey? ConfigMap/c1",
        "EnvFrom? Secret/s2",
        "EnvFrom ConfigMap/c2",
        "EnvFrom Secret/s3",
        "EnvFrom Secret/s4",
        "Volume ConfigMap/c3",
        "Volume ConfigMap/c3",
        "Volume? Secret/s5",
        "Projected Secret/s6",
        "Projected ConfigMap/c4",
        "Claim PersistentVolumeClaim/p1",
        "StorageClass StorageClass/fast",
        "Csi Secret/s7",
        "Csi SecretProviderClass/sp",
        "Csi Secret/s8",
    ];
    assert_eq!(bare, expected);
    // Inside a CronJob they are the same.
    let nested = object(
        "batch/v1",
        "CronJob",
        "name: web",
        &format!("spec: {{jobTemplate: {{spec: {{template: {{spec: {{{spec}}}}}}}}}}}"),
    );
    let nested = links_in(&nested, Around::default());
    assert_eq!(nested.len(), expected.len());
}

/// One row for each field of the table: the object, and the link it makes.
#[test]
#[rustfmt::skip] // One line a row: it is a table.
fn fields_refer() {
    let rows: &[(&str, &str, &str, &str)] = &[
        ("autoscaling/v2", "HorizontalPodAutoscaler", "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: x}", "ScaleTarget Deployment/x"),
        ("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", "targetRef: {apiVersion: apps/v1, kind: StatefulSet, name: x}", "ScaleTarget StatefulSet/x"),
        ("keda.sh/v1alpha1", "ScaledObject", "scaleTargetRef: {name: x}", "ScaleTarget Deployment/x"),
        ("keda.sh/v1alpha1", "ScaledJob", "triggers: [{authenticationRef: {name: x}}]", "Authentication TriggerAuthentication/x"),
        ("keda.sh/v1alpha1", "TriggerAuthentication", "secretTargetRef: [{name: x, key: y}]", "Data Secret/x"),
        ("networking.k8s.io/v1", "Ingress", "ingressClassName: x", "IngressClass IngressClass/x"),
        ("networking.k8s.io/v1", "Ingress", "tls: [{secretName: x}]", "IngressTls Secret/x"),
        ("networking.k8s.io/v1", "Ingress", "defaultBackend: {service: {name: x, port: {number: 80}}}", "IngressBackend Service/x"),
        ("extensions/v1beta1", "Ingress", "rules: [{http: {paths: [{backend: {serviceName: x, servicePort: 80}}]}}]", "IngressBackend Service/x"),
        ("gateway.networking.k8s.io/v1", "Gateway", "gatewayClassName: x", "GatewayClass GatewayClass/x"),
        ("gateway.networking.k8s.io/v1", "Gateway", "listeners: [{tls: {certificateRefs: [{name: x}]}}]", "Certificate Secret/x"),
        ("gateway.networking.k8s.io/v1", "HTTPRoute", "parentRefs: [{name: x}]", "RouteParent Gateway/x"),
        ("gateway.networking.k8s.io/v1", "TLSRoute", "rules: [{backendRefs: [{name: x, port: 1}]}]", "RouteBackend Service/x"),
        ("gateway.networking.k8s.io/v1", "HTTPRoute", "rules: [{filters: [{requestMirror: {backendRef: {name: x}}}]}]", "RouteBackend Service/x"),
        ("route.openshift.io/v1", "Route", "to: {kind: Service, name: x}", "RouteBackend Service/x"),
        ("traefik.io/v1alpha1", "IngressRoute", "routes: [{middlewares: [{name: x}]}]", "RouteFilter Middleware/x"),
        ("projectcontour.io/v1", "HTTPProxy", "virtualhost: {tls: {secretName: certs/x}}", "Certificate Secret/x"),
        ("cert-manager.io/v1", "Certificate", "issuerRef: {name: x}", "Issuer Issuer/x"),
        ("cert-manager.io/v1", "Certificate", "issuerRef: {name: x, kind: ClusterIssuer, group: cert-manager.io}", "Issuer ClusterIssuer/x"),
        ("cert-manager.io/v1", "Certificate", "secretName: x", "Makes Secret/x"),
        ("cert-manager.io/v1", "Issuer", "acme: {solvers: [{dns01: {cloudflare: {apiTokenSecretRef: {name: x, key: y}}}}]}", "Data Secret/x"),
        ("cert-manager.io/v1", "Issuer", "acme: {privateKeySecretRef: {name: x}}", "Makes Secret/x"),
        ("external-secrets.io/v1", "ExternalSecret", "secretStoreRef: {name: x}", "SecretStore SecretStore/x"),
        ("external-secrets.io/v1", "ExternalSecret", "dataFrom: [{sourceRef: {storeRef: {name: x, kind: ClusterSecretStore}}}]", "SecretStore ClusterSecretStore/x"),
        ("external-secrets.io/v1", "SecretStore", "provider: {vault: {auth: {tokenSecretRef: {name: x, key: y}}}}", "Data Secret/x"),
        ("apps/v1", "StatefulSet", "serviceName: x", "GoverningService Service/x"),
        ("v1", "PersistentVolumeClaim", "storageClassName: x", "StorageClass StorageClass/x"),
        ("v1", "PersistentVolumeClaim", "volumeName: x", "ClaimSource PersistentVolume/x"),
        ("apiregistration.k8s.io/v1", "APIService", "service: {name: x, namespace: y}", "ApiService Service/x"),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition", "conversion: {webhook: {clientConfig: {service: {name: x, namespace: y}}}}", "WebhookService Service/x"),
        ("monitoring.coreos.com/v1", "ServiceMonitor", "endpoints: [{basicAuth: {password: {name: x, key: y}}}]", "Data Secret/x"),
        ("monitoring.coreos.com/v1", "Alertmanager", "configSecret: x", "Data Secret/x"),
        ("argoproj.io/v1alpha1", "Rollout", "strategy: {canary: {stableService: x}}", "RolloutService Service/x"),
        ("networking.istio.io/v1", "VirtualService", "gateways: [x]", "MeshGateway Gateway/x"),
        ("networking.istio.io/v1", "VirtualService", "http: [{route: [{destination: {host: x}}]}]", "MeshDestination Service/x"),
        ("networking.istio.io/v1", "DestinationRule", "host: x.shop.svc.cluster.local", "MeshDestination Service/x"),
        ("networking.istio.io/v1", "Gateway", "servers: [{tls: {credentialName: x}}]", "CertificateSecret Secret/x"),
        ("postgresql.cnpg.io/v1", "Cluster", "superuserSecret: {name: x}", "Data Secret/x"),
        ("snapshot.storage.k8s.io/v1", "VolumeSnapshot", "source: {persistentVolumeClaimName: x}", "ClaimSource PersistentVolumeClaim/x"),
    ];
    for (api, kind, spec, expected) in rows {
        let text = object(api, kind, "name: a, namespace: own", &format!("spec: {{{spec}}}"));
        let found = links_in(&text, Around::default());
        let bare: Vec<&str> =
            found.iter().map(|link| link.split_once(':').map_or("", |(link, _)| link)).collect();
        assert_eq!(bare, [*expected], "{text}");
        // Filled in later it leads nowhere that can be said, and in a complete project it is missing.
        let later = text.replace(": x", ": '${X}'").replace("[x]", "['${X}']").replace("/x", "/${X}");
        let later = links_in(&later, Around::default());
        assert!(later.iter().all(|link| !link.contains("missing")), "{later:?}");
        let declared = Declared { complete: vec![NamePattern::new("*")], external: Vec::new() };
        let sure = links_in(&text, Around { declared, ..Around::default() });
        let made = expected.starts_with("Makes");
        assert!(sure.iter().all(|link| made || link.contains("Sure missing object")), "{sure:?}");
    }
}

#[test]
fn other_fields_refer() {
    let binding = "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}\n\
                   subjects: [{kind: User, name: u}, {kind: ServiceAccount, name: s, namespace: n}]";
    let text = object("rbac.authorization.k8s.io/v1", "RoleBinding", "name: a", binding);
    check(
        &text,
        &[
            "RoleRef Role/r: Unsure missing object",
            "Subject ServiceAccount/s: Unsure missing object",
        ],
    );
    let account = "secrets: [{name: s}]\nimagePullSecrets: [{name: p}]";
    check(
        &object("v1", "ServiceAccount", "name: a", account),
        &[
            "AccountSecret Secret/s: Unsure missing object",
            "ImagePullSecret Secret/p: Unsure missing object",
        ],
    );
    let hooks = "webhooks: [{clientConfig: {service: {name: s, namespace: n}}}]";
    let kind = "ValidatingWebhookConfiguration";
    check(
        &object("admissionregistration.k8s.io/v1", kind, "name: a", hooks),
        &["WebhookService Service/s: Unsure missing object"],
    );
    let owned = "name: a, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: d}]";
    check(&object("v1", "ConfigMap", owned, ""), &["Owner Deployment/d: Unsure missing object"]);
}

#[test]
fn namespaces_decide() {
    let map = |metadata: &str| object("v1", "ConfigMap", metadata, "");
    let user = |namespace: &str| {
        let metadata = if namespace.is_empty() {
            "name: web".to_owned()
        } else {
            format!("name: web, namespace: '{namespace}'")
        };
        let spec = "spec: {containers: [{name: a, envFrom: [{configMapRef: {name: c}}]}]}";
        object("v1", "Pod", &metadata, spec)
    };
    leads(&(user("a") + &map("name: c, namespace: a")), "found c");
    leads(&(user("") + &map("name: c")), "found c");
    // Not stated may be any.
    leads(&(user("") + &map("name: c, namespace: a")), "perhaps c");
    leads(&(user("a") + &map("name: c")), "perhaps c");
    leads(&(user("${NS}") + &map("name: c, namespace: a")), "perhaps c");
    leads(&(user("${NS}") + &map("name: c, namespace: '${NS}'")), "found c");
    leads(&user("${NS}"), "unknown");
    leads(&(user("a") + &map("name: c, namespace: b")), "Likely missing namespace b/c");
    let two = map("name: c, namespace: b") + &map("name: c, namespace: d");
    leads(&(user("a") + &two), "Unsure missing namespace b/c");
    leads(&user("kube-system"), "Open missing object");
}

#[test]
fn what_speaks_for_a_mistake() {
    let account = |name: &str| object("v1", "ServiceAccount", &format!("name: {name}"), "");
    let user = pod("serviceAccountName: frontend, containers: []");
    leads(&user, "Unsure missing object");
    leads(&(user.clone() + &account("frontned")), "Likely missing object, near frontned");
    // Others of the kind lie in the same folder.
    leads(&(user.clone() + &account("other")), "Likely missing object");
    let release = object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "name: x", "");
    leads(&(user.clone() + &account("other") + &release), "Open missing object");
    let scaler = object(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        "name: x",
        "spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}",
    );
    let set = object("apps/v1", "StatefulSet", "name: web", "spec: {}");
    leads(&(scaler + &set), "Likely missing kind StatefulSet");
}

#[test]
fn what_the_project_says() {
    let text = pod("containers: [{name: a, envFrom: [{configMapRef: {name: c}}]}]");
    let to = |around: Around| {
        let found = links_in(&text, around);
        found[0].split_once(": ").map(|(_, to)| to.to_owned()).unwrap_or_default()
    };
    assert_eq!(to(Around::default()), "Unsure missing object");
    let declared = |complete: &[&str], external: &[&str]| Around {
        declared: Declared {
            complete: complete.iter().map(|text| NamePattern::new(text)).collect(),
            external: external
                .iter()
                .filter_map(|text| ExternalObjects::parse(text).ok())
                .collect(),
        },
        ..Around::default()
    };
    assert_eq!(to(declared(&["*"], &[])), "Sure missing object");
    assert_eq!(to(declared(&["shop"], &[])), "Unsure missing object");
    assert_eq!(to(declared(&["*"], &["ConfigMap/c"])), "external");
    assert_eq!(to(declared(&["*"], &["Secret/c"])), "Sure missing object");
    assert_eq!(
        to(Around { charts: vec!["charts/x".into()], ..Around::default() }),
        "Open missing object"
    );
    assert_eq!(
        to(Around { remote: vec!["k8s".into()], ..Around::default() }),
        "Open missing object"
    );
    let generated = Generated {
        kind: "ConfigMap",
        name: "c".into(),
        namespace: None,
        folder: "k".into(),
        keys: None,
    };
    assert_eq!(to(Around { generated: vec![generated], ..Around::default() }), "generated");
}

#[test]
fn keys_and_ports() {
    let user = |key: &str| {
        pod(&format!(
            "containers: [{{name: a, env: [{{name: A, valueFrom: {{secretKeyRef: {{name: s, key: {key}}}}}}}]}}]"
        ))
    };
    let secret = object("v1", "Secret", "name: s", "data: {password: eA==}\nstringData: {user: x}");
    leads(&(user("password") + &secret), "found s");
    leads(&(user("user") + &secret), "found s");
    leads(&(user("token") + &secret), "Sure missing key");
    leads(&(user("pasword") + &secret), "Sure missing key, near password");
    leads(&(user("any") + &object("v1", "Secret", "name: s", "")), "found s");
    // Another definition has it.
    let other = object("v1", "Secret", "name: s", "data: {token: eA==}");
    leads(&(user("token") + &secret + &other), "found s");
    let route = |port: &str| {
        let spec = format!("spec: {{defaultBackend: {{service: {{name: s, port: {port}}}}}}}");
        object("networking.k8s.io/v1", "Ingress", "name: i", &spec)
    };
    let service = object("v1", "Service", "name: s", "spec: {ports: [{name: http, port: 80}]}");
    leads(&(route("{number: 80}") + &service), "found s");
    leads(&(route("{name: http}") + &service), "found s");
    leads(&(route("{number: 8080}") + &service), "Sure missing port");
    leads(&(route("{name: htttp}") + &service), "Sure missing port, near http");
    let alias = "spec: {type: ExternalName, externalName: x.y, ports: [{port: 80}]}";
    leads(&(route("{number: 8080}") + &object("v1", "Service", "name: s", alias)), "found s");
}

#[test]
fn what_is_made_counts_as_there() {
    let user = |kind: &str, name: &str| {
        let field = if kind == "Secret" { "secretRef" } else { "configMapRef" };
        pod(&format!("containers: [{{name: a, envFrom: [{{{field}: {{name: {name}}}}}]}}]"))
    };
    let made = |api: &str, kind: &str, spec: &str| object(api, kind, "name: m", spec);
    let rows = [
        (
            user("Secret", "m"),
            made("bitnami.com/v1alpha1", "SealedSecret", "spec: {}"),
            "SealedSecret",
        ),
        (
            user("Secret", "m"),
            made("external-secrets.io/v1", "ExternalSecret", "spec: {}"),
            "ExternalSecret",
        ),
        (
            user("Secret", "x"),
            made("external-secrets.io/v1", "ExternalSecret", "spec: {target: {name: x}}"),
            "ExternalSecret",
        ),
        (
            user("Secret", "x"),
            made("cert-manager.io/v1", "Certificate", "spec: {secretName: x}"),
            "Certificate",
        ),
        (
            user("ConfigMap", "m"),
            made("trust.cert-manager.io/v1alpha1", "Bundle", "spec: {}"),
            "Bundle",
        ),
        (user("Secret", "m-app"), made("postgresql.cnpg.io/v1", "Cluster", "spec: {}"), "Cluster"),
        (
            user("Secret", "m"),
            made("kafka.strimzi.io/v1beta2", "KafkaUser", "spec: {}"),
            "KafkaUser",
        ),
    ];
    for (user, maker, kind) in rows {
        leads(&(user + &maker), &format!("made by {kind} m"));
    }
    // It adds to a Secret that somebody else makes, and only there.
    let none = "spec: {target: {creationPolicy: None}}";
    let text = user("Secret", "m") + &made("external-secrets.io/v1", "ExternalSecret", none);
    leads(&text, "Unsure missing object");
    // An ingress has its certificate made; so does a Service of OpenShift.
    let ingress = object(
        "networking.k8s.io/v1",
        "Ingress",
        "name: m, annotations: {cert-manager.io/issuer: acme}",
        "spec: {tls: [{secretName: t}]}",
    );
    leads(&(user("Secret", "t") + &ingress), "made by Ingress m");
    leads(&ingress, "made by Ingress m");
    // The claims of a StatefulSet, the class of a volume.
    let claim =
        pod("containers: [], volumes: [{name: v, persistentVolumeClaim: {claimName: data-db-2}}]");
    let set = object(
        "apps/v1",
        "StatefulSet",
        "name: db",
        "spec: {volumeClaimTemplates: [{metadata: {name: data}}]}",
    );
    leads(&(claim.clone() + &set), "made by StatefulSet db");
    leads(&(claim.replace("db-2", "db-x") + &set), "Unsure missing object");
    let bound =
        object("v1", "PersistentVolumeClaim", "name: c", "spec: {storageClassName: manual}");
    let volume = object("v1", "PersistentVolume", "name: v", "spec: {storageClassName: manual}");
    leads(&(bound + &volume), "made by PersistentVolume v");
    // A program is told the name.
    let told = object(
        "batch/v1",
        "Job",
        "name: j",
        "spec: {template: {spec: {containers: [{name: a, args: ['--secret-name=hook']}]}}}",
    );
    leads(&(user("Secret", "hook") + &told), "unknown");
    leads(&user("ConfigMap", "kube-root-ca.crt"), "built in");
    leads(&user("Secret", "web-token-x7k2p"), "built in");
}

#[test]
fn keys_of_what_is_made() {
    let user = |key: &str| {
        pod(&format!(
            "containers: [{{name: a, env: [{{name: A, valueFrom: {{secretKeyRef: {{name: s, key: {key}}}}}}}]}}]"
        ))
    };
    let external = |spec: &str| {
        object("external-secrets.io/v1", "ExternalSecret", "name: s", &format!("spec: {{{spec}}}"))
    };
    let listed = "data: [{secretKey: user}, {secretKey: password}]";
    leads(&(user("user") + &external(listed)), "made by ExternalSecret s");
    leads(&(user("token") + &external(listed)), "Sure missing key");
    for open in [
        "data: [{secretKey: user}], dataFrom: [{extract: {key: x}}]",
        "data: [{secretKey: user}], target: {template: {data: {token: x}}}",
        "data: [{secretKey: user}], target: {creationPolicy: Merge}",
        "data: [{secretKey: '${KEY}'}]",
        "data: []",
    ] {
        leads(&(user("token") + &external(open)), "made by ExternalSecret s");
    }
    // A second one adds its own.
    let two = external(listed) + &external("data: [{secretKey: token}]");
    leads(&(user("token") + &two), "made by ExternalSecret s");
    let sealed = object(
        "bitnami.com/v1alpha1",
        "SealedSecret",
        "name: s",
        "spec: {encryptedData: {user: A}}",
    );
    leads(&(user("user") + &sealed), "made by SealedSecret s");
    leads(&(user("usr") + &sealed), "Sure missing key, near user");
}

#[test]
fn what_is_used() {
    let map =
        |name: &str| object("v1", "ConfigMap", &format!("name: {name}"), "data: {note: hello}");
    let text = pod(
        "containers: [{name: free, args: ['--lock=ns/lock'], envFrom: [{configMapRef: {name: env}}]}]",
    ) + &map("env")
        + &map("lock")
        + &map("free")
        + &map("told")
        + &object("cert-manager.io/v1", "Issuer", "name: free", "spec: {settings: {ref: told}}");
    with_graph(&text, |graph| {
        let used: Vec<bool> = graph.of("ConfigMap").map(|map| graph.links().is_used(map)).collect();
        assert_eq!(used, [true, true, false, true]);
        let unseen = graph.of("ConfigMap").any(|map| graph.links().may_be_used_unseen(map));
        assert!(!unseen);
    });
}

#[test]
fn equal_names_of_other_groups_are_other_objects() {
    let scaler = |api: &str| {
        object(
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            "name: x",
            &format!(
                "spec: {{scaleTargetRef: {{apiVersion: {api}, kind: Deployment, name: web}}}}"
            ),
        )
    };
    let web = object("apps/v1", "Deployment", "name: web", "spec: {}");
    leads(&(scaler("apps/v1") + &web), "found web");
    leads(&(scaler("extensions/v1beta1") + &web), "found web");
    leads(&(scaler("example.com/v1") + &web), "Likely missing kind Deployment");
    let route = object(
        "networking.k8s.io/v1",
        "Ingress",
        "name: i",
        "spec: {defaultBackend: {service: {name: f, port: {number: 80}}}}",
    );
    let knative = object("serving.knative.dev/v1", "Service", "name: f", "spec: {}");
    leads(&(route + &knative), "made by Service f");
}

#[test]
fn selectors_are_links() {
    let pods = object("v1", "Pod", "name: one, labels: {app: x}", "spec: {containers: []}")
        + &object("v1", "Pod", "name: two, labels: {app: y}", "spec: {containers: []}");
    let service =
        object("v1", "Service", "name: s, labels: {app: x}", "spec: {selector: {app: x}}");
    check(&(service.clone() + &pods), &["Selects Pod/: selected one"]);
    let monitor = object(
        "monitoring.coreos.com/v1",
        "ServiceMonitor",
        "name: m",
        "spec: {selector: {matchLabels: {app: x}}}",
    );
    check(&(monitor + &service + &pods), &["Selects Service/: selected s"]);
    let budget = object(
        "policy/v1",
        "PodDisruptionBudget",
        "name: b",
        "spec: {selector: {matchExpressions: [{key: app, operator: Exists}]}}",
    );
    check(&(budget + &pods), &["Selects Pod/: selected one,two"]);
    let policy = object(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        "name: p",
        "spec: {podSelector: {matchLabels: {app: y}}}",
    );
    check(&(policy + &pods), &["Selects Pod/: selected two"]);
}

#[test]
fn links_lead_back() {
    let text = pod("containers: [{name: a, envFrom: [{configMapRef: {name: c}}]}]")
        + &object("v1", "ConfigMap", "name: c", "")
        + &object("v1", "ConfigMap", "name: d", "");
    with_graph(&text, |graph| {
        let count = |name| {
            let map = graph.find("ConfigMap", None, name).expect("a ConfigMap");
            graph.links().to(map).count()
        };
        assert_eq!((count("c"), count("d")), (1, 0));
        assert_eq!(graph.links().all().count(), 1);
    });
}

/// 5,000 pods that each mount a ConfigMap of 5,000, and one that is missing from among them.
#[test]
fn no_reference_is_looked_for_in_all() {
    let mut text = String::new();
    for at in 0..5_000 {
        let spec = format!(
            "containers: [{{name: a, envFrom: [{{configMapRef: {{name: c{at}}}}}, \
             {{configMapRef: {{name: missing-{at}}}}}]}}]"
        );
        text += &pod(&spec);
        let _ = writeln!(text, "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{at}}}");
    }
    with_graph(&text, |graph| {
        let links: Vec<_> = graph.links().all().collect();
        assert_eq!(links.len(), 10_000);
        assert_eq!(links.iter().filter(|link| link.missing().is_some()).count(), 5_000);
        let used = graph.of("ConfigMap").filter(|map| graph.links().to(map).next().is_some());
        assert_eq!(used.count(), 5_000);
    });
}

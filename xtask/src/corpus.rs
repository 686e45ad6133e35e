//! Writes a realistic repository: teams and apps with workloads, services, configuration, policies
//! and rights in varied style, several documents in a file, and files that are not Kubernetes
//! between them. The same seed and number give the same bytes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::Failure;

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64) as usize]
    }
}

const TEAMS: [&str; 8] =
    ["payments", "search", "catalog", "identity", "media", "platform", "orders", "insights"];
const PARTS: [&str; 12] = [
    "api",
    "web",
    "worker",
    "gateway",
    "cache",
    "indexer",
    "scheduler",
    "proxy",
    "store",
    "mailer",
    "auth",
    "stream",
];

/// Writes about `documents` Kubernetes documents (the last app may bring a few more) to `out`.
pub fn write(documents: usize, seed: u64, out: &Path) -> Result<(), Failure> {
    if fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(format!("{} is not empty", out.display()).into());
    }
    let (files, bytes, written) = generate(documents, seed, &mut |path, text| {
        let path = out.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, text)
    })?;
    println!(
        "{written} documents in {files} files, {:.1} MB, in {}",
        bytes as f64 / 1e6,
        out.display()
    );
    Ok(())
}

/// Generates the files and hands each to `put`; gives the number of files, bytes and documents.
pub fn generate(
    documents: usize,
    seed: u64,
    put: &mut dyn FnMut(&str, &str) -> std::io::Result<()>,
) -> std::io::Result<(usize, usize, usize)> {
    let mut random = Random(seed);
    let (mut files, mut bytes, mut written) = (0, 0, 0);
    let mut put = |path: String, text: String| {
        files += 1;
        bytes += text.len();
        put(&path, &text)
    };
    let mut app = 0;
    while written < documents {
        let team = TEAMS[app % TEAMS.len()];
        let name = format!("{}-{}-{app}", team, random.pick(&PARTS));
        let folder = format!("teams/{team}/{name}");
        written += write_app(&mut random, &folder, team, &name, &mut put)?;
        if app % 7 == 0 {
            put(format!("{folder}/.github/workflows/ci.yaml"), workflow(&name))?;
            put(format!("{folder}/README.md"), format!("# {name}\n\nOwned by {team}.\n"))?;
        }
        if app % 11 == 0 {
            put(format!("{folder}/config/values.yaml"), values(&mut random, &name))?;
        }
        app += 1;
    }
    Ok((files, bytes, written))
}

fn write_app(
    random: &mut Random,
    folder: &str,
    team: &str,
    name: &str,
    put: &mut impl FnMut(String, String) -> std::io::Result<()>,
) -> std::io::Result<usize> {
    let mut documents = vec![
        ("deployment", workload(random, team, name)),
        ("service", service(random, team, name)),
        ("serviceaccount", account(team, name)),
    ];
    if random.chance(70) {
        documents.push(("configmap", config_map(random, team, name)));
    }
    if random.chance(60) {
        documents.push(("networkpolicy", policy(team, name)));
    }
    if random.chance(40) {
        documents.push(("rbac", role(team, name)));
    }
    if random.chance(40) {
        documents.push(("pdb", budget(team, name)));
    }
    if random.chance(25) {
        documents.push(("ingress", ingress(team, name)));
    }
    if random.chance(20) {
        documents.push(("cronjob", cron_job(random, team, name)));
    }
    if random.chance(6) {
        documents.push(("crd", definition(random, name)));
    }
    let count = documents.len();
    if random.chance(35) {
        let texts: Vec<String> = documents.into_iter().map(|(_, text)| text).collect();
        put(format!("{folder}/all.yaml"), texts.join("---\n"))?;
    } else {
        for (file, text) in documents {
            let extension = if random.chance(5) { "yml" } else { "yaml" };
            put(format!("{folder}/{file}.{extension}"), text)?;
        }
    }
    Ok(count)
}

fn head(api: &str, kind: &str, team: &str, name: &str) -> String {
    format!(
        "apiVersion: {api}\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: {team}\n  labels:\n    \
         app.kubernetes.io/name: {name}\n    app.kubernetes.io/part-of: {team}\n    team: \"{team}\"\n"
    )
}

fn workload(random: &mut Random, team: &str, name: &str) -> String {
    let kind = random.pick(&["Deployment", "Deployment", "Deployment", "StatefulSet", "DaemonSet"]);
    let mut text =
        format!("# {name}: owned by team {team}\n{}spec:\n", head("apps/v1", kind, team, name));
    if kind != "DaemonSet" {
        let _ = writeln!(text, "  replicas: {}", 2 + random.below(4));
    }
    if kind == "StatefulSet" {
        let _ = writeln!(text, "  serviceName: {name}");
    }
    let _ = write!(
        text,
        "  selector:\n    matchLabels:\n      app.kubernetes.io/name: {name}\n  template:\n    metadata:\n      \
         labels:\n        app.kubernetes.io/name: {name}\n        app.kubernetes.io/part-of: {team}\n      \
         annotations:\n        prometheus.io/scrape: \"true\"\n        prometheus.io/port: '9090'\n    \
         spec:\n      serviceAccountName: {name}\n      automountServiceAccountToken: false\n      \
         securityContext:\n        runAsNonRoot: true\n        runAsUser: 10001\n        seccompProfile:\n          \
         type: RuntimeDefault\n      containers:\n"
    );
    for index in 0..1 + random.below(3) {
        container(random, &mut text, name, index);
    }
    text.push_str(
        "      volumes:\n        - name: tmp\n          emptyDir: {}\n        - name: config\n          \
         configMap:\n            name: settings\n",
    );
    text
}

fn container(random: &mut Random, text: &mut String, name: &str, index: u64) {
    let image = if random.chance(4) {
        "latest".to_owned()
    } else {
        format!("1.{}.{}", random.below(30), index)
    };
    let privileged = random.chance(1);
    let port = 8080 + index;
    let _ = write!(
        text,
        "        - name: {name}-{index}\n          image: registry.example.com/team/{name}:{image}\n          \
         imagePullPolicy: IfNotPresent\n          args: [\"--listen=:{port}\", \"--log-format=json\", \
         \"--shutdown-delay=10s\"]\n          ports:\n            - name: http-{index}\n              \
         containerPort: {port}\n              protocol: TCP\n          env:\n            - name: POD_NAME\n              \
         valueFrom:\n                fieldRef:\n                  fieldPath: metadata.name\n            \
         - name: LOG_LEVEL\n              value: info  # debug only while hunting something\n            \
         - name: DATABASE_URL\n              valueFrom:\n                secretKeyRef:\n                  \
         name: {name}-db\n                  key: url\n          readinessProbe:\n            httpGet:\n              \
         path: /ready\n              port: http-{index}\n            periodSeconds: 5\n          \
         livenessProbe:\n            httpGet:\n              path: /live\n              port: http-{index}\n            \
         initialDelaySeconds: 10\n"
    );
    if random.chance(93) {
        let _ = write!(
            text,
            "          resources:\n            requests:\n              cpu: {}m\n              memory: {}Mi\n            \
             limits:\n              memory: 512Mi\n",
            50 + random.below(9) * 50,
            64 + random.below(6) * 32
        );
    }
    let _ = write!(
        text,
        "          securityContext:\n            allowPrivilegeEscalation: false\n            \
         readOnlyRootFilesystem: true\n{}            capabilities:\n              drop:\n                - ALL\n          \
         volumeMounts:\n            - name: tmp\n              mountPath: /tmp\n            - name: config\n              \
         mountPath: /etc/{name}\n              readOnly: true\n",
        if privileged { "            privileged: true\n" } else { "" }
    );
}

fn service(random: &mut Random, team: &str, name: &str) -> String {
    let kind = if random.chance(3) { "  type: NodePort\n" } else { "" };
    format!(
        "{}spec:\n{kind}  selector:\n    app.kubernetes.io/name: {name}\n  ports:\n    - name: http\n      port: 80\n      \
         targetPort: http-0\n      protocol: TCP\n",
        head("v1", "Service", team, name)
    )
}

fn account(team: &str, name: &str) -> String {
    format!("{}automountServiceAccountToken: false\n", head("v1", "ServiceAccount", team, name))
}

fn config_map(random: &mut Random, team: &str, name: &str) -> String {
    let mut text = format!("{}data:\n  LOG_LEVEL: info\n", head("v1", "ConfigMap", team, name));
    text.push_str("  application.properties: |\n    # settings of the service\n");
    for line in 0..10 + random.below(60) {
        let _ = writeln!(
            text,
            "    feature.{line}.enabled={}",
            if line % 3 == 0 { "true" } else { "false" }
        );
    }
    let _ = writeln!(text, "  greeting: \"Hello, \\\"{name}\\\"!\\n\"");
    text
}

fn policy(team: &str, name: &str) -> String {
    format!(
        "{}spec:\n  podSelector:\n    matchLabels:\n      app.kubernetes.io/name: {name}\n  policyTypes: [Ingress, Egress]\n  \
         ingress:\n    - from:\n        - podSelector: {{}}\n      ports:\n        - port: 8080\n          protocol: TCP\n  \
         egress:\n    - to:\n        - namespaceSelector:\n            matchLabels:\n              \
         kubernetes.io/metadata.name: kube-system\n      ports:\n        - port: 53\n          protocol: UDP\n",
        head("networking.k8s.io/v1", "NetworkPolicy", team, name)
    )
}

fn role(team: &str, name: &str) -> String {
    let api = "rbac.authorization.k8s.io/v1";
    format!(
        "{}rules:\n  - apiGroups: [\"\"]\n    resources: [configmaps]\n    verbs: [get, list, watch]\n---\n{}roleRef:\n  \
         apiGroup: rbac.authorization.k8s.io\n  kind: Role\n  name: {name}\nsubjects:\n  - kind: ServiceAccount\n    \
         name: {name}\n    namespace: {team}\n",
        head(api, "Role", team, name),
        head(api, "RoleBinding", team, name)
    )
}

fn budget(team: &str, name: &str) -> String {
    format!(
        "{}spec:\n  maxUnavailable: 1\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: {name}\n",
        head("policy/v1", "PodDisruptionBudget", team, name)
    )
}

fn ingress(team: &str, name: &str) -> String {
    format!(
        "{}spec:\n  ingressClassName: nginx\n  tls:\n    - hosts: [{name}.example.com]\n      secretName: {name}-tls\n  \
         rules:\n    - host: {name}.example.com\n      http:\n        paths:\n          - path: /\n            \
         pathType: Prefix\n            backend:\n              service:\n                name: {name}\n                \
         port:\n                  name: http\n",
        head("networking.k8s.io/v1", "Ingress", team, name)
    )
}

fn cron_job(random: &mut Random, team: &str, name: &str) -> String {
    format!(
        "{}spec:\n  schedule: \"{} 3 * * *\"\n  concurrencyPolicy: Forbid\n  jobTemplate:\n    spec:\n      backoffLimit: 2\n      \
         template:\n        spec:\n          restartPolicy: Never\n          automountServiceAccountToken: false\n          \
         securityContext:\n            runAsNonRoot: true\n            runAsUser: 10001\n            seccompProfile:\n              \
         type: RuntimeDefault\n          containers:\n            - name: cleanup\n              \
         image: registry.example.com/tools/cleanup:2.4.1\n              command:\n                - /bin/sh\n                \
         - -c\n                - |\n                  set -eu\n                  cleanup --older-than 30d\n              \
         resources:\n                requests: {{cpu: 50m, memory: 64Mi}}\n                limits: {{memory: 128Mi}}\n              \
         securityContext:\n                allowPrivilegeEscalation: false\n                readOnlyRootFilesystem: true\n                \
         capabilities: {{drop: [ALL]}}\n",
        head("batch/v1", "CronJob", team, name),
        random.below(60)
    )
}

fn definition(random: &mut Random, name: &str) -> String {
    let plural = name.replace('-', "");
    let mut text = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: {plural}.example.com\nspec:\n  \
         group: example.com\n  scope: Namespaced\n  names:\n    kind: App\n    plural: {plural}\n  versions:\n    - name: v1\n      \
         served: true\n      storage: true\n      schema:\n        openAPIV3Schema:\n          type: object\n          \
         description: A custom resource of {name}.\n          properties:\n            spec:\n              type: object\n              \
         properties:\n"
    );
    for field in 0..60 + random.below(200) {
        let _ = write!(
            text,
            "                field{field}:\n                  description: |-\n                    Field {field} decides \
             how the controller reconciles its object.\n                    More info: the documentation of the project.\n                  \
             type: string\n                  maxLength: {}\n",
            32 + field
        );
    }
    text
}

fn workflow(name: &str) -> String {
    format!(
        "name: ci\non:\n  push:\n    branches: [main]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      \
         - uses: actions/checkout@v4\n      - run: make {name}\n"
    )
}

fn values(random: &mut Random, name: &str) -> String {
    let mut text = format!(
        "# defaults of {name}\nreplicaCount: 2\nimage:\n  repository: {name}\n  tag: \"\"\n"
    );
    for index in 0..20 + random.below(40) {
        let _ = writeln!(text, "setting{index}: value-{index} # used by the template");
    }
    text
}

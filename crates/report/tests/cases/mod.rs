//! Outcomes made by hand.

use std::sync::Arc;

use kubesift_engine::model::{Build, BuildId, BuildKind, ResourceId};
use kubesift_engine::source::{Edit, FileId, SourceFile, Span};
use kubesift_engine::{
    Check, Confidence, Entry, Fate, FileFate, FileReport, Finding, Fix, Matter, Note, Opt, Outcome,
    Profile, Ref, Safety, Severity, Subject, Summary, Trouble, TroubleKind, Version, merge,
};
use kubesift_report::{Options, VersionControl};

/// Texts that no report may hold.
pub const SECRETS: &[&str] = &[
    "hunter2",
    "aHVudGVyMg",
    "MIIEvQIBADANBg",
    "s3cr3t",
    "correct horse",
    "kdbx",
    "BEGIN PRIVATE",
];

pub struct Case {
    pub name: &'static str,
    pub outcome: Outcome,
    pub options: Options,
}

static MIN: Opt = Opt::int("min", "The fewest replicas.", 2);
static EXCEPT: Opt = Opt::list("except", "Namespaces to leave alone.", &["kube-system"]);

static PRIVILEGED_CHECK: Check = Check {
    severity: Severity::Critical,
    score: 9.3,
    profiles: &[Profile::Default, Profile::PssBaseline],
    fix: Some(Safety::Unsafe),
    refs: &[
        Ref::PssBaseline,
        Ref::Cis("5.2.2"),
        Ref::Cwe(250),
        Ref::Peer("checkov:CKV_K8S_16"),
        Ref::Peer("kube-linter:privileged-container"),
    ],
    ..Check::DEFAULT
};

pub static PRIVILEGED: Entry = Entry {
    name: "privileged-container",
    family: "pod-security",
    docs: "A container runs in privileged mode.\n\nA privileged container sees every device of its node and holds every capability, so whoever\ntakes over the container takes over the node.\n\nGive it the one capability it needs under `securityContext.capabilities.add`, or move the work\nto a device plugin or a CSI driver. There is more to say.\n\n```yaml fail\nkind: Pod\n```\n\n```yaml pass\nkind: Pod\n```\n",
    source: "checks/pod-security/privileged_container.rs",
    check: &PRIVILEGED_CHECK,
};

static SELECTOR_CHECK: Check = Check {
    severity: Severity::High,
    score: 0.0,
    confidence: Confidence::Medium,
    profiles: &[Profile::Default, Profile::Reliability],
    refs: &[Ref::Url("https://kubernetes.io/docs/concepts/services-networking/service/")],
    options: &[&EXCEPT],
    ..Check::DEFAULT
};

pub static SELECTOR: Entry = Entry {
    name: "service-selects-nothing",
    family: "reliability",
    docs: "A Service selects no pod.\n\nTraffic to it goes nowhere.\n\nMake the selector and the labels of the pod template agree.\n",
    source: "checks/reliability/service_selects_nothing.rs",
    check: &SELECTOR_CHECK,
};

static ROOT_CHECK: Check = Check {
    severity: Severity::Medium,
    score: 5.4,
    fix: Some(Safety::Safe),
    refs: &[Ref::PssRestricted, Ref::Nsa("non-root containers"), Ref::Cwe(250)],
    ..Check::DEFAULT
};

pub static ROOT: Entry = Entry {
    name: "run-as-root",
    family: "pod-security",
    docs: "A container may run as root.\n\nRoot in a container is root on the node as soon as there is a way out.\n\nSet `runAsNonRoot: true` in the security context of the pod.\n",
    source: "checks/pod-security/run_as_root.rs",
    check: &ROOT_CHECK,
};

static REPLICAS_CHECK: Check = Check {
    severity: Severity::Low,
    score: 2.0,
    options: &[&MIN],
    fix: Some(Safety::Shown),
    ..Check::DEFAULT
};

pub static REPLICAS: Entry = Entry {
    name: "too-few-replicas",
    family: "reliability",
    docs: "A workload runs too few replicas.",
    source: "checks/reliability/too_few_replicas.rs",
    check: &REPLICAS_CHECK,
};

static SECRET_CHECK: Check =
    Check { severity: Severity::High, score: 7.5, fix: Some(Safety::Unsafe), ..Check::DEFAULT };

pub static SECRET: Entry = Entry {
    name: "secret-in-manifest",
    family: "secrets",
    docs: "A secret stands in a manifest.\n\nWhoever reads the repository has it.\n\nKeep it in a secret store, and rotate it.\n",
    source: "checks/secrets/secret_in_manifest.rs",
    check: &SECRET_CHECK,
};

static HYGIENE_CHECK: Check = Check { severity: Severity::Info, score: 0.0, ..Check::DEFAULT };

pub static HYGIENE: Entry = Entry {
    name: "missing-labels",
    family: "hygiene",
    docs: "An object lacks the recommended labels.",
    source: "checks/hygiene/missing_labels.rs",
    check: &HYGIENE_CHECK,
};

pub fn entries() -> Vec<&'static Entry> {
    let mut all = vec![&PRIVILEGED, &ROOT, &SELECTOR, &REPLICAS, &SECRET, &HYGIENE];
    all.sort_by_key(|entry| (entry.family, entry.name));
    all
}

/// Puts outcomes together.
struct Maker {
    files: Vec<Arc<SourceFile>>,
    findings: Vec<Finding>,
    errors: Vec<Trouble>,
}

impl Maker {
    fn new(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .zip(0..)
            .map(|((path, text), id)| Arc::new(SourceFile::new(FileId(id), *path, *text)));
        Self { files: files.collect(), findings: Vec::new(), errors: Vec::new() }
    }

    /// The first place of `needle` in a file.
    fn at(&self, file: u32, needle: &str) -> Span {
        let text = self.files[file as usize].text();
        let start = text.find(needle).unwrap_or_else(|| panic!("{needle} in {text}")) as u32;
        Span::new(FileId(file), start, start + needle.len() as u32)
    }

    fn find(&mut self, entry: &'static Entry, at: Span, message: &str) -> &mut Finding {
        let matter = Matter { message: message.to_owned(), ..Matter::default() };
        let mut finding = Finding::new(entry, entry.check.severity, at, matter);
        finding.builds = vec![BuildId(0)];
        self.findings.push(finding);
        self.findings.last_mut().expect("just pushed")
    }

    fn make(self) -> Outcome {
        let mut checks = entries();
        checks.sort_by_key(|entry| entry.name);
        let (open, shut): (Vec<_>, Vec<_>) =
            merge(self.findings, &self.files).into_iter().partition(|_| true);
        assert!(shut.is_empty());
        let failed: Vec<&str> = self.errors.iter().map(|error| &*error.path).collect();
        let mut reports: Vec<FileReport> = self
            .files
            .iter()
            .map(|file| FileReport {
                path: file.path.clone(),
                fate: if failed.contains(&&*file.path) {
                    FileFate::Failed
                } else {
                    FileFate::Checked { resources: 1, other: 0 }
                },
                builds: vec![".".into()],
            })
            .collect();
        for path in failed {
            if !self.files.iter().any(|file| *file.path == *path) {
                reports.push(FileReport {
                    path: path.into(),
                    fate: FileFate::Failed,
                    builds: vec![],
                });
            }
        }
        reports.sort_by(|a, b| a.path.cmp(&b.path));
        let checked =
            reports.iter().filter(|report| matches!(report.fate, FileFate::Checked { .. })).count()
                as u32;
        let walked = reports.len() as u32;
        Outcome {
            files: self.files,
            builds: vec![build(0, ".")],
            findings: open,
            errors: self.errors,
            checks,
            reports,
            remarks: Vec::new(),
            summary: Summary {
                walked,
                checked,
                failed: walked - checked,
                resources: checked,
                ..Summary::default()
            },
            kubernetes_version: Version::NEWEST,
            baseline: None,
        }
    }
}

fn build(id: u32, name: &str) -> Build {
    Build {
        id: BuildId(id),
        kind: BuildKind::Manifests,
        name: name.into(),
        resources: vec![ResourceId(0)],
        complete: true,
        around: Arc::default(),
    }
}

fn subject(kind: &str, name: &str) -> Option<Subject> {
    let api_version = if kind == "Deployment" { "apps/v1" } else { "v1" };
    Some(Subject {
        id: ResourceId(0),
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        namespace: (kind == "Deployment").then(|| "shop".to_owned()),
        name: Some(name.to_owned()),
        container: None,
    })
}

fn edit(span: Span, text: &str) -> Edit {
    Edit { span, text: text.to_owned() }
}

fn fix(title: &str, safety: Safety, edits: Vec<Edit>) -> Option<Fix> {
    Some(Fix { title: title.to_owned(), safety, edits, changes: Vec::new() })
}

fn after(span: Span) -> Span {
    Span::new(span.file, span.end, span.end)
}

fn options() -> Options {
    Options { version: "1.2.3".to_owned(), ..Options::default() }
}

pub fn all() -> Vec<Case> {
    let case = |name, outcome| Case { name, outcome, options: options() };
    vec![
        case("clean", Maker::new(&[("k8s/cart.yaml", "kind: Pod\n")]).make()),
        case("empty", Maker::new(&[]).make()),
        Case {
            options: Options {
                folder: "deploy/prod".to_owned(),
                version_control: Some(VersionControl {
                    repository_uri: "https://github.com/acme/shop".to_owned(),
                    revision_id: Some("5b9d0d7".to_owned()),
                    branch: Some("main".to_owned()),
                }),
                ..options()
            },
            ..case("findings", findings())
        },
        case("unicode", unicode()),
        case("crlf", crlf()),
        case("tabs", tabs()),
        case("utf16", utf16()),
        case("multiline", multiline()),
        case("crowded", crowded()),
        case("missing", missing()),
        case("secrets", secrets()),
        Case {
            options: Options { show_suppressed: true, ..options() },
            ..case("suppressed", suppressed())
        },
        Case {
            options: Options { show_suppressed: true, ..options() },
            ..case("baseline", baseline())
        },
        case("baseline-held", all_in_baseline()),
        case("errors", errors()),
        Case {
            options: Options { sarif_max_results: 10, max_diagnostics: Some(3), ..options() },
            ..case("many", many())
        },
        case("long-lines", long_lines()),
        case("hostile", hostile()),
    ]
}

const CART: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
  namespace: shop
spec:
  replicas: 1
  template:
    metadata:
      labels:
        app: cart
    spec:
      containers:
        - name: cart
          image: cart:1.2
          securityContext:
            privileged: true
";

const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: cart
spec:
  selector:
    app: carts
";

/// Two files, related places in both, fixes of every safety, several builds.
fn findings() -> Outcome {
    let mut maker = Maker::new(&[("../base/cart.yaml", CART), ("service.yaml", SERVICE)]);
    let flag = maker.at(0, "privileged: true");
    let value = Span::new(flag.file, flag.end - 4, flag.end);
    let container = maker.at(0, "name: cart\n          image");
    let container = Span::new(container.file, container.start, container.start + 10);
    let at = maker.find(&PRIVILEGED, flag, "container `cart` runs privileged");
    at.subject = subject("Deployment", "cart");
    at.object_path = Some("spec.template.spec.containers[0].securityContext.privileged".to_owned());
    at.stable_path =
        Some("spec.template.spec.containers[name=cart].securityContext.privileged".to_owned());
    at.related.push(Note { message: "the container".to_owned(), at: container });
    at.covers = vec!["allow-privilege-escalation"];
    at.builds = vec![BuildId(0), BuildId(1)];
    at.fix = fix("run without privileges", Safety::Unsafe, vec![edit(value, "false")]);
    let replicas = maker.at(0, "replicas: 1");
    let one = Span::new(replicas.file, replicas.end - 1, replicas.end);
    let at = maker.find(&REPLICAS, replicas, "Deployment `cart` runs 1 replica");
    at.subject = subject("Deployment", "cart");
    at.object_path = Some("spec.replicas".to_owned());
    at.stable_path = at.object_path.clone();
    at.fix = fix("run two replicas", Safety::Shown, vec![edit(one, "2")]);
    let selector = maker.at(1, "app: carts");
    let labels = maker.at(0, "app: cart");
    let kind = maker.at(1, "kind: Service");
    let typo = Span::new(selector.file, selector.end - 1, selector.end);
    let at = maker.find(&SELECTOR, selector, "Service `cart` selects no pod");
    at.subject = subject("Service", "cart");
    at.object_path = Some("spec.selector".to_owned());
    at.stable_path = at.object_path.clone();
    at.related.push(Note { message: "the labels of the nearest pod".to_owned(), at: labels });
    at.related.push(Note { message: "the [Service]".to_owned(), at: kind });
    at.hops.push(Note { message: "the Service takes traffic from outside".to_owned(), at: kind });
    at.hops.push(Note { message: "it sends to the pod".to_owned(), at: labels });
    at.fix = fix("select the pod", Safety::Safe, vec![edit(typo, "")]);
    let mut outcome = maker.make();
    outcome.builds = vec![build(0, "overlays/prod"), build(1, "overlays/test")];
    outcome.remarks = vec!["charts/shop is a chart; charts are not rendered yet".to_owned()];
    outcome.reports.push(FileReport {
        path: "values.yaml".into(),
        fate: FileFate::NotKubernetes("values of a chart".to_owned()),
        builds: Vec::new(),
    });
    outcome.reports.push(FileReport {
        path: "z-link.yaml".into(),
        fate: FileFate::LeftOut("a symlink that leaves the folder".to_owned()),
        builds: Vec::new(),
    });
    outcome.summary.walked += 2;
    outcome.summary.not_kubernetes = 1;
    outcome.summary.left_out = 1;
    outcome
}

/// Wide characters and characters outside the first plane before the span.
fn unicode() -> Outcome {
    let text = "\u{feff}kind: Pod\nmetadata:\n  {name: 名前, labels: {e: \"😀é\"}, n: 店}\n";
    let mut maker = Maker::new(&[("k8s/名前 😀.yaml", text)]);
    let at = maker.at(0, "n: 店");
    let note = maker.at(0, "\"😀é\"");
    let found = maker.find(&HYGIENE, at, "Pod `名前` lacks the label `app.kubernetes.io/name` 😀");
    found.subject = subject("Pod", "名前");
    found.related.push(Note { message: "ein Gruß".to_owned(), at: note });
    let kind = maker.at(0, "kind: Pod");
    maker.find(&HYGIENE, kind, "Pod `名前` stands after a byte order mark");
    maker.make()
}

fn crlf() -> Outcome {
    let text = CART.replace('\n', "\r\n");
    let mut maker = Maker::new(&[("cart.yaml", &text)]);
    let flag = maker.at(0, "privileged: true");
    let line = Span::new(flag.file, flag.start - 12, flag.end + 2);
    let found = maker.find(&PRIVILEGED, flag, "container `cart` runs privileged");
    found.subject = subject("Deployment", "cart");
    found.fix = fix("remove the line", Safety::Unsafe, vec![edit(line, "")]);
    let replicas = maker.at(0, "replicas: 1\r\n");
    maker.find(&REPLICAS, replicas, "Deployment `cart` runs 1 replica");
    maker.make()
}

fn tabs() -> Outcome {
    let text = "{\n\t\"kind\": \"Pod\",\n\t\"spec\": {\n\t\t\"hostPID\":\ttrue\n\t}\n}\n";
    let mut maker = Maker::new(&[("pod.json", text)]);
    let at = maker.at(0, "\"hostPID\":\ttrue");
    let value = maker.at(0, "true");
    let found = maker.find(&PRIVILEGED, at, "Pod without a name shares the processes of its node");
    found.fix = fix("keep to itself", Safety::Safe, vec![edit(value, "false")]);
    maker.make()
}

fn utf16() -> Outcome {
    let text = "kind: Pod # 😀\nspec:\n  hostPID: true\n";
    let mut bytes = vec![0xff, 0xfe];
    text.encode_utf16().for_each(|unit| bytes.extend(unit.to_le_bytes()));
    let mut maker = Maker::new(&[]);
    maker.files.push(Arc::new(SourceFile::decode(FileId(0), "pod.yaml", bytes).expect("text")));
    let at = maker.at(0, "hostPID: true");
    maker.find(&PRIVILEGED, at, "Pod without a name shares the processes of its node");
    maker.make()
}

fn multiline() -> Outcome {
    let script: String = (1..30).map(|line| format!("          echo {line}\n")).collect();
    let text = format!(
        "kind: Pod\nspec:\n  containers:\n    - name: a\n      command:\n        - sh\n        - |\n{script}\n      securityContext:\n        capabilities:\n          add:\n            - ALL\n"
    );
    let mut maker = Maker::new(&[("pod.yaml", &text)]);
    let block = maker.at(0, &format!("|\n{script}"));
    let name = maker.at(0, "name: a");
    let found =
        maker.find(&HYGIENE, block, "container `a` runs a script that belongs into the image");
    found.related.push(Note { message: "the container".to_owned(), at: name });
    let caps = maker.at(0, "capabilities:\n          add:\n            - ALL\n");
    let found = maker.find(&ROOT, caps, "container `a` holds every capability");
    found.fix = fix(
        "drop them",
        Safety::Unsafe,
        vec![edit(caps, "capabilities:\n          drop:\n            - ALL\n")],
    );
    maker.make()
}

/// Places on overlapping lines, too many to show together.
fn crowded() -> Outcome {
    let text: String = (1..=40).map(|line| format!("k{line:02}: v\n")).collect();
    let mut maker = Maker::new(&[("crowded.yaml", &text)]);
    let lines = |from: u32, to: u32| Span::new(FileId(0), (from - 1) * 7, to * 7 - 1);
    let found = maker.find(&ROOT, lines(10, 17), "eight lines");
    for (from, to) in [(3, 10), (16, 23), (12, 12), (20, 30)] {
        let message = format!("lines {from} to {to}");
        found.related.push(Note { message, at: lines(from, to) });
    }
    maker.make()
}

/// A field that is not there: the place is the nearest key, and the fix writes its parents.
fn missing() -> Outcome {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n---\nkind: Pod\nspec:\n  containers:\n    - name: app\n      image: nginx\n";
    let mut maker = Maker::new(&[("web.yaml", text)]);
    let at = maker.at(0, "name: app");
    let image = after(maker.at(0, "image: nginx\n"));
    let found = maker.find(&ROOT, at, "container `app` may run as root");
    found.subject = subject("Pod", "app");
    found.object_path = Some("spec.containers[0].securityContext.runAsNonRoot".to_owned());
    found.stable_path = Some("spec.containers[name=app].securityContext.runAsNonRoot".to_owned());
    let insert = "      securityContext:\n        runAsNonRoot: true\n";
    found.fix = fix("refuse to run as root", Safety::Safe, vec![edit(image, insert)]);
    let kind = maker.at(0, "kind: Pod");
    let empty = Span::new(kind.file, kind.end, kind.end);
    maker.find(&HYGIENE, empty, "Pod without a name lacks `metadata`");
    maker.make()
}

/// Secrets that findings are about, and secrets that merely stand near other findings.
fn secrets() -> Outcome {
    let secret = "\
apiVersion: v1
kind: Secret
metadata:
  name: db
data:
  password: aHVudGVyMg==
stringData:
  tls.key: |
    -----BEGIN PRIVATE KEY-----
    MIIEvQIBADANBg
    pass: s3cr3t
  flow: {user: \"correct horse\"}
---
kind: Pod
metadata:
  name: p
spec:
  containers:
    - name: a
      env:
        - name: TOKEN
          value: hunter2 # hunter2
        - name: B
";
    let list = "{\"kind\":\"List\",\"items\":[{\"kind\":\"Secret\",\"data\":{\"k\":\"aHVudGVyMg==\"}},{\"kind\":\"Pod\",\"spec\":{\"hostPID\":true}}]}\n";
    let broken = "kind: Secret\nstringData:\n\tpassword: hunter2: kdbx\n";
    let mut maker = Maker::new(&[("a.yaml", secret), ("b.json", list), ("broken.yaml", broken)]);
    let password = maker.at(0, "password: aHVudGVyMg==");
    let value = Span::new(password.file, password.start + 10, password.end);
    let found = maker.find(&SECRET, password, "Secret `db` holds `password`");
    found.subject = subject("Secret", "db");
    found.object_path = Some("data.password".to_owned());
    found.fix = fix("take it out", Safety::Unsafe, vec![edit(value, "\"\"")]);
    let key = maker.at(
        0,
        "tls.key: |\n    -----BEGIN PRIVATE KEY-----\n    MIIEvQIBADANBg\n    pass: s3cr3t\n",
    );
    let found = maker.find(&SECRET, key, "Secret `db` holds a private key in `tls.key`");
    found.subject = subject("Secret", "db");
    let removed = Span::new(key.file, key.start - 2, key.end);
    found.fix = fix("take it out", Safety::Unsafe, vec![edit(removed, "")]);
    let flow = maker.at(0, "user: \"correct horse\"");
    maker.find(&SECRET, flow, "Secret `db` holds `user`").subject = subject("Secret", "db");
    let name = maker.at(0, "name: db");
    let found = maker.find(&HYGIENE, name, "Secret `db` lacks labels");
    found.subject = subject("Secret", "db");
    found.object_path = Some("metadata.name".to_owned());
    let data = maker.at(0, "data:\n  password: aHVudGVyMg==\n");
    let found = maker.find(&HYGIENE, data, "Secret `db` should be immutable");
    found.subject = subject("Secret", "db");
    found.object_path = Some("data".to_owned());
    let literal = maker.at(0, "hunter2");
    let token = maker.at(0, "name: TOKEN");
    let found = maker.find(&SECRET, literal, "container `a` has a token in its environment");
    found.subject = subject("Pod", "p");
    found.related.push(Note { message: "the variable".to_owned(), at: token });
    let pair = Span::new(literal.file, literal.start - 7, literal.end);
    found.fix = fix(
        "refer to a Secret",
        Safety::Shown,
        vec![edit(pair, "valueFrom:\n            secretKeyRef:\n              name: NAME")],
    );
    let env = maker.at(0, "env:\n        - name: TOKEN\n          value: hunter2");
    maker.find(&HYGIENE, env, "container `a` has variables without order").subject =
        subject("Pod", "p");
    let next = maker.at(0, "name: B");
    let found = maker.find(&HYGIENE, next, "variable `B` has no value");
    found.subject = subject("Pod", "p");
    let above = Span::new(next.file, next.start - 10, next.start - 10);
    found.fix = fix("say more", Safety::Safe, vec![edit(above, "          # B follows\n")]);
    let host = maker.at(1, "\"hostPID\":true");
    let flag = Span::new(host.file, host.end - 4, host.end);
    let found =
        maker.find(&PRIVILEGED, host, "Pod without a name shares the processes of its node");
    found.subject = subject("Pod", "p");
    found.fix = fix("keep to itself", Safety::Safe, vec![edit(flag, "false")]);
    let whole = maker.at(1, "{\"k\":\"aHVudGVyMg==\"}");
    maker.find(&SECRET, whole, "Secret without a name holds `k`").subject = subject("Secret", "s");
    let at = maker.at(2, "hunter2: kdbx");
    maker.errors.push(Trouble {
        kind: TroubleKind::YamlSyntax,
        message: "a mapping value stands where none may".to_owned(),
        help: None,
        path: "broken.yaml".into(),
        at: Some(at),
    });
    maker.make()
}

fn suppressed() -> Outcome {
    let mut maker = Maker::new(&[("cart.yaml", CART)]);
    let flag = maker.at(0, "privileged: true");
    let found = maker.find(&PRIVILEGED, flag, "container `cart` runs privileged");
    found.fate = Fate::Suppressed { kind: "inline", reason: "talks to the GPU".to_owned() };
    let replicas = maker.at(0, "replicas: 1");
    let found = maker.find(&REPLICAS, replicas, "Deployment `cart` runs 1 replica");
    found.fate = Fate::Suppressed { kind: "config", reason: String::new() };
    let image = maker.at(0, "image: cart:1.2");
    maker.find(&ROOT, image, "container `cart` may run as root");
    maker.make()
}

/// One finding is new, one was there before, one is excused beside the thing.
fn baseline() -> Outcome {
    let mut outcome = suppressed();
    let listed = ".kubesift-baseline.json";
    let is_config =
        |one: &&mut Finding| matches!(one.fate, Fate::Suppressed { kind: "config", .. });
    if let Some(found) = outcome.findings.iter_mut().find(is_config) {
        found.fate = Fate::Suppressed { kind: "baseline", reason: format!("listed in {listed}") };
    }
    outcome.baseline = Some(listed.into());
    outcome
}

/// Nothing is new.
fn all_in_baseline() -> Outcome {
    let mut outcome = baseline();
    outcome.findings.retain(Finding::is_in_baseline);
    outcome
}

fn errors() -> Outcome {
    let text = "kind: Pod\nspec:\n  a: [1, 2\nb: 3\n";
    let mut maker = Maker::new(&[("bad.yaml", text)]);
    let at = maker.at(0, "[");
    maker.errors = vec![
        Trouble {
            kind: TroubleKind::YamlSyntax,
            message: "this list is not closed".to_owned(),
            help: Some("end it with `]`".to_owned()),
            path: "bad.yaml".into(),
            at: Some(at),
        },
        Trouble {
            kind: TroubleKind::Unreadable,
            message: "permission denied".to_owned(),
            help: None,
            path: "dir/locked, 100%.yaml".into(),
            at: None,
        },
        Trouble {
            kind: TroubleKind::NotText,
            message: "byte 0xff at offset 8 (line 2) is not UTF-8".to_owned(),
            help: Some("save it as UTF-8".to_owned()),
            path: "latin1.yaml".into(),
            at: None,
        },
    ];
    maker.make()
}

/// 40 findings, of which the cap leaves 10.
fn many() -> Outcome {
    let text: String = (0..40).map(|line| format!("a{line}: x\n")).collect();
    let mut maker = Maker::new(&[("many.yaml", &text)]);
    for line in 0..40 {
        let at = maker.at(0, &format!("a{line}: x"));
        let entry = [&PRIVILEGED, &SELECTOR, &ROOT, &REPLICAS, &HYGIENE][line % 5];
        maker.find(entry, at, &format!("finding {line}"));
    }
    maker.make()
}

fn long_lines() -> Outcome {
    let blob = "QUJD".repeat(5_000);
    let text = format!("kind: ConfigMap\nbinaryData:\n  a: {blob}\n  b: 1\n");
    let json =
        format!("{{\"kind\":\"Pod\",\"filler\":\"{blob}\",\"hostPID\":true,\"more\":\"{blob}\"}}");
    let mut maker = Maker::new(&[("blob.yaml", &text), ("pod.json", &json)]);
    let whole = maker.at(0, &format!("a: {blob}"));
    maker.find(&HYGIENE, whole, "ConfigMap without a name holds a large value");
    let next = maker.at(0, "b: 1");
    maker.find(&HYGIENE, next, &format!("a very long message {}", "that goes on ".repeat(12)));
    let host = maker.at(1, "\"hostPID\":true");
    let value = Span::new(host.file, host.end - 4, host.end);
    let found =
        maker.find(&PRIVILEGED, host, "Pod without a name shares the processes of its node");
    found.related.push(Note {
        message: format!("a label that is rather long, so that it {}", "wraps and ".repeat(10)),
        at: value,
    });
    found.fix = fix("keep to itself", Safety::Safe, vec![edit(value, "false")]);
    maker.make()
}

/// Names and texts that try to speak to the terminal, to GitHub or to Markdown.
fn hostile() -> Outcome {
    let text = "name: \"\u{1b}[31m::error::x\u{202e}\"\r\rother: \u{9b}2J\n";
    let mut maker = Maker::new(&[("a,b:c%\u{1b}[2J.yaml", text)]);
    let at = maker.at(0, "name: ");
    let other = maker.at(0, "other");
    let found = maker.find(
        &HYGIENE,
        at,
        "Pod `\u{1b}]0;x\u{7}\n::error::|<b>` [is](1) {0} **odd**\u{202e}",
    );
    found.related.push(Note { message: "a ] [b](2)\r\n::error::".to_owned(), at: other });
    found.fate = Fate::Open;
    maker.make()
}

/// Findings and errors with every kind of span, right and wrong.
pub fn odd_spans() -> Vec<Outcome> {
    let texts = ["", "\n", "é", "\u{feff}", "a: é\r\nb:\t店\n\n---\n- 😀: x", "\r\r\n\u{1b}\n"];
    let mut outcomes = Vec::new();
    for text in texts {
        for start in 0..text.len() as u32 + 3 {
            for end in start.saturating_sub(1)..text.len() as u32 + 4 {
                let mut maker = Maker::new(&[("a.yaml", text), ("b.yaml", "kind: Secret\n")]);
                let span = Span::new(FileId(0), start, end);
                let note = Span::new(FileId(0), text.len() as u32 / 2, text.len() as u32);
                let found = maker.find(&PRIVILEGED, span, "m");
                found.related.push(Note { message: "n".to_owned(), at: note });
                found
                    .related
                    .push(Note { message: "o".to_owned(), at: Span::new(FileId(1), end, end) });
                found.fix = fix("t", Safety::Safe, vec![edit(span, "x\ny")]);
                maker.find(&SECRET, note, "s");
                maker.errors.push(Trouble {
                    kind: TroubleKind::Panic,
                    message: "e".to_owned(),
                    help: None,
                    path: "a.yaml".into(),
                    at: Some(span),
                });
                let mut outcome = maker.make();
                outcome.errors.push(Trouble {
                    at: Some(Span::new(FileId(9), 0, 1)),
                    ..outcome.errors[0].clone()
                });
                outcomes.push(outcome);
            }
        }
    }
    outcomes
}

/// One line of `size` bytes with `number` findings spread over it.
pub fn minified(size: usize, number: usize) -> Outcome {
    let unit = "{\"é\":\"😀 x\"},";
    let text = format!("[{}]", unit.repeat(size / unit.len()));
    let mut maker = Maker::new(&[("min.json", &text)]);
    let step = text.len() / unit.len() / number;
    for at in 0..number {
        let start = 1 + (at * step * unit.len()) as u32;
        let span = Span::new(FileId(0), start, start + unit.len() as u32 - 1);
        let found = maker.find(&ROOT, span, "an object is odd");
        found
            .related
            .push(Note { message: "so is this".to_owned(), at: Span::new(FileId(0), 1, 2) });
        found.fix = fix("remove it", Safety::Safe, vec![edit(span, "")]);
    }
    maker.make()
}

//! The views of relations over whole builds, against files in `golden-view/`; `UPDATE_GOLDEN=1`
//! writes them anew. Names that want to be more than names, and values that nobody may see.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kubesift_engine::model::{Build, BuildId, Graph, Resource, Workloads};
use kubesift_engine::source::{FileId, SourceFile, Span};
use kubesift_engine::{Entry, Fate, Finding, Matter, Outcome, Severity, Subject, Summary, Version};
use kubesift_report::Options;
use kubesift_report::view::graph::{GraphFormat, GraphView};
use kubesift_report::view::why::{Wanted, WhyView};
use serde_json::Value;

use super::cases::{PRIVILEGED, ROOT, SECRETS, SELECTOR};

const SHOP: &str = include_str!("shop.yaml");
const HOSTILE: &str = include_str!("hostile.yaml");

/// A run over one file, and its resources.
struct Run {
    outcome: Outcome,
    resources: Vec<Resource>,
}

impl Run {
    fn new(text: &str) -> Self {
        let file = Arc::new(SourceFile::new(FileId(0), "k8s/all.yaml", text));
        let tree = Arc::new(kubesift_engine::yaml::parse(Arc::clone(&file)));
        let resources = Resource::documents(&tree, &Workloads::default());
        let build = Build::of("k8s", &resources);
        let outcome = Outcome {
            files: vec![file],
            builds: vec![build],
            findings: Vec::new(),
            errors: Vec::new(),
            checks: Vec::new(),
            reports: Vec::new(),
            remarks: Vec::new(),
            summary: Summary::default(),
            kubernetes_version: Version::NEWEST,
            baseline: None,
        };
        Self { outcome, resources }
    }

    /// Adds a finding at a text of the file, about a resource or about the file.
    fn find(mut self, entry: &'static Entry, at: &str, subject: Option<u32>, fate: Fate) -> Self {
        let text = self.outcome.files[0].text();
        let start = text.find(at).unwrap_or_else(|| panic!("no {at}")) as u32;
        let about = subject.map(|id| {
            let resource = &self.resources[id as usize];
            Subject {
                id: resource.id,
                api_version: resource.kind.api_version(),
                kind: resource.kind.kind.to_string(),
                namespace: resource.namespace.as_deref().map(str::to_owned),
                name: resource.name.as_deref().map(str::to_owned),
                container: None,
            }
        });
        let place = Span::new(FileId(0), start, start + at.len() as u32);
        let message = format!("`{at}` is wrong");
        let matter = Matter { message, subject: about, ..Matter::default() };
        let mut finding = Finding::new(entry, entry.check.severity, place, matter);
        (finding.builds, finding.fate) = (vec![BuildId(0)], fate);
        self.outcome.findings.push(finding);
        self
    }

    fn with<T>(&self, look: impl FnOnce(&[Graph<'_>]) -> T) -> T {
        let graphs: Vec<Graph<'_>> =
            self.outcome.builds.iter().map(|build| Graph::new(build, &self.resources)).collect();
        look(&graphs)
    }

    fn graph(&self) -> GraphView {
        self.with(|graphs| GraphView::new(&self.outcome, graphs, "0.0.0"))
    }

    fn why(&self, name: &str) -> WhyView {
        self.with(|graphs| {
            let wanted = Wanted::parse(name).expect("a name");
            let named = wanted.find(graphs).expect("a resource");
            let others = &named.others;
            WhyView::new(&self.outcome, named.graph, named.resource, others, "0.0.0")
        })
    }
}

/// The shop with findings: on the Deployment (its position is 3), on no resource, and suppressed.
fn shop() -> Run {
    let suppressed = Fate::Suppressed { kind: "inline", reason: "known".to_owned() };
    Run::new(SHOP)
        .find(&ROOT, "name: app", Some(3), Fate::Open)
        .find(&PRIVILEGED, "privileged: true", Some(3), Fate::Open)
        .find(&SELECTOR, "rules: []", None, Fate::Open)
        .find(&SELECTOR, "serviceName: db", Some(4), suppressed)
}

fn drawn(view: &GraphView, format: GraphFormat) -> String {
    let mut bytes = Vec::new();
    view.write(format, &mut bytes).expect("written");
    String::from_utf8(bytes).expect("UTF-8")
}

fn told(view: &WhyView, options: &Options) -> String {
    let mut bytes = Vec::new();
    view.write_txt(options, &mut bytes).expect("written");
    String::from_utf8(bytes).expect("UTF-8")
}

fn golden(name: &str, actual: &str) {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden-view").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, actual).expect("golden file written");
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == actual, "UPDATE_GOLDEN=1 accepts {name}:\n{actual}");
}

/// The data that the page holds.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("id=\"data\">").expect("the data");
    let (json, _) = rest.split_once("</script>").expect("its end");
    assert!(!json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "nothing that HTML may read");
    serde_json::from_str(json).expect("JSON")
}

#[test]
fn graph_in_every_form() {
    let view = shop().graph();
    golden("shop.json", &drawn(&view, GraphFormat::Json));
    golden("shop.dot", &drawn(&view, GraphFormat::Dot));
    golden("shop.mmd", &drawn(&view, GraphFormat::Mermaid));
    let whole: Value = serde_json::from_str(&drawn(&view, GraphFormat::Json)).expect("JSON");
    assert_eq!(data(&drawn(&view, GraphFormat::Html)), whole);
}

#[test]
fn findings_stand_at_their_resource() {
    let view = shop().graph();
    let web = view.builds[0].nodes().find(|node| node.id == "apps/Deployment/shop/web");
    let web = web.expect("the Deployment");
    let severities: Vec<&str> = web.findings.iter().map(|finding| finding.severity).collect();
    assert_eq!(severities, ["medium", "critical"]);
    assert_eq!(web.worst(), Some(Severity::Critical.name()));
    let db = view.builds[0].nodes().find(|node| node.id == "apps/StatefulSet/shop/db");
    assert!(db.expect("the StatefulSet").findings.is_empty(), "suppressed");
    assert_eq!(view.builds[0].findings.len(), 1, "about no resource");
}

#[test]
fn everything_about_a_resource() {
    let run = shop();
    let plain = Options::default();
    for (name, file) in [
        ("deploy/web", "web.txt"),
        ("StatefulSet/shop/db", "db.txt"),
        ("svc/web", "service.txt"),
        ("sa/web", "account.txt"),
        ("netpol/db-from-web", "policy.txt"),
        ("ing/front", "ingress.txt"),
        ("clusterrole/nothing", "role.txt"),
    ] {
        golden(file, &told(&run.why(name), &plain));
    }
    let color = Options { color: true, unicode: false, ..Options::default() };
    golden("web.color.txt", &told(&run.why("deploy/web"), &color));
    let mut bytes = Vec::new();
    run.why("deploy/web").write_json(&mut bytes).expect("written");
    golden("web.json", &String::from_utf8(bytes).expect("UTF-8"));
}

#[test]
fn names_have_no_power() {
    let view = Run::new(HOSTILE).graph();
    let page = drawn(&view, GraphFormat::Html);
    let scripts = page.matches("<script").count();
    assert_eq!(scripts, 2, "the page's own");
    let names = data(&page);
    let first = &names["builds"][0]["namespaces"][0];
    assert_eq!(first["name"], "a\"]; subgraph x\n-->");
    assert_eq!(first["nodes"][0]["name"], "</script><script>alert(1)</script><!--");
    golden("hostile.dot", &drawn(&view, GraphFormat::Dot));
    golden("hostile.mmd", &drawn(&view, GraphFormat::Mermaid));
    let run = Run::new(HOSTILE);
    let told = run.with(|graphs| {
        let pod = graphs[0].resources()[2];
        told(&WhyView::new(&run.outcome, &graphs[0], pod, &[], "0.0.0"), &Options::default())
    });
    assert!(!told.contains(['\u{1b}', '\u{202e}']), "{told}");
}

#[test]
fn an_object_that_is_there_twice_is_two_nodes() {
    let view = Run::new(HOSTILE).graph();
    let ids: Vec<&str> = view.builds[0].nodes().map(|node| node.id.as_str()).collect();
    let twice: Vec<&&str> = ids.iter().filter(|id| id.contains("twice")).collect();
    assert_eq!(twice, [&"ConfigMap//twice", &"ConfigMap//twice~2"]);
}

#[test]
fn values_are_never_shown() {
    let run = shop();
    let view = run.graph();
    let mut texts: Vec<String> =
        GraphFormat::ALL.iter().map(|format| drawn(&view, *format)).collect();
    for name in ["deploy/web", "secret/db", "cm/web-config"] {
        texts.push(told(&run.why(name), &Options::default()));
        texts.push(serde_json::to_string(&run.why(name)).expect("JSON"));
    }
    for (text, secret) in texts.iter().flat_map(|text| SECRETS.iter().map(move |one| (text, one))) {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn nothing_to_draw() {
    let run = Run::new("");
    for format in GraphFormat::ALL {
        let text = drawn(&run.graph(), *format);
        assert!(!text.is_empty());
        let none = GraphView { builds: Vec::new(), ..run.graph() };
        assert!(!drawn(&none, *format).is_empty());
    }
    assert_eq!(drawn(&run.graph(), GraphFormat::Mermaid), "flowchart LR\n");
    golden("empty.dot", &drawn(&run.graph(), GraphFormat::Dot));
}

#[test]
fn names_that_mean_nothing_get_the_nearest() {
    let run = shop();
    let said = |name: &str| {
        let wanted = Wanted::parse(name).expect("a name");
        run.with(|graphs| wanted.find(graphs).map(drop)).expect_err("no resource").to_string()
    };
    assert_eq!(
        said("deploy/wbe"),
        "there is no `deploy/wbe`\n  help: did you mean `Deployment/shop/web`?"
    );
    assert_eq!(
        said("deploy/prod/web"),
        "there is no `deploy/prod/web`\n  help: did you mean `Deployment/shop/web`?"
    );
    assert_eq!(
        said("deploy/db"),
        "there is no `deploy/db`\n  help: did you mean `StatefulSet/shop/db`?"
    );
    assert_eq!(
        said("cj/nightly"),
        "there is no `cj/nightly`\n  help: no resource of kind `cj` is here"
    );
    assert_eq!(
        said("sts/something-else"),
        "there is no `sts/something-else`\n  help: there is StatefulSet/shop/db"
    );
}

#[test]
fn names_that_mean_several_are_listed() {
    let run = Run::new(HOSTILE);
    let wanted = Wanted::parse("cm/twice").expect("a name");
    let said = run.with(|graphs| wanted.find(graphs).map(drop)).expect_err("two").to_string();
    assert!(said.starts_with("`cm/twice` may be one of 2:\n    ConfigMap/twice at k8s/all.yaml:3"));
}

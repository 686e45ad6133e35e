//! The order of a build, what goes wrong in one, and what is known of it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use kubesift_kustomize::{
    Built, Chart, Charts, Class, IdleKind, Options, Outside, RenderedChart, Reorder, Session, Use,
    build,
};
use kubesift_source::{FileId, Origin, Part, Piece, SourceFile, SourceMap, Span};

use crate::given::Given;

fn built(given: &Given, folder: &str) -> Built {
    let options = Options { reorder: Reorder::None, ..Options::default() };
    build(Path::new(folder), given, &options)
}

/// Each trouble as `place class message`, notes in brackets.
fn said(given: &Given, built: &Built) -> Vec<String> {
    let one = |trouble: &kubesift_kustomize::Trouble| {
        let at = trouble.at.map_or_else(|| "nowhere".to_owned(), |at| given.place(at));
        let text = format!("{at} {:?}: {}", trouble.class, trouble.message);
        if trouble.fatal { text } else { format!("[{text}]") }
    };
    built.troubles.iter().map(one).collect()
}

/// A file of one ConfigMap of each name.
fn maps(names: &[&str]) -> String {
    let one = |name: &&str| format!("kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: {name}\n");
    names.iter().map(one).collect::<Vec<_>>().join("---\n")
}

fn names(built: &Built) -> Vec<String> {
    built.objects.iter().map(|object| object.ids.last().unwrap().name.to_string()).collect()
}

#[test]
fn resources_come_in_as_listed_and_each_document_knows_its_bytes_and_entry() {
    let text = format!(
        "# file: app/kustomization.yaml\nresources:\n- b.yaml\n- ../base\nnamePrefix: x-\n\
         # file: app/b.yaml\n{}# file: base/kustomization.yaml\nresources: [c.yaml]\nnameSuffix: -y\n\
         # file: base/c.yaml\n{}",
        maps(&["b", "a"]),
        maps(&["c"])
    );
    let given = Given::new(&text);
    let built = built(&given, "/app");
    assert_eq!(said(&given, &built), [""; 0]);
    assert_eq!(names(&built), ["x-b", "x-a", "x-c-y"]);
    let last = &built.objects[2];
    assert_eq!(
        &built.text[last.start as usize..last.end as usize],
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x-c-y\n"
    );
    let was: Vec<_> = last.ids.iter().map(|id| id.name.as_str()).collect();
    assert_eq!(was, ["c", "c-y", "x-c-y"]);
    assert_eq!(given.place(last.entered_at), "/base/kustomization.yaml:1:13");
    let parts: Vec<_> = built.parts.iter().map(|part| part.folder.to_str().unwrap()).collect();
    assert_eq!(parts, ["/app", "/base"]);
    assert_eq!(built.parts[1].named_at.map(|at| given.text(at)), Some("../base"));
    assert!(built.complete && built.is_ok());
    assert!(built.uses.contains(&("/app/b.yaml".into(), Use::Resource)));
    assert!(built.uses.contains(&("/base/kustomization.yaml".into(), Use::Kustomization)));
    assert!(built.reads.contains(&"/base/kustomization.yml".into()));
}

#[test]
fn a_component_works_on_what_is_there() {
    let text = format!(
        "# file: app/kustomization.yaml\nresources: [a.yaml]\ncomponents: [../part]\n\
         commonAnnotations: {{from: app}}\n# file: app/a.yaml\n{}\
         # file: part/kustomization.yaml\napiVersion: kustomize.config.k8s.io/v1alpha1\n\
         kind: Component\nresources: [b.yaml]\nnamePrefix: p-\n# file: part/b.yaml\n{}",
        maps(&["a"]),
        maps(&["b"])
    );
    let given = Given::new(&text);
    let built = built(&given, "/app");
    assert_eq!(said(&given, &built), [""; 0]);
    assert_eq!(names(&built), ["p-a", "p-b"]);
    assert_eq!(built.text.matches("from: app").count(), 2);
    assert!(built.parts[1].is_component);
}

#[test]
fn what_goes_wrong_is_said_at_its_place_and_the_rest_is_built() {
    for (kustomization, expected) in [
        (
            "resources: [a.yaml, no.yaml]",
            "/app/kustomization.yaml:1:21 Missing: `no.yaml` is not there",
        ),
        (
            "resources: [a.yaml, a.yaml]",
            "/app/kustomization.yaml:1:21 Duplicate: ConfigMap a is in the build twice",
        ),
        (
            "resources: [a.yaml, ../app]",
            "/app/kustomization.yaml:1:21 Cycle: `../app` leads back to a kustomization that is being built",
        ),
        (
            "resources: [a.yaml, ../none]",
            "/app/kustomization.yaml:1:21 Missing: the folder `../none` has no kustomization.yaml",
        ),
        (
            "resources: [a.yaml, ../part]",
            "/app/kustomization.yaml:1:21 Kustomization: `../part` is a component, not a kustomization",
        ),
        (
            "resources: [a.yaml, '']",
            "/app/kustomization.yaml:1:21 Kustomization: this entry names nothing",
        ),
        (
            "resources: [a.yaml]\ncomponents: [../two]",
            "/app/kustomization.yaml:2:14 Kustomization: the folder `../two` has `kustomization.yaml` and `Kustomization`; one is allowed",
        ),
        (
            "resources: [a.yaml]\nresource: []",
            "/app/kustomization.yaml:2:1 Kustomization: unknown field `resource`",
        ),
        (
            "resources: [a.yaml]\nimages: [{name: x, tag: y}]",
            "/app/kustomization.yaml:2:20 Kustomization: unknown field `tag` in an item of images",
        ),
        (
            "resources: [a.yaml]\nnamePrefix: 1",
            "/app/kustomization.yaml:2:13 Kustomization: namePrefix should be text, not a number",
        ),
        (
            "resources: [a.yaml]\nnamePrefix: on",
            "/app/kustomization.yaml:2:13 Kustomization: namePrefix should be text, not true or false",
        ),
        (
            "resources: [a.yaml]\ncommonLabels: {'1': x}",
            "/app/kustomization.yaml:2:16 Kustomization: the key `1` is no text to kustomize, which writes it without quotes",
        ),
        (
            "resources: [a.yaml]\nkind: Thing",
            "/app/kustomization.yaml:2:7 Kustomization: the kind is `Thing`, not `Kustomization` or `Component`",
        ),
        (
            "resources: [a.yaml]\napiVersion: v1",
            "/app/kustomization.yaml:2:13 Kustomization: the apiVersion of a Kustomization is `kustomize.config.k8s.io/v1beta1`, not `v1`",
        ),
        (
            "resources: [a.yaml]\nsortOptions: {order: fifo, legacySortOptions: {}}",
            "/app/kustomization.yaml:2:47 Kustomization: `legacySortOptions` is for the order `legacy`, and the order is `fifo`",
        ),
        (
            "resources: [a.yaml]\ntransformers: ['{apiVersion: x/v1, kind: T, metadata: {name: t}}']",
            "/app/kustomization.yaml:2:42 Plugin: T t is a plugin, and plugins are not run",
        ),
        (
            "resources: [a.yaml]\ntransformers: ['{apiVersion: builtin, kind: SortOrderTransformer, metadata: {name: t}}']",
            "/app/kustomization.yaml:2:45 Plugin: nothing built in is called `SortOrderTransformer`",
        ),
    ] {
        let given = Given::new(&format!(
            "# file: app/kustomization.yaml\n{kustomization}\n# file: app/a.yaml\n{}\
             # file: none/x.yaml\n# file: part/kustomization.yaml\n\
             kind: Component\nresources: [x]\n# file: two/kustomization.yaml\n# file: two/Kustomization\n",
            maps(&["a"])
        ));
        let built = built(&given, "/app");
        assert_eq!(said(&given, &built), [expected], "{kustomization}");
        assert!(!built.is_ok(), "{kustomization}");
        assert_eq!(names(&built), ["a"], "{kustomization}");
    }
}

#[test]
fn a_folder_without_a_kustomization_or_with_an_empty_one_is_said() {
    let given = Given::new(
        "# file: none/a.yaml\n# file: empty/kustomization.yaml\n# nothing\n\
         # file: blank/kustomization.yaml\nkind: Kustomization\nnamePrefix: ''\nresources:\n",
    );
    for (folder, expected) in [
        ("/none", "nowhere Missing: the folder `/none` has no kustomization.yaml"),
        ("/empty", "/empty/kustomization.yaml:1:1 Kustomization: the kustomization is empty"),
        ("/blank", "/blank/kustomization.yaml:1:1 Kustomization: the kustomization is empty"),
    ] {
        assert_eq!(said(&given, &built(&given, folder)), [expected]);
    }
}

#[test]
fn files_outside_are_read_and_reported_refused_or_allowed() {
    let text = format!(
        "# file: app/kustomization.yaml\nresources: [../a.yaml, b.yaml]\n# file: a.yaml\n{}\
         # file: far/b.yaml\n{}",
        maps(&["a"]),
        maps(&["b"])
    );
    let given = Given::new(&text).link("/app/b.yaml", "/far/b.yaml");
    for (outside, count, fatal, notes) in
        [(Outside::Report, 2, 0, 2), (Outside::Refuse, 0, 2, 0), (Outside::Allow, 2, 0, 0)]
    {
        let options = Options { outside, ..Options::default() };
        let built = build(Path::new("/app"), &given, &options);
        assert_eq!(built.objects.len(), count, "{outside:?}");
        let all = built.troubles.iter().filter(|trouble| trouble.class == Class::Outside);
        let (said, quiet): (Vec<_>, Vec<_>) = all.partition(|trouble| trouble.fatal);
        assert_eq!((said.len(), quiet.len()), (fatal, notes), "{outside:?}");
    }
}

#[test]
fn what_is_remote_is_noted_once_and_excuses_what_may_be_in_it() {
    let given = Given::new(&format!(
        "# file: app/kustomization.yaml\nresources:\n- github.com/org/repo//base?ref=v1\n- a.yaml\n\
         - https://example.org/x.yaml\npatches:\n- patch: |\n    kind: ConfigMap\n    apiVersion: v1\n\
         \x20   metadata: {{name: far}}\n    data: {{a: b}}\n# file: app/a.yaml\n{}",
        maps(&["a"])
    ));
    let built = built(&given, "/app");
    assert!(built.is_ok() && !built.complete);
    assert_eq!(names(&built), ["a"]);
    let remotes: Vec<_> = built
        .remotes
        .iter()
        .map(|remote| (given.place(remote.at), remote.reference.as_deref(), remote.repository))
        .collect();
    assert_eq!(
        remotes,
        [
            ("/app/kustomization.yaml:2:3".to_owned(), Some("v1"), true),
            ("/app/kustomization.yaml:4:3".to_owned(), None, false)
        ]
    );
    assert_eq!(built.troubles.iter().filter(|trouble| trouble.class == Class::Remote).count(), 2);
}

#[test]
fn older_fields_are_taken_and_told() {
    let given = Given::new(&format!(
        "# file: app/kustomization.yaml\nbases: [../base]\nimageTags: [{{name: x, newTag: v2}}]\n\
         commonLabels: {{a: b}}\nconfigMapGenerator:\n- name: g\n  env: g.env\n\
         # file: app/g.env\nK=V\n# file: base/kustomization.yaml\nresources: [a.yaml]\n\
         # file: base/a.yaml\n{}",
        maps(&["a"])
    ));
    let built = built(&given, "/app");
    assert_eq!(said(&given, &built), [""; 0]);
    let fields: Vec<_> =
        built.deprecated.iter().map(|old| (old.field, old.instead, given.text(old.key))).collect();
    assert_eq!(
        fields,
        [
            ("commonLabels", "labels", "commonLabels"),
            ("bases", "resources", "bases"),
            ("imageTags", "images", "imageTags"),
            ("configMapGenerator.env", "envs", "env"),
        ]
    );
    assert_eq!(built.objects.len(), 2);
    assert!(built.text.contains("K: V"));
}

#[test]
fn what_did_nothing_is_told() {
    let given = Given::new(&format!(
        "# file: app/kustomization.yaml\nresources: [a.yaml]\nimages:\n- name: x\n  newTag: v2\n\
         patches:\n- target: {{kind: Deployment}}\n  patch: |\n    kind: Deployment\n\
         \x20   metadata: {{name: any}}\nvars:\n- name: V\n  objref: {{kind: ConfigMap, apiVersion: v1, name: a}}\n\
         # file: app/a.yaml\n{}",
        maps(&["a"])
    ));
    let built = built(&given, "/app");
    assert_eq!(said(&given, &built), [""; 0]);
    let mut idle: Vec<_> =
        built.idle.iter().map(|idle| (idle.kind, given.place(idle.at))).collect();
    idle.sort();
    assert_eq!(
        idle,
        [
            (IdleKind::Patch, "/app/kustomization.yaml:6:3".to_owned()),
            (IdleKind::Image, "/app/kustomization.yaml:3:3".to_owned()),
            (IdleKind::Variable, "/app/kustomization.yaml:11:3".to_owned()),
        ]
    );
}

#[test]
fn a_session_parses_a_shared_base_once() {
    let mut text = format!(
        "# file: base/kustomization.yaml\nresources: [a.yaml]\n# file: base/a.yaml\n{}",
        maps(&["a"])
    );
    for overlay in 0..5 {
        text.push_str(&format!(
            "# file: o{overlay}/kustomization.yaml\nresources: [../base]\nnamePrefix: o{overlay}-\n"
        ));
    }
    let given = Given::new(&text);
    let session = Session::new();
    for overlay in 0..5 {
        let folder = format!("/o{overlay}");
        let built = session.build(Path::new(&folder), &given, &Options::default());
        assert_eq!(names(&built), [format!("o{overlay}-a")]);
    }
    assert_eq!(given.parsed.load(Ordering::Relaxed), 7);
}

#[test]
fn bases_that_double_come_to_an_end() {
    let mut text = String::from("# file: l0/kustomization.yaml\nconfigMapGenerator: [{name: a}]\n");
    for level in 1..40 {
        let below = level - 1;
        text.push_str(&format!(
            "# file: l{level}/kustomization.yaml\nresources: [../l{below}, ../l{below}]\n"
        ));
    }
    let given = Given::new(&text);
    let built = built(&given, "/l39");
    assert!(!built.is_ok());
    assert!(built.troubles.len() < 1000, "{}", built.troubles.len());
}

struct Fake;

impl Charts for Fake {
    fn render(&self, chart: &Chart) -> Result<RenderedChart, String> {
        if chart.name == "broken" {
            return Err("it is broken".to_owned());
        }
        let text = format!("kind: Service\napiVersion: v1\nmetadata:\n  name: {}\n", chart.name);
        let mut map = SourceMap::default();
        let home = Span::new(FileId(0), 0, 4);
        let (start, end) = (0, text.len() as u32);
        map.push(Piece { start, end, part: Part::Value, origin: Origin::plain(home) });
        let file = SourceFile::new(FileId(99), "chart", text);
        let tree = Arc::new(kubesift_yaml::parse(Arc::new(file)));
        Ok(RenderedChart { tree, map, reads: vec![chart.path.clone()] })
    }
}

#[test]
fn charts_are_rendered_by_whom_the_build_is_given() {
    let given = Given::new(&format!(
        "# file: app/kustomization.yaml\nresources: [a.yaml]\nnamespace: here\nhelmCharts:\n- name: web\n\
         # file: app/a.yaml\n{}# file: bad/kustomization.yaml\nhelmCharts:\n- name: broken\n",
        maps(&["a"])
    ));
    let alone = built(&given, "/app");
    assert!(alone.is_ok() && !alone.complete);
    assert_eq!(
        said(&given, &alone),
        ["[/app/kustomization.yaml:4:9 Chart: the chart `web` is not rendered]"]
    );
    let options = Options { charts: Some(&Fake), ..Options::default() };
    let whole = build(Path::new("/app"), &given, &options);
    assert_eq!(said(&given, &whole), [""; 0]);
    assert!(whole.complete && whole.text.contains("name: web\n  namespace: here"));
    assert!(whole.reads.contains(&"/app/charts/web".into()));
    let bad = build(Path::new("/bad"), &given, &options);
    assert_eq!(
        said(&given, &bad),
        [
            "[/bad/kustomization.yaml:2:9 Chart: the chart `broken` cannot be rendered: it is broken]"
        ]
    );
}

#[test]
fn a_validator_may_change_nothing() {
    let given = Given::new(&format!(
        "# file: app/kustomization.yaml\nresources: [a.yaml]\nvalidators:\n- |\n  apiVersion: builtin\n\
         \x20 kind: PrefixTransformer\n  metadata: {{name: v}}\n  prefix: x-\n\
         \x20 fieldSpecs: [{{path: metadata/name}}]\n# file: app/a.yaml\n{}",
        maps(&["a"])
    ));
    let built = built(&given, "/app");
    assert_eq!(
        said(&given, &built),
        [
            "/app/kustomization.yaml:5:9 Validator: the validator PrefixTransformer v changes what it should look at"
        ]
    );
}

#[test]
fn annotations_end_as_text_and_an_empty_mapping_goes() {
    let given = Given::new(
        "# file: app/kustomization.yaml\nresources: [a.yaml]\n# file: app/a.yaml\n\
         kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: a\n  annotations: {n: 1, f: 0x1F, internal.config.kubernetes.io/path: p}\n\
         ---\nkind: ConfigMap\napiVersion: v1\nmetadata:\n  name: b\n  annotations: {}\n",
    );
    let built = built(&given, "/app");
    assert_eq!(
        built.text,
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    f: \"0x1F\"\n    \"n\": \"1\"\n  name: a\n\
         ---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n"
    );
}

#[test]
fn build_metadata_says_where_objects_come_from() {
    let given = Given::new(&format!(
        "# file: app/kustomization.yaml\nresources: [../base]\nnamePrefix: x-\n\
         buildMetadata: [originAnnotations, transformerAnnotations, managedByLabel]\n\
         # file: base/kustomization.yaml\nresources: [a.yaml]\n# file: base/a.yaml\n{}",
        maps(&["a"])
    ));
    let built = built(&given, "/app");
    assert_eq!(
        built.text,
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    \
         alpha.config.kubernetes.io/transformations: |\n      - configuredIn: kustomization.yaml\n        \
         configuredBy:\n          apiVersion: builtin\n          kind: PrefixTransformer\n    \
         config.kubernetes.io/origin: |\n      path: ../base/a.yaml\n  labels:\n    \
         app.kubernetes.io/managed-by: kustomize-v5.5.0\n  name: x-a\n"
    );
}

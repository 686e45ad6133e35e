//! Builds of kustomizations beside `kubectl kustomize` in the same run: a base (where kubectl is at its
//! fastest, as it does not need its schema), an overlay with patches, a dozen overlays, and a repository
//! of which kubectl builds every folder by itself. Whole processes on both sides.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{check, median, ms};
use crate::{Failure, root};

/// Applications of the generated repository: each has a base and three overlays.
const APPS: usize = 250;
const STAGES: [&str; 3] = ["dev", "staging", "prod"];

/// Overlays in the largest of the single builds.
const DOZEN: usize = 12;

/// Pairs of a build by us and one by kubectl, for each round of the bench: one build is so short that
/// a single one says more of the machine than of the program.
const PAIRS: usize = 3;

/// Overlays that kubectl builds of a repository; the time for all is reckoned from these.
const SAMPLE: usize = 24;

const OURS: [&str; 3] = ["render", "--load-restrictor", "none"];
const KUBECTL: &str = "kubectl";
const THEIRS: [&str; 1] = ["kustomize"];

/// Prints the rows. `folder` is a repository to use in place of the generated one, for the rows about
/// a repository.
pub(super) fn rows(program: &Path, folder: Option<&Path>, rounds: usize) -> Result<(), Failure> {
    let generated = generated()?;
    let app = generated.join("apps").join(format!("app{}", APPS / 2));
    let (base, overlay) = (app.join("base"), app.join("overlays/prod"));
    let with_kubectl = run(KUBECTL, &THEIRS, &base).is_ok();
    if !with_kubectl {
        println!("kubectl is not at hand: builds have nothing beside them");
    }
    let pairs = PAIRS * rounds.max(1);
    one_build("build of a base", program, &base, pairs, with_kubectl)?;
    one_build("build of an overlay with patches", program, &overlay, pairs, with_kubectl)?;
    one_build("build of a dozen overlays", program, &dozen()?, pairs, with_kubectl)?;
    repository(program, folder.unwrap_or(&generated), rounds, with_kubectl)
}

/// Builds of one folder, ours and kubectl's in turn: whatever slows the machine meets both.
fn one_build(
    name: &str,
    program: &Path,
    folder: &Path,
    pairs: usize,
    with_kubectl: bool,
) -> Result<(), Failure> {
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..pairs {
        let mine = run(program, &OURS, folder)?;
        ours.push(mine);
        if with_kubectl {
            let other = run(KUBECTL, &THEIRS, folder)?;
            theirs.push(other);
            ratios.push(ratio(other, mine));
        }
    }
    print!("{name:<34} {:>9.1} ms", ms(median(&mut ours)));
    ratios.sort_unstable_by(f64::total_cmp);
    if let (Some(least), Some(middle), Some(most)) =
        (ratios.first(), ratios.get(ratios.len() / 2), ratios.last())
    {
        print!(
            ", kubectl {:.1} ms: {middle:.0} x ours ({least:.0} to {most:.0} in {pairs} pairs)",
            ms(median(&mut theirs))
        );
    }
    println!();
    Ok(())
}

/// A repository: we build and check all of it at once, kubectl builds it folder by folder.
fn repository(
    program: &Path,
    folder: &Path,
    rounds: usize,
    with_kubectl: bool,
) -> Result<(), Failure> {
    let overlays = kustomizations(folder)?;
    let mut all = Vec::new();
    for _ in 0..rounds.max(1) {
        all.push(check(program, folder, 2)?.0);
    }
    let all = median(&mut all);
    println!("{} kustomizations built and checked {:>9.1} ms", overlays.len(), ms(all));
    let sample: Vec<&PathBuf> =
        overlays.iter().step_by(overlays.len().div_ceil(SAMPLE).max(1)).collect();
    if !with_kubectl || sample.is_empty() {
        return Ok(());
    }
    let start = Instant::now();
    let built = sample.iter().filter(|one| run(KUBECTL, &THEIRS, one).is_ok()).count();
    let each = start.elapsed() / sample.len() as u32;
    let whole = each * overlays.len() as u32;
    println!(
        "kubectl: each folder {:>24.1} ms, {:.0} x ours ({} of {} folders timed, {built} of them \
         built; {:.1} ms each)",
        ms(whole),
        ratio(whole, all),
        sample.len(),
        overlays.len(),
        ms(each)
    );
    Ok(())
}

fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}

/// Time of a build of the current folder, its text thrown away.
fn run(
    program: impl AsRef<std::ffi::OsStr>,
    args: &[&str],
    folder: &Path,
) -> Result<Duration, Failure> {
    let mut command = Command::new(program);
    command.args(args).arg(".").current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let time = start.elapsed();
    if status.success() { Ok(time) } else { Err(format!("{} fails", folder.display()).into()) }
}

/// Folders with a kustomization, sorted.
fn kustomizations(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() && name != ".git" {
                folders.push(path);
            } else if matches!(name, "kustomization.yaml" | "kustomization.yml" | "Kustomization") {
                found.push(folder.clone());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A repository of overlays; the same each time.
fn generated() -> Result<PathBuf, Failure> {
    let folder = root().join("target/bench-overlays");
    if folder.exists() {
        return Ok(folder);
    }
    for app in 0..APPS {
        let name = format!("app{app}");
        let home = folder.join("apps").join(&name);
        put(&home.join("base/kustomization.yaml"), &base(&name))?;
        put(&home.join("base/deployment.yaml"), &deployment(&name, app))?;
        put(&home.join("base/service.yaml"), &service(&name))?;
        for (at, stage) in STAGES.iter().enumerate() {
            let overlay = home.join("overlays").join(stage);
            put(&overlay.join("kustomization.yaml"), &overlay_of(&name, stage, app + at))?;
            put(&overlay.join("resources.yaml"), &patch(&name, at))?;
        }
    }
    Ok(folder)
}

/// One kustomization over a dozen applications of the generated repository, which it lies beside.
fn dozen() -> Result<PathBuf, Failure> {
    let folder = root().join("target/bench-dozen");
    let resources: String = (0..DOZEN)
        .map(|app| format!("- ../bench-overlays/apps/app{app}/overlays/{}\n", STAGES[app % 3]))
        .collect();
    let text = format!(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n{resources}\
         commonAnnotations:\n  team: shop\n"
    );
    put(&folder.join("kustomization.yaml"), &text)?;
    Ok(folder)
}

fn put(path: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(path, text)?)
}

fn base(name: &str) -> String {
    format!(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- deployment.yaml\n- \
         service.yaml\nlabels:\n- pairs:\n    app.kubernetes.io/name: {name}\n  includeSelectors: true\n\
         configMapGenerator:\n- name: {name}-settings\n  literals:\n  - LOG_LEVEL=info\n  - MODE=plain\n"
    )
}

fn deployment(name: &str, number: usize) -> String {
    let containers: String = ["app", "proxy", "metrics"]
        .iter()
        .map(|container| {
            format!(
                "      - name: {container}\n        image: registry.example.com/{name}/{container}:1.{number}\n        \
                 ports:\n        - name: {container}\n          containerPort: 80{:02}\n        envFrom:\n        - \
                 configMapRef:\n            name: {name}-settings\n        resources:\n          requests:\n            \
                 cpu: 100m\n            memory: 128Mi\n          limits:\n            memory: 256Mi\n        \
                 securityContext:\n          allowPrivilegeEscalation: false\n          runAsNonRoot: true\n",
                number % 100
            )
        })
        .collect();
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  replicas: 1\n  selector:\n    \
         matchLabels:\n      app: {name}\n  template:\n    metadata:\n      labels:\n        app: {name}\n    spec:\n      \
         serviceAccountName: {name}\n      containers:\n{containers}---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  \
         name: {name}\n---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: {name}\nspec:\n  \
         minAvailable: 1\n  selector:\n    matchLabels:\n      app: {name}\n"
    )
}

fn service(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\nspec:\n  selector:\n    app: {name}\n  ports:\n  - \
         name: http\n    port: 80\n    targetPort: app\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  \
         name: {name}\nspec:\n  rules:\n  - host: {name}.example.com\n    http:\n      paths:\n      - path: /\n        \
         pathType: Prefix\n        backend:\n          service:\n            name: {name}\n            port:\n              \
         name: http\n"
    )
}

fn overlay_of(name: &str, stage: &str, number: usize) -> String {
    format!(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: {stage}\nnamePrefix: {stage}-\n\
         resources:\n- ../../base\nimages:\n- name: registry.example.com/{name}/app\n  newTag: 2.{number}.0\nreplicas:\n- \
         name: {name}\n  count: {}\nlabels:\n- pairs:\n    stage: {stage}\npatches:\n- path: resources.yaml\n- target:\n    \
         kind: Ingress\n  patch: |-\n    - op: replace\n      path: /spec/rules/0/host\n      value: \
         {name}.{stage}.example.com\nconfigMapGenerator:\n- name: {name}-settings\n  behavior: merge\n  literals:\n  - \
         LOG_LEVEL=warn\n",
        number % 5 + 1
    )
}

fn patch(name: &str, number: usize) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  template:\n    spec:\n      \
         containers:\n      - name: app\n        resources:\n          limits:\n            memory: {}Mi\n        env:\n        \
         - name: WORKERS\n          value: \"{}\"\n",
        256 << number,
        number + 1
    )
}

//! Builds of kustomizations beside `kubectl kustomize` in the same run: one overlay, and a repository
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

/// Overlays that kubectl builds of a repository; the time for all is reckoned from these.
const SAMPLE: usize = 24;

/// Prints the rows. `folder` is a repository to use in place of a generated one.
pub(super) fn rows(program: &Path, folder: Option<&Path>, rounds: usize) -> Result<(), Failure> {
    let folder = match folder {
        Some(folder) => folder.to_owned(),
        None => generated()?,
    };
    let overlays = kustomizations(&folder)?;
    let Some(one) = overlays.get(overlays.len() / 2) else {
        println!("no kustomization lies in {}", folder.display());
        return Ok(());
    };
    let with_kubectl = run("kubectl", &["kustomize"], one).is_ok();
    if !with_kubectl {
        println!("kubectl is not at hand: builds have nothing beside them");
    }
    let (mut ours, mut theirs, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds.max(1) {
        ours.push(run(program, &["render", "--load-restrictor", "none"], one)?);
        if with_kubectl {
            theirs.push(run("kubectl", &["kustomize"], one)?);
        }
        all.push(check(program, &folder, 2)?.0);
    }
    let (ours, all) = (median(&mut ours), median(&mut all));
    println!("build of one overlay {:>24.1} ms", ms(ours));
    println!("{} kustomizations built and checked {:>9.1} ms", overlays.len(), ms(all));
    if !with_kubectl {
        return Ok(());
    }
    let theirs = median(&mut theirs);
    let ratio = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64();
    println!("kubectl: one overlay {:>24.1} ms, {:.0} x ours", ms(theirs), ratio(theirs, ours));
    let sample: Vec<&PathBuf> = overlays.iter().step_by(overlays.len().div_ceil(SAMPLE)).collect();
    let start = Instant::now();
    let built = sample.iter().filter(|one| run("kubectl", &["kustomize"], one).is_ok()).count();
    let each = start.elapsed() / sample.len().max(1) as u32;
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

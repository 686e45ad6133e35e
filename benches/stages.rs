//! Benches of the stages a run is made of: the scanner, the whole analysis, each report. Compare
//! with `cargo bench -- --baseline NAME`; for figures beside other parsers use `cargo xtask bench`.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kubesift_engine::Date;
use kubesift_project::{Analysis, Host, Memory, Request};
use kubesift_report::{Format, Options};
use kubesift_source::{FileId, SourceFile};

const FILES: [(&str, &str); 4] = [
    ("cart", include_str!("../testdata/shop/k8s/cart.yaml")),
    ("checkout", include_str!("../testdata/shop/k8s/checkout.yaml")),
    ("etcd", include_str!("../testdata/shop/ops/etcd.yaml")),
    ("web", include_str!("../testdata/clean/web.yaml")),
];

/// Copies of the example projects, each in namespaces of its own.
const COPIES: usize = 250;

fn files() -> Vec<(String, Vec<u8>)> {
    let copy = |index: usize| {
        FILES.map(|(name, text)| {
            let own = text
                .replace("namespace: shop", &format!("namespace: shop-{index}"))
                .replace("namespace: web", &format!("namespace: web-{index}"));
            (format!("/repo/{index}/{name}.yaml"), own.into_bytes())
        })
    };
    (0..COPIES).flat_map(copy).collect()
}

fn scan(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scan");
    for (name, text) in FILES {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bench| {
            bench.iter(|| {
                let file = Arc::new(SourceFile::new(FileId(0), name, text));
                black_box(kubesift_yaml::parse(file).node_count())
            });
        });
    }
    group.finish();
}

fn analyse() -> Analysis {
    let mut system = Memory::new([]);
    for (path, text) in files() {
        system.put(&path, text);
    }
    let request = Request::new("/repo", Date { year: 2026, month: 11, day: 24 });
    let host = Host::new(system, kubesift_checks::ALL);
    host.analyze(&request).unwrap_or_else(|stop| panic!("{stop}"))
}

fn analysis(criterion: &mut Criterion) {
    let bytes: usize = files().iter().map(|file| file.1.len()).sum();
    let mut group = criterion.benchmark_group("analysis");
    group.sample_size(10).throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("whole", |bench| {
        bench.iter(|| black_box(analyse().outcome.findings.len()));
    });
    group.finish();
}

fn reports(criterion: &mut Criterion) {
    let outcome = analyse().outcome;
    let options = Options { max_diagnostics: None, ..Options::default() };
    let mut group = criterion.benchmark_group("report");
    group.sample_size(10);
    for format in Format::ALL {
        group.bench_function(format.name(), |bench| {
            bench.iter(|| {
                let mut out = Vec::new();
                let written = format.write(&outcome, &options, &mut out);
                black_box((written.is_ok(), out.len()))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, scan, analysis, reports);
criterion_main!(benches);

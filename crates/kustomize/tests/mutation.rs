//! The proof that places are true: the bytes that a build names as the origin of a key or value are
//! changed, the build is made again, and exactly that key or value must change.
//!
//! What else may change is said by the build itself: values from the same bytes, values whose way
//! leads over these bytes (references, replacements, names with a prefix), aliases, and hashes of
//! content.
//! Names that patches and selectors go by make objects miss each other when they change; these are
//! counted apart and must stay few.

mod change;
mod shape;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use kubesift_kustomize::{Built, Options, Outside, Reorder, build};
use kubesift_source::{FileId, Part, Piece, Span};

use super::memory::Memory;
use change::Change;
use shape::{Place, Shape};

/// What became of the pieces of builds.
#[derive(Default)]
struct Tally {
    /// The only place that changed.
    alone: usize,
    /// Changed with all others that name the same bytes, or that follow by their trail, and nothing
    /// else did.
    shared: usize,
    /// Not proven, by the reason.
    excused: BTreeMap<&'static str, usize>,
    /// Wrong places.
    wrong: Vec<String>,
}

impl Tally {
    fn excuse(&mut self, why: &'static str, pieces: usize) {
        *self.excused.entry(why).or_default() += pieces;
    }

    fn pieces(&self) -> usize {
        self.alone + self.shared + self.excused.values().sum::<usize>() + self.wrong.len()
    }

    fn add(&mut self, other: Self) {
        self.alone += other.alone;
        self.shared += other.shared;
        for (why, count) in other.excused {
            self.excuse(why, count);
        }
        self.wrong.extend(other.wrong);
    }

    fn report(&self) -> String {
        let Self { alone, shared, excused, wrong } = self;
        let mut text = format!(
            "{} pieces: {alone} proven alone, {shared} with others of the same source, {} wrong",
            self.pieces(),
            wrong.len()
        );
        for (why, count) in excused {
            text.push_str(&format!("\n  {count} excused: {why}"));
        }
        for wrong in wrong.iter().take(40) {
            text.push_str(&format!("\n  wrong: {wrong}"));
        }
        text
    }
}

fn options() -> Options<'static> {
    // Objects must keep their order when their names change.
    Options { reorder: Reorder::None, outside: Outside::Allow, ..Options::default() }
}

/// Proves the pieces of one kustomization; of more than `most` sources an even choice.
fn prove(files: &Memory, folder: &Path, most: usize) -> Tally {
    let built = build(folder, files, &options());
    let mut tally = Tally::default();
    if !built.is_ok() || built.text.is_empty() {
        return tally;
    }
    let shape = Shape::new(&built.text);
    // Pieces by their source, so that a source is changed once however many values it feeds.
    let mut sources: BTreeMap<(u32, u32, u32, bool), Vec<&Piece>> = BTreeMap::new();
    for piece in parts(&built) {
        let Span { file, start, end } = piece.origin.span;
        let key = (file.0, start, end, piece.part == Part::Key);
        sources.entry(key).or_default().push(piece);
    }
    let step = sources.len().div_ceil(most.max(1)).max(1);
    for pieces in sources.values().step_by(step) {
        one(files, folder, &built, &shape, pieces, &mut tally);
    }
    tally
}

/// Keys, values, and of values that were put together the parts.
fn parts(built: &Built) -> impl Iterator<Item = &Piece> {
    built.map.pieces().iter().flat_map(|piece| {
        match built.map.fragments_in(piece.start, piece.end) {
            [] => std::slice::from_ref(piece),
            fragments => fragments,
        }
    })
}

/// Changes the source of some pieces (all of the same span, all keys or all values).
fn one(
    files: &Memory,
    folder: &Path,
    built: &Built,
    shape: &Shape,
    pieces: &[&Piece],
    tally: &mut Tally,
) {
    let Some(first) = pieces.first() else { return };
    let span = first.origin.span;
    let is_key = first.part == Part::Key;
    let places: Vec<&Place> = pieces.iter().filter_map(|piece| shape.at(piece)).collect();
    let Some(place) = places.first() else {
        return tally.wrong.push(format!("no node stands at {}..{}", first.start, first.end));
    };
    let source = files.file(span.file);
    let slice = source.slice(span);
    let text = &built.text[first.start as usize..first.end as usize];
    let Some(change) = Change::find(slice, text, place, is_key) else {
        return tally.excuse("nothing in it can be changed and stay of its type", pieces.len());
    };
    let at = span.start + change.start as u32;
    let mut other = source.text().to_owned();
    let from = span.start as usize;
    other.replace_range(from + change.start..from + change.end, &change.text);
    let again = build(folder, &files.with(span.file, other), &options());
    if !again.is_ok() {
        return tally.excuse("the build is refused then", pieces.len());
    }
    let mut must: BTreeSet<(usize, String)> = BTreeSet::new();
    let mut after = shape.clone();
    for place in &places {
        must.insert(place.key());
        if is_key {
            after.rename(place, &change);
        }
    }
    let again = Shape::new(&again.text);
    let changed = after.differences(&again);
    let changed: BTreeSet<(usize, String)> = match is_key {
        // Renamed keys are where they were expected, and the rest is compared.
        true => changed.into_iter().chain(must.iter().cloned()).collect(),
        false => changed,
    };
    let may = may_change(files, built, shape, span.file, at);
    let unmoved: Vec<_> = must.difference(&changed).collect();
    let strange: Vec<_> = changed
        .iter()
        .filter(|key| !must.contains(*key) && !may.contains(*key))
        .filter(|key| !is_hash(shape, &again, key))
        .collect();
    if unmoved.is_empty() && strange.is_empty() {
        if changed.len() == 1 {
            tally.alone += 1;
        } else {
            tally.shared += pieces.len();
        }
        return;
    }
    if let Some(why) = place.goes_by(is_key, &unmoved, &strange) {
        return tally.excuse(why, pieces.len());
    }
    let line = source.lines().line_of(span.start) + 1;
    let (document, path) = place.key();
    tally.wrong.push(format!(
        "{}: {}:{line} `{}` to `{}` for {path} of document {document}: not changed {:?}, changed \
         besides {:?}",
        folder.display(),
        source.path,
        &slice[change.start..change.end],
        change.text,
        unmoved.iter().take(3).collect::<Vec<_>>(),
        strange.iter().take(3).collect::<Vec<_>>(),
    ));
}

/// The nodes whose origin or way leads over a byte, and the aliases in its file: their origin is the
/// alias, and what it stands for is written elsewhere.
fn may_change(
    files: &Memory,
    built: &Built,
    shape: &Shape,
    file: FileId,
    at: u32,
) -> BTreeSet<(usize, String)> {
    let over = |span: Span| span.file == file && span.start <= at && at < span.end;
    let pieces = parts(built).filter(|piece| {
        let span = piece.origin.span;
        let alias = span.file == file && files.file(file).slice(span).starts_with('*');
        alias || over(span) || piece.origin.trail.steps().any(|step| over(step.span))
    });
    pieces.filter_map(|piece| Some(shape.at(piece)?.key())).collect()
}

/// True when two values differ in the hash at their ends only.
fn is_hash(before: &Shape, after: &Shape, key: &(usize, String)) -> bool {
    let (Some(a), Some(b)) = (before.value(key), after.value(key)) else { return false };
    let head = |text: &str| text.rsplit_once('-').map(|(head, hash)| (head.to_owned(), hash.len()));
    let (a, b) = (head(a), head(b));
    // Ten letters, and the end of the debug form of a text.
    a.is_some() && a == b && a.is_some_and(|(_, length)| length == 12)
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shop")
}

#[test]
fn every_piece_of_the_fixtures_comes_from_where_it_says() {
    let files = Memory::load(&fixtures());
    let mut tally = Tally::default();
    for folder in files.kustomizations() {
        tally.add(prove(&files, &folder, usize::MAX));
    }
    println!("{}", tally.report());
    assert!(tally.wrong.is_empty(), "{}", tally.report());
    let proven = tally.alone + tally.shared;
    // What is excused for a reason must not become the most.
    assert!(proven >= 350, "{}", tally.report());
    assert!(proven * 100 >= tally.pieces() * 60, "{}", tally.report());
}

/// Sources of each kustomization that are changed: `KUBESIFT_SOURCES`, or an even choice of 60.
fn sources() -> usize {
    std::env::var("KUBESIFT_SOURCES").ok().and_then(|most| most.parse().ok()).unwrap_or(60)
}

/// Over real repositories: `KUBESIFT_REPOSITORIES=dir:dir cargo test … -- --ignored real`.
#[test]
#[ignore = "needs checkouts of repositories"]
fn every_piece_of_real_kustomizations_comes_from_where_it_says() {
    let Ok(folders) = std::env::var("KUBESIFT_REPOSITORIES") else { return };
    let mut whole = Tally::default();
    for folder in folders.split(':') {
        let files = Memory::load(Path::new(folder));
        let mut tally = Tally::default();
        for kustomization in files.kustomizations() {
            tally.add(prove(&files, &kustomization, sources()));
        }
        println!("{folder}: {}", tally.report());
        whole.add(tally);
    }
    println!("all: {}", whole.report());
    assert!(whole.wrong.is_empty(), "{} wrong", whole.wrong.len());
}

//! Random documents in random manners, random edits: exactly what was asked changes.

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use super::Op;
use super::model::{Model, Outcome, verify};
use super::writer::{Dice, write};
use crate::tree;

const KEYS: [&str; 14] = [
    "a",
    "b",
    "name",
    "image",
    "spec",
    "containers",
    "on",
    "8080",
    "key with blanks",
    "caf\u{e9}",
    "app.kubernetes.io/name",
    "limits",
    "-x",
    "a:b",
];

const TEXTS: [&str; 30] = [
    "app",
    "a b",
    "",
    "true",
    "1",
    "it's",
    "x: y",
    "#no",
    "a #b",
    "- a",
    "one\ntwo\n",
    "tail\n\n",
    "two\n\nmore",
    "caf\u{e9} \u{2713}",
    "{",
    "a, b",
    "nginx:1.25",
    "--flag",
    " lead",
    "back\\slash",
    "q\"q",
    "what?",
    "---",
    "%a",
    "y",
    "# not a comment\n",
    " lead\nmore\n",
    "word word word",
    "null",
    "trail ",
];

/// What is written in the place of something.
const VALUES: [&str; 16] = [
    "false",
    "7",
    "RuntimeDefault",
    "\"quoted\"",
    "'1'",
    "[ALL]",
    "{drop: [ALL]}",
    "~",
    "\"a, b\"",
    "x y",
    "a: 1\nb:\n- x\n- k: v\n  l: w\n",
    "- one\n- two: 2\n  three: 3\n",
    "|\n  lit\n\n  eral\n",
    ">-\n  folded\n  text\n",
    "[]",
    "a:\n  # note\n  b: |\n    text\nc: 1\n",
];

const PATHS: [&str; 5] = ["new", "new.deep", "x.y.z", "yes.no", "a"];

fn models() -> impl Strategy<Value = Model> {
    let text = prop::sample::select(&TEXTS[..]).prop_map(|text| Model::Str(text.to_owned()));
    let leaf = prop_oneof![
        1 => Just(Model::Null),
        1 => any::<bool>().prop_map(Model::Bool),
        1 => (-9i128..1000).prop_map(Model::Int),
        5 => text,
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let key = prop::sample::select(&KEYS[..]).prop_map(str::to_owned);
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Model::List),
            2 => prop::collection::btree_map(key, inner, 0..5).prop_map(Model::Map),
        ]
    })
}

pub fn random_op(dice: &mut Dice) -> Op {
    let value = dice.pick(&VALUES).to_owned();
    match dice.below(12) {
        0..=2 => Op::Replace(value),
        3..=5 => Op::Add(dice.pick(&PATHS).to_owned(), value),
        6..=8 => Op::Remove,
        9 => Op::Append(value),
        10 => Op::CommentAbove("kubesift: ignore[x] why".to_owned()),
        _ => Op::CommentLine("kubesift: ignore[x] why".to_owned()),
    }
}

/// The same cases at every run; `KUBESIFT_CASES=60000` asks for so many new ones.
fn runner() -> TestRunner {
    let asked = std::env::var("KUBESIFT_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(1500);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    match asked {
        Some(_) => TestRunner::new(config),
        None => {
            let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
            TestRunner::new_with_rng(config, rng)
        }
    }
}

#[test]
fn exactly_what_was_asked_changes() {
    let (mut done, mut refused) = (0u64, Vec::new());
    let mut runner = runner();
    let strategy = (prop::collection::vec(models(), 1..3), any::<u64>());
    let outcomes = std::cell::RefCell::new((&mut done, &mut refused));
    let result = runner.run(&strategy, |(models, seed)| {
        let text = write(&models, seed);
        let read = tree(&text);
        prop_assert!(read.errors().is_empty(), "writer: {:?}\n{text}", read.errors());
        let written: Vec<Option<Model>> = models.into_iter().map(Some).collect();
        prop_assert!(Model::all(&read) == written, "writer: {:?}\n{text}", Model::all(&read));
        let mut dice = Dice::new(seed ^ 1);
        for _ in 0..12 {
            let node = read.node(dice.below(read.node_count()) as u32);
            let op = random_op(&mut dice);
            match verify(&read, node, &op) {
                Ok(Outcome::Done) => *outcomes.borrow_mut().0 += 1,
                Ok(Outcome::Meaningless) => {}
                Ok(Outcome::Refused) => {
                    outcomes.borrow_mut().1.push(format!("{op:?} at {node:?} of\n{text}"));
                }
                Err(wrong) => return Err(TestCaseError::fail(wrong)),
            }
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    println!("{done} edits done, {} refused", refused.len());
    for example in refused.iter().take(show_refused()) {
        println!("refused: {example}\n=====");
    }
    assert!(refused.len() as u64 * 25 < done, "refused too often: {}", refused.len());
}

/// What turns plain documents into awkward ones.
const SPANNERS: [&str; 28] = [
    "? ",
    "&a ",
    "*a",
    "!!str ",
    "!x ",
    "- ",
    ": ",
    "# ",
    "\t",
    "\r",
    "\r\n",
    "|",
    "|+",
    ">-",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\n",
    "  ",
    "\n---\n",
    "\n...\n",
    "<<: *a\n",
    "'",
    "\"",
    "\u{2028}",
    "a: &a\n  b: 1\n",
];

/// Whatever stands in a text: an edit is refused, or does exactly what was asked. No panic.
#[test]
fn awkward_documents() {
    let mut done = 0u64;
    let outcomes = std::cell::RefCell::new(&mut done);
    let strategy = (prop::collection::vec(models(), 1..3), any::<u64>());
    let result = runner().run(&strategy, |(models, seed)| {
        let mut text = write(&models, seed).replace('\u{feff}', "");
        let mut dice = Dice::new(seed ^ 2);
        for _ in 0..=dice.below(3) {
            let at = dice.below(text.len() + 1);
            let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            text.insert_str(at, dice.pick(&SPANNERS));
        }
        let read = tree(&text);
        for _ in 0..12 * usize::from(read.node_count() > 0) {
            let node = read.node(dice.below(read.node_count()) as u32);
            match verify(&read, node, &random_op(&mut dice)) {
                Ok(outcome) => **outcomes.borrow_mut() += u64::from(outcome == Outcome::Done),
                Err(wrong) => return Err(TestCaseError::fail(wrong)),
            }
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    println!("{done} edits done");
}

fn show_refused() -> usize {
    std::env::var("KUBESIFT_REFUSED").ok().and_then(|count| count.parse().ok()).unwrap_or(0)
}

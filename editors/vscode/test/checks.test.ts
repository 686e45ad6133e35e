import assert from "node:assert/strict";
import { test } from "node:test";
import { checkOf, checksAt, checksOnLine, choices, isCheckName, titlesOf } from "../src/core/checks";
import type { Diagnosed } from "../src/core/checks";
import schema from "../schema/kubesift.schema.json";

function finding(code: Diagnosed["code"], line: number, from: number, to: number, source = "kubesift"): Diagnosed {
  return { source, code, message: "", range: { start: { line, character: from }, end: { line, character: to } } };
}

test("names of checks, and what is none", () => {
  for (const name of ["host-network", "hostpath", "tls-1-0"]) assert.ok(isCheckName(name), name);
  for (const name of ["", "Host", "a b", "../x", "a/b", "-a", "a-", "a--b", 3, null, undefined, "a".repeat(101)]) {
    assert.equal(isCheckName(name), false, String(name));
  }
});

test("a code may be a word or a word with a link", () => {
  assert.equal(checkOf(finding("host-network", 0, 0, 1)), "host-network");
  assert.equal(checkOf(finding({ value: "host-network" }, 0, 0, 1)), "host-network");
  assert.equal(checkOf(finding(3, 0, 0, 1)), undefined);
  assert.equal(checkOf(finding(undefined, 0, 0, 1)), undefined);
});

test("what other programs say is not ours", () => {
  assert.equal(checkOf(finding("host-network", 0, 0, 1, "YAML")), undefined);
});

test("the checks at the cursor: both ends count, each name once", () => {
  const all = [finding("a", 3, 4, 9), finding("b", 3, 9, 12), finding("a", 3, 5, 6), finding("c", 4, 0, 2)];
  assert.deepEqual(checksAt(all, { line: 3, character: 4 }), ["a"]);
  assert.deepEqual(checksAt(all, { line: 3, character: 9 }), ["a", "b"]);
  assert.deepEqual(checksAt(all, { line: 3, character: 13 }), []);
  assert.deepEqual(checksAt(all, { line: 3, character: 3 }), []);
});

test("a finding over several lines holds the lines between", () => {
  const long: Diagnosed = { source: "kubesift", code: "a", message: "", range: { start: { line: 2, character: 8 }, end: { line: 5, character: 1 } } };
  assert.deepEqual(checksAt([long], { line: 4, character: 0 }), ["a"]);
  assert.deepEqual(checksAt([long], { line: 5, character: 2 }), []);
  assert.deepEqual(checksOnLine([long], 5), ["a"]);
  assert.deepEqual(checksOnLine([long], 6), []);
});

test("what is found comes first, most often first", () => {
  const titles = new Map([["z", "Last"], ["a", "First"], ["m", "Middle"]]);
  const list = choices([finding("m", 0, 0, 1), finding("z", 0, 0, 1), finding("z", 1, 0, 1), finding("new", 2, 0, 1), finding("q", 0, 0, 1, "other")], titles);
  assert.deepEqual(list, [
    { name: "z", found: 2, title: "Last" },
    { name: "m", found: 1, title: "Middle" },
    { name: "new", found: 1, title: "" },
    { name: "a", found: 0, title: "First" },
  ]);
});

test("the schema gives the checks, without families and profiles", () => {
  const titles = titlesOf(schema);
  assert.ok(titles.size > 300, `${titles.size} checks`);
  assert.match(titles.get("privileged-container") ?? "", /privileged/);
  for (const other of ["pod-security", "rbac", "all", "select", "profile:cis", "pss-baseline"]) assert.equal(titles.has(other), false, other);
});

test("a schema of another shape gives none", () => {
  for (const odd of [undefined, null, [], {}, { $defs: { checks: 3 } }]) assert.equal(titlesOf(odd).size, 0);
});

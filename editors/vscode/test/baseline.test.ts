import assert from "node:assert/strict";
import { test } from "node:test";
import { saidOf } from "../src/core/baseline";

const made = { uri: "file:///shop/.kubesift-baseline.json", findings: 12, text: "{}", applied: true };
const name = ".kubesift-baseline.json";

test("what a baseline lists is counted", () => {
  assert.equal(saidOf(made, name), ".kubesift-baseline.json lists 12 findings: only new ones are shown from now on.");
  assert.equal(saidOf({ ...made, findings: 1 }, name), ".kubesift-baseline.json lists 1 finding: only new ones are shown from now on.");
  assert.match(saidOf({ ...made, findings: 0 }, name), / lists 0 findings: /);
});

test("one that could not be written is not said to be there", () => {
  const said = saidOf({ ...made, applied: false }, name);
  assert.match(said, /was not written/);
  assert.match(said, /`kubesift baseline create`/);
});

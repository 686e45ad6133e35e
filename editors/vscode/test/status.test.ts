import assert from "node:assert/strict";
import { test } from "node:test";
import { barOf, readStatus } from "../src/core/status";
import type { Status } from "../src/core/status";

function status(change: Record<string, unknown> = {}): Status {
  const read = readStatus({ state: "ready", critical: 0, high: 0, medium: 0, low: 0, info: 0, files: 12, ...change });
  assert.ok(read);
  return read;
}

test("a notification that is none is not shown", () => {
  for (const odd of [undefined, null, "ready", 3, [], {}, { state: "done" }, { state: 1 }]) assert.equal(readStatus(odd), undefined);
});

test("odd numbers count as none", () => {
  const read = readStatus({ state: "ready", critical: -1, high: "2", medium: 1.5, low: Number.NaN, info: 4 });
  assert.deepEqual(read, { state: "ready", counts: { critical: 0, high: 0, medium: 0, low: 0, info: 4 }, files: 0, message: undefined });
});

test("nothing found", () => {
  assert.deepEqual(barOf(status()), {
    text: "$(pass) kubesift",
    tooltip: "**kubesift** — no open findings in 12 files.",
    label: "kubesift: no open findings in 12 files.",
    alarm: false,
  });
});

test("the bar has the two worst levels, the tooltip all", () => {
  const bar = barOf(status({ high: 4, low: 2, info: 3, files: 1 }));
  assert.equal(bar.text, "$(shield) 4 high 2 low");
  assert.equal(bar.label, "kubesift: 9 open findings in 1 file.");
  assert.match(bar.tooltip, /\| high \| 4 \|\n\| low \| 2 \|\n\| info \| 3 \|$/);
});

test("one finding is one finding", () => {
  assert.equal(barOf(status({ critical: 1 })).label, "kubesift: 1 open finding in 12 files.");
});

test("while it checks, the counts so far stay", () => {
  assert.equal(barOf(status({ state: "checking", critical: 2 })).text, "$(sync~spin) 2 critical");
  assert.equal(barOf(status({ state: "checking" })).text, "$(sync~spin) kubesift");
});

test("an error is an alarm with the server's words, and these are text", () => {
  const bar = barOf(status({ state: "error", message: "[x](command:y) could not be read\nat all" }));
  assert.equal(bar.alarm, true);
  assert.equal(bar.text, "$(warning) kubesift");
  assert.equal(bar.tooltip, "**kubesift** — \\[x\\]\\(command:y\\) could not be read  \nat all");
});

test("a server that is gone says why", () => {
  const bar = barOf({ state: "stopped", message: "The program kubesift was not found." });
  assert.equal(bar.alarm, true);
  assert.match(bar.label, /was not found/);
  assert.equal(barOf({ state: "starting" }).alarm, false);
});

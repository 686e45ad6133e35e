import assert from "node:assert/strict";
import { test } from "node:test";
import { forServer, initializationOptions } from "../src/core/settings";
import manifest from "../package.json";

/** The section as VS Code gives it when a person has set nothing: the defaults of package.json, nested. */
function defaults(): Record<string, unknown> {
  const section: Record<string, unknown> = {};
  for (const { properties } of manifest.contributes.configuration) {
    for (const [key, { default: value }] of Object.entries(properties)) {
      const path = key.split(".").slice(1);
      const last = path.pop() as string;
      const inner = path.reduce((at, part) => (at[part] ??= {}) as Record<string, unknown>, section);
      inner[last] = value;
    }
  }
  return section;
}

test("what nobody has set has no say: only the switches of features are sent", () => {
  assert.deepEqual(forServer(defaults()), { features: { hover: true, completion: true, codeLens: true, inlayHints: false, semanticTokens: false } });
});

test("what is set is sent, and what only the extension reads is not", () => {
  const section = { ...defaults(), profile: "cis", select: ["rbac"], minSeverity: "high", path: "/opt/kubesift", executable: "environment" };
  const { features, ...sent } = forServer(section);
  assert.ok(features);
  assert.deepEqual(sent, { profile: "cis", select: ["rbac"], minSeverity: "high" });
});

test("a wrong type goes to the server, which tells the person", () => {
  assert.deepEqual(forServer({ select: "rbac", profile: 3, ignore: false }), { select: "rbac", profile: 3, ignore: false });
});

test("no section at all", () => {
  for (const nothing of [undefined, null, "x", []]) assert.deepEqual(forServer(nothing), {});
});

test("the first message says what this client can do", () => {
  const options = initializationOptions({ profile: "all", status: "mine" });
  assert.deepEqual(options, { profile: "all", status: true, clientCommands: ["kubesift.showReferences"] });
});

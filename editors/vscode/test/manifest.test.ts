// Holds package.json, the schema and the code together, and to the program where one is at hand.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { titlesOf } from "../src/core/checks";
import manifest from "../package.json";
import schema from "../schema/kubesift.schema.json";
import { ROOT } from "./root";

const program = process.env["KUBESIFT_BIN"];
const atHand = { skip: program ? false : "KUBESIFT_BIN does not name a program" };
const ask = (...args: string[]): string => execFileSync(program as string, args, { encoding: "utf8", maxBuffer: 1 << 26 });
const source = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
const properties: Record<string, Record<string, unknown>> = Object.assign({}, ...manifest.contributes.configuration.map((one) => one.properties));

test("the version is the program's", () => {
  const version = /\[workspace\.package\][^[]*?\nversion = "([^"]+)"/.exec(source("../../Cargo.toml"))?.[1];
  assert.equal(manifest.version, version);
});

test("the settings are those of the contract with the server, each with its words and a default", () => {
  const names = ["profile", "select", "extendSelect", "ignore", "minSeverity", "kubernetesVersion", "config"];
  const features = ["features.hover", "features.completion", "features.codeLens", "features.inlayHints", "features.semanticTokens"];
  const own = ["path", "executable", "trace.server"];
  assert.deepEqual(Object.keys(properties).sort(), [...names, ...features, ...own].map((name) => `kubesift.${name}`).sort());
  for (const [name, setting] of Object.entries(properties)) {
    assert.equal(typeof setting["markdownDescription"], "string", name);
    assert.ok("default" in setting, name);
    const labels = setting["enumDescriptions"];
    if (Array.isArray(labels)) assert.equal(labels.length, (setting["enum"] as unknown[]).length, name);
  }
});

test("what a folder could use to run a program of its own needs trust", () => {
  assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, ["kubesift.path", "kubesift.executable"]);
});

test("choices of settings are those of the configuration file", () => {
  const choices = (name: string): unknown[] => (properties[name]?.["enum"] as unknown[]).filter((one) => one !== null);
  assert.deepEqual(choices("kubesift.profile"), schema.properties.profile.enum);
  assert.deepEqual(choices("kubesift.minSeverity").sort(), [...schema.$defs.severity.enum].sort());
  assert.equal(properties["kubesift.kubernetesVersion"]?.["pattern"], `^$|${schema.properties.kubernetesVersion.pattern}`);
});

test("every command is registered, and has no name that the server's commands have", () => {
  const registered = [...source("src/extension.ts").matchAll(/command\(context, "([^"]+)"/g)].map(([, name]) => name);
  const contributed = manifest.contributes.commands.map(({ command }) => command);
  assert.deepEqual(registered.filter((name) => name !== "kubesift.showReferences").sort(), [...contributed].sort());
  assert.ok(registered.includes("kubesift.showReferences"));
  const servers = ["kubesift.explain", "kubesift.checkWorkspace", "kubesift.showGraph", "kubesift.render", "kubesift.openDocs", "kubesift.fixAll", "kubesift.createBaseline", "kubesift.reveal"];
  for (const name of servers) assert.equal(registered.includes(name), false, name);
  const menus = Object.values(manifest.contributes.menus).flat();
  for (const { command } of menus) assert.ok(contributed.includes(command), command);
});

test("what is pure does not know the editor", () => {
  for (const file of readdirSync(path.join(ROOT, "src", "core"))) {
    assert.doesNotMatch(source(`src/core/${file}`), /from "vscode|require\(/, file);
  }
});

test("files that package.json names are there", () => {
  for (const file of [manifest.icon, ...manifest.contributes.yamlValidation.map(({ url }) => url)]) assert.ok(source(file).length > 0, file);
});

test("no lock of a machine's own registry", () => {
  const lock = JSON.parse(source("package-lock.json")) as { packages: Record<string, { resolved?: string }> };
  for (const [name, { resolved }] of Object.entries(lock.packages)) {
    assert.ok(resolved === undefined || resolved.startsWith("https://registry.npmjs.org/"), `${name}: ${resolved}`);
  }
});

test("the schema is the one that the program writes", atHand, () => {
  const same = ask("config", "schema") === source("schema/kubesift.schema.json");
  assert.ok(same, "schema/kubesift.schema.json is out of date: run `npm run schema` with KUBESIFT_BIN set, and commit it");
});

test("the checks to pick from are all that the program has", atHand, () => {
  const checks = JSON.parse(ask("checks", "--format", "json")) as { name: string; title: string }[];
  assert.deepEqual([...titlesOf(schema).keys()].sort(), checks.map(({ name }) => name).sort());
});

test("the program is of this version", atHand, () => {
  assert.equal(ask("--version").trim(), `kubesift ${manifest.version}`);
});

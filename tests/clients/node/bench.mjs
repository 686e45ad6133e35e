// The figures of the language server, measured from outside by a client: what a person waits for.
// Times are in milliseconds, from the moment at which a message is written to the moment at which the
// answer has been read; memory is what the kernel says of the process.
//
//   node bench.mjs [--samples 60] [--only file,large,kustomize,yamlls] [--corpus FOLDER] [--json FILE]

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Client, capabilities, position, uriOf } from "./client.mjs";
import { SCHEMA, kustomizations, long, plain } from "./corpus.mjs";

const { values } = parseArgs({
  options: {
    samples: { type: "string", default: "60" },
    only: { type: "string", default: "file,large,kustomize,yamlls" },
    corpus: { type: "string" },
    json: { type: "string" },
  },
});
// Even: every edit is taken back again.
const samples = 2 * Math.ceil(Number(values.samples) / 2);
const only = new Set(values.only.split(","));
const bin = process.env.KUBESIFT_BIN;
if (!bin) throw new Error("KUBESIFT_BIN names the program kubesift; it is not set");
const program = path.resolve(bin);
const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "kubesift-bench-")));
const rows = [];

/** Adds a row; `aim` is the 95th percentile that is wanted, in the row's unit. */
function row(where, what, times, aim, unit = "ms") {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
  const [median, p95] = [at(0.5), at(0.95)];
  rows.push({ where, what, n: sorted.length, median, p95, aim, unit });
  const verdict = aim === undefined ? "" : p95 <= aim ? `aim ${aim}: met` : `aim ${aim}: MISSED`;
  console.log([
    where.padEnd(26), what.padEnd(50), String(sorted.length).padStart(4),
    median.toFixed(1).padStart(9), p95.toFixed(1).padStart(9), unit.padEnd(3), verdict,
  ].join(" "));
}

function memory(client, key = "VmRSS") {
  const status = fs.readFileSync(`/proc/${client.child.pid}/status`, "utf8");
  return Number(status.match(new RegExp(`^${key}:\\s+(\\d+) kB`, "m"))[1]) / 1024;
}

async function start(folder) {
  const client = new Client([program, "lsp"]);
  await client.initialize(folder, { can: capabilities(), options: { status: true } });
  return client;
}

/** One word becomes another, and back the next time. */
function toggle(client, uri, [one, other]) {
  const { text } = client.documents.get(uri);
  const [from, to] = text.includes(other) ? [other, one] : [one, other];
  const at = text.indexOf(from);
  if (at < 0) throw new Error(`${uri} has neither ${one} nor ${other}`);
  return client.edit(uri, [{ start: at, end: at + from.length, text: to }]);
}

const pause = (time) => new Promise((done) => setTimeout(done, time));

/** Edits, one after the other as a person types; the times to the open file's diagnostics, to the last
 *  diagnostics that changed in any file, and to the last word: that there is nothing more to come. */
async function edits(client, uri, words, count) {
  const [first, changed, all] = [[], [], []];
  for (let number = 0; number < count; number += 1) {
    const begin = performance.now();
    await toggle(client, uri, words);
    first.push((await client.said(uri)) - begin);
    const ready = () => client.status.state === "ready" && client.status.at > begin;
    all.push((await client.until("ready", ready)) - begin);
    // What is said in the same breath as the last word is read before it.
    changed.push(Math.max(...[...client.published.values()].map((told) => told.at)) - begin);
    // Nobody types faster.
    await pause(30);
  }
  return { first, changed, all };
}

async function requests(client, uri, method, words, inside, count) {
  const { text } = client.documents.get(uri);
  const params = {
    textDocument: { uri },
    position: position(text, text.indexOf(words) + inside),
    ...(method.endsWith("completion") ? { context: { triggerKind: 1 } } : {}),
  };
  const times = [];
  let found;
  for (let number = 0; number < count; number += 1) {
    const begin = performance.now();
    found = await client.ask(method, params);
    times.push(performance.now() - begin);
  }
  const size = Array.isArray(found) ? found.length : found?.items?.length ?? (found ? 1 : 0);
  if (size === 0) throw new Error(`${method} finds nothing at ${words}`);
  return times;
}

/** Times from the start of the program to the first diagnostics of an open file, which has a finding
 *  that needs no other file: the rest is not known before the end of the scan. */
async function starts(where, folder, file, aim) {
  const times = [];
  const text = fs.readFileSync(path.join(folder, file), "utf8").replace(...VALUE);
  const uri = uriOf(path.join(folder, file));
  for (let number = 0; number < Math.max(40, Math.min(samples, 60)); number += 1) {
    const client = await start(folder);
    await client.open(uri, text);
    times.push((await client.until("first diagnostics", () => client.published.has(uri))) - client.started);
    client.kill();
    await client.exited;
  }
  row(where, "start to first diagnostics of an open file", times, aim);
}

/** One file alone in its workspace. */
async function file(lines, aim) {
  const where = `a file of ${lines.toLocaleString("en")} lines`;
  const folder = path.join(scratch, `${lines}`);
  fs.mkdirSync(folder);
  const text = long(lines);
  fs.writeFileSync(path.join(folder, "all.yaml"), text);
  const uri = uriOf(path.join(folder, "all.yaml"));
  await starts(where, folder, "all.yaml", undefined);
  const client = await start(folder);
  await client.open(uri, text);
  await client.until("ready", () => client.status?.state === "ready");
  const { first, changed, all } = await edits(client, uri, ["privileged: false", "privileged: true"], samples);
  row(where, "edit of a value to its diagnostics", first, aim);
  row(where, "edit of a value to all that changed", changed, aim);
  row(where, "edit of a value to the last word", all);
  const label = await edits(client, uri, ["      labels:\n        app: app-0\n", "      labels:\n        app: app-x\n"], samples);
  row(where, "edit of a label to its diagnostics", label.first, aim);
  row(where, "edit of a label to all that changed", label.changed, aim);
  const typed = await edits(client, uri, ["  replicas: 3\n", "  replicas: 3\n  x\n"], samples);
  row(where, "half-typed line to its diagnostics", typed.first, aim);
  row(where, "hover of a selector", await requests(client, uri, "textDocument/hover", "  selector:\n    app: app-0", 3, samples), 10);
  row(where, "definition of a selector", await requests(client, uri, "textDocument/definition", "  selector:\n    app: app-0", 3, samples), 10);
  row(where, "completion of a ConfigMap", await requests(client, uri, "textDocument/completion", "name: app-0-settings", 8, samples), 10);
  row(where, "memory", [memory(client)], undefined, "MB");
  await client.leave();
}

/** A workspace of many files; `edited` and `asked` are files of it. */
async function workspace(where, folder, { edited, words, label, asked, limit }) {
  const [uri, other] = [uriOf(path.join(folder, edited)), uriOf(path.join(folder, asked))];
  await starts(where, folder, edited, 50);
  const client = await start(folder);
  await client.open(uri, fs.readFileSync(path.join(folder, edited), "utf8"));
  await client.open(other, fs.readFileSync(path.join(folder, asked), "utf8"));
  row(where, "start to the end of the scan", [(await client.until("ready", () => client.status?.state === "ready")) - client.started]);
  row(where, "memory after the scan", [memory(client)], limit, "MB");
  for (const [what, toggled] of [["value", words], ["label", label]]) {
    const { first, changed, all } = await edits(client, uri, toggled, samples);
    row(where, `edit of a ${what} to the open file's diagnostics`, first);
    row(where, `edit of a ${what} to all that changed in all files`, changed, 100);
    row(where, `edit of a ${what} to the last word on all files`, all);
  }
  row(where, "hover of a selector", await requests(client, other, "textDocument/hover", "  selector:\n", 3, samples), 10);
  row(where, "definition of a selector", await requests(client, other, "textDocument/definition", "  selector:\n", 3, samples), 10);
  row(where, "completion of a ConfigMap", await requests(client, uri, "textDocument/completion", "-settings", 1, samples), 10);
  await edits(client, uri, words, Math.max(2, 200 - 2 * samples));
  row(where, "memory after 200 edits", [memory(client)], limit, "MB");
  row(where, "memory at its highest", [memory(client, "VmHWM")], undefined, "MB");
  await client.leave();
}

const VALUE = ["privileged: false", "privileged: true"];
const LABEL = ["      labels:\n        app: app-0\n", "      labels:\n        app: app-0x\n"];

async function large() {
  const folder = path.join(scratch, "large");
  plain(folder, 10_000);
  await workspace("10,000 documents", folder, {
    edited: "team-0/app-0/deployment.yaml", words: VALUE, label: LABEL, asked: "team-0/app-0/service.yaml", limit: 200,
  });
}

async function kustomize() {
  const folder = path.join(scratch, "kustomize");
  kustomizations(folder, 300);
  await workspace("300 kustomizations", folder, {
    edited: "app-0/base/deployment.yaml", words: VALUE, label: LABEL, asked: "app-0/base/service.yaml",
  });
}

/** A corpus of another maker: the first Deployment is edited, and only that is measured. */
async function corpus(folder) {
  const where = `corpus ${path.basename(folder)}`;
  const names = fs.readdirSync(folder, { recursive: true }).filter((name) => /\.ya?ml$/.test(name)).sort();
  const edited = names.find((name) => /kind: Deployment\n[^]*replicas: \d/.test(fs.readFileSync(path.join(folder, name), "utf8")));
  const uri = uriOf(path.join(folder, edited));
  await starts(where, folder, edited, 50);
  const client = await start(folder);
  await client.open(uri, fs.readFileSync(path.join(folder, edited), "utf8"));
  row(where, "start to the end of the scan", [(await client.until("ready", () => client.status?.state === "ready")) - client.started]);
  row(where, "memory after the scan", [memory(client)], 200, "MB");
  const kinds = ["kind: Deployment", "kind: DaemonSet"];
  for (const [what, toggled] of [["blank", ["replicas: ", "replicas:  "]], ["kind", kinds]]) {
    const { first, changed, all } = await edits(client, uri, toggled, samples);
    row(where, `edit of a ${what} to the open file's diagnostics`, first);
    row(where, `edit of a ${what} to all that changed in all files`, changed, 100);
    row(where, `edit of a ${what} to the last word on all files`, all);
  }
  row(where, "memory after the edits", [memory(client)], 200, "MB");
  await client.leave();
}

/** yaml-language-server on the file of 1,000 lines, with a schema from disk. */
async function yamlls() {
  const root = path.dirname(fileURLToPath(import.meta.url));
  const server = path.join(root, "node_modules", "yaml-language-server");
  if (!fs.existsSync(server)) return console.log("yaml-language-server: stepped aside: not installed");
  const { version } = JSON.parse(fs.readFileSync(path.join(server, "package.json"), "utf8"));
  const where = `yaml-language-server ${version}`;
  const folder = path.join(scratch, "yamlls");
  fs.mkdirSync(folder);
  const text = long(1_000);
  fs.writeFileSync(path.join(folder, "all.yaml"), text);
  fs.writeFileSync(path.join(folder, "schema.json"), JSON.stringify(SCHEMA));
  const uri = uriOf(path.join(folder, "all.yaml"));
  const settings = {
    yaml: { schemas: { [uriOf(path.join(folder, "schema.json"))]: "*.yaml" }, schemaStore: { enable: false }, validate: true, hover: true },
  };
  const begin = async () => {
    const client = new Client([process.execPath, path.join(server, "bin", "yaml-language-server"), "--stdio"]);
    client.settings = settings;
    const can = capabilities();
    can.workspace.configuration = true;
    await client.initialize(folder, { can });
    await client.notify("workspace/didChangeConfiguration", { settings });
    const opened = performance.now();
    await client.open(uri, text);
    const said = await client.until("diagnostics", () => client.published.has(uri));
    return { client, opened: said - opened, started: said - client.started };
  };
  const times = [];
  for (let number = 0; number < 10; number += 1) {
    const { client, started } = await begin();
    times.push(started);
    client.kill();
    await client.exited;
  }
  row(where, "start to first diagnostics of an open file", times);
  const { client } = await begin();
  await pause(1_000);
  // An edit that breaks the schema, and one that mends it: both are seen in what is published.
  const changed = [];
  for (let number = 0; number < samples; number += 1) {
    const before = performance.now();
    const bad = number % 2 === 0;
    await toggle(client, uri, ["privileged: false", "privileged: maybe"]);
    const says = () => {
      const told = client.published.get(uri);
      return told.at > before && told.diagnostics.length > 0 === bad;
    };
    changed.push((await client.until("its diagnostics", says)) - before);
  }
  row(where, "edit of a value to its diagnostics", changed);
  row(where, "hover of a field", await requests(client, uri, "textDocument/hover", "replicas: 3", 2, samples));
  row(where, "memory", [memory(client)], undefined, "MB");
  client.kill();
  await client.exited;
}

const version = spawnSync(program, ["--version"], { encoding: "utf8" }).stdout.trim();
console.log(`${version} (${(fs.statSync(program).size / 1e6).toFixed(0)} MB), node ${process.versions.node}, ${os.cpus().length} × ${os.cpus()[0]?.model ?? "?"}, load ${os.loadavg().map((one) => one.toFixed(1)).join(" ")}`);
console.log(`${"where".padEnd(26)} ${"what".padEnd(50)}    n    median       p95`);
try {
  if (only.has("file")) {
    await file(1_000, 15);
    await file(50_000, 100);
  }
  if (only.has("large")) await large();
  if (only.has("kustomize")) await kustomize();
  if (values.corpus) await corpus(path.resolve(values.corpus));
  if (only.has("yamlls")) await yamlls();
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}
console.log(`load ${os.loadavg().map((one) => one.toFixed(1)).join(" ")} at the end`);
if (values.json) fs.writeFileSync(values.json, JSON.stringify({ version, rows }, null, 2));

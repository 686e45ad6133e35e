// After any edits the server says what a fresh run of the command says. Opens the example project,
// does random things to it (a seed each), and compares at several moments the diagnostics of all files
// with `kubesift check --format json` on the same texts.
//
//   node equal.mjs [--seeds 20] [--from 1] [--steps 40] [--keep]
//
// KUBESIFT_BIN names the program. Half of the seeds are told diagnostics, half ask for them; every
// third counts positions in bytes.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Client, capabilities, units, uriOf } from "./client.mjs";
import { Random, Project } from "./edits.mjs";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "20" },
    from: { type: "string", default: "1" },
    steps: { type: "string", default: "40" },
    keep: { type: "boolean", default: false },
  },
});
const bin = process.env.KUBESIFT_BIN;
if (!bin) throw new Error("KUBESIFT_BIN names the program kubesift; it is not set");
const program = path.resolve(bin);
const project = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "project");

/** Steps between two comparisons. */
const STRIDE = 8;

/** How long a server that tells may take to say the last word, and how long it must then be silent. */
const SETTLE = 20_000;
const SILENCE = 60;

/** What the command says of texts, by file: sorted lines of "range code message". */
function fresh(texts, original, folder, encoding) {
  fs.rmSync(folder, { recursive: true, force: true });
  // A folder that a kustomization names may be there and hold nothing.
  for (const entry of fs.readdirSync(original, { recursive: true, withFileTypes: true })) {
    const full = path.join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isDirectory()) fs.mkdirSync(path.join(folder, path.relative(original, full)), { recursive: true });
  }
  for (const [file, text] of texts) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  }
  const args = ["check", ".", "--format", "json", "--fail-on", "never", "--allow-incomplete"];
  const run = spawnSync(program, args, { cwd: folder, maxBuffer: 1 << 28, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`kubesift ${args.join(" ")}: ${run.status}\n${run.stderr}`);
  const report = JSON.parse(run.stdout);
  const said = new Map();
  const add = (file, line) => said.set(file, [...(said.get(file) ?? []), line]);
  const place = (file, { line, column }) => {
    const text = (texts.get(file) ?? "").split("\n")[line - 1] ?? "";
    const before = Array.from(text).slice(0, column - 1).join("");
    return `${line - 1}:${units(before, encoding)}`;
  };
  for (const { check, message, location } of report.findings) {
    const { path: file, start, end } = location;
    add(file, `${place(file, start)}-${place(file, end)} ${check} ${message}`);
  }
  for (const { kind, message, help, location } of report.errors) {
    const { path: file, start, end } = location;
    const range = start ? `${place(file, start)}-${place(file, end)}` : "0:0-0:0";
    add(file, `${range} ${kind} ${help ? `${message}\n${help}` : message}`);
  }
  return sorted(said);
}

function sorted(said) {
  const files = [...said].filter(([, lines]) => lines.length > 0);
  return new Map(files.sort().map(([file, lines]) => [file, lines.sort()]));
}

/** What the server says, in the same form. */
function spoken(byUri, folder) {
  const said = new Map();
  const root = `${uriOf(folder)}/`;
  for (const [uri, diagnostics] of byUri) {
    const file = uri.startsWith(root) ? decodeURIComponent(uri.slice(root.length)) : uri;
    said.set(file, diagnostics.map(({ range: { start, end }, code, message }) =>
      `${start.line}:${start.character}-${end.line}:${end.character} ${code} ${message}`));
  }
  return sorted(said);
}

function difference(want, have) {
  const out = [];
  for (const file of new Set([...want.keys(), ...have.keys()])) {
    const [wanted, had] = [want.get(file) ?? [], have.get(file) ?? []];
    const lacks = rest(wanted, had).map((line) => `    lacks ${line}`);
    const extra = rest(had, wanted).map((line) => `    extra ${line}`);
    if (lacks.length + extra.length > 0) out.push(`  ${file}`, ...lacks, ...extra);
  }
  return out.join("\n");
}

function rest(all, known) {
  const left = [...known];
  return all.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** All diagnostics of a server that is asked; files that are open are asked for one by one too. */
async function pulled(client, known) {
  const previousResultIds = [...known].map(([uri, { resultId: value }]) => ({ uri, value }));
  const { items } = await client.ask("workspace/diagnostic", { previousResultIds });
  for (const item of items) {
    if (item.kind === "full") known.set(item.uri, item);
    else if (known.get(item.uri)?.resultId !== item.resultId) throw new Error(`${item.uri}: unchanged since when?`);
  }
  for (const uri of client.documents.keys()) {
    const alone = await client.ask("textDocument/diagnostic", { textDocument: { uri } });
    const together = known.get(uri)?.items ?? [];
    if (JSON.stringify(alone.items) !== JSON.stringify(together)) {
      throw new Error(`${uri}: the document has ${JSON.stringify(alone.items)}, in the workspace it has ${JSON.stringify(together)}`);
    }
  }
  return [...known].map(([uri, { items }]) => [uri, items]);
}

const pause = (time) => new Promise((done) => setTimeout(done, time));

/** Compares; gives what differs in the end. */
async function compare(client, want, folder, known) {
  if (known) return difference(want, spoken(await pulled(client, known), folder));
  // Whatever was sent before this question has been taken in when it is answered.
  await client.ask("workspace/executeCommand", { command: "kubesift.explain", arguments: ["host-network"] });
  const deadline = Date.now() + SETTLE;
  for (;;) {
    await client.until("the server is ready", () => client.status?.state === "ready", SETTLE);
    const last = client.lastMessage;
    await pause(SILENCE);
    if (client.lastMessage !== last || client.status.state !== "ready") continue;
    const have = [...client.published].map(([uri, { diagnostics }]) => [uri, diagnostics]);
    const differs = difference(want, spoken(have, folder));
    if (differs === "" || Date.now() > deadline) return differs;
    await pause(200);
  }
}

async function play(seed, steps, scratch) {
  const random = new Random(seed);
  const folder = path.join(scratch, `${seed}`, "project");
  const copy = path.join(scratch, `${seed}-copy`, "project");
  fs.cpSync(project, folder, { recursive: true });
  const pull = seed % 2 === 0;
  const encoding = seed % 3 === 0 ? "utf-8" : "utf-16";
  const client = new Client([program, "lsp"]);
  const story = [];
  try {
    await client.initialize(folder, { can: capabilities({ pull, encoding }), options: { status: true } });
    if (client.encoding !== encoding) throw new Error(`the server counts in ${client.encoding}`);
    const known = pull ? new Map() : undefined;
    const state = new Project(client, folder, random);
    let compared = 0;
    for (let step = 0; step <= steps; step += 1) {
      if (step % STRIDE === 0 || step === steps) {
        const differs = await compare(client, fresh(state.texts(), folder, copy, encoding), folder, known);
        if (differs) throw new Error(`after ${step} steps the server differs from the command:\n${differs}`);
        compared += 1;
      }
      if (step < steps) story.push(`${step + 1}. ${await state.step()}`);
    }
    const code = await client.leave();
    if (code !== 0) throw new Error(`exit code ${code}`);
    const defect = [...client.logs, client.stderr].find((line) => /defect|panicked/.test(line));
    if (defect) throw new Error(`the server says: ${defect}`);
    return compared;
  } catch (error) {
    client.kill();
    const how = `${pull ? "asked" : "told"}, ${encoding}`;
    error.message = `seed ${seed} (${how}): ${error.message}\n${story.slice(-24).join("\n")}`;
    throw error;
  }
}

const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "kubesift-equal-")));
const [seeds, from, steps] = [values.seeds, values.from, values.steps].map(Number);
let compared = 0;
const failed = [];
for (let seed = from; seed < from + seeds; seed += 1) {
  try {
    compared += await play(seed, steps, scratch);
  } catch (error) {
    failed.push(seed);
    console.error(error.message);
  }
}
if (values.keep) console.log(`texts: ${scratch}`);
else fs.rmSync(scratch, { recursive: true, force: true });
console.log(`equal: ${seeds} seeds of ${steps} steps, ${compared} comparisons, ${failed.length} failed`);
if (failed.length > 0) {
  console.error(`again: node equal.mjs --seeds 1 --from ${failed[0]} --steps ${steps} --keep`);
  process.exit(1);
}

// Packages the extension and looks into what came out.
//   npm run package                                        universal: starts the program on PATH
//   npm run package -- --target linux-x64 --bin PATH       with that program inside
//   … -- --out FILE                                        where to write it
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { TARGETS, faults, kindOf, programName, targetOf } from "./vsix.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const from = process.env.INIT_CWD ?? process.cwd();
const { values } = parseArgs({ options: { target: { type: "string" }, bin: { type: "string" }, out: { type: "string" } } });
const target = values.target === "current" ? targetOf(process.platform, process.arch) : values.target;

if ((values.target === undefined) !== (values.bin === undefined)) stop("--target and --bin belong together");
if (values.target !== undefined && !(target in TARGETS)) stop(`no target ${target}; there are ${Object.keys(TARGETS).join(", ")}, current`);
const bin = values.bin === undefined ? undefined : resolve(from, values.bin);
if (bin !== undefined) {
  const kind = kindOf(readFileSync(bin));
  if (kind !== TARGETS[target]) stop(`${values.bin} is ${kind ?? "no program"}, and ${target} needs ${TARGETS[target]}`);
}

const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const file = values.out === undefined ? join(root, `${[name, target, version].filter(Boolean).join("-")}.vsix`) : resolve(from, values.out);
process.chdir(root);
const copied = ["LICENSE-APACHE", "LICENSE-MIT"];
try {
  rmSync("server", { recursive: true, force: true });
  for (const licence of copied) copyFileSync(join("..", "..", licence), licence);
  if (bin !== undefined) {
    mkdirSync("server");
    const program = join("server", programName(target));
    copyFileSync(bin, program);
    chmodSync(program, 0o755);
  }
  // vsce builds first (`vscode:prepublish`). Everything is bundled, so it need not look at node_modules.
  const args = ["node_modules/@vscode/vsce/vsce", "package", "--no-dependencies", "--out", file];
  if (target !== undefined) args.push("--target", target);
  const run = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (run.status !== 0) throw new Error("vsce failed");
} finally {
  for (const licence of copied) rmSync(licence, { force: true });
  rmSync("server", { recursive: true, force: true });
}
const wrong = faults(readFileSync(file), target);
if (wrong.length > 0) stop(`${file}: ${wrong.join("; ")}`);
console.log(`${file} holds what it must and nothing else.`);

function stop(message) {
  console.error(message);
  process.exit(1);
}

// Bundles `test/*.test.ts` and runs them with node's own test runner. Arguments go to the runner.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { EXTENSION } from "./bundle.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const out = "dist/test";
rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: readdirSync("test").filter((name) => name.endsWith(".test.ts")).map((name) => join("test", name)),
  outdir: out,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  sourcemap: "inline",
  // The scripts find the root by their own address, so they are not moved into the bundle.
  external: ["vscode", "../scripts/*"],
  logLevel: "warning",
});
await build({ ...EXTENSION, outfile: join(out, "extension.js") });
const tests = readdirSync(out).filter((name) => name.endsWith(".test.cjs")).map((name) => join(out, name));
const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", "--test-reporter=spec", ...process.argv.slice(2), ...tests], { stdio: "inherit" });
process.exit(run.status ?? 1);

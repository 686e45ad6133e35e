// Bundles the extension into `dist/extension.js`, and writes `dist/THIRD-PARTY.txt` with the licences of
// what is inside. `--watch` builds again at every change.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, context } from "esbuild";
import { EXTENSION } from "./bundle.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

if (process.argv.includes("--watch")) {
  const watching = await context({ ...EXTENSION, minify: false, sourcemap: true, logLevel: "info" });
  await watching.watch();
} else {
  rmSync("dist", { recursive: true, force: true });
  mkdirSync("dist");
  const { metafile } = await build(EXTENSION);
  const licences = licencesOf(Object.keys(metafile.inputs));
  writeFileSync("dist/THIRD-PARTY.txt", licences.text);
  const size = Math.round(metafile.outputs["dist/extension.js"].bytes / 1000);
  console.log(`dist/extension.js: ${size} kB, with ${licences.count} packages inside`);
}

/** The licence of every package that a bundled file comes from; one without a licence text stops the build. */
function licencesOf(files) {
  const folders = new Set(files.map((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]).filter(Boolean));
  const parts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((one) => /^licen[cs]e(\.|$)/i.test(one));
    if (file === undefined) throw new Error(`${name} ${version} has no licence text`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
  const head = "The extension contains these packages:\n";
  return { count: parts.length, text: [head, ...parts].join(`\n${"-".repeat(80)}\n\n`) };
}

// How the extension is bundled: for the package by `build.mjs`, for its own test by `test.mjs`.

/** Options of esbuild. The node is that of the oldest VS Code in `engines` (1.91 brings Electron 29, with node 20.9). */
export const EXTENSION = {
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20.9",
  external: ["vscode"],
  minify: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
};

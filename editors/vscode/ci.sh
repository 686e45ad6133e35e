#!/usr/bin/env bash
# The VS Code extension: types, tests, bundle, packages. `.ci/run` calls it; it needs node 20 and npm.
# KUBESIFT_BIN names the program kubesift: then the schema, the names of checks and the graph page are held
# to it, and it is packaged for this machine. Packages are written to KUBESIFT_VSIX_DIR when that is set.
set -euo pipefail

say() { printf '\n-- vscode: %s\n' "$*"; }

# Both paths are the caller's, so they are read before the folder changes.
if [[ -n "${KUBESIFT_BIN:-}" ]]; then
  KUBESIFT_BIN="$(realpath "$KUBESIFT_BIN")"
  export KUBESIFT_BIN
else
  say "KUBESIFT_BIN is not set: nothing is compared with the program, and only the universal package is made"
fi
if [[ -n "${KUBESIFT_VSIX_DIR:-}" ]]; then
  mkdir -p "$KUBESIFT_VSIX_DIR"
  out="$(realpath "$KUBESIFT_VSIX_DIR")"
else
  out="$(mktemp -d)"
  trap 'rm -rf "$out"' EXIT
fi
cd "$(dirname "${BASH_SOURCE[0]}")"

say "packages of npm, as the lock has them"
# Nothing that we use needs a script of a package at install time.
npm ci --ignore-scripts --no-audit --no-fund

say "types"
npm run --silent check

say "tests"
npm run --silent test

say "universal package"
npm run --silent package -- --out "$out/kubesift.vsix"

if [[ -n "${KUBESIFT_BIN:-}" ]]; then
  say "package for this machine"
  npm run --silent package -- --target current --bin "$KUBESIFT_BIN" --out "$out/kubesift-current.vsix"
fi

say "done"

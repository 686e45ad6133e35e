#!/usr/bin/env bash
# The figures of the language server as one table: KUBESIFT_BIN (a release build) beside
# yaml-language-server. Arguments go to bench.mjs: `--samples 60`, `--only large,yamlls`.
set -euo pipefail
: "${KUBESIFT_BIN:?names the program kubesift}"
KUBESIFT_BIN="$(realpath "$KUBESIFT_BIN")"
export KUBESIFT_BIN
cd "$(dirname "${BASH_SOURCE[0]}")"
tools="$(mktemp -d)"
trap 'rm -rf "$tools"' EXIT
cp -r node "$tools"
cd "$tools/node"
rm -rf node_modules
npm ci --ignore-scripts --no-audit --no-fund --silent
# Only the figures need it, so that it is in no lock of the tests.
npm install --no-save --ignore-scripts --no-audit --no-fund --silent yaml-language-server@2.0.0
node bench.mjs "$@"

#!/usr/bin/env bash
# Real clients against the language server of KUBESIFT_BIN: pytest-lsp as VS Code, Neovim and Emacs, a
# headless Neovim, and the comparison with the command after random edits. Tools come, pinned, into a
# folder that goes again; what is not there is stepped aside from, in words.
set -euo pipefail

say() { printf '\n-- clients: %s\n' "$*"; }

: "${KUBESIFT_BIN:?names the program kubesift}"
KUBESIFT_BIN="$(realpath "$KUBESIFT_BIN")"
export KUBESIFT_BIN
cd "$(dirname "${BASH_SOURCE[0]}")"
tools="$(mktemp -d)"
trap 'rm -rf "$tools"' EXIT

say "Neovim"
neovim/run.sh

say "pytest-lsp"
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "stepped aside: no python3 of 3.11 or later"
elif ! python3 -m pip --version >/dev/null 2>&1; then
  echo "stepped aside: no pip"
else
  python3 -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
    --target "$tools/python" --requirement python/requirements.txt
  # Nothing is left beside the tests.
  (cd python && PYTHONPATH="$tools/python" PYTHONDONTWRITEBYTECODE=1 \
    python3 -m pytest --quiet -p no:cacheprovider)
fi

say "equal to the command"
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "stepped aside: no node and npm"
elif [[ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ]]; then
  echo "stepped aside: node is older than 20"
else
  cp -r node project "$tools"
  (cd "$tools/node" && rm -rf node_modules && npm ci --ignore-scripts --no-audit --no-fund --silent)
  node "$tools/node/equal.mjs" --seeds 20
fi

say "done"

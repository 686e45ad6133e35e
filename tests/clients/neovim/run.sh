#!/usr/bin/env bash
# A headless Neovim against KUBESIFT_BIN; steps aside where there is no Neovim.
set -euo pipefail

if ! command -v nvim >/dev/null; then
  echo "neovim: stepped aside: no nvim"
  exit 0
fi
: "${KUBESIFT_BIN:?names the program kubesift}"
KUBESIFT_BIN="$(realpath "$KUBESIFT_BIN")"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
scratch="$(cd "$scratch" && pwd -P)"
cp -r "$here/../project" "$scratch/project"

export KUBESIFT_BIN KUBESIFT_PROJECT="$scratch/project"
# Its own home: no log or state of the person who runs it.
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data"
export XDG_STATE_HOME="$scratch/state" XDG_CACHE_HOME="$scratch/cache"
nvim --version | head -1
# A script that hangs is ended, and that is a failure.
timeout 120 nvim --headless -u NONE -n -c "luafile $here/shop.lua" </dev/null
echo
echo "neovim: done"

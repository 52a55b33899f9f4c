#!/bin/sh
# Installs what the tests drive from npm, locked by hash, where there is npm; otherwise says so, and goes on.
# usage: install.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
installed=$here/node_modules/.installed-lock.json

cmp -s "$here/package-lock.json" "$installed" && exit 0
if ! command -v npm >/dev/null; then
    echo 'Tests that need packages from npm cannot run here: there is no npm.'
    exit 0
fi
echo 'Installing for the tests what they need from npm'
npm ci --ignore-scripts --no-audit --no-fund --silent --prefix "$here" ||
    { echo 'That failed; the tests that need them will say so.'; exit 0; }
cp "$here/package-lock.json" "$installed"

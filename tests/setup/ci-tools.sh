#!/bin/sh
# Installs what reads the reports of --check and runs its integrations, for the tests: tests/setup/ci-tools.sh
#
# The versions are those of ci-tools/package-lock.json and ci-tools/requirements.txt, from whatever registries npm and pip are
# configured for. Installed already: does nothing. Needs npm, Node.js 20.17 or newer, Python 3.11 with pip and venv, and git.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
wants=$here/ci-tools
target=$tools/ci-tools
# The folder counts, too: what pip installs names it, and does not survive a move.
wanted="$(cat "$wants/package-lock.json" "$wants/requirements.txt" | cksum) $target"
if [ "$(cat "$target/installed" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi

rm -rf "$target"
mkdir -p "$target"
cp "$wants/package.json" "$wants/package-lock.json" "$wants/.npmrc" "$target"
(cd "$target" && try npm ci --loglevel=error --ignore-scripts --no-audit --no-fund >/dev/null)
# Its install script would do no more than this.
chmod +x "$target/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
python3 -m venv "$target/python"
try "$target/python/bin/pip" install --quiet --disable-pip-version-check --requirement "$wants/requirements.txt"
# Last, so that what is half installed does not count.
echo "$wanted" >"$target/installed"

#!/bin/sh
# Sets up everything that the tests need, or only what is missing: tests/setup/all.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

# Of two at once, the second waits, and then finds everything there.
mkdir -p "$tools"
exec 9>"$tools/lock"
! command -v flock >/dev/null || flock 9
# What one has left that was killed.
rm -rf "$tools"/download-*

"$here/base44-cli.sh"
"$here/neovim.sh"
"$here/debian-editors.sh"
"$here/json-schema.sh"
"$here/need.sh" tmux strip -- tmux binutils
"$here/ci-tools.sh"
"$here/vscode.sh"

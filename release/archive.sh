#!/usr/bin/env bash
# Packs a built program: release/archive.sh TARGET PROGRAM OUT_FOLDER
#
# The archive's name and the folder in it are what `cargo binstall` looks for (see Cargo.toml).
set -euo pipefail

target=$1 program=$2
out=$(mkdir -p "$3" && cd "$3" && pwd)
root=$(cd "$(dirname "$0")/.." && pwd)
name=base44-connectors-ls-$target

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/$name"
cp "$program" "$root/LICENSE" "$root/README.md" "$root/CHANGELOG.md" "$work/$name/"
chmod 755 "$work/$name/$(basename "$program")"
# In the folder, so that no path with a colon (Windows) is an argument of tar's.
cd "$work"
tar -czf "$name.tgz" "$name"
cp "$name.tgz" "$out/"

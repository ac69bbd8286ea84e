#!/bin/sh
# Installs the standard library for TARGET unless it is there: tests/setup/rust-target.sh TARGET…
set -eu

installed=$(rustup target list --installed)
for target; do
    echo "$installed" | grep -qx "$target" || rustup target add "$target"
done

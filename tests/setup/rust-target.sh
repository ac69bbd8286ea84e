#!/bin/sh
# Installs Rust's standard library for TARGET unless it is there: tests/setup/rust-target.sh TARGET
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
cd "$here/../.."

rustup target list --installed | grep -qx "$1" || try rustup target add "$1"

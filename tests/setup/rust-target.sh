#!/bin/sh
# Installs Rust's standard library for TARGET unless it is there: tests/setup/rust-target.sh TARGET
set -eu

# rustup repeats what fails by itself.
rustup target list --installed | grep -qx "$1" || rustup target add "$1"

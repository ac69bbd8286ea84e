#!/bin/sh
# Puts the binary of a release into a folder, if it is the very file that was released: install.sh VERSION FOLDER
#
# VERSION is `latest` or a number such as 0.1.0. Needs curl, tar, and sha256sum or shasum.
set -eu

version=$1
folder=$2
releases=${BASE44_CONNECTORS_LS_RELEASES:-https://github.com/base44-connectors-ls/base44-connectors-ls/releases}

case $(uname -s)-$(uname -m) in
Linux-x86_64) target=x86_64-unknown-linux-musl ;;
Linux-aarch64 | Linux-arm64) target=aarch64-unknown-linux-musl ;;
Darwin-x86_64) target=x86_64-apple-darwin ;;
Darwin-arm64) target=aarch64-apple-darwin ;;
MINGW*-x86_64 | MSYS*-x86_64) target=x86_64-pc-windows-msvc ;;
*)
    echo "install.sh: there is no binary for $(uname -s) on $(uname -m); install it with cargo" >&2
    exit 1
    ;;
esac
archive=base44-connectors-ls-$target.tgz
case $version in
latest) address=$releases/latest/download ;;
*) address=$releases/download/v${version#v} ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work"
curl --fail --silent --show-error --location --retry 3 --remote-name "$address/$archive" --remote-name "$address/$archive.sha256"
if command -v sha256sum >/dev/null; then
    sha256sum --check --status "$archive.sha256"
else
    shasum --algorithm 256 --check --status "$archive.sha256"
fi || {
    echo "install.sh: $address/$archive is not the file that was released" >&2
    exit 1
}
mkdir -p "$folder"
tar -xzf "$archive" -C "$folder"

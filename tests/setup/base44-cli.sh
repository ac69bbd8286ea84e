#!/bin/sh
# Fetches the real base44 CLI for the tests: tests/setup/base44-cli.sh
#
# The packed tarball is enough: what the connectors commands need is bundled. It comes from whatever registry
# npm is configured for, and is taken only if it is the very file the tests were written against.
# Installed already: does nothing. Needs npm and Node.js 20.19 or newer.
set -eu

version=0.1.18
sha512=hEdlhAeieHN3EG/c4KpTN6cz1iRyfeO+gloprkGlYy1x7CIhyFDiM2CwfhegZpJuMPbojXrFprLBq0AFR+oc4g==

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
target=$tools/base44-$version
if [ -f "$target/package/bin/run.js" ]; then
    exit 0
fi

work_folder

# In the empty folder, so that no project's configuration counts.
(cd "$work" && try npm pack --loglevel=error "base44@$version" >/dev/null)
archive=$work/base44-$version.tgz

found=$(node -e '
    const hash = require("node:crypto").createHash("sha512");
    process.stdout.write(hash.update(require("node:fs").readFileSync(process.argv[1])).digest("base64"));
' "$archive")
if [ "$found" != "$sha512" ]; then
    echo "base44-cli.sh: base44@$version is not the file the tests were written against (sha512 $found)" >&2
    exit 1
fi

mkdir "$work/unpacked"
tar -xzf "$archive" -C "$work/unpacked"
# In one step, so that a target that exists is whole; of two runs at once, one wins. (`mv` would move into it.)
node -e 'require("node:fs").renameSync(process.argv[1], process.argv[2])' "$work/unpacked" "$target" 2>/dev/null ||
    [ -f "$target/package/bin/run.js" ]

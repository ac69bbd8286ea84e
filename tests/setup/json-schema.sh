#!/bin/sh
# Installs Visual Studio Code's JSON support for the tests of `--schema`: tests/setup/json-schema.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
cd "$here/../json_schema"
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
    try npm ci --loglevel=error --ignore-scripts >/dev/null
    touch node_modules/.package-lock.json
fi

#!/bin/sh
# Installs Visual Studio Code's JSON support for the tests of `--schema`: tests/setup/json-schema.sh
set -eu

cd "$(dirname "$0")/../json_schema"
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
    npm ci --silent --ignore-scripts
    touch node_modules/.package-lock.json
fi

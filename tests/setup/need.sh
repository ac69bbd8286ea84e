#!/bin/sh
# Installs Debian's PACKAGE unless every COMMAND is there: tests/setup/need.sh COMMAND… -- PACKAGE…
set -eu

missing=
while [ "$1" != -- ]; do
    command -v "$1" >/dev/null || missing="$missing $1"
    shift
done
shift
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "the tests need$missing: install it (Debian: apt-get install $*)" >&2
    exit 1
fi
# The lists of a fresh machine are empty.
apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 || {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

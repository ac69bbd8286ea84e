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

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
export DEBIAN_FRONTEND=noninteractive

# Waits for another apt to have done with dpkg.
install() {
    apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=600 "$@" >/dev/null
}

# After an installation that was broken off, and with lists that are empty, as on a fresh machine, or old.
install_anew() {
    dpkg --configure -a >/dev/null && apt-get update -qq && install "$@"
}

install "$@" 2>/dev/null || try install_anew "$@"

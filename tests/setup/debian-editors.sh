#!/bin/sh
# Fetches Helix, Emacs and Kakoune for the tests: tests/setup/debian-editors.sh
#
# They are those of Debian 13, unpacked into .tools with the libraries they want, so that they run on Debian 12, too, and nothing is
# installed. They come from where this machine gets its packages. Unpacked already: does nothing.
set -eu

release=trixie
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
target=$tools/debian-$release-1

# What the three link to, transitively, is listed rather than resolved: apt would resolve it for this machine.
helix="hx libc6 libgcc-s1 libstdc++6"
emacs="emacs-nox emacs-common emacs-bin-common emacs-el libacl1 libasound2t64 libattr1 libcap2 libdbus-1-3 libffi8
    libgccjit0 libgmp10 libgnutls30t64 libgpm2 libhogweed6t64 libicu76 libidn2-0 libisl23 liblcms2-2 liblzma5 libmpc3 libmpfr6
    libnettle8t64 libp11-kit0 libpcre2-8-0 libselinux1 libsqlite3-0 libsystemd0 libtasn1-6 libtinfo6 libtree-sitter0.22
    libunistring5 libxml2 libzstd1 zlib1g"
lsp_mode="elpa-lsp-mode elpa-dash elpa-f elpa-ht elpa-lv elpa-markdown-mode elpa-s elpa-spinner"
kakoune="kakoune"

unpack() {
    if ! command -v apt-get >/dev/null || [ "$(uname -m)" != x86_64 ]; then
        echo "debian-editors.sh: this is no Debian on x86-64: put hx, emacs and kak of your own into $tools/bin" >&2
        exit 1
    fi
    . /etc/os-release
    work_folder

    # The machine's own sources, of the other release, with lists and a cache of their own.
    mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/apt/sources" "$work/packages" "$work/root"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ ! -f "$file" ] || sed -nE "s/^(deb .*[ /])$VERSION_CODENAME([-/ ])/\1$release\2/p" "$file" \
            >"$work/apt/sources/$(basename "$file" .list).list"
    done
    for file in /etc/apt/sources.list.d/*.sources; do
        [ ! -f "$file" ] || awk -v RS= -v ORS='\n\n' -v suite="\nSuites:( [^\n]*)? $VERSION_CODENAME[-/ \n]" '"\n" $0 ~ suite' "$file" |
            sed "/^Suites:/s/\b$VERSION_CODENAME\b/$release/g" >"$work/apt/sources/$(basename "$file")"
    done
    cat >"$work/apt/apt.conf" <<END
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$work/apt/sources";
Dir::State::Lists "$work/apt/lists";
Dir::Cache "$work/apt/cache";
APT::Sandbox::User "";
Acquire::Languages "none";
END
    export APT_CONFIG="$work/apt/apt.conf"
    try apt-get update -qq
    # shellcheck disable=SC2086  # lists of words
    (cd "$work/packages" && try apt-get download -qq $helix $emacs $lsp_mode $kakoune)
    for package in "$work"/packages/*.deb; do
        dpkg -x "$package" "$work/root"
    done
    rm -rf "$target"
    mv "$work/root" "$target"
}

[ -x "$target/usr/bin/kak" ] || unpack
# With its own loader and libraries.
run="exec \"$target/usr/lib64/ld-linux-x86-64.so.2\" --library-path \"$target/usr/lib/x86_64-linux-gnu\""
share=$target/usr/share/emacs/30.1
libexec=$target/usr/libexec/emacs/30.1/x86_64-linux-gnu
launcher hx "export HELIX_RUNTIME=\"$target/usr/lib/hx/runtime\"
$run \"$target/usr/lib/hx/hx\" \"\$@\""
launcher emacs "export EMACSLOADPATH=\"$share/lisp\" EMACSDATA=\"$share/etc\" EMACSDOC=\"$share/etc\" EMACSPATH=\"$libexec\"
$run \"$target/usr/bin/emacs-nox\" --dump-file=\"$(echo "$libexec"/emacs*.pdmp)\" \"\$@\""
launcher kak "export KAKOUNE_RUNTIME=\"$target/usr/share/kak\"
$run \"$target/usr/bin/kak\" \"\$@\""

"$tools/bin/hx" --version | grep -q '^helix 25\.01\.1'
"$tools/bin/emacs" --batch -Q --eval '(princ emacs-version)' | grep -qx '30\.1'
"$tools/bin/kak" -version | grep -q '^Kakoune'

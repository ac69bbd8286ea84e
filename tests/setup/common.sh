# What the scripts of this folder share; they source it with `here` (this folder) set.
# shellcheck shell=sh

tools=$(cd "$here/../.." && pwd)/.tools

# Runs a command that downloads. Networks fail now and then, and so does a lock that somebody else holds: three more attempts.
try() {
    for pause in 5 20 60 ''; do
        "$@" && return
        [ -n "$pause" ] || break
        echo "tests/setup: $1 failed; once more in $pause s" >&2
        sleep "$pause"
    done
    return 1
}

# An empty folder beside where its content goes, so that this can be moved there in one step; it goes with the script.
work_folder() {
    mkdir -p "$tools"
    work=$(mktemp -d "$tools/download-XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
}

# Makes .tools/bin/NAME a shell script of these lines: launcher NAME LINES
launcher() {
    mkdir -p "$tools/bin"
    printf '#!/bin/sh\n%s\n' "$2" >"$tools/bin/.$1"
    chmod +x "$tools/bin/.$1"
    mv -f "$tools/bin/.$1" "$tools/bin/$1"
}

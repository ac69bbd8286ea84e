#!/bin/sh
# Fetches VS Code's workbench and a browser for the tests of editors/vscode: tests/setup/vscode.sh
#
# code-server is VS Code served to a browser, with its real extension host; playwright-core drives the browser.
# Both come from whatever registry npm is configured for; Chromium and ripgrep are the system's, or Debian's.
# Installed already: does nothing. Needs npm and Node.js 20; a C++ compiler, make and Python build a few native modules.
set -eu

code_server=4.100.3
playwright=1.52.0

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
target=$tools/vscode-$code_server-$playwright

"$here/need.sh" chromium rg -- chromium fonts-dejavu-core ripgrep
"$here/need.sh" make c++ python3 -- build-essential python3

# What the extension itself is built and packed with.
(
    cd "$here/../../editors/vscode"
    [ node_modules/.package-lock.json -nt package-lock.json ] || try npm ci --include=dev --loglevel=error >/dev/null
)

if [ -f "$target/ready" ]; then
    exit 0
fi
[ "$(node -p 'process.versions.node.split(".")[0]')" = 20 ] || {
    echo 'vscode.sh: Node.js 20 is needed: code-server runs on no other' >&2
    exit 1
}

rm -rf "$target"
mkdir -p "$target"
cd "$target"
echo '{ "private": true }' >package.json
install='try npm install --loglevel=error --no-audit --no-fund --ignore-scripts'
# Its own install script would download from elsewhere; what it does besides that is done here.
$install "code-server@$code_server" "playwright-core@$playwright" >/dev/null
(
    cd node_modules/code-server/lib/vscode
    $install --omit=dev >/dev/null
    # node-pty's own script calls node-gyp by way of npx, which otherwise asks before it fetches that.
    export npm_config_yes=true
    try npm rebuild --loglevel=error node-pty @vscode/spdlog native-watchdog @parcel/watcher >/dev/null
    ln -s node_modules node_modules.asar
    # Search, on which the activation of extensions depends. The package would download it.
    mkdir -p node_modules/@vscode/ripgrep/bin
    ln -sf "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg
    cd extensions
    $install --omit=dev >/dev/null
)
try npm rebuild --loglevel=error argon2 --build-from-source >/dev/null
touch ready

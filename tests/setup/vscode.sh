#!/bin/sh
# Fetches VS Code's workbench and a browser for the tests of editors/vscode: tests/setup/vscode.sh
#
# code-server is VS Code served to a browser, with its real extension host; playwright-core drives the browser.
# Both come from whatever registry npm is configured for; Chromium and ripgrep are the system's, or are installed with apt-get.
# Installed already: does nothing. Needs npm, Node.js 20, a C++ compiler, make and python3 (for two native modules).
set -eu

code_server=4.100.3
playwright=1.52.0

tools=$(cd "$(dirname "$0")/../.." && pwd)/.tools
target=$tools/vscode-$code_server-$playwright

fail() {
    echo "vscode.sh: $1" >&2
    exit 1
}

missing=
command -v chromium >/dev/null || missing=' chromium fonts-dejavu-core'
command -v rg >/dev/null || missing="$missing ripgrep"
if [ -n "$missing" ]; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        fail "not installed, and only root can do that with apt-get:$missing (the commands chromium and rg)"
    fi
    apt-get update -qq
    # shellcheck disable=SC2086 # several words
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
        fail "apt-get could not install$missing"
fi

# What the extension itself is built and packed with.
(
    cd "$(dirname "$0")/../../editors/vscode"
    [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --loglevel=error
)

if [ -f "$target/ready" ]; then
    exit 0
fi
for command in node npm make c++ python3; do
    command -v "$command" >/dev/null || fail "no $command, which code-server's native modules are built with"
done
[ "$(node -p 'process.versions.node.split(".")[0]')" = 20 ] || fail "Node.js 20 is needed: code-server runs on no other"

rm -rf "$target"
mkdir -p "$target"
cd "$target"
echo '{ "private": true }' >package.json
install='npm install --loglevel=error --no-audit --no-fund --ignore-scripts'
# Its own install script would download from elsewhere; what it does besides that is done here.
$install "code-server@$code_server" "playwright-core@$playwright"
(
    cd node_modules/code-server/lib/vscode
    $install --omit=dev
    # node-pty's own script calls node-gyp by way of npx, which otherwise asks before it fetches that.
    npm_config_yes=true npm rebuild --loglevel=error node-pty @vscode/spdlog native-watchdog @parcel/watcher
    ln -s node_modules node_modules.asar
    # Search, on which the activation of extensions depends. The package would download it.
    mkdir -p node_modules/@vscode/ripgrep/bin
    ln -sf "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg
    cd extensions
    $install --omit=dev
)
npm rebuild --loglevel=error argon2 --build-from-source
touch ready

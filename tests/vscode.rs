//! The extension in VS Code's workbench: `editors/vscode/test/workbench` plays the user, here are the package, and Base44's API.
//!
//! `tests/setup/vscode.sh` fetches what it needs. Its pictures are in `target/vscode/`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base44_connectors_ls::analysis::rules;
use pretty_assertions::assert_eq;
use serde_json::Value;
use support::api::{Api, real_cli};

const EXTENSION: &str = "editors/vscode";
const TOOLS: &str = ".tools/vscode-4.100.3-1.52.0";

#[test]
fn the_workbench_from_broken_to_pushed() {
    let api = Api::start();
    api.connector("gmail", &[&google("gmail.send")])
        .connector("slack", &["chat:write"])
        .connector("hubspot", &["oauth"])
        .available("acme", "Acme");
    let work = tempfile::tempdir().unwrap();
    let package = work.path().join("extension.vsix");
    pack(&package);

    let mut scenarios = node("test/workbench/scenarios.mjs");
    for name in ["BASE44_APP_ID", "BASE44_ACCESS_TOKEN", "BASE44_REFRESH_TOKEN"] {
        scenarios.env_remove(name);
    }
    scenarios
        .envs(api.env())
        .env("VSCODE_TOOLS", tools())
        .env("VSCODE_WORK", work.path())
        .env("VSCODE_VSIX", &package)
        .env("VSCODE_CLI", real_cli())
        .env("VSCODE_ARTEFACTS", root().join("target/vscode"));
    run(scenarios);

    // What was agreed to, and nothing from the folder that was not trusted.
    let calendar = ["calendar.freebusy", "calendar.events.freebusy"].map(google).join(" ");
    assert_eq!(
        api.changes(),
        [
            format!("PUT gmail {}", google("gmail.send")),
            format!("PUT googlecalendar {calendar}"),
            "PUT outlook Calendars.Read".to_owned(),
            "PUT slack chat:write channels:read users:read".to_owned(),
            "DELETE hubspot".to_owned(),
            // Authorized once more, by itself.
            "PUT outlook Calendars.Read".to_owned(),
        ]
    );
}

fn google(scope: &str) -> String {
    format!("https://www.googleapis.com/auth/{scope}")
}

#[test]
fn the_settings_know_every_rule() {
    let manifest = fs::read_to_string(root().join(EXTENSION).join("package.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let path = "/contributes/configuration/properties/base44Connectors.rules/propertyNames/enum";
    let offered = manifest.pointer(path).and_then(Value::as_array).unwrap();
    let offered: BTreeSet<_> = offered.iter().filter_map(Value::as_str).collect();
    let rules: BTreeSet<_> = rules::ALL.iter().map(|it| it.code).collect();
    assert_eq!(offered, rules);
}

/// The package for this platform, with the server that cargo has just built.
fn pack(package: &Path) {
    let target = match std::env::consts::ARCH {
        "aarch64" => "linux-arm64",
        _ => "linux-x64",
    };
    let mut pack = node("scripts/package.mjs");
    pack.args([
        "--target",
        target,
        "--server",
        env!("CARGO_BIN_EXE_base44-connectors-ls"),
    ])
    .arg("--out")
    .arg(package);
    run(pack);
}

/// A script of the extension.
fn node(script: &str) -> Command {
    let folder = root().join(EXTENSION);
    let mut command = Command::new("node");
    command.arg(script).current_dir(folder);
    command
}

/// Its output is shown only if it fails.
fn run(mut command: Command) {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    assert!(output.status.success(), "{command:?}: {}\n{text}", output.status);
}

fn tools() -> PathBuf {
    let tools = root().join(TOOLS);
    assert!(
        tools.join("ready").is_file() && root().join(EXTENSION).join("node_modules").is_dir(),
        "VS Code, or what the extension is built with, is missing: run tests/setup/vscode.sh first"
    );
    tools
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

//! What the README shows is what the program does: its picture is made here, and its commands are run here.

use std::path::Path;
use std::{env, fs};

#[path = "support/program.rs"]
mod program;
use program::program;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The picture of the terminal. `UPDATE_GOLDEN=1` makes it anew.
#[test]
fn the_picture_shows_what_check_prints() {
    let shown = "examples/broken-app/base44/connectors/slack.jsonc";
    let output = program()
        .args(["--check", "--color", "always", shown])
        .current_dir(ROOT)
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    let screen = format!("$ base44-connectors-ls --check {shown}\n{printed}");
    let picture = anstyle_svg::Term::new().render_svg(&screen);
    compare("docs/check.svg", &picture);
}

#[test]
fn the_first_command_runs_the_main_job() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let command = "cargo run --release -- --check examples/broken-app";
    assert!(readme.contains(command), "the README's first command is `{command}`");
    let output = program()
        .args(["--check", "examples/broken-app"])
        .current_dir(ROOT)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let printed = String::from_utf8(output.stdout).unwrap();
    for code in [
        "syntax-error",
        "unknown-type",
        "duplicate-type",
        "unknown-scope",
        "wrong-service-scope",
    ] {
        assert!(printed.contains(code), "{code} is not in\n{printed}");
    }
}

#[test]
fn every_link_into_the_project_leads_somewhere() {
    let mut broken = Vec::new();
    for page in [
        "README.md",
        "CONTRIBUTING.md",
        "registry/README.md",
        "editors/README.md",
        "editors/neovim/README.md",
        "editors/helix/README.md",
        "docs/json-schema.md",
        "docs/release.md",
    ] {
        let folder = Path::new(ROOT).join(page);
        let text = fs::read_to_string(&folder).unwrap();
        for link in text.split("](").skip(1).filter_map(|it| it.split(')').next()) {
            let path = link.split('#').next().unwrap();
            let is_outside = link.starts_with("http") || path.is_empty();
            if !is_outside && !folder.parent().unwrap().join(path).exists() {
                broken.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[expect(clippy::unwrap_used, reason = "a file that cannot be written is to fail the test")]
fn compare(relative: &str, made: &str) {
    let path = Path::new(ROOT).join(relative);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        return fs::write(path, made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "{relative} is not what is printed now: run with UPDATE_GOLDEN=1 and look at it"
    );
}

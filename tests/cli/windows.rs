//! What only Windows has: names whose case does not matter, drives, verbatim paths, files that cannot be replaced, command scripts.

use std::fs;
use std::os::windows::fs::OpenOptionsExt as _;

use pretty_assertions::assert_eq;

use crate::support::{folder, run, write};

const APP: &str = "\
//- base44/config.jsonc
{}
//- base44/connectors/slack.jsonc
{ 'type': \"slack\", \"scopes\": [\"chat.write\"] }
";

const FILE: &str = "base44/connectors/slack.jsonc";

const FOUND: &str = "base44/connectors/slack.jsonc:1:3: warning[json5-syntax]";

#[test]
fn a_file_is_checked_in_whatever_way_it_is_spelt() {
    let app = folder(APP);
    let absolute = app.path().join(FILE).to_str().unwrap().replace('/', r"\");
    let (drive, below) = absolute.split_at(2);
    for spelling in [
        FILE.to_owned(),
        r"BASE44\Connectors\SLACK.JSONC".to_owned(),
        r".\base44\..\base44\connectors\slack.jsonc".to_owned(),
        absolute.to_uppercase(),
        below.to_owned(),
        format!("{}{below}", drive.to_lowercase()),
        // In the current folder of that drive.
        format!(r"{drive}base44\connectors\slack.jsonc"),
        format!(r"\\?\{absolute}"),
    ] {
        let found = run(app.path(), &["--check", "--format", "concise", &spelling]).exits(1);
        assert!(found.stdout.starts_with(FOUND), "{spelling}: {found:?}");
    }
}

#[test]
fn a_folder_is_searched_in_whatever_way_it_is_spelt() {
    let app = folder(APP);
    let absolute = app.path().to_str().unwrap();
    for spelling in [".", "BASE44", &absolute.to_uppercase(), &format!(r"\\?\{absolute}")] {
        let found = run(app.path(), &["--check", "--format", "concise", spelling]).exits(1);
        assert!(found.stdout.starts_with(FOUND), "{spelling}: {found:?}");
    }
}

#[test]
fn a_write_protected_file_is_left_alone() {
    let app = folder(APP);
    let path = app.path().join(FILE);
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    refused(&app, "it is write-protected");
}

#[test]
fn a_file_that_somebody_keeps_to_himself_stays_whole() {
    let app = folder(APP);
    const FILE_SHARE_READ: u32 = 1;
    let held = fs::File::options()
        .read(true)
        .share_mode(FILE_SHARE_READ)
        .open(app.path().join(FILE))
        .unwrap();
    refused(&app, "(os error 32)");
    drop(held);
    run(app.path(), &["--check", "--fix"]).exits(1);
    assert!(
        fs::read_to_string(app.path().join(FILE))
            .unwrap()
            .starts_with("{ \"type\"")
    );
}

#[track_caller]
fn refused(app: &tempfile::TempDir, why: &str) {
    let before = fs::read_to_string(app.path().join(FILE)).unwrap();
    let found = run(app.path(), &["--check", "--fix"]).exits(2);
    assert!(found.stderr.contains(&format!("cannot fix {FILE}: ")), "{found:?}");
    assert!(found.stderr.contains(why), "{found:?}");
    assert_eq!(fs::read_to_string(app.path().join(FILE)).unwrap(), before);
    assert_eq!(fs::read_dir(app.path().join("base44/connectors")).unwrap().count(), 1);
}

/// Only a shell could start it, and that would read more into an argument than we meant.
#[test]
fn a_command_script_that_is_not_npms_is_never_run() {
    let app = folder(&APP.replace("chat.write", "chat:write"));
    let script = app.path().join("node_modules/.bin/base44.cmd");
    write(&script, "@echo off\r\necho ran> \"%~dp0ran.txt\"\r\n");
    let found = run(app.path(), &["--pull"]).exits(2);
    assert!(found.stderr.contains("base44.cmd"), "{found:?}");
    assert!(!script.with_file_name("ran.txt").exists());
}

/// Longer than the 260 characters that Windows' older functions take.
#[test]
fn long_paths_are_read() {
    let app = folder(APP);
    let connectors = app.path().join("deep\\".repeat(60)).join("base44").join("connectors");
    fs::create_dir_all(&connectors).unwrap();
    fs::write(connectors.join("gmail.jsonc"), "{ \"type\": \"gmial\" }").unwrap();
    let found = run(app.path(), &["--check", "--format", "concise", "deep"]).exits(1);
    assert!(
        found
            .stdout
            .contains("deep/base44/connectors/gmail.jsonc:1:11: error[unknown-type]"),
        "{found:?}"
    );
}

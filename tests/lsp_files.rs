//! What can happen to files behind and beside an editor: links, renames, moved folders, files that nobody searched for.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "support/client.rs"]
mod client;
#[path = "support/editor.rs"]
mod editor;

use std::fs;
use std::process::Command;

use client::Client;
use editor::{Editor, everything, pulling, summary};
use lsp_types::notification::{DidChangeWatchedFiles, DidOpenTextDocument, PublishDiagnostics};
use lsp_types::request::{RegisterCapability, WorkspaceDiagnosticRefresh};
use lsp_types::{
    DidChangeWatchedFilesParams, DidOpenTextDocumentParams, FileChangeType, FileEvent, InitializeParams,
    TextDocumentItem, Url, WorkspaceFolder,
};
#[cfg(windows)]
use lsp_types::{DidCloseTextDocumentParams, TextDocumentIdentifier, notification::DidCloseTextDocument};
use serde_json::{Value, json};

const SLACK: &str = "base44/connectors/slack.jsonc";
const TEAM: &str = "base44/connectors/team.jsonc";
const BOT: &str = "base44/connectors/bot.jsonc";
const FOLDER: &str = "base44/connectors";
const CONFIG: &str = "base44/config.jsonc";
const MOVED: &str = "base44/links/slack.jsonc";

const ONE: &str = "\
//- base44/config.jsonc
{}
//- base44/connectors/slack.jsonc
{ \"type\": \"slack\", \"scopes\": [\"chat.write\"] }
";

const THREE: &str = "\
//- base44/config.jsonc
{}
//- base44/connectors/bot.jsonc
{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }
//- base44/connectors/slack.jsonc
{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }
//- base44/connectors/team.jsonc
{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }
";

const WRONG: [&str; 1] = ["0:30 unknown-scope"];

#[test]
fn each_of_three_files_of_a_type_is_told_of_the_others_and_of_their_change() {
    let mut editor = Editor::open(THREE);
    let related = |editor: &mut Editor, others: &[&str]| loop {
        let found = editor.await_findings(SLACK, &["0:10 duplicate-type"]);
        let related = found[0].related_information.clone().unwrap();
        if related
            .iter()
            .map(|it| it.location.uri.clone())
            .eq(others.iter().map(|it| editor.uri(it)))
        {
            break;
        }
    };
    related(&mut editor, &[BOT, TEAM]);
    editor.did_open(BOT);
    editor.did_change(BOT, 2, "{ \"type\": \"slackbot\", \"scopes\": [\"chat:write\"] }");
    related(&mut editor, &[TEAM]);
    editor.did_open(TEAM);
    editor.did_change(TEAM, 2, "{ \"type\": \"");
    editor.await_findings(SLACK, &[]);
    editor.did_change(TEAM, 3, "{ \"type\": \"slack\"");
    related(&mut editor, &[TEAM]);
    editor.finish();
}

#[test]
fn a_file_renamed_in_the_editor_leaves_nothing_behind() {
    let mut editor = Editor::open(ONE);
    let text = editor.did_open(SLACK);
    assert_eq!(summary(&editor.await_version(SLACK, 1)), WRONG);
    fs::rename(editor.path(SLACK), editor.path(TEAM)).unwrap();
    editor.did_close(SLACK);
    editor.did_open_as(TEAM, &text);
    editor.did_change_on_disk(SLACK, FileChangeType::DELETED);
    editor.did_change_on_disk(TEAM, FileChangeType::CREATED);
    editor.await_all(vec![(SLACK, vec![]), (TEAM, vec!["0:10 file-name", WRONG[0]])]);
    editor.finish();
}

/// An editor names the folder alone, and asks its watchers for that name.
#[test]
fn a_folder_of_any_name_that_is_deleted_leaves_nothing_behind() {
    const SHOP: &str = "web/shop/base44/connectors/slack.jsonc";
    let mut capabilities = everything();
    capabilities["workspace"]["didChangeWatchedFiles"] = json!({ "dynamicRegistration": true });
    let mut editor = Editor::open_with(&ONE.replace("base44/", "web/shop/base44/"), capabilities, Value::Null);
    let (id, params) = editor.client.await_request::<RegisterCapability>();
    editor
        .client
        .send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
    let options = params.registrations[0].register_options.clone().unwrap();
    let gone = json!({ "globPattern": "**/*", "kind": 4 });
    assert!(options["watchers"].as_array().unwrap().contains(&gone), "{options:#}");
    editor.await_findings(SHOP, &WRONG);
    fs::remove_dir_all(editor.path("web/shop")).unwrap();
    editor.did_change_on_disk("web/shop", FileChangeType::DELETED);
    editor.await_findings(SHOP, &[]);
    editor.finish();
}

#[test]
fn the_disk_does_not_count_while_a_file_is_open() {
    let mut editor = Editor::open(ONE);
    editor.did_open(SLACK);
    assert_eq!(summary(&editor.await_version(SLACK, 1)), WRONG);
    fs::write(editor.path(SLACK), "{").unwrap();
    editor.did_change_on_disk(SLACK, FileChangeType::CHANGED);
    fs::write(
        editor.path(TEAM),
        "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }",
    )
    .unwrap();
    editor.did_change_on_disk(TEAM, FileChangeType::CREATED);
    editor.await_findings(SLACK, &["0:10 duplicate-type", WRONG[0]]);
    editor.did_close(SLACK);
    editor.await_findings(SLACK, &["0:0 syntax-error"]);
    editor.finish();
}

#[test]
fn another_connectors_directory_counts_once_it_is_saved() {
    let mut editor = Editor::open(ONE);
    editor.await_findings(SLACK, &WRONG);
    fs::create_dir(editor.path("base44/links")).unwrap();
    fs::rename(editor.path(SLACK), editor.path(MOVED)).unwrap();
    editor.did_change_on_disk(SLACK, FileChangeType::DELETED);
    editor.did_change_on_disk(MOVED, FileChangeType::CREATED);
    editor.await_findings(SLACK, &[]);
    editor.did_open(CONFIG);
    let config = "{ \"connectorsDir\": \"./links\" }";
    editor.did_change(CONFIG, 2, config);
    editor.did_save(CONFIG, config);
    editor.await_findings(MOVED, &WRONG);
    editor.finish();
}

#[test]
fn a_file_in_a_folder_that_no_search_enters_is_checked_while_it_is_open() {
    let fixture = ONE.replace("//- ", "//- node_modules/template/");
    let mut editor = Editor::open(&fixture);
    let slack = format!("node_modules/template/{SLACK}");
    editor.did_open(&slack);
    editor.await_findings(&slack, &WRONG);
    editor.did_close(&slack);
    editor.await_findings(&slack, &[]);
    editor.finish();
}

#[test]
fn a_project_that_comes_to_be_while_its_file_is_open() {
    let mut editor = Editor::open("//- readme.md\nnothing yet\n");
    editor.did_open_as(SLACK, "{ \"type\": \"slack\", \"scopes\": [\"chat.write\"] }");
    fs::create_dir_all(editor.path("base44/connectors")).unwrap();
    fs::write(editor.path(SLACK), "").unwrap();
    editor.did_change_on_disk(SLACK, FileChangeType::CREATED);
    editor.await_findings(SLACK, &WRONG);
    editor.finish();
}

#[test]
fn what_changes_elsewhere_is_worth_a_refresh_to_a_client_that_pulls() {
    let mut capabilities = pulling();
    // The protocol says `diagnostics`; this is the name in `lsp-types`.
    capabilities["workspace"]["diagnostic"] = json!({ "refreshSupport": true });
    let mut editor = Editor::open_with(ONE, capabilities, Value::Null);
    // The first search has found something.
    let (id, ()) = editor.client.await_request::<WorkspaceDiagnosticRefresh>();
    editor
        .client
        .send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
    fs::remove_file(editor.path(SLACK)).unwrap();
    editor.did_change_on_disk(SLACK, FileChangeType::DELETED);
    let (id, ()) = editor.client.await_request::<WorkspaceDiagnosticRefresh>();
    editor
        .client
        .send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
    editor.client.finish();
}

#[test]
fn what_cannot_be_read_is_said_until_it_can() {
    let mut editor = Editor::open("//- base44/config.jsonc\n{}\n//- base44/connectors\nno folder\n");
    let found = editor.await_findings(FOLDER, &["0:0 unreadable"]);
    assert_eq!(
        found[0].message,
        "This is not a folder, so the CLI finds no connectors."
    );
    fs::remove_file(editor.path(FOLDER)).unwrap();
    fs::create_dir(editor.path(FOLDER)).unwrap();
    fs::write(
        editor.path(SLACK),
        "{ \"type\": \"slack\", \"scopes\": [\"chat.write\"] }",
    )
    .unwrap();
    editor.did_change_on_disk(FOLDER, FileChangeType::CHANGED);
    editor.await_all(vec![(FOLDER, vec![]), (SLACK, WRONG.to_vec())]);
    editor.finish();
}

/// No watchers, as Neovim on Linux: a save is the time to look.
#[test]
fn a_branch_switch_and_a_stash_leave_nothing_stale() {
    let mut editor = Editor::open(THREE);
    let root = editor.path("");
    let git = |arguments: &[&str]| {
        let out = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@b.c"])
            .args(arguments)
            .current_dir(&root)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        assert!(out.status.success(), "{arguments:?}: {out:?}");
    };
    let twins = || vec!["0:10 duplicate-type"];
    git(&["init", "--quiet", "--initial-branch=three"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message=three"]);
    git(&["checkout", "--quiet", "-b", "one"]);
    git(&["rm", "--quiet", BOT, TEAM]);
    git(&["commit", "--quiet", "--message=one"]);
    let one = editor.did_open(SLACK);
    editor.await_findings(SLACK, &[]);

    git(&["checkout", "--quiet", "three"]);
    editor.did_save(SLACK, &one);
    editor.await_all(vec![(SLACK, twins()), (BOT, twins()), (TEAM, twins())]);

    // A closed file is mended, and the mending put aside again.
    fs::write(editor.path(BOT), "{ \"type\": \"bot\"").unwrap();
    editor.did_save(SLACK, &one);
    editor.await_findings(BOT, &["0:0 syntax-error", "0:10 unknown-type"]);
    git(&["stash", "--quiet"]);
    editor.did_save(SLACK, &one);
    editor.await_findings(BOT, &twins());

    git(&["checkout", "--quiet", "one"]);
    editor.did_save(SLACK, &one);
    editor.await_all(vec![(SLACK, vec![]), (BOT, vec![]), (TEAM, vec![])]);
    editor.finish();
}

/// A client whose folder is a symbolic link, and whose events and documents come now by one way and now by the other.
#[cfg(unix)]
#[test]
fn a_linked_workspace_is_one_workspace() {
    let real = tempfile::tempdir().unwrap();
    let root = real.path().canonicalize().unwrap();
    editor::write(&root, ONE);
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().canonicalize().unwrap().join("link");
    std::os::unix::fs::symlink(&root, &link).unwrap();
    let by_link = Url::from_file_path(link.join(SLACK)).unwrap();
    let by_root = Url::from_file_path(root.join(SLACK)).unwrap();

    let mut client = Client::spawn();
    client.initialize_with(InitializeParams {
        capabilities: serde_json::from_value(everything()).unwrap(),
        workspace_folders: Some(vec![WorkspaceFolder {
            uri: Url::from_file_path(&link).unwrap(),
            name: "link".to_owned(),
        }]),
        ..InitializeParams::default()
    });
    let shown = |client: &mut Client| {
        let published = client.await_notification::<PublishDiagnostics>();
        (published.uri, summary(&published.diagnostics))
    };
    let wrong = || WRONG.map(str::to_owned).to_vec();
    assert_eq!(shown(&mut client), (by_link.clone(), wrong()));
    // An event of the real file is one of the file as the client knows it.
    fs::write(
        root.join(SLACK),
        "{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }",
    )
    .unwrap();
    let changes = vec![FileEvent::new(by_root.clone(), FileChangeType::CHANGED)];
    client.notify::<DidChangeWatchedFiles>(DidChangeWatchedFilesParams { changes });
    assert_eq!(shown(&mut client), (by_link, vec![]));
    // A document is spoken of under the name under which it was opened.
    let text = "{ \"type\": \"slack\", \"scopes\": [\"chat.write\"] }".to_owned();
    let text_document = TextDocumentItem::new(by_root.clone(), "jsonc".to_owned(), 1, text);
    client.notify::<DidOpenTextDocument>(DidOpenTextDocumentParams { text_document });
    assert_eq!(shown(&mut client), (by_root, wrong()));
    client.ignore_unread(&["textDocument/publishDiagnostics"]);
    client.finish();
}

#[test]
fn a_document_keeps_the_spelling_that_its_editor_gave_it() {
    let mut editor = Editor::open(ONE);
    editor.await_findings(SLACK, &WRONG);
    // As VS Code would escape it, and more.
    let spelt: Url = editor.uri(SLACK).as_str().replace("slack", "sl%61ck").parse().unwrap();
    let text = editor.on_disk(SLACK);
    let text_document = TextDocumentItem::new(spelt.clone(), "jsonc".to_owned(), 1, text);
    editor
        .client
        .notify::<DidOpenTextDocument>(DidOpenTextDocumentParams { text_document });
    // Nothing is shown twice: the closed file's findings go first.
    let first = editor.client.await_notification::<PublishDiagnostics>();
    assert_eq!((first.uri, first.diagnostics), (editor.uri(SLACK), vec![]));
    let second = editor.client.await_notification::<PublishDiagnostics>();
    assert_eq!(
        (second.uri, summary(&second.diagnostics)),
        (spelt, WRONG.map(str::to_owned).to_vec())
    );
    editor.finish();
}

/// VS Code writes the drive as a small letter and escapes its colon; and a document keeps the case that it was opened in.
#[cfg(windows)]
#[test]
fn a_file_is_one_document_whatever_its_case_and_however_its_drive_is_spelt() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    editor::write(&root, ONE);
    let real = Url::from_file_path(root.join(SLACK)).unwrap();
    let (drive, below) = real.as_str().strip_prefix("file:///").unwrap().split_once(':').unwrap();
    let by_vscode: Url = format!("file:///{}%3A{below}", drive.to_lowercase()).parse().unwrap();
    let in_capitals: Url = by_vscode.as_str().replace("slack", "SLACK").parse().unwrap();

    let mut client = Client::spawn();
    client.initialize_with(InitializeParams {
        capabilities: serde_json::from_value(everything()).unwrap(),
        workspace_folders: Some(vec![WorkspaceFolder {
            uri: Url::from_directory_path(&root).unwrap(),
            name: "app".to_owned(),
        }]),
        ..InitializeParams::default()
    });
    let shown = |client: &mut Client| {
        let published = client.await_notification::<PublishDiagnostics>();
        (published.uri, summary(&published.diagnostics))
    };
    let wrong = || WRONG.map(str::to_owned).to_vec();
    assert_eq!(shown(&mut client), (real.clone(), wrong()));
    for spelt in [by_vscode, in_capitals] {
        let text = "{ \"type\": \"slack\", \"scopes\": [\"chat.write\"] }".to_owned();
        let text_document = TextDocumentItem::new(spelt.clone(), "jsonc".to_owned(), 1, text);
        client.notify::<DidOpenTextDocument>(DidOpenTextDocumentParams { text_document });
        assert_eq!(shown(&mut client), (real.clone(), vec![]));
        // No second file of its type has come to be.
        assert_eq!(shown(&mut client), (spelt.clone(), wrong()));
        let changes = vec![FileEvent::new(real.clone(), FileChangeType::CHANGED)];
        client.notify::<DidChangeWatchedFiles>(DidChangeWatchedFilesParams { changes });
        let text_document = TextDocumentIdentifier::new(spelt.clone());
        client.notify::<DidCloseTextDocument>(DidCloseTextDocumentParams { text_document });
        assert_eq!(shown(&mut client), (spelt, vec![]));
        assert_eq!(shown(&mut client), (real.clone(), wrong()));
    }
    client.finish();
}

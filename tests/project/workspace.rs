//! How a workspace keeps up with the editor and the disk. [`Session`] also compares every step with a new workspace.

use std::path::Path;

use base44_connectors_ls::analysis::rules::Level;
use base44_connectors_ls::analysis::{Settings, Severity};
use base44_connectors_ls::project::document::ContentChange;
use base44_connectors_ls::project::position::{Encoding, LineColumn};
use base44_connectors_ls::project::{Workspace, discovery, load};
use base44_connectors_ls::registry::Catalogue;
use pretty_assertions::assert_eq;

use crate::model::Session;
use crate::tree::Tree;

const CONFIG: &str = "base44/config.jsonc={}";
const SLACK: &str = r#"{ "type": "slack", "scopes": [] }"#;
const GMAIL: &str = r#"{ "type": "gmail", "scopes": [] }"#;
const A: &str = "base44/connectors/a.jsonc";
const B: &str = "base44/connectors/b.jsonc";

/// A project with `a.jsonc` and `b.jsonc`.
fn session(a: &str, b: &str) -> Session {
    Session::new(&[CONFIG, &format!("{A}={a}"), &format!("{B}={b}")])
}

/// The severity of what a rule finds in a file.
fn severity(workspace: &Workspace, path: &Path, code: &str) -> Option<Severity> {
    let found = workspace.diagnostics(path).into_iter().find(|it| it.rule.code == code);
    found.map(|it| it.severity)
}

#[test]
fn a_new_twin_concerns_both() {
    let mut session = session(SLACK, GMAIL);
    assert_eq!(session.write(B, SLACK), [A, B]);
    assert_eq!(session.of_type("slack"), [A, B]);
    assert_eq!(session.of_type("gmail"), [""; 0]);
}

#[test]
fn a_twin_that_is_deleted_concerns_both() {
    let mut session = session(SLACK, SLACK);
    assert_eq!(session.delete(B), [A, B]);
    assert_eq!(session.of_type("slack"), [A]);
}

#[test]
fn a_file_without_twins_concerns_nobody_else() {
    let mut session = session(SLACK, GMAIL);
    assert_eq!(session.write(B, "{ \"type\": \"gmail\" }"), [B]);
}

/// What is said of a scope of another service depends on whether the project has that service.
#[test]
fn a_service_that_comes_or_goes_concerns_all_connectors() {
    let mut session = session(
        r#"{ "type": "slack", "scopes": ["https://www.googleapis.com/auth/drive.file"] }"#,
        "{}",
    );
    assert_eq!(session.write(B, r#"{ "type": "googlesheets" }"#), [A, B]);
    assert_eq!(session.write(B, r#"{ "type": "googlesheet" }"#), [A, B]);
    assert_eq!(
        session.write(B, r#"{ "type": "googleshee" }"#),
        [B],
        "neither is a service"
    );
}

#[test]
fn a_file_that_did_not_change_concerns_nobody() {
    let mut session = session(SLACK, SLACK);
    assert_eq!(session.disk(|_| (), &[A, B]), [""; 0]);
}

#[test]
fn a_renamed_file_concerns_its_old_and_its_new_path() {
    let mut session = session(SLACK, GMAIL);
    let new = "base44/connectors/c.jsonc";
    assert_eq!(session.rename(B, new), [B, new]);
    assert_eq!(session.of_type("gmail"), [new]);
}

#[test]
fn a_file_that_is_moved_away_is_no_connector_any_more() {
    let mut session = session(SLACK, SLACK);
    assert_eq!(session.rename(B, "notes/b.jsonc"), [A, B]);
    let stray = "base44/connectors/old/a.jsonc";
    assert_eq!(session.rename(A, stray), [A, stray]);
    assert_eq!(session.of_type("slack"), [""; 0]);
}

#[test]
fn an_unsaved_buffer_wins_over_the_disk() {
    let mut session = session(SLACK, GMAIL);
    assert_eq!(session.open(B, SLACK), [A, B]);
    assert_eq!(session.write(B, "{}"), [""; 0], "the disk below it is of no interest");
    assert_eq!(session.of_type("slack"), [A, B]);
    assert_eq!(session.delete(B), [""; 0]);
    assert_eq!(session.of_type("slack"), [A, B]);
}

#[test]
fn typing_concerns_the_twins_of_the_old_and_the_new_type() {
    let mut session = session(SLACK, GMAIL);
    let c = "base44/connectors/c.jsonc";
    session.open(c, GMAIL);
    assert_eq!(session.change(c, SLACK), [A, B, c]);
    assert_eq!(session.change(c, r#"{ "type": "sla"#), [A, c]);
    assert_eq!(session.change(c, r#"{ "type": "slac"#), [c]);
}

/// Else each keystroke in one of a thousand files of one type would have all of them looked at again.
#[test]
fn typing_behind_the_type_concerns_no_twin() {
    let mut session = session(SLACK, SLACK);
    session.open(B, SLACK);
    let more = r#"{ "type": "slack", "scopes": ["chat:write"] }"#;
    assert_eq!(session.change(B, more), [B]);
    assert_eq!(
        session.change(B, &format!("\n{more}")),
        [A, B],
        "the twin points to the type, which has moved"
    );
    assert_eq!(
        session.change(B, &format!(" {more}")),
        [A, B],
        "the type is on another line"
    );
}

#[test]
fn many_changes_are_taken_over_as_one() {
    let mut session = session(SLACK, GMAIL);
    session.open(B, GMAIL);
    let path = session.tree.path(B);
    for (version, text) in (2..).zip(["", "{", SLACK]) {
        let change = ContentChange {
            range: None,
            text: text.to_owned(),
        };
        session.workspace.splice(&path, version, [change], Encoding::Utf16);
        assert_eq!(
            &*session.workspace.file(&path).unwrap().text,
            GMAIL,
            "nobody has asked yet"
        );
    }
    assert_eq!(session.workspace.document(&path).unwrap().version(), 4);
    assert_eq!(session.workspace.settle(), [session.tree.path(A), path.clone()].into());
    assert_eq!(&*session.workspace.file(&path).unwrap().text, SLACK);
    assert_eq!(session.of_type("slack"), [A, B]);
    assert_eq!(session.workspace.settle(), [].into());
}

#[test]
fn closing_brings_the_disk_back() {
    let mut session = session(SLACK, GMAIL);
    session.open(B, SLACK);
    assert_eq!(session.close(B), [A, B]);
    assert_eq!(session.of_type("gmail"), [B]);
    session.open("base44/connectors/unsaved.jsonc", SLACK);
    assert_eq!(
        session.close("base44/connectors/unsaved.jsonc"),
        [A, "base44/connectors/unsaved.jsonc"]
    );
    assert_eq!(session.of_type("slack"), [A]);
}

#[test]
fn our_config_file_concerns_all_files_closed_ones_included() {
    let mut session = session(SLACK, GMAIL);
    let (config, tool) = ("base44/config.jsonc", "base44-connectors-ls.jsonc");
    let off = r#"{ "rules": { "unused-suppression": "off" } }"#;
    assert_eq!(session.write(tool, off), [config, A, B, tool]);
    let level = |session: &Session| {
        let path = session.tree.path(A);
        let settings = session.workspace.surroundings(&path).unwrap().settings;
        settings.levels.get("unused-suppression").copied()
    };
    assert_eq!(level(&session), Some(Level::Off));
    assert_eq!(session.open(tool, &off.replace("off", "hint")), [config, A, B, tool]);
    assert_eq!(level(&session), Some(Level::At(Severity::Hint)));
    assert_eq!(
        session.change(tool, "// another text\n{ rules: {'unused-suppression': 'hint'} }"),
        [tool]
    );
    assert_eq!(session.close(tool), [config, A, B, tool]);
    assert_eq!(session.delete(tool), [config, A, B, tool]);
    assert_eq!(level(&session), None);
}

#[test]
fn the_config_file_next_to_the_projects_comes_before_the_one_at_the_root() {
    let off = |rule: &str| format!(r#"{{ "rules": {{ "{rule}": "off" }} }}"#);
    let session = Session::new(&[
        CONFIG,
        &format!("{A}={SLACK}"),
        &format!("base44/base44-connectors-ls.jsonc={}", off("invalid-config")),
        &format!("base44-connectors-ls.jsonc={}", off("unused-suppression")),
    ]);
    let settings = session.workspace.surroundings(&session.tree.path(A)).unwrap().settings;
    assert_eq!(settings.levels.keys().copied().collect::<Vec<_>>(), ["invalid-config"]);
}

#[test]
fn a_projects_services_are_its_own() {
    let session = Session::new(&[
        "a/base44/connectors/x.jsonc",
        r#"a/base44/base44-connectors-ls.jsonc={ "services": { "acme": {} } }"#,
        "b/base44/connectors/x.jsonc",
    ]);
    let knows_acme = |path: &str| {
        let around = session.workspace.surroundings(&session.tree.path(path)).unwrap();
        around.catalogue.service("acme").is_some()
    };
    assert!(knows_acme("a/base44/connectors/x.jsonc"));
    assert!(!knows_acme("b/base44/connectors/x.jsonc"));
}

#[test]
fn a_changed_connectors_dir_moves_the_project() {
    let mut session = session(SLACK, GMAIL);
    session.write("base44/conn/c.jsonc", SLACK);
    let config = "base44/config.jsonc";
    let all = [config, "base44/conn/c.jsonc", A, B];
    assert_eq!(session.write(config, "{ connectorsDir: 'conn' }"), all);
    assert_eq!(session.of_type("slack"), ["base44/conn/c.jsonc"]);
    assert_eq!(session.delete(config), all);
    assert_eq!(session.of_type("slack"), [A]);
}

/// It would have to read folders while somebody types their names.
#[test]
fn an_unsaved_connectors_dir_moves_nothing_yet() {
    let mut session = session(SLACK, GMAIL);
    let config = "base44/config.jsonc";
    assert_eq!(session.open(config, "{ connectorsDir: 'conn' }"), [config]);
    assert_eq!(session.of_type("slack"), [A]);
}

#[test]
fn another_branch_is_checked_out() {
    let mut session = session(SLACK, GMAIL);
    session.open(A, SLACK);
    let checkout = |tree: &Tree| {
        tree.write(A, "{}");
        tree.delete(B);
        tree.write("base44/connectors/c.jsonc", GMAIL);
        tree.write("other/base44/config.jsonc", "{}");
        tree.write("other/base44/connectors/d.jsonc", SLACK);
    };
    let told = [
        A,
        B,
        "base44/connectors/c.jsonc",
        "other/base44/config.jsonc",
        "other/base44/connectors/d.jsonc",
    ];
    session.disk(checkout, &told);
    assert_eq!(session.of_type("slack"), [A, "other/base44/connectors/d.jsonc"]);
    assert_eq!(session.of_type("gmail"), ["base44/connectors/c.jsonc"]);
}

#[test]
fn whole_folders_come_and_go() {
    let mut session = session(SLACK, GMAIL);
    let d = "new/app/base44/connectors/d.jsonc";
    let create = |tree: &Tree| {
        tree.write("new/app/base44/config.jsonc", "{}");
        tree.write(d, SLACK);
    };
    assert_eq!(session.disk(create, &["new"]), ["new/app/base44/config.jsonc", d]);
    session.rename("new", "newer");
    assert_eq!(session.of_type("slack"), [A, "newer/app/base44/connectors/d.jsonc"]);
    session.delete("newer");
    assert_eq!(session.of_type("slack"), [A]);
    session.delete("base44/connectors");
    assert_eq!(session.of_type("slack"), [""; 0]);
    session.delete("base44");
    assert_eq!(session.workspace.projects().count(), 0);
}

#[test]
fn what_a_search_would_not_find_does_not_come_by_itself() {
    let mut session = session(SLACK, GMAIL);
    for path in [
        "node_modules/x/base44/connectors/c.jsonc",
        ".backup/base44/connectors/c.jsonc",
    ] {
        assert_eq!(session.write(path, SLACK), [""; 0]);
    }
    assert_eq!(session.of_type("slack"), [A]);
}

#[test]
fn a_file_outside_of_everything_is_looked_at_while_it_is_open() {
    let mut session = Session::in_folder("ws", &["ws/", "app/base44/connectors/a.jsonc", "x.jsonc"]);
    assert_eq!(session.workspace.projects().count(), 0);
    session.write("app/base44/connectors/b.jsonc", SLACK);
    let (a, b) = ("app/base44/connectors/a.jsonc", "app/base44/connectors/b.jsonc");
    assert_eq!(session.open(a, SLACK), [a, b]);
    assert_eq!(session.of_type("slack"), [a, b]);
    assert_eq!(session.close(a), [a, b]);
    assert_eq!(session.workspace.projects().count(), 0);
}

#[test]
fn a_file_that_is_no_connector_is_nothing() {
    let mut session = session(SLACK, GMAIL);
    session.open("src/slack.jsonc", SLACK);
    let path = session.tree.path("src/slack.jsonc");
    assert!(session.workspace.file(&path).is_none());
    assert_eq!(session.workspace.diagnostics(&path), []);
    session.change("src/slack.jsonc", "{");
    session.close("src/slack.jsonc");
}

#[test]
fn an_open_file_gets_its_project_when_that_comes_to_be() {
    let mut session = Session::new(&["app/readme.md"]);
    let file = "app/conn/a.jsonc";
    session.open(file, SLACK);
    assert_eq!(session.of_type("slack"), [""; 0]);
    session.write("app/base44/config.jsonc", "{ connectorsDir: '../conn' }");
    assert_eq!(session.of_type("slack"), [file]);
}

#[test]
fn a_file_can_be_judged_before_its_project_is_loaded() {
    let tree = Tree::new(&[
        CONFIG,
        &format!("{A}={SLACK}"),
        &format!("{B}={SLACK}"),
        r#"base44-connectors-ls.jsonc={ "rules": { "unused-suppression": "hint" } }"#,
    ]);
    let mut workspace = Workspace::new(Catalogue::embedded());
    let (a, b) = (tree.path(A), tree.path(B));
    let unused = "// base44-connectors-ls ignore unknown-scope\n{}";
    workspace.open(&a, 1, unused.to_owned());
    assert_eq!(severity(&workspace, &a, "unused-suppression"), Some(Severity::Hint));
    assert!(workspace.file(&b).is_none());

    let scan = workspace.scan_incomplete();
    let found = scan.read();
    // Meanwhile, the user goes on.
    workspace.open(&b, 1, GMAIL.to_owned());
    workspace.merge(found);
    assert_eq!(&*workspace.file(&a).unwrap().text, unused);
    assert_eq!(&*workspace.file(&b).unwrap().text, GMAIL);
    assert!(workspace.scan_incomplete().is_empty());
}

#[test]
fn two_projects_can_share_their_connectors() {
    let mut session = Session::new(&[
        "one/base44/config.jsonc={connectorsDir:'../../common'}",
        "two/base44/config.jsonc={connectorsDir:'../../common'}",
        &format!("common/a.jsonc={SLACK}"),
    ]);
    assert_eq!(session.of_type("slack"), ["common/a.jsonc", "common/a.jsonc"]);
    session.open("common/a.jsonc", GMAIL);
    assert_eq!(session.of_type("slack"), [""; 0]);
    assert_eq!(session.workspace.all_diagnostics().len(), 3, "each file once");
}

#[test]
fn the_editors_settings_are_below_the_projects() {
    let mut session = session(SLACK, GMAIL);
    session.write(
        "base44-connectors-ls.jsonc",
        r#"{ "rules": { "invalid-config": "hint" } }"#,
    );
    let levels = [("invalid-config", Level::Off), ("unused-suppression", Level::Off)];
    let settings = Settings {
        levels: levels.into_iter().collect(),
        ..Settings::default()
    };
    let affected = session.workspace.set_settings(settings.clone());
    assert_eq!(affected.len(), 4);
    let around = session.workspace.surroundings(&session.tree.path(A)).unwrap();
    assert_eq!(
        around.settings.levels.get("invalid-config"),
        Some(&Level::At(Severity::Hint))
    );
    assert_eq!(around.settings.levels.get("unused-suppression"), Some(&Level::Off));
    assert!(session.workspace.set_settings(settings).is_empty());
}

#[test]
fn edits_are_applied_by_position() {
    let mut session = session(SLACK, GMAIL);
    session.open(A, SLACK);
    let place = |column| LineColumn { line: 0, column };
    let edit = |from, to, text: &str| ContentChange {
        range: Some((place(from), place(to))),
        text: text.to_owned(),
    };
    let path = session.tree.path(A);
    let changes = [edit(11, 16, ""), edit(11, 11, "gmail")];
    let affected = session.workspace.change(&path, 2, changes, Encoding::Utf16);
    assert_eq!(affected, [path.clone(), session.tree.path(B)].into());
    assert_eq!(&*session.workspace.file(&path).unwrap().text, GMAIL);
    assert_eq!(session.of_type("gmail"), [A, B]);
}

#[cfg(unix)]
#[test]
fn a_workspace_folder_behind_a_link_keeps_its_spelling() {
    let tree = Tree::new(&[&format!("real/{A}={SLACK}")]);
    tree.link("real", "link");
    let mut workspace = Workspace::new(Catalogue::embedded());
    workspace.set_folders(&[tree.path("link")]);
    let found = workspace.scan_all().read();
    workspace.merge(found);
    tree.write(&format!("real/{A}"), GMAIL);
    let real = std::fs::canonicalize(tree.path("real")).unwrap().join(A);
    let link = tree.path("link").join(A);
    assert_eq!(workspace.disk_changed(&[real]), [link.clone()].into());
    assert_eq!(&*workspace.file(&link).unwrap().text, GMAIL);
}

#[test]
fn projects_leave_with_their_folder() {
    let tree = Tree::new(&["a/base44/connectors/x.jsonc", "b/base44/connectors/x.jsonc"]);
    let mut workspace = Workspace::new(Catalogue::embedded());
    workspace.set_folders(&[tree.path("a"), tree.path("b")]);
    let found = workspace.scan_all().read();
    workspace.merge(found);
    assert_eq!(workspace.projects().count(), 2);
    let gone = workspace.set_folders(&[tree.path("a")]);
    assert_eq!(gone, [tree.path("b/base44/connectors/x.jsonc")].into());
    assert_eq!(workspace.projects().count(), 1);
}

/// As `--check --watch` does: projects are put in, and there is no editor.
#[test]
fn without_folders_a_workspace_consists_of_what_was_put_in() {
    let tree = Tree::new(&[CONFIG, &format!("{A}={SLACK}"), "lone/b.jsonc"]);
    let mut workspace = Workspace::new(Catalogue::embedded());
    workspace.insert(load(discovery::at(&tree.path("")).unwrap()));
    workspace.insert(load(discovery::Location::of_connectors_dir(&tree.path("lone"))));
    tree.write("base44/config.jsonc", "{ \"name\": 1 }");
    tree.write("lone/c.jsonc", SLACK);
    tree.write("else/base44/connectors/d.jsonc", SLACK);
    let told = ["base44/config.jsonc", "lone", "else/base44/connectors/d.jsonc"];
    let affected = workspace.disk_changed(&told.map(|it| tree.path(it)));
    assert_eq!(
        affected,
        [tree.path("base44/config.jsonc"), tree.path("lone/c.jsonc")].into()
    );
    tree.delete("base44");
    workspace.disk_changed(&[tree.path("base44")]);
    let left: Vec<_> = workspace
        .projects()
        .map(|it| tree.relative(&it.location().root))
        .collect();
    assert_eq!(left, ["lone"]);
}

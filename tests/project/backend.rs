//! Backend code: which files are read, and whom a change in one of them concerns.

use base44_connectors_ls::analysis::Role;
use base44_connectors_ls::project::{Workspace, discovery, load};
use base44_connectors_ls::registry::Catalogue;
use pretty_assertions::assert_eq;

use crate::model::Session;
use crate::tree::Tree;

const CALL: &str = "connectors.getConnection('slack')";
const SLACK: &str = "base44/connectors/slack.jsonc";
const ENTRY: &str = "base44/functions/f/entry.ts";
const CONNECTOR: &str = r#"base44/connectors/slack.jsonc={ "type": "slack", "scopes": ["chat:write"] }"#;

fn workspace(tree: &Tree) -> Workspace {
    let mut workspace = Workspace::new(Catalogue::embedded());
    workspace.insert(load(discovery::at(&tree.path("")).unwrap()));
    workspace
}

/// The backend files that are read.
fn read(tree: &Tree) -> Vec<String> {
    let workspace = workspace(tree);
    let project = workspace.projects().next().unwrap();
    assert_eq!(project.problems().count(), 0);
    let files = project.files().filter(|it| it.role == Role::Backend);
    let mut files: Vec<_> = files.map(|it| tree.relative(&it.path)).collect();
    files.sort();
    files
}

fn knows_all_uses(tree: &Tree) -> bool {
    let workspace = workspace(tree);
    let project = workspace.projects().next().unwrap();
    project.surroundings().project.knows_all_uses()
}

#[test]
fn code_is_read_in_the_folders_that_are_deployed() {
    let tree = Tree::new(&[
        "base44/config.jsonc={}",
        "base44/functions/a/entry.ts",
        "base44/functions/a/lib/deep/er.mjs",
        "base44/functions/b/entry.js",
        "base44/functions/b/page.tsx",
        "base44/functions/b/page.jsx",
        "base44/functions/b/x.mts",
        "base44/shared/s.ts",
        "base44/actors/room/entry.ts",
        "base44/functions/a/function.jsonc",
        "base44/functions/a/readme.md",
        "base44/functions/a/x.TS",
        "base44/functions/node_modules/x/index.js",
        "base44/functions/.hidden/x.ts",
        "base44/functions/a/.x.ts",
        "base44/entities/thing.ts",
        "functions/x.ts",
        "src/main.ts",
    ]);
    assert_eq!(
        read(&tree),
        [
            "base44/actors/room/entry.ts",
            "base44/functions/a/entry.ts",
            "base44/functions/a/lib/deep/er.mjs",
            "base44/functions/b/entry.js",
            "base44/functions/b/page.jsx",
            "base44/functions/b/page.tsx",
            "base44/functions/b/x.mts",
            "base44/shared/s.ts",
        ]
    );
}

#[test]
fn the_config_file_names_other_folders() {
    let files = [
        "api/fn/a/entry.ts",
        "api/shared/s.ts",
        "base44/live/r/entry.ts",
        "base44/functions/a/entry.ts",
    ];
    let with = |config: &str| {
        let config = format!("base44/config.jsonc={config}");
        read(&Tree::new(&[&[config.as_str()], &files[..]].concat()))
    };
    assert_eq!(with("{ functionsDir: '../api/fn', actorsDir: 'live' }"), files[..3]);
    assert_eq!(with("{ functionsDir: 3 }"), files[3..]);
    // A project whose config file is in its root, and one without.
    let tree = Tree::new(&["config.jsonc={}", "connectors/x.jsonc={}", "functions/a/entry.ts"]);
    assert_eq!(read(&tree), ["functions/a/entry.ts"]);
    let tree = Tree::new(&["base44/connectors/", "base44/functions/a/entry.ts"]);
    assert_eq!(read(&tree), ["base44/functions/a/entry.ts"]);
}

#[test]
fn what_git_ignores_is_left_out() {
    let tree = Tree::new(&[
        ".gitignore=generated/\n*.gen.ts\n!keep.gen.ts\n",
        "base44/config.jsonc={}",
        "base44/functions/.gitignore=old.ts\n",
        "base44/functions/generated/x.ts",
        "base44/functions/a/x.gen.ts",
        "base44/functions/a/keep.gen.ts",
        "base44/functions/a/old.ts",
        "base44/shared/old.ts",
    ]);
    assert_eq!(read(&tree), ["base44/functions/a/keep.gen.ts", "base44/shared/old.ts"]);
}

#[cfg(unix)]
#[test]
fn links_are_no_loop() {
    let tree = Tree::new(&["base44/config.jsonc={}", "base44/functions/a/entry.ts", "lib/x.ts"]);
    tree.link("..", "base44/functions/a/up");
    tree.link(".", "base44/functions/a/self");
    tree.link("../../../lib/x.ts", "base44/functions/a/x.ts");
    tree.link("nowhere.ts", "base44/functions/a/dangling.ts");
    assert_eq!(read(&tree), ["base44/functions/a/entry.ts", "base44/functions/a/x.ts"]);
}

#[test]
fn a_file_that_is_too_large_may_ask_for_anything() {
    let tree = Tree::new(&["base44/config.jsonc={}", &format!("{ENTRY}={CALL}")]);
    assert!(knows_all_uses(&tree));
    tree.write("base44/shared/bundle.js", "x".repeat((1 << 20) + 1));
    assert!(!knows_all_uses(&tree));
    tree.write("base44/shared/bundle.js", "x".repeat(1 << 20));
    assert!(knows_all_uses(&tree));
}

#[test]
fn a_keystroke_concerns_its_file_only() {
    let mut session = Session::new(&[
        "base44/config.jsonc={}",
        CONNECTOR,
        &format!("{ENTRY}={CALL}"),
        "base44/shared/s.ts",
    ]);
    session.open(ENTRY, CALL);
    assert_eq!(session.change(ENTRY, &format!("// 🎈\n{CALL}; {CALL}")), [ENTRY]);
    let revision = session.workspace.uses_revision();
    assert_eq!(session.change(ENTRY, &format!("\n\n{CALL}; {CALL}")), [ENTRY]);
    assert_eq!(
        session.workspace.uses_revision(),
        revision,
        "where the calls stand is no news"
    );
    assert_eq!(session.change(ENTRY, ""), [SLACK, ENTRY], "the last call is gone");
    assert_ne!(session.workspace.uses_revision(), revision);
    assert_eq!(session.change(ENTRY, "connectors.getConnection(x)"), [SLACK, ENTRY]);
}

#[test]
fn a_connector_that_comes_or_goes_concerns_the_code_that_asks() {
    let mut session = Session::new(&[
        "base44/config.jsonc={}",
        &format!("{ENTRY}={CALL}"),
        "base44/shared/s.ts",
    ]);
    assert_eq!(
        session.write(SLACK, r#"{ "type": "slack", "scopes": ["chat:write"] }"#),
        [SLACK, ENTRY]
    );
    assert_eq!(session.delete(SLACK), [SLACK, ENTRY]);
}

/// Before all connectors are known, none is missing.
#[test]
fn code_opened_first_is_looked_at_again_when_its_project_is_known() {
    let tree = Tree::new(&["base44/config.jsonc={}", &format!("{ENTRY}={CALL}"), CONNECTOR]);
    let mut workspace = Workspace::new(Catalogue::embedded());
    let (entry, slack) = (tree.path(ENTRY), tree.path(SLACK));
    workspace.open(&entry, 1, format!("{CALL}; connectors.getConnection('gmail')"));
    assert_eq!(workspace.diagnostics(&entry), []);
    let scanned = workspace.scan_incomplete().read();
    let affected = workspace.merge(scanned);
    assert!(affected.contains(&entry) && affected.contains(&slack), "{affected:?}");
    let found: Vec<_> = workspace
        .diagnostics(&entry)
        .into_iter()
        .map(|it| it.rule.code)
        .collect();
    assert_eq!(found, ["missing-connector"]);
}

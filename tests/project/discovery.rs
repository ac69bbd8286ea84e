//! Where projects are.

use base44_connectors_ls::project::discovery::{Location, Selection, below, for_check, locate};
use pretty_assertions::assert_eq;

use crate::tree::Tree;

fn shown(tree: &Tree, location: &Location) -> String {
    let root = tree.relative(&location.root);
    format!("{root} -> {}", tree.relative(&location.connectors_dir))
}

/// What [`locate`] says of a path in a folder with these files: `root -> connectors directory`.
#[track_caller]
fn check_located(files: &[&str], path: &str, expected: &str) {
    let tree = Tree::new(files);
    let found = locate(&tree.path(path)).map(|it| shown(&tree, &it));
    assert_eq!(found.as_deref().unwrap_or("none"), expected);
}

/// What [`below`] finds in a folder with these files.
#[track_caller]
fn check_below(files: &[&str], expected: &[&str]) {
    let tree = Tree::new(files);
    let found: Vec<_> = below(&tree.path("")).iter().map(|it| shown(&tree, it)).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_config_in_base44_makes_its_parent_the_root() {
    for path in [
        "",
        "src/a.ts",
        "base44",
        "base44/config.jsonc",
        "base44/connectors/slack.jsonc",
    ] {
        let files = ["base44/config.jsonc", "base44/connectors/slack.jsonc", "src/a.ts"];
        check_located(&files, path, ". -> base44/connectors");
    }
}

#[test]
fn a_config_without_base44_makes_its_folder_the_root() {
    let files = ["config.jsonc", "connectors/slack.jsonc"];
    check_located(&files, "connectors/slack.jsonc", ". -> connectors");
}

#[test]
fn the_connectors_directory_is_relative_to_the_config_file() {
    for (config, expected) in [
        ("{}", ". -> base44/connectors"),
        ("{connectorsDir: 'conn'}", ". -> base44/conn"),
        ("{connectorsDir: '/conn'}", ". -> base44/conn"),
        ("{connectorsDir: '../conn'}", ". -> conn"),
        ("{connectorsDir: './a/../b/'}", ". -> base44/b"),
        // What the CLI refuses is reported by `invalid-config`, and the default goes on.
        ("{connectorsDir: ''}", ". -> base44/connectors"),
        ("{connectorsDir: '.'}", ". -> base44/connectors"),
        ("{connectorsDir: null}", ". -> base44/connectors"),
        ("{connectorsDir: 3}", ". -> base44/connectors"),
        ("{connectorsDir: 'conn', ", ". -> base44/conn"),
        ("", ". -> base44/connectors"),
    ] {
        check_located(&[&format!("base44/config.jsonc={config}")], "", expected);
    }
}

#[test]
fn config_json_wins_over_config_jsonc() {
    let files = [
        "base44/config.jsonc={connectorsDir:'c'}",
        "base44/config.json={connectorsDir:'j'}",
    ];
    check_located(&files, "", ". -> base44/j");
}

#[test]
fn a_folder_called_like_a_config_file_is_none() {
    check_located(
        &["a/base44/config.jsonc/x", "base44/config.json"],
        "a",
        ". -> base44/connectors",
    );
}

#[test]
fn without_a_config_file_base44_connectors_makes_a_project() {
    let files = ["base44/connectors/slack.jsonc"];
    check_located(&files, "base44/connectors/slack.jsonc", ". -> base44/connectors");
    check_located(&files, "src", ". -> base44/connectors");
}

#[test]
fn the_nearest_project_wins() {
    let files = [
        "base44/config.jsonc",
        "apps/a/base44/config.jsonc",
        "apps/b/base44/connectors/",
    ];
    check_located(
        &files,
        "apps/a/base44/connectors/x.jsonc",
        "apps/a -> apps/a/base44/connectors",
    );
    check_located(
        &files,
        "apps/b/base44/connectors/x.jsonc",
        "apps/b -> apps/b/base44/connectors",
    );
    check_located(&files, "apps/c", ". -> base44/connectors");
}

#[test]
fn base44_config_wins_over_a_config_beside_it() {
    let files = ["config.json", "connectors/", "base44/config.jsonc"];
    check_located(&files, "", ". -> base44/connectors");
}

/// The CLI takes any `config.json` for its own. It agrees with us wherever that file leads to a connectors directory.
#[test]
fn a_config_of_something_else_hides_no_project() {
    let path = "app/base44/connectors/x.jsonc";
    let files = ["config.json", "app/base44/connectors/x.jsonc"];
    check_located(&files, path, "app -> app/base44/connectors");
    let files = ["app/config.json", "app/base44/connectors/x.jsonc"];
    check_located(&files, path, "app -> app/base44/connectors");
    let files = ["base44/config.jsonc", "src/config.json", "src/x.ts"];
    check_located(&files, "src/x.ts", ". -> base44/connectors");
    let files = ["app/config.json", "app/connectors/", "app/base44/connectors/x.jsonc"];
    check_located(&files, path, "app -> app/connectors");
}

#[test]
fn a_connector_called_config_json_is_no_config() {
    let files = ["base44/config.jsonc", "base44/connectors/config.json"];
    check_located(&files, "base44/connectors/config.json", ". -> base44/connectors");
}

#[test]
fn a_lone_config_counts_if_there_is_nothing_else() {
    check_located(&["a/config.jsonc"], "a/connectors/new.jsonc", "a -> a/connectors");
}

#[test]
fn below_finds_all_projects_of_a_monorepo() {
    check_below(
        &[
            "base44/config.jsonc",
            "apps/a/base44/config.json={connectorsDir:'../conn'}",
            "apps/b/base44/connectors/",
            "apps/c/config.jsonc",
            "apps/c/connectors/",
            "apps/d/base44/readme.md",
            "apps/e/config.json",
        ],
        &[
            ". -> base44/connectors",
            "apps/a -> apps/a/conn",
            "apps/b -> apps/b/base44/connectors",
            "apps/c -> apps/c/connectors",
        ],
    );
}

#[test]
fn below_leaves_out_what_is_hidden_ignored_or_installed() {
    check_below(
        &[
            ".gitignore=/old\n",
            "old/base44/config.jsonc",
            ".migration-backup/base44/config.jsonc",
            "node_modules/x/base44/config.jsonc",
            "a/node_modules/x/base44/config.jsonc",
            "a/target/base44/config.jsonc",
            "a/b/base44/config.jsonc",
        ],
        &["a/b -> a/b/base44/connectors"],
    );
}

#[test]
fn what_is_ignored_inside_a_project_makes_no_difference() {
    check_below(
        &[
            ".gitignore=base44/config.jsonc\nconnectors\n",
            "base44/config.jsonc",
            "base44/connectors/",
        ],
        &[". -> base44/connectors"],
    );
}

#[test]
fn below_starts_where_it_is_told_even_if_that_is_hidden() {
    let tree = Tree::new(&[".gitignore=.backup\n", ".backup/base44/config.jsonc"]);
    let found: Vec<_> = below(&tree.path(".backup")).iter().map(|it| shown(&tree, it)).collect();
    assert_eq!(found, [".backup -> .backup/base44/connectors"]);
}

#[cfg(unix)]
#[test]
fn below_follows_no_links() {
    let tree = Tree::new(&["a/base44/config.jsonc"]);
    tree.link("..", "a/loop");
    tree.link("a", "b");
    let found: Vec<_> = below(&tree.path("")).iter().map(|it| shown(&tree, it)).collect();
    assert_eq!(found, ["a -> a/base44/connectors"]);
}

fn checked(tree: &Tree, cwd: &str, paths: &[&str]) -> Vec<String> {
    let paths: Vec<_> = paths.iter().map(Into::into).collect();
    let Selection {
        targets,
        skipped,
        unsearched,
    } = for_check(&tree.path(cwd), &paths).unwrap();
    assert_eq!(unsearched, []);
    let files = |only: &[std::path::PathBuf]| {
        let names: Vec<_> = only.iter().map(|it| tree.relative(it)).collect();
        format!(" only {}", names.join(", "))
    };
    let target = |it: &base44_connectors_ls::project::Target| {
        let only = it.only.as_deref().map(files).unwrap_or_default();
        format!("{}{only}", shown(tree, &it.location))
    };
    let skipped = skipped.iter().map(|it| format!("skipped {}", it.display()));
    targets.iter().map(target).chain(skipped).collect()
}

fn monorepo() -> Tree {
    Tree::new(&[
        "base44/config.jsonc",
        "base44/connectors/slack.jsonc",
        "base44/connectors/gmail.jsonc",
        "apps/a/base44/config.jsonc",
        "apps/a/base44/connectors/slack.jsonc",
        "package.json",
        "src/x.ts",
    ])
}

#[test]
fn check_without_a_path_means_at_above_and_below() {
    let tree = monorepo();
    let (outer, inner) = (". -> base44/connectors", "apps/a -> apps/a/base44/connectors");
    assert_eq!(checked(&tree, "", &[]), [outer, inner]);
    assert_eq!(checked(&tree, "src", &[]), [outer]);
    assert_eq!(checked(&tree, "apps", &[]), [outer, inner]);
    assert_eq!(checked(&tree, "apps/a/base44/connectors", &[]), [inner]);
}

#[test]
fn check_without_a_path_where_there_is_no_project_means_nothing() {
    let tree = Tree::new(&["readme.md"]);
    assert_eq!(checked(&tree, "", &[]), [""; 0]);
}

#[test]
fn check_of_a_file_means_that_file_in_its_project() {
    let tree = monorepo();
    assert_eq!(
        checked(
            &tree,
            "base44",
            &["connectors/slack.jsonc", "./connectors/../connectors/slack.jsonc"]
        ),
        [". -> base44/connectors only base44/connectors/slack.jsonc"]
    );
    assert_eq!(
        checked(&tree, "base44/connectors", &["slack.jsonc", "gmail.jsonc"]),
        [". -> base44/connectors only base44/connectors/slack.jsonc, base44/connectors/gmail.jsonc"]
    );
    assert_eq!(
        checked(&tree, "", &["base44/connectors/slack.jsonc", "base44"]),
        [". -> base44/connectors"],
        "a folder means all of it"
    );
}

#[test]
fn check_of_another_file_is_skipped() {
    let tree = monorepo();
    assert_eq!(
        checked(&tree, "", &["package.json", "src/x.ts"]),
        ["skipped package.json", "skipped src/x.ts"]
    );
}

#[test]
fn a_folder_without_a_project_is_taken_as_a_connectors_directory() {
    let tree = Tree::new(&["some/where/slack.jsonc", "some/where/readme.md"]);
    assert_eq!(checked(&tree, "", &["some/where"]), ["some/where -> some/where"]);
    assert_eq!(
        checked(&tree, "", &["some/where/slack.jsonc"]),
        ["some/where -> some/where only some/where/slack.jsonc"]
    );
    assert_eq!(
        checked(&tree, "", &["some/where/readme.md"]),
        ["skipped some/where/readme.md"]
    );
}

#[test]
fn check_of_a_missing_path_is_an_error() {
    let tree = monorepo();
    let error = for_check(&tree.path(""), &["base44".into(), "nope.jsonc".into()]).unwrap_err();
    assert_eq!(error.path.to_str(), Some("nope.jsonc"));
    assert!(error.to_string().starts_with("cannot read nope.jsonc: "), "{error}");
}

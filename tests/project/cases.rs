//! What we read of a connectors folder is what the CLI reads of it.

use std::collections::BTreeSet;

use base44_connectors_ls::analysis::Role;
use base44_connectors_ls::connector;
use base44_connectors_ls::project::{Location, Store, Workspace, load};
use base44_connectors_ls::registry::Catalogue;
use pretty_assertions::assert_eq;

use crate::cli_cases::{self, Case, Content, Verdict};
use crate::tree::Tree;

/// The case's folder as the workspace sees it.
fn workspace(case: &Case, tree: &Tree) -> Workspace {
    for file in &case.files {
        match (&file.content, file.content.bytes()) {
            (Content::Link(target), _) => tree.link(target, &file.path),
            (_, Some(bytes)) => tree.write(&file.path, bytes),
            (_, None) => unreachable!("only links have no content"),
        }
    }
    let mut workspace = Workspace::new(Catalogue::embedded());
    workspace.insert(load(Location::of_connectors_dir(&tree.path(""))));
    workspace
}

fn types(workspace: &Workspace) -> BTreeSet<String> {
    let connectors = workspace
        .projects()
        .flat_map(Store::files)
        .filter(|it| it.role == Role::Connector);
    connectors
        .filter_map(|it| Some(connector::type_of(&it.text, &it.tree)?.0))
        .collect()
}

#[test]
fn the_connectors_of_every_folder_that_the_cli_accepts() {
    let mut seen = 0;
    for case in cli_cases::all().iter().filter(|it| it.verdict == Verdict::Accept) {
        let expected: BTreeSet<String> = match case.message.split_once(": ") {
            Some((reads, types)) if reads.starts_with("reads ") && !types.contains('…') => {
                types.split(", ").map(str::to_owned).collect()
            }
            _ if case.message == "reads no connector" => BTreeSet::new(),
            // The message is cut short.
            _ => continue,
        };
        let tree = Tree::new(&[]);
        let found = types(&workspace(case, &tree));
        assert_eq!(found, expected, "{}", case.name);
        seen += 1;
    }
    assert!(seen > 60, "only {seen} cases say what the CLI reads");
}

#[test]
fn the_index_knows_every_type_that_the_cli_finds_twice() {
    let mut seen = 0;
    for case in &cli_cases::all() {
        let duplicate = case.message.strip_prefix("Duplicate connector type \"");
        let Some(type_) = duplicate.and_then(|it| it.strip_suffix('"')) else {
            continue;
        };
        let tree = Tree::new(&[]);
        let workspace = workspace(case, &tree);
        let project = workspace.projects().next().unwrap().surroundings().project;
        assert!(project.files_of_type(type_).len() > 1, "{}", case.name);
        seen += 1;
    }
    assert!(seen > 3, "only {seen} cases have duplicates");
}

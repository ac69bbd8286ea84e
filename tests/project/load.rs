//! What is read of a project.

use base44_connectors_ls::analysis::{IgnoredReason, Role};
use base44_connectors_ls::project::{Loaded, Location, Workspace, discovery, load};
use base44_connectors_ls::registry::Catalogue;
use pretty_assertions::assert_eq;

use crate::tree::Tree;

/// What a file is to its project, and the project's files with their problems in place of the files that have one.
fn listed(tree: &Tree, loaded: Loaded) -> Vec<String> {
    let mut workspace = Workspace::new(Catalogue::embedded());
    workspace.insert(loaded);
    let project = workspace.projects().next().unwrap();
    let files = project.files().map(|it| {
        let role = match it.role {
            Role::Connector => "connector",
            Role::Ignored(IgnoredReason::Dotfile) => "dotfile",
            Role::Ignored(IgnoredReason::Extension) => "extension",
            Role::Ignored(IgnoredReason::Subfolder) => "subfolder",
            Role::Ignored(IgnoredReason::OtherDirectory) => "other directory",
            Role::ProjectConfig | Role::ToolConfig => "config",
            Role::Backend => "backend",
        };
        format!("{}: {role}", tree.relative(&it.path))
    });
    let problems = project
        .problems()
        .map(|it| format!("{} {}", tree.relative(&it.path), it.message));
    let mut all: Vec<_> = files.chain(problems).collect();
    all.sort();
    all
}

fn loaded(tree: &Tree) -> Vec<String> {
    listed(tree, load(discovery::at(&tree.path("")).unwrap()))
}

fn loaded_dir(tree: &Tree) -> Vec<String> {
    listed(tree, load(Location::of_connectors_dir(&tree.path(""))))
}

#[test]
fn connectors_configs_and_strays() {
    let tree = Tree::new(&[
        "base44/config.jsonc",
        "base44/connectors/slack.jsonc",
        "base44/connectors/gmail.json",
        "base44/connectors/config.json",
        "base44/connectors/base44-connectors-ls.jsonc",
        "base44/connectors/.slack.jsonc",
        "base44/connectors/.jsonc",
        "base44/connectors/a.json5",
        "base44/connectors/b.JSONC",
        "base44/connectors/readme.md",
        "base44/connectors/slack.jsonc.bak",
        "base44/connectors/old/slack.jsonc",
        "base44/connectors/old/deep/er/slack.jsonc",
        "base44/connectors/1/2/3/4/5/too-deep.jsonc",
        "base44/connectors/.hidden/slack.jsonc",
        "base44/connectors/node_modules/x/slack.jsonc",
        "base44/base44-connectors-ls.jsonc",
        "base44-connectors-ls.jsonc",
        "base44/entities/thing.jsonc",
        "package.json",
    ]);
    assert_eq!(
        loaded(&tree),
        [
            "base44-connectors-ls.jsonc: config",
            "base44/base44-connectors-ls.jsonc: config",
            "base44/config.jsonc: config",
            "base44/connectors/.jsonc: dotfile",
            "base44/connectors/.slack.jsonc: dotfile",
            "base44/connectors/a.json5: extension",
            "base44/connectors/b.JSONC: extension",
            "base44/connectors/base44-connectors-ls.jsonc: connector",
            "base44/connectors/config.json: connector",
            "base44/connectors/gmail.json: connector",
            "base44/connectors/old/deep/er/slack.jsonc: subfolder",
            "base44/connectors/old/slack.jsonc: subfolder",
            "base44/connectors/slack.jsonc: connector",
        ]
    );
}

#[test]
fn the_default_folder_beside_another_connectors_dir() {
    let tree = Tree::new(&[
        "base44/config.jsonc={connectorsDir:'conn'}",
        "base44/conn/slack.jsonc",
        "base44/connectors/slack.jsonc",
        "base44/connectors/old/slack.jsonc",
    ]);
    assert_eq!(
        loaded(&tree),
        [
            "base44/config.jsonc: config",
            "base44/conn/slack.jsonc: connector",
            "base44/connectors/slack.jsonc: other directory"
        ]
    );
}

#[test]
fn a_connectors_dir_inside_the_default_folder() {
    let tree = Tree::new(&[
        "base44/config.jsonc={connectorsDir:'connectors/live'}",
        "base44/connectors/live/slack.jsonc",
        "base44/connectors/slack.jsonc",
    ]);
    assert_eq!(
        loaded(&tree),
        [
            "base44/config.jsonc: config",
            "base44/connectors/live/slack.jsonc: connector",
            "base44/connectors/slack.jsonc: other directory"
        ]
    );
}

#[test]
fn a_connectors_dir_that_holds_the_whole_app() {
    let tree = Tree::new(&[
        "base44/config.jsonc={connectorsDir:'..'}",
        "base44/connectors/slack.jsonc",
        "package.json",
        "src/data.json",
    ]);
    assert_eq!(
        loaded(&tree),
        [
            "base44/config.jsonc: config",
            "base44/connectors/slack.jsonc: other directory",
            "package.json: connector"
        ]
    );
}

#[test]
fn the_config_file_without_effect_is_not_looked_at() {
    let tree = Tree::new(&["base44/config.jsonc", "base44/config.json"]);
    assert_eq!(loaded(&tree), ["base44/config.json: config"]);
}

#[test]
fn in_a_folder_taken_as_a_connectors_directory_everything_is_a_connector() {
    let tree = Tree::new(&[
        "config.json",
        "connectors/slack.jsonc",
        "slack.jsonc",
        "base44-connectors-ls.jsonc",
    ]);
    assert_eq!(
        loaded_dir(&tree),
        [
            "base44-connectors-ls.jsonc: connector",
            "config.json: connector",
            "connectors/slack.jsonc: subfolder",
            "slack.jsonc: connector"
        ]
    );
}

#[test]
fn a_missing_folder_has_no_connectors() {
    assert_eq!(
        loaded(&Tree::new(&["base44/config.jsonc"])),
        ["base44/config.jsonc: config"]
    );
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_a_link_to_itself_has_no_connectors_and_is_named() {
    let tree = Tree::new(&["base44/config.jsonc"]);
    tree.link("connectors", "base44/connectors");
    let loaded = load(discovery::at(&tree.path("")).unwrap());
    assert_eq!(
        loaded.passed_over()[0].message,
        "is a link that leads nowhere, so the CLI finds no connectors"
    );
    assert_eq!(listed(&tree, loaded), ["base44/config.jsonc: config"]);
}

#[test]
fn a_file_in_the_place_of_the_folder_is_a_problem() {
    assert_eq!(
        loaded(&Tree::new(&["base44/config.jsonc", "base44/connectors"])),
        [
            "base44/config.jsonc: config",
            "base44/connectors is not a folder, so the CLI finds no connectors"
        ]
    );
}

#[test]
fn a_huge_file_is_named_and_not_read() {
    let tree = Tree::new(&["slack.jsonc"]);
    let file = std::fs::File::options()
        .write(true)
        .open(tree.path("slack.jsonc"))
        .unwrap();
    file.set_len((64 << 20) + 1).unwrap();
    assert_eq!(
        loaded_dir(&tree),
        ["slack.jsonc cannot be read: it is larger than 64 MiB"]
    );
}

#[test]
fn bytes_that_are_no_utf_8_become_replacement_characters_and_a_bom_stays() {
    let tree = Tree::new(&[]);
    tree.write("a.jsonc", b"\xef\xbb\xbf{ \"type\": \"\xff\" }");
    let mut workspace = Workspace::new(Catalogue::embedded());
    workspace.insert(load(Location::of_connectors_dir(&tree.path(""))));
    let file = workspace.file(&tree.path("a.jsonc")).unwrap();
    assert_eq!(&*file.text, "\u{feff}{ \"type\": \"\u{fffd}\" }");
}

#[cfg(unix)]
#[test]
fn links_pipes_and_folders() {
    let tree = Tree::new(&["real.txt", "folder/inner.txt", "folder.jsonc/inner.txt"]);
    tree.link("real.txt", "to-file.jsonc");
    tree.link("folder", "to-folder.jsonc");
    tree.link("folder", "linked");
    tree.link("nowhere", "dangling.jsonc");
    tree.link("loop-b.jsonc", "loop-a.jsonc");
    tree.link("loop-a.jsonc", "loop-b.jsonc");
    tree.link("/dev/zero", "device.jsonc");
    let _socket = std::os::unix::net::UnixListener::bind(tree.path("socket.jsonc"));
    let fifo = std::process::Command::new("mkfifo")
        .arg(tree.path("pipe.jsonc"))
        .status();
    assert!(fifo.is_ok_and(|it| it.success()));
    tree.link("nowhere", ".dangling.jsonc");
    let loaded = load(Location::of_connectors_dir(&tree.path("")));
    let passed_over: Vec<_> = loaded
        .passed_over()
        .iter()
        .map(|it| format!("{} {}", tree.relative(&it.path), it.message))
        .collect();
    assert_eq!(
        passed_over,
        [
            "dangling.jsonc is a link that leads nowhere, so the CLI does not read it",
            "device.jsonc is no regular file, so the CLI does not read it",
            "folder.jsonc is a folder, so the CLI does not read it",
            "loop-a.jsonc is a link that leads nowhere, so the CLI does not read it",
            "loop-b.jsonc is a link that leads nowhere, so the CLI does not read it",
            "pipe.jsonc is no regular file, so the CLI does not read it",
            "socket.jsonc is no regular file, so the CLI does not read it",
            "to-folder.jsonc is a link to a folder, so the CLI does not read it",
        ]
    );
    assert_eq!(listed(&tree, loaded), ["to-file.jsonc: connector"]);
}

#[cfg(unix)]
#[test]
fn a_backslash_in_a_name_is_a_problem() {
    assert_eq!(
        loaded_dir(&Tree::new(&[r"a\b.jsonc"]))
            .join("")
            .replace(r"a\b.jsonc", "it")
            .replace("a/b.jsonc", "it"),
        "it has a backslash in its name, so the CLI cannot read it: rename it"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_unicode_is_a_problem() {
    use std::os::unix::ffi::OsStrExt as _;
    let tree = Tree::new(&["slack.jsonc"]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.jsonc");
    std::fs::copy(tree.path("slack.jsonc"), tree.path("").join(name)).unwrap();
    let loaded = load(Location::of_connectors_dir(&tree.path("")));
    let problems: Vec<_> = loaded.problems().iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        problems,
        ["has something that is not Unicode in its name, so the CLI cannot read it: rename it"]
    );
}

/// Not by file permissions, which do not stop root.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_is_a_problem() {
    let tree = Tree::new(&["slack.jsonc"]);
    tree.link("/proc/self/mem", "memory.jsonc");
    assert_eq!(
        loaded_dir(&tree),
        [
            "memory.jsonc cannot be read: Input/output error (os error 5)",
            "slack.jsonc: connector"
        ]
    );
}

#[test]
fn many_files_are_all_read() {
    let names: Vec<_> = (0..500)
        .map(|it| format!("s{it:03}.jsonc={{\"type\":\"s{it}\"}}"))
        .collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let tree = Tree::new(&names);
    let expected: Vec<_> = (0..500).map(|it| format!("s{it:03}.jsonc: connector")).collect();
    assert_eq!(loaded_dir(&tree), expected);
}

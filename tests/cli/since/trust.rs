//! A repository may be anybody's: nothing in it runs, and no name in it means more than itself.

use std::fs;
use std::path::Path;

use pretty_assertions::assert_eq;

use super::{APP, GMAIL, changes, commit, git, hermetic, repository, since};
use crate::support::{self, folder, write};

#[test]
fn nothing_that_the_repository_configures_is_run() {
    let app = repository(APP);
    write(&app.path().join(".gitattributes"), "*.jsonc diff=evil filter=evil\n");
    write(&app.path().join("base44/connectors/gmail.jsonc"), GMAIL);
    commit(app.path());
    fs::remove_file(app.path().join("base44/connectors/gmail.jsonc")).unwrap();
    let trap = format!("touch {}; false", app.path().join("caught").display());
    for key in [
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.sshCommand",
        "core.gitProxy",
        "core.askPass",
        "core.alternateRefsCommand",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "filter.evil.smudge",
        "filter.evil.clean",
        "filter.evil.process",
        "interactive.diffFilter",
        "credential.helper",
        "uploadpack.packObjectsHook",
        "gpg.program",
    ] {
        git(app.path(), &["config", key, &trap]);
    }
    for alias in ["rev-parse", "ls-tree", "cat-file", "merge-base"] {
        git(app.path(), &["config", &format!("alias.{alias}"), &format!("!{trap}")]);
    }
    let hooks = app.path().join("hooks");
    for hook in [
        "post-checkout",
        "post-index-change",
        "reference-transaction",
        "fsmonitor-watchman",
    ] {
        executable(&hooks.join(hook), &format!("#!/bin/sh\n{trap}\n"));
    }
    git(app.path(), &["config", "core.hooksPath", "hooks"]);
    assert_eq!(
        changes(app.path(), "HEAD...", &[]),
        ["-gmail -restricted gmail.readonly"]
    );
    assert!(!app.path().join("caught").exists());
}

#[test]
fn a_partial_clone_with_a_hostile_remote_runs_nothing() {
    let app = repository(APP);
    let blob = git(app.path(), &["rev-parse", "HEAD:base44/connectors/slack.jsonc"]);
    let (folder, file) = blob.split_at(2);
    fs::remove_file(app.path().join(".git/objects").join(folder).join(file)).unwrap();
    let caught = app.path().join("caught");
    for (key, value) in [
        ("extensions.partialClone", "origin".to_owned()),
        ("remote.origin.promisor", "true".to_owned()),
        ("remote.origin.url", format!("ext::touch {}", caught.display())),
        ("protocol.ext.allow", "always".to_owned()),
        ("protocol.allow", "always".to_owned()),
    ] {
        git(app.path(), &["config", key, &value]);
    }
    let run = since(app.path(), "HEAD", &[]).exits(2);
    assert!(run.stderr.contains("partial clone"), "{run:#?}");
    assert!(!caught.exists());
}

#[test]
fn git_is_the_one_of_the_path_not_one_of_the_folder() {
    let app = repository(APP);
    executable(&app.path().join("git"), "#!/bin/sh\ntouch caught\n");
    let path = std::env::var("PATH").unwrap();
    let mut command = support::command(app.path(), &["--check", "--since", "HEAD"]);
    let run = support::output_of(hermetic(&mut command).env("PATH", format!(".::{path}"))).exits(0);
    assert!(run.stdout.contains("no permission added"), "{run:#?}");
    assert!(!app.path().join("caught").exists());
}

#[test]
fn what_git_refuses_to_trust_is_not_looked_at() {
    let app = repository(APP);
    let mut command = support::command(app.path(), &["--check", "--since", "HEAD"]);
    let run = support::output_of(hermetic(&mut command).env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")).exits(2);
    // Git's own words tell what to do.
    assert!(
        run.stderr.contains("git config --global --add safe.directory"),
        "{run:#?}"
    );
}

#[test]
fn variables_of_a_hook_do_not_lead_elsewhere() {
    let app = repository(APP);
    write(&app.path().join("base44/connectors/gmail.jsonc"), GMAIL);
    let other = repository("//- README.md\nother\n");
    let mut command = support::command(app.path(), &["--check", "--since", "HEAD", "--format", "concise"]);
    hermetic(&mut command)
        .env("GIT_DIR", other.path().join(".git"))
        .env("GIT_WORK_TREE", other.path())
        .env("GIT_INDEX_FILE", other.path().join(".git/index"));
    let run = support::output_of(&mut command).exits(0);
    assert!(run.stdout.contains("Adds restricted Gmail access"), "{run:#?}");
    assert!(!run.stdout.contains("slack"), "{run:#?}");
}

#[test]
fn any_name_of_a_file_is_just_a_name() {
    let app = folder(APP);
    let dir = app.path().join("base44/connectors");
    let names = [
        "-x.jsonc",
        "a b\n\"c\".jsonc",
        ":(glob)*.jsonc",
        "$(touch caught).jsonc",
        "世😀.jsonc",
        "\x1b[2J.jsonc",
    ];
    for (index, name) in names.iter().enumerate() {
        write(
            &dir.join(name),
            &format!(r#"{{ "type": "custom-{index}", "scopes": ["s"] }}"#),
        );
    }
    git(app.path(), &["init", "-q", "-b", "--end-of-options"]);
    commit(app.path());
    git(app.path(), &["branch", "main"]);
    assert_eq!(changes(app.path(), "main", &[]), [""; 0]);
    for name in names {
        fs::remove_file(dir.join(name)).unwrap();
    }
    assert_eq!(changes(app.path(), "main", &[]).len(), names.len());
    let run = since(app.path(), "main", &["--format", "concise"]).exits(0);
    assert!(
        !run.stdout.contains('\x1b') && run.stdout.lines().count() == names.len(),
        "{run:#?}"
    );
}

/// It is there as it was; that it cannot be read is told by itself.
#[cfg(target_os = "linux")]
#[test]
fn a_connector_that_cannot_be_read_any_more_has_not_gone() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let app = folder(APP);
    write(
        &app.path()
            .join("base44/connectors")
            .join(OsStr::from_bytes(b"\xff.jsonc")),
        GMAIL,
    );
    git(app.path(), &["init", "-q"]);
    commit(app.path());
    assert_eq!(changes(app.path(), "HEAD", &[]), [""; 0]);
    since(app.path(), "HEAD", &[]).exits(2);

    let slack = app.path().join("base44/connectors/slack.jsonc");
    fs::remove_file(&slack).unwrap();
    std::os::unix::fs::symlink("/proc/self/mem", &slack).unwrap();
    assert_eq!(changes(app.path(), "HEAD", &[]), [""; 0]);
    fs::remove_file(&slack).unwrap();
    assert_eq!(changes(app.path(), "HEAD", &[]), ["-slack -write chat:write"]);
}

fn executable(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    write(path, text);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

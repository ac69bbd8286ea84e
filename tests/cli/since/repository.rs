//! Which commit a revision is, and what is said where there is none.

use std::fs;
use std::path::Path;

use pretty_assertions::assert_eq;

use super::{APP, GMAIL, changes, commit, git, hermetic, refusal, repository, since};
use crate::support::{self, folder, write};

const NEW: [&str; 1] = ["+gmail +restricted gmail.readonly"];

fn add_gmail(folder: &Path) {
    write(&folder.join("base44/connectors/gmail.jsonc"), GMAIL);
}

/// A shallow clone of the newest commit of `repository`.
fn shallow(repository: &Path, to: &Path, branch: &str) {
    let url = format!("file://{}", repository.display());
    let args = [
        "clone",
        "-q",
        "--depth=1",
        "--branch",
        branch,
        &url,
        to.to_str().unwrap(),
    ];
    git(repository, &args);
}

/// The command between backticks that begins with `git`, run.
#[track_caller]
fn obey(folder: &Path, message: &str) {
    let command = message
        .split('`')
        .find(|it| it.starts_with("git "))
        .unwrap_or_else(|| panic!("{message}"));
    let args: Vec<_> = command.split(' ').skip(1).collect();
    git(folder, &args);
}

/// The revision that a message tells to use instead.
#[track_caller]
fn instead(message: &str) -> &str {
    let told = message.split("`--since ").nth(1).unwrap_or_else(|| panic!("{message}"));
    told.split('`').next().unwrap()
}

#[test]
fn a_revision_is_anything_that_git_knows() {
    let app = repository(APP);
    let first = git(app.path(), &["rev-parse", "HEAD"]);
    git(app.path(), &["tag", "-a", "v1", "-m", "v1"]);
    add_gmail(app.path());
    commit(app.path());
    for revision in ["HEAD~1", "v1", &first, &first[..8], "v1^{tree}~0", "main@{1}"] {
        let run = since(app.path(), revision, &["--format", "json"]);
        match revision {
            "v1^{tree}~0" => drop(run.exits(2)),
            _ => assert_eq!(run.exits(0).json()["since"]["commit"], first, "{revision}"),
        }
    }
}

#[test]
fn three_dots_mean_where_head_has_left() {
    let app = repository(APP);
    git(app.path(), &["checkout", "-q", "-b", "topic"]);
    add_gmail(app.path());
    commit(app.path());
    git(app.path(), &["checkout", "-q", "main"]);
    write(
        &app.path().join("base44/connectors/stripe.jsonc"),
        r#"{ "type": "stripe" }"#,
    );
    commit(app.path());
    git(app.path(), &["checkout", "-q", "topic"]);
    assert_eq!(changes(app.path(), "main...", &[]), NEW);
    // Otherwise, what the other branch has got meanwhile seems to go.
    assert_eq!(changes(app.path(), "main", &[]), [NEW[0], "-stripe"]);
}

#[test]
fn what_is_no_revision_is_refused() {
    let app = repository(APP);
    for (revision, because) in [
        ("nope", "there is no revision `nope`"),
        ("nope...", "there is no revision `nope`"),
        ("HEAD:base44", "there is no revision"),
        ("main..HEAD", "give one revision"),
        ("main...HEAD", "give one revision"),
        ("", "a revision is a branch, a tag or a commit"),
        ("...", "a revision is a branch, a tag or a commit"),
        ("-x", "a revision is a branch, a tag or a commit"),
        ("--output=stolen", "a revision is a branch, a tag or a commit"),
        ("a\nb", "a revision is a branch, a tag or a commit"),
    ] {
        let message = refusal(app.path(), revision);
        assert!(message.contains(because), "{revision}: {message}");
    }
    assert!(!app.path().join("stolen").exists());
    git(app.path(), &["update-ref", "refs/remotes/origin/develop", "HEAD"]);
    let message = refusal(app.path(), "develop");
    assert!(message.contains("did you mean `origin/develop`?"), "{message}");
}

#[test]
fn where_there_is_nothing_to_compare_with_that_is_said() {
    let outside = folder(APP);
    let message = refusal(outside.path(), "HEAD");
    assert!(message.contains("is in no git repository"), "{message}");
    git(outside.path(), &["init", "-q"]);
    let message = refusal(outside.path(), "HEAD");
    assert!(message.contains("has no commit yet"), "{message}");

    let bare = folder("");
    git(bare.path(), &["init", "-q", "--bare"]);
    let run = since(bare.path(), "HEAD", &["--allow-empty"]).exits(2);
    assert!(run.stderr.contains("is a bare repository"), "{run:#?}");

    let without_git = folder(APP);
    let mut command = support::command(without_git.path(), &["--check", "--since", "HEAD"]);
    let run = support::output_of(hermetic(&mut command).env("PATH", without_git.path())).exits(2);
    assert!(run.stderr.contains("--since needs git"), "{run:#?}");
}

#[test]
fn a_shallow_clone_is_told_what_to_fetch() {
    let origin = repository(APP);
    git(origin.path(), &["branch", "old"]);
    git(origin.path(), &["tag", "v1"]);
    let first = git(origin.path(), &["rev-parse", "HEAD"]);
    git(origin.path(), &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    add_gmail(origin.path());
    commit(origin.path());
    for revision in ["old", "origin/old", "v1", &first, "HEAD~1", "old...", "origin/old..."] {
        let clone = folder("");
        shallow(origin.path(), clone.path(), "main");
        let message = refusal(clone.path(), revision);
        assert!(message.contains("this shallow clone does"), "{message}");
        let is_local = revision.starts_with("HEAD");
        let compare_with = if is_local { revision } else { instead(&message) };
        match revision.ends_with("...") || is_local {
            true => assert!(message.contains("git fetch --unshallow"), "{message}"),
            false => assert!(message.contains("git fetch --depth=1 origin "), "{message}"),
        }
        obey(clone.path(), &message);
        assert_eq!(changes(clone.path(), compare_with, &[]), NEW, "{revision}");
    }
}

#[test]
fn a_branch_that_is_there_but_too_short_is_told_what_to_fetch() {
    let origin = repository(APP);
    git(origin.path(), &["checkout", "-q", "-b", "topic"]);
    add_gmail(origin.path());
    commit(origin.path());
    let clone = folder("");
    shallow(origin.path(), clone.path(), "topic");
    git(
        clone.path(),
        &[
            "fetch",
            "-q",
            "--depth=1",
            "origin",
            "+refs/heads/main:refs/remotes/origin/main",
        ],
    );
    assert_eq!(changes(clone.path(), "origin/main", &[]), NEW);
    let message = refusal(clone.path(), "origin/main...");
    obey(clone.path(), &message);
    assert_eq!(changes(clone.path(), instead(&message), &[]), NEW);
}

#[test]
fn branches_without_a_common_commit_have_no_parting() {
    let app = repository(APP);
    git(app.path(), &["checkout", "-q", "--orphan", "other"]);
    add_gmail(app.path());
    commit(app.path());
    let message = refusal(app.path(), "main...");
    assert!(message.contains("have no commit in common"), "{message}");
    assert_eq!(changes(app.path(), "main", &[]), NEW);
}

#[test]
fn a_linked_work_tree_is_a_work_tree() {
    let app = repository(APP);
    let other = folder("");
    let path = other.path().join("tree");
    git(
        app.path(),
        &["worktree", "add", "-q", path.to_str().unwrap(), "-b", "topic"],
    );
    add_gmail(&path);
    assert_eq!(changes(&path, "main", &[]), NEW);
}

#[test]
fn a_submodule_is_compared_with_the_commit_it_was_at() {
    let inner = repository(APP);
    let outer = repository("//- README.md\nouter\n");
    let url = inner.path().to_str().unwrap();
    git(
        outer.path(),
        &["-c", "protocol.file.allow=always", "submodule", "add", "-q", url, "app"],
    );
    commit(outer.path());
    let app = outer.path().join("app");
    add_gmail(&app);
    commit(&app);
    // In the submodule itself, `HEAD` has it already.
    let expected = ["app: +gmail +restricted gmail.readonly"];
    assert_eq!(changes(outer.path(), "HEAD", &[]), expected);
    assert_eq!(changes(&app, "HEAD", &[]), NEW);
    // Before it was a submodule there was nothing.
    let both = [
        "app: +gmail +restricted gmail.readonly",
        "app: +slack +write chat:write",
    ];
    assert_eq!(changes(outer.path(), "HEAD~1", &[]), both);
}

#[test]
fn projects_in_several_repositories_are_compared_each_with_its_own() {
    let all = folder("");
    for name in ["one", "two"] {
        let path = all.path().join(name);
        write(
            &path.join("base44/connectors/slack.jsonc"),
            r#"{ "type": "slack", "scopes": [] }"#,
        );
        git(&path, &["init", "-q", "-b", "main"]);
        commit(&path);
    }
    add_gmail(&all.path().join("two"));
    let expected = ["two: +gmail +restricted gmail.readonly"];
    assert_eq!(changes(all.path(), "main", &["one", "two"]), expected);
    let message = refusal(all.path(), "main");
    assert!(message.contains("is in no git repository"), "{message}");
}

#[test]
fn what_a_sparse_checkout_leaves_out_has_not_gone() {
    let repo = repository(
        "//- a/base44/config.jsonc\n{}\n//- a/base44/connectors/slack.jsonc\n{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }\n\
         //- b/base44/config.jsonc\n{}\n//- b/base44/connectors/slack.jsonc\n{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }\n\
         //- b/base44/connectors/hubspot.jsonc\n{ \"type\": \"hubspot\", \"scopes\": [] }\n",
    );
    for cone in ["--cone", "--no-cone"] {
        git(repo.path(), &["sparse-checkout", "set", cone, "a"]);
        assert!(!repo.path().join("b").exists());
        assert!(changes(repo.path(), "HEAD", &[]).is_empty());
        let told = since(repo.path(), "HEAD", &[]).exits(0).stderr;
        assert_eq!(
            told,
            "note: not compared, because not checked out: 2 connectors of HEAD\n"
        );
    }
    // What is deleted all the same has gone.
    fs::remove_file(repo.path().join("a/base44/connectors/slack.jsonc")).unwrap();
    assert_eq!(changes(repo.path(), "HEAD", &[]), ["a: -slack -write chat:write"]);
}

#[test]
fn a_partial_clone_fetches_nothing() {
    let origin = repository(APP);
    add_gmail(origin.path());
    commit(origin.path());
    fs::remove_file(origin.path().join("base44/connectors/slack.jsonc")).unwrap();
    commit(origin.path());
    git(origin.path(), &["config", "uploadpack.allowFilter", "true"]);
    let clone = folder("");
    let url = format!("file://{}", origin.path().display());
    git(
        origin.path(),
        &[
            "clone",
            "-q",
            "--filter=blob:none",
            &url,
            clone.path().to_str().unwrap(),
        ],
    );
    let message = refusal(clone.path(), "HEAD~2");
    assert!(message.contains("this partial clone does not hold"), "{message}");
    obey(clone.path(), &message);
    assert_eq!(
        changes(clone.path(), "HEAD~2", &[]),
        [NEW[0], "-slack -write chat:write"]
    );
}

//! Which command lines mean what, and which are refused.

use super::*;
use crate::cli::format::Format;

fn parsed(line: &str) -> Result<Invocation, String> {
    let args = line.split_whitespace().map(OsString::from);
    parse(std::iter::once(OsString::from("base44-connectors-ls")).chain(args)).map_err(|error| error.to_string())
}

#[track_caller]
fn request(line: &str) -> Request {
    parsed(line).unwrap().request
}

#[track_caller]
fn check(line: &str) -> CheckArgs {
    match request(line) {
        Request::Check(args) => *args,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn refused(line: &str, because: &str) {
    let message = parsed(line).unwrap_err();
    assert!(message.contains(because), "{message}");
}

#[test]
fn the_definition_holds_together() {
    Switches::command().debug_assert();
}

#[test]
fn without_a_switch_it_serves() {
    assert!(matches!(request(""), Request::Serve));
    assert!(matches!(request("--stdio"), Request::Serve));
    assert!(matches!(request("--stdio --clientProcessId=4711"), Request::Serve));
}

#[test]
fn paths_may_stand_anywhere_behind_check() {
    let args = check("--check a --format concise b");
    assert_eq!(args.paths, [PathBuf::from("a"), PathBuf::from("b")]);
    assert_eq!(args.format, Format::Concise);
}

#[test]
fn outputs_and_rules_repeat() {
    let args = check("--check --output json=a=b.json --output concise=c --only unused-suppression,syntax-error");
    assert_eq!(
        args.outputs[0],
        Output {
            format: Format::Json,
            path: "a=b.json".into()
        }
    );
    assert_eq!(args.outputs[1].format, Format::Concise);
    assert_eq!(args.only.len(), 2);
}

#[test]
fn a_path_behind_watch_is_a_path() {
    let args = check("--check --watch app");
    assert_eq!(
        (args.watch, args.paths.as_slice()),
        (Some(Watch::Events), &[PathBuf::from("app")][..])
    );
    assert_eq!(check("--check --watch=poll").watch, Some(Watch::Poll));
}

#[test]
fn the_words_of_list_scopes_may_be_none() {
    match request("--list-scopes slack --format json") {
        Request::ListScopes { service, words, json } => {
            assert_eq!((service.as_str(), words.len(), json), ("slack", 0, true));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_scopes_of_a_new_connector_stand_behind_its_type_or_with_commas() {
    for line in [
        "--new slack a b",
        "--new slack --scopes a,b",
        "--new slack a --scopes b",
    ] {
        match request(line) {
            Request::New { service, scopes } => {
                assert_eq!((service.as_deref(), scopes.join(" ").as_str()), (Some("slack"), "a b"));
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(request("--new"), Request::New { service: None, .. }));
}

#[test]
fn what_is_done_on_base44_is_done_to_one_project() {
    let args = |path: Option<&str>, json, yes, keep_files| RemoteArgs {
        path: path.map(PathBuf::from),
        json,
        yes,
        keep_files,
    };
    for (line, deed, expected) in [
        ("--plan", Deed::Plan, args(None, false, false, false)),
        (
            "--plan a --format json",
            Deed::Plan,
            args(Some("a"), true, false, false),
        ),
        ("-y --push a", Deed::Push, args(Some("a"), false, true, false)),
        ("--pull --yes --keep-files", Deed::Pull, args(None, false, true, true)),
        (
            "--authorize slack a",
            Deed::Authorize("slack".to_owned()),
            args(Some("a"), false, false, false),
        ),
        ("--refresh --no-cache", Deed::Refresh, args(None, false, false, false)),
    ] {
        match request(line) {
            Request::Remote(found, args) => assert_eq!((found, args), (deed, expected), "{line}"),
            other => panic!("{line}: {other:?}"),
        }
    }
    refused("--push --pull", "cannot be used with");
    refused("--plan a b", "name one project only");
    refused("--plan --quiet", "--quiet goes with --check");
    refused("--check --yes", "--yes goes with --push, --pull or --authorize");
    refused("--new --scopes a", "--scopes goes with --new TYPE");
}

#[test]
fn wrong_usage_is_explained() {
    refused("--chekc", "--check");
    refused("--check --format jsn", "json");
    refused("--check --explain", "cannot be used with");
    refused("slack.jsonc", "to check it: --check slack.jsonc");
    refused("--quiet", "--quiet goes with --check");
    refused("--list-services --format sarif", "prints `human` or `json`");
    refused("--format json", "--format goes with");
    refused("--check --output json", "FORMAT=FILE");
    refused("--check --output jso=x", "did you mean `json`?");
    refused("--check --only unknown-scop", "did you mean `unknown-scope`?");
    refused("--check --quiet --error-on-warnings", "cannot be used with");
    refused("--check - a.jsonc", "checked alone");
    refused("--check - --fix", "--diff shows the fixes");
    refused("--check --stdin-path a.jsonc", "goes with `-`");
    refused("--check --fix --diff", "cannot be used with");
    refused("--check --config a --no-config", "cannot be used with");
    refused("--check --since", "a value is required");
    refused("--check --since a..b", "give one revision");
    refused("--check --since=-x", "a branch, a tag or a commit");
    refused("--check --since -x", "a branch, a tag or a commit");
    refused("--check --since a --diff", "cannot be used with");
    refused("--check --since a -", "--stdin-path has to say");
    refused("--check --fail-on-risk write", "--since <REF>");
    refused("--check --since a --fail-on-risk much", "there are identity, read");
    refused("--check --watch -", "standard input is none");
    refused("--check --watch --fix", "cannot be used with");
    refused("--check --watch --diff", "cannot be used with");
    refused("--check --watch=sometimes", "events, poll");
    refused("--watch", "--watch goes with --check");
    refused("--since a", "--since goes with --check");
    refused("--pipe=/tmp/x", "--stdio");
    refused("--node-ipc", "--stdio");
}

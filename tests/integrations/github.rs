//! `action.yml`: its steps, run as a runner does.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::releases::{Releases, VERSION};
use crate::support::{BROKEN, ROOT, Repository, SOUND, documented, printed, tools, validate};

/// What a run of the action leaves behind.
#[derive(Debug)]
struct Run {
    code: i32,
    log: String,
    outputs: Value,
    summary: String,
}

fn act(repository: &Repository, inputs: &Value, environment: &[(&str, &str)]) -> Run {
    let summary = repository.beside("runner").join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let mut child = repository
        .command("node")
        .arg(Path::new(ROOT).join("tests/integrations/run-action.mjs"))
        .arg(tools())
        .arg(ROOT)
        .env("GITHUB_STEP_SUMMARY", &summary)
        .env("GITHUB_ACTIONS", "true")
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(inputs.to_string().as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let result: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", printed(&output)));
    Run {
        code: output.status.code().unwrap(),
        log: result["log"].as_str().unwrap().to_owned(),
        outputs: result["outputs"].clone(),
        summary: fs::read_to_string(summary).unwrap(),
    }
}

fn binary() -> &'static str {
    env!("CARGO_BIN_EXE_base44-connectors-ls")
}

#[test]
fn the_action_and_the_documented_workflow_are_valid() {
    validate("vendor.github-actions", &Path::new(ROOT).join("action.yml"));
    let folder = tempfile::tempdir().unwrap();
    let workflow = folder.path().join("workflow.yml");
    fs::write(&workflow, documented("github.rs")).unwrap();
    validate("vendor.github-workflows", &workflow);
}

/// The inputs of the workflow that the documentation shows.
fn documented_inputs() -> Value {
    let script = "process.stdout.write(JSON.stringify(require('yaml').parse(require('fs').readFileSync(0,'utf8'))))";
    let mut child = Command::new("node")
        .args(["-e", script])
        .current_dir(tools())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(documented("github.rs").as_bytes())
        .unwrap();
    let workflow: Value = serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap();
    let steps = workflow["jobs"]["check"]["steps"].as_array().unwrap();
    let step = steps
        .iter()
        .find(|it| it["uses"].as_str().unwrap().contains("base44-connectors-ls"));
    step.unwrap()["with"].clone()
}

#[test]
fn findings_become_annotations_and_a_summary_and_fail_the_job() {
    let repository = Repository::new(BROKEN);
    let mut inputs = documented_inputs();
    inputs["binary"] = binary().into();
    let found = act(&repository, &inputs, &[]);
    assert_eq!(found.code, 1, "{found:#?}");
    let annotation = "::error file=base44/connectors/slack.jsonc,line=3,col=14,endLine=3,endColumn=26,title=unknown-scope::base44/connectors/slack.jsonc:3:14: ";
    assert!(found.log.starts_with(annotation), "{found:#?}");
    assert!(
        found.summary.starts_with("before\n## Base44 connectors\n"),
        "{found:#?}"
    );
    assert_eq!(found.outputs["sarif"], "");
}

#[test]
fn a_sound_project_passes() {
    let repository = Repository::new(SOUND);
    let found = act(&repository, &json!({ "binary": binary() }), &[]);
    assert_eq!((found.code, found.log.as_str()), (0, ""), "{found:#?}");
    assert!(found.summary.contains("no problems"), "{found:#?}");
}

#[test]
fn inputs_reach_the_check() {
    let repository = Repository::new(SOUND);
    repository.write("a b/base44/config.jsonc", "{}");
    repository.write(
        "a b/base44/connectors/slack.jsonc",
        &BROKEN.replace("chat.write", "chat:write\", \"chat:write"),
    );
    let check = |inputs: Value| act(&repository, &inputs, &[]);
    let binary = binary();
    assert_eq!(check(json!({ "binary": binary, "path": "base44\n" })).log, "");
    let found = check(json!({ "binary": binary, "path": "base44\na b", "sarif": "out.sarif", "summary": "false" }));
    assert_eq!(found.code, 0, "{found:#?}");
    assert!(
        found
            .log
            .starts_with("::warning file=a b/base44/connectors/slack.jsonc,line=3,"),
        "{found:#?}"
    );
    assert_eq!(found.outputs["sarif"], "out.sarif");
    assert_eq!(found.summary, "before\n");
    let log: Value = serde_json::from_str(&repository.read("out.sarif")).unwrap();
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 1);
    assert_eq!(check(json!({ "binary": binary, "error-on-warnings": "true" })).code, 1);
    // What is no path is told, not run.
    let found = check(json!({ "binary": binary, "path": "$(touch owned); --fix" }));
    assert_eq!(found.code, 2, "{found:#?}");
    assert!(!repository.path().join("owned").exists());
}

#[test]
fn a_pull_request_shows_the_permissions_that_it_adds() {
    let repository = Repository::new(SOUND);
    repository.write(
        "base44/connectors/slack.jsonc",
        &SOUND.replace("\"chat:write\"", "\"chat:write\", \"channels:read\""),
    );
    repository.commit();
    let found = act(&repository, &json!({ "binary": binary(), "since": "HEAD~1" }), &[]);
    assert_eq!(found.code, 0, "{found:#?}");
    assert!(found.log.contains("channels:read"), "{found:#?}");
    assert!(found.summary.contains("channels&#58;read"), "{found:#?}");
    let strict = json!({ "binary": binary(), "since": "HEAD~1", "fail-on-risk": "read" });
    assert_eq!(act(&repository, &strict, &[]).code, 1);
}

#[test]
fn a_release_is_installed_only_if_its_checksum_is_right() {
    let repository = Repository::new(BROKEN);
    let releases = Releases::new(&repository);
    let environment = [("BASE44_CONNECTORS_LS_RELEASES", releases.address.as_str())];
    for version in [VERSION, "latest"] {
        let found = act(&repository, &json!({ "version": version }), &environment);
        assert_eq!(found.code, 1, "{found:#?}");
        assert!(found.log.contains("title=unknown-scope::"), "{found:#?}");
        fs::remove_dir_all(repository.beside("runner")).unwrap();
    }

    let missing = act(&repository, &json!({ "version": "9.9.9" }), &environment);
    assert_ne!(missing.code, 0, "{missing:#?}");
    assert!(!missing.log.contains("::error"), "{missing:#?}");

    releases.forge();
    let forged = act(&repository, &json!({ "version": VERSION }), &environment);
    assert_eq!(forged.code, 1, "{forged:#?}");
    assert!(forged.log.contains("is not the file that was released"), "{forged:#?}");
    assert!(!forged.log.contains("::error"), "{forged:#?}");
}

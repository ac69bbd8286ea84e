//! `--plan`: what it says, how it ends, and that it changes nothing.

use pretty_assertions::assert_eq;
use serde_json::json;

use crate::project::{NO_CHANGES, Project, Run, SLACK, is_golden};
use crate::support::api::Answer;

const GMAIL: (&str, &str) = (
    "gmail.jsonc",
    r#"{"type": "gmail", "scopes": ["https://www.googleapis.com/auth/gmail.send"]}"#,
);

#[test]
fn the_plan_names_what_comes_what_changes_and_what_goes() {
    let project = Project::new(&[GMAIL, SLACK, ("notion.jsonc", r#"{"type": "notion", "scopes": []}"#)]);
    project
        .api
        .connector("gmail", &["https://www.googleapis.com/auth/gmail.readonly", "email"])
        .connector("notion", &[])
        .connector("hubspot", &["oauth"]);

    let run = project.run("--plan").exits(3);
    is_golden("plan.txt", &run.stdout);
    assert_eq!(run.stderr, "", "no progress where nobody watches");

    let run = project
        .run("--plan base44/connectors/slack.jsonc --format json")
        .exits(3);
    let json = json!({
        "app": "shop",
        "inStep": false,
        "new": { "slack": ["chat:write"] },
        "rescoped": { "gmail": {
            "added": ["https://www.googleapis.com/auth/gmail.send"],
            "removed": ["https://www.googleapis.com/auth/gmail.readonly"],
        } },
        "unchanged": ["notion"],
        "removed": { "hubspot": ["oauth"] },
    });
    assert_eq!(run.json(), json);
    assert_eq!(project.api.changes(), NO_CHANGES);
}

#[test]
fn a_project_in_step_ends_with_zero() {
    let project = Project::new(&[SLACK]);
    project.api.connector("slack", &["chat:write"]);
    let run = project.run("--plan").exits(0);
    assert!(run.stdout.contains("A push would change nothing."), "{run:#?}");
    let mut log = project.api.log();
    log.sort_unstable(); // the CLI asks for both at once
    assert_eq!(
        log,
        ["GET list", "GET payments/stripe/status"],
        "and the `.env` of the project counts for nothing"
    );
}

#[test]
fn errors_are_named_and_nothing_is_asked() {
    let project = Project::new(&[SLACK, ("gmail.jsonc", "{\n  \"type\": \"gmial\" }")]);
    for deed in ["--plan", "--push --yes"] {
        let run = project.run(deed).exits(1);
        assert_eq!(run.stdout, "");
        run.says("error: base44/connectors/gmail.jsonc:2:11: Base44 has no service")
            .says("[unknown-type]")
            .says("1 error to mend first");
    }
    assert_eq!(project.api.log(), NO_CHANGES);
}

#[test]
fn what_keeps_it_from_running_is_said() {
    let project = Project::new(&[]);
    project.run("--plan").exits(2).says("There is no connector in");
    project
        .run("--push --yes")
        .exits(2)
        .says("would remove every connector");
    project.run("--plan nowhere").exits(2).says("cannot read");
    project.run("--plan a b").exits(2).says("name one project only");
    project
        .run("--plan --yes")
        .exits(2)
        .says("--yes goes with --push, --pull or --authorize");
    project
        .run("--push --keep-files")
        .exits(2)
        .says("--keep-files goes with --pull");
    project
        .run("--plan --format sarif")
        .exits(2)
        .says("prints `human` or `json`");

    let project = Project::new(&[SLACK]);
    let elsewhere = tempfile::tempdir().unwrap();
    let outside = Run::of(project.command("--plan").current_dir(elsewhere.path()));
    outside.exits(2).says("there is no Base44 project at or above");
    let logged_out = Run::of(project.command("--plan").env_remove("BASE44_API_KEY"));
    logged_out.exits(2).says("npx base44 login");
    std::fs::remove_file(project.path("base44/.app.jsonc")).unwrap();
    project.run("--plan").exits(2).says("npx base44 link");
    assert_eq!(project.api.log(), NO_CHANGES);
}

#[test]
fn a_refusal_of_base44_is_passed_on() {
    let project = Project::new(&[SLACK]);
    for (status, words) in [(401, "HTTP 401"), (403, "HTTP 403")] {
        let refusal = Answer::Json(status, json!({"message": "No"}));
        project.api.on("GET list", refusal);
        let run = project.run("--plan --format json").exits(2).says(words);
        assert_eq!(run.stdout, "", "nothing but the result");
    }
}

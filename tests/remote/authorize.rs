//! `--authorize`: one connector, and no other.

use pretty_assertions::assert_eq;
use serde_json::json;

use crate::project::{NO_CHANGES, Project, SLACK};
use crate::support::api::Answer;

#[test]
fn the_page_is_named_and_after_the_consent_it_says_so() {
    let project = Project::new(&[SLACK]);
    project.api.connector("hubspot", &["oauth"]);
    let run = project.run("--authorize slack --yes").exits(3);
    assert_eq!(
        run.stdout,
        "slack waits for your consent on this page:\n    https://consent.example/slack?state=secret-state\n"
    );
    let json = project.run("--authorize slack --yes --format json").exits(3).json();
    let url = "https://consent.example/slack?state=secret-state";
    let message = "slack waits for your consent on this page:";
    assert_eq!(
        json,
        json!({"type": "slack", "authorized": false, "url": url, "message": message})
    );

    project.api.consent("slack");
    let run = project.run("--authorize slack --yes").exits(0);
    assert_eq!(run.stdout, "slack is authorized.\n");
    assert_eq!(
        project.api.changes(),
        ["PUT slack chat:write"; 3],
        "and hubspot is not touched"
    );
}

/// An answer to a PUT that says it is authorized, whatever Base44 has.
fn authorized() -> Answer {
    let answer = json!({
        "redirect_url": null, "connection_id": null, "already_authorized": true,
        "error": null, "error_message": null, "other_user_email": null,
    });
    Answer::Json(200, answer)
}

#[test]
fn a_consent_to_a_part_of_what_was_asked_for_is_told_as_such() {
    let project = Project::new(&[(
        "slack.jsonc",
        r#"{"type": "slack", "scopes": ["chat:write", "search:read"]}"#,
    )]);
    project
        .api
        .connector("slack", &["chat:write"])
        .on("PUT slack", authorized());
    let run = project.run("--authorize slack --yes").exits(1);
    assert!(
        run.stdout.starts_with("slack is authorized, but not for search:read. "),
        "{run:#?}"
    );
}

#[test]
fn what_base44_says_is_not_hidden_when_its_state_cannot_be_asked() {
    let project = Project::new(&[SLACK]);
    project
        .api
        .on("PUT slack", authorized())
        .on("GET list", Answer::Json(403, json!({"message": "No"})));
    let run = project.run("--authorize slack --yes").exits(1).says("HTTP 403");
    assert_eq!(run.stdout, "Base44 says that slack is authorized, but not what for.\n");
}

#[test]
fn a_service_that_base44_runs_by_itself_needs_no_consent() {
    let project = Project::new(&[("stripe.jsonc", r#"{"type": "stripe", "scopes": []}"#)]);
    project
        .run("--authorize stripe --yes")
        .exits(1)
        .says("stripe needs no authorization");
    assert_eq!(project.api.log(), NO_CHANGES);
}

#[test]
fn nothing_is_asked_for_without_a_yes_or_without_a_file() {
    let project = Project::new(&[SLACK]);
    project
        .run("--authorize slack")
        .exits(2)
        .says("--authorize slack --yes goes ahead");
    project
        .run("--authorize gmail --yes")
        .exits(1)
        .says("no connector `gmail`");
    assert_eq!(project.api.changes(), NO_CHANGES);
}

#[test]
fn another_users_connector_is_named_as_theirs() {
    let project = Project::new(&[SLACK]);
    let answer = json!({
        "redirect_url": null, "connection_id": null, "already_authorized": false,
        "error": "different_user", "error_message": "", "other_user_email": "ann@example.org",
    });
    project.api.on("PUT slack", Answer::Json(200, answer));
    project.run("--authorize slack --yes").exits(1).says("ann@example.org");
}

//! `--push`: nothing without a yes, and an end that says how each connector fared.

use pretty_assertions::assert_eq;
use serde_json::json;

use crate::project::{NO_CHANGES, Project, SLACK};
use crate::support::api::Answer;

const NOTION: (&str, &str) = ("notion.jsonc", r#"{"type": "notion", "scopes": []}"#);

#[test]
fn without_a_terminal_and_without_a_yes_the_plan_is_all_there_is() {
    let project = Project::new(&[SLACK]);
    project.api.connector("hubspot", &["oauth"]);
    let run = project
        .run("--push")
        .exits(2)
        .says("--push --yes goes ahead without asking");
    assert!(run.stdout.contains("WOULD BE REMOVED FROM BASE44: 1"), "{run:#?}");
    let json = project.run("--push --format json").exits(2).json();
    assert_eq!(
        (&json["pushed"], &json["plan"]["removed"]),
        (&json!(false), &json!({"hubspot": ["oauth"]}))
    );
    assert_eq!(project.api.changes(), NO_CHANGES);
}

#[test]
fn a_push_says_how_each_connector_fared_and_where_to_consent() {
    let project = Project::new(&[SLACK, NOTION]);
    project.api.connector("notion", &[]).connector("hubspot", &["oauth"]);
    let run = project.run("--push --yes").exits(3);
    let (_plan, results) = run.stdout.split_once("Unchanged: 1\nnotion\n").unwrap();
    assert_eq!(
        results,
        "\
notion: pushed.
slack: pushed; it works once you have given consent in the browser.
    https://consent.example/slack?state=secret-state
hubspot: removed from Base44.
"
    );
    assert_eq!(
        project.api.changes(),
        ["PUT notion", "PUT slack chat:write", "DELETE hubspot"]
    );

    project.api.consent("slack");
    let run = project.run("--push --yes").exits(0);
    assert!(run.stdout.contains("A push would change nothing."), "{run:#?}");
    assert_eq!(project.api.changes().len(), 3, "what is in step is not pushed again");
}

#[test]
fn the_result_as_json() {
    let project = Project::new(&[SLACK, NOTION]);
    project
        .api
        .connector("notion", &["old"])
        .on("PUT notion", Answer::Json(422, json!({"message": "No such scope"})));
    let json = project.run("--push --yes --format json").exits(1).json();
    assert_eq!(
        json,
        json!({
            "plan": {
                "app": "shop",
                "inStep": false,
                "new": { "slack": ["chat:write"] },
                "rescoped": { "notion": { "added": [], "removed": ["old"] } },
                "unchanged": [],
                "removed": {},
            },
            "pushed": true,
            "results": [
                {
                    "type": "notion",
                    "outcome": "failed",
                    "message": "not pushed. Base44 says: Error setting connector: No such scope",
                    "url": null,
                },
                {
                    "type": "slack",
                    "outcome": "needsConsent",
                    "message": "pushed; it works once you have given consent in the browser",
                    "url": "https://consent.example/slack?state=secret-state",
                },
            ],
            "unverified": null,
        })
    );
}

#[test]
fn the_clis_exit_code_of_zero_is_not_believed() {
    let project = Project::new(&[SLACK]);
    project
        .api
        .on("PUT slack", Answer::Json(403, json!({"message": "Upgrade your plan"})));
    let run = project.run("--push --yes").exits(1);
    assert!(run.stdout.contains("slack: not pushed. Base44 says:"), "{run:#?}");

    // What the CLI calls synced, and is not.
    let unknown = json!({
        "redirect_url": null, "connection_id": null, "already_authorized": false,
        "error": "quota_exceeded", "error_message": "", "other_user_email": null,
    });
    project.api.on("PUT slack", Answer::Json(200, unknown));
    let run = project.run("--push --yes").exits(1);
    assert!(run.stdout.contains("Base44 does not have chat:write"), "{run:#?}");
}

#[test]
fn a_push_that_cannot_be_verified_is_no_success() {
    let project = Project::new(&[SLACK, NOTION]);
    project.api.connector("slack", &["chat:write"]);
    // The list is there for the plan and for the push itself, and no longer for the look afterwards.
    project
        .api
        .after(2, "GET list", Answer::Json(403, json!({"message": "No"})));
    project
        .run("--push --yes")
        .exits(1)
        .says("what Base44 has now could not be compared with it");
}

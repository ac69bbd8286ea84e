//! `--refresh`: what Base44 offers becomes known, also offline, and nothing in the cache is believed blindly.

use std::fs;

use pretty_assertions::assert_eq;
use serde_json::json;

use crate::project::{NO_CHANGES, Project, Run, SLACK};
use crate::support::api::Answer;

const ACME: (&str, &str) = ("acme.jsonc", r#"{"type": "acme", "scopes": ["rockets.read"]}"#);

#[test]
fn a_type_that_base44_names_is_no_longer_unknown() {
    let project = Project::new(&[ACME, SLACK]);
    let unknown = project.run("--check --format concise").exits(1);
    assert!(unknown.stdout.contains("unknown-type"), "{unknown:#?}");

    project.api.available("acme", "Acme").available("slack", "Slack");
    let run = project.run("--refresh").exits(0);
    let cache = project.cache();
    assert_eq!(
        run.stdout,
        format!("Base44 offers 2 services; new: acme.\nKept in {}\n", cache.display())
    );
    assert_eq!(project.api.log(), ["GET available-integrations"]);

    project.run("--check").exits(0);
    let services = project.run("--list-services").exits(0).stdout;
    assert!(services.contains("Acme for your app"), "{services}");
    let version = project.run("--version").exits(0).stdout;
    assert!(version.contains(", refreshed 20"), "{version}");
    project.run("--check --no-cache").exits(1);
    let version = project.run("--version --no-cache").exits(0).stdout;
    assert!(!version.contains("refreshed"), "{version}");
    assert_eq!(project.api.log().len(), 1, "nothing but --refresh asks");
}

#[test]
fn the_result_as_json() {
    let project = Project::new(&[]);
    project.api.available("acme", "Acme").available("slack", "Slack");
    let json = project.run("--refresh --format json").exits(0).json();
    assert_eq!(
        (&json["services"], &json["new"], &json["cache"]),
        (&json!(2), &json!(["acme"]), &json!(project.cache()))
    );
    let kept: serde_json::Value = serde_json::from_str(&fs::read_to_string(project.cache()).unwrap()).unwrap();
    assert_eq!(
        kept,
        json!({
            "format": 1,
            "date": json["date"],
            "integrations": [
                {"integrationType": "acme", "displayName": "Acme", "description": "Acme for your app"},
                {"integrationType": "slack", "displayName": "Slack", "description": "Slack for your app"},
            ],
        })
    );
}

#[test]
fn offline_the_list_that_was_kept_stays() {
    let project = Project::new(&[ACME]);
    project.api.available("acme", "Acme");
    project.run("--refresh").exits(0);
    let kept = fs::read_to_string(project.cache()).unwrap();
    for answer in [
        Answer::Json(500, json!({})),
        Answer::Text(200, "<html>"),
        Answer::Json(200, json!({"integrations": []})),
    ] {
        project.api.on("GET available-integrations", answer);
        project.run("--refresh").exits(2);
        assert_eq!(fs::read_to_string(project.cache()).unwrap(), kept);
    }
    let offline = Run::of(project.command("--refresh").env("BASE44_API_URL", "http://127.0.0.1:1"));
    offline.exits(2);
    project.run("--check").exits(0);
}

#[test]
fn a_project_has_the_last_word() {
    let project = Project::new(&[ACME]);
    project.api.available("acme", "Acme");
    project.run("--refresh").exits(0);
    let config = r#"{"services": {"acme": {"name": "Our Acme"}}}"#;
    project.write("base44/base44-connectors-ls.jsonc", config);
    let services = project.run("--list-services").exits(0).stdout;
    assert!(services.contains("Our Acme"), "{services}");
    assert!(services.contains("Acme for your app"), "{services}");
}

#[test]
fn a_damaged_cache_is_left_out_with_a_line_in_the_log() {
    let project = Project::new(&[ACME, SLACK]);
    project.write("unreadable.json", "");
    fs::create_dir_all(project.cache().parent().unwrap()).unwrap();
    for (text, why) in [
        ("{\"format\": 1,", "EOF"),
        (r#"{"format": 7, "services": "of the future"}"#, "its format is 7"),
        ("GIF89a", "expected value"),
    ] {
        fs::write(project.cache(), text).unwrap();
        let log = project.path("log.txt");
        let _ = fs::remove_file(&log);
        project.run("--check --log log.txt").exits(1);
        let log = fs::read_to_string(log).unwrap();
        assert!(
            log.contains("services.json is left out") && log.contains(why),
            "{why}: {log}"
        );
    }
    assert_eq!(project.api.log(), NO_CHANGES);
}

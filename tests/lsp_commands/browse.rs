//! The catalogue for a client's own pickers.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::desk::{Desk, PROJECT, SLACK};

const SERVICES: &str = "base44-connectors.services";
const SCOPES: &str = "base44-connectors.scopes";

fn with<'a>(items: &'a Value, key: &str, value: &str) -> &'a Value {
    let found = items.as_array().unwrap().iter().find(|it| it[key] == value);
    found.unwrap_or_else(|| panic!("no {value} in {items:#}"))
}

#[test]
fn every_service_is_listed_with_what_a_picker_shows() {
    let mut desk = Desk::open(PROJECT);
    let services = desk.ask(SERVICES, json!({ "uri": desk.editor.uri(SLACK) }));
    let slack = with(&services, "type", "slack");
    assert_eq!(slack["name"], "Slack User");
    assert_eq!((&slack["auth"], &slack["connected"]), (&json!("oauth"), &json!(true)));
    assert!(slack["scopes"].as_u64().unwrap() > 20, "{slack}");
    assert!(
        slack["documentation"].as_str().unwrap().starts_with("https://"),
        "{slack}"
    );
    assert!(!slack["description"].as_str().unwrap().is_empty(), "{slack}");
    let stripe = with(&services, "type", "stripe");
    assert_eq!(
        (&stripe["auth"], &stripe["connected"], &stripe["scopes"]),
        (&json!("managed"), &json!(false), &json!(0))
    );
    let names: Vec<_> = services
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    let mut sorted = names.clone();
    sorted.sort_by_key(|it| it.to_lowercase());
    assert_eq!(names, sorted);
    desk.finish();
}

#[test]
fn the_scopes_of_a_service_come_best_first_and_say_what_they_open() {
    let mut desk = Desk::open(PROJECT);
    let scopes = desk.ask(SCOPES, json!({ "uri": desk.editor.uri(SLACK), "type": "slack" }));
    let write = with(&scopes, "name", "chat:write");
    assert_eq!(
        (
            &write["access"],
            &write["risk"],
            &write["connected"],
            &write["deprecated"]
        ),
        (&json!("write"), &json!("write"), &json!(true), &json!(false))
    );
    assert!(!write["label"].as_str().unwrap().is_empty() && !write["summary"].as_str().unwrap().is_empty());
    assert_eq!(with(&scopes, "name", "users:read")["connected"], false);
    let retired: Vec<_> = scopes
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["deprecated"] == true)
        .collect();
    assert!(retired.is_sorted(), "retired ones last");
    desk.finish();
}

#[test]
fn what_the_project_declares_is_listed_too() {
    let declared = PROJECT.to_owned()
        + "//- base44/base44-connectors-ls.jsonc\n{ \"services\": { \"acme\": { \"name\": \"Acme\", \"scopes\": [\"all\"] } } }\n";
    let mut desk = Desk::open(&declared);
    let services = desk.ask(SERVICES, json!({ "uri": desk.editor.uri("") }));
    assert_eq!(with(&services, "type", "acme")["name"], "Acme");
    let scopes = desk.ask(SCOPES, json!({ "type": "acme" }));
    assert_eq!(with(&scopes, "name", "all")["listed"], true);
    desk.finish();
}

#[test]
fn there_are_services_without_a_project_and_none_without_a_type() {
    let mut desk = Desk::open("//- README.md\nnothing\n");
    let services = desk.ask(SERVICES, Value::Null);
    assert_eq!(with(&services, "type", "slack")["connected"], false);
    assert_eq!(desk.ask(SCOPES, json!({ "type": "nonsense" })), json!([]));
    let started = desk.run_with(SCOPES, Vec::new());
    assert_eq!(desk.editor.client.response(&started.0).unwrap_err().code, -32602);
    desk.finish();
}

#[test]
fn an_argument_that_is_not_understood_is_an_error_of_the_request() {
    let mut desk = Desk::open(PROJECT);
    for argument in [json!({ "uri": "not a uri" }), json!({ "type": 7 }), json!("x")] {
        let started = desk.run_with(SERVICES, vec![argument]);
        assert_eq!(desk.editor.client.response(&started.0).unwrap_err().code, -32602);
    }
    desk.finish();
}

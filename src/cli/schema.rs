//! `--schema`: the JSON Schema of a connector file, for editors that run no language server, and that of our own reports.
//!
//! The former knows less than the rules do, so it says less: where a string might be right, it accepts it.

use serde_json::{Value, json};

use crate::registry::{Catalogue, Coverage, Provider, Service};

/// The JSON Schema of what `--check --format json` prints.
pub(super) const CHECK_OUTPUT: &str = include_str!("../../docs/schema/check-output.schema.json");

/// The schema of a connector file, made from the catalogue.
pub fn schema(catalogue: &Catalogue) -> Value {
    let types: Vec<_> = catalogue.services().map(|it| &*it.type_).collect();
    let names: Vec<_> = catalogue
        .services()
        .map(|it| format!("{}: {}", it.name, it.summary))
        .collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Base44 connector",
        "description": "A service that a Base44 app connects to, and the OAuth scopes it asks for.",
        // Visual Studio Code goes by these three.
        "allowComments": true,
        "allowTrailingCommas": true,
        "defaultSnippets": [{ "label": "Base44 connector", "body": { "type": "$1", "scopes": ["$2"] } }],
        "type": "object",
        "required": ["type", "scopes"],
        "additionalProperties": false,
        "properties": {
            "$schema": { "description": "The schema of this file, for editors.", "type": "string" },
            "type": {
                "description": "The service to connect to.",
                "enum": types,
                "enumDescriptions": names,
            },
            "scopes": {
                "description": "The OAuth scopes that people are asked to agree to.",
                "type": "array",
                "items": { "type": "string" },
                "uniqueItems": true,
            },
        },
        "allOf": catalogue.services().map(of_service).collect::<Vec<_>>(),
    })
}

fn of_service(service: &Service) -> Value {
    json!({
        "if": { "required": ["type"], "properties": { "type": { "const": service.type_ } } },
        "then": { "properties": { "scopes": scopes(service) } },
    })
}

fn scopes(service: &Service) -> Value {
    let known = json!({
        "enum": service.scopes.iter().map(|it| &*it.name).collect::<Vec<_>>(),
        "enumDescriptions": service.scopes.iter().map(|it| &*it.summary).collect::<Vec<_>>(),
    });
    match service.coverage {
        Coverage::None => json!({ "maxItems": 0 }),
        _ if service.scopes.is_empty() => json!({}),
        Coverage::Complete if is_literal(&service.provider) => json!({ "items": known }),
        Coverage::Complete | Coverage::Partial => {
            json!({ "items": { "anyOf": [known, { "type": "string" }] } })
        }
    }
}

/// Whether the provider takes scopes only as they are written in the catalogue.
fn is_literal(provider: &Provider) -> bool {
    provider.canonical("SCOPE") != provider.canonical("scope")
}

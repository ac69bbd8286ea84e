//! What clients get slightly wrong, put right before the typed handlers see it.
//!
//! The types of the protocol are strict: one member of an unexpected type, and a whole request is refused, or worse, a
//! notification is dropped without a word. For a server it is better to start with fewer capabilities than not at all,
//! and to take a change at the nearest possible place than to lose it.

use lsp_types::InitializeParams;
use serde::Deserialize as _;
use serde_json::{Map, Value, json};

/// The parameters for the handler of `method`.
pub(super) fn params(method: &str, params: Option<Value>) -> Option<Value> {
    match method {
        "initialize" => params.map(initialize),
        // Without parameters, it would not reach its handler.
        "initialized" => params.or_else(|| Some(json!({}))),
        // With parameters, it would not.
        "shutdown" => None,
        "textDocument/didChange" => params.map(did_change),
        _ => params,
    }
}

/// Leaves out of `initialize` what the types do not take: an enum value of a later protocol, a root that is no URI …
fn initialize(mut params: Value) -> Value {
    if let Some(params) = params.as_object_mut() {
        if !params.get("capabilities").is_some_and(Value::is_object) {
            params.insert("capabilities".to_owned(), json!({}));
        }
        // The protocol says `diagnostics`, `lsp-types` 0.94 reads `diagnostic`.
        let workspace = params.get_mut("capabilities").and_then(|it| it.get_mut("workspace"));
        if let Some(workspace) = workspace.and_then(Value::as_object_mut)
            && let Some(diagnostics) = workspace.remove("diagnostics")
        {
            workspace.insert("diagnostic".to_owned(), diagnostics);
        }
    }
    if !params.is_object() || InitializeParams::deserialize(&params).is_ok() {
        return params;
    }
    keep_what_fits(params, "initialize", &|params| {
        let mut params = params.clone();
        if let Some(params) = params.as_object_mut() {
            params.entry("capabilities").or_insert_with(|| json!({}));
        }
        InitializeParams::deserialize(&params).is_ok()
    })
    .unwrap_or_else(|| json!({ "capabilities": {} }))
}

/// The value without the members and elements that do not fit, each judged by itself.
fn keep_what_fits(value: Value, name: &str, fits: &dyn Fn(&Value) -> bool) -> Option<Value> {
    if fits(&value) {
        return Some(value);
    }
    let kept = match value {
        Value::Object(members) => members
            .into_iter()
            .filter_map(|(key, member)| {
                let alone = |member: &Value| fits(&json!({ &key: member }));
                keep_what_fits(member, &key, &alone).map(|member| (key, member))
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(elements) => elements
            .into_iter()
            .filter_map(|element| keep_what_fits(element, name, &|element| fits(&json!([element]))))
            .collect::<Vec<_>>()
            .into(),
        value => {
            tracing::warn!(%value, "left out of initialize: {name}");
            return None;
        }
    };
    fits(&kept).then_some(kept)
}

/// Moves lines and characters that are no `u32` (negative, fractional, "very far") to the nearest one.
fn did_change(mut params: Value) -> Value {
    let changes = params.get_mut("contentChanges").and_then(Value::as_array_mut);
    for range in changes
        .into_iter()
        .flatten()
        .filter_map(|change| change.get_mut("range"))
    {
        for end in ["start", "end"] {
            for unit in ["line", "character"] {
                if let Some(number) = range.get_mut(end).and_then(|place| place.get_mut(unit)) {
                    clamp(number);
                }
            }
        }
    }
    params
}

fn clamp(number: &mut Value) {
    let fits = number.as_u64().is_some_and(|number| u32::try_from(number).is_ok());
    if !fits && let Some(float) = number.as_f64() {
        // `as` saturates, and cuts the fraction off.
        *number = json!(float as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_types::DidChangeTextDocumentParams;
    use pretty_assertions::assert_eq;

    fn read_initialize(value: Value) -> InitializeParams {
        serde_json::from_value(params("initialize", Some(value)).unwrap()).unwrap()
    }

    #[test]
    fn initialize_needs_nothing() {
        assert_eq!(read_initialize(json!({})), InitializeParams::default());
        assert_eq!(
            read_initialize(json!({ "capabilities": null })),
            InitializeParams::default()
        );
    }

    #[test]
    fn initialize_loses_what_does_not_fit_and_keeps_the_rest() {
        let read = read_initialize(json!({
            "processId": -1,
            "rootUri": "/not/a/uri",
            "trace": "compact",
            "clientInfo": { "name": "ed", "version": 7 },
            "initializationOptions": 7,
            "workspaceFolders": [{ "uri": "nothing", "name": "a" }, { "uri": "file:///b", "name": "b" }],
            "capabilities": {
                "workspace": { "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create", "copy"] } },
                "textDocument": { "hover": { "contentFormat": ["markdown", "html"] }, "completion": 1 },
                "future": { "x": 1 },
            },
        }));
        let expected = json!({
            "clientInfo": { "name": "ed" },
            "initializationOptions": 7,
            "workspaceFolders": [{ "uri": "file:///b", "name": "b" }],
            "capabilities": {
                "workspace": { "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create"] } },
                "textDocument": { "hover": { "contentFormat": ["markdown"] } },
            },
        });
        assert_eq!(read, serde_json::from_value(expected).unwrap());
    }

    #[test]
    fn params_that_are_no_object_are_left_for_the_handler_to_refuse() {
        assert_eq!(params("initialize", Some(json!([1]))), Some(json!([1])));
        assert_eq!(params("initialize", None), None);
    }

    #[test]
    fn the_diagnostics_of_the_workspace_are_found_under_the_protocols_name() {
        let read =
            read_initialize(json!({ "capabilities": { "workspace": { "diagnostics": { "refreshSupport": true } } } }));
        assert_eq!(
            read.capabilities.workspace.unwrap().diagnostic.unwrap().refresh_support,
            Some(true)
        );
    }

    #[test]
    fn initialized_and_shutdown_are_taken_with_and_without_params() {
        assert_eq!(params("initialized", None), Some(json!({})));
        assert_eq!(params("shutdown", Some(json!({}))), None);
    }

    #[test]
    fn a_change_at_an_impossible_place_is_taken_at_the_nearest_possible() {
        let change = json!({
            "textDocument": { "uri": "file:///a", "version": 2 },
            "contentChanges": [{ "text": "x", "range": {
                "start": { "line": -1, "character": 2.9 }, "end": { "line": 9007199254740991u64, "character": 1e300 } } }],
        });
        let read: DidChangeTextDocumentParams =
            serde_json::from_value(params("textDocument/didChange", Some(change)).unwrap()).unwrap();
        let range = read.content_changes[0].range.unwrap();
        assert_eq!((range.start.line, range.start.character), (0, 2));
        assert_eq!((range.end.line, range.end.character), (u32::MAX, u32::MAX));
    }
}

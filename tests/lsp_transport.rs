//! The serve loop with a service made for probing it: order, panics, hostile frames, cancellation, the end.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "support/client.rs"]
mod client;

use std::sync::{Mutex, mpsc};

use base44_connectors_ls::lsp::intake::Intake;
use base44_connectors_ls::lsp::transport::Outbox;
use client::{Client, PATIENCE};
use lsp_types::notification::{Cancel, DidChangeTextDocument, LogMessage};
use lsp_types::request::{HoverRequest, Initialize, Shutdown, WorkspaceConfiguration};
use lsp_types::{
    CancelParams, ClientCapabilities, ConfigurationItem, DidChangeTextDocumentParams, InitializeParams,
    InitializeResult, LogMessageParams, MessageType, NumberOrString, TextDocumentContentChangeEvent, Url,
    VersionedTextDocumentIdentifier,
};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;
use tower_lsp::{ClientSocket, LanguageServer, LspService};

/// A server whose handlers do what the tests ask for.
struct Probe {
    client: tower_lsp::Client,
    outbox: Outbox,
    changes: Mutex<Vec<(i32, String)>>,
    /// Hears the version of every change.
    told: mpsc::Sender<i32>,
}

#[tower_lsp::async_trait]
impl LanguageServer for Probe {
    async fn initialize(&self, _: InitializeParams) -> Result<InitializeResult> {
        Ok(InitializeResult::default())
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let text = params.content_changes.into_iter().map(|change| change.text).collect();
        let version = params.text_document.version;
        self.changes.lock().unwrap().push((version, text));
        let _ = self.told.send(version);
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}

impl Probe {
    fn build(outbox: Outbox, _: Intake) -> (LspService<Probe>, ClientSocket) {
        Probe::build_telling(outbox, mpsc::channel().0)
    }

    fn build_telling(outbox: Outbox, told: mpsc::Sender<i32>) -> (LspService<Probe>, ClientSocket) {
        LspService::build(|client| Probe {
            client,
            outbox,
            changes: Mutex::default(),
            told,
        })
        .custom_method("probe/echo", Probe::echo)
        .custom_method("probe/changes", Probe::changes)
        .custom_method("probe/log", Probe::log)
        .custom_method("probe/ask", Probe::ask)
        .custom_method("probe/never", Probe::never)
        .custom_method("probe/panic", Probe::panic)
        .custom_method("probe/panicLater", Probe::panic_later)
        .custom_method("probe/panicInNotification", Probe::panic_in_notification)
        .finish()
    }

    async fn echo(&self, params: Value) -> Result<Value> {
        Ok(params)
    }

    /// The versions that have arrived.
    async fn changes(&self) -> Result<Vec<(i32, String)>> {
        Ok(self.changes.lock().unwrap().clone())
    }

    async fn log(&self, message: String) -> Result<()> {
        self.outbox.notify::<LogMessage>(&LogMessageParams {
            typ: MessageType::LOG,
            message,
        });
        Ok(())
    }

    /// Awaits the client.
    async fn ask(&self) -> Result<Vec<Value>> {
        self.client
            .configuration(vec![ConfigurationItem {
                scope_uri: None,
                section: None,
            }])
            .await
    }

    async fn never(&self) -> Result<()> {
        std::future::pending().await
    }

    async fn panic(&self) -> Result<()> {
        panic!("at once")
    }

    async fn panic_later(&self) -> Result<()> {
        tokio::task::yield_now().await;
        panic!("after an {}", "await")
    }

    async fn panic_in_notification(&self) {
        panic!("in a notification")
    }
}

/// A client of a probe that has not been initialized.
fn fresh() -> Client {
    Client::in_process(Probe::build)
}

fn initialized() -> Client {
    let mut client = fresh();
    client.initialize(ClientCapabilities::default());
    client
}

fn change(version: i32, text: &str) -> DidChangeTextDocumentParams {
    let uri = Url::parse("file:///a.jsonc").unwrap();
    let change = TextDocumentContentChangeEvent {
        range: None,
        range_length: None,
        text: text.to_owned(),
    };
    DidChangeTextDocumentParams {
        text_document: VersionedTextDocumentIdentifier { uri, version },
        content_changes: vec![change],
    }
}

fn changes(client: &mut Client) -> Vec<(i32, String)> {
    let id = client.start_bare("probe/changes");
    serde_json::from_value(client.response(&id).unwrap()).unwrap()
}

#[track_caller]
fn assert_serves(client: &mut Client) {
    assert_eq!(
        client.request_raw("probe/echo", json!({ "still": "here" })),
        Ok(json!({ "still": "here" }))
    );
}

/// Code and message of the error that is answered under no id.
#[track_caller]
fn next_error(client: &mut Client) -> i64 {
    let message = client.receive();
    assert_eq!(message["id"], Value::Null, "{message}");
    message["error"]["code"].as_i64().unwrap()
}

mod order {
    use super::*;

    #[test]
    fn two_thousand_changes_arrive_in_order_and_before_the_request_behind_them() {
        let mut client = initialized();
        for version in 1..=2_000 {
            client.notify::<DidChangeTextDocument>(change(version, ""));
        }
        let versions: Vec<i32> = changes(&mut client).into_iter().map(|(version, _)| version).collect();
        assert_eq!(versions, (1..=2_000).collect::<Vec<_>>());
        client.finish();
    }

    #[test]
    fn three_hundred_messages_behind_handlers_that_await_the_client_are_served() {
        let mut client = initialized();
        let asking: Vec<Value> = (0..10).map(|_| client.start_bare("probe/ask")).collect();
        let echoes: Vec<Value> = (0..300).map(|n| client.start_raw("probe/echo", json!(n))).collect();
        for (n, id) in echoes.iter().enumerate() {
            assert_eq!(client.response(id), Ok(json!(n)));
        }
        for _ in &asking {
            let (id, _) = client.await_request::<WorkspaceConfiguration>();
            client.send(&json!({ "jsonrpc": "2.0", "id": id, "result": [id] }));
        }
        for id in &asking {
            assert!(client.response(id).is_ok());
        }
        client.finish();
    }

    #[test]
    fn a_client_that_does_not_read_stops_nothing() {
        let (sender, arrived) = mpsc::channel();
        let mut client = Client::in_process(move |outbox, _| Probe::build_telling(outbox, sender));
        client.initialize(ClientCapabilities::default());
        let reading = client.reading();
        let not_reading = reading.lock().unwrap();
        // Far more than the pipe holds.
        let text = "x".repeat(10_000);
        let ids: Vec<Value> = (0..200).map(|_| client.start_raw("probe/echo", json!(text))).collect();
        client.notify::<DidChangeTextDocument>(change(1, "behind them"));
        assert_eq!(arrived.recv_timeout(PATIENCE), Ok(1));
        drop(not_reading);
        for id in &ids {
            assert_eq!(client.response(id), Ok(json!(text)));
        }
        client.finish();
    }

    #[test]
    fn notifications_and_answers_keep_their_order() {
        let mut client = initialized();
        for n in 0..100 {
            client.start_raw("probe/log", json!(n.to_string()));
        }
        for n in 0..100 {
            assert_eq!(client.receive()["params"]["message"], n.to_string());
            assert_eq!(client.receive()["result"], Value::Null);
        }
        client.finish();
    }

    #[test]
    fn the_answer_of_the_client_reaches_the_handler_that_asked() {
        let mut client = initialized();
        client.answer::<WorkspaceConfiguration>(|params| vec![json!(params.items.len())]);
        let id = client.start_bare("probe/ask");
        assert_eq!(client.response(&id), Ok(json!([1])));
        client.finish();
    }

    #[test]
    fn an_error_of_the_client_reaches_the_handler_that_asked() {
        let mut client = initialized();
        let asking = client.start_bare("probe/ask");
        let (id, _) = client.await_request::<WorkspaceConfiguration>();
        let error = json!({ "code": -32601, "message": "no such method", "stack": "unexpected" });
        client.send(&json!({ "jsonrpc": "2.0", "id": id, "error": error }));
        assert_eq!(client.response(&asking).unwrap_err().code, -32601);
        client.finish();
    }

    #[test]
    fn a_reply_that_nobody_waits_for_is_ignored() {
        let mut client = initialized();
        client.send(&json!({ "jsonrpc": "2.0", "id": 77, "result": null }));
        client.send(&json!({ "jsonrpc": "2.0", "id": null, "error": { "code": -32700, "message": "?" } }));
        assert_serves(&mut client);
        client.finish();
    }
}

mod panics {
    use super::*;

    #[track_caller]
    fn assert_panic(method: &str, message: &str) {
        let mut client = initialized();
        let id = client.start_bare(method);
        let error = client.response(&id).unwrap_err();
        assert_eq!((error.code, &*error.message), (-32603, message));
        assert_serves(&mut client);
        client.finish();
    }

    #[test]
    fn a_panicking_request_is_answered_and_the_next_one_served() {
        assert_panic("probe/panic", "internal error in probe/panic: at once");
    }

    #[test]
    fn a_request_that_panics_after_an_await_is_answered_and_the_next_one_served() {
        assert_panic("probe/panicLater", "internal error in probe/panicLater: after an await");
    }

    #[test]
    fn a_panicking_notification_costs_nothing_else() {
        let mut client = initialized();
        client.notify_bare("probe/panicInNotification");
        assert_serves(&mut client);
        client.finish();
    }
}

mod hostile_input {
    use super::*;

    #[track_caller]
    fn assert_refused(bytes: &[u8], code: i64) {
        let mut client = initialized();
        client.send_raw(bytes);
        assert_eq!(next_error(&mut client), code);
        assert_serves(&mut client);
        client.finish();
    }

    fn frame(body: &[u8]) -> Vec<u8> {
        [format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
    }

    #[test]
    fn a_body_that_is_no_json_is_refused() {
        assert_refused(&frame(b"{\"jsonrpc\": \"2.0\", \"id\": 1, \"meth"), -32700);
        assert_refused(&frame(b""), -32700);
        assert_refused(&frame(b"\xff\xfe\0"), -32700);
    }

    #[test]
    fn json_that_is_no_message_is_refused() {
        assert_refused(&frame(b"42"), -32600);
        assert_refused(&frame(b"{}"), -32600);
        assert_refused(
            &frame(b"{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"probe/echo\"}"),
            -32600,
        );
    }

    #[test]
    fn a_batch_is_refused() {
        assert_refused(
            &frame(b"[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"probe/changes\"}]"),
            -32600,
        );
    }

    #[test]
    fn deeply_nested_json_is_refused() {
        assert_refused(&frame("[".repeat(100_000).as_bytes()), -32600);
        let nested = format!("{{\"method\":\"a\",\"params\":{}", "[".repeat(100_000));
        assert_refused(&frame(nested.as_bytes()), -32700);
    }

    #[test]
    fn a_header_without_a_length_is_refused() {
        assert_refused(b"Content-Type: application/json\r\n\r\n{}", -32700);
    }

    #[test]
    fn a_length_that_is_no_length_is_refused() {
        assert_refused(b"Content-Length: many\r\n\r\n{}", -32700);
        assert_refused(b"Content-Length: -1\r\n\r\n{}", -32700);
    }

    #[test]
    fn an_absurd_length_is_refused_without_waiting_for_that_much() {
        assert_refused(b"Content-Length: 4611686018427387904\r\n\r\n{}", -32700);
        assert_refused(b"Content-Length: 99999999999999999999999999\r\n\r\n{}", -32700);
    }

    #[test]
    fn half_an_emoji_in_a_change_becomes_the_replacement_character() {
        let mut client = initialized();
        let body = br#"{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":
            {"uri":"file:///a","version":2},"contentChanges":[{"text":"a\ud83db"}]}}"#;
        client.send_raw(&frame(body));
        assert_eq!(changes(&mut client), [(2, "a\u{fffd}b".to_owned())]);
        client.finish();
    }

    #[test]
    fn bytes_that_are_no_utf8_in_a_change_become_the_replacement_character() {
        let mut client = initialized();
        let body = b"{\"method\":\"textDocument/didChange\",\"params\":{\"textDocument\":\
            {\"uri\":\"file:///a\",\"version\":2},\"contentChanges\":[{\"text\":\"a\xffb\"}]}}";
        client.send_raw(&frame(body));
        assert_eq!(changes(&mut client), [(2, "a\u{fffd}b".to_owned())]);
        client.finish();
    }

    #[test]
    fn a_change_at_a_negative_place_is_not_lost() {
        let mut client = initialized();
        let place = json!({ "line": -1, "character": 0 });
        client.send(
            &json!({ "jsonrpc": "2.0", "method": "textDocument/didChange", "params": {
            "textDocument": { "uri": "file:///a", "version": 2 },
            "contentChanges": [{ "range": { "start": place, "end": place }, "text": "x" }] } }),
        );
        assert_eq!(changes(&mut client), [(2, "x".to_owned())]);
        client.finish();
    }
}

mod requests {
    use super::*;

    #[test]
    fn before_initialize_every_request_is_refused_and_notifications_are_ignored() {
        let mut client = fresh();
        for method in ["textDocument/hover", "probe/echo", "no/such/method", "shutdown"] {
            assert_eq!(
                client.request_raw(method, json!({})).unwrap_err().code,
                -32002,
                "{method}"
            );
        }
        client.notify::<DidChangeTextDocument>(change(1, ""));
        client.initialize(ClientCapabilities::default());
        assert_eq!(changes(&mut client), []);
        client.finish();
    }

    #[test]
    fn after_shutdown_every_request_is_refused() {
        let mut client = initialized();
        client.request::<Shutdown>(());
        for method in [
            "textDocument/hover",
            "probe/echo",
            "no/such/method",
            "initialize",
            "shutdown",
        ] {
            assert_eq!(
                client.request_raw(method, json!({})).unwrap_err().code,
                -32600,
                "{method}"
            );
        }
        assert_eq!(client.exit(), 0);
    }

    #[test]
    fn a_second_initialize_is_refused() {
        let mut client = initialized();
        let id = client.start::<Initialize>(InitializeParams::default());
        assert_eq!(client.response(&id).unwrap_err().code, -32600);
        assert_serves(&mut client);
        client.finish();
    }

    #[test]
    fn a_failed_initialize_can_be_repeated() {
        let mut client = fresh();
        assert_eq!(client.request_raw("initialize", json!(7)).unwrap_err().code, -32602);
        client.initialize(ClientCapabilities::default());
        client.finish();
    }

    #[test]
    fn unknown_methods_are_refused_and_unknown_notifications_ignored() {
        let mut client = initialized();
        assert_eq!(
            client.request_raw("no/such/method", json!({})).unwrap_err().code,
            -32601
        );
        assert_eq!(
            client.request_raw("$/noSuchMethod", json!({})).unwrap_err().code,
            -32601
        );
        client.notify_bare("no/such/notification");
        client.notify_bare("$/noSuchNotification");
        assert_serves(&mut client);
        client.finish();
    }

    #[test]
    fn empty_and_wrong_params_are_refused() {
        let mut client = initialized();
        for params in [
            json!({}),
            json!(null),
            json!([]),
            json!(7),
            json!({ "textDocument": 1 }),
        ] {
            let id = client.start_raw("textDocument/hover", params.clone());
            assert_eq!(client.response(&id).unwrap_err().code, -32602, "{params}");
        }
        client.finish();
    }

    #[test]
    fn ids_of_every_kind_come_back() {
        let mut client = initialized();
        for id in [json!(0), json!(-1), json!("x"), json!(""), json!(null), json!(i64::MAX)] {
            client.send(&json!({ "jsonrpc": "2.0", "id": id, "method": "probe/echo", "params": 1 }));
            assert_eq!(client.receive(), json!({ "jsonrpc": "2.0", "id": id, "result": 1 }));
        }
        client.finish();
    }

    #[test]
    fn an_id_that_is_still_in_use_is_refused_and_one_that_is_free_again_served() {
        let mut client = initialized();
        let never = client.start_bare("probe/never");
        client.send(&json!({ "jsonrpc": "2.0", "id": never, "method": "probe/echo", "params": 1 }));
        assert_eq!(client.response(&never).unwrap_err().code, -32600);
        for _ in 0..2 {
            client.send(&json!({ "jsonrpc": "2.0", "id": 99, "method": "probe/echo", "params": 1 }));
            assert_eq!(client.response(&json!(99)), Ok(json!(1)));
        }
        client.finish();
    }

    #[test]
    fn null_params_are_no_params() {
        let mut client = initialized();
        assert_eq!(client.request_raw("probe/changes", Value::Null), Ok(json!([])));
        assert_eq!(client.request_raw("shutdown", Value::Null), Ok(Value::Null));
        assert_eq!(client.exit(), 0);
    }

    #[test]
    fn a_cancelled_request_is_answered_as_cancelled() {
        let mut client = initialized();
        let id = client.start_bare("probe/never");
        cancel(&mut client, &id);
        assert_eq!(client.response(&id).unwrap_err().code, -32800);
        client.finish();
    }

    #[test]
    fn the_clients_reply_to_a_handler_that_was_cancelled_is_ignored() {
        let mut client = initialized();
        let asking = client.start_bare("probe/ask");
        let (id, _) = client.await_request::<WorkspaceConfiguration>();
        cancel(&mut client, &asking);
        assert_eq!(client.response(&asking).unwrap_err().code, -32800);
        client.send(&json!({ "jsonrpc": "2.0", "id": id, "result": [] }));
        assert_serves(&mut client);
        client.finish();
    }

    #[test]
    fn cancelling_what_is_not_there_is_ignored() {
        let mut client = initialized();
        cancel(&mut client, &json!(12345));
        client.notify_bare("$/cancelRequest");
        assert_serves(&mut client);
        client.finish();
    }

    fn cancel(client: &mut Client, id: &Value) {
        let id = NumberOrString::Number(id.as_i64().unwrap().try_into().unwrap());
        client.notify::<Cancel>(CancelParams { id });
    }
}

mod end {
    use super::*;

    #[test]
    fn exit_after_shutdown_ends_with_0_though_the_input_stays_open() {
        let mut client = initialized();
        client.request::<Shutdown>(());
        assert_eq!(client.exit(), 0);
    }

    #[test]
    fn exit_without_shutdown_ends_with_1_though_the_input_stays_open() {
        assert_eq!(initialized().exit(), 1);
        assert_eq!(fresh().exit(), 1);
    }

    #[test]
    fn exit_does_not_wait_for_handlers() {
        let mut client = initialized();
        client.start_bare("probe/never");
        client.request::<Shutdown>(());
        assert_eq!(client.exit(), 0);
    }

    #[test]
    fn shutdown_and_exit_in_one_breath() {
        let mut client = initialized();
        let id = client.start_bare("shutdown");
        client.notify_bare("exit");
        assert_eq!(client.response(&id), Ok(Value::Null));
        assert_eq!(client.wait(), 0);
    }

    #[test]
    fn the_end_of_the_input_ends_the_server() {
        assert_eq!(initialized().close_input(), 1);
        assert_eq!(fresh().close_input(), 1);
        let mut client = initialized();
        client.request::<Shutdown>(());
        assert_eq!(client.close_input(), 0);
    }

    #[test]
    fn the_end_of_the_input_inside_a_frame_ends_the_server() {
        let mut client = initialized();
        client.send_raw(b"Content-Length: 100\r\n\r\n{");
        assert_eq!(client.close_input(), 1);
    }

    #[test]
    fn answers_that_are_on_their_way_still_arrive() {
        let mut client = initialized();
        let ids: Vec<Value> = (0..100).map(|n| client.start_raw("probe/echo", json!(n))).collect();
        client.notify_bare("exit");
        for (n, id) in ids.iter().enumerate() {
            assert_eq!(client.response(id), Ok(json!(n)));
        }
        assert_eq!(client.wait(), 1);
    }
}

#[test]
fn a_hover_is_refused_by_a_server_that_has_none() {
    let mut client = initialized();
    let params = json!({ "textDocument": { "uri": "file:///a" }, "position": { "line": 0, "character": 0 } });
    let id = client.start::<HoverRequest>(serde_json::from_value(params).unwrap());
    assert_eq!(client.response(&id).unwrap_err().code, -32601);
    client.finish();
}

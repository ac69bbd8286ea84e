//! The body of a frame as a JSON-RPC message.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::error::Category;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Response};

/// A message from the client.
#[derive(Debug, PartialEq)]
pub(super) enum Message {
    /// A request, or without an id a notification.
    Call {
        /// The name, such as `textDocument/hover`.
        method: String,
        /// `None`: no answer is wanted.
        id: Option<Id>,
        /// `None` if absent or `null`, which some clients take for the same.
        params: Option<Value>,
    },
    /// The answer to a request of ours.
    Reply(Response),
}

/// Every member that any message has. `jsonrpc` is not looked at.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    method: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "present")]
    id: Option<Id>,
    #[serde(default)]
    params: Option<Value>,
    #[serde(default)]
    result: Option<Value>,
    #[serde(default)]
    error: Option<Value>,
}

/// Tells `"id": null` from no id.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Id>, D::Error> {
    Id::deserialize(deserializer).map(Some)
}

impl Message {
    /// Reads a body. `Err` is the error to answer with, under the id `null`.
    pub(super) fn parse(body: &[u8]) -> Result<Message, Error> {
        if body.trim_ascii_start().first() == Some(&b'[') {
            return Err(error(ErrorCode::InvalidRequest, "batches are not part of LSP"));
        }
        match serde_json::from_slice::<Envelope<'_>>(body) {
            Ok(envelope) => envelope.into_message(),
            Err(first) => {
                let repaired = repair(body);
                let envelope = serde_json::from_str::<Envelope<'_>>(&repaired);
                envelope.map_err(|_| unreadable(&first))?.into_message()
            }
        }
    }
}

impl Envelope<'_> {
    fn into_message(self) -> Result<Message, Error> {
        match (self.method, self.id) {
            (Some(method), id) => Ok(Message::Call {
                method: method.into_owned(),
                id,
                params: self.params,
            }),
            // An answer without a result is taken for `null`: whoever waits for it must not wait for ever.
            (None, Some(id)) => Ok(Message::Reply(match self.error {
                Some(error) => Response::from_error(id, client_error(&error)),
                None => Response::from_ok(id, self.result.unwrap_or_default()),
            })),
            (None, None) => Err(error(ErrorCode::InvalidRequest, "neither method nor id")),
        }
    }
}

fn unreadable(error: &serde_json::Error) -> Error {
    let code = match error.classify() {
        Category::Data => ErrorCode::InvalidRequest,
        Category::Syntax | Category::Eof | Category::Io => ErrorCode::ParseError,
    };
    self::error(code, error.to_string())
}

fn error(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Error {
    Error {
        message: message.into(),
        ..Error::new(code)
    }
}

/// An error the client answered with, whatever shape it has.
fn client_error(error: &Value) -> Error {
    let code = error.get("code").and_then(Value::as_i64);
    let message = error.get("message").and_then(Value::as_str).unwrap_or("unknown error");
    Error {
        code: code.map_or(ErrorCode::InternalError, ErrorCode::from),
        message: message.to_owned().into(),
        data: error.get("data").cloned(),
    }
}

/// Replaces what JSON allows but Rust's strings cannot hold, half surrogate pairs, and bytes that are no UTF-8, by
/// U+FFFD.
///
/// An editor that splits an emoji sends such a half. To drop that change would leave us with another text than the
/// editor's; U+FFFD is as long as the half in UTF-16, so all later positions stay right.
fn repair(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut repaired = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some((before, escape)) = rest.split_once('\\') {
        repaired.push_str(before);
        let length = match surrogate(escape) {
            Some(0xD800..=0xDBFF) if is_low_half_next(escape) => "uD83D\\uDE00".len(),
            Some(0xD800..=0xDFFF) => {
                repaired.push_str("\\uFFFD");
                rest = escape.get("uD83D".len()..).unwrap_or_default();
                continue;
            }
            // The escaped character, so that an escaped backslash does not begin the next escape.
            _ => escape.chars().next().map_or(0, char::len_utf8),
        };
        repaired.push('\\');
        let (kept, after) = escape.split_at_checked(length).unwrap_or((escape, ""));
        repaired.push_str(kept);
        rest = after;
    }
    repaired.push_str(rest);
    repaired
}

/// The code unit of `uXXXX` at the start of `escape`.
fn surrogate(escape: &str) -> Option<u16> {
    let digits = escape.strip_prefix('u')?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

fn is_low_half_next(escape: &str) -> bool {
    let next = escape.get("uD83D".len()..).and_then(|rest| rest.strip_prefix('\\'));
    matches!(next.and_then(surrogate), Some(0xDC00..=0xDFFF))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use serde_json::json;

    fn parse(body: &str) -> Result<Message, i64> {
        Message::parse(body.as_bytes()).map_err(|error| error.code.code())
    }

    fn call(method: &str, id: Option<Id>, params: Option<Value>) -> Result<Message, i64> {
        Ok(Message::Call {
            method: method.to_owned(),
            id,
            params,
        })
    }

    #[test]
    fn calls_with_and_without_id_and_params() {
        assert_eq!(parse(r#"{"jsonrpc":"2.0","method":"a"}"#), call("a", None, None));
        assert_eq!(
            parse(r#"{"method":"a","id":0,"params":null}"#),
            call("a", Some(Id::Number(0)), None)
        );
        assert_eq!(
            parse(r#"{"id":"x","method":"a"}"#),
            call("a", Some(Id::String("x".to_owned())), None)
        );
        assert_eq!(parse(r#"{"method":"a","id":null}"#), call("a", Some(Id::Null), None));
        assert_eq!(
            parse(r#" {"method":"\u0061","params":[1]}"#),
            call("a", None, Some(json!([1])))
        );
    }

    #[test]
    fn replies_of_any_shape_reach_whoever_waits() {
        let reply = |body| match parse(body) {
            Ok(Message::Reply(response)) => response.into_parts().1.map_err(|error| error.code.code()),
            other => panic!("{other:?}"),
        };
        assert_eq!(reply(r#"{"id":1,"result":[2]}"#), Ok(json!([2])));
        assert_eq!(reply(r#"{"id":1,"result":null}"#), Ok(Value::Null));
        assert_eq!(reply(r#"{"id":1}"#), Ok(Value::Null));
        assert_eq!(
            reply(r#"{"id":1,"error":{"code":-32601,"message":"no","extra":1}}"#),
            Err(-32601)
        );
        assert_eq!(reply(r#"{"id":1,"error":"no","result":null}"#), Err(-32603));
    }

    #[test]
    fn what_is_no_message_is_an_error_of_the_right_kind() {
        for body in ["", "{", "nonsense", r#"{"method":"a""#, "{}{}"] {
            assert_eq!(parse(body), Err(-32700), "{body}");
        }
        for body in [
            "1",
            "null",
            "[]",
            r#" [{"method":"a","id":1}]"#,
            "{}",
            r#"{"method":1}"#,
            r#"{"id":1.5}"#,
        ] {
            assert_eq!(parse(body), Err(-32600), "{body}");
        }
    }

    #[test]
    fn half_surrogate_pairs_become_the_replacement_character() {
        let text = |escaped: &str| match parse(&format!(r#"{{"method":"a","params":"{escaped}"}}"#)) {
            Ok(Message::Call {
                params: Some(Value::String(text)),
                ..
            }) => text,
            other => panic!("{other:?}"),
        };
        assert_eq!(text(r"\ud83d"), "\u{fffd}");
        assert_eq!(text(r"a\uDE00b"), "a\u{fffd}b");
        assert_eq!(text(r"\ud83d\ud83d\ude00\n"), "\u{fffd}😀\n");
        assert_eq!(text(r"\ud83dxyz\\ud83d é\u00e9"), "\u{fffd}xyz\\ud83d éé");
    }

    #[test]
    fn bytes_that_are_no_utf8_become_the_replacement_character() {
        let body = b"{\"method\":\"a\",\"params\":\"x\xffy\"}";
        let expected = Message::Call {
            method: "a".to_owned(),
            id: None,
            params: Some(json!("x\u{fffd}y")),
        };
        assert_eq!(Message::parse(body), Ok(expected));
    }
}

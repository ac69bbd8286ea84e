//! Fast typing: thousands of edits without waiting, mixed with requests. The server ends up with the editor's text, and says of
//! it what one says that sees it for the first time.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

#[path = "support/client.rs"]
mod client;
#[path = "support/editor.rs"]
mod editor;
#[path = "support/text.rs"]
mod text;

use std::fs;

use base44_connectors_ls::project::Workspace;
use base44_connectors_ls::project::document::ContentChange;
use base44_connectors_ls::project::position::{Encoding, LineColumn};
use base44_connectors_ls::registry::Catalogue;
use client::Client;
use editor::{Editor, everything};
use lsp_types::notification::PublishDiagnostics;
use lsp_types::request::{Completion, DocumentDiagnosticRequest, HoverRequest, Request as _};
use lsp_types::{
    Diagnostic, Position, PositionEncodingKind, PublishDiagnosticsParams, Range, TextDocumentContentChangeEvent,
};
use pretty_assertions::assert_eq;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use text::Places;

const FILE: &str = "base44/connectors/slack.jsonc";
const OTHER: &str = "base44/connectors/team.jsonc";
const EDITS: i32 = 2_000;

/// Another file of the type, so that edits of one file change the findings of another.
const PROJECT: &str = "\
//- base44/config.jsonc
{}
//- base44/connectors/slack.jsonc
{}
//- base44/connectors/team.jsonc
{ \"type\": \"slack\", \"scopes\": [] }
";

const START: &str = "\u{feff}{\r\n  // 👩\u{200d}💻 e\u{301}\r  \"type\": \"slack\",\n  \"scopes\": [\r\n    \"chat:write\", // 😀\r    \"users:read\",\n    \"n\u{303}ope😀\"\n  ]\r\n}\r";

/// What is typed and pasted.
const PIECES: [&str; 22] = [
    "a",
    "chat",
    ":",
    "\"",
    "\"users:read\", ",
    ",",
    " ",
    "[",
    "]",
    "{",
    "\n",
    "\r\n",
    "\r",
    "😀",
    "👩\u{200d}💻",
    "e\u{301}",
    "\u{301}",
    "\u{feff}",
    "\u{2028}",
    "// ",
    "\\",
    "日本",
];

#[test]
fn fast_typing_counted_in_bytes() {
    type_fast(&PositionEncodingKind::UTF8);
}

#[test]
fn fast_typing_counted_in_utf16_units() {
    type_fast(&PositionEncodingKind::UTF16);
}

#[test]
fn fast_typing_counted_in_characters() {
    type_fast(&PositionEncodingKind::UTF32);
}

fn type_fast(encoding: &PositionEncodingKind) {
    let mut typist = Typist::new(encoding, START);
    let mut asked = Vec::new();
    for nth in 2..=EDITS {
        typist.edit_somewhere();
        let method = match nth % 12 {
            0 => Completion::METHOD,
            4 => HoverRequest::METHOD,
            9 => DocumentDiagnosticRequest::METHOD,
            _ => continue,
        };
        asked.push(typist.ask_somewhere(method));
    }
    for id in asked {
        let answer = typist.editor.client.response(&id);
        assert!(answer.is_ok(), "{answer:?}");
    }
    let mut newcomer = Typist::new(encoding, &typist.text);
    assert_eq!(typist.await_findings(), newcomer.await_findings());
    newcomer.editor.finish();
    typist.read_back();
    typist.editor.finish();
}

/// Somebody who types, and knows the text that has to come of it.
struct Typist {
    editor: Editor,
    encoding: PositionEncodingKind,
    text: String,
    version: i32,
    last_spoken_of: i32,
    random: Random,
}

impl Typist {
    /// Somebody who has just opened the file with this text.
    fn new(encoding: &PositionEncodingKind, text: &str) -> Typist {
        let mut capabilities = everything();
        capabilities["general"]["positionEncodings"] = json!([encoding]);
        let mut editor = Editor::open_in(Client::spawn(), PROJECT, capabilities, Value::Null);
        // The whole project is known when one of its closed files is spoken of.
        editor.await_findings(OTHER, &["0:10 file-name", "0:29 empty-scopes"]);
        editor.did_open_as(FILE, text);
        let random = Random(encoding.as_str().bytes().map(u64::from).sum());
        Typist {
            editor,
            encoding: encoding.clone(),
            text: text.to_owned(),
            version: 1,
            last_spoken_of: 0,
            random,
        }
    }

    /// One notification with one to three changes at random places, or now and then with the whole text.
    fn edit_somewhere(&mut self) {
        let mut changes = Vec::new();
        for _ in 0..=self.random.below(40) / 19 {
            if self.random.below(100) == 0 {
                let text = START.repeat(1 + self.random.below(3)) + &self.pieces();
                self.text.clone_from(&text);
                changes.push(TextDocumentContentChangeEvent {
                    range: None,
                    range_length: None,
                    text,
                });
            } else {
                let (start, end) = self.range();
                let insert = self.pieces();
                changes.push(self.replace(start, end, &insert));
            }
        }
        self.send(changes);
    }

    fn send(&mut self, changes: Vec<TextDocumentContentChangeEvent>) {
        self.version += 1;
        self.editor.did_change_all(FILE, self.version, changes);
    }

    /// Changes the expected text; gives the change that tells the server of it.
    fn replace(&mut self, start: usize, end: usize, insert: &str) -> TextDocumentContentChangeEvent {
        let places = Places::new(&self.text, &self.encoding);
        let mut range = Range::new(places.position(start), places.position(end));
        if self.text[start..].starts_with(['\r', '\n']) && start == end && self.random.below(4) == 0 {
            // A column behind the end of the line means its end.
            range.start.character += 1 + u32::try_from(self.random.below(3)).unwrap();
            range.end = range.start;
        }
        if end == self.text.len() && self.random.below(2) == 0 {
            // A line behind the last one means the end of the text.
            range.end = Position::new(range.end.line + 7, 0);
        }
        self.text.replace_range(start..end, insert);
        TextDocumentContentChangeEvent {
            range: Some(range),
            range_length: None,
            text: insert.to_owned(),
        }
    }

    /// Two places of the text. Long ranges are rare while the text is short, and vice versa.
    fn range(&mut self) -> (usize, usize) {
        let places = Places::new(&self.text, &self.encoding);
        let all = places.all();
        let start = self.random.below(all.len());
        let longest = if all.len() > 600 { 200 } else { 6 };
        let end = (start + self.random.below(longest)).min(all.len() - 1);
        match self.random.below(3) {
            0 => (all[start].0, all[start].0),
            _ => (all[start].0, all[end].0),
        }
    }

    fn pieces(&mut self) -> String {
        let count = self.random.below(4);
        (0..count).map(|_| PIECES[self.random.below(PIECES.len())]).collect()
    }

    /// Asks at a random place, which may be none, and does not wait.
    fn ask_somewhere(&mut self, method: &str) -> Value {
        let position = json!({ "line": self.random.below(40), "character": self.random.below(40) });
        let document = json!({ "uri": self.editor.uri(FILE) });
        self.editor
            .client
            .start_raw(method, json!({ "textDocument": document, "position": position }))
    }

    /// What is said of the newest version. Versions never go back.
    fn await_findings(&mut self) -> Vec<Finding> {
        loop {
            let published = self.editor.client.await_notification::<PublishDiagnostics>();
            if published.uri != self.editor.uri(FILE) {
                continue;
            }
            let version = published.version.unwrap();
            assert!(
                self.last_spoken_of <= version,
                "version {version} after version {}",
                self.last_spoken_of
            );
            self.last_spoken_of = version;
            if version == self.version {
                return findings(published);
            }
        }
    }

    /// Reads the server's text back, piece by piece: makes each piece a scope, with edits around it, so that a message names it,
    /// and takes the edits back.
    fn read_back(&mut self) {
        const BEFORE: &str = "{ \"type\": \"slack\", \"scopes\": [\"zz";
        const BEHIND: &str = "\"] }";
        let pieces = plain_pieces(&self.text);
        assert!(pieces.len() > 5, "{pieces:?} are too few");
        for piece in pieces {
            let (head, tail) = (self.text[..piece.start].to_owned(), self.text[piece.end..].to_owned());
            let named = format!("`zz{}`", &self.text[piece.clone()]);
            let changes = vec![
                self.replace(piece.end, self.text.len(), BEHIND),
                self.replace(0, piece.start, BEFORE),
            ];
            self.send(changes);
            let found = self.await_findings();
            assert!(
                found.iter().any(|it| it.message.contains(&named)),
                "{named} is not in {found:#?}"
            );
            let end = self.text.len() - BEHIND.len();
            let changes = vec![self.replace(0, BEFORE.len(), &head), {
                let end = end - BEFORE.len() + head.len();
                self.replace(end, end + BEHIND.len(), &tail)
            }];
            self.send(changes);
        }
    }
}

/// The pieces of a text that a message repeats as they are.
fn plain_pieces(text: &str) -> Vec<std::ops::Range<usize>> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ':' | '😀' | '💻' | '\u{301}' | '\u{303}');
    let mut pieces = Vec::new();
    let mut start = None;
    for (offset, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (is_plain(c), start) {
            (true, None) => start = Some(offset),
            (false, Some(from)) => {
                pieces.push(from..offset);
                start = None;
            }
            _ => {}
        }
    }
    pieces
}

/// A finding as the editor shows it, but for addresses: they differ from server to server.
#[derive(Debug, PartialEq)]
struct Finding {
    range: Range,
    code: Value,
    severity: Value,
    message: String,
    related: usize,
}

fn findings(published: PublishDiagnosticsParams) -> Vec<Finding> {
    let finding = |it: Diagnostic| Finding {
        range: it.range,
        code: json!(it.code),
        severity: json!(it.severity),
        message: it.message,
        related: it.related_information.map_or(0, |it| it.len()),
    };
    published.diagnostics.into_iter().map(finding).collect()
}

/// A generator whose numbers are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// The same without a process in between: text, tree and findings are in sight.
    #[test]
    fn a_workspace_keeps_up_with_the_editor(
        start in pieces(0..30),
        batches in vec(vec((0..1_000_usize, 0..1_000_usize, pieces(0..4)), 1..4), 1..12),
        (encoding, name) in select(&[(Encoding::Utf8, "utf-8"), (Encoding::Utf16, "utf-16"), (Encoding::Utf32, "utf-32")][..]),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut text = start;
        let mut workspace = Workspace::new(Catalogue::embedded());
        workspace.open(&path, 1, text.clone());
        for (version, batch) in (2..).zip(batches) {
            let mut changes = Vec::new();
            for (from, to, insert) in batch {
                let places = Places::new(&text, &name.to_owned().into());
                let any = |nth: usize| places.all()[nth % places.all().len()];
                let (start, end) = (any(from).min(any(to)), any(from).max(any(to)));
                let place = |at: Position| LineColumn { line: at.line, column: at.character };
                text.replace_range(start.0..end.0, &insert);
                changes.push(ContentChange { range: Some((place(start.1), place(end.1))), text: insert });
            }
            workspace.change(&path, version, changes, encoding);
            prop_assert_eq!(&**workspace.document(&path).unwrap().text(), &*text);
        }
        let mut newcomer = Workspace::new(Catalogue::embedded());
        newcomer.open(&path, 1, text.clone());
        prop_assert_eq!(&*workspace.file(&path).unwrap().text, &*text);
        prop_assert_eq!(workspace.file(&path).unwrap().tree.errors(), newcomer.file(&path).unwrap().tree.errors());
        prop_assert_eq!(workspace.diagnostics(&path), newcomer.diagnostics(&path));
    }
}

fn pieces(count: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    vec(select(&PIECES[..]), count).prop_map(|it| it.concat())
}

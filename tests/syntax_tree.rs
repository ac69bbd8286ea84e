//! What can be asked of a tree.

#![expect(clippy::unwrap_used, clippy::string_slice, reason = "helpers of tests may panic")]

use base44_connectors_ls::syntax::Json5NoteKind as Note;
use base44_connectors_ls::syntax::{
    Key, NodeKind, TextRange, TextSize, TokenAt, TokenKind, Tree, Value, WordKind, decode_utf8,
};
use pretty_assertions::assert_eq;

fn at(offset: u32) -> TextSize {
    TextSize::new(offset)
}

fn range(start: u32, end: u32) -> TextRange {
    TextRange::new(at(start), at(end))
}

#[test]
fn values_and_their_places() {
    let text = r#"{"type": "slack", scopes: ['a', 1, null, {}]}"#;
    let tree = Tree::parse(text);
    let root = tree.root().unwrap().as_object().unwrap();
    assert_eq!(root.range(), range(0, 45));
    assert_eq!(root.open(), Some(range(0, 1)));
    assert_eq!(root.close(), Some(range(44, 45)));
    let members: Vec<_> = root.members().collect();
    assert_eq!(members.len(), 2);
    assert_eq!(members[0].key().unwrap().text(text), "type");
    assert_eq!(members[0].key().unwrap().range(), range(1, 7));
    assert_eq!(members[0].colon(), Some(range(7, 8)));
    assert_eq!(members[0].range(), range(1, 16));
    assert!(matches!(members[1].key(), Some(Key::Bare(_))));
    let scopes = members[1].value().unwrap().as_array().unwrap();
    let elements: Vec<_> = scopes.elements().collect();
    let scope = elements[0].as_string().unwrap();
    assert_eq!((scope.quote(), scope.is_closed()), ('\'', true));
    assert_eq!(scope.content_range(), range(28, 29));
    assert!(matches!(elements[1], Value::Number(_)));
    assert!(matches!(elements[2], Value::Word(word) if word.kind == WordKind::Null));
    assert!(matches!(elements[3], Value::Object(_)));
}

#[test]
fn strings_are_decoded_as_javascript_does() {
    for (literal, says) in [
        (r#""plain""#, "plain"),
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r"'\v\0\x41\u0042\a\''", "\u{b}\0ABa'"),
        (
            r#""\ud83d\ude00 \ud83d \ude00\ud83d\u0041""#,
            "😀 \u{fffd} \u{fffd}\u{fffd}A",
        ),
        ("'a\\\nb\\\r\nc\\\rd\\\u{2028}e'", "abcde"),
        (r#""open \u00e9"#, "open é"),
        ("“curly”", "curly"),
        ("\"\"", ""),
    ] {
        let tree = Tree::parse(literal);
        let string = tree.root().and_then(|it| it.as_string());
        assert_eq!(string.expect(literal).text(literal), says);
    }
    let text = r"{\u0074ype: 1}";
    let tree = Tree::parse(text);
    let key = tree
        .root()
        .unwrap()
        .as_object()
        .unwrap()
        .members()
        .next()
        .unwrap()
        .key();
    assert_eq!(key.unwrap().text(text), "type");
}

#[test]
fn decoded_text_leads_back_to_its_source() {
    let text = r#"["a\u0062c \ud83d\ude00!"]"#;
    let tree = Tree::parse(text);
    let string = tree
        .root()
        .unwrap()
        .as_array()
        .unwrap()
        .elements()
        .next()
        .unwrap()
        .as_string()
        .unwrap();
    let decoded = string.text(text);
    assert_eq!(decoded, "abc 😀!");
    for (part, source) in [
        ("a", "a"),
        ("b", "\\u0062"),
        ("ab", "a\\u0062"),
        ("bc", "\\u0062c"),
        ("😀", "\\ud83d\\ude00"),
        ("!", "!"),
        ("abc 😀!", &text[2..24]),
    ] {
        let start = decoded.find(part).unwrap();
        let range = string.source_range(text, start..start + part.len());
        assert_eq!(&text[range], source, "{part}");
    }
    assert_eq!(string.source_range(text, 2..2), range(9, 9));
    assert_eq!(string.source_range(text, 9..9), range(24, 24));
}

#[test]
fn tokens_at_an_offset() {
    let tree = Tree::parse("[1, 'é']");
    let kinds = |offset: u32| match tree.token_at(at(offset)) {
        TokenAt::None => vec![],
        TokenAt::Single(it) => vec![it.range],
        TokenAt::Between(left, right) => vec![left.range, right.range],
    };
    assert_eq!(kinds(0), [range(0, 1)]);
    assert_eq!(kinds(1), [range(0, 1), range(1, 2)]);
    assert_eq!(kinds(5), [range(4, 8)]);
    assert_eq!(kinds(8), [range(4, 8), range(8, 9)]);
    assert_eq!(kinds(9), [range(8, 9)]);
    assert_eq!(kinds(10), []);
    assert_eq!(Tree::parse("").token_at(at(0)), TokenAt::None);
    assert_eq!(tree.token_at(at(1)).right().map(|it| it.kind), Some(TokenKind::Number));
    assert_eq!(
        tree.token_at(at(1)).left().map(|it| it.kind),
        Some(TokenKind::OpenBracket)
    );
}

/// The kinds of the nodes at the cursor `|`.
fn path(fixture: &str) -> String {
    let cursor = fixture.find('|').unwrap();
    let tree = Tree::parse(&fixture.replace('|', ""));
    let path = tree.path_at(TextSize::try_from(cursor).unwrap());
    let letters = path.iter().map(|node| match node.kind() {
        NodeKind::Document => 'D',
        NodeKind::Object => 'O',
        NodeKind::Array => 'A',
        NodeKind::Member => 'M',
    });
    letters.collect()
}

#[test]
fn nodes_at_an_offset() {
    for (fixture, nodes) in [
        ("|", "D"),
        ("|{}", "D"),
        ("{|}", "DO"),
        ("{}|", "D"),
        ("{|\"a\": 1}", "DOM"),
        ("{\"a\": 1|}", "DOM"),
        ("{\"a\": 1 |}", "DO"),
        ("{\"a\": [|]}", "DOMA"),
        ("{\"a\": []|}", "DOM"),
        ("{\"a\": [|", "DOMA"),
        ("{\"a\": [\"x\", |", "DOMA"),
        ("{\"a\": |", "DOM"),
        ("{\"a\": |}", "DOM"),
        ("{\"a\": [\"x|\n  \"b\": 1}", "DOMA"),
        ("\"a\": 1, |", "DO"),
        ("{\"a\": {\"b\": [[|]]}}", "DOMOMAA"),
    ] {
        assert_eq!(path(fixture), nodes, "{fixture}");
    }
}

#[test]
fn comments_are_found() {
    let text = "// a\n{/* b */\"c\": \"// no\"} # d";
    let tree = Tree::parse(text);
    let comments: Vec<&str> = tree.comments().map(|it| &text[it.range]).collect();
    assert_eq!(comments, ["// a", "/* b */", "# d"]);
}

#[test]
fn what_is_json5_and_not_jsonc() {
    for (text, expected) in [
        (
            "{\"a\": [1, -1.5e+3, true], /* ok */ \"b\": \"\\u0041\",} // ok",
            vec![],
        ),
        ("\u{feff}{}", vec![]),
        ("'a'", vec![(Note::SingleQuotes, 0, 3)]),
        ("{a: 1}", vec![(Note::BareKey, 1, 2)]),
        ("[0x1F]", vec![(Note::Hexadecimal, 1, 5)]),
        ("[+1]", vec![(Note::PlusSign, 1, 3)]),
        ("[.5]", vec![(Note::LeadingPoint, 1, 3)]),
        ("[5.]", vec![(Note::TrailingPoint, 1, 3)]),
        (
            "[NaN, -Infinity]",
            vec![(Note::NonFinite, 1, 4), (Note::NonFinite, 6, 15)],
        ),
        ("\"a\\\nb\"", vec![(Note::LineContinuation, 2, 4)]),
        ("\"\\x41\\v\"", vec![(Note::Escape, 1, 5), (Note::Escape, 5, 7)]),
        ("\"a\t\tb\"", vec![(Note::ControlCharacter, 2, 4)]),
        ("[\u{a0}\u{feff}]", vec![(Note::Whitespace { found: '\u{a0}' }, 1, 6)]),
    ] {
        let tree = Tree::parse(text);
        assert_eq!(tree.errors(), [], "{text:?}");
        let notes: Vec<_> = tree.notes().into_iter().map(|it| (it.kind, it.range)).collect();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(kind, start, end)| (kind, range(start, end)))
            .collect();
        assert_eq!(notes, expected, "{text:?}");
    }
}

#[test]
fn files_are_decoded_as_the_cli_does() {
    assert_eq!(decode_utf8(b"{\xff}"), "{\u{fffd}}");
    for utf16 in [&b"\xff\xfe{\0}\0"[..], b"\xfe\xff\0{\0}", b"{\0\n\0}\0", b"\0{\0\n\0}"] {
        let errors = Tree::parse(&decode_utf8(utf16)).errors();
        assert_eq!(errors.len(), 1, "one error for all of {utf16:?}: {errors:?}");
    }
}

#[test]
fn trees_are_shared_between_threads() {
    fn check<T: Send + Sync + Clone + 'static>() {}
    check::<Tree>();
}

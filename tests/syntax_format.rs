//! Formatting: the layout of examples, and what holds of any text.

#![expect(
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "helpers of tests may panic"
)]

use base44_connectors_ls::syntax::edit::{List, apply};
use base44_connectors_ls::syntax::{
    Array, Element, FormatOptions, Object, TextEdit, TextRange, TextSize, TokenKind, Tree, format,
};
use pretty_assertions::assert_eq;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn edits_with(text: &str, options: &FormatOptions) -> Vec<TextEdit> {
    format(text, &Tree::parse(text), options, TextRange::up_to(TextSize::of(text)))
}

fn formatted_with(text: &str, options: &FormatOptions) -> String {
    apply(text, &edits_with(text, options))
}

fn formatted(text: &str) -> String {
    formatted_with(text, &FormatOptions::default())
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(formatted(text), expected);
}

#[test]
fn what_base44_writes_stays_as_it_is() {
    for text in [
        "{\n  \"type\": \"slack\",\n  \"scopes\": [\n    \"chat:write\",\n    \"users:read\"\n  ]\n}",
        "{\n  \"type\": \"stripe\",\n  \"scopes\": []\n}",
    ] {
        assert_eq!(edits_with(text, &FormatOptions::default()), []);
    }
}

#[test]
fn every_member_and_element_gets_a_line_of_its_own() {
    check(
        r#"{"type":"slack" , "scopes" :["chat:write","users:read",],"x":{ } }"#,
        r#"{
  "type": "slack",
  "scopes": [
    "chat:write",
    "users:read",
  ],
  "x": {}
}"#,
    );
}

#[test]
fn comments_stay_on_their_lines_and_with_their_elements() {
    check(
        r#"
// The team's Slack.

/* one */ { // two
"type": /* three */ "slack", // four
    // five
// six
      "scopes": [ /* seven */ "a" /* eight */, /* nine */
  "b", /* ten */ "c" // eleven
  ,
  // twelve
  ], "none": [ /* thirteen */   ], "x": [ /* four-
 teen */ ],
  "y": // fifteen
    1
} // sixteen

   // seventeen
"#,
        r#"// The team's Slack.

/* one */ { // two
  "type": /* three */ "slack", // four
  // five
  // six
  "scopes": [
    /* seven */ "a" /* eight */, /* nine */
    "b",
    /* ten */ "c" // eleven
    ,
    // twelve
  ],
  "none": [ /* thirteen */ ],
  "x": [
    /* four-
 teen */
  ],
  "y": // fifteen
    1
} // sixteen

// seventeen
"#,
    );
}

/// It ends a comment, though no line that an editor counts.
#[test]
fn behind_a_line_separator_nothing_becomes_a_comment() {
    check("[ // c\u{2028} ]", "[\n  // c\n]");
    check("[1, // c\u{2028} 2]", "[\n  1,\n  // c\n  2\n]");
}

#[test]
fn one_blank_line_between_elements_stays() {
    check(
        "{\n\n\n  \"a\": 1,\n\n\n\n  // b\n\n  \"b\": 2\n\n}\n",
        "{\n  \"a\": 1,\n\n  // b\n\n  \"b\": 2\n}\n",
    );
}

#[test]
fn json5_stays_json5() {
    check("{type:'slack',n:+.5,}", "{\n  type: 'slack',\n  n: +.5,\n}");
}

#[test]
fn line_ends_and_byte_order_mark_stay() {
    check(
        "\u{feff} {\r\n\"a\":1,\n\"b\":2}\r\n",
        "\u{feff}{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}\r\n",
    );
    check("[1]\r\r", "[\r  1\r]\r\r");
}

#[test]
fn the_editors_options_count() {
    let options = FormatOptions {
        indent: "\t".to_owned(),
        final_line_ends: 1..=1,
        ..FormatOptions::default()
    };
    assert_eq!(formatted_with("[[1]]", &options), "[\n\t[\n\t\t1\n\t]\n]\n");
    assert_eq!(formatted_with("[]\n\n\n", &options), "[]\n");
    assert_eq!(formatted_with("[]\n \n", &FormatOptions::default()), "[]\n\n");
    assert_eq!(formatted_with("", &options), "");
}

#[test]
fn a_line_with_an_error_stays_as_it_is_and_the_others_are_laid_out() {
    check(
        "{\n\"type\":\"slack\",\n     \"scopes\"  [\"a\",\"b\"],\n\"x\":[1,\n  2 ]}",
        "{\n  \"type\": \"slack\",\n     \"scopes\"  [\"a\",\"b\"],\n\"x\": [\n    1,\n    2\n  ]\n}",
    );
}

#[test]
fn without_all_brackets_everything_stays_as_it_is() {
    for text in [
        "{\"type\":\"slack\",\"scopes\":[\"a\"}",
        "{\"type\":\"slack\"",
        "\"type\":\"slack\"",
        "{\"a\":1}}",
        "{\"a\":1} {\"b\":2}",
        "{\"a\":1 /* ",
        "  // nothing but a comment",
        "   ",
    ] {
        assert_eq!(formatted(text), text);
    }
}

#[test]
fn what_is_nested_too_deep_stays_as_it_is() {
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_ne!(formatted(&deep(60)), deep(60));
    assert_eq!(formatted(&deep(100_000)), deep(100_000));
}

#[test]
fn of_a_range_only_what_stands_in_it_is_laid_out() {
    let text = "{\n\"a\":1,\n\"b\":2,\n\"c\":3\n}";
    let start = text.find("\"b\"").unwrap_or_default();
    let lines = |from: usize, to: usize| {
        let range = TextRange::new(TextSize::try_from(from).unwrap(), TextSize::try_from(to).unwrap());
        apply(
            text,
            &format(text, &Tree::parse(text), &FormatOptions::default(), range),
        )
    };
    assert_eq!(lines(start, start + 6), "{\n\"a\":1,\n  \"b\": 2,\n\"c\":3\n}");
    // As an editor sends it: to the start of the next line.
    assert_eq!(lines(start, start + 7), "{\n\"a\":1,\n  \"b\": 2,\n\"c\":3\n}");
    assert_eq!(lines(0, text.len()), formatted(text));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn only_white_space_changes((text, options) in (document(), options())) {
        let result = formatted_with(&text, &options);
        prop_assert_eq!(solid(&text), solid(&result), "{}", result);
        prop_assert_eq!(Tree::parse(&text).errors().len(), Tree::parse(&result).errors().len(), "{}", result);
    }

    #[test]
    fn what_is_laid_out_stays_as_it_is((text, options, line_end) in (document(), options(), select(&["\n", "\r\n", "\r"][..]))) {
        // Of mixed line ends the first one counts, and may be gone after the first time.
        let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', line_end);
        let once = formatted_with(&text, &options);
        prop_assert_eq!(edits_with(&once, &options), [], "{}", once);
    }

    #[test]
    fn edits_are_where_something_changes((text, options) in (document(), options())) {
        let edits = edits_with(&text, &options);
        prop_assert!(edits.is_sorted_by(|a, b| a.range.end() < b.range.start()), "{:?}", edits);
        for edit in edits {
            prop_assert_ne!(&text[std::ops::Range::from(edit.range)], edit.insert);
        }
    }

    /// Each edit stands for itself, so a part of the text can be laid out.
    #[test]
    fn of_any_range_only_white_space_changes((text, start, end) in (document(), 0..400u32, 0..400u32)) {
        let len = TextSize::of(text.as_str());
        let range = TextRange::new(len.min(start.min(end).into()), len.min(start.max(end).into()));
        let result = apply(&text, &format(&text, &Tree::parse(&text), &FormatOptions::default(), range));
        prop_assert_eq!(solid(&text), solid(&result), "{}", result);
    }

    /// A comment belongs to what it is removed with.
    #[test]
    fn comments_stay_with_their_elements(text in whole_document()) {
        let result = formatted(&text);
        prop_assert_eq!(removals(&text), removals(&result), "{}\n{}", text, result);
    }

    #[test]
    fn without_comments_it_is_what_json_stringify_writes(value in json()) {
        let compact = value.to_string();
        prop_assert_eq!(formatted(&compact), serde_json::to_string_pretty(&value).unwrap());
    }
}

/// The tokens that are no white space.
fn solid(text: &str) -> Vec<(TokenKind, String)> {
    let tokens = Tree::parse(text);
    let solid = tokens.tokens().filter(|it| it.kind != TokenKind::Whitespace);
    solid
        .map(|it| (it.kind, text[std::ops::Range::from(it.range)].to_owned()))
        .collect()
}

/// What is left of a text without each of its elements and members in turn.
fn removals(text: &str) -> Vec<Vec<(TokenKind, String)>> {
    let tree = Tree::parse(text);
    let mut found = Vec::new();
    let mut open = vec![tree.document()];
    while let Some(node) = open.pop() {
        let object = Object::cast(node).map(|it| (List::of_object(text, it), it.members().count()));
        let array = Array::cast(node).map(|it| (List::of_array(text, it), it.elements().count()));
        if let Some((list, count)) = object.or(array) {
            found.extend((0..count).map(|nth| solid(&apply(text, &list.remove(&[nth])))));
        }
        open.extend(node.children().filter_map(|it| match it {
            Element::Node(node) => Some(node),
            Element::Token(_) => None,
        }));
    }
    found
}

fn options() -> impl Strategy<Value = FormatOptions> {
    (
        select(&["  ", "\t", "", "    "][..]),
        0..=1usize,
        select(&[1, usize::MAX][..]),
    )
        .prop_map(|(indent, least, most)| FormatOptions {
            indent: indent.to_owned(),
            blank_lines: indent.is_empty(),
            final_line_ends: least..=most,
        })
}

/// What stands between tokens: white space of all kinds, and comments.
fn gap() -> impl Strategy<Value = String> {
    let piece = select(
        &[
            "",
            "",
            "",
            " ",
            "\n",
            "\n\n  ",
            "\r\n\t",
            "\r",
            " // 🎉\n",
            "// x\r\n",
            " /* c */ ",
            "/* c\n d */",
            "/* e */\n",
            "\u{a0}",
            "\u{2028}",
        ][..],
    );
    vec(piece, 0..3).prop_map(|it| it.concat())
}

/// Documents without errors, with comments everywhere.
fn whole_document() -> impl Strategy<Value = String> {
    let leaf = select(&["\"a\"", "'b'", "\"😀: // no\"", "1", "-0x1F", "null", "true"][..]).prop_map(str::to_owned);
    let value = leaf.prop_recursive(3, 24, 4, |inner| {
        let comma = select(&["", ","][..]);
        let element = (gap(), inner.clone(), gap()).prop_map(|(a, b, c)| [a, b, c].concat());
        let key = select(&["\"k\"", "type", "'s'"][..]);
        let member =
            (gap(), key, gap(), gap(), inner, gap()).prop_map(|(a, key, b, c, d, e)| format!("{a}{key}{b}:{c}{d}{e}"));
        let list = |items: Vec<String>, comma: &str, gap: String| match items.is_empty() {
            true => gap,
            false => format!("{}{comma}{gap}", items.join(",")),
        };
        prop_oneof![
            (vec(element, 0..4), comma.clone(), gap())
                .prop_map(move |(items, comma, gap)| format!("[{}]", list(items, comma, gap))),
            (vec(member, 0..4), comma, gap())
                .prop_map(move |(items, comma, gap)| format!("{{{}}}", list(items, comma, gap))),
        ]
    });
    (select(&["", "\u{feff}"][..]), gap(), value, gap()).prop_map(|(mark, a, b, c)| [mark, &a, &b, &c].concat())
}

/// The same, and some with a piece missing or too many.
fn document() -> impl Strategy<Value = String> {
    let slip = prop::option::of((
        any::<prop::sample::Index>(),
        0..3usize,
        select(&["", "\"", "[", "}", ",", "x", "#", "=", "\n", "/*"][..]),
    ));
    (whole_document(), slip).prop_map(|(text, slip)| {
        let Some((place, removed, insert)) = slip else {
            return text;
        };
        let chars: Vec<char> = text.chars().collect();
        let at = place.index(chars.len() + 1);
        let end = (at + removed).min(chars.len());
        chars[..at]
            .iter()
            .copied()
            .chain(insert.chars())
            .chain(chars[end..].iter().copied())
            .collect()
    })
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        any::<String>().prop_map(serde_json::Value::from),
        any::<i32>().prop_map(serde_json::Value::from)
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            vec((any::<String>(), inner), 0..4).prop_map(|it| it.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
    .prop_filter("a list", |it| it.is_array() || it.is_object())
}

//! Edits keep comments, indentation, quotes, trailing commas and line ends.

use base44_connectors_ls::syntax::edit::{List, apply, member, quote_like};
use base44_connectors_ls::syntax::{TextEdit, Tree};
use pretty_assertions::assert_eq;

/// The first array of `text`, or the root object if there is none, as a list to edit.
#[track_caller]
fn edited(text: &str, change: impl Fn(&List<'_>) -> Vec<TextEdit>) -> String {
    let tree = Tree::parse(text);
    let root = tree.root().expect("a root");
    let scopes = root
        .as_object()
        .and_then(|it| it.members().find_map(|it| it.value()?.as_array()));
    let list = match scopes.or(root.as_array()) {
        Some(array) => List::of_array(text, array),
        None => List::of_object(text, root.as_object().expect("an object")),
    };
    let new = apply(text, &change(&list));
    let errors = Tree::parse(&new).errors();
    assert!(
        errors.len() <= tree.errors().len(),
        "{new:?} has {errors:?}"
    );
    new
}

#[track_caller]
fn removes(which: &[usize], cases: &[(&str, &str)]) {
    for (before, after) in cases {
        assert_eq!(edited(before, |it| it.remove(which)), *after, "{before}");
    }
}

#[track_caller]
fn appends(cases: &[(&str, &str)]) {
    for (before, after) in cases {
        assert_eq!(
            edited(before, |it| it.append(&["\"z\"".to_owned()])),
            *after,
            "{before}"
        );
    }
}

#[test]
fn remove_on_one_line() {
    removes(
        &[0],
        &[
            (r#"["a"]"#, "[]"),
            (r#"[ "a", ]"#, "[]"),
            (r#"["a", "b", "c"]"#, r#"["b", "c"]"#),
            (r#"["a","b"]"#, r#"["b"]"#),
            (r#"[ "a", "b" ]"#, r#"[ "b" ]"#),
            (r#"["a" /* x */, "b"]"#, r#"["b"]"#),
            (r#"["a", /* y */ "b"]"#, r#"[/* y */ "b"]"#),
            (r#"[/* x */ "a", "b"]"#, r#"["b"]"#),
            (r#"{"a": 1, "b": 2}"#, r#"{"b": 2}"#),
            (r#"{"a": 1}"#, "{}"),
        ],
    );
    removes(
        &[1],
        &[
            (r#"["a", "b", "c"]"#, r#"["a", "c"]"#),
            (r#"["a", "b"]"#, r#"["a"]"#),
            (r#"["a", "b",]"#, r#"["a",]"#),
            (r#"[ "a", "b" ]"#, r#"[ "a" ]"#),
            (r#"["a" /* x */, "b" /* y */]"#, r#"["a" /* x */]"#),
            (r#"["a" "b"]"#, r#"["a"]"#),
            (r#"["a", "b""#, r#"["a""#),
        ],
    );
    removes(
        &[0, 1],
        &[(r#"["a", "b"]"#, "[]"), (r#"["a", "b", "c"]"#, r#"["c"]"#)],
    );
    removes(
        &[1, 2],
        &[
            (r#"["a", "b", "c"]"#, r#"["a"]"#),
            (r#"["a", "b", "c",]"#, r#"["a",]"#),
        ],
    );
    removes(&[0, 2], &[(r#"["a", "b", "c"]"#, r#"["b"]"#)]);
    removes(&[7], &[(r#"["a"]"#, r#"["a"]"#)]);
}

#[test]
fn remove_from_lines() {
    removes(
        &[0],
        &[
            ("[\n  \"a\",\n  \"b\"\n]", "[\n  \"b\"\n]"),
            ("[\r\n\t\"a\",\r\n\t\"b\"\r\n]", "[\r\n\t\"b\"\r\n]"),
            ("[\r  \"a\",\r  \"b\"\r]", "[\r  \"b\"\r]"),
            (
                "[\n  // of a\n  \"a\", // too\n  // of b\n  \"b\"\n]",
                "[\n  // of b\n  \"b\"\n]",
            ),
            (
                "[ // of the list\n  \"a\",\n  \"b\"\n]",
                "[ // of the list\n  \"b\"\n]",
            ),
            (
                "[\n  // of nobody\n\n  \"a\",\n  \"b\"\n]",
                "[\n  // of nobody\n\n  \"b\"\n]",
            ),
            ("[\n  \"a\",\n\n  \"b\"\n]", "[\n  \"b\"\n]"),
            ("[\n  \"a\"\n]", "[]"),
            ("[\n  \"a\", // x\n]", "[]"),
            ("[\n  \"a\"\n  // stays\n]", "[\n  // stays\n]"),
        ],
    );
    removes(
        &[1],
        &[
            ("[\n  \"a\",\n  \"b\"\n]", "[\n  \"a\"\n]"),
            ("[\n  \"a\",\n  \"b\",\n]", "[\n  \"a\",\n]"),
            (
                "[\n  \"a\", // of a\n  \"b\" // of b\n]",
                "[\n  \"a\" // of a\n]",
            ),
            (
                "[\n  \"a\", // of a\n  // of b\n  /* too */\n  \"b\"\n  // last\n]",
                "[\n  \"a\" // of a\n  // last\n]",
            ),
            (
                "[\n  \"a\",\n\n  \"b\",\n\n  \"c\"\n]",
                "[\n  \"a\",\n\n  \"c\"\n]",
            ),
            ("[\n  \"a\",\n\n  \"b\"\n]", "[\n  \"a\"\n]"),
            ("[\n  \"a\", \"b\",\n  \"c\"\n]", "[\n  \"a\",\n  \"c\"\n]"),
            ("[\n  \"a\",\n  \"b\", \"c\"\n]", "[\n  \"a\",\n  \"c\"\n]"),
            ("{\n  \"a\": 1,\n  \"b\": {\n  }\n}\n", "{\n  \"a\": 1\n}\n"),
        ],
    );
}

#[test]
fn append_an_element() {
    appends(&[
        ("[]", r#"["z"]"#),
        ("[ ]", r#"["z"]"#),
        (r#"["a"]"#, r#"["a", "z"]"#),
        (r#"["a",]"#, r#"["a", "z",]"#),
        (r#"["a" /* x */]"#, r#"["a" /* x */, "z"]"#),
        (
            r#"{"type": "slack", "scopes": []}"#,
            r#"{"type": "slack", "scopes": ["z"]}"#,
        ),
        (
            "{\n  \"scopes\": []\n}",
            "{\n  \"scopes\": [\n    \"z\"\n  ]\n}",
        ),
        (
            "{\r\n\t\"scopes\": [\r\n\t]\r\n}",
            "{\r\n\t\"scopes\": [\r\n\t\t\"z\"\r\n\t]\r\n}",
        ),
        ("[\n  // nothing yet\n]", "[\n  // nothing yet\n  \"z\"\n]"),
        ("[\n\t\"a\"\n]", "[\n\t\"a\",\n\t\"z\"\n]"),
        ("[\n  \"a\",\n]", "[\n  \"a\",\n  \"z\",\n]"),
        ("[\n  \"a\" // of a\n]", "[\n  \"a\", // of a\n  \"z\"\n]"),
        ("[\n  \"a\", // of a\n]", "[\n  \"a\", // of a\n  \"z\",\n]"),
        (
            "[\n  \"a\"\n  // last\n]",
            "[\n  \"a\",\n  \"z\"\n  // last\n]",
        ),
        ("[\"a\" // x\n]", "[\"a\", // x\n\"z\"\n]"),
        (
            "[\n  \"a\" // odd */\n]",
            "[\n  \"a\", // odd */\n  \"z\"\n]",
        ),
        // Broken ones.
        (r#"{"scopes": ["a""#, r#"{"scopes": ["a", "z""#),
        (r#"{"scopes": ["a", "#, r#"{"scopes": ["a", "z" "#),
        (r#"{"scopes": ["#, r#"{"scopes": ["z""#),
        (r#"["a" "b"]"#, r#"["a" "b", "z"]"#),
        (r#"[,]"#, r#"["z",]"#),
        (
            "{\"scopes\": [\n  \"a\"\n  \"b\",\n\"type\": 1}",
            "{\"scopes\": [\n  \"a\"\n  \"b\",\n  \"z\"\n\"type\": 1}",
        ),
    ]);
}

#[test]
fn insert_beside_an_element() {
    let z = ["'y'".to_owned(), "'z'".to_owned()];
    for (before, nth, after) in [
        ("['a', 'b']", 0, "['a', 'y', 'z', 'b']"),
        ("['a', /* b */ 'b']", 0, "['a', 'y', 'z', /* b */ 'b']"),
        (
            "[\n 'a', // a\n // b\n 'b'\n]",
            0,
            "[\n 'a', // a\n 'y',\n 'z',\n // b\n 'b'\n]",
        ),
        ("[\n 'a'\n 'b'\n]", 0, "[\n 'a',\n 'y',\n 'z',\n 'b'\n]"),
    ] {
        assert_eq!(
            edited(before, |it| it.insert_after(nth, &z)),
            after,
            "{before}"
        );
    }
    for (before, nth, after) in [
        ("['a', 'b']", 1, "['a', 'y', 'z', 'b']"),
        (
            "[\n 'a', // a\n // b\n 'b'\n]",
            1,
            "[\n 'a', // a\n 'y',\n 'z',\n // b\n 'b'\n]",
        ),
        ("[ 'a' ]", 0, "[ 'y', 'z', 'a' ]"),
    ] {
        assert_eq!(
            edited(before, |it| it.insert_before(nth, &z)),
            after,
            "{before}"
        );
    }
    for (before, nth, after) in [
        ("['a b']", 0, "['y', 'z']"),
        ("[\n 'a', // c\n]", 0, "[\n 'y',\n 'z', // c\n]"),
    ] {
        assert_eq!(edited(before, |it| it.replace(nth, &z)), after, "{before}");
    }
    assert_eq!(edited("['a', 'b']", |it| it.replace(0, &[])), "['b']");
}

#[test]
fn insert_a_member() {
    for (before, after) in [
        ("{}", "{\n  \"type\": \"slack\"\n}"),
        ("{\n}", "{\n  \"type\": \"slack\"\n}"),
        ("{\"a\": 1}", "{\"a\": 1, \"type\": \"slack\"}"),
        (
            "{\n    'a': 1,\n}\n",
            "{\n    'a': 1,\n    'type': 'slack',\n}\n",
        ),
        ("{\n  \"a\": \n}", "{\n  \"a\":,\n  \"type\": \"slack\" \n}"),
        ("{", "{\n  \"type\": \"slack\""),
    ] {
        let tree = Tree::parse(before);
        let new = member(before, &tree, "type", &quote_like(before, &tree, "slack"));
        assert_eq!(
            edited(before, |it| it.append(std::slice::from_ref(&new))),
            after,
            "{before}"
        );
    }
}

#[test]
fn quotes_of_the_file() {
    let quoted = |text: &str, content: &str| quote_like(text, &Tree::parse(text), content);
    assert_eq!(quoted("{'a': \"b\"}", "it's \"x\""), r#"'it\'s "x"'"#);
    assert_eq!(quoted("{\"a\": 'b'}", "it's \"x\""), r#""it's \"x\"""#);
    assert_eq!(
        quoted("", "a\\b\n\u{1}\u{2028}é"),
        "\"a\\\\b\\n\\u0001\\u2028é\""
    );
}

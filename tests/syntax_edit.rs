//! Edits keep comments, indentation, quotes, trailing commas and line ends.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "helpers of tests may panic"
)]

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
    assert!(errors.len() <= tree.errors().len(), "{new:?} has {errors:?}");
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
    removes(&[0, 1], &[(r#"["a", "b"]"#, "[]"), (r#"["a", "b", "c"]"#, r#"["c"]"#)]);
    removes(
        &[1, 2],
        &[(r#"["a", "b", "c"]"#, r#"["a"]"#), (r#"["a", "b", "c",]"#, r#"["a",]"#)],
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
            ("[ // of the list\n  \"a\",\n  \"b\"\n]", "[ // of the list\n  \"b\"\n]"),
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
            ("[\n  \"a\", // of a\n  \"b\" // of b\n]", "[\n  \"a\" // of a\n]"),
            (
                "[\n  \"a\", // of a\n  // of b\n  /* too */\n  \"b\"\n  // last\n]",
                "[\n  \"a\" // of a\n  // last\n]",
            ),
            ("[\n  \"a\",\n\n  \"b\",\n\n  \"c\"\n]", "[\n  \"a\",\n\n  \"c\"\n]"),
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
        ("{\n  \"scopes\": []\n}", "{\n  \"scopes\": [\n    \"z\"\n  ]\n}"),
        (
            "{\r\n\t\"scopes\": [\r\n\t]\r\n}",
            "{\r\n\t\"scopes\": [\r\n\t\t\"z\"\r\n\t]\r\n}",
        ),
        ("[\n  // nothing yet\n]", "[\n  // nothing yet\n  \"z\"\n]"),
        ("[\n\t\"a\"\n]", "[\n\t\"a\",\n\t\"z\"\n]"),
        ("[\n  \"a\",\n]", "[\n  \"a\",\n  \"z\",\n]"),
        ("[\n  \"a\" // of a\n]", "[\n  \"a\", // of a\n  \"z\"\n]"),
        ("[\n  \"a\", // of a\n]", "[\n  \"a\", // of a\n  \"z\",\n]"),
        ("[\n  \"a\"\n  // last\n]", "[\n  \"a\",\n  \"z\"\n  // last\n]"),
        ("[\"a\" // x\n]", "[\"a\", // x\n\"z\"\n]"),
        ("[\n  \"a\" // odd */\n]", "[\n  \"a\", // odd */\n  \"z\"\n]"),
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
        assert_eq!(edited(before, |it| it.insert_after(nth, &z)), after, "{before}");
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
        assert_eq!(edited(before, |it| it.insert_before(nth, &z)), after, "{before}");
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
        ("{\n    'a': 1,\n}\n", "{\n    'a': 1,\n    'type': 'slack',\n}\n"),
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
    assert_eq!(quoted("", "a\\b\n\u{1}\u{2028}é"), "\"a\\\\b\\n\\u0001\\u2028é\"");
}

/// Numbers that look random and are the same in every run.
struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// An array of the numbers below `count` as strings, with comments that say whose they are, or `free`.
fn commented_array(random: &mut Xorshift, count: usize) -> String {
    let eol = ["\n", "\r\n", "\r"][random.below(3) as usize];
    let indent = ["  ", "\t", ""][random.below(3) as usize];
    let lines = random.once_in(2);
    let trailing = random.once_in(3);
    let mut text = "{\"x\": [".to_owned();
    if lines {
        if random.once_in(4) {
            text.push_str(" // free");
        }
        text.push_str(eol);
    }
    for nth in 0..count {
        if lines {
            if random.once_in(5) {
                text.push_str(&format!("{indent}// free{eol}{eol}"));
            }
            if random.once_in(5) {
                text.push_str(eol);
            }
            if random.once_in(3) {
                text.push_str(&format!("{indent}// {nth}{eol}"));
            }
            text.push_str(indent);
        } else if random.once_in(3) {
            text.push_str(&format!("/* {nth} */ "));
        }
        text.push_str(&format!("\"{nth}\""));
        if random.once_in(4) {
            text.push_str(&format!(" /* {nth} */"));
        }
        let last = nth + 1 == count;
        if !last || trailing {
            text.push(',');
        }
        if lines {
            if random.once_in(3) {
                text.push_str(&format!(" // {nth}"));
            }
            text.push_str(eol);
        } else if !last {
            text.push(' ');
        }
    }
    if lines && random.once_in(4) {
        text.push_str(&format!("{eol}{indent}// free{eol}"));
    }
    text.push_str("]}");
    text
}

/// The elements, and what the comments say.
#[track_caller]
fn contents(text: &str) -> (Vec<String>, Vec<String>) {
    let tree = Tree::parse(text);
    assert_eq!(tree.errors(), [], "{text}");
    let member = tree.root().unwrap().as_object().unwrap().members().next().unwrap();
    let array = member.value().unwrap().as_array().unwrap();
    let elements = array
        .elements()
        .map(|it| it.as_string().unwrap().text(text).into_owned());
    let comments = tree
        .comments()
        .map(|it| text[it.range].trim_matches(['/', '*', ' ']).to_owned());
    (elements.collect(), comments.collect())
}

#[test]
fn what_is_removed_takes_its_comments_along_and_no_others() {
    let mut random = Xorshift(0x9e37_79b9_7f4a_7c15);
    for _ in 0..4_000 {
        let count = 1 + random.below(5) as usize;
        let text = commented_array(&mut random, count);
        let removed: Vec<usize> = (0..count).filter(|_| random.once_in(2)).collect();
        let new = edited(&text, |it| it.remove(&removed));
        let gone = |it: &String| removed.iter().any(|nth| *it == nth.to_string());
        let (mut elements, mut comments) = contents(&text);
        elements.retain(|it| !gone(it));
        comments.retain(|it| !gone(it));
        assert_eq!(
            contents(&new),
            (elements, comments),
            "{text}\nwithout {removed:?}\n{new}"
        );
        assert!(
            text.contains(
                "


"
            ) || !new.contains(
                "


"
            ),
            "{text}\nwithout {removed:?}\n{new}"
        );
    }
}

#[test]
fn what_is_added_leaves_all_comments_in_their_place() {
    let mut random = Xorshift(0x2545_f491_4f6c_dd1d);
    let z = ["\"y\"".to_owned(), "\"z\"".to_owned()];
    for _ in 0..4_000 {
        let count = 1 + random.below(5) as usize;
        let text = commented_array(&mut random, count);
        let nth = random.below(count as u64) as usize;
        let (elements, comments) = contents(&text);
        for behind in [0, 1] {
            let new = edited(&text, |it| match behind {
                0 => it.insert_before(nth, &z),
                _ => it.insert_after(nth, &z),
            });
            let mut expected = elements.clone();
            expected.splice(nth + behind..nth + behind, ["y".to_owned(), "z".to_owned()]);
            assert_eq!(
                contents(&new),
                (expected, comments.clone()),
                "{text}\n{behind} {nth}\n{new}"
            );
            // Nothing changed its owner: what was added goes away alone.
            let again = edited(&new, |it| it.remove(&[nth + behind, nth + behind + 1]));
            assert_eq!(
                contents(&again),
                (elements.clone(), comments.clone()),
                "{text}\n{new}\n{again}"
            );
        }
    }
}

#[track_caller]
fn reorders(order: &[usize], cases: &[(&str, &str)]) {
    for (before, after) in cases {
        assert_eq!(edited(before, |it| it.reorder(order)), *after, "{before}");
    }
}

#[test]
fn reorder_takes_comments_along() {
    reorders(
        &[2, 0, 1],
        &[
            (r#"["a", "b", "c"]"#, r#"["c", "a", "b"]"#),
            (r#"["a","b","c",]"#, r#"["c","a","b",]"#),
            (
                "[\n  // about a\n  \"a\",\n  \"b\", /* b */\n\n  // of the list\n\n  \"c\" // c\n]",
                "[\n  \"c\", // c\n  // about a\n  \"a\",\n\n  // of the list\n\n  \"b\" /* b */\n]",
            ),
            (
                "[\r\n\t\"a\" // a\r\n\t, \"b\" /* b */, \"c\"]",
                "[\r\n\t\"c\", \"a\" // a\r\n\t, \"b\" /* b */]",
            ),
        ],
    );
}

#[test]
fn what_ends_in_a_line_comment_keeps_its_line() {
    reorders(
        &[1, 0],
        &[
            ("[\n  \"b\", \"a\" // a\n]", "[\n  \"a\", // a\n   \"b\"\n]"),
            ("[\"b\", \"a\" // a\n]", "[\"a\", // a\n \"b\"\n]"),
        ],
    );
}

#[test]
fn the_order_that_is_there_takes_no_edits() {
    reorders(&[0, 1], &[("[ \"a\" , // a\n \"b\" ]", "[ \"a\" , // a\n \"b\" ]")]);
}

#[test]
fn remove_trailing_comma() {
    for (before, after) in [("[1, /* a */]", "[1 /* a */]"), ("[1]", "[1]"), ("[]", "[]")] {
        assert_eq!(
            edited(before, |it| it.remove_trailing_comma().into_iter().collect()),
            after
        );
    }
}

#[test]
fn what_is_reordered_keeps_its_comments_beside_it() {
    let mut random = Xorshift(0x6a09_e667_f3bc_c908);
    for _ in 0..4_000 {
        let count = 1 + random.below(5) as usize;
        let text = commented_array(&mut random, count);
        let mut order: Vec<usize> = (0..count).collect();
        for nth in (1..count).rev() {
            order.swap(nth, random.below(nth as u64 + 1) as usize);
        }
        let new = edited(&text, |it| it.reorder(&order));
        let (_, before) = contents(&text);
        let (elements, after) = contents(&new);
        let expected: Vec<String> = order.iter().map(usize::to_string).collect();
        assert_eq!(elements, expected, "{text}\n{new}");
        let free = |comments: &[String]| comments.iter().filter(|it| *it == "free").count();
        assert_eq!(
            (after.len(), free(&after)),
            (before.len(), free(&before)),
            "{text}\n{new}"
        );
        // Every removal takes the same comments along as before.
        for (place, nth) in order.iter().enumerate() {
            let of_it = |text: &str, at: usize| contents(&edited(text, |it| it.remove(&[at]))).1.len();
            assert_eq!(of_it(&text, *nth), of_it(&new, place), "{text}\n{new}");
        }
    }
}

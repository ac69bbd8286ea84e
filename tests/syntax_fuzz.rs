//! Any text has a lossless tree, and a tree that was edited equals one that was read anew.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "helpers of tests may panic"
)]

use base44_connectors_ls::syntax::edit::apply;
use base44_connectors_ls::syntax::{SyntaxErrorKind, TextEdit, TextRange, TextSize, Tree};

/// Connector files as they are written, half written, and mistyped.
const CORPUS: &[&str] = &[
    r#"{"type": "slack", "scopes": ["chat:write", "users:read"]}"#,
    "{\n  \"type\": \"googlecalendar\",\n  \"scopes\": [\n    \"https://www.googleapis.com/auth/calendar\",\n    \"https://www.googleapis.com/auth/calendar.events\"\n  ]\n}\n",
    "\u{feff}// who: Zoë 👩‍💻\r\n{\r\n\t'type': 'slack', /* one\r\n two */\r\n\tscopes: ['chat:write',], // tail\r\n}\r\n",
    "{\r  \"type\": \"gmail\",\r  // old Mac\r  \"scopes\": []\r}\r",
    "{\"a\": [[], {}, [[1, 2], {\"b\": [true, null]}], +1, .5, 5., 0x1F, -Infinity, NaN], \"b\": 'x\\\ny', c\\u0064: \"\\x41\\v\\0\\q\\u12\"}",
    "{ \"type\": \"goo",
    "{\"type\": \"a\" \"scopes\": [}",
    "{\"type\": \"slack, \"scopes\": [\"chat:write], \"x\": 1}",
    "{\n  \"type: \"slack\",\n  \"scopes\": [\n    \"a\",\n    \"b\n  \"extra\": {\"k\": = 1; l => 2},\n}\n",
    "\"type\": \"slack\",\n\"scopes\": [chat:write, https://x.y/z]\n",
    "# hash\n{“type”: ‘slack’, `scopes`: [\"a'] } } ] tail [1, {\"x\": 2}",
    "[{\"type\": \"a\" ], {\"b\": [1}, {\"c\": {\"d\": [[2}}, (3), ,, ;; :]",
    "{\"scopes\": [\"a\", \"b\" \"c\",, \"d\"], /* never closed [ { \" ",
    "{,\n:\n=\n\"a\"\n\"b\":\n,\"c\"::1\n{}\n[]]}",
    "",
];

const NASTY: &[&str] = &[
    "\"",
    "'",
    "`",
    "“",
    "”",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ";",
    "=",
    "=>",
    "/",
    "//",
    "/*",
    "*/",
    "*",
    "#",
    "\\",
    "\n",
    "\r",
    "\r\n",
    " ",
    "\t",
    "\0",
    "\u{b}",
    "\u{a0}",
    "\u{feff}",
    "\u{2028}",
    "\u{200b}",
    "\u{fffd}",
    "😀",
    "é",
    "a",
    "1",
    "-",
    "+",
    ".",
    "_",
    "$",
    "x:y",
    "true",
    "\"k\":",
    "\"v\",",
    "[\"a\",",
    "}, \"k\":",
    "\\u12",
    "0x",
    "  \"type\": \"slack\",\n",
    "\"k: [",
    "\"k: {\"",
    "\"k: \"v\", ",
    "\"v, \"w",
    "w\",",
];

/// Everything that must hold for any text.
#[track_caller]
fn check(text: &str) -> Tree {
    let tree = Tree::parse(text);
    let mut end = TextSize::new(0);
    for token in tree.tokens() {
        assert_eq!(token.range.start(), end, "gap in {text:?}");
        assert!(!token.range.is_empty(), "empty token in {text:?}");
        end = token.range.end();
        assert!(text.is_char_boundary(end.into()), "split character in {text:?}");
    }
    assert_eq!(end, TextSize::of(text), "lost text in {text:?}");
    let errors = tree.errors();
    for pair in errors.windows(2) {
        let key = |nth: usize| (pair[nth].range.start(), pair[nth].range.end());
        assert!(key(0) < key(1), "errors {errors:?} in {text:?}");
    }
    for error in &errors {
        assert!(
            text.get(std::ops::Range::<usize>::from(error.range)).is_some(),
            "{error:?} in {text:?}"
        );
        if let Some((range, _)) = error.repair(text) {
            assert!(
                text.get(std::ops::Range::<usize>::from(range)).is_some(),
                "{error:?} in {text:?}"
            );
        }
    }
    for note in tree.notes() {
        assert!(
            text.get(std::ops::Range::<usize>::from(note.range)).is_some(),
            "{note:?} in {text:?}"
        );
    }
    tree
}

/// Replaces `range` in a text and its tree, and checks the tree.
#[track_caller]
fn edit(text: &str, tree: &Tree, range: std::ops::Range<usize>, insert: &str) -> (String, Tree) {
    let mut new = text.to_owned();
    new.replace_range(range.clone(), insert);
    let old_range = TextRange::new(size(range.start), size(range.end));
    let edited = tree.edited(&new, old_range, TextSize::of(insert));
    let parsed = check(&new);
    if edited != parsed || edited.errors() != parsed.errors() || edited.notes() != parsed.notes() {
        panic!(
            "{text:?}\n with {range:?} = {insert:?}\n edited {edited:?}\n errors {:?}\n parsed {parsed:?}\n errors {:?}",
            edited.errors(),
            parsed.errors()
        );
    }
    (new, edited)
}

fn size(at: usize) -> TextSize {
    TextSize::try_from(at).unwrap()
}

fn boundaries(text: &str) -> Vec<usize> {
    (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect()
}

#[test]
fn every_prefix_and_suffix() {
    for text in CORPUS {
        for at in boundaries(text) {
            check(&text[..at]);
            check(&text[at..]);
        }
    }
}

/// A repair adds no error; at most one comes out that was hidden, as a missing value behind a missing quote.
#[test]
fn no_repair_does_harm() {
    let mut repairs = 0;
    for text in CORPUS {
        for at in boundaries(text) {
            for text in [&text[..at], &text[at..]] {
                let errors = Tree::parse(text).errors();
                for error in &errors {
                    let Some((range, insert)) = error.repair(text) else {
                        continue;
                    };
                    repairs += 1;
                    let new = apply(text, &[TextEdit { range, insert }]);
                    let left = Tree::parse(&new).errors();
                    assert!(
                        left.len() <= errors.len(),
                        "{error:?}\n{text}\n{errors:?}\n{new}\n{left:?}"
                    );
                }
            }
        }
    }
    assert!(1_000 < repairs, "only {repairs} repairs");
}

#[test]
fn every_deletion_of_one_character() {
    for text in CORPUS {
        let tree = check(text);
        for pair in boundaries(text).windows(2) {
            edit(text, &tree, pair[0]..pair[1], "");
        }
    }
}

#[test]
fn every_insertion_of_something_nasty() {
    for text in CORPUS {
        let tree = check(text);
        for at in boundaries(text) {
            for insert in NASTY {
                edit(text, &tree, at..at, insert);
            }
        }
    }
}

/// Numbers that look random and are the same in every run.
struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// `SYNTAX_FUZZ_SEED` takes another path, and a longer one.
#[test]
fn sequences_of_edits() {
    let seed = std::env::var("SYNTAX_FUZZ_SEED").ok().and_then(|it| it.parse().ok());
    let rounds = if seed.is_some() { 20_000 } else { 400 };
    let mut random = Xorshift(seed.unwrap_or(0x9e37_79b9_7f4a_7c15));
    for _ in 0..rounds {
        let mut text = random.pick(CORPUS).to_owned();
        let mut tree = check(&text);
        for _ in 0..20 {
            let places = boundaries(&text);
            let start = random.below(places.len());
            let longest = match random.below(8) {
                0 => places.len() - start,
                1 | 2 => 12.min(places.len() - start),
                3 => 2.min(places.len() - start),
                _ => 1,
            };
            let end = start + random.below(longest);
            let insert = match random.below(8) {
                0 => {
                    let from = random.pick(CORPUS);
                    let places = boundaries(from);
                    let a = places[random.below(places.len())];
                    let b = places[random.below(places.len())];
                    from[a.min(b)..a.max(b)].to_owned()
                }
                1 => String::new(),
                2 => random.pick(NASTY).to_owned() + random.pick(NASTY),
                _ => random.pick(NASTY).to_owned(),
            };
            (text, tree) = edit(&text, &tree, places[start]..places[end], &insert);
        }
    }
}

#[test]
fn documents_made_of_pieces() {
    let mut random = Xorshift(0x2545_f491_4f6c_dd1d);
    for _ in 0..8_000 {
        let pieces = 1 + random.below(14);
        let text: String = (0..pieces).map(|_| random.pick(NASTY)).collect();
        let tree = check(&text);
        let places = boundaries(&text);
        let at = places[random.below(places.len())];
        edit(&text, &tree, at..at, random.pick(NASTY));
    }
}

/// The array has several levels of runs.
fn long_array(elements: usize) -> String {
    let elements: Vec<String> = (0..elements).map(|nth| format!("    \"scope:{nth}\"")).collect();
    format!(
        "{{\n  \"type\": \"slack\",\n  \"scopes\": [\n{}\n  ]\n}}\n",
        elements.join(",\n")
    )
}

#[test]
fn edits_in_a_long_array() {
    let mut random = Xorshift(7);
    let mut text = long_array(3_000);
    let mut tree = check(&text);
    for nth in 0..400 {
        let start = random.below(text.len());
        let end = match nth % 10 {
            0 => (start + 5_000).min(text.len()),
            _ => (start + random.below(3)).min(text.len()),
        };
        let insert = match nth % 10 {
            5 => "\"new\",\n".repeat(700),
            _ => random.pick(&["x", "\"y\", ", "", ",", "\n"]).to_owned(),
        };
        (text, tree) = edit(&text, &tree, start..end, &insert);
    }
}

#[test]
fn one_keystroke_in_a_long_array_reads_only_what_is_around_it() {
    let text = long_array(20_000);
    let mut tree = Tree::parse(&text);
    let mut text = text;
    assert_eq!(tree.bytes_read(), tree.len());
    for (at, insert) in [
        ("scope:10000\"", "x"),
        ("\"scope:17\"", "\"a\", "),
        ("scope:19999", "y"),
        ("\"scope:5\"", "\""),
    ] {
        let at = text.find(at).unwrap();
        (text, tree) = edit(&text, &tree, at..at, insert);
        assert!(
            tree.bytes_read() < size(200),
            "read {:?} bytes for {insert:?}",
            tree.bytes_read()
        );
    }
    let at = text.find("type").unwrap();
    let (_, tree) = edit(&text, &tree, at..at + 4, "kind");
    assert_eq!(
        tree.bytes_read(),
        size("\n  \"kind\": \"slack\",".len()),
        "the scopes are left alone"
    );
}

#[test]
fn a_wrong_edit_is_no_harm() {
    let text = CORPUS[1];
    let other = CORPUS[0];
    for (start, end, inserted) in [(0, 0, 0), (20, 30, 10), (60, 4_000, 0), (40, 60, u32::MAX)] {
        let range = TextRange::new(TextSize::new(start), TextSize::new(end));
        let tree = Tree::parse(text).edited(other, range, TextSize::new(inserted));
        assert_eq!(tree, Tree::parse(other));
    }
}

/// On a thread of the usual 2 MiB, so that any recursion by depth would overflow the stack.
#[test]
fn deep_nesting_does_not_use_up_the_stack() {
    let shapes = ["[", "{\"a\":", "[{\"a\":", "[1,[", "]", "}", "{\"a\":[}", "[}"];
    for shape in shapes {
        let text = shape.repeat(100_000);
        let tree = Tree::parse(&text);
        assert!(tree == Tree::parse(&text));
        assert!(tree != Tree::parse(&text[1..]));
        assert!(!tree.errors().is_empty());
        assert!(tree.notes().is_empty());
        assert_eq!(tree.tokens().last().unwrap().range.end(), TextSize::of(&*text));
        assert!(!tree.path_at(tree.len()).is_empty());
        let middle = text.len() / 2;
        let new = format!("{} {}", &text[..middle], &text[middle..]);
        let range = TextRange::empty(size(middle));
        assert!(tree.edited(&new, range, TextSize::new(1)) == Tree::parse(&new));
        assert!(format!("{tree:?}").len() > text.len());
    }
    let closed = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(Tree::parse(&closed).errors(), []);
    let unclosed = Tree::parse(&closed[..100_000]).errors();
    assert!(unclosed.iter().all(|it| it.kind == SyntaxErrorKind::UnclosedArray));
}

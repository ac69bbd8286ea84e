//! Valid documents mean the same here as to other parsers.
//!
//! `serde_json` and `jsonc-parser` know less than we accept, so each is asked for what it knows. The `json5` crate reads the
//! same language but for numbers: it has integers where the CLI has doubles, so numbers are compared as doubles.
//! What the CLI's own parser (npm `json5` 2.2.3) says is in `tests/data/cli-cases.jsonl`.

#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::panic,
    reason = "helpers of tests may panic"
)]

use base44_connectors_ls::syntax::{Object, Tree, Value, WordKind};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::Value as Json;

/// What the document says, as JSON; `None` if it has an error.
fn meaning(text: &str) -> Option<Json> {
    let tree = Tree::parse(text);
    tree.errors().is_empty().then(|| value(tree.root().unwrap(), text))
}

fn value(it: Value<'_>, text: &str) -> Json {
    match it {
        Value::Object(it) => object(it, text),
        Value::Array(it) => it.elements().map(|it| value(it, text)).collect(),
        Value::String(it) => it.text(text).into(),
        Value::Number(it) => number(&text[it.range()]).into(),
        Value::Word(it) => match it.kind {
            WordKind::True => true.into(),
            WordKind::False => false.into(),
            WordKind::Null => Json::Null,
            WordKind::Infinity | WordKind::NaN => Json::Null,
            WordKind::Bare => panic!("an error"),
        },
    }
}

/// The last of two members with one key counts.
fn object(it: Object<'_>, text: &str) -> Json {
    let members = it.members().map(|it| {
        let key = it.key().unwrap().text(text).into_owned();
        (key, value(it.value().unwrap(), text))
    });
    Json::Object(members.collect())
}

/// `None` for what is not finite, as `serde_json` has no such numbers.
fn number(source: &str) -> Option<f64> {
    let unsigned = source.trim_start_matches(['+', '-']);
    let number = match unsigned.strip_prefix("0x").or(unsigned.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).unwrap().into(),
        None => unsigned.parse::<f64>().unwrap(),
    };
    let number = if source.starts_with('-') { -number } else { number };
    number.is_finite().then_some(number)
}

/// `json` with every number as a double, without a sign on zero, and rounded: `serde_json` is not exact in the last bit.
fn as_doubles(json: Json) -> Json {
    match json {
        Json::Number(number) => number.as_f64().map(|it| f64::from(it as f32) + 0.0).into(),
        Json::Array(items) => items.into_iter().map(as_doubles).collect(),
        Json::Object(members) => {
            let members = members.into_iter().map(|(key, it)| (key, as_doubles(it)));
            Json::Object(members.collect())
        }
        other => other,
    }
}

/// A document in one of the three languages. `odd` are values, keys and gaps that only the larger ones have.
fn document(
    values: &'static str,
    keys: &'static str,
    gaps: &'static [&'static str],
    comma: &'static [&'static str],
) -> impl Strategy<Value = String> {
    let gap = prop::sample::select(gaps);
    let comma = prop::sample::select(comma);
    let leaf = prop_oneof![values];
    let inner = (gap.clone(), comma.clone());
    let value = leaf.prop_recursive(4, 40, 5, move |value| {
        let (gap, comma) = inner.clone();
        let element = (gap.clone(), value.clone(), gap.clone());
        let element = element.prop_map(|(before, value, after)| format!("{before}{value}{after}"));
        let member = (gap.clone(), keys, gap.clone(), element.clone());
        let member = member.prop_map(|(before, key, after, value)| format!("{before}{key}{after}:{value}"));
        let list = |open: char, item: BoxedStrategy<String>, close: char| {
            (prop::collection::vec(item, 0..5), comma.clone(), gap.clone()).prop_map(move |(items, comma, gap)| {
                let comma = if items.is_empty() { "" } else { comma };
                format!("{open}{}{comma}{gap}{close}", items.join(","))
            })
        };
        prop_oneof![list('[', element.boxed(), ']'), list('{', member.boxed(), '}')]
    });
    (gap.clone(), value, gap).prop_map(|(before, value, after)| format!("{before}{value}{after}"))
}

const JSON_VALUES: &str = r#"true|false|null|-?(0|[1-9][0-9]{0,4})(\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?|"([a-z é😀/:.'-]|\\["\\/bfnrt]|\\u00[0-7][0-9a-f]|\\u20ac|\\ud83d\\ude00){0,9}""#;
const JSON_KEYS: &str = r#""([a-z]|\\u006[0-9a-f]|é){0,4}""#;
const JSON5_VALUES: &str = r#"true|false|null|[+-]?(0|[1-9][0-9]{0,4}|0[xX][0-9a-fA-F]{1,6}|\.[0-9]{1,4}|[1-9]\.|[0-9]\.[0-9]{1,2}[eE][+-]?[0-9])|"([a-z é😀/:.'	-]|\\["\\/bfnrtvqz'\n]|\\0|\\x[0-7][0-9a-f]|\\u20ac|\\ud83d\\ude00|\\\r\n){0,9}"|'([a-z"]|\\'){0,5}'"#;
const JSON5_KEYS: &str = r#"("([a-z]|\\u006[0-9a-f]|é){0,4}"|'[a-z]{0,3}'|[a-z$_é][a-z0-9$_é]{0,4}|\\u006[1-9a-f])"#;
const JSON_GAPS: &[&str] = &["", " ", "\n", "\t", "\r\n  "];
const JSONC_GAPS: &[&str] = &["", " ", "\n", "// x, ]\n", "/* \" { */", "/***/ // */\n"];
const JSON5_GAPS: &[&str] = &[
    "",
    " ",
    "// x, ]\r",
    "/* ' */",
    "\u{a0}",
    "\u{feff}",
    "\u{b}\u{c}",
    "\u{2028}",
    "\u{3000}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_as_serde_json(text in document(JSON_VALUES, JSON_KEYS, JSON_GAPS, &[""])) {
        let theirs: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(meaning(&text).map(as_doubles), Some(as_doubles(theirs)), "{text:?}");
        assert_eq!(Tree::parse(&text).notes(), [], "{text:?}");
    }

    #[test]
    fn jsonc_as_jsonc_parser(text in document(JSON_VALUES, JSON_KEYS, JSONC_GAPS, &["", ","])) {
        let theirs: Option<Json> = jsonc_parser::parse_to_serde_value(&text, &Default::default()).unwrap();
        // It takes a lone `null` for nothing.
        let theirs = theirs.unwrap_or(Json::Null);
        assert_eq!(meaning(&text).map(as_doubles), Some(as_doubles(theirs)), "{text:?}");
        assert_eq!(Tree::parse(&text).notes(), [], "{text:?}");
    }

    #[test]
    fn json5_as_json5(text in document(JSON5_VALUES, JSON5_KEYS, JSON5_GAPS, &["", ","])) {
        let theirs: Json = json5::from_str(&text).unwrap();
        assert_eq!(meaning(&text).map(as_doubles), Some(as_doubles(theirs)), "{text:?}");
    }
}

//! A connector file as Base44 writes it itself: `JSON.stringify({ type, scopes }, null, 2)`, with the comments that are there.
//!
//! After a pull, such a file differs by what has changed in Base44 and by nothing else. Where Base44 would write less than there is,
//! this says so instead.

use std::borrow::Cow;

use super::wording::code;
use super::{File, Role};
use crate::connector::{Connector, Shape};
use crate::syntax::edit::{self, List};
use crate::syntax::{FormatOptions, Key, TextEdit, TextRange, TextSize, Tree, Value, format};

/// The edits that make the file what Base44 writes; none if it is that already. `Err`: why that cannot be, in a sentence.
pub fn as_base44(file: &File<'_>) -> Result<Vec<TextEdit>, String> {
    if let Some(reason) = obstacle(file) {
        return Err(reason);
    }
    let text = [plain_strings, in_order, without_trailing_commas, laid_out]
        .iter()
        .fold(Cow::Borrowed(file.text()), |text, step| {
            let tree = Tree::parse(&text);
            let edits = step(&text, &tree);
            match edits.is_empty() {
                true => text,
                false => Cow::Owned(edit::apply(&text, &edits)),
            }
        });
    Ok(match &*text == file.text() {
        true => Vec::new(),
        false => vec![super::fix_all::difference(file.text(), &text)],
    })
}

/// What Base44 would leave out or cannot read.
fn obstacle(file: &File<'_>) -> Option<String> {
    let Connector { shape, properties, .. } = &file.connector;
    if !matches!(file.source.role, Role::Connector | Role::Ignored(_)) {
        return Some("This is no connector file.".to_owned());
    }
    if file.is_broken() || !matches!(shape, Shape::Object(Value::Object(_))) {
        return Some("Base44 cannot read the file.".to_owned());
    }
    if let Some(property) = properties.iter().find(|it| !matches!(&*it.key, "type" | "scopes")) {
        return Some(format!("Base44 does not keep the property {}.", code(&property.key)));
    }
    if properties.iter().any(|it| it.shadowed) {
        return Some("A property is there twice.".to_owned());
    }
    let has_type = file.connector.type_literal().is_some();
    let has_scopes = file.connector.scopes.as_ref().is_some_and(|it| it.others.is_empty());
    if !(has_type && has_scopes) {
        return Some("It takes a `type` that is a string, and `scopes` that are a list of strings.".to_owned());
    }
    let names = file.scopes.iter().map(|it| &it.item.name);
    let strays = names.filter(|it| it.contains(char::REPLACEMENT_CHARACTER)).count();
    (0 < strays).then(|| "A string holds half a character.".to_owned())
}

/// Every key and string in the one way in which `JSON.stringify` writes it.
fn plain_strings(text: &str, tree: &Tree) -> Vec<TextEdit> {
    let connector = Connector::read(text, tree);
    let plain = |range: TextRange, content: &str| TextEdit {
        range,
        insert: serde_json::Value::from(content).to_string(),
    };
    let mut edits = Vec::new();
    for property in &connector.properties {
        edits.extend(property.member.key().map(|it: Key| plain(it.range(), &property.key)));
        if let Some(Value::String(literal)) = property.value {
            edits.push(plain(literal.range(), &literal.text(text)));
        }
    }
    let scopes = connector.scopes.iter().flat_map(|it| &it.scopes);
    edits.extend(scopes.map(|it| plain(it.range(), &it.name)));
    edits
}

/// `type` before `scopes`.
fn in_order(text: &str, tree: &Tree) -> Vec<TextEdit> {
    let is_first = |key: &str| {
        Connector::read(text, tree)
            .properties
            .first()
            .is_some_and(|it| it.key == key)
    };
    match tree.root() {
        Some(Value::Object(object)) if is_first("scopes") => List::of_object(text, object).reorder(&[1, 0]),
        _ => Vec::new(),
    }
}

fn without_trailing_commas(text: &str, tree: &Tree) -> Vec<TextEdit> {
    let Some(Value::Object(object)) = tree.root() else {
        return Vec::new();
    };
    let arrays = object.members().filter_map(|it| it.value()?.as_array());
    let lists = arrays
        .map(|it| List::of_array(text, it))
        .chain([List::of_object(text, object)]);
    lists.filter_map(|it| it.remove_trailing_comma()).collect()
}

fn laid_out(text: &str, tree: &Tree) -> Vec<TextEdit> {
    let options = FormatOptions {
        blank_lines: false,
        final_line_ends: 0..=0,
        ..FormatOptions::default()
    };
    format(text, tree, &options, TextRange::up_to(TextSize::of(text)))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::testing::TestProject;

    fn written(fixture: &str) -> Result<String, String> {
        let project = TestProject::new(&format!("{fixture}$0"));
        let (source, _) = project.at_cursor();
        let edits = as_base44(&File::read(source, project.around()))?;
        Ok(edit::apply(&source.text, &edits))
    }

    #[test]
    fn everything_is_put_right_and_no_comment_is_lost() {
        let before = "// Slack.\n{ // the bot\n\tscopes: ['chat:write', // to post\n\t\"\\x75sers:read\",], // what for\n  'type': 'slack', /* 🎉 */ }\n\n";
        let after = r#"// Slack.
{ // the bot
  "type": "slack", /* 🎉 */
  "scopes": [
    "chat:write", // to post
    "users:read"
  ] // what for
}"#;
        assert_eq!(written(before).as_deref(), Ok(after));
        assert_eq!(written(after).as_deref(), Ok(after));
    }

    #[test]
    fn line_ends_stay() {
        let after = "{\r\n  \"type\": \"slack\",\r\n  \"scopes\": []\r\n}";
        assert_eq!(written("{\"type\":\"slack\",\"scopes\":[]}\r\n").as_deref(), Ok(after));
    }

    #[test]
    fn what_would_be_lost_is_named() {
        let refused = |text: &str| written(text).unwrap_err();
        assert_eq!(
            refused(r#"{ "type": "slack", "scopes": [], "team": 1 }"#),
            "Base44 does not keep the property `team`."
        );
        assert_eq!(
            refused(r#"{ "type": "slack", "scopes": []"#),
            "Base44 cannot read the file."
        );
        assert_eq!(
            refused(r#"[{ "type": "slack", "scopes": [] }]"#),
            "Base44 cannot read the file."
        );
        assert_eq!(refused(""), "Base44 cannot read the file.");
        assert_eq!(
            refused(r#"{ "type": "a", "type": "b", "scopes": [] }"#),
            "A property is there twice."
        );
        for text in [
            r#"{ "type": "slack" }"#,
            r#"{ "type": "slack", "scopes": [1] }"#,
            r#"{ "type": 1, "scopes": [] }"#,
        ] {
            assert!(refused(text).starts_with("It takes a `type`"));
        }
        assert_eq!(
            refused(r#"{ "type": "slack", "scopes": ["\ud83d"] }"#),
            "A string holds half a character."
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// `serde_json` writes strings and layout as `JSON.stringify(…, null, 2)` does.
        #[test]
        fn without_comments_it_is_what_json_stringify_writes(
            type_ in "[a-z]{1,8}", scopes in prop::collection::vec(".{0,12}", 0..5), last in any::<bool>(), gap in "[ \n\t]{0,3}"
        ) {
            let strings: Vec<String> = scopes.iter().map(|it| serde_json::Value::from(it.as_str()).to_string()).collect();
            let list = format!("{gap}scopes:{gap}[{gap}{}{gap}]", strings.join(&format!("{gap},{gap}")));
            let members = match last {
                true => format!("{{type:'{type_}',{list}}}"),
                false => format!("{{{list},{gap}type: '{type_}',{gap}}}"),
            };
            let indented: Vec<String> = strings.iter().map(|it| format!("\n    {it}")).collect();
            let end = if strings.is_empty() { "" } else { "\n  " };
            let expected = format!("{{\n  \"type\": \"{type_}\",\n  \"scopes\": [{}{end}]\n}}", indented.join(","));
            prop_assume!(scopes.iter().all(|it| !it.contains("$0") && !it.contains('\u{fffd}')));
            prop_assert_eq!(written(&members), Ok(expected));
        }
    }
}

//! The scopes of a connector file, read and edited in its text, so that all the rest of it stays.

use std::collections::BTreeSet;

use crate::base44::plan::canonical;
use crate::connector::{Connector, Shape};
use crate::registry::Service;
use crate::syntax::edit::{self, List};
use crate::syntax::{Tree, Value};

/// The scopes of a file; `None`: the CLI would not read it.
pub(super) type Scopes = Option<Vec<String>>;

/// Type and scopes, as far as the CLI would read them.
pub(super) fn read(text: &str) -> (Option<String>, Scopes) {
    let tree = Tree::parse(text);
    let connector = Connector::read(text, &tree);
    let type_ = connector.type_literal().map(|it| it.text(text).into_owned());
    let is_list =
        connector.property("scopes").is_none() || connector.scopes.as_ref().is_some_and(|it| it.others.is_empty());
    let is_whole = tree.errors().is_empty()
        && connector.is_object()
        && is_list
        // What was not UTF-8 has become this character.
        && !text.contains(char::REPLACEMENT_CHARACTER);
    let scopes = connector.scopes.iter().flat_map(|it| &it.scopes);
    let scopes = scopes.map(|it| it.name.to_string()).collect();
    (type_.filter(|it| is_type(it)), is_whole.then_some(scopes))
}

/// What the CLI takes for a type.
pub(in crate::base44) fn is_type(text: &str) -> bool {
    let valid = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
    !text.is_empty() && text.chars().all(valid)
}

/// `text` without these scopes of `service`, in any spelling.
pub(super) fn without(text: &str, scopes: &[String], service: Option<&Service>) -> String {
    let tree = Tree::parse(text);
    let Some(list) = Connector::read(text, &tree).scopes else {
        return text.to_owned();
    };
    // A comment above a scope may be about those below it, too.
    let layout = List::of_array(text, list.array).owning_comments_above();
    let gone: BTreeSet<_> = scopes.iter().map(|it| canonical(service, it)).collect();
    let gone: Vec<_> = list
        .scopes
        .iter()
        .filter(|it| gone.contains(&canonical(service, &it.name)))
        .filter_map(|it| layout.index_at(it.range().start()))
        .collect();
    edit::apply(text, &layout.remove(&gone))
}

/// `text` with these scopes behind those that are there.
pub(super) fn with(text: &str, scopes: &[String]) -> String {
    let tree = Tree::parse(text);
    let connector = Connector::read(text, &tree);
    let new: Vec<_> = scopes.iter().map(|it| edit::quote_like(text, &tree, it)).collect();
    let edits = match (&connector.scopes, connector.shape) {
        (Some(list), _) => List::of_array(text, list.array).append(&new),
        (None, Shape::Object(Value::Object(object))) if !new.is_empty() => {
            let member = edit::member(text, &tree, "scopes", &format!("[{}]", new.join(", ")));
            List::of_object(text, object).append(&[member])
        }
        _ => Vec::new(),
    };
    edit::apply(text, &edits)
}

/// The comments of `old` that `new` does not have.
pub(super) fn lost_comments(old: &str, new: &str) -> Vec<String> {
    let comments = |text: &str| -> Vec<String> {
        let tree = Tree::parse(text);
        let texts = tree
            .comments()
            .filter_map(|it| text.get(std::ops::Range::<usize>::from(it.range)));
        texts.map(|it| it.trim_end().to_owned()).collect()
    };
    let mut kept = comments(new);
    let mut lost = comments(old);
    lost.retain(|it| match kept.iter().position(|kept| kept == it) {
        Some(position) => {
            kept.swap_remove(position);
            false
        }
        None => true,
    });
    lost
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{lost_comments, read, with, without};

    /// A connector file with these scopes, laid out in one of many ways.
    fn file() -> impl Strategy<Value = String> {
        let before = prop::sample::select(vec![
            "",
            " ",
            "\n  ",
            "\r\n\t// above\r\n\t",
            "/* before */ ",
            "\n\n  /* two\n lines */\n  ",
        ]);
        let after = prop::sample::select(vec!["", " ", " // behind\n", " /* behind */ ", "\n"]);
        let comma = prop::sample::select(vec![",", ", ", ", // end of line\n", "\n,"]);
        let scope = ("[a-d]", before, after, comma)
            .prop_map(|(scope, before, after, comma)| format!("{before}'{scope}'{after}{comma}"));
        let end = prop::sample::select(vec!["]}", "\n  ] // end\n}", "\n /* last */\n ], own: 1,}\n"]);
        (prop::collection::vec(scope, 0..6), any::<bool>(), end).prop_map(|(scopes, trailing, end)| {
            let mut list = scopes.concat();
            if !trailing && let Some(comma) = list.rfind(',') {
                list.remove(comma);
            }
            format!("// head\n{{type: \"slack\", scopes: [{list}{end}")
        })
    }

    proptest! {
        #[test]
        fn whatever_the_layout_the_scopes_are_those_wanted_and_own_lines_stay(
            text in file(),
            wanted in prop::collection::btree_set("[a-f]", 0..6),
        ) {
            let scopes = |text: &str| read(text).1.expect("the CLI can read it");
            let old = scopes(&text);
            let removed: Vec<_> = old.iter().filter(|it| !wanted.contains(*it)).cloned().collect();
            let added: Vec<_> = wanted.iter().filter(|it| !old.contains(it)).cloned().collect();
            let new = with(&without(&text, &removed, None), &added);
            let mut found = scopes(&new);
            found.sort();
            found.dedup();
            prop_assert_eq!(found, wanted.into_iter().collect::<Vec<_>>(), "{}", new);
            let lost = lost_comments(&text, &new);
            let own_lines = ["// head", "// above", "/* two\n lines */", "/* last */"];
            prop_assert!(lost.iter().all(|it| !own_lines.contains(&it.as_str())), "{:?} of {} in {}", lost, text, new);
        }
    }
}

//! What the cursor stands on, found by putting a string there.

use super::under::Under;
use super::{Expects, Place, meant_key};
use crate::syntax::{Node, NodeKind, TextEdit, TextRange, TextSize, TokenKind, Tree, Value};

/// The document and the cursor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) text: &'a str,
    pub(super) tree: &'a Tree,
    pub(super) offset: TextSize,
}

/// One way to put a literal into the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trial {
    pub(super) role: Role,
    /// What goes between it and what is before it.
    pub(super) separator: &'static str,
    pub(super) with_value: bool,
    pub(super) comma_behind: bool,
    errors: usize,
}

/// What a literal is to the connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Key,
    Type,
    /// An element of `scopes`.
    Scope,
    /// All of the value of `scopes`, where an array belongs.
    Scopes,
}

impl Ground<'_> {
    pub(super) fn is_empty_but_for(&self, under: &Under) -> bool {
        // Without a value there is hardly anything to go through.
        let literal_only = self
            .tree
            .root()
            .is_none_or(|it| it.range() == under.all && !under.is_empty());
        literal_only
            && self
                .tree
                .tokens()
                .all(|it| it.kind.is_trivia() || it.range == under.all)
    }

    pub(super) fn whole_file(&self, under: Under) -> Option<Place> {
        let quote = TextRange::new(under.all.start(), under.content.start());
        let elsewhere = match quote.is_empty() {
            true => Vec::new(),
            false => vec![TextEdit {
                range: quote,
                insert: String::new(),
            }],
        };
        let replace = TextRange::new(under.content.start(), under.all.end());
        Some(Place {
            expects: Expects::File,
            literal: under.all,
            replace,
            insert: replace,
            open: String::new(),
            close: String::new(),
            end: String::new(),
            colon: ": ",
            quote: '"',
            elsewhere,
        })
    }

    /// The place if the chosen name stands for `under`.
    pub(super) fn slot(&self, under: Under) -> Option<Place> {
        let trial = self.best_trial(under)?;
        Some(self.written(under, trial))
    }

    fn best_trial(&self, under: Under) -> Option<Trial> {
        let mut best: Option<Trial> = None;
        let mut most_errors = self.tree.errors().len();
        let wants_value = self
            .solid_before(under.all.start())
            .is_some_and(|it| it.kind == TokenKind::Colon);
        let separators: &[&'static str] = if wants_value { &[""] } else { &["", ",", ":"] };
        for comma_behind in [false, true] {
            for &separator in separators {
                for with_value in [false, true] {
                    let Some(trial) = self.trial(under, separator, with_value, comma_behind) else {
                        break;
                    };
                    let good_enough = match best {
                        Some(best) => trial.errors < best.errors,
                        None => trial.errors <= most_errors,
                    };
                    if good_enough {
                        best = Some(trial);
                        most_errors = trial.errors;
                    }
                    if most_errors == 0 && best.is_some() {
                        return best;
                    }
                    if trial.role != Role::Key {
                        break;
                    }
                }
            }
        }
        best
    }

    fn trial(&self, under: Under, separator: &'static str, with_value: bool, comma_behind: bool) -> Option<Trial> {
        let literal = if with_value { "\"x\": \"\"" } else { "\"x\"" };
        let insert = [separator, literal, if comma_behind { "," } else { "" }].concat();
        let mut text = String::with_capacity(self.text.len() + insert.len());
        text.push_str(self.text.get(..usize::from(under.all.start()))?);
        text.push_str(&insert);
        text.push_str(self.text.get(usize::from(under.all.end())..)?);
        let tree = self.tree.edited(&text, under.all, TextSize::of(insert.as_str()));
        let role = role(&text, &tree, under.all.start() + TextSize::of(separator))?;
        Some(Trial {
            role,
            separator,
            with_value,
            comma_behind,
            errors: tree.errors().len(),
        })
    }
}

/// What the literal at `start` is, if it is anything to the connector.
fn role(text: &str, tree: &Tree, start: TextSize) -> Option<Role> {
    let path = tree.path_at(start + TextSize::new(1));
    let (member, rest, in_array) = match path.as_slice() {
        [rest @ .., member, array] if array.kind() == NodeKind::Array => (member, rest, true),
        [rest @ .., member] => (member, rest, false),
        [] => return None,
    };
    let member = crate::syntax::Member::cast(*member)?;
    if !is_connector(rest) {
        return None;
    }
    let key = member.key()?;
    if !in_array && key.range().start() == start {
        return Some(Role::Key);
    }
    let is_value = |value: Value<'_>| value.range().start() == start;
    match meant_key(&key.text(text))? {
        "type" if !in_array && member.value().is_some_and(is_value) => Some(Role::Type),
        "scopes" if in_array => Some(Role::Scope),
        "scopes" if member.value().is_some_and(is_value) => Some(Role::Scopes),
        _ => None,
    }
}

/// Whether the last of these nodes, which lie in each other, is the object of the connector: perhaps in an array, by mistake.
fn is_connector(path: &[Node<'_>]) -> bool {
    match path {
        [outer @ .., object] => {
            object.kind() == NodeKind::Object
                && outer
                    .iter()
                    .all(|it| matches!(it.kind(), NodeKind::Document | NodeKind::Array))
        }
        [] => false,
    }
}

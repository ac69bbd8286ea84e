//! What scopes allow, in a few words behind them.

use super::{SourceFile, Surroundings};
use crate::syntax::{StringLiteral, TextRange, TextSize};

/// A few words that an editor shows behind a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlayHint {
    /// Where they go: a byte offset, right behind the string's closing quote.
    pub offset: TextSize,
    /// Plain text.
    pub label: String,
}

/// The hints in `range` of the file's text, in file order: one for each scope that its service knows.
pub fn inlay_hints(source: &SourceFile, around: Surroundings<'_>, range: TextRange) -> Vec<InlayHint> {
    let (text, connector) = (&source.text, source.outline());
    let list = || connector.property("scopes")?.value?.as_array();
    let (Some(service), Some(list)) = (around.service_of(&connector, text), list()) else {
        return Vec::new();
    };
    let strings = list.elements().filter_map(|it| it.as_string());
    let visible = strings.filter(|it| range.contains_inclusive(it.range().end()));
    let hint = |literal: StringLiteral| {
        Some(InlayHint {
            offset: literal.range().end(),
            label: service.find(&literal.text(text))?.scope.label(),
        })
    };
    visible.filter_map(hint).collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::inlay_hints;
    use crate::analysis::testing::TestProject;
    use crate::syntax::TextRange;

    /// The hints up to the cursor, each with what is before it.
    fn hints(fixture: &str) -> Vec<(String, String)> {
        let project = TestProject::new(fixture);
        let (source, offset) = project.at_cursor();
        let hints = inlay_hints(source, project.around(), TextRange::up_to(offset));
        let before = |it: &super::InlayHint| {
            let (text, _) = source.text.split_at(usize::from(it.offset));
            text.rsplit(' ').next().unwrap().to_owned()
        };
        hints.iter().map(|it| (before(it), it.label.clone())).collect()
    }

    #[test]
    fn every_scope_in_sight_that_is_known_has_its_words() {
        let found =
            hints(r#"{ "type": "slack", "scopes": [ "team:read", "nonsense", "chat:write",$0 "users:read" ] }"#);
        let scopes: Vec<_> = found.iter().map(|(scope, _)| scope.as_str()).collect();
        assert_eq!(scopes, [r#""team:read""#, r#""chat:write""#]);
        assert!(
            found
                .iter()
                .all(|(_, label)| !label.is_empty() && label.split(' ').count() <= 5),
            "{found:?}"
        );
    }

    #[test]
    fn without_a_service_there_is_nothing_to_say() {
        assert_eq!(hints(r#"{ "scopes": [ "chat:write" ] }$0"#), []);
    }
}

//! What scopes allow, in a few words behind them.

use super::{File, SourceFile, Surroundings};
use crate::syntax::{TextRange, TextSize};

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
    let file = File::read(source, around);
    let known = file
        .known_scopes()
        .map(|(entry, scope)| (entry.item.range().end(), scope));
    let visible = known.filter(|(offset, _)| range.contains_inclusive(*offset));
    visible
        .map(|(offset, scope)| InlayHint {
            offset,
            label: scope.label(),
        })
        .collect()
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

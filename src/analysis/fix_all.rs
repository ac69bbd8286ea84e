//! All the safe fixes of a file at once: `source.fixAll` and `--fix`.

use std::collections::BTreeMap;

use super::{Change, Diagnostic, File, Fix, Role, SourceFile, Surroundings, diagnostics_of, fixes};
use crate::syntax::{self, TextEdit, TextRange, TextSize, Tree};

/// Each round mends at least one finding for good; this is for a fix that turns out not to.
const MOST_ROUNDS: usize = 16;

/// The edits that apply every safe fix of a file, round after round until no finding with a safe fix is left. In file
/// order, in bytes of the text as it is now; empty if there is nothing to mend.
pub fn fix_all(source: &SourceFile, around: Surroundings<'_>) -> Vec<TextEdit> {
    let mut now = source.clone();
    let mut first_round = Vec::new();
    for round in 0..MOST_ROUNDS {
        if round > 0 && source.role == Role::Backend {
            // What is known of a code file is known of its text as it is.
            return first_round;
        }
        let edits = one_round(&now, around);
        if edits.is_empty() {
            return match round {
                0 | 1 => first_round,
                _ => vec![difference(&source.text, &now.text)],
            };
        }
        now.text = syntax::edit::apply(&now.text, &edits).into();
        now.tree = Tree::parse(&now.text);
        if round == 0 {
            first_round = edits;
        }
    }
    vec![difference(&source.text, &now.text)]
}

/// The safe fixes that do not get into each other's way.
fn one_round(source: &SourceFile, around: Surroundings<'_>) -> Vec<TextEdit> {
    let file = File::read(source, around);
    let found = diagnostics_of(&file);
    let mut chosen: Vec<TextEdit> = Vec::new();
    // Start and end of what is edited. None of these touch, so only the neighbours of a new range have to be looked at.
    let mut taken: BTreeMap<TextSize, TextSize> = BTreeMap::new();
    for diagnostic in &found {
        let Some(edits) = safe_edits(&file, diagnostic) else {
            continue;
        };
        let is_free = |range: TextRange| {
            let last_before_its_end = taken.range(..=range.end()).next_back();
            last_before_its_end.is_none_or(|(_, end)| *end < range.start())
        };
        if edits.iter().all(|it| is_free(it.range)) {
            taken.extend(edits.iter().map(|it| (it.range.start(), it.range.end())));
            chosen.extend(edits);
        }
    }
    chosen.sort_by_key(|it| it.range.start());
    chosen
}

/// The edits of the first safe fix of a finding that stays in its file.
fn safe_edits(file: &File<'_>, diagnostic: &Diagnostic) -> Option<Vec<TextEdit>> {
    fixes(file, diagnostic)
        .into_iter()
        .filter(|fix| fix.safe)
        .find_map(|fix| match Fix::single_change(fix)? {
            Change::Edit { path, edits } if path == file.source.path => Some(edits),
            _ => None,
        })
}

impl Fix {
    fn single_change(mut self) -> Option<Change> {
        let change = self.changes.pop()?;
        self.changes.is_empty().then_some(change)
    }
}

/// The one edit that turns `old` into `new`.
pub(super) fn difference(old: &str, new: &str) -> TextEdit {
    let (range, inserted) = syntax::difference(old, new);
    let insert = new.get(std::ops::Range::from(inserted)).unwrap_or_default().to_owned();
    TextEdit { range, insert }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::TestProject;

    #[test]
    fn a_comment_in_code_that_silences_something_stays() {
        let mark = "// base44-connectors-ls ignore missing-connector";
        let call = "connectors.getConnection('slack');";
        let code = |first: &str| format!("//- base44/functions/a.ts\n{first}1;$0\n{mark}\n{call}\n{mark}\n{call}");
        let project = TestProject::new(&code(&format!("{mark}\n")));
        let (file, _) = project.at_cursor();
        let fixed = syntax::apply(&file.text, &fix_all(file, project.around()));
        let expected = TestProject::new(&code(""));
        assert_eq!(fixed, *expected.at_cursor().0.text);
    }

    #[test]
    fn edits_of_several_fixes_do_not_overlap() {
        let project = TestProject::new("{ 'type': 'slack', 'scopes': ['chat:write', 'chat:write'$0] }");
        let (file, _) = project.at_cursor();
        let edits = fix_all(file, project.around());
        assert!(edits.is_sorted_by(|a, b| a.range.end() < b.range.start()), "{edits:?}");
        let expected = r#"{ "type": "slack", "scopes": ["chat:write"] }"#;
        assert_eq!(syntax::apply(&file.text, &edits), expected);
    }
}

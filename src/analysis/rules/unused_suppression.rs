//! A suppression comment that silences nothing.

use super::{Rule, Subject};
use crate::analysis::suppression::Suppression;
use crate::analysis::wording::{code, did_you_mean};
use crate::analysis::{File, Fix, Report, Severity, Tag, nearest};
use crate::syntax::{TextEdit, TextRange, TextSize};

/// The rule; the engine reports it through [`report`] once all other rules have spoken.
pub static RULE: Rule = Rule {
    code: "unused-suppression",
    severity: Severity::Warning,
    summary: "A comment silences a rule that has nothing to say there",
    docs: DOCS,
    subject: Subject::Suppression,
    check: |_, _| {},
    fix,
};

const DOCS: &str = r#"
## What it does
Reports a `base44-connectors-ls ignore` comment that silences nothing: the line below it has no finding of that rule, or there is no rule
of that name. A comment silences the next line that holds more than comments; one that stands behind something silences its own line.

## Why is this bad?
The comment says that something is wrong there and has been accepted. When that is no longer so, it misleads the next reader, and it
would hide the next real finding.

## Example
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": [
    // base44-connectors-ls ignore unknown-scope: needed until the migration
    "chat:write"
  ]
}
```

## Use instead
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": [
    "chat:write"
  ]
}
```

## Fix safety
Removing the code, or the comment if it names no other, changes nothing but the comment, so the fix is safe. Where the name of a rule is
misspelt, nothing is done without you.
"#;

/// Reports a suppression that silences nothing.
///
/// While the file has syntax errors, most rules wait until it can be read. Then only what is wrong with the comment itself is reported.
pub(in crate::analysis) fn report(file: &File<'_>, suppression: &Suppression<'_>, report: &mut Report<'_>) {
    let code = code(suppression.code);
    let message = match super::by_code(suppression.code) {
        Some(_) if file.is_broken() => return,
        Some(_) => format!("There is nothing to silence: {code} reports nothing on this comment's line."),
        None if suppression.code.is_empty() => {
            "This silences nothing: name the rule, as in `base44-connectors-ls ignore unknown-scope: why`.".to_owned()
        }
        None => format!(
            "This silences nothing: there is no rule {code}.{}",
            did_you_mean(nearest_rule(suppression.code))
        ),
    };
    report.add(suppression.code_range, message).tag(Tag::Unnecessary);
}

fn nearest_rule(code: &str) -> Option<&'static str> {
    nearest(code, super::ALL.iter().map(|rule| rule.code))
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let all = file.suppressions();
    let Ok(at) = all.binary_search_by_key(&range.start(), |it| it.code_range.start()) else {
        return Vec::new();
    };
    let Some(found) = all.get(at).filter(|it| it.code_range == range) else {
        return Vec::new();
    };
    let is_beside = |other: &&Suppression<'_>| other.comment == found.comment;
    let (previous, next) = (at.checked_sub(1).and_then(|it| all.get(it)), all.get(at + 1));
    let instead = match super::by_code(found.code) {
        Some(_) => None,
        None => nearest_rule(found.code),
    };
    let rename = instead.map(|rule| {
        let edits = vec![TextEdit {
            range,
            insert: rule.to_owned(),
        }];
        Fix::edit(file, format!("Change it to {}", code(rule)), edits).preferred_if(true)
    });
    let removed = match (previous.filter(is_beside), next.filter(is_beside)) {
        (None, None) => None,
        (Some(previous), _) => Some(TextRange::new(previous.code_range.end(), range.end())),
        (None, Some(next)) => Some(TextRange::new(range.start(), next.code_range.start())),
    };
    let (title, removed) = match removed {
        Some(removed) => ("Remove the code", removed),
        None => ("Remove the comment", with_its_line(file.text(), found.comment)),
    };
    let edits = vec![TextEdit {
        range: removed,
        insert: String::new(),
    }];
    let removal = Fix::edit(file, title, edits)
        .safe_if(instead.is_none())
        .preferred_if(instead.is_none());
    rename.into_iter().chain([removal]).collect()
}

/// The comment with its line, if it stands alone on it; else with the blanks before it, or behind it at the start of a line.
fn with_its_line(text: &str, comment: TextRange) -> TextRange {
    let parts = text
        .split_at_checked(usize::from(comment.end()))
        .and_then(|(rest, behind)| Some((rest.get(..usize::from(comment.start()))?, behind)));
    let Some((before, behind)) = parts else { return comment };
    let blank = |c| matches!(c, ' ' | '\t');
    let (kept, rest) = (before.trim_end_matches(blank), behind.trim_start_matches(blank));
    let begins_line = kept.is_empty() || kept.ends_with(['\n', '\r']);
    let line_end = ["\r\n", "\n", "\r"].into_iter().find(|it| rest.starts_with(it));
    let behind_blanks = TextSize::of(text) - TextSize::of(rest);
    match (begins_line, line_end) {
        (true, Some(line_end)) => TextRange::new(TextSize::of(kept), behind_blanks + TextSize::of(line_end)),
        (true, None) => TextRange::new(comment.start(), behind_blanks),
        (false, _) => TextRange::new(TextSize::of(kept), comment.end()),
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::{check, check_fix, check_rule, check_titles};

    #[test]
    fn a_comment_that_silences_nothing_is_reported() {
        check(
            r#"
{
  "type": "slack",
  // 🎉
  // base44-connectors-ls ignore empty-scopes, duplicate-scope: both
//                               ^^^^^^^^^^^^ warning[unused-suppression]: There is nothing to silence: `empty-scopes` reports nothing
//                                             ^^^^^^^^^^^^^^^ warning[unused-suppression]
  "scopes": ["chat:write"]
}
// base44-connectors-ls ignore file-name
//                             ^^^^^^^^^ warning[unused-suppression]
"#,
        );
    }

    #[test]
    fn a_comment_that_cannot_silence_anything_is_reported() {
        check(
            r#"
// base44-connectors-ls ignore empty_scope
//                             ^^^^^^^^^^^ warning[unused-suppression]: This silences nothing: there is no rule `empty_scope`. Did you mean `empty-scopes`?
// base44-connectors-ls ignore: all of it
// ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[unused-suppression]: This silences nothing: name the rule
// base44-connectors-ls ignore everything
//                             ^^^^^^^^^^ warning[unused-suppression]: This silences nothing: there is no rule `everything`.
{ "type": "slack", "scopes": ["chat:write"] }
"#,
        );
    }

    #[test]
    fn nothing_is_unused_while_somebody_types() {
        check_rule(
            "unused-suppression",
            "{\n  \"type\": \"slack\"\n  // base44-connectors-ls ignore missing-scopes\n  \"scopes\": [\"chat:write\"]\n}\n",
        );
    }

    #[test]
    fn the_comment_goes_with_its_line() {
        for end in ["\n", "\r\n", "\r"] {
            let text = "{\n  \"type\": \"slack\",\n  // base44-connectors-ls ignore file-name: why\n  \"scopes\": [\"chat:write\"]\n}\n";
            check_fix(
                "unused-suppression",
                &text.replace('\n', end),
                "Remove the comment",
                &"{\n  \"type\": \"slack\",\n  \"scopes\": [\"chat:write\"]\n}\n".replace('\n', end),
            );
        }
        check_fix(
            "unused-suppression",
            "{\n  \"type\": \"slack\", // base44-connectors-ls ignore file-name\n  \"scopes\": [\"chat:write\"]\n}\n",
            "Remove the comment",
            "{\n  \"type\": \"slack\",\n  \"scopes\": [\"chat:write\"]\n}\n",
        );
        check_fix(
            "unused-suppression",
            "/* base44-connectors-ls ignore file-name */ { \"type\": \"stripe\" }",
            "Remove the comment",
            "{ \"type\": \"stripe\" }",
        );
    }

    #[test]
    fn a_code_goes_with_its_comma() {
        let text = |codes: &str| format!("// base44-connectors-ls ignore {codes}: why\n{{ type: \"stripe\" }}\n");
        check_fix(
            "unused-suppression",
            &text("empty-scopes, json5-syntax"),
            "Remove the code",
            &text("json5-syntax"),
        );
        check_fix(
            "unused-suppression",
            &text("json5-syntax, empty-scopes"),
            "Remove the code",
            &text("json5-syntax"),
        );
    }

    #[test]
    fn a_misspelt_code_can_be_mended() {
        let text = |code: &str| format!("// base44-connectors-ls ignore {code}\n{{ type: \"stripe\" }}\n");
        check_titles(
            "unused-suppression",
            &text("json5_syntax"),
            &["Change it to `json5-syntax`", "Remove the comment"],
        );
        check_fix(
            "unused-suppression",
            &text("json5_syntax"),
            "Change it to `json5-syntax`",
            &text("json5-syntax"),
        );
    }
}

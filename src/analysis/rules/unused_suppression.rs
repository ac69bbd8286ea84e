//! A suppression comment that silences nothing.

use super::{Rule, Subject};
use crate::analysis::{File, Fix, Report, Severity, Tag, suppression};
use crate::syntax::TextRange;

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
Reports a `base44-connectors-ls ignore` comment that silences nothing: the line below it has no finding of that rule, or there is
no rule of that name.

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
Removing the comment changes nothing but the comment.
"#;

/// Reports the code `code`, written at `range` in a suppression comment.
pub(crate) fn report(code: &str, range: TextRange, report: &mut Report<'_>) {
    let message = match super::by_code(code) {
        Some(_) => format!("Nothing to silence: `{code}` does not report anything on the next line."),
        None => format!("There is no rule `{code}`, so this comment silences nothing."),
    };
    report.add(range, message).tag(Tag::Unnecessary);
}

fn fix(file: &File<'_>, range: TextRange) -> Vec<Fix> {
    let _ = (file, range, suppression::all);
    Vec::new()
}

//! A connector that no backend code asks for.

use super::{Rule, Subject, invalid_type};
use crate::analysis::wording::code;
use crate::analysis::{File, Report, Severity, Tag};
use crate::registry::Auth;

/// The rule.
pub static RULE: Rule = Rule {
    code: "unused-connector",
    severity: Severity::Hint,
    summary: "No backend code asks for this connector",
    docs: DOCS,
    subject: Subject::Connector,
    check,
    fix: |_, _| Vec::new(),
};

const DOCS: &str = r#"
## What it does
Reports a connector whose type no call in the backend code of the project asks for. Silent where there is no backend code, where a call asks for a type
that is not written there (a parameter, say), and for services that Base44 sets up by itself.

## Why is this bad?
It may be what is left of a feature, and whoever connects it is asked for permissions that the app does not use. It may also be fine: not all
that uses a connector is backend code.

## Example
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["chat:write"]
}
```

```ts base44/functions/hello/entry.ts
Deno.serve(() => new Response("Hello"));
```

## Use instead
```jsonc base44/connectors/slack.jsonc
{
  "type": "slack",
  "scopes": ["chat:write"]
}
```

```ts base44/functions/notify/entry.ts
export const slack = (base44) => base44.asServiceRole.connectors.getConnection("slack");
```

## Fix safety
There is no fix: to delete a connector disconnects it with the next push.
"#;

fn check(file: &File<'_>, report: &mut Report<'_>) {
    let Some(literal) = file.connector.type_literal() else { return };
    let type_ = literal.text(file.text());
    let is_set_up_by_base44 = file.service.is_some_and(|it| it.auth == Auth::Managed);
    if is_set_up_by_base44
        || !literal.is_closed()
        || !invalid_type::is_well_formed(&type_)
        || !file.project.knows_all_uses()
        || !file.project.backend_files_of_type(&type_).is_empty()
    {
        return;
    }
    let message = format!("No backend code of this project asks for {}.", code(&type_));
    report.add(literal.range(), message).tag(Tag::Unnecessary);
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::check_rule;

    const CODE: &str = "unused-connector";

    #[test]
    fn a_type_that_nobody_asks_for() {
        check_rule(
            CODE,
            r#"
//- base44/connectors/gmail.jsonc
{ "type": "gmail", "scopes": [] }
//        ^^^^^^^ hint[unused-connector]: No backend code of this project asks for `gmail`.
//- base44/connectors/slack.jsonc
{ "type": "slack", "scopes": [] }
//- base44/connectors/stripe.jsonc
{ "type": "stripe", "scopes": [] }
//- base44/connectors/x.jsonc
{ "type": "x", "scopes": [] }
//- base44/functions/a/entry.ts
connectors.getConnection("slack");
connectors.callApi("x", {});
"#,
        );
    }

    #[test]
    fn silent_where_nothing_or_not_all_is_known() {
        let project = |code: &str| format!("//- base44/connectors/gmail.jsonc\n{{ \"type\": \"gmail\" }}\n{code}");
        check_rule(CODE, &project(""));
        check_rule(
            CODE,
            &project("//- base44/shared/a.ts\nconst of = (type) => connectors.getConnection(type);\n"),
        );
        check_rule(CODE, &project("//- base44/shared/a.ts\nconst get = connectors.getConnection;\n"));
    }
}

//! What a push would do, in words.

use std::collections::BTreeMap;

use super::inert::inert;
use super::plan::{Connectors, Plan, Rescope, STRIPE};
use super::report::{Explain, Page, scope_lines};
use crate::registry::{Auth, Catalogue};

impl Explain for Plan {
    const TITLE: &str = "Plan for";
    const IN_STEP: &str = "Base44 already has these connectors, with these scopes. A push would change nothing.";

    fn is_in_step(&self) -> bool {
        self.is_in_step()
    }

    fn explain(&self, page: &mut Page, catalogue: &Catalogue) {
        let Plan {
            new,
            rescoped,
            unchanged,
            removed,
        } = self;
        // First, and in capitals: it cannot be undone.
        if !removed.is_empty() {
            page.heading(2, &format!("WOULD BE REMOVED FROM BASE44: {}", removed.len()));
            page.paragraph(
                "This project has no file for these connectors. A push deletes them: the app loses its access, and whoever gave their \
                 consent has to give it again to get it back. To keep them, pull first.",
            );
            page.changes(&connectors(catalogue, '-', removed));
        }
        if !new.is_empty() {
            page.heading(2, &format!("New: {}", new.len()));
            page.paragraph("Somebody has to consent in the browser before they work.");
            page.changes(&connectors(catalogue, '+', new));
        }
        if !rescoped.is_empty() {
            page.heading(2, &format!("Other scopes: {}", rescoped.len()));
            page.paragraph("Consent is asked again.");
            page.changes(&changes(catalogue, rescoped));
        }
        if !unchanged.is_empty() {
            page.heading(2, &format!("Unchanged: {}", unchanged.len()));
            page.paragraph(&unchanged.iter().map(|it| inert(it)).collect::<Vec<_>>().join(", "));
        }
    }
}

fn connectors(catalogue: &Catalogue, sign: char, connectors: &Connectors) -> Vec<String> {
    let mut lines = Vec::new();
    for (type_, scopes) in connectors {
        let is_managed = type_ == STRIPE || catalogue.service(type_).is_some_and(|it| it.auth == Auth::Managed);
        let note = match scopes.is_empty() {
            _ if is_managed => ": run by Base44, without consent",
            true => ": no scopes",
            false => "",
        };
        lines.push(format!("{sign} {}{note}", title(catalogue, type_)));
        if !is_managed {
            lines.extend(scope_lines(catalogue, sign, type_, scopes));
        }
    }
    lines
}

fn changes(catalogue: &Catalogue, rescoped: &BTreeMap<String, Rescope>) -> Vec<String> {
    let mut lines = Vec::new();
    for (type_, Rescope { added, removed }) in rescoped {
        lines.push(format!("  {}", title(catalogue, type_)));
        lines.extend(scope_lines(catalogue, '+', type_, added));
        lines.extend(scope_lines(catalogue, '-', type_, removed));
    }
    lines
}

fn title(catalogue: &Catalogue, type_: &str) -> String {
    match catalogue.service(type_) {
        Some(service) if service.name != type_ => format!("{} ({})", inert(type_), inert(&service.name)),
        _ => inert(type_),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::super::{AppId, Connectors, Plan};
    use crate::base44::PlanReport;
    use crate::registry::Catalogue;

    fn connectors(entries: &[(&str, &[&str])]) -> Connectors {
        let owned = |scopes: &[&str]| scopes.iter().map(|&it| it.to_owned()).collect();
        entries
            .iter()
            .map(|(name, scopes)| ((*name).to_owned(), owned(scopes)))
            .collect()
    }

    /// The Markdown, the plain text, and the JSON.
    fn report(local: &[(&str, &[&str])], remote: &[(&str, &[&str])]) -> (String, String, serde_json::Value) {
        let (app, catalogue) = (AppId::new("shop").unwrap(), Catalogue::embedded());
        let plan = Plan::new(&connectors(local), &connectors(remote), &catalogue);
        let report = PlanReport::new(&app, &plan, &catalogue);
        (report.markdown(), report.plain(), serde_json::to_value(report).unwrap())
    }

    #[test]
    fn every_kind_of_change_has_its_section_and_removals_come_first() {
        let (markdown, plain, json) = report(
            &[
                ("slack", &["chat:write"]),
                ("outlook", &["Mail.Read", "Mail.Send"]),
                ("stripe", &[]),
                ("notion", &[]),
            ],
            &[
                ("outlook", &["mail.read", "Calendars.Read"]),
                ("notion", &[]),
                ("acme", &["all"]),
            ],
        );
        assert_eq!(
            markdown,
            "\
# Plan for the Base44 app shop

## WOULD BE REMOVED FROM BASE44: 1

This project has no file for these connectors. A push deletes them: the app loses its access, and whoever gave their consent has to give it again to get it back. To keep them, pull first.

```diff
- acme
-     all
```

## New: 2

Somebody has to consent in the browser before they work.

```diff
+ slack (Slack User)
+     chat:write: Post, edit and delete messages as the token's owner
+ stripe (Stripe): run by Base44, without consent
```

## Other scopes: 1

Consent is asked again.

```diff
  outlook (Outlook)
+     Mail.Send: Send mail as the signed-in user
-     Calendars.Read: Read events in the user's calendars
```

## Unchanged: 1

notion
"
        );
        let without_markup: String = markdown
            .lines()
            .filter(|it| !it.starts_with("```"))
            .map(|it| it.trim_start_matches(['#', ' ']).to_owned() + "\n")
            .collect();
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&plain), words(&without_markup), "both say the same");
        assert!(plain.contains("\n  - acme\n  -     all\n"), "{plain}");
        assert_eq!(
            json,
            json!({
                "app": "shop",
                "inStep": false,
                "new": { "slack": ["chat:write"], "stripe": [] },
                "rescoped": { "outlook": { "added": ["Mail.Send"], "removed": ["Calendars.Read"] } },
                "unchanged": ["notion"],
                "removed": { "acme": ["all"] },
            })
        );
    }

    #[test]
    fn scopes_that_base44_adds_by_itself_are_no_difference() {
        let (markdown, _, json) = report(&[("gmail", &["x"])], &[("gmail", &["x", "email"])]);
        assert_eq!(
            markdown,
            "# Plan for the Base44 app shop\n\nBase44 already has these connectors, with these scopes. A push would change \
             nothing.\n\n## Unchanged: 1\n\ngmail\n"
        );
        assert_eq!(json["inStep"], true);
    }

    #[test]
    fn what_a_file_or_a_server_says_cannot_end_a_block_or_reorder_a_line() {
        let (markdown, plain, _) = report(&[("slack", &["a\n```\n# Nothing is removed\u{202e}"])], &[]);
        for text in [markdown, plain] {
            assert!(text.contains("+     a ``` # Nothing is removed\n"), "{text}");
        }
    }
}

//! A plan for people and for programs: a document in Markdown, the same for a terminal, and JSON. One walk over the plan makes both texts,
//! so the editor and the command line say the same.

use serde::Serialize;

use super::AppId;
use super::plan::{Connectors, Plan, Rescope, STRIPE};
use crate::registry::{Auth, Catalogue};

/// A plan with what it takes to explain it.
///
/// As JSON: `{"app", "inStep", "new": {type: [scope]}, "rescoped": {type: {"added": [scope], "removed": [scope]}}, "unchanged": [type],
/// "removed": {type: [scope]}}`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanReport<'a> {
    app: &'a str,
    in_step: bool,
    #[serde(flatten)]
    plan: &'a Plan,
    #[serde(skip)]
    catalogue: &'a Catalogue,
}

impl<'a> PlanReport<'a> {
    /// The report of `plan`, which is for `app`.
    #[must_use]
    pub fn new(app: &'a AppId, plan: &'a Plan, catalogue: &'a Catalogue) -> Self {
        Self {
            app: app.as_str(),
            in_step: plan.is_in_step(),
            plan,
            catalogue,
        }
    }

    /// A Markdown document, with a final line end. What changes stands in `diff` blocks.
    #[must_use]
    pub fn markdown(&self) -> String {
        self.render(Markup::Markdown)
    }

    /// The same for a terminal, or for a message. What changes stands in lines that begin with two blanks and `+`, `-` or a third blank.
    #[must_use]
    pub fn plain(&self) -> String {
        self.render(Markup::None)
    }

    fn render(&self, markup: Markup) -> String {
        let mut page = Page::new(markup);
        page.heading(1, &format!("Plan for the Base44 app {}", self.app));
        if self.in_step {
            page.paragraph("Base44 already has these connectors, with these scopes. A push would change nothing.");
        }
        let Plan {
            new,
            rescoped,
            unchanged,
            removed,
        } = self.plan;
        // First, and in capitals: it cannot be undone.
        if !removed.is_empty() {
            page.heading(2, &format!("WOULD BE REMOVED FROM BASE44: {}", removed.len()));
            page.paragraph(
                "This project has no file for these connectors. A push deletes them: the app loses its access, and whoever gave their \
                 consent has to give it again to get it back. To keep them, pull first.",
            );
            page.changes(&self.connectors('-', removed));
        }
        if !new.is_empty() {
            page.heading(2, &format!("New: {}", new.len()));
            page.paragraph("Somebody has to consent in the browser before they work.");
            page.changes(&self.connectors('+', new));
        }
        if !rescoped.is_empty() {
            page.heading(2, &format!("Other scopes: {}", rescoped.len()));
            page.paragraph("Consent is asked again.");
            page.changes(&self.rescoped());
        }
        if !unchanged.is_empty() {
            page.heading(2, &format!("Unchanged: {}", unchanged.len()));
            page.paragraph(&unchanged.iter().map(|it| inert(it)).collect::<Vec<_>>().join(", "));
        }
        page.finish()
    }

    fn connectors(&self, sign: char, connectors: &Connectors) -> Vec<String> {
        let mut lines = Vec::new();
        for (type_, scopes) in connectors {
            let is_managed =
                type_ == STRIPE || self.catalogue.service(type_).is_some_and(|it| it.auth == Auth::Managed);
            let note = match scopes.is_empty() {
                _ if is_managed => ": run by Base44, without consent",
                true => ": no scopes",
                false => "",
            };
            lines.push(format!("{sign} {}{note}", self.title(type_)));
            if !is_managed {
                lines.extend(scope_lines(self.catalogue, sign, type_, scopes));
            }
        }
        lines
    }

    fn rescoped(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (type_, Rescope { added, removed }) in &self.plan.rescoped {
            lines.push(format!("  {}", self.title(type_)));
            lines.extend(scope_lines(self.catalogue, '+', type_, added));
            lines.extend(scope_lines(self.catalogue, '-', type_, removed));
        }
        lines
    }

    fn title(&self, type_: &str) -> String {
        match self.catalogue.service(type_) {
            Some(service) if service.name != type_ => format!("{} ({})", inert(type_), inert(&service.name)),
            _ => inert(type_),
        }
    }
}

/// A line for each scope, behind `sign`, with what it allows.
pub(super) fn scope_lines(
    catalogue: &Catalogue,
    sign: char,
    type_: &str,
    scopes: &[String],
) -> impl Iterator<Item = String> {
    let service = catalogue.service(type_);
    scopes.iter().map(move |scope| {
        let known = service.and_then(|it| it.find(scope));
        let summary = known.map_or_else(String::new, |it| format!(": {}", inert(&it.scope.summary)));
        format!("{sign}     {}{summary}", inert(scope))
    })
}

/// `text`, which comes from a file or a server and can hold anything, on one line.
pub(super) fn inert(text: &str) -> String {
    let is_active = |it: char| it.is_control() || matches!(it, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.replace(is_active, " ")
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    Markdown,
    None,
}

/// A text in the making.
pub(super) struct Page {
    markup: Markup,
    text: String,
}

impl Page {
    pub(super) fn new(markup: Markup) -> Self {
        Self {
            markup,
            text: String::new(),
        }
    }

    /// The text, with one line end at its end.
    pub(super) fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end().len() + 1);
        self.text
    }

    pub(super) fn heading(&mut self, level: usize, text: &str) {
        if self.markup == Markup::Markdown {
            self.text.extend(std::iter::repeat_n('#', level));
            self.text.push(' ');
        }
        self.line(text);
        if self.markup == Markup::Markdown {
            self.text.push('\n');
        }
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.line(text);
        self.text.push('\n');
    }

    pub(super) fn changes(&mut self, lines: &[String]) {
        match self.markup {
            Markup::Markdown => {
                self.line("```diff");
                lines.iter().for_each(|it| self.line(it));
                self.line("```");
            }
            Markup::None => lines.iter().for_each(|it| self.line(&format!("  {it}"))),
        }
        self.text.push('\n');
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::super::{AppId, Connectors, Plan};
    use super::PlanReport;
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

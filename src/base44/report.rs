//! A plan for people and for programs: a document in Markdown, the same for a terminal, and JSON. One walk over the plan makes both texts,
//! so the editor and the command line say the same.

use serde::Serialize;

use super::AppId;
use super::inert::inert;
use crate::registry::Catalogue;

/// A plan with what it takes to explain it.
///
/// As JSON: that of the plan, and `"app"` and `"inStep"`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report<'a, P> {
    app: &'a str,
    in_step: bool,
    #[serde(flatten)]
    plan: &'a P,
    #[serde(skip)]
    catalogue: &'a Catalogue,
}

/// What can be reported.
pub(super) trait Explain {
    /// What the plan is for, before the app's id.
    const TITLE: &str;
    /// What there is to say where nothing would change.
    const IN_STEP: &str;

    fn is_in_step(&self) -> bool;

    /// Says what would change, the worst first.
    fn explain(&self, page: &mut Page, catalogue: &Catalogue);
}

#[expect(private_bounds, reason = "there are two kinds of plans, and no more outside")]
impl<'a, P: Explain> Report<'a, P> {
    /// The report of `plan`, which is for `app`.
    #[must_use]
    pub fn new(app: &'a AppId, plan: &'a P, catalogue: &'a Catalogue) -> Self {
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
        page.heading(1, &format!("{} the Base44 app {}", P::TITLE, self.app));
        if self.in_step {
            page.paragraph(P::IN_STEP);
        }
        self.plan.explain(&mut page, self.catalogue);
        page.finish()
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Markup {
    Markdown,
    None,
}

/// A text in the making.
pub(super) struct Page {
    markup: Markup,
    text: String,
}

impl Page {
    fn new(markup: Markup) -> Self {
        Self {
            markup,
            text: String::new(),
        }
    }

    /// The text, with one line end at its end.
    fn finish(mut self) -> String {
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

    /// `text` may name files and quote them: nothing in it is markup.
    pub(super) fn paragraph(&mut self, text: &str) {
        match self.markup {
            Markup::Markdown => self.line(&escaped(text)),
            Markup::None => self.line(text),
        }
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

/// `text` as Markdown that shows it: no link, image, tag or heading.
fn escaped(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '[' | '<' | '#') {
            res.push('\\');
        }
        res.push(c);
    }
    res
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Markup, Page};

    #[test]
    fn what_a_file_says_is_no_markup() {
        let page = |markup| {
            let mut page = Page::new(markup);
            page.paragraph("![x](https://a.example/x.png) <b> `c` *d* # \\");
            page.finish()
        };
        assert_eq!(
            page(Markup::Markdown),
            "!\\[x](https://a.example/x.png) \\<b> \\`c\\` \\*d\\* \\# \\\\\n"
        );
        assert_eq!(page(Markup::None), "![x](https://a.example/x.png) <b> `c` *d* # \\\n");
    }
}

//! A short text with names, links and lists, for clients that show Markdown and for those that do not.
//!
//! Parts are put in as what they are and escaped on the way out, so that nothing from a file or a config file can become a heading, a
//! link or a picture.

/// A text of paragraphs and list items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    blocks: Vec<Block>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    is_item: bool,
    spans: Vec<Span>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Span {
    Text(String),
    Strong(String),
    Code(String),
    Link { text: String, url: String },
}

/// A paragraph or list item in the making.
#[derive(Debug, Default)]
pub(super) struct Line {
    spans: Vec<Span>,
}

impl Page {
    pub(super) fn paragraph(&mut self, line: Line) -> &mut Self {
        self.block(false, line)
    }

    pub(super) fn item(&mut self, line: Line) -> &mut Self {
        self.block(true, line)
    }

    pub(super) fn append(&mut self, mut other: Page) -> &mut Self {
        self.blocks.append(&mut other.blocks);
        self
    }

    fn block(&mut self, is_item: bool, line: Line) -> &mut Self {
        if !line.spans.is_empty() {
            self.blocks.push(Block {
                is_item,
                spans: line.spans,
            });
        }
        self
    }

    /// The page in Markdown (CommonMark), without a final line end.
    pub fn to_markdown(&self) -> String {
        self.render("- ", |span, out| match span {
            Span::Text(text) => escape_into(text, out),
            Span::Strong(text) => {
                out.push_str("**");
                escape_into(text, out);
                out.push_str("**");
            }
            Span::Code(code) => code_into(code, out),
            Span::Link { text, url } => {
                out.push('[');
                escape_into(text, out);
                out.push_str("](");
                url_into(url, out);
                out.push(')');
            }
        })
    }

    /// The page without any markup, and without a final line end.
    pub fn to_plain_text(&self) -> String {
        self.render("- ", |span, out| match span {
            Span::Text(text) | Span::Strong(text) | Span::Code(text) => out.extend(one_line(text)),
            Span::Link { text, url } => {
                out.extend(one_line(text));
                out.push_str(": ");
                out.push_str(url);
            }
        })
    }

    fn render(&self, bullet: &str, write: impl Fn(&Span, &mut String)) -> String {
        let mut out = String::new();
        let mut after_item = false;
        for block in &self.blocks {
            if !out.is_empty() {
                out.push_str(if after_item && block.is_item { "\n" } else { "\n\n" });
            }
            if block.is_item {
                out.push_str(bullet);
            }
            for span in &block.spans {
                write(span, &mut out);
            }
            after_item = block.is_item;
        }
        out
    }
}

impl Line {
    pub(super) fn text(self, text: impl Into<String>) -> Self {
        self.span(Span::Text(text.into()))
    }

    pub(super) fn strong(self, text: impl Into<String>) -> Self {
        self.span(Span::Strong(text.into()))
    }

    pub(super) fn code(self, code: impl Into<String>) -> Self {
        self.span(Span::Code(code.into()))
    }

    pub(super) fn link(self, text: impl Into<String>, url: impl Into<String>) -> Self {
        self.span(Span::Link {
            text: text.into(),
            url: url.into(),
        })
    }

    /// Names with commas between them, the last one after `last`; of many, only the first ones.
    pub(super) fn codes(mut self, names: &[&str], last: &str) -> Self {
        const MOST: usize = 6;
        let count = names.len();
        let shown = if count > MOST + 1 { MOST } else { count };
        for (nth, &name) in names.iter().take(shown).enumerate() {
            self = match nth {
                0 => self,
                _ if nth + 1 == count => self.text(format!(" {last} ")),
                _ => self.text(", "),
            };
            self = self.code(name);
        }
        match count - shown {
            0 => self,
            more => self.text(format!(" {last} {more} more")),
        }
    }

    fn span(mut self, span: Span) -> Self {
        self.spans.push(span);
        self
    }
}

/// The characters of `text` with every control character as a blank.
fn one_line(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|c| {
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            ' '
        } else {
            c
        }
    })
}

fn escape_into(text: &str, out: &mut String) {
    for c in one_line(text) {
        // At the start of a line, these would begin a list or a heading; `:` of `://` would make a link.
        let special = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' => true,
            '#' | '+' | '-' | '=' | ')' => out.is_empty() || out.ends_with('\n'),
            '.' => out
                .rsplit('\n')
                .next()
                .is_some_and(|line| !line.is_empty() && line.bytes().all(|it| it.is_ascii_digit())),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
    }
}

fn code_into(code: &str, out: &mut String) {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if code.starts_with('`') || code.ends_with('`') || code.trim().is_empty() {
        " "
    } else {
        ""
    };
    out.push_str(&fence);
    out.push_str(pad);
    out.extend(one_line(code));
    out.push_str(pad);
    out.push_str(&fence);
}

fn url_into(url: &str, out: &mut String) {
    for c in url.chars() {
        match c {
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            c if c.is_whitespace() || c.is_control() || c == '\\' => {}
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Page};

    #[track_caller]
    fn check(line: Line, markdown: &str, plain: &str) {
        let mut page = Page::default();
        page.paragraph(line);
        assert_eq!(page.to_markdown(), markdown);
        assert_eq!(page.to_plain_text(), plain);
    }

    #[test]
    fn text_from_a_file_is_never_markup() {
        check(
            Line::default().text("# [x](http://a) *b* <img>\n## c"),
            "\\# \\[x\\](http://a) \\*b\\* \\<img\\> ## c",
            "# [x](http://a) *b* <img> ## c",
        );
        check(Line::default().text("1. a"), "1\\. a", "1. a");
    }

    #[test]
    fn code_may_hold_backticks() {
        check(Line::default().code("a``b"), "```a``b```", "a``b");
        check(Line::default().code("`"), "`` ` ``", "`");
    }

    #[test]
    fn plain_text_shows_where_a_link_leads() {
        check(
            Line::default().link("Scopes", "https://a.b/(c)"),
            "[Scopes](https://a.b/%28c%29)",
            "Scopes: https://a.b/(c)",
        );
    }

    #[test]
    fn of_many_names_only_the_first_ones_are_shown() {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        check(
            Line::default().codes(&names, "and"),
            "`a`, `b`, `c`, `d`, `e`, `f` and 3 more",
            "a, b, c, d, e, f and 3 more",
        );
        check(Line::default().codes(&["a", "b"], "or"), "`a` or `b`", "a or b");
    }
}

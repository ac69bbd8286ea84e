//! What an item puts into the text: a name with what has to stand around it, a property, a whole file.

use super::{List, Place};
use crate::registry::{Coverage, Service};
use crate::syntax::edit::escaped;

impl List<'_> {
    /// A name with what has to stand around it.
    pub(super) fn literal(&self, name: &str) -> (String, bool) {
        let Place {
            open,
            close,
            end,
            quote,
            ..
        } = self.place;
        let name = escaped(name, *quote);
        // One types on before a bracket.
        match self.options.snippets && end.starts_with(']') {
            true => ([&in_snippet(open), &in_snippet(&name), close, "$0", end].concat(), true),
            false => ([open, &name, close, end.as_str()].concat(), false),
        }
    }

    /// A key with its colon and an empty value, in which one types on.
    pub(super) fn member(&self, key: &str) -> (String, bool) {
        let Place {
            open,
            close,
            end,
            colon,
            quote,
            ..
        } = self.place;
        let guess = self.named_after().filter(|it| self.taken_by(it).is_none());
        let snippets = self.options.snippets;
        let (before, inside, after) = match (key, guess) {
            ("type", Some(service)) => (quote.to_string(), escaped(&service.type_, *quote), quote.to_string()),
            ("type", None) => (quote.to_string(), String::new(), quote.to_string()),
            _ => ("[".to_owned(), String::new(), "]".to_owned()),
        };
        let stop = if snippets { "$0" } else { "" };
        let inside = if snippets { in_snippet(&inside) } else { inside };
        (
            [open, key, close, colon, &before, &inside, stop, &after, end].concat(),
            snippets,
        )
    }

    /// A whole connector file.
    pub(super) fn skeleton(&self, service: &Service) -> (String, bool) {
        let eol = if self.readable.text.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let snippets = self.options.snippets;
        let type_ = escaped(&service.type_, '"');
        let type_ = if snippets { in_snippet(&type_) } else { type_ };
        let close = if snippets { "\\}" } else { "}" };
        let scopes = match (service.coverage, snippets) {
            (Coverage::None, _) | (_, false) => String::new(),
            (_, true) => format!("{eol}    $0{eol}  "),
        };
        let stop = if snippets && scopes.is_empty() { "$0" } else { "" };
        let text = format!("{{{eol}  \"type\": \"{type_}\",{eol}  \"scopes\": [{scopes}]{eol}{close}{stop}");
        (text, snippets)
    }
}

/// `text` in a snippet that means nothing but itself.
fn in_snippet(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '$' | '}' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

//! Markdown, for a comment on a pull request or the summary of a job.

use std::io::{self, Write};

use super::permissions;
use crate::cli::outcome::Outcome;
use crate::cli::text::inert;

/// Writes a heading, a line of numbers, the changed permissions, and a table of the findings.
pub(super) fn render(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## Base44 connectors\n")?;
    writeln!(
        out,
        "Checked {}: {}.",
        super::checked(outcome),
        super::numbers(outcome, |_, number| number)
    )?;
    if let Some(diff) = &outcome.permissions {
        permissions::markdown(diff, &outcome.sources, out)?;
    }
    if outcome.findings.is_empty() {
        return Ok(());
    }
    if outcome.permissions.is_some() {
        writeln!(out, "\n### Findings")?;
    }
    writeln!(out, "\n| | Place | Finding | Rule |\n| --- | --- | --- | --- |")?;
    for finding in &outcome.findings {
        let diagnostic = &finding.diagnostic;
        let (start, _) = finding.places(&outcome.sources);
        writeln!(
            out,
            "| {} | <code>{}:{}:{}</code> | {} | [{}]({}) |",
            diagnostic.severity.name(),
            escaped(&outcome.sources.shown(&finding.path)),
            start.line,
            start.column,
            message(&diagnostic.message),
            diagnostic.rule.code,
            diagnostic.rule.url(),
        )?;
    }
    Ok(())
}

/// A message: what stands between backticks becomes code.
pub(super) fn message(text: &str) -> String {
    let mut out = String::new();
    let mut pieces = text.split('`').enumerate().peekable();
    while let Some((index, piece)) = pieces.next() {
        let is_code = index % 2 == 1;
        match (is_code, pieces.peek().is_some()) {
            (true, true) => out.push_str(&format!("<code>{}</code>", escaped(piece))),
            // A backtick without a partner.
            (true, false) => out.push_str(&format!("&#96;{}", escaped(piece))),
            (false, _) => out.push_str(&escaped(piece)),
        }
    }
    out
}

/// Text of which nothing is markup, not even for a table: everything but letters, digits and harmless signs as a character
/// reference.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().map(inert) {
        match c {
            ' ' | '.' | ',' | '/' | '-' | ';' | '?' | '%' | '\'' | '(' | ')' => out.push(c),
            _ if !c.is_ascii_punctuation() => out.push(c),
            _ => out.push_str(&format!("&#{};", u32::from(c))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn nothing_in_a_message_is_markup() {
        assert_eq!(
            message("no `a|b` [x](y) <b>\n"),
            "no <code>a&#124;b</code> &#91;x&#93;(y) &#60;b&#62;␊"
        );
        assert_eq!(message("`a` and ` b"), "<code>a</code> and &#96; b");
    }
}

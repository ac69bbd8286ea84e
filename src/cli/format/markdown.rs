//! Markdown, for a comment on a pull request or the summary of a job.

use std::io::{self, Write};

use super::permissions;
use crate::cli::outcome::{Finding, Outcome, Sources};
use crate::cli::text::{count, inert};

/// How many characters the tables may take up. A comment on GitHub has 65,536 in all, and one that is longer is refused.
const ROOM: usize = 60_000;

/// What of [`ROOM`] the findings leave to the changed permissions, if those are many, too.
const ROOM_FOR_PERMISSIONS: usize = 40_000;

/// Writes a heading, a line of numbers, the changed permissions, and a table of the findings.
pub(super) fn render(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## Base44 connectors\n")?;
    writeln!(
        out,
        "Checked {}: {}.",
        super::checked(outcome),
        super::numbers(outcome, |_, number| number)
    )?;
    let mut room = Room(ROOM_FOR_PERMISSIONS);
    if let Some(diff) = &outcome.permissions {
        permissions::markdown(diff, &outcome.sources, &mut room, out)?;
    }
    if outcome.findings.is_empty() {
        return Ok(());
    }
    if outcome.permissions.is_some() {
        writeln!(out, "\n### Findings")?;
    }
    writeln!(out, "\n| | Place | Finding | Rule |\n| --- | --- | --- | --- |")?;
    let mut room = Room(room.0 + ROOM - ROOM_FOR_PERMISSIONS);
    // In their order; where there is no room for all of them, the gravest.
    let mut gravest: Vec<_> = outcome.findings.iter().enumerate().collect();
    gravest.sort_by_key(|(_, finding)| finding.diagnostic.severity);
    let rows = gravest
        .into_iter()
        .map(|(index, finding)| (index, row(finding, &outcome.sources)));
    let mut rows: Vec<_> = rows.take_while(|(_, row)| room.takes(row)).collect();
    rows.sort_unstable_by_key(|(index, _)| *index);
    for (_, row) in &rows {
        out.write_all(row.as_bytes())?;
    }
    left_out(outcome.findings.len() - rows.len(), "finding", out)
}

fn row(finding: &Finding, sources: &Sources) -> String {
    let diagnostic = &finding.diagnostic;
    let (start, _) = finding.places(sources);
    format!(
        "| {} | <code>{}:{}:{}</code> | {} | [{}]({}) |\n",
        diagnostic.severity.name(),
        escaped(&sources.shown(&finding.path)),
        start.line,
        start.column,
        message(&diagnostic.message),
        diagnostic.rule.code,
        diagnostic.rule.url(),
    )
}

/// What is left of the characters that a section may have.
pub(super) struct Room(usize);

impl Room {
    /// Takes the room for `text`, if there is so much left; otherwise there is none for anything behind it, either.
    pub(super) fn takes(&mut self, text: &str) -> bool {
        let left = self.0.checked_sub(text.chars().count());
        self.0 = left.unwrap_or_default();
        left.is_some()
    }
}

/// Says that there is more.
pub(super) fn left_out(number: usize, noun: &str, out: &mut dyn Write) -> io::Result<()> {
    match number {
        0 => Ok(()),
        _ => writeln!(out, "\n{} more, for which a comment has no room.", count(number, noun)),
    }
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

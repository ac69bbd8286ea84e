//! Workflow commands of GitHub Actions: findings become annotations of the changed files.

use std::io::{self, Write};

use crate::analysis::Severity;
use crate::cli::outcome::Outcome;
use crate::cli::text::inert_lines;

/// `::error file=…,line=…,col=…,endLine=…,endColumn=…,title=CODE::path:line:column: message`
///
/// The place stands in the message, too, as the log shows nothing else. Of each kind GitHub keeps the first ten of a step as
/// annotations, so what is graver comes first.
pub(super) fn render(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<_> = outcome.all().collect();
    findings.sort_by_key(|it| it.diagnostic.severity);
    for finding in findings {
        let diagnostic = &finding.diagnostic;
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information | Severity::Hint => "notice",
        };
        let (start, end) = finding.places(&outcome.sources);
        let path = outcome.sources.shown_in_checkout(&finding.path);
        write!(out, "::{command} file={},line={},", property(&path), start.line)?;
        // GitHub takes columns within one line only.
        if start.line == end.line {
            write!(
                out,
                "col={},endLine={},endColumn={},",
                start.column, end.line, end.column
            )?;
        } else {
            write!(out, "endLine={},", end.line)?;
        }
        writeln!(
            out,
            "title={}::{}:{}:{}: {}",
            property(diagnostic.rule.code),
            data(&path),
            start.line,
            start.column,
            data(&diagnostic.message)
        )?;
    }
    Ok(())
}

/// What stands behind `::`: a line end would begin another command.
fn data(text: &str) -> String {
    inert_lines(&text.replace('%', "%25"))
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A value before `::`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

//! Logging commands of Azure Pipelines.

use std::io::{self, Write};

use crate::analysis::Severity;
use crate::cli::outcome::Outcome;
use crate::cli::text::inert_lines;

/// `##vso[task.logissue type=error;sourcepath=…;linenumber=…;columnnumber=…;code=CODE;]message`
pub(super) fn render(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    for finding in outcome.all() {
        let diagnostic = &finding.diagnostic;
        // Azure knows nothing milder than a warning.
        let kind = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning | Severity::Information | Severity::Hint => "warning",
        };
        let (start, _) = finding.places(&outcome.sources);
        writeln!(
            out,
            "##vso[task.logissue type={kind};sourcepath={};linenumber={};columnnumber={};code={};]{}",
            property(&outcome.sources.shown_in_checkout(&finding.path)),
            start.line,
            start.column,
            property(diagnostic.rule.code),
            data(&diagnostic.message),
        )?;
    }
    Ok(())
}

/// What stands behind `]`: a line end would begin another command.
fn data(text: &str) -> String {
    inert_lines(&text.replace('%', "%AZP25"))
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A value within the brackets.
fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}

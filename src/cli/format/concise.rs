//! One line per finding, as compilers print them: editors and scripts find the place in it.

use std::io::{self, Write};

use crate::cli::outcome::Outcome;
use crate::cli::style;
use crate::cli::text::visible;

/// `path:line:column: severity[code] message`
pub(super) fn render(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    for findings in outcome.all_by_file() {
        let Some(first) = findings.first() else { continue };
        let path = outcome.sources.shown(&first.path);
        let path = visible(&path);
        for finding in findings {
            let (start, _) = finding.places(&outcome.sources);
            let diagnostic = &finding.diagnostic;
            let severity = style::severity(diagnostic.severity);
            writeln!(
                out,
                "{path}:{}:{}: {severity}{}[{}]{severity:#} {}",
                start.line,
                start.column,
                diagnostic.severity.name(),
                diagnostic.rule.code,
                visible(&diagnostic.message),
            )?;
        }
    }
    Ok(())
}

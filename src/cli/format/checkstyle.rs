//! Checkstyle XML, which many review tools read.

use std::io::{self, Write};

use super::xml::Xml;
use crate::analysis::Severity;
use crate::cli::outcome::Outcome;

/// Writes one document with a `file` for every file that has findings.
pub(super) fn render(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<checkstyle version="4.3">"#)?;
    for findings in outcome.all_by_file() {
        let Some(first) = findings.first() else { continue };
        writeln!(out, r#"  <file name="{}">"#, Xml(&outcome.sources.shown(&first.path)))?;
        for finding in findings {
            let diagnostic = &finding.diagnostic;
            let severity = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Information | Severity::Hint => "info",
            };
            let (start, _) = finding.places(&outcome.sources);
            writeln!(
                out,
                r#"    <error line="{}" column="{}" severity="{severity}" message="{}" source="{}"/>"#,
                start.line,
                start.column,
                Xml(&diagnostic.message),
                diagnostic.rule.code,
            )?;
        }
        writeln!(out, "  </file>")?;
    }
    writeln!(out, "</checkstyle>")
}

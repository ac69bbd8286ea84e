//! JUnit XML: a suite per file, a failed test per finding. Most build servers read it.

use std::io::{self, Write};

use super::xml::Xml;
use crate::cli::outcome::Outcome;

/// Writes one document; a check without findings is one test that passed.
pub(super) fn render(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let total = outcome.findings.len();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    if total == 0 {
        writeln!(out, r#"<testsuites name="base44-connectors-ls" tests="1" failures="0" errors="0">"#)?;
        writeln!(out, r#"  <testsuite name="base44-connectors-ls" tests="1" failures="0" errors="0">"#)?;
        writeln!(out, r#"    <testcase name="no findings" classname="base44-connectors-ls"/>"#)?;
        writeln!(out, "  </testsuite>")?;
        return writeln!(out, "</testsuites>");
    }
    writeln!(out, r#"<testsuites name="base44-connectors-ls" tests="{total}" failures="{total}" errors="0">"#)?;
    for findings in outcome.by_file() {
        let Some(first) = findings.first() else { continue };
        let path = outcome.sources.shown(&first.path);
        let (path, number) = (Xml(&path), findings.len());
        writeln!(out, r#"  <testsuite name="{path}" tests="{number}" failures="{number}" errors="0">"#)?;
        for finding in findings {
            let diagnostic = &finding.diagnostic;
            let (start, _) = finding.places(&outcome.sources);
            let (code, severity) = (diagnostic.rule.code, diagnostic.severity.name());
            let (line, column, message) = (start.line, start.column, Xml(&diagnostic.message));
            writeln!(out, r#"    <testcase name="{code}:{line}:{column}" classname="{path}" file="{path}" line="{line}">"#)?;
            writeln!(out, r#"      <failure type="{severity}" message="{message}">{path}:{line}:{column}: {severity}[{code}] {message}</failure>"#)?;
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

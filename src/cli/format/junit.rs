//! JUnit XML: a suite per file, a failed test per finding. Most build servers read it.

use std::io::{self, Write};

use super::xml::Xml;
use crate::analysis::Severity;
use crate::cli::outcome::{Finding, Outcome};

/// Writes one document, with nothing in it that Jenkins' schema refuses (a `file` or `line` of a test case, say); a check without findings is one test that passed. What is milder than a warning fails no test.
pub(super) fn render(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    let total = outcome.all().count().max(1);
    let failures = outcome.all().filter(|it| fails(it)).count();
    writeln!(
        out,
        r#"<testsuites name="base44-connectors-ls" tests="{total}" failures="{failures}" errors="0">"#
    )?;
    if outcome.all().next().is_none() {
        writeln!(
            out,
            r#"  <testsuite name="base44-connectors-ls" tests="1" failures="0" errors="0">"#
        )?;
        writeln!(
            out,
            r#"    <testcase name="no findings" classname="base44-connectors-ls"/>"#
        )?;
        writeln!(out, "  </testsuite>")?;
    }
    for findings in outcome.all_by_file() {
        let Some(first) = findings.first() else { continue };
        let path = outcome.sources.shown(&first.path);
        let path = Xml(&path);
        let (tests, failures) = (findings.len(), findings.iter().filter(|it| fails(it)).count());
        writeln!(
            out,
            r#"  <testsuite name="{path}" tests="{tests}" failures="{failures}" errors="0">"#
        )?;
        for finding in findings {
            let diagnostic = &finding.diagnostic;
            let (start, _) = finding.places(&outcome.sources);
            let (code, severity) = (diagnostic.rule.code, diagnostic.severity.name());
            let (line, column, message) = (start.line, start.column, Xml(&diagnostic.message));
            writeln!(
                out,
                r#"    <testcase name="{code}:{line}:{column}" classname="{path}">"#
            )?;
            let text = format_args!("{path}:{line}:{column}: {severity}[{code}] {message}");
            match fails(finding) {
                true => writeln!(
                    out,
                    r#"      <failure type="{severity}" message="{message}">{text}</failure>"#
                )?,
                false => writeln!(out, "      <system-out>{text}</system-out>")?,
            }
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn fails(finding: &Finding) -> bool {
    finding.diagnostic.severity <= Severity::Warning
}

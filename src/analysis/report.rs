//! How a rule reports: it names a place and says a sentence; the rest has a default.

use super::rules::Rule;
use super::{Diagnostic, Related, Severity, Tag};
use crate::syntax::TextRange;

/// Collects the findings of one rule in one file.
pub struct Report<'a> {
    rule: &'static Rule,
    out: &'a mut Vec<Diagnostic>,
}

impl<'a> Report<'a> {
    pub(super) fn new(rule: &'static Rule, out: &'a mut Vec<Diagnostic>) -> Self {
        Report { rule, out }
    }

    /// Reports a finding with the rule's default severity; what comes back can be refined.
    pub fn add(&mut self, range: TextRange, message: impl Into<String>) -> Finding<'_> {
        self.out.push(Diagnostic {
            rule: self.rule,
            severity: self.rule.severity,
            range,
            message: message.into(),
            tag: None,
            related: Vec::new(),
        });
        Finding(self.out.last_mut())
    }
}

/// The finding just reported, to be refined.
pub struct Finding<'a>(Option<&'a mut Diagnostic>);

impl Finding<'_> {
    /// Milder or graver than the rule's default, in this case.
    pub fn severity(self, severity: Severity) -> Self {
        self.refine(|it| it.severity = severity)
    }

    /// How an editor should draw it.
    pub fn tag(self, tag: Tag) -> Self {
        self.refine(|it| it.tag = Some(tag))
    }

    /// Another place that belongs to it.
    pub fn related(self, related: Related) -> Self {
        self.refine(|it| it.related.push(related))
    }

    fn refine(mut self, change: impl FnOnce(&mut Diagnostic)) -> Self {
        if let Some(diagnostic) = &mut self.0 {
            change(diagnostic);
        }
        self
    }
}

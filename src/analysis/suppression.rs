//! `// base44-connectors-ls ignore CODE: why` above a line silences that line for that rule.

use super::rules::{self, unused_suppression};
use super::{Diagnostic, File, Report};
use crate::syntax::{TextRange, TextSize};

const MARK: &str = "base44-connectors-ls ignore";

/// One code named in one suppression comment.
pub(super) struct Suppression<'a> {
    /// The code as written; it need not be a rule's.
    pub(super) code: &'a str,
    /// Where the code stands.
    pub(super) code_range: TextRange,
    /// The whole comment.
    pub(super) comment: TextRange,
    /// The line that it silences, line end excluded; empty at the end of the text.
    line: TextRange,
}

/// Removes what comments silence, and reports the comments that silence nothing.
pub(super) fn apply(file: &File<'_>, found: &mut Vec<Diagnostic>) {
    let suppressions = all(file);
    if suppressions.is_empty() {
        return;
    }
    let mut used = vec![false; suppressions.len()];
    found.retain(|diagnostic| {
        let mut silenced = false;
        for (suppression, used) in suppressions.iter().zip(&mut used) {
            if suppression.code == diagnostic.rule.code && suppression.line.contains_inclusive(diagnostic.range.start()) {
                *used = true;
                silenced = true;
            }
        }
        !silenced
    });
    let mut report = Report::new(&unused_suppression::RULE, found);
    for (suppression, used) in suppressions.iter().zip(used) {
        if !used {
            unused_suppression::report(suppression.code, suppression.code_range, &mut report);
        }
    }
}

/// The suppressions of a file, in file order.
pub(super) fn all<'a>(file: &File<'a>) -> Vec<Suppression<'a>> {
    let text = file.text();
    // Most files have none; a scan for the mark is far cheaper than a walk over all tokens.
    if memchr::memmem::find(text.as_bytes(), MARK.as_bytes()).is_none() {
        return Vec::new();
    }
    let comments: Vec<_> = file.tree().comments().map(|token| token.range).collect();
    let mut out = Vec::new();
    for (index, &comment) in comments.iter().enumerate() {
        let Some(body) = text.get(std::ops::Range::from(comment)) else { continue };
        let Some(at) = body.find(MARK) else { continue };
        let codes_start = at + MARK.len();
        let codes = body.get(codes_start..).unwrap_or_default();
        let codes = codes.split([':', '\n', '\r', '*']).next().unwrap_or_default();
        let line = silenced_line(text, comment, comments.get(index + 1..).unwrap_or_default());
        let mut offset = comment.start() + TextSize::of(body.get(..codes_start).unwrap_or_default());
        for piece in codes.split_inclusive([',', ' ', '\t']) {
            let code = piece.trim_end_matches([',', ' ', '\t']);
            if !code.is_empty() {
                let code_range = TextRange::at(offset, TextSize::of(code));
                out.push(Suppression { code, code_range, comment, line });
            }
            offset += TextSize::of(piece);
        }
    }
    out
}

/// The first line below `comment` that holds something other than the comments that follow directly.
fn silenced_line(text: &str, comment: TextRange, following: &[TextRange]) -> TextRange {
    let mut line = line_after(text, comment.end());
    for next in following {
        let blank_before = text
            .get(usize::from(line.start())..usize::from(next.start()))
            .is_some_and(|gap| gap.trim().is_empty());
        if !(line.contains_inclusive(next.start()) && blank_before) {
            break;
        }
        let rest = line_after(text, next.end());
        let alone = text
            .get(usize::from(next.end())..usize::from(rest.start()))
            .is_some_and(|gap| gap.trim().is_empty());
        if !alone {
            break;
        }
        line = rest;
    }
    line
}

/// The line below the one that `offset` is on.
fn line_after(text: &str, offset: TextSize) -> TextRange {
    let rest = text.get(usize::from(offset)..).unwrap_or_default();
    let Some(end) = rest.find(['\n', '\r']) else {
        return TextRange::empty(TextSize::of(text));
    };
    let crlf = rest.get(end..).is_some_and(|it| it.starts_with("\r\n"));
    let start = end + if crlf { 2 } else { 1 };
    let line = rest.get(start..).unwrap_or_default();
    let length = line.find(['\n', '\r']).unwrap_or(line.len());
    let start = usize::from(offset) + start;
    TextRange::at(size(start), size(length))
}

fn size(bytes: usize) -> TextSize {
    TextSize::try_from(bytes).unwrap_or(TextSize::from(u32::MAX))
}

/// Whether `code` names a rule that a comment can silence.
pub(super) fn is_rule(code: &str) -> bool {
    rules::by_code(code).is_some()
}

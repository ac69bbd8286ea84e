//! `// base44-connectors-ls ignore CODE, CODE: why` silences these rules on the line below.
//!
//! That is the next line with something other than comments on it. A comment behind something silences its own line instead.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::backend::{self, lexer};
use super::rules::unused_suppression;
use super::{Diagnostic, File, Report, Role, SourceFile};
use crate::syntax::{TextRange, TextSize, Token};

const MARK: &str = "base44-connectors-ls ignore";

/// One code named in one suppression comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Suppression<'a> {
    /// The code as written; it need not be a rule's, and is empty where the comment names none.
    pub(super) code: &'a str,
    /// Where the code stands, or where it is missing: the words before it.
    pub(super) code_range: TextRange,
    /// The whole comment.
    pub(super) comment: TextRange,
    /// The line that it silences, line end excluded; empty at the end of the text.
    line: TextRange,
}

/// Removes what comments silence, and reports the comments that silence nothing.
pub(super) fn apply(file: &File<'_>, found: &mut Vec<Diagnostic>) {
    let suppressions = file.suppressions();
    if suppressions.is_empty() {
        return;
    }
    let by_line: FxHashSet<_> = suppressions.iter().map(|it| (it.line.start(), it.code)).collect();
    let mut used = FxHashSet::default();
    found.retain(|diagnostic| {
        let start = diagnostic.range.start();
        // They are in the order of their lines, so those for this line are the last that do not begin behind it.
        let behind = suppressions.partition_point(|it| it.line.start() <= start);
        let last = behind.checked_sub(1).and_then(|last| suppressions.get(last));
        let line = last.map(|it| it.line).filter(|line| line.contains_inclusive(start));
        let silenced = line
            .map(|line| (line.start(), diagnostic.rule.code))
            .filter(|it| by_line.contains(it));
        used.extend(silenced);
        silenced.is_none()
    });
    let mut report = Report::new(&unused_suppression::RULE, found);
    for suppression in suppressions {
        if !used.contains(&(suppression.line.start(), suppression.code)) {
            unused_suppression::report(file, suppression, &mut report);
        }
    }
}

/// The suppressions of a file, in file order.
pub(super) fn all(source: &SourceFile) -> Vec<Suppression<'_>> {
    let text = &*source.text;
    // Most files have none; a scan for the mark is far cheaper than a walk over all tokens.
    if memchr::memmem::find(text.as_bytes(), MARK.as_bytes()).is_none() {
        return Vec::new();
    }
    let mut out = Vec::new();
    // Those from here on wait for the line that they are about.
    let mut waiting = 0;
    let mut behind_something = false;
    let mut lines = Lines { text, last: None };
    for (piece, range) in pieces(source) {
        let piece_text = text.get(Range::from(range)).unwrap_or_default();
        let ends_line = piece != Piece::Something && piece_text.contains(['\n', '\r']);
        match piece {
            Piece::Blank => {}
            Piece::Comment => {
                push_codes(&mut out, piece_text, range, || match behind_something {
                    true => lines.at(range.start()),
                    false => TextRange::empty(TextSize::of(text)),
                });
                if behind_something {
                    waiting = out.len();
                }
            }
            Piece::Something => {
                if waiting < out.len() {
                    let line = lines.at(range.start());
                    out.iter_mut().skip(waiting).for_each(|it| it.line = line);
                    waiting = out.len();
                }
                behind_something = true;
            }
        }
        behind_something &= !ends_line;
    }
    out
}

/// What a piece of a text is to a comment above or beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Blank,
    Comment,
    Something,
}

/// The whole text in pieces, in whichever language it is.
fn pieces(source: &SourceFile) -> Vec<(Piece, TextRange)> {
    if source.role != Role::Backend {
        let piece = |token: Token| match token.kind {
            kind if kind.is_comment() => (Piece::Comment, token.range),
            kind if kind.is_trivia() => (Piece::Blank, token.range),
            _ => (Piece::Something, token.range),
        };
        return source.tree.tokens().map(piece).collect();
    }
    let mut out = Vec::new();
    let mut end = TextSize::default();
    for token in backend::tokens(source) {
        out.push((Piece::Blank, TextRange::new(end, token.range.start())));
        end = token.range.end();
        out.push(match token.kind {
            lexer::TokenKind::Comment => (Piece::Comment, token.range),
            _ => (Piece::Something, token.range),
        });
    }
    out
}

/// Adds the suppressions of one comment with the text `source`.
fn push_codes<'a>(
    out: &mut Vec<Suppression<'a>>,
    source: &'a str,
    comment: TextRange,
    line: impl FnOnce() -> TextRange,
) {
    let Some(mut rest) = source.trim_start_matches(['/', '*', ' ', '\t']).strip_prefix(MARK) else {
        return;
    };
    if rest.starts_with(is_code_char) {
        return;
    }
    let at = |rest: &str| comment.end() - TextSize::of(rest);
    let mark = TextRange::new(at(rest) - TextSize::of(MARK), at(rest));
    let line = line();
    let before = out.len();
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        let length = rest.find(|c| !is_code_char(c)).unwrap_or(rest.len());
        let Some((code, behind)) = rest.split_at_checked(length) else {
            break;
        };
        if !code.is_empty() {
            let code_range = TextRange::at(at(rest), TextSize::of(code));
            out.push(Suppression {
                code,
                code_range,
                comment,
                line,
            });
        }
        match behind.trim_start_matches([' ', '\t']).strip_prefix(',') {
            Some(next) => rest = next,
            None => break,
        }
    }
    if out.len() == before {
        out.push(Suppression {
            code: "",
            code_range: mark,
            comment,
            line,
        });
    }
}

fn is_code_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

/// The lines of a text. The last one asked for is remembered: a whole file may be one line full of comments.
struct Lines<'a> {
    text: &'a str,
    last: Option<TextRange>,
}

impl Lines<'_> {
    /// The line that `offset` is on, without its end.
    fn at(&mut self, offset: TextSize) -> TextRange {
        if let Some(line) = self.last.filter(|it| it.contains_inclusive(offset)) {
            return line;
        }
        let (before, behind) = self
            .text
            .split_at_checked(usize::from(offset))
            .unwrap_or((self.text, ""));
        let start = before.rsplit(['\n', '\r']).next().unwrap_or_default();
        let rest = behind.split(['\n', '\r']).next().unwrap_or_default();
        let line = TextRange::new(offset - TextSize::of(start), offset + TextSize::of(rest));
        self.last = Some(line);
        line
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::testing::check;

    #[test]
    fn the_line_below_is_silenced() {
        check(
            r#"
{
  "type": "slack",
  "scopes": ["chat:write"],
  // base44-connectors-ls ignore unknown-property: read by our deploy script
  "owner": "team-a",
  "since": 2024
//^^^^^^^ warning[unknown-property]
}
"#,
        );
    }

    #[test]
    fn lines_end_in_three_ways() {
        for end in ["\n", "\r\n", "\r"] {
            let text = [
                r#"{ "type": "slack", "scopes": ["chat:write"],"#,
                "// base44-connectors-ls ignore unknown-property",
                r#""owner": 1 }"#,
            ];
            check(&text.join(end));
        }
    }

    #[test]
    fn several_comments_can_stand_above_one_line() {
        check(
            r#"
{
  "scopes": ["chat:write"],
  // base44-connectors-ls ignore json5-syntax: we like it so
  // A note.

  /*
   * base44-connectors-ls ignore it: this is no first line of a comment
   */
  /* base44-connectors-ls ignore duplicate-key: moved soon
     (ask the other team) */
  type: "gmail",
  "type": "slack"
}
"#,
        );
    }

    #[test]
    fn one_comment_can_name_several_rules() {
        check(
            r#"
{
  "type": "slack",
  // base44-connectors-ls ignore duplicate-key, json5-syntax : both are fine
  scopes: [],
  "scopes": ["chat:write"]
}
"#,
        );
    }

    #[test]
    fn a_comment_behind_something_is_about_its_own_line() {
        check(
            r#"
{
  "type": "slack",
  "scopes": ["chat:write"],
  "owner": "a", // base44-connectors-ls ignore unknown-property
  "since": 2024,
//^^^^^^^ warning[unknown-property]
  /* base44-connectors-ls ignore unknown-property */ "until": 2025
}
"#,
        );
    }

    #[test]
    fn strings_silence_nothing() {
        check(
            r#"
{
  "type": "slack",
  "scopes": ["chat:write"],
  "x":
//^^^ warning[unknown-property]
  "// base44-connectors-ls ignore unknown-property",
  "y": 1
//^^^ warning[unknown-property]
}
"#,
        );
    }

    #[test]
    fn other_words_are_no_suppression() {
        check(
            r#"
// base44-connectors-ls ignores-nothing here, see base44-connectors-ls ignore unknown-property
{ "type": "slack", "scopes": ["chat:write"], "x": 1 }
//                                           ^^^ warning[unknown-property]
"#,
        );
    }
}

//! For people: every finding with its lines of the file, what is wrong with them, and what to do.

use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::renderer::DEFAULT_TERM_WIDTH;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Message, Origin, Renderer, Snippet};

use super::permissions;
use crate::analysis::{Related, Severity};
use crate::cli::outcome::{Finding, Outcome, Source, Sources};
use crate::cli::style;
use crate::cli::text::{inert, visible};
use crate::syntax::{TextRange, TextSize};

/// A range of more lines than this is shown by its first one.
const MOST_LINES: usize = 6;

/// Of a line that is longer than this many bytes, only what is around the range is shown: drawing it would take long, and
/// nobody could read it.
const LONGEST_LINE: usize = 500;

/// How much of a long line is shown, in characters, on each side of the range's start.
const AROUND: usize = 60;

/// Narrower than this, there would be no room for an excerpt.
const NARROWEST: usize = 40;

/// Writes all findings, the changed permissions, and the summary. Excerpts are as wide as the terminal, if it is one.
pub(super) fn render(outcome: &Outcome, width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    let width = width.map_or(DEFAULT_TERM_WIDTH, |it| it.max(NARROWEST));
    let renderer = Renderer::styled().term_width(width);
    for findings in outcome.by_file() {
        let Some(first) = findings.first() else { continue };
        let path = outcome.sources.shown(&first.path);
        let path = visible(&path);
        let source = outcome.sources.files.get(&first.path);
        for finding in findings {
            let report = report(finding, &path, source, &outcome.sources);
            writeln!(out, "{}\n", renderer.render(&report))?;
        }
    }
    if let Some(diff) = &outcome.permissions {
        permissions::human(diff, &outcome.sources, out)?;
    }
    writeln!(out, "{}", summary(outcome))
}

/// `Checked 12 files in 2 projects: 3 errors, 1 warning.`
fn summary(outcome: &Outcome) -> String {
    let numbers = super::numbers(outcome, |severity, number| {
        let style = style::severity(severity);
        format!("{style}{number}{style:#}")
    });
    let fixable = outcome.findings.iter().filter(|it| it.is_fixable()).count();
    let hint = match (fixable, outcome.findings.len()) {
        (0, _) => String::new(),
        (1, 1) => " `--fix` mends it.".to_owned(),
        (some, all) if some == all => " `--fix` mends them.".to_owned(),
        (some, _) => format!(" `--fix` mends {some} of them."),
    };
    format!("Checked {}: {numbers}.{hint}", super::checked(outcome))
}

fn report<'a>(finding: &'a Finding, path: &'a str, source: Option<&'a Source>, sources: &'a Sources) -> Vec<Group<'a>> {
    let diagnostic = &finding.diagnostic;
    let level = level(diagnostic.severity);
    let title = level
        .clone()
        .primary_title(visible(&diagnostic.message))
        .id(diagnostic.rule.code)
        .id_url(diagnostic.rule.url());
    let excerpt = source.map(|source| Excerpt::of(source, diagnostic.range));
    let mut groups = match excerpt {
        None => vec![title.element(Origin::path(path))],
        Some(excerpt) if excerpt.whole => {
            vec![title.element(excerpt.snippet(AnnotationKind::Primary, None).path(path))]
        }
        // Columns would be counted from where the excerpt starts, so the place is given by itself.
        Some(excerpt) => {
            let (start, _) = finding.places(sources);
            let origin = Origin::path(path)
                .line(start.line as usize)
                .char_column(start.column as usize);
            let excerpt = excerpt.snippet(AnnotationKind::Primary, None);
            vec![title.element(origin), Group::with_level(level).element(excerpt)]
        }
    };
    if let Some(last) = groups.pop() {
        let last = diagnostic
            .related
            .iter()
            .fold(last, |group, related| add_related(group, related, sources));
        groups.push(last.elements(help(finding)));
    }
    groups
}

fn add_related<'a>(group: Group<'a>, related: &'a Related, sources: &'a Sources) -> Group<'a> {
    let path = visible(&sources.shown(&related.path)).into_owned();
    let message = visible(&related.message);
    let excerpt = sources
        .files
        .get(&related.path)
        .map(|source| Excerpt::of(source, related.range));
    match excerpt {
        Some(excerpt) if excerpt.whole => group.element(
            excerpt
                .snippet(AnnotationKind::Context, Some(message.into_owned()))
                .path(path),
        ),
        _ => {
            let (start, _) = sources.places(&related.path, related.range);
            let origin = Origin::path(path)
                .line(start.line as usize)
                .char_column(start.column as usize);
            group.element(origin).element(Level::NOTE.message(message))
        }
    }
}

/// What to do: the best fix.
fn help(finding: &Finding) -> Option<Message<'_>> {
    let fix = finding.fixes.first()?;
    Some(Level::HELP.message(visible(&fix.title)))
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Information => Level::INFO.with_name(severity.name()),
        Severity::Hint => Level::NOTE.with_name(severity.name()),
    }
}

/// Some lines of a file, fit for a terminal, and a range in them.
struct Excerpt {
    text: String,
    /// Bytes of `text`.
    range: Range<usize>,
    first_line: usize,
    /// The lines are there from their start, so that columns can be counted in them.
    whole: bool,
}

impl Excerpt {
    /// Takes time in proportion to what it shows, not to the file.
    fn of(source: &Source, range: TextRange) -> Self {
        let first_line = source.place(range.start()).line;
        let last_line = source.place(range.end()).line;
        let lines = (first_line..=last_line)
            .take(MOST_LINES + 1)
            .map(|line| source.line(line));
        let fits =
            lines.clone().count() <= MOST_LINES && lines.clone().all(|line| usize::from(line.len()) <= LONGEST_LINE);
        let shown = match fits {
            true => source.line(first_line).cover(source.line(last_line)),
            false => source.line(first_line),
        };
        let within = |offset: TextSize| offset.clamp(shown.start(), shown.end());
        let range = TextRange::new(within(range.start()), within(range.end()));
        let piece = |range: TextRange| source.text.get(Range::from(range)).unwrap_or_default();
        let mut before = piece(TextRange::new(shown.start(), range.start()));
        let mut marked = piece(range);
        let mut after = piece(TextRange::new(range.end(), shown.end()));
        let (mut cut_before, mut cut_after) = (false, false);
        if usize::from(shown.len()) > LONGEST_LINE && !fits {
            (before, cut_before) = last_chars(before, AROUND);
            (marked, cut_after) = first_chars(marked, 2 * AROUND);
            if cut_after {
                after = "";
            } else {
                (after, cut_after) = first_chars(after, AROUND);
            }
        }
        let mut text = String::with_capacity(before.len() + marked.len() + after.len() + 8);
        if cut_before {
            text.push('…');
        }
        push_inert(&mut text, before);
        let start = text.len();
        push_inert(&mut text, marked);
        let end = text.len();
        push_inert(&mut text, after);
        if cut_after {
            text.push('…');
        }
        Excerpt {
            text,
            range: start..end,
            first_line: first_line as usize,
            whole: !cut_before,
        }
    }

    fn snippet<'a>(self, kind: AnnotationKind, label: Option<String>) -> Snippet<'a, Annotation<'a>> {
        Snippet::source(self.text)
            .line_start(self.first_line)
            .annotation(kind.span(self.range).label(label))
    }
}

/// Adds lines of a file so that a terminal shows them as they are, one line end being as good as another.
fn push_inert(out: &mut String, text: &str) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\n' => out.push('\n'),
            '\t' => out.push('\t'),
            _ => out.push(inert(c)),
        }
    }
}

/// At most the first `most` characters, and whether that is less than all.
fn first_chars(text: &str, most: usize) -> (&str, bool) {
    let cut = text.char_indices().nth(most);
    (cut.and_then(|(at, _)| text.get(..at)).unwrap_or(text), cut.is_some())
}

/// At most the last `most` characters, and whether that is less than all.
fn last_chars(text: &str, most: usize) -> (&str, bool) {
    match text.char_indices().rev().nth(most.saturating_sub(1)) {
        Some((at, _)) => (text.get(at..).unwrap_or(text), at > 0),
        None => (text, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The excerpt of the range between two `|`, with the range between two `|`.
    fn excerpt(text: &str) -> (Excerpt, String) {
        let start = text.find('|').unwrap();
        let end = text.rfind('|').unwrap() - 1;
        let range = TextRange::new((start as u32).into(), (end as u32).into());
        let excerpt = Excerpt::of(&Source::new(text.replace('|', "").into()), range);
        let mut drawn = excerpt.text.clone();
        drawn.insert(excerpt.range.end, '|');
        drawn.insert(excerpt.range.start, '|');
        (excerpt, drawn)
    }

    #[test]
    fn an_excerpt_is_the_lines_of_the_range() {
        let (found, drawn) = excerpt("{\r\n\t|\"a\": {\r\n}|, \x1b[31m\r\n}");
        assert_eq!(drawn, "\t|\"a\": {\n}|, ␛[31m");
        assert_eq!((found.first_line, found.whole), (2, true));
    }

    #[test]
    fn of_many_lines_the_first_is_shown() {
        assert_eq!(excerpt("a |b\n\n\n\n\n\n\n\nc|").1, "a |b|");
    }

    #[test]
    fn of_a_long_line_the_surroundings_are_shown() {
        let long = "世".repeat(LONGEST_LINE);
        let around = "世".repeat(AROUND);
        let (found, drawn) = excerpt(&format!("{long}|bad|{long}"));
        assert_eq!(drawn, format!("…{around}|bad|{around}…"));
        assert!(!found.whole);
        assert_eq!(excerpt(&format!("x|{long}|")).1, format!("x|{around}{around}|…"));
    }

    #[test]
    fn empty_ranges_have_an_excerpt_everywhere() {
        assert_eq!(excerpt("||").1, "||");
        assert_eq!(excerpt("a\n||").1, "||");
        assert_eq!(excerpt("a||\n").1, "a||");
    }
}

//! Edits of arrays and objects that leave everything else as its author wrote it.
//!
//! An edit keeps the file's line ends, indentation and trailing commas, and comments stay with their elements:
//! a comment after an element on its line belongs to it, before or after the comma (unless another element follows
//! on that line, which it then stands before); comments on lines of their own directly above an element
//! belong to that one. All other comments belong to the list and are never touched.
//!
//! Broken documents can be edited, too; an edit adds no error to those that are there.

mod order;

use std::ops::Range;

use text_size::{TextRange, TextSize};

use super::ast::{Array, Object};
use super::kind::{NodeKind, Quote, StringForm, TokenKind};
use super::tree::{Element, Node, Token, Tree};

/// Text to put in the place of other text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEdit {
    /// What is replaced; empty for an insertion.
    pub range: TextRange,
    /// What comes there.
    pub insert: String,
}

/// `text` after `edits`, which must not overlap. An edit that does not fit the text is left out.
#[must_use]
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut edits: Vec<&TextEdit> = edits.iter().collect();
    edits.sort_by_key(|it| (it.range.start(), it.range.end()));
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        let range = Range::<usize>::from(edit.range);
        if let Some(between) = text.get(done..range.start)
            && text.is_char_boundary(range.end)
        {
            result.push_str(between);
            result.push_str(&edit.insert);
            done = range.end;
        }
    }
    result.push_str(text.get(done..).unwrap_or_default());
    result
}

/// `content` as a string literal in the quotes that `text` uses for its first string, `"` if it has none.
#[must_use]
pub fn quote_like(text: &str, tree: &Tree, content: &str) -> String {
    debug_assert_eq!(TextSize::of(text), tree.len());
    let quote = quote_habit(tree.tokens());
    format!("{quote}{}{quote}", escaped(content, quote))
}

/// The quote of the first proper string among `tokens`, `"` if there is none.
#[must_use]
pub fn quote_habit(mut tokens: impl Iterator<Item = Token>) -> char {
    let habit = tokens.find_map(|token| match token.kind {
        TokenKind::String(StringForm { open, close }) if open == close => open,
        _ => None,
    });
    match habit {
        Some(Quote::Single) => '\'',
        _ => '"',
    }
}

/// `content` as it stands in a string literal between these quotes.
#[must_use]
pub fn escaped(content: &str, quote: char) -> String {
    let mut out = String::with_capacity(content.len());
    for c in content.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote || c == '\\' => out.extend(['\\', c]),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

/// An array or object, laid out for editing. Its items are the elements or members.
#[derive(Debug)]
pub struct List<'a> {
    text: &'a str,
    /// Where the inside begins and ends.
    inside: Range<usize>,
    opened: bool,
    closed: bool,
    items: Vec<Item>,
    /// Where the last comment ends that belongs to the list, if it has no items.
    last_comment: Option<usize>,
    /// Whether there are commas and no items.
    only_commas: bool,
}

/// An element or member.
#[derive(Debug, Clone)]
struct Item {
    /// Itself.
    range: Range<usize>,
    /// The comma after it.
    comma: Option<Range<usize>>,
    /// It, its comma and its comments.
    all: Range<usize>,
    /// Where it begins with those of its comments that stand on its line.
    line_start: usize,
    /// Whether the last of these is a comment that ends with its line.
    ends_in_line_comment: bool,
}

impl<'a> List<'a> {
    /// The elements of an array in `text`.
    #[must_use]
    pub fn of_array(text: &'a str, array: Array<'_>) -> Self {
        Self::new(text, array.node())
    }

    /// The members of an object in `text`.
    #[must_use]
    pub fn of_object(text: &'a str, object: Object<'_>) -> Self {
        Self::new(text, object.node())
    }

    /// The index of the item that begins at `start`.
    #[must_use]
    pub fn index_at(&self, start: TextSize) -> Option<usize> {
        let start = usize::from(start);
        self.items.binary_search_by_key(&start, |it| it.range.start).ok()
    }

    /// The same list with all comments that stand on lines of their own belonging to it, and no longer to an element.
    #[must_use]
    pub fn owning_comments_above(mut self) -> Self {
        for item in &mut self.items {
            item.all.start = item.line_start;
        }
        self
    }

    /// Takes out the items with these indices, and the comments that belong to them.
    #[must_use]
    pub fn remove(&self, which: &[usize]) -> Vec<TextEdit> {
        let mut stays = vec![true; self.items.len()];
        for &nth in which {
            if let Some(stays) = stays.get_mut(nth) {
                *stays = false;
            }
        }
        let kept = stays.iter().rposition(|stays| *stays);
        let mut cuts: Vec<Range<usize>> = which.iter().filter_map(|&nth| self.removal(nth, kept)).collect();
        let last = self.items.last();
        let new_last = kept.and_then(|nth| self.items.get(nth));
        if last.is_some_and(|it| it.comma.is_none()) {
            // The last one has no comma then, either.
            cuts.extend(new_last.and_then(|it| it.comma.clone()));
        }
        cuts.sort_by_key(|it| (it.start, it.end));
        let mut merged: Vec<Range<usize>> = Vec::new();
        for cut in cuts {
            match merged.last_mut() {
                Some(last) if cut.start <= last.end || self.only_blank_lines_between(last, &cut) => {
                    last.end = last.end.max(cut.end);
                }
                _ => merged.push(cut),
            }
        }
        for cut in &mut merged {
            *cut = self.with_blank_lines(cut.clone());
        }
        if self.closed && self.opened && !merged.is_empty() && self.is_blank_without(&merged) {
            merged = vec![self.inside.clone()];
        }
        merged.into_iter().map(|cut| edit(cut, String::new())).collect()
    }

    /// Puts the source texts `new` behind the last item.
    #[must_use]
    pub fn append(&self, new: &[String]) -> Vec<TextEdit> {
        match self.items.len().checked_sub(1) {
            Some(last) => self.insert_after(last, new),
            None => self.fill(new),
        }
    }

    /// Puts the source texts `new` behind the item with index `nth`, and behind its comments.
    #[must_use]
    pub fn insert_after(&self, nth: usize, new: &[String]) -> Vec<TextEdit> {
        let Some(item) = self.items.get(nth).filter(|_| !new.is_empty()) else {
            return Vec::new();
        };
        let is_last = nth + 1 == self.items.len();
        let line_comment = item.ends_in_line_comment;
        let own_line =
            self.starts_line(item.all.start) && (is_last || self.ends_line(item.all.end)) && self.is_multiline();
        let (joint, place) = if own_line || line_comment {
            (self.new_line(self.indent_of(item)), item.all.end)
        } else {
            let place = item.comma.as_ref().map_or(item.all.end, |it| it.end);
            (" ".to_owned(), place)
        };
        let items = new.join(&format!(",{joint}"));
        let mut edits = Vec::new();
        match &item.comma {
            Some(_) => {
                let comma = if is_last && !self.closed { "" } else { "," };
                edits.push(edit(place..place, format!("{joint}{items}{comma}")));
            }
            None => {
                let comma = if is_last { "" } else { "," };
                let own = if own_line || line_comment {
                    item.range.end
                } else {
                    place
                };
                if own == place {
                    edits.push(edit(place..place, format!(",{joint}{items}{comma}")));
                } else {
                    edits.push(edit(own..own, ",".to_owned()));
                    edits.push(edit(place..place, format!("{joint}{items}{comma}")));
                }
            }
        }
        edits
    }

    /// Puts the source texts `new` before the item with index `nth`, and before its comments.
    #[must_use]
    pub fn insert_before(&self, nth: usize, new: &[String]) -> Vec<TextEdit> {
        let Some(item) = self.items.get(nth).filter(|_| !new.is_empty()) else {
            return Vec::new();
        };
        let place = item.all.start;
        let joint = if self.starts_line(place) && self.is_multiline() {
            self.new_line(self.indent_of(item))
        } else {
            " ".to_owned()
        };
        let items: String = new.iter().map(|it| format!("{it},{joint}")).collect();
        vec![edit(place..place, items)]
    }

    /// Puts the source texts `new` in the place of the item with index `nth`. Its comments stay.
    #[must_use]
    pub fn replace(&self, nth: usize, new: &[String]) -> Vec<TextEdit> {
        let Some(item) = self.items.get(nth) else {
            return Vec::new();
        };
        if new.is_empty() {
            return self.remove(&[nth]);
        }
        let joint = if self.starts_line(item.range.start) && self.is_multiline() {
            self.new_line(self.indent_of(item))
        } else {
            " ".to_owned()
        };
        vec![edit(item.range.clone(), new.join(&format!(",{joint}")))]
    }

    /// Puts `new` into a list without items.
    fn fill(&self, new: &[String]) -> Vec<TextEdit> {
        if new.is_empty() {
            return Vec::new();
        }
        let content = self.str(self.inside.clone());
        let multiline = content.contains(['\n', '\r']) || self.stands_on_own_line();
        let outer = self.line_indent(self.inside.start);
        let inner = format!("{outer}{}", self.indent_unit());
        let joint = if multiline {
            self.new_line(&inner)
        } else {
            " ".to_owned()
        };
        let items = new.join(&format!(",{joint}"));
        let end = self.new_line(outer);
        if self.only_commas {
            let place = self.inside.start;
            return vec![edit(place..place, items)];
        }
        match self.last_comment {
            None => {
                let items = match (multiline, self.closed) {
                    (true, true) => format!("{joint}{items}{end}"),
                    (true, false) => format!("{joint}{items}"),
                    (false, _) => items,
                };
                let blank = if self.closed {
                    self.inside.clone()
                } else {
                    self.inside.start..self.inside.start
                };
                vec![edit(blank, items)]
            }
            Some(place) => {
                let rest = self.str(place..self.inside.end);
                let end = if multiline && self.closed && !rest.contains(['\n', '\r']) {
                    end
                } else {
                    String::new()
                };
                vec![edit(place..place, format!("{joint}{items}{end}"))]
            }
        }
    }

    /// What has to go for the item with index `nth` to go, if `kept` is the last one that stays.
    fn removal(&self, nth: usize, kept: Option<usize>) -> Option<Range<usize>> {
        let Range { start, end } = self.items.get(nth)?.all.clone();
        let first_on_line = self.starts_line(start);
        let last_on_line = self.ends_line(end);
        let is_last = kept < Some(nth);
        Some(if first_on_line && last_on_line {
            let start = start - trailing_blanks(self.str(0..start));
            let end = end + leading_blanks(self.str(end..self.text.len()));
            start..end + line_end(self.str(end..self.text.len()))
        } else if last_on_line || is_last && !first_on_line {
            start - trailing_blanks(self.str(self.inside.start..start))..end
        } else {
            start..end + leading_blanks(self.str(end..self.inside.end))
        })
    }

    /// Whether whole lines are cut before and after some blank ones.
    fn only_blank_lines_between(&self, first: &Range<usize>, second: &Range<usize>) -> bool {
        self.str(first.clone()).ends_with(['\n', '\r']) && self.str(first.end..second.start).trim().is_empty()
    }

    /// `cut`, if it is made of whole lines, with the blank lines that would be too many without them.
    fn with_blank_lines(&self, cut: Range<usize>) -> Range<usize> {
        let before = self.str(self.inside.start..cut.start);
        let after = self.str(cut.end..self.inside.end);
        let whole_lines = before.ends_with(['\n', '\r']) && self.str(cut.clone()).ends_with(['\n', '\r']);
        if !whole_lines {
            return cut;
        }
        let above = before.trim_end();
        let below = after.trim_start();
        if below.is_empty() {
            // Only the line end of what is above stays.
            let rest = before.get(above.len()..).unwrap_or_default();
            let kept = leading_blanks(rest);
            let kept = kept + line_end(rest.get(kept..).unwrap_or_default());
            return self.inside.start + above.len() + kept..cut.end;
        }
        let gap = before.get(above.len()..).unwrap_or_default();
        if above.is_empty() || 1 < line_ends(gap) {
            let blank = after.len() - below.len();
            let blank = blank - trailing_blanks(after.get(..blank).unwrap_or_default());
            return cut.start..cut.end + blank;
        }
        cut
    }

    fn is_blank_without(&self, cuts: &[Range<usize>]) -> bool {
        let mut at = self.inside.start;
        let mut blank = true;
        for cut in cuts {
            blank &= self.str(at..cut.start.max(at)).trim().is_empty();
            at = at.max(cut.end);
        }
        blank && self.str(at..self.inside.end.max(at)).trim().is_empty()
    }

    // Layout.

    fn new(text: &'a str, list: Node<'_>) -> Self {
        let range = Range::<usize>::from(list.range());
        let one = |there: bool| usize::from(there);
        let inside = range.start + one(list.green.opened)..range.end - one(list.green.closed);
        let mut this = Self {
            text,
            inside,
            opened: list.green.opened,
            closed: list.green.closed,
            items: Vec::new(),
            last_comment: None,
            only_commas: false,
        };
        let mut comments: Vec<Range<usize>> = Vec::new();
        let mut commas = 0;
        for child in list.children() {
            let range = Range::<usize>::from(child.range());
            match child {
                Element::Token(Token {
                    kind: TokenKind::Whitespace,
                    ..
                }) => {}
                Element::Token(token) if token.kind.is_comment() => comments.push(range),
                Element::Token(Token {
                    kind: TokenKind::Comma, ..
                }) => {
                    commas += 1;
                    if let Some(item) = this.items.last_mut()
                        && item.comma.is_none()
                    {
                        // Comments before the comma have no other element to belong to.
                        item.all.end = range.end;
                        item.comma = Some(range);
                        comments.clear();
                    }
                }
                child if is_item(list.kind(), &child) => {
                    let end = match child {
                        Element::Node(node) => node.last_solid().map_or(range.end, |(_, it)| it.end().into()),
                        Element::Token(_) => range.end,
                    };
                    this.take_comments_after(&mut comments, Some(range.start));
                    let (start, line_start) = this.comments_above(&comments, range.start);
                    comments.clear();
                    this.items.push(Item {
                        range: range.start..end,
                        comma: None,
                        all: start..end,
                        line_start,
                        ends_in_line_comment: false,
                    });
                }
                _ => {
                    this.take_comments_after(&mut comments, None);
                }
            }
        }
        this.take_comments_after(&mut comments, None);
        if this.items.is_empty() {
            this.last_comment = comments.last().map(|it| it.end);
            this.only_commas = 0 < commas;
        }
        this
    }

    /// Gives the last item those of `comments` that stand on its line, unless the item at `next` does, too.
    fn take_comments_after(&mut self, comments: &mut Vec<Range<usize>>, next: Option<usize>) {
        let Some(end) = self.items.last().map(|it| it.all.end) else {
            return;
        };
        let broken = |range: Range<usize>| self.str(range).contains(['\n', '\r']);
        let count = comments.iter().take_while(|it| !broken(end..it.start)).count();
        let last = comments.get(count.wrapping_sub(1)).cloned();
        if let Some(last) = last
            && next.is_none_or(|next| broken(last.end..next))
        {
            comments.drain(..count);
            let is_block = self.str(last.clone()).starts_with("/*");
            if let Some(item) = self.items.last_mut() {
                item.all.end = last.end;
                item.ends_in_line_comment = !is_block;
            }
        }
    }

    /// Where the comments begin that stand directly above, or on the line, of the item at `start`; and where those begin that
    /// stand on its line.
    fn comments_above(&self, comments: &[Range<usize>], start: usize) -> (usize, usize) {
        let (mut top, mut line_start) = (start, start);
        for comment in comments.iter().rev() {
            let between = self.str(comment.end..top);
            let same_line = !between.contains(['\n', '\r']);
            let directly_above = line_ends(between) < 2 && self.starts_line(comment.start);
            if !(same_line || directly_above) {
                break;
            }
            let one_line = same_line && !self.str(comment.clone()).contains(['\n', '\r']);
            if one_line && top == line_start {
                line_start = comment.start;
            }
            top = comment.start;
        }
        (top, line_start)
    }

    /// Whether the items stand on lines of their own.
    fn is_multiline(&self) -> bool {
        self.items.first().is_some_and(|it| self.starts_line(it.all.start))
    }

    fn starts_line(&self, at: usize) -> bool {
        let before = self.str(0..at).trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with(['\n', '\r'])
    }

    fn ends_line(&self, at: usize) -> bool {
        let after = self.str(at..self.text.len()).trim_start_matches([' ', '\t']);
        after.is_empty() || after.starts_with(['\n', '\r'])
    }

    fn indent_of(&self, item: &Item) -> &'a str {
        self.line_indent(item.range.start)
    }

    /// The white space that begins the line of `at`.
    fn line_indent(&self, at: usize) -> &'a str {
        let before = self.str(0..at);
        let line = before.rfind(['\n', '\r']).map_or(0, |it| it + 1);
        let rest = self.str(line..self.text.len());
        rest.get(..leading_blanks(rest)).unwrap_or_default()
    }

    /// What one level of indentation is in this file.
    fn indent_unit(&self) -> &'a str {
        let mut lines = self.text.split(['\n', '\r']);
        lines
            .find_map(|line| {
                let blanks = leading_blanks(line);
                (0 < blanks && blanks < line.len())
                    .then(|| line.get(..blanks))
                    .flatten()
            })
            .unwrap_or("  ")
    }

    fn new_line(&self, indent: &str) -> String {
        format!("{}{indent}", line_end_habit(self.text))
    }

    /// Whether a list without items may take several lines: nothing else on its line has brackets, but the document itself.
    fn stands_on_own_line(&self) -> bool {
        let Some(open) = self.inside.start.checked_sub(1).filter(|_| self.opened) else {
            return true;
        };
        let before = self.str(0..open);
        let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
        let is_root_object = before.trim_start_matches('\u{feff}').trim().is_empty() && self.str(open..open + 1) == "{";
        is_root_object || line.starts_with([' ', '\t']) && !line.contains(['{', '['])
    }

    fn str(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }
}

/// The source text of a member, in the quotes of the file. `value` is source text.
#[must_use]
pub fn member(text: &str, tree: &Tree, key: &str, value: &str) -> String {
    format!("{}: {value}", quote_like(text, tree, key))
}

fn is_item(list: NodeKind, child: &Element<'_>) -> bool {
    match child {
        Element::Node(_) => true,
        Element::Token(token) => list == NodeKind::Array && token.kind.is_literal(),
    }
}

fn edit(range: Range<usize>, insert: String) -> TextEdit {
    let offset = |at: usize| TextSize::try_from(at).unwrap_or_default();
    let range = TextRange::new(offset(range.start), offset(range.end));
    TextEdit { range, insert }
}

fn leading_blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

fn trailing_blanks(text: &str) -> usize {
    text.len() - text.trim_end_matches([' ', '\t']).len()
}

/// The length of the line end that `text` begins with.
fn line_end(text: &str) -> usize {
    match text.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// The first line end of `text`, `\n` if it has none.
pub(super) fn line_end_habit(text: &str) -> &str {
    let first = || {
        let rest = text.get(text.find(['\n', '\r'])?..)?;
        rest.get(..line_end(rest))
    };
    first().unwrap_or("\n")
}

/// How many line ends there are in `text`.
pub(super) fn line_ends(text: &str) -> usize {
    let lone_cr = text.matches('\r').count() - text.matches("\r\n").count();
    text.matches('\n').count() + lone_cr
}

//! Where the cursor stands in a connector file, and what has to stand around a string that is put there.
//!
//! The text is hardly ever whole while somebody types in it, so the place is not worked out from what is there, it is tried: a
//! string is put at the cursor, with and without a comma, a colon or a value beside it, and of these few texts the one with
//! the fewest syntax errors is what the author is up to. Where the string stands in its tree is what the cursor stands on. A way
//! that adds an error is none, so that whatever is offered can be accepted.

use std::borrow::Cow;
use std::ops::Range;

use crate::syntax::edit::quote_habit;
use crate::syntax::{Node, NodeKind, Quote, StringForm, TextEdit, TextRange, TextSize, Token, TokenKind, Tree, Value};

/// A text with its tree.
#[derive(Debug)]
pub(super) struct Readable<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) tree: Cow<'a, Tree>,
}

/// A place where something can be completed. Ranges are bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) expects: Expects,
    /// The string or word that gives way, quotes included; empty where there is none.
    pub(super) literal: TextRange,
    /// What gives way where the whole word is to be replaced. It begins behind an opening quote, is on one line, and contains the cursor.
    pub(super) replace: TextRange,
    /// What gives way where the rest of the word is to stay: the start of `replace`, up to the cursor if the rest can stay.
    pub(super) insert: TextRange,
    /// What goes in front of the name: a quote that is missing, or more.
    pub(super) open: String,
    /// What goes behind it: a quote that is missing.
    pub(super) close: String,
    /// What goes behind all: a bracket, a comma.
    pub(super) end: String,
    /// What goes between a key and its value.
    pub(super) colon: &'static str,
    /// The quote around the name.
    pub(super) quote: char,
    /// What has to be inserted elsewhere: a comma behind the line above. None of these touches `replace` at an insertion point.
    pub(super) elsewhere: Vec<TextEdit>,
}

/// What is to be completed at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expects {
    /// The document holds nothing yet but comments.
    File,
    /// A key of the connector.
    Key {
        /// Its colon and value are to be written along with it, and stand in no text yet.
        with_value: bool,
    },
    /// The value of `type`.
    Type,
    /// A scope.
    Scope,
}

impl<'a> Readable<'a> {
    /// The text as somebody at `offset` sees it: to who writes below a comment that is not closed, that comment ends with its
    /// line. Positions are the same.
    pub(super) fn at(text: &'a str, tree: &'a Tree, offset: TextSize) -> Self {
        let mut readable = Readable {
            text: Cow::Borrowed(text),
            tree: Cow::Borrowed(tree),
        };
        // More than a few of them are no slip.
        for _ in 0..4 {
            let Some(comment) = readable.open_comment_above(offset) else {
                break;
            };
            let mut text = readable.text.into_owned();
            let start = usize::from(comment.start());
            text.replace_range(start..start + "/*".len(), "//");
            readable = Readable {
                tree: Cow::Owned(Tree::parse(&text)),
                text: Cow::Owned(text),
            };
        }
        readable
    }

    fn open_comment_above(&self, offset: TextSize) -> Option<TextRange> {
        let token = self.tree.token_at(offset).left()?;
        let range = token.range;
        let body = self.text.get(Range::from(range))?;
        let is_open = token.kind == TokenKind::BlockComment && (body.len() < 4 || !body.ends_with("*/"));
        let before_cursor = self.text.get(Range::from(TextRange::new(range.start(), offset)))?;
        (is_open && before_cursor.contains(['\n', '\r'])).then_some(range)
    }
}

/// The place at `offset`; `None` where nothing can be completed: in a comment, a number, another key's value, in the middle of
/// a character.
pub(super) fn place(text: &str, tree: &Tree, offset: TextSize) -> Option<Place> {
    let (before, after) = text.split_at_checked(usize::from(offset))?;
    if before.ends_with('\r') && after.starts_with('\n') {
        return None;
    }
    let under = Under::find(text, tree, offset)?;
    let ground = Ground { text, tree, offset };
    if ground.is_empty_but_for(&under) {
        return ground.whole_file(under);
    }
    ground
        .slot(under)
        .or_else(|| ground.slot(Under::value_ahead(text, tree, offset)?))
}

/// The array around `offset`, innermost.
pub(super) fn array_around(tree: &Tree, offset: TextSize) -> Option<crate::syntax::Array<'_>> {
    tree.path_at(offset)
        .into_iter()
        .rev()
        .find_map(crate::syntax::Array::cast)
}

/// Which key of a connector somebody means who writes `key`.
pub(super) fn meant_key(key: &str) -> Option<&'static str> {
    let lower = key.to_lowercase();
    KEYS.into_iter()
        .find(|it| lower == **it)
        .or_else(|| KEYS.into_iter().find(|it| strsim::osa_distance(&lower, it) <= 2))
}

/// The keys that the CLI reads.
pub(super) const KEYS: [&str; 2] = ["type", "scopes"];

/// The literal under the cursor, which gives way to what is chosen.
#[derive(Debug, Clone, Copy)]
struct Under {
    /// All of it, quotes included; empty where there is none.
    all: TextRange,
    /// Without its quotes.
    content: TextRange,
    opening: Mark,
    closing: Mark,
}

/// One quote of a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Missing,
    /// A typographic one, or one that does not match the other.
    Wrong,
    Right(char),
}

impl Under {
    /// `None` where nothing can be typed that would be a name.
    fn find(text: &str, tree: &Tree, offset: TextSize) -> Option<Self> {
        let touched = tree.token_at(offset);
        let (left, right) = (touched.left(), touched.right());
        if left.is_some_and(|it| in_comment(text, it, offset)) {
            return None;
        }
        if left.is_some_and(|it| is_stroke(text, it)) {
            return None;
        }
        let at_number = |it: Token| it.kind == TokenKind::Number;
        if left.is_some_and(at_number) || right.is_some_and(at_number) {
            return None;
        }
        for token in [left, right].into_iter().flatten() {
            match token.kind {
                TokenKind::String(form) if touches_inside(token, form, offset) => {
                    return Self::of_string(text, token, form);
                }
                TokenKind::Word(_) => return Some(Self::of_word(token.range)),
                _ => {}
            }
        }
        // `chat:`, on the way to `chat:write`, is a word and something that fits nowhere.
        if let Some(unknown) = left.filter(|it| matches!(it.kind, TokenKind::Unknown | TokenKind::Colon))
            && unknown.range.end() == offset
            && let Some(word) = tree.token_at(unknown.range.start()).left()
            && matches!(word.kind, TokenKind::Word(_))
            && array_around(tree, offset).is_some()
        {
            return Some(Self::of_word(TextRange::new(word.range.start(), offset)));
        }
        Some(Self::of_word(TextRange::empty(offset)))
    }

    /// The literal that follows `offset` on its line, and the blanks before it.
    fn value_ahead(text: &str, tree: &Tree, offset: TextSize) -> Option<Self> {
        let mut next = tree.token_at(offset).right()?;
        if next.kind == TokenKind::Whitespace {
            next = tree.token_at(next.range.end()).right()?;
        }
        let is_literal = matches!(next.kind, TokenKind::String(_) | TokenKind::Word(_));
        let all = TextRange::new(offset, next.range.end().max(offset));
        (is_literal && on_one_line(text, all)).then(|| Self::of_word(all))
    }

    fn of_word(all: TextRange) -> Self {
        Under {
            all,
            content: all,
            opening: Mark::Missing,
            closing: Mark::Missing,
        }
    }

    fn of_string(text: &str, token: Token, form: StringForm) -> Option<Self> {
        if !on_one_line(text, token.range) {
            return None;
        }
        let len = |quote: Option<Quote>| quote.map_or(TextSize::new(0), |it| TextSize::of(it.as_char()));
        let content = TextRange::new(
            token.range.start() + len(form.open),
            token.range.end() - len(form.close),
        );
        let right = |quote: Option<Quote>| match quote {
            None => Mark::Missing,
            Some(quote @ (Quote::Double | Quote::Single)) => Mark::Right(quote.as_char()),
            Some(_) => Mark::Wrong,
        };
        let opening = right(form.open);
        let closing = match form.close {
            Some(_) if form.close != form.open => Mark::Wrong,
            close => right(close),
        };
        Some(Under {
            all: token.range,
            content,
            opening,
            closing,
        })
    }

    fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    fn is_unquoted(&self) -> bool {
        self.opening == Mark::Missing && self.closing == Mark::Missing
    }
}

/// The cursor is in the string, not before or behind it.
fn touches_inside(token: Token, form: StringForm, offset: TextSize) -> bool {
    let after_start = token.range.start() < offset || form.open.is_none() && token.range.start() == offset;
    let before_end = offset < token.range.end() || form.close.is_none() && token.range.end() == offset;
    after_start && before_end
}

fn in_comment(text: &str, token: Token, offset: TextSize) -> bool {
    let closed = token.kind == TokenKind::BlockComment
        && text
            .get(Range::from(token.range))
            .is_some_and(|it| it.len() >= 4 && it.ends_with("*/"));
    token.kind.is_comment() && (offset < token.range.end() || !closed) && token.range.start() < offset
}

/// Half of the sign that begins a comment.
fn is_stroke(text: &str, token: Token) -> bool {
    token.kind == TokenKind::Unknown && text.get(Range::from(token.range)) == Some("/")
}

fn on_one_line(text: &str, range: TextRange) -> bool {
    !text.get(Range::from(range)).unwrap_or_default().contains(['\n', '\r'])
}

/// The document and the cursor.
#[derive(Debug, Clone, Copy)]
struct Ground<'a> {
    text: &'a str,
    tree: &'a Tree,
    offset: TextSize,
}

/// One way to put a literal into the text.
#[derive(Debug, Clone, Copy)]
struct Trial {
    role: Role,
    /// What goes between it and what is before it.
    separator: &'static str,
    with_value: bool,
    comma_behind: bool,
    errors: usize,
}

/// What a literal is to the connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Key,
    Type,
    /// An element of `scopes`.
    Scope,
    /// All of the value of `scopes`, where an array belongs.
    Scopes,
}

impl Ground<'_> {
    fn is_empty_but_for(&self, under: &Under) -> bool {
        // Without a value there is hardly anything to go through.
        let literal_only = self
            .tree
            .root()
            .is_none_or(|it| it.range() == under.all && !under.is_empty());
        literal_only
            && self
                .tree
                .tokens()
                .all(|it| it.kind.is_trivia() || it.range == under.all)
    }

    fn whole_file(&self, under: Under) -> Option<Place> {
        let quote = TextRange::new(under.all.start(), under.content.start());
        let elsewhere = match quote.is_empty() {
            true => Vec::new(),
            false => vec![TextEdit {
                range: quote,
                insert: String::new(),
            }],
        };
        let replace = TextRange::new(under.content.start(), under.all.end());
        Some(Place {
            expects: Expects::File,
            literal: under.all,
            replace,
            insert: replace,
            open: String::new(),
            close: String::new(),
            end: String::new(),
            colon: ": ",
            quote: '"',
            elsewhere,
        })
    }

    /// The place if the chosen name stands for `under`.
    fn slot(&self, under: Under) -> Option<Place> {
        let trial = self.best_trial(under)?;
        Some(self.written(under, trial))
    }

    fn best_trial(&self, under: Under) -> Option<Trial> {
        let mut best: Option<Trial> = None;
        let mut most_errors = self.tree.errors().len();
        for comma_behind in [false, true] {
            for separator in ["", ",", ":"] {
                for with_value in [false, true] {
                    let Some(trial) = self.trial(under, separator, with_value, comma_behind) else {
                        break;
                    };
                    let good_enough = match best {
                        Some(best) => trial.errors < best.errors,
                        None => trial.errors <= most_errors,
                    };
                    if good_enough {
                        best = Some(trial);
                        most_errors = trial.errors;
                    }
                    if most_errors == 0 && best.is_some() {
                        return best;
                    }
                    if trial.role != Role::Key {
                        break;
                    }
                }
            }
        }
        best
    }

    fn trial(&self, under: Under, separator: &'static str, with_value: bool, comma_behind: bool) -> Option<Trial> {
        let literal = if with_value { "\"x\": \"\"" } else { "\"x\"" };
        let insert = [separator, literal, if comma_behind { "," } else { "" }].concat();
        let mut text = String::with_capacity(self.text.len() + insert.len());
        text.push_str(self.text.get(..usize::from(under.all.start()))?);
        text.push_str(&insert);
        text.push_str(self.text.get(usize::from(under.all.end())..)?);
        let tree = self.tree.edited(&text, under.all, TextSize::of(insert.as_str()));
        let role = role(&text, &tree, under.all.start() + TextSize::of(separator))?;
        Some(Trial {
            role,
            separator,
            with_value,
            comma_behind,
            errors: tree.errors().len(),
        })
    }

    fn written(&self, under: Under, trial: Trial) -> Place {
        let quote = match (under.opening, under.closing) {
            (Mark::Right(quote), _) | (Mark::Missing, Mark::Right(quote)) => quote,
            _ => self.quote_habit(under),
        };
        let is_bare = trial.role == Role::Key && under.is_unquoted() && self.has_bare_keys(under);
        let bracketed = trial.role == Role::Scopes;
        let with_value = trial.with_value;
        let mut elsewhere = Vec::new();

        let mut lead = self.lead(under.all.start(), trial.separator, &mut elsewhere);
        if bracketed {
            lead.push('[');
        }
        let opening = TextRange::new(under.all.start(), under.content.start());
        let open = match under.opening {
            Mark::Missing => {
                lead.extend((!is_bare).then_some(quote));
                lead
            }
            Mark::Wrong => {
                lead.push(quote);
                elsewhere.push(TextEdit {
                    range: opening,
                    insert: lead,
                });
                String::new()
            }
            Mark::Right(_) => {
                if !lead.is_empty() {
                    elsewhere.push(TextEdit {
                        range: TextRange::empty(opening.start()),
                        insert: lead,
                    });
                }
                String::new()
            }
        };

        let mut end = String::new();
        if bracketed {
            end.push(']');
        }
        if trial.comma_behind {
            end.push(',');
            let next = self
                .text
                .get(usize::from(under.all.end())..)
                .and_then(|it| it.chars().next());
            if next.is_some_and(|it| !it.is_whitespace()) && !self.is_compact(under.all) {
                end.push(' ');
            }
        }
        // The closing quote stays out of the way if it can: then the rest of the word may stay, too.
        let keeps_quote =
            matches!(under.opening, Mark::Right(_)) && matches!(under.closing, Mark::Right(_)) && !with_value;
        let (replace, close) = match keeps_quote {
            true => (under.content, String::new()),
            false => (
                TextRange::new(under.content.start(), under.all.end()),
                (!is_bare).then_some(quote).into_iter().collect(),
            ),
        };
        if keeps_quote && !end.is_empty() {
            elsewhere.push(TextEdit {
                range: TextRange::empty(under.all.end()),
                insert: std::mem::take(&mut end),
            });
        }
        let insert = match keeps_quote {
            true => TextRange::new(replace.start(), self.offset),
            false => replace,
        };
        let expects = match trial.role {
            Role::Key => Expects::Key { with_value },
            Role::Type => Expects::Type,
            Role::Scope | Role::Scopes => Expects::Scope,
        };
        Place {
            expects,
            literal: under.all,
            replace,
            insert,
            open,
            close,
            end,
            colon: if self.is_compact(under.all) { ":" } else { ": " },
            quote,
            elsewhere,
        }
    }

    /// What goes directly in front of a literal at `start`. A separator that belongs to the end of another line goes there.
    fn lead(&self, start: TextSize, separator: &str, elsewhere: &mut Vec<TextEdit>) -> String {
        let mut lead = String::new();
        let previous = self.solid_before(start);
        let touching = previous.is_some_and(|it| it.range.end() == start);
        let follows = |kinds: &[TokenKind]| touching && previous.is_some_and(|it| kinds.contains(&it.kind));
        match previous {
            Some(previous) if !separator.is_empty() && !touching => {
                let range = TextRange::empty(previous.range.end());
                elsewhere.push(TextEdit {
                    range,
                    insert: separator.to_owned(),
                });
            }
            _ => lead.push_str(separator),
        }
        let needs_blank = !lead.is_empty() || follows(&[TokenKind::Comma, TokenKind::Colon]);
        if needs_blank && !self.is_compact(TextRange::empty(start)) {
            lead.push(' ');
        }
        lead
    }

    fn solid_before(&self, mut offset: TextSize) -> Option<Token> {
        loop {
            let token = self.tree.token_at(offset).left()?;
            if !token.kind.is_trivia() {
                return (token.range.end() <= offset).then_some(token);
            }
            if token.range.start() == offset {
                return None;
            }
            offset = token.range.start();
        }
    }

    /// Whether the file puts no blank behind colons and commas, as far as it shows apart from `here`.
    fn is_compact(&self, here: TextRange) -> bool {
        let mut tokens = self.tree.tokens().peekable();
        while let Some(token) = tokens.next() {
            if !matches!(token.kind, TokenKind::Colon | TokenKind::Comma) || here.contains_inclusive(token.range.end())
            {
                continue;
            }
            if let Some(next) = tokens.peek() {
                return !next.kind.is_trivia();
            }
        }
        false
    }

    /// Whether the file's first key, apart from `under`, has no quotes.
    fn has_bare_keys(&self, under: Under) -> bool {
        let mut tokens = self.tree.tokens().filter(|it| !it.kind.is_trivia()).peekable();
        while let Some(token) = tokens.next() {
            let is_key = tokens.peek().is_some_and(|it| it.kind == TokenKind::Colon);
            if is_key && token.range != under.all {
                return matches!(token.kind, TokenKind::Word(_));
            }
        }
        false
    }

    /// The quote of the file's first proper string, apart from `under`.
    fn quote_habit(&self, under: Under) -> char {
        quote_habit(self.tree.tokens().filter(|it| it.range != under.all))
    }
}

/// What the literal at `start` is, if it is anything to the connector.
fn role(text: &str, tree: &Tree, start: TextSize) -> Option<Role> {
    let path = tree.path_at(start + TextSize::new(1));
    let (member, rest, in_array) = match path.as_slice() {
        [rest @ .., member, array] if array.kind() == NodeKind::Array => (member, rest, true),
        [rest @ .., member] => (member, rest, false),
        [] => return None,
    };
    let member = crate::syntax::Member::cast(*member)?;
    if !is_connector(rest) {
        return None;
    }
    let key = member.key()?;
    if !in_array && key.range().start() == start {
        return Some(Role::Key);
    }
    let is_value = |value: Value<'_>| value.range().start() == start;
    match meant_key(&key.text(text))? {
        "type" if !in_array && member.value().is_some_and(is_value) => Some(Role::Type),
        "scopes" if in_array => Some(Role::Scope),
        "scopes" if member.value().is_some_and(is_value) => Some(Role::Scopes),
        _ => None,
    }
}

/// Whether the last of these nodes, which lie in each other, is the object of the connector: perhaps in an array, by mistake.
fn is_connector(path: &[Node<'_>]) -> bool {
    match path {
        [outer @ .., object] => {
            object.kind() == NodeKind::Object
                && outer
                    .iter()
                    .all(|it| matches!(it.kind(), NodeKind::Document | NodeKind::Array))
        }
        [] => false,
    }
}

//! What has to stand around a name that is put at the cursor.

use super::trial::{Ground, Role, Trial};
use super::under::{Mark, Under};
use super::{Expects, Place};
use crate::syntax::edit::quote_habit;
use crate::syntax::{TextEdit, TextRange, TextSize, Token, TokenKind};

impl Ground<'_> {
    /// The place of the chosen name, if it is put there in this way.
    pub(super) fn written(&self, under: Under, trial: Trial) -> Place {
        let quote = match (under.opening, under.closing) {
            (Mark::Right(quote), _) | (Mark::Missing, Mark::Right(quote)) => quote,
            _ => self.quote_habit(under),
        };
        let is_bare = trial.role == Role::Key && under.is_unquoted() && self.has_bare_keys(under);
        let missing_quote = if is_bare { String::new() } else { quote.to_string() };
        let mut elsewhere = Vec::new();
        let open = self.open(under, trial, &missing_quote, &mut elsewhere);
        let mut end = self.end(under, trial);
        // The closing quote stays out of the way if it can: then the rest of the word may stay, too.
        let keeps_quote =
            matches!(under.opening, Mark::Right(_)) && matches!(under.closing, Mark::Right(_)) && !trial.with_value;
        if keeps_quote && !end.is_empty() {
            elsewhere.push(TextEdit {
                range: TextRange::empty(under.all.end()),
                insert: std::mem::take(&mut end),
            });
        }
        let start = under.content.start();
        let (replace, insert, close) = match keeps_quote {
            true => (under.content, TextRange::new(start, self.offset), String::new()),
            false => {
                let rest = TextRange::new(start, under.all.end());
                (rest, rest, missing_quote)
            }
        };
        Place {
            expects: match trial.role {
                Role::Key => Expects::Key {
                    with_value: trial.with_value,
                },
                Role::Type => Expects::Type,
                Role::Scope | Role::Scopes => Expects::Scope,
            },
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

    /// What goes in front of the name, as far as it can go there; the rest, in front of a quote that is there, goes `elsewhere`.
    fn open(&self, under: Under, trial: Trial, quote: &str, elsewhere: &mut Vec<TextEdit>) -> String {
        let mut lead = self.lead(under.all.start(), trial.separator, elsewhere);
        if trial.role == Role::Scopes {
            lead.push('[');
        }
        let opening = TextRange::new(under.all.start(), under.content.start());
        let (range, insert) = match under.opening {
            Mark::Missing => return lead + quote,
            Mark::Wrong => (opening, lead + quote),
            Mark::Right(_) if lead.is_empty() => return lead,
            Mark::Right(_) => (TextRange::empty(opening.start()), lead),
        };
        elsewhere.push(TextEdit { range, insert });
        String::new()
    }

    /// What goes behind the closing quote.
    fn end(&self, under: Under, trial: Trial) -> String {
        let mut end = String::new();
        if trial.role == Role::Scopes {
            end.push(']');
        }
        if trial.comma_behind {
            end.push(',');
            let rest = self.text.get(usize::from(under.all.end())..).unwrap_or_default();
            if rest.starts_with(|next: char| !next.is_whitespace()) && !self.is_compact(under.all) {
                end.push(' ');
            }
        }
        end
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

    pub(super) fn solid_before(&self, mut offset: TextSize) -> Option<Token> {
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

//! The calls of a backend file that ask for a connector by its type.
//!
//! Read off the tokens, without a syntax tree: a call is one when its receiver is `connectors`, or a name that the file gives to it.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::lexer::{Token, TokenKind, tokens};
use super::{BackendCode, Use};
use crate::syntax::{TextRange, TextSize};

/// The methods that take a type. The ones that take the ID of a connection (`getWorkspaceConnection` …) are not among them.
const METHODS: [&str; 3] = ["getConnection", "getAccessToken", METERED];

/// Only for connectors that Base44 bills by the call: whether they need a file of the project is not known.
const METERED: &str = "callApi";

/// Reads a file. `jsx`: see [`tokens`].
pub(super) fn read(text: &str, jsx: bool) -> BackendCode {
    let mentioned = |method: &&str| memchr::memmem::find(text.as_bytes(), method.as_bytes()).is_some();
    let mut out = BackendCode::default();
    // Most files ask for nothing; a search is far cheaper than to look at all tokens.
    if !METHODS.iter().any(mentioned) {
        return out;
    }
    let code = Code::new(text, jsx);
    let mentions = Mentions::of(&code);
    out.is_dynamic = mentions.takes_methods_out;
    for at in 0..code.tokens.len() {
        if let Some((method, callee_end)) = code.method(at, &mentions) {
            code.call(callee_end, method == METERED, &mut out);
        }
    }
    out.uses.sort_by_key(|it| it.range.start());
    // A constant that several calls use is one string.
    out.uses.dedup_by(|again, first| {
        let same = again.range == first.range;
        first.is_metered &= !same || again.is_metered;
        same
    });
    out
}

/// The names under which a file knows `….connectors`.
#[derive(Default)]
struct Mentions<'a> {
    aliases: FxHashSet<&'a str>,
    /// `const { getConnection } = ….connectors`: what becomes of the methods is not looked into.
    takes_methods_out: bool,
}

impl<'a> Mentions<'a> {
    fn of(code: &Code<'a>) -> Self {
        let mut out = Mentions::default();
        for at in (0..code.tokens.len()).filter(|at| code.word(*at) == Some(CONNECTORS)) {
            if code.is_punct(at + 1, b':') {
                // `const { connectors: links } = …`
                out.aliases.extend(code.word(at + 2));
                continue;
            }
            let ends_chain =
                !code.is(at + 1, TokenKind::Dot) && !code.is_punct(at + 1, b'[') && !code.is_punct(at + 1, b'(');
            let start = code.chain_start(at);
            if !ends_chain || start < 2 || !code.is_punct(start - 1, b'=') {
                continue;
            }
            out.aliases.extend(code.word(start - 2));
            if let Some(open) = code.partner(start - 2) {
                let mut taken = code.directly_in(open).filter_map(|it| code.word(it));
                out.takes_methods_out |= taken.any(|it| METHODS.contains(&it));
            }
        }
        out
    }
}

/// The tokens of a file that are code, and how its brackets belong together.
struct Code<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    /// For each bracket the one that it belongs to.
    partners: Vec<Option<usize>>,
    /// For each token the bracket around it.
    around: Vec<Option<usize>>,
    /// See [`Code::all_constants`].
    constants: OnceCell<FxHashMap<&'a str, Option<TextRange>>>,
}

impl<'a> Code<'a> {
    fn new(text: &'a str, jsx: bool) -> Self {
        let tokens: Vec<_> = tokens(text, jsx).filter(|it| it.kind != TokenKind::Comment).collect();
        let mut partners = vec![None; tokens.len()];
        let mut around = Vec::with_capacity(tokens.len());
        // Those of each kind that are open.
        let mut open = [(b'(', b')'), (b'[', b']'), (b'{', b'}')].map(|pair| (pair, Vec::new()));
        for (at, token) in tokens.iter().enumerate() {
            let closed = open
                .iter_mut()
                .find(|((_, close), _)| token.kind == TokenKind::Punct(*close));
            if let Some(partner) = closed.and_then(|(_, of_kind)| of_kind.pop()) {
                for (one, other) in [(at, partner), (partner, at)] {
                    partners.get_mut(one).map(|it| it.replace(other));
                }
                // What was opened in between is not going to be closed any more.
                for (_, of_kind) in &mut open {
                    while of_kind.pop_if(|it| partner < *it).is_some() {}
                }
            }
            around.push(open.iter().filter_map(|(_, of_kind)| of_kind.last().copied()).max());
            let opened = open
                .iter_mut()
                .find(|((open, _), _)| token.kind == TokenKind::Punct(*open));
            if let Some((_, of_kind)) = opened {
                of_kind.push(at);
            }
        }
        Code {
            text,
            tokens,
            partners,
            around,
            constants: OnceCell::new(),
        }
    }

    /// The method named at this token, and the token behind its name, if it is one of the connectors'.
    fn method(&self, at: usize, mentions: &Mentions<'_>) -> Option<(&'static str, usize)> {
        let token = self.tokens.get(at)?;
        let (name, receiver, end) = match token.kind {
            TokenKind::Word if at > 1 && self.is(at - 1, TokenKind::Dot) => (self.slice(token.range), at - 2, at + 1),
            // `connectors["getConnection"]`
            TokenKind::String if at > 1 && self.is_punct(at - 1, b'[') && self.is_punct(at + 1, b']') => {
                let receiver = if self.is(at - 2, TokenKind::Dot) {
                    at.checked_sub(3)?
                } else {
                    at - 2
                };
                (self.slice(content(token.range)), receiver, at + 2)
            }
            _ => return None,
        };
        let method = METHODS.into_iter().find(|it| *it == name)?;
        self.is_connectors(receiver, mentions).then_some((method, end))
    }

    /// Whether the expression that ends with this token is `….connectors`.
    fn is_connectors(&self, end: usize, mentions: &Mentions<'_>) -> bool {
        let Some(end) = (0..=end).rfind(|at| !self.is_punct(*at, b'!')) else {
            return false;
        };
        let Some(token) = self.tokens.get(end) else {
            return false;
        };
        match token.kind {
            TokenKind::Word => {
                let word = self.slice(token.range);
                let is_member = end > 0 && self.is(end - 1, TokenKind::Dot);
                word == CONNECTORS || (!is_member && mentions.aliases.contains(&word))
            }
            // `base44.asServiceRole["connectors"]`
            TokenKind::Punct(b']') => self.partner(end).is_some_and(|open| {
                open + 2 == end
                    && self
                        .tokens
                        .get(open + 1)
                        .is_some_and(|it| self.slice(content(it.range)) == CONNECTORS)
            }),
            // `(base44.asServiceRole.connectors as any)`
            TokenKind::Punct(b')') => self.partner(end).is_some_and(|open| {
                self.directly_in(open).any(|at| {
                    let ends = at + 1 == end || matches!(self.word(at + 1), Some("as" | "satisfies"));
                    ends && self.word(at).is_some() && self.is_connectors(at, mentions)
                })
            }),
            _ => false,
        }
    }

    /// Reads what stands behind the name of a method.
    fn call(&self, mut at: usize, is_metered: bool, out: &mut BackendCode) {
        if self.is_punct(at, b'!') {
            at += 1;
        }
        if self.is(at, TokenKind::Dot) && self.is_punct(at + 1, b'(') {
            at += 1;
        }
        if self.is_punct(at, b'<') {
            at = self.behind_type_arguments(at);
        }
        if !self.is_punct(at, b'(') {
            // The method is handed on to somewhere else.
            out.is_dynamic = true;
            return;
        }
        let Some(argument) = self.tokens.get(at + 1) else {
            return;
        };
        let quoted = |literal| Use::quoted(self.text, literal, is_metered);
        let found = match argument.kind {
            TokenKind::Punct(b')') => Some(Use::missing(TextRange::empty(argument.range.start()), is_metered)),
            TokenKind::Quote => Some(Use::unclosed(self.text, argument.range, is_metered)),
            TokenKind::String if self.ends_argument(at + 2) => self.plain_string(at + 1).map(quoted),
            TokenKind::Word if self.ends_argument(at + 2) => self.constant(self.slice(argument.range)).map(quoted),
            _ => None,
        };
        match found {
            Some(found) => out.uses.push(found),
            None => out.is_dynamic = true,
        }
    }

    /// `getConnection<"slack">("slack")`
    fn behind_type_arguments(&self, start: usize) -> usize {
        const MOST: usize = 32;
        let mut depth = 0;
        for at in start..start + MOST {
            match self.tokens.get(at).map(|it| it.kind) {
                Some(TokenKind::Punct(b'<')) => depth += 1,
                Some(TokenKind::Punct(b'>')) => depth -= 1,
                Some(TokenKind::Punct(b';')) | None => break,
                _ => {}
            }
            if depth == 0 {
                return at + 1;
            }
        }
        start
    }

    fn ends_argument(&self, at: usize) -> bool {
        self.is_punct(at, b')') || self.is_punct(at, b',') || matches!(self.word(at), Some("as" | "satisfies"))
    }

    /// The range of a string that means what it says.
    fn plain_string(&self, at: usize) -> Option<TextRange> {
        let range = self.tokens.get(at).filter(|it| it.kind == TokenKind::String)?.range;
        (!self.slice(range).contains('\\')).then_some(range)
    }

    /// The literal that a name stands for: the file has one `const` of that name, and nothing else of that name.
    fn constant(&self, name: &str) -> Option<TextRange> {
        *self.constants.get_or_init(|| self.all_constants()).get(name)?
    }

    /// All names that a `const` declares, and the literal of each that stands for nothing else.
    fn all_constants(&self) -> FxHashMap<&'a str, Option<TextRange>> {
        let in_pattern = self.patterns();
        let mut literals = FxHashMap::default();
        let names = (0..self.tokens.len()).filter_map(|at| Some((at, self.word(at)?)));
        let names = names.filter(|(at, _)| *at == 0 || !self.is(at - 1, TokenKind::Dot));
        for (at, name) in names {
            let declared = at > 0 && self.word(at - 1) == Some("const");
            let literal = declared.then(|| self.initializer(at + 1)).flatten();
            if declared || self.binds(at) || in_pattern.get(at) == Some(&true) {
                literals.entry(name).and_modify(|it| *it = None).or_insert(literal);
            }
        }
        literals
    }

    /// The string in `= "slack"` or `: string = "slack"`, if that is all there is to it.
    fn initializer(&self, at: usize) -> Option<TextRange> {
        let typed = self.is_punct(at, b':') && self.word(at + 1).is_some();
        let equals = if typed { at + 2 } else { at };
        let literal = self.is_punct(equals, b'=').then(|| self.plain_string(equals + 1))??;
        let ends = match self.tokens.get(equals + 2).map(|it| it.kind) {
            None | Some(TokenKind::Punct(b';' | b',' | b'}')) => true,
            Some(TokenKind::Word) => !matches!(self.word(equals + 2), Some("in" | "instanceof")),
            Some(_) => false,
        };
        ends.then_some(literal)
    }

    /// Whether the name at this token is declared there, or is given another value. In doubt, it is.
    fn binds(&self, at: usize) -> bool {
        let declares = at > 0
            && matches!(
                self.word(at - 1),
                Some("let" | "var" | "function" | "class" | "enum" | "import")
            );
        let assigns = self.is_punct(at + 1, b'=') && !self.is_punct(at + 2, b'=');
        declares || assigns || self.is(at + 1, TokenKind::Arrow)
    }

    /// For each token whether it stands in the parameters of a function, or in `{ … } =`.
    fn patterns(&self) -> Vec<bool> {
        let mut out: Vec<bool> = Vec::with_capacity(self.tokens.len());
        for open in &self.around {
            let in_pattern = |open: usize| self.is_pattern(open) || out.get(open) == Some(&true);
            out.push(open.is_some_and(in_pattern));
        }
        out
    }

    /// Whether what this bracket opens are the parameters of a function, or `{ … } =`.
    fn is_pattern(&self, open: usize) -> bool {
        let Some(close) = self.partner(open) else { return false };
        let behind = self.tokens.get(close + 1).map(|it| it.kind);
        match self.is_punct(open, b'(') {
            true => matches!(behind, Some(TokenKind::Arrow | TokenKind::Punct(b'{' | b':'))),
            false => behind == Some(TokenKind::Punct(b'=')) && !self.is_punct(close + 2, b'='),
        }
    }

    /// The first token of `a.b(c).d`, which ends here.
    fn chain_start(&self, end: usize) -> usize {
        let mut start = end;
        while start >= 2 && self.is(start - 1, TokenKind::Dot) {
            start -= 2;
            if let Some(open) = self.partner(start) {
                start = open;
                // The name of what is called; without one, it is an expression in parentheses.
                start -= usize::from(start > 0 && self.word(start - 1).is_some());
            }
        }
        start
    }

    /// The tokens in this bracket that are in no further one.
    fn directly_in(&self, open: usize) -> impl Iterator<Item = usize> {
        let close = self.partner(open).unwrap_or(open);
        let next = move |at: &usize| Some(self.partner(*at).filter(|it| at < it).unwrap_or(*at) + 1);
        std::iter::successors(Some(open + 1), next).take_while(move |at| *at < close)
    }

    fn is(&self, at: usize, kind: TokenKind) -> bool {
        self.tokens.get(at).is_some_and(|it| it.kind == kind)
    }

    fn is_punct(&self, at: usize, c: u8) -> bool {
        self.is(at, TokenKind::Punct(c))
    }

    fn word(&self, at: usize) -> Option<&'a str> {
        let token = self.tokens.get(at).filter(|it| it.kind == TokenKind::Word)?;
        Some(self.slice(token.range))
    }

    fn partner(&self, at: usize) -> Option<usize> {
        self.partners.get(at).copied().flatten()
    }

    fn slice(&self, range: TextRange) -> &'a str {
        self.text.get(std::ops::Range::from(range)).unwrap_or_default()
    }
}

/// What stands between the quotes of a literal.
pub(super) fn content(literal: TextRange) -> TextRange {
    let quote = TextSize::from(1);
    match literal.len() >= quote + quote {
        true => TextRange::new(literal.start() + quote, literal.end() - quote),
        false => TextRange::empty(literal.end()),
    }
}

const CONNECTORS: &str = "connectors";

#[cfg(test)]
#[expect(
    clippy::string_slice,
    reason = "a range that cuts a character in two is to fail the test"
)]
mod tests;

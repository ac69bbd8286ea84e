//! The plain way out of a syntax error, where there is one.

use text_size::{TextRange, TextSize};

use super::issue::{SyntaxError, SyntaxErrorKind};

impl SyntaxError {
    /// The edit that mends this error and changes no meaning: what to replace, and by what.
    /// `None` where the author may have meant different things. `text` is the tree's text.
    #[must_use]
    pub fn repair(&self, text: &str) -> Option<(TextRange, String)> {
        use SyntaxErrorKind as Kind;
        let range = self.range;
        let source = text.get(std::ops::Range::<usize>::from(range))?;
        let before = TextRange::empty(range.start());
        let after = TextRange::empty(range.end());
        Some(match self.kind {
            Kind::MissingComma => (range, ",".to_owned()),
            Kind::MissingColon => (range, ":".to_owned()),
            Kind::SemicolonForComma => (range, ",".to_owned()),
            Kind::EqualsForColon => (range, ":".to_owned()),
            Kind::ExtraComma | Kind::UnexpectedBracket { .. } if source.len() == 1 => (range, String::new()),
            Kind::UnclosedString { quote } => (after, quote.to_string()),
            Kind::UnopenedString { quote } => (before, quote.to_string()),
            Kind::MismatchedQuote { open, close } => {
                let close = TextRange::new(range.end() - TextSize::of(close), range.end());
                (close, open.to_string())
            }
            Kind::WrongQuotes { open } => (range, requoted(source, open)?),
            Kind::BadKey => (range, quoted(source)?),
            Kind::BareWord if !is_foreign_constant(source) => (range, quoted(source)?),
            Kind::HashComment => (TextRange::at(range.start(), TextSize::new(1)), "//".to_owned()),
            Kind::MismatchedBracket { expected } => (range, expected.to_string()),
            Kind::UnclosedObject => closing(text, range, self.end?, '}'),
            Kind::UnclosedArray => closing(text, range, self.end?, ']'),
            Kind::MissingBraces => match self.end {
                Some(end) => braced(text, TextRange::new(range.start(), end))?,
                None => (range, "{".to_owned()),
            },
            _ => return None,
        })
    }
}

/// `word` in double quotes, if it needs no escapes.
fn quoted(word: &str) -> Option<String> {
    let plain = |c: char| !c.is_control() && !matches!(c, '"' | '\\');
    word.chars().all(plain).then(|| format!("\"{word}\""))
}

/// A string in wrong quotes in double quotes, unless these may be the quotes of two strings.
fn requoted(source: &str, open: char) -> Option<String> {
    const QUOTES: [char; 9] = ['“', '”', '„', '‘', '’', '‚', '`', '"', '\''];
    let content = source.strip_prefix(open)?;
    let content = content.strip_suffix(QUOTES).unwrap_or(content);
    let several = content.contains(QUOTES) || content.contains([',', '[', ']', '{', '}']);
    quoted(content).filter(|_| !several)
}

/// A word that other languages know as a value, so that quotes may be wrong.
fn is_foreign_constant(word: &str) -> bool {
    let words = ["undefined", "none", "nil", "true", "false", "null", "nan"];
    words.iter().any(|it| word.eq_ignore_ascii_case(it))
}

/// The closing bracket at `end`; on a line of its own where the opening bracket `open` and `end` are on different lines.
fn closing(text: &str, open: TextRange, end: TextSize, bracket: char) -> (TextRange, String) {
    let inside = TextRange::new(open.end(), end.max(open.end()));
    let inside = text.get(std::ops::Range::<usize>::from(inside)).unwrap_or_default();
    let mut insert = String::new();
    if let Some(at) = inside.find(['\n', '\r']) {
        let line_end = inside.get(at..).unwrap_or_default();
        insert.push_str(match line_end {
            it if it.starts_with("\r\n") => "\r\n",
            it if it.starts_with('\r') => "\r",
            _ => "\n",
        });
        let before = text.get(..usize::from(open.start())).unwrap_or_default();
        let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
        insert.extend(line.chars().take_while(|it| matches!(it, ' ' | '\t')));
    }
    insert.push(bracket);
    // The next member begins: between the two is exactly one comma.
    let (before, after) = text.split_at_checked(end.into()).unwrap_or((text, ""));
    let next = after.trim_start().chars().next();
    let mut place = end;
    if next.is_some_and(|c| matches!(c, '"' | '\'') || c.is_alphanumeric()) {
        if before.ends_with(',') {
            place = end - TextSize::new(1);
        } else {
            insert.push(',');
        }
    }
    (TextRange::empty(place), insert)
}

/// The members that `range` covers in the braces they lack.
fn braced(text: &str, range: TextRange) -> Option<(TextRange, String)> {
    let members = text.get(std::ops::Range::<usize>::from(range))?;
    Some((range, format!("{{{members}}}")))
}

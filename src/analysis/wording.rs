//! The turns of phrase that the messages of all rules share.

use std::fmt::{self, Display, Formatter, Write as _};

/// How many characters of a name a message repeats: enough for every real scope.
const LONGEST_NAME: usize = 100;

/// `name` in backticks on one line: what cannot be seen is escaped, and what is too long is cut.
pub(crate) fn code(name: &str) -> Code<'_> {
    Code(name)
}

/// See [`code`].
#[derive(Clone, Copy)]
pub(crate) struct Code<'a>(&'a str);

impl Display for Code<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Code(name) = *self;
        if name.len() <= LONGEST_NAME && name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return write!(f, "`{name}`");
        }
        f.write_char('`')?;
        for (index, c) in name.chars().enumerate() {
            if index == LONGEST_NAME {
                f.write_char('…')?;
                break;
            }
            match is_invisible(c) {
                true => write!(f, "{}", c.escape_default())?,
                false => f.write_char(c)?,
            }
        }
        f.write_char('`')
    }
}

/// A question that names the nearest names, with a blank before it; nothing where nothing is near.
pub(crate) fn did_you_mean<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    match any_of(names) {
        names if names.is_empty() => String::new(),
        names => format!(" Did you mean {names}?"),
    }
}

/// `` `a` ``, `` `a` or `b` ``, `` `a`, `b` or `c` ``.
pub(crate) fn any_of<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    list(names.into_iter().map(code), "or")
}

/// `` `a` ``, `` `a` and `b` ``, and of more than three only the first: `` `a`, `b`, `c` and 4 more ``.
pub(crate) fn all_of<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<_> = names.into_iter().collect();
    some_of(names.iter().copied(), names.len())
}

/// The same of `count` names, of which the first are known.
pub(crate) fn some_of<'n>(names: impl IntoIterator<Item = &'n str>, count: usize) -> String {
    const MOST: usize = 3;
    let mut items: Vec<_> = names.into_iter().take(MOST).map(|it| code(it).to_string()).collect();
    match count - items.len() {
        0 => {}
        more => items.push(format!("{more} more")),
    }
    list(items, "and")
}

/// `a`, `a or b`, `a, b or c`, with the word before the last one.
pub(crate) fn list(items: impl IntoIterator<Item = impl Display>, word: &str) -> String {
    let mut items: Vec<_> = items.into_iter().map(|it| it.to_string()).collect();
    match items.pop() {
        None => String::new(),
        Some(only) if items.is_empty() => only,
        Some(last) => format!("{} {word} {last}", items.join(", ")),
    }
}

/// A reader would not see that this character is there, or would see another one.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{all_of, code, did_you_mean};

    #[test]
    fn a_name_is_shown_on_one_line() {
        assert_eq!(code("chat:write").to_string(), "`chat:write`");
        assert_eq!(code("sl\u{200b}ack\n").to_string(), "`sl\\u{200b}ack\\n`");
        assert_eq!(code(&"y".repeat(8000)).to_string().chars().count(), 103);
    }

    #[test]
    fn a_question_names_what_is_near() {
        assert_eq!(did_you_mean([]), "");
        assert_eq!(did_you_mean(["a"]), " Did you mean `a`?");
        assert_eq!(did_you_mean(["a", "b"]), " Did you mean `a` or `b`?");
        assert_eq!(did_you_mean(["a", "b", "c"]), " Did you mean `a`, `b` or `c`?");
    }

    #[test]
    fn a_long_list_is_cut() {
        assert_eq!(all_of(["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(all_of(["a", "b", "c", "d", "e"]), "`a`, `b`, `c` and 2 more");
    }
}

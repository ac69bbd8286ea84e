//! Lists in the sentences of messages.

/// `` `a` ``, `` `a` or `b` ``, `` `a`, `b` or `c` ``.
pub(super) fn any_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    join(names.into_iter().map(|it| format!("`{it}`")), "or")
}

/// `` `a` ``, `` `a` and `b` ``, `` `a`, `b` and `c` ``.
pub(super) fn all_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    join(names.into_iter().map(|it| format!("`{it}`")), "and")
}

/// As [`all_of`], but at most three of them: `` `a`, `b`, `c` and 4 more ``.
pub(super) fn some_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 3;
    let mut names = names.into_iter();
    let mut items: Vec<_> = names.by_ref().take(MOST).map(|it| format!("`{it}`")).collect();
    match names.count() {
        0 => {}
        more => items.push(format!("{more} more")),
    }
    join(items, "and")
}

/// `a`, `a or b`, `a, b or c` with the given last word.
pub(super) fn join(items: impl IntoIterator<Item = String>, last: &str) -> String {
    let mut items: Vec<_> = items.into_iter().collect();
    match items.pop() {
        None => String::new(),
        Some(only) if items.is_empty() => only,
        Some(end) => format!("{} {last} {end}", items.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{all_of, any_of, some_of};

    #[test]
    fn lists_read_like_sentences() {
        assert_eq!(any_of([]), "");
        assert_eq!(any_of(["a"]), "`a`");
        assert_eq!(any_of(["a", "b"]), "`a` or `b`");
        assert_eq!(all_of(["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(some_of(["a", "b", "c", "d", "e"]), "`a`, `b`, `c` and 2 more");
    }
}

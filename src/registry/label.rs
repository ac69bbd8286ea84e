//! A summary in a few words, for where there is room for no more.

/// Words that a label does not end with.
const UNFINISHED: &[&str] = &[
    "a", "all", "an", "and", "any", "are", "as", "at", "by", "every", "for", "from", "in", "into", "is", "its", "of",
    "on", "or", "own", "that", "the", "their", "through", "to", "user's", "what", "which", "who", "with",
];

/// What comes after these explains what comes before.
const BREAKS: &[&str] = &[" (", "; ", ", but ", " with ", " without ", " such as ", ": "];

const MOST_WORDS: usize = 5;

/// The summary up to its first explanation, or its first five words and `…`.
pub(super) fn label(summary: &str) -> String {
    let end = BREAKS
        .iter()
        .filter_map(|it| summary.find(it))
        .min()
        .unwrap_or(summary.len());
    let head = summary.get(..end).unwrap_or(summary);
    let mut words: Vec<&str> = head.split(' ').collect();
    if words.len() <= MOST_WORDS {
        return head.to_owned();
    }
    words.truncate(MOST_WORDS);
    while words
        .last()
        .is_some_and(|it| UNFINISHED.contains(&it.trim_end_matches(',')))
    {
        words.pop();
    }
    words.join(" ").trim_end_matches(',').to_owned() + "…"
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn a_label_is_a_few_words() {
        assert_eq!(label("Manage restaurant orders"), "Manage restaurant orders");
        assert_eq!(
            label("Read the account email (short form of userinfo.email)"),
            "Read the account email"
        );
        assert_eq!(
            label("Manage every calendar: events, sharing, settings and deletion"),
            "Manage every calendar"
        );
        assert_eq!(label("Sign the user in and receive an ID token"), "Sign the user…");
        assert_eq!(
            label("Post in public channels the bot has not joined; also needs chat:write"),
            "Post in public channels…"
        );
    }
}

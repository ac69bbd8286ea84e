//! Takes secrets out of text before it reaches a log or a message.

use std::sync::LazyLock;

use regex_lite::Regex;

use super::Environment;

/// Removes what a log must not hold: keys, tokens, authorization codes, and the query strings of URLs, where
/// OAuth puts its codes and states.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    secrets: Vec<Secret>,
}

impl Redactor {
    /// One that also knows the secrets among the values of `environment`, however they are spelled.
    #[must_use]
    pub fn new(environment: &Environment) -> Self {
        let secrets = SECRET_VARIABLES
            .into_iter()
            .filter_map(|name| environment.base44(name))
            // A short value would blank out half of every line, and is no secret.
            .filter(|value| value.len() >= 8)
            .map(|value| Secret(value.to_owned()))
            .collect();
        Self { secrets }
    }

    /// `text` with `…` in place of each secret.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let mut res = text.to_owned();
        for Secret(secret) in &self.secrets {
            res = res.replace(secret, "…");
        }
        for (pattern, replacement) in PATTERNS.iter() {
            res = pattern.replace_all(&res, *replacement).into_owned();
        }
        res
    }
}

const SECRET_VARIABLES: [&str; 3] = ["BASE44_API_KEY", "BASE44_ACCESS_TOKEN", "BASE44_REFRESH_TOKEN"];

#[derive(Clone)]
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

#[expect(
    clippy::expect_used,
    reason = "the patterns are constants, and every test of this module compiles them"
)]
static PATTERNS: LazyLock<[(Regex, &str); 6]> = LazyLock::new(|| {
    let pattern = |text: &str| Regex::new(text).expect("a valid pattern");
    [
        (pattern(r"b44k_[A-Za-z0-9_-]+"), "b44k_…"),
        (pattern(r#"(?i)\b(bearer)\s+[^\s"',]+"#), "$1 …"),
        // A JSON Web Token always begins with `{"` in Base64.
        (pattern(r"\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_.-]+"), "…"),
        (pattern(r"(?i)\b(https?://)[^\s/@]+@"), "$1…@"),
        (pattern(r#"(?i)\b(https?://[^\s?#"'<>]+)[?#][^\s"'<>]*"#), "$1?…"),
        (
            pattern(
                r#"(?i)\b((?:(?:access|refresh|id)_?)?token|code|api_?key|client_?secret|password)("?\s*[:=]\s*"?)[^\s"',&}]+"#,
            ),
            "$1$2…",
        ),
    ]
});

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::Redactor;

    #[test]
    fn secrets_are_taken_out_and_the_rest_stays() {
        let redactor = Redactor::default();
        for (text, expected) in [
            ("Pushing connectors to Base44", "Pushing connectors to Base44"),
            ("api_key: b44k_abc-DEF_1 rejected", "api_key: … rejected"),
            ("key b44k_abc-DEF_1.", "key b44k_…."),
            ("Authorization: Bearer abc.def", "Authorization: Bearer …"),
            ("token eyJhbGciOi.eyJzdWIi.sig!", "token …!"),
            (
                "slack: https://s.example/o?state=1&code=2",
                "slack: https://s.example/o?…",
            ),
            (
                "see https://s.example/o#access_token=1 now",
                "see https://s.example/o?… now",
            ),
            ("https://user:word@host/x", "https://…@host/x"),
            ("Verification code: ABCD-1234", "Verification code: …"),
            (
                r#"{"accessToken":"abc","name":"x"}"#,
                r#"{"accessToken":"…","name":"x"}"#,
            ),
            ("refresh_token=abc&x=1", "refresh_token=…&x=1"),
            ("scope chat:write is unknown", "scope chat:write is unknown"),
        ] {
            assert_eq!(redactor.redact(text), expected, "{text}");
        }
    }

    #[test]
    fn the_values_of_the_environment_are_known_whatever_they_look_like() {
        let environment = [("BASE44_REFRESH_TOKEN", "plainlooking")].into_iter().collect();
        let redactor = Redactor::new(&environment);
        assert_eq!(redactor.redact("got plainlooking back"), "got … back");
        let short = [("BASE44_REFRESH_TOKEN", "a")].into_iter().collect();
        assert_eq!(Redactor::new(&short).redact("a plain line"), "a plain line");
        assert!(!format!("{redactor:?}").contains("plainlooking"));
    }
}

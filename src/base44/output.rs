//! What the CLI prints on standard output, as types. Unknown fields and actions are taken as they come: the
//! user's CLI may be newer than this program.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;

use super::run::Finished;
use super::{Failure, Redactor};

/// How a push ended for one connector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectorResult {
    /// The connector's `type`.
    pub connector: String,
    /// How it ended.
    pub outcome: Outcome,
}

/// How it ended. `Display` gives the message for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Base44 has it as the file says.
    Synced,
    /// The CLI says "synced", and Base44 has something else: an error the CLI passes over, or scopes that Base44 does
    /// not give.
    Unconfirmed {
        /// Scopes of the file that Base44 does not have; all of them if the connector is not there.
        missing: Vec<String>,
        /// Scopes that Base44 has beyond the file.
        extra: Vec<String>,
    },
    /// It is gone from Base44.
    Removed,
    /// The same, although the plan said nothing of it: it came to Base44 when the plan had been made.
    RemovedUnplanned,
    /// The CLI says "removed", and Base44 still has it.
    StillThere,
    /// A service that Base44 runs by itself (Stripe) was set up.
    Provisioned {
        /// Where the user takes it over.
        claim: Option<WebUrl>,
    },
    /// The user has to consent in a browser.
    NeedsAuthorization {
        /// The consent page; `None` if Base44 gave none that can be opened.
        page: Option<WebUrl>,
    },
    /// Base44 refused.
    Failed(String),
    /// Something this version does not know, and that has not been found to be a success.
    Other(String),
    /// It was to be pushed, and the CLI says nothing about it.
    NotReported,
}

impl Outcome {
    /// Whether it is not known to have gone as planned, for another reason than a consent that can still be given.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        match self {
            Self::Failed(_)
            | Self::Unconfirmed { .. }
            | Self::RemovedUnplanned
            | Self::StillThere
            | Self::NotReported
            | Self::NeedsAuthorization { page: None }
            | Self::Other(_) => true,
            Self::Synced | Self::Removed | Self::Provisioned { .. } | Self::NeedsAuthorization { page: Some(_) } => {
                false
            }
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Synced => f.write_str("pushed"),
            Self::Unconfirmed { missing, extra } => {
                f.write_str("the CLI says it was pushed, but Base44 ")?;
                match (missing.is_empty(), extra.is_empty()) {
                    (true, true) => f.write_str("does not have it"),
                    (false, true) => write!(f, "does not have {}", missing.join(", ")),
                    (true, false) => write!(f, "still has {}", extra.join(", ")),
                    (false, false) => write!(
                        f,
                        "does not have {}, and still has {}",
                        missing.join(", "),
                        extra.join(", ")
                    ),
                }?;
                f.write_str(". Authorize it to see what Base44 says")
            }
            Self::Removed => f.write_str("removed from Base44"),
            Self::RemovedUnplanned => f.write_str(
                "removed from Base44, although it was not in the plan: it came to Base44 just after that was made. To have it back, \
                 add it to this project and push",
            ),
            Self::StillThere => f.write_str("the CLI says it was removed, but Base44 still has it"),
            Self::Provisioned { .. } => f.write_str("set up"),
            Self::NeedsAuthorization { page: Some(_) } => {
                f.write_str("pushed; it works once you have given consent in the browser")
            }
            Self::NeedsAuthorization { page: None } => {
                f.write_str("it needs your consent, but Base44 gave no page to give it on")
            }
            Self::Failed(error) => write!(f, "not pushed. Base44 says: {}", error.trim_end_matches('.')),
            Self::Other(action) => write!(f, "the CLI says `{action}`, and it is not known what that means"),
            Self::NotReported => f.write_str("the CLI said nothing about it"),
        }
    }
}

/// What `initiate` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Initiated {
    /// It works; no consent is needed.
    Authorized,
    /// The user has to consent on this page.
    NeedsAuthorization(WebUrl),
    /// Neither, or the page cannot be opened.
    Unclear,
}

/// What `pull` says it did.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Pulled {
    /// How many connectors Base44 has.
    pub pulled: usize,
    /// The types whose file was made or rewritten.
    #[serde(default)]
    pub written: Vec<String>,
    /// The types whose file was deleted.
    #[serde(default)]
    pub deleted: Vec<String>,
}

/// One service Base44 offers. The CLI writes these fields as `integrationType` …, the API itself as `integration_type` ….
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AvailableService {
    /// Its `type`.
    #[serde(alias = "integration_type")]
    pub integration_type: String,
    /// Its name for people.
    #[serde(alias = "display_name")]
    pub display_name: Option<String>,
    /// A sentence about it.
    pub description: Option<String>,
}

/// A failure as the CLI tells it. `Display` gives the message for the user.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorDocument {
    /// A sentence.
    pub error: String,
    /// `API_ERROR`, `INVALID_INPUT` …
    pub code: Option<String>,
    /// More about the error.
    #[serde(default)]
    pub details: Vec<String>,
    /// What to do.
    #[serde(default)]
    pub hints: Vec<Hint>,
    /// The HTTP status of Base44's answer.
    pub status_code: Option<u16>,
    /// What Base44's support can find the request by.
    pub request_id: Option<String>,
}

/// Advice of the CLI.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Hint {
    /// A sentence.
    pub message: String,
    /// A command to run.
    pub command: Option<String>,
}

impl fmt::Display for ErrorDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Base44: {}", self.error.trim_end_matches('.'))?;
        if let Some(status) = self.status_code {
            write!(f, " (HTTP {status})")?;
        }
        f.write_str(".")?;
        for detail in &self.details {
            write!(f, " {detail}")?;
        }
        for hint in &self.hints {
            write!(f, " {}", hint.message)?;
        }
        Ok(())
    }
}

/// An address that may be opened in a browser: `http` or `https`, nothing else.
#[derive(Clone, PartialEq, Eq)]
pub struct WebUrl(Url);

impl WebUrl {
    /// Parses it; `None` for every other scheme.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Url::parse(text)
            .ok()
            .filter(|it| matches!(it.scheme(), "http" | "https"))
            .map(Self)
    }

    /// The address, parsed.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The address. It carries an authorization state: it is for the browser, not for a log.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// Without the query.
impl fmt::Debug for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Redactor::default().redact(self.as_str()))
    }
}

/// The results of `push`.
pub(crate) fn push(finished: &Finished, redactor: &Redactor) -> Result<Vec<ConnectorResult>, Failure> {
    #[derive(Deserialize)]
    struct Document {
        results: Vec<Item>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Item {
        r#type: String,
        action: String,
        error: Option<String>,
        redirect_url: Option<String>,
        claim_url: Option<String>,
    }
    let document: Document = answer(finished, redactor)?;
    let outcome = |item: &Item| match item.action.as_str() {
        "synced" => Outcome::Synced,
        "removed" => Outcome::Removed,
        "provisioned" => Outcome::Provisioned {
            claim: item.claim_url.as_deref().and_then(WebUrl::parse),
        },
        "needs_oauth" => Outcome::NeedsAuthorization {
            page: item.redirect_url.as_deref().and_then(WebUrl::parse),
        },
        "error" => Outcome::Failed(match &item.error {
            Some(error) => redactor.redact(error),
            None => "Base44 gave no reason".to_owned(),
        }),
        other => Outcome::Other(other.to_owned()),
    };
    let result = |item: Item| ConnectorResult {
        outcome: outcome(&item),
        connector: item.r#type,
    };
    Ok(document.results.into_iter().map(result).collect())
}

/// What `pull` did.
pub(crate) fn pull(finished: &Finished, redactor: &Redactor) -> Result<Pulled, Failure> {
    answer(finished, redactor)
}

/// What `initiate` found.
pub(crate) fn initiate(finished: &Finished, connector: &str, redactor: &Redactor) -> Result<Initiated, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Document {
        already_authorized: bool,
        redirect_url: Option<String>,
    }
    let document: Document = answer(finished, redactor).map_err(|failure| match failure {
        Failure::Reported(document) if document.error.contains("different_user") => {
            let user = document
                .error
                .split_once("authorized by ")
                .map(|(_, it)| it.trim_end_matches([')', '.']).to_owned());
            Failure::OtherUser {
                connector: connector.to_owned(),
                user,
            }
        }
        other => other,
    })?;
    if document.already_authorized {
        return Ok(Initiated::Authorized);
    }
    let page = document.redirect_url.as_deref().and_then(WebUrl::parse);
    Ok(page.map_or(Initiated::Unclear, Initiated::NeedsAuthorization))
}

/// The services of `list-available`.
pub(crate) fn available(finished: &Finished, redactor: &Redactor) -> Result<Vec<AvailableService>, Failure> {
    #[derive(Deserialize)]
    struct Document {
        integrations: Vec<AvailableService>,
    }
    answer(finished, redactor).map(|it: Document| it.integrations)
}

/// The document on standard output. The exit code is not asked whether it went well: only the document knows.
fn answer<T: DeserializeOwned>(finished: &Finished, redactor: &Redactor) -> Result<T, Failure> {
    let stdout = finished.stdout.as_slice();
    if let Ok(mut document) = serde_json::from_slice::<ErrorDocument>(stdout) {
        document.error = redactor.redact(&document.error);
        let hints = document.hints.iter_mut().map(|it| &mut it.message);
        for text in document.details.iter_mut().chain(hints) {
            *text = redactor.redact(text);
        }
        return Err(Failure::Reported(Box::new(document)));
    }
    match (serde_json::from_slice(stdout), finished.code) {
        (Ok(res), Some(0)) => Ok(res),
        (Err(_), Some(0)) => {
            let text = String::from_utf8_lossy(stdout);
            Err(Failure::Unreadable(redactor.redact(&excerpt(&text))))
        }
        // As `env` says it, in the first line of the CLI's script.
        (_, Some(127)) if finished.stderr.contains("node") => Err(Failure::NodeNotFound),
        (_, Some(1)) if stdout.is_empty() && finished.stderr.starts_with("error: ") => {
            Err(Failure::Usage(finished.stderr.clone()))
        }
        (_, code) => Err(Failure::Crashed {
            code,
            stderr: finished.stderr.clone(),
        }),
    }
}

/// The beginning of `text`, on one line.
pub(crate) fn excerpt(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Failure, Finished, Initiated, Outcome, Redactor, WebUrl, available, initiate, pull, push};

    fn finished(code: i32, stdout: &str, stderr: &str) -> Finished {
        Finished {
            code: Some(code),
            stdout: stdout.into(),
            stderr: stderr.into(),
        }
    }

    fn outcomes(stdout: &str) -> Vec<Outcome> {
        let results = push(&finished(0, stdout, ""), &Redactor::default()).unwrap();
        results.into_iter().map(|it| it.outcome).collect()
    }

    #[test]
    fn each_action_is_told_apart_and_new_ones_and_new_fields_are_taken_as_they_come() {
        let stdout = r#"{"results": [
            {"type": "a", "action": "synced", "new": 1},
            {"type": "b", "action": "removed"},
            {"type": "c", "action": "error", "error": "Error setting connector: Bad Request"},
            {"type": "d", "action": "error"},
            {"type": "e", "action": "needs_oauth", "redirectUrl": "https://a.example/o?state=1", "connectionId": "c"},
            {"type": "f", "action": "needs_oauth", "redirectUrl": "javascript:alert(1)"},
            {"type": "stripe", "action": "provisioned", "claimUrl": "https://s.example/claim"},
            {"type": "g", "action": "paused"}
        ], "oauth": {}}"#;
        assert_eq!(
            outcomes(stdout),
            [
                Outcome::Synced,
                Outcome::Removed,
                Outcome::Failed("Error setting connector: Bad Request".into()),
                Outcome::Failed("Base44 gave no reason".into()),
                Outcome::NeedsAuthorization {
                    page: WebUrl::parse("https://a.example/o?state=1")
                },
                Outcome::NeedsAuthorization { page: None },
                Outcome::Provisioned {
                    claim: WebUrl::parse("https://s.example/claim")
                },
                Outcome::Other("paused".into()),
            ]
        );
    }

    #[test]
    fn only_web_addresses_are_opened() {
        for text in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "data:text/html,x",
            "vscode://x",
            "//x",
            "x",
            "",
        ] {
            assert_eq!(WebUrl::parse(text), None, "{text}");
        }
        let url = WebUrl::parse("https://a.example/o?state=secret").unwrap();
        assert_eq!(url.as_str(), "https://a.example/o?state=secret");
        assert_eq!(format!("{url:?}"), "https://a.example/o?…");
    }

    #[test]
    fn an_error_document_counts_whatever_the_exit_code() {
        let document = r#"{"error": "Error listing connectors: Unauthorized", "code": "API_ERROR", "statusCode": 401,
            "hints": [{"message": "Run 'base44 login' to re-authenticate", "command": "base44 login"}]}"#;
        for code in [0, 1] {
            let failure = push(&finished(code, document, ""), &Redactor::default()).unwrap_err();
            assert_eq!(
                failure.to_string(),
                "Base44: Error listing connectors: Unauthorized (HTTP 401). Run 'base44 login' to re-authenticate"
            );
        }
    }

    #[test]
    fn an_exit_code_of_zero_is_not_believed() {
        for stdout in ["", "done", "[]", "{}", r#"{"results": 1}"#] {
            let failure = push(&finished(0, stdout, ""), &Redactor::default()).unwrap_err();
            assert_eq!(failure, Failure::Unreadable(stdout.into()));
        }
    }

    #[test]
    fn an_answer_counts_only_from_a_cli_that_came_to_its_end() {
        for code in [Some(1), None] {
            let broken = Finished {
                code,
                ..finished(0, r#"{"results": []}"#, "out of memory")
            };
            let failure = push(&broken, &Redactor::default()).unwrap_err();
            assert_eq!(
                failure,
                Failure::Crashed {
                    code,
                    stderr: "out of memory".into()
                }
            );
        }
    }

    #[test]
    fn nothing_of_an_error_document_is_a_secret() {
        let key = "b44k_0123456789";
        let document = format!(r#"{{"error": "{key}", "details": ["{key}"], "hints": [{{"message": "{key}"}}]}}"#);
        let failure = push(&finished(1, &document, ""), &Redactor::default()).unwrap_err();
        assert_eq!(failure.to_string(), "Base44: b44k_…. b44k_… b44k_…");
    }

    #[test]
    fn an_end_without_an_answer_quotes_the_log() {
        let failure = |code, stderr| push(&finished(code, "", stderr), &Redactor::default()).unwrap_err();
        assert_eq!(
            failure(1, "error: unknown option '--dir'\n"),
            Failure::Usage("error: unknown option '--dir'\n".into())
        );
        assert_eq!(
            failure(127, "env: 'node': No such file or directory\n"),
            Failure::NodeNotFound
        );
        assert_eq!(
            failure(1, "EACCES: permission denied\n").to_string(),
            "The base44 CLI ended with exit code 1 and gave no answer: EACCES: permission denied."
        );
    }

    #[test]
    fn the_other_commands_have_their_own_documents() {
        let redactor = Redactor::default();
        let stdout = r#"{"connectorsDir": "/c", "pulled": 2, "written": ["a"], "deleted": ["b"]}"#;
        let pulled = pull(&finished(0, stdout, ""), &redactor).unwrap();
        assert_eq!(
            (pulled.pulled, pulled.written, pulled.deleted),
            (2, vec!["a".into()], vec!["b".into()])
        );

        let initiated = |authorized: bool, url: &str| {
            let stdout =
                format!(r#"{{"alreadyAuthorized": {authorized}, "redirectUrl": {url}, "connectionId": null}}"#);
            initiate(&finished(0, &stdout, ""), "slack", &redactor).unwrap()
        };
        assert_eq!(initiated(true, "null"), Initiated::Authorized);
        assert_eq!(
            initiated(false, r#""https://a.example/""#),
            Initiated::NeedsAuthorization(WebUrl::parse("https://a.example/").unwrap())
        );
        assert_eq!(initiated(false, "null"), Initiated::Unclear);
        assert_eq!(initiated(false, r#""file:///x""#), Initiated::Unclear);

        let stdout = r#"{"integrations": [{"integrationType": "slack", "displayName": "Slack", "description": "", "connectionConfigFields": []}]}"#;
        let services = available(&finished(0, stdout, ""), &redactor).unwrap();
        assert_eq!(services[0].integration_type, "slack");
    }
}

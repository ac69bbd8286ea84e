//! What the CLI is asked, as an argument vector, and the environment it is asked in.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use super::plan::STRIPE;
use super::{AppId, Environment, Failure};

/// Whether a command can change the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It only asks.
    Reads,
    /// Broken off half-way, it leaves what it had done.
    Writes,
}

/// One command of the CLI.
///
/// The app and the folder are always named, so that the CLI reads what it is shown, and no project around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The arguments, without the program.
    pub arguments: Vec<OsString>,
    /// How long it may take before it is given up.
    pub deadline: Duration,
    /// What it can do until then.
    pub effect: Effect,
}

impl Invocation {
    /// `--version`.
    #[must_use]
    pub fn version() -> Self {
        Self::reading(["--version"])
    }

    /// `connectors push`: sets the connectors in `directory` and removes all others. `types` are all that may be
    /// touched, on either side; they make the deadline.
    ///
    /// `-y` answers the CLI's own question. Ask before this is run.
    #[must_use]
    pub fn push<'a>(app: &AppId, directory: &Path, types: impl IntoIterator<Item = &'a str>) -> Self {
        let seconds: u64 = types.into_iter().map(|it| if it == STRIPE { 60 } else { 10 }).sum();
        Self {
            deadline: BASE_DEADLINE + Duration::from_secs(seconds),
            effect: Effect::Writes,
            ..Self::reading(["connectors", "push", "-y"])
        }
        .about(app)
        .within(directory)
    }

    /// The same for a person at a terminal, whom the CLI asks by itself.
    #[must_use]
    pub fn push_by_hand(app: &AppId, directory: &Path) -> Self {
        let mut res = Self::push(app, directory, []);
        res.arguments.retain(|it| it != "-y");
        res
    }

    /// `connectors pull` into `directory`, where it deletes and overwrites without asking.
    #[must_use]
    pub fn pull(app: &AppId, directory: &Path) -> Self {
        Self::reading(["connectors", "pull"]).about(app).within(directory)
    }

    /// `connectors initiate`: sets one connector to exactly `scopes`, and asks for the page where the user consents.
    ///
    /// # Errors
    /// [`Failure::InvalidType`] and [`Failure::InvalidScope`] for what the command line would carry as
    /// something else.
    pub fn initiate(app: &AppId, connector: &str, scopes: &[String]) -> Result<Self, Failure> {
        check_type(connector)?;
        scopes.iter().try_for_each(|scope| check_scope(scope))?;
        let mut res = Self {
            effect: Effect::Writes,
            ..Self::reading(["connectors", "initiate"])
        }
        .about(app);
        res.arguments.extend(["--integration-type".into(), connector.into()]);
        if !scopes.is_empty() {
            res.arguments.push("--scopes".into());
            res.arguments.extend(scopes.iter().map(OsString::from));
        }
        Ok(res)
    }

    /// `connectors list-available`: every service Base44 offers.
    #[must_use]
    pub fn list_available(app: &AppId) -> Self {
        Self::reading(["connectors", "list-available"]).about(app)
    }

    fn reading<const N: usize>(arguments: [&str; N]) -> Self {
        Self {
            arguments: arguments.into_iter().map(OsString::from).collect(),
            deadline: BASE_DEADLINE,
            effect: Effect::Reads,
        }
    }

    fn about(mut self, app: &AppId) -> Self {
        self.arguments
            .extend(["--json".into(), "--app-id".into(), app.as_str().into()]);
        self
    }

    fn within(mut self, directory: &Path) -> Self {
        self.arguments.extend(["--dir".into(), directory.into()]);
        self
    }
}

/// The environment of a run: the server's own, and what keeps the CLI from colours, telemetry, its update check, and
/// anything that a `.env` file could add.
pub(super) fn environment(ambient: &Environment) -> Environment {
    let mut res = ambient.clone();
    res.set("BASE44_DISABLE_TELEMETRY", "1");
    // The update check waits for npm, for minutes where the registry does not answer.
    res.set("BASE44_CLI_TEST_OVERRIDES", r#"{"latestVersion":null}"#);
    res.set("NO_COLOR", "1");
    res.remove("FORCE_COLOR");
    // Adds stack traces.
    res.remove("DEBUG");
    // A variable that is set cannot be set by a `.env` any more: these two would send the user's
    // token elsewhere, and run code.
    let url = ambient.base44("BASE44_API_URL").unwrap_or(DEFAULT_API_URL);
    res.set("BASE44_API_URL", url);
    if res.get("NODE_OPTIONS").is_none() {
        res.set("NODE_OPTIONS", "");
    }
    res
}

/// The CLI gives up a request after 10 s, and tries some three times.
const BASE_DEADLINE: Duration = Duration::from_secs(30);

const DEFAULT_API_URL: &str = "https://app.base44.com";

/// `argument` as it is typed in a terminal: bare if every shell takes it for one word.
pub(crate) fn quoted(argument: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_./:=@+".contains(it) || (cfg!(windows) && it == '\\');
    if !argument.is_empty() && argument.chars().all(is_plain) {
        return argument.to_owned();
    }
    match cfg!(windows) {
        true => format!("\"{argument}\""),
        false => format!("'{}'", argument.replace('\'', r"'\''")),
    }
}

fn check_type(name: &str) -> Result<(), Failure> {
    let valid = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
    if name.is_empty() || name.starts_with('-') || !name.chars().all(valid) {
        return Err(Failure::InvalidType(name.to_owned()));
    }
    Ok(())
}

/// The CLI splits scopes at commas, and takes a word that begins with `-` for an option.
fn check_scope(scope: &str) -> Result<(), Failure> {
    let separates = |it: char| it == ',' || it.is_whitespace() || it.is_control();
    if scope.is_empty() || scope.starts_with('-') || scope.contains(separates) {
        return Err(Failure::InvalidScope(scope.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use pretty_assertions::assert_eq;

    use super::{AppId, Effect, Environment, Failure, Invocation, environment};

    fn app() -> AppId {
        AppId::new("app").unwrap()
    }

    fn words(invocation: &Invocation) -> String {
        let words: Vec<_> = invocation.arguments.iter().map(|it| it.to_str().unwrap()).collect();
        words.join(" ")
    }

    #[test]
    fn every_command_names_its_app_and_its_folder() {
        let directory = Path::new("/p/base44/connectors");
        assert_eq!(
            words(&Invocation::push(&app(), directory, [])),
            "connectors push -y --json --app-id app --dir /p/base44/connectors"
        );
        // `pull` has no `-y`: with it, it fails.
        assert_eq!(
            words(&Invocation::pull(&app(), directory)),
            "connectors pull --json --app-id app --dir /p/base44/connectors"
        );
        let scopes = ["chat:write".to_owned(), "users:read".to_owned()];
        assert_eq!(
            words(&Invocation::initiate(&app(), "slack", &scopes).unwrap()),
            "connectors initiate --json --app-id app --integration-type slack --scopes chat:write users:read"
        );
        assert_eq!(
            words(&Invocation::initiate(&app(), "notion", &[]).unwrap()),
            "connectors initiate --json --app-id app --integration-type notion"
        );
        assert_eq!(
            words(&Invocation::list_available(&app())),
            "connectors list-available --json --app-id app"
        );
    }

    #[cfg(unix)]
    #[test]
    fn what_is_typed_by_hand_asks_and_survives_the_shell() {
        let push = Invocation::push_by_hand(&app(), Path::new("/c"));
        assert_eq!(words(&push), "connectors push --json --app-id app --dir /c");
        for (text, expected) in [
            (
                "https://www.googleapis.com/auth/calendar",
                "https://www.googleapis.com/auth/calendar",
            ),
            ("/my app/$HOME", "'/my app/$HOME'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
        ] {
            assert_eq!(super::quoted(text), expected);
        }
    }

    #[test]
    fn a_push_gets_more_time_the_more_it_does() {
        let deadline = |types: &[&str]| Invocation::push(&app(), Path::new("/c"), types.iter().copied()).deadline;
        assert_eq!(deadline(&["slack", "gmail"]), Duration::from_secs(50));
        assert_eq!(deadline(&["slack", "stripe"]), Duration::from_secs(100));
    }

    #[test]
    fn push_and_initiate_write_and_the_others_only_read() {
        assert_eq!(Invocation::push(&app(), Path::new("/c"), []).effect, Effect::Writes);
        assert_eq!(Invocation::initiate(&app(), "x", &[]).unwrap().effect, Effect::Writes);
        assert_eq!(Invocation::pull(&app(), Path::new("/c")).effect, Effect::Reads);
        assert_eq!(Invocation::list_available(&app()).effect, Effect::Reads);
    }

    #[test]
    fn nothing_passes_for_an_option_or_for_two_scopes() {
        for name in ["", "-y", "--json", "a b", "a/b", "ä"] {
            let failure = Invocation::initiate(&app(), name, &[]).unwrap_err();
            assert_eq!(failure, Failure::InvalidType(name.into()));
        }
        for scope in ["", "-y", "--json", "a b", "a,b", "a\nb", " a"] {
            let failure = Invocation::initiate(&app(), "slack", &[scope.into()]).unwrap_err();
            assert_eq!(failure, Failure::InvalidScope(scope.into()));
        }
    }

    #[test]
    fn the_servers_environment_reaches_the_cli() {
        let ambient: Environment = [
            ("BASE44_API_KEY", "b44k_x"),
            ("BASE44_API_URL", "http://127.0.0.1:1"),
            ("HOME", "/home/a"),
            ("NODE_OPTIONS", "--use-system-ca"),
        ]
        .into_iter()
        .collect();
        let environment = environment(&ambient);
        for (name, value) in ambient.iter() {
            assert_eq!(environment.get(name.to_str().unwrap()), Some(value));
        }
    }

    #[test]
    fn what_a_dot_env_could_set_is_set_already() {
        let ambient = [("FORCE_COLOR", "1"), ("DEBUG", "1")].into_iter().collect();
        let environment = environment(&ambient);
        let value = |name| environment.get(name).and_then(|it| it.to_str());
        assert_eq!(value("BASE44_API_URL"), Some("https://app.base44.com"));
        assert_eq!(value("NODE_OPTIONS"), Some(""));
        assert_eq!(value("BASE44_DISABLE_TELEMETRY"), Some("1"));
        assert_eq!(value("BASE44_CLI_TEST_OVERRIDES"), Some(r#"{"latestVersion":null}"#));
        assert_eq!((value("FORCE_COLOR"), value("DEBUG")), (None, None));
    }
}

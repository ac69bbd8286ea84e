//! The environment variables a CLI run starts from, as a value: the server's own, never a project's `.env`.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;

/// Environment variables by name. Passed around rather than read where needed, so that what decides
/// about a run is visible, and tests need not change their own process.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// The variables of this process.
    #[must_use]
    pub fn of_process() -> Self {
        std::env::vars_os().collect()
    }

    /// The value of `name`, empty values included.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        if cfg!(windows) {
            // Names have no case there, and `Path` is the usual spelling.
            return self
                .0
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.as_os_str());
        }
        self.0.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// The value of `name` without surrounding blanks; `None` if it is empty or not Unicode.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.to_str().map(str::trim).filter(|it| !it.is_empty())
    }

    /// The value the CLI sees under `name`: it copies `BASE44_PROJECTS_<name>` where `name` itself is not set.
    #[must_use]
    pub fn base44(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(_) => self.text(name),
            None => self.text(&format!("BASE44_PROJECTS_{name}")),
        }
    }

    /// Sets `name`, whatever it was.
    pub fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.remove(name);
        self.0.insert(name.into(), value.into());
    }

    /// Unsets `name`.
    pub fn remove(&mut self, name: &str) {
        if cfg!(windows) {
            self.0.retain(|key, _| !key.eq_ignore_ascii_case(name));
        } else {
            self.0.remove(OsStr::new(name));
        }
    }

    /// All variables, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.0.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// The home folder, where the CLI keeps its login.
    #[must_use]
    pub fn home(&self) -> Option<PathBuf> {
        let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        match self.get(name) {
            Some(home) if !home.is_empty() => Some(home.into()),
            _ => std::env::home_dir(),
        }
    }

    /// Our folder for what can be had again: `$XDG_CACHE_HOME/base44-connectors-ls`, or what the platform has in its place.
    #[must_use]
    pub fn cache_folder(&self) -> Option<PathBuf> {
        let elsewhere = if cfg!(target_os = "macos") {
            "Library/Caches"
        } else {
            ".cache"
        };
        self.user_folder("XDG_CACHE_HOME", elsewhere)
    }

    /// Our folder for what cannot be had again, such as backups: `$XDG_STATE_HOME/base44-connectors-ls`, or what the platform has
    /// in its place.
    #[must_use]
    pub fn state_folder(&self) -> Option<PathBuf> {
        let elsewhere = if cfg!(target_os = "macos") {
            "Library/Application Support"
        } else {
            ".local/state"
        };
        self.user_folder("XDG_STATE_HOME", elsewhere)
    }

    fn user_folder(&self, variable: &str, below_home: &str) -> Option<PathBuf> {
        // A relative path would mean the project's folder.
        let set = |name| self.get(name).map(PathBuf::from).filter(|it| it.is_absolute());
        let local = || match cfg!(windows) {
            true => set("LOCALAPPDATA"),
            false => self.home().map(|it| it.join(below_home)),
        };
        set(variable).or_else(local).map(|it| it.join(env!("CARGO_PKG_NAME")))
    }

    /// The folder for temporary files.
    #[must_use]
    pub fn temporary_folder(&self) -> PathBuf {
        let name = if cfg!(windows) { "TEMP" } else { "TMPDIR" };
        self.get(name)
            .map(PathBuf::from)
            .filter(|it| it.is_absolute())
            .unwrap_or_else(std::env::temp_dir)
    }
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Environment {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(variables: T) -> Self {
        Self(
            variables
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

/// Names only: the values hold keys and tokens.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Environment;

    #[test]
    fn the_prefixed_name_counts_only_where_the_bare_one_is_not_set() {
        let prefixed = ("BASE44_PROJECTS_BASE44_APP_ID", "prefixed");
        let app_id = |it: Environment| it.base44("BASE44_APP_ID").map(str::to_owned);
        assert_eq!(app_id([prefixed].into_iter().collect()), Some("prefixed".into()));
        assert_eq!(
            app_id([prefixed, ("BASE44_APP_ID", "bare")].into_iter().collect()),
            Some("bare".into())
        );
        assert_eq!(app_id([prefixed, ("BASE44_APP_ID", "")].into_iter().collect()), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_kept_for_the_user_is_kept_where_they_say_and_never_in_a_project() {
        let environment = |variables: &[(&str, &str)]| -> Environment { variables.iter().copied().collect() };
        let home = ("HOME", "/home/a");
        let standard = environment(&[home]);
        assert_eq!(
            standard.cache_folder(),
            Some("/home/a/.cache/base44-connectors-ls".into())
        );
        assert_eq!(
            standard.state_folder(),
            Some("/home/a/.local/state/base44-connectors-ls".into())
        );
        let chosen = environment(&[home, ("XDG_CACHE_HOME", "/c"), ("XDG_STATE_HOME", "/s")]);
        assert_eq!(chosen.cache_folder(), Some("/c/base44-connectors-ls".into()));
        assert_eq!(chosen.state_folder(), Some("/s/base44-connectors-ls".into()));
        let relative = environment(&[home, ("XDG_CACHE_HOME", "cache"), ("XDG_STATE_HOME", "")]);
        assert_eq!(relative.cache_folder(), standard.cache_folder());
        assert_eq!(relative.state_folder(), standard.state_folder());
    }

    #[test]
    fn values_never_reach_a_log() {
        let environment: Environment = [("BASE44_API_KEY", "b44k_secret")].into_iter().collect();
        assert_eq!(format!("{environment:?}"), r#"{"BASE44_API_KEY"}"#);
    }
}

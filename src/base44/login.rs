//! Is the user logged in? Found out without the CLI, which would begin a device login and wait.

use serde::Deserialize;

use super::{Environment, Failure};

/// What the CLI will identify the user by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// A workspace key, in `BASE44_API_KEY`. It wins over the others.
    WorkspaceKey,
    /// Tokens, in `BASE44_ACCESS_TOKEN` and `BASE44_REFRESH_TOKEN`: the CLI makes them its stored login.
    Tokens,
    /// The stored login that `base44 login` left in the home folder.
    Stored,
}

impl Login {
    /// The login the CLI would find. Whether Base44 still accepts it, only a request can tell.
    ///
    /// # Errors
    /// [`Failure::NotLoggedIn`], also for what the CLI passes over in silence: a key of another kind, a
    /// damaged file, one token without the other.
    pub fn find(environment: &Environment) -> Result<Self, Failure> {
        if environment
            .text("BASE44_API_KEY")
            .is_some_and(|key| key.starts_with("b44k_"))
        {
            return Ok(Self::WorkspaceKey);
        }
        let token = |name| environment.base44(name);
        if token("BASE44_ACCESS_TOKEN").is_some_and(looks_like_jwt) && token("BASE44_REFRESH_TOKEN").is_some() {
            return Ok(Self::Tokens);
        }
        if has_stored_login(environment) {
            return Ok(Self::Stored);
        }
        Err(Failure::NotLoggedIn)
    }
}

/// The CLI takes name and expiry out of the token, and ignores one it cannot read. Its claims are not decoded here:
/// should they be missing, the run is stopped at its first request to log in.
fn looks_like_jwt(token: &str) -> bool {
    token.starts_with("eyJ") && token.split('.').count() == 3
}

fn has_stored_login(environment: &Environment) -> bool {
    let Some(home) = environment.home() else {
        return false;
    };
    let Ok(text) = std::fs::read(home.join(".base44/auth/auth.json")) else {
        return false;
    };
    serde_json::from_slice::<StoredLogin>(&text).is_ok_and(|it| it.is_valid())
}

/// The fields the CLI's own check demands.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredLogin {
    access_token: String,
    refresh_token: String,
    expires_at: u64,
    email: String,
    name: String,
}

impl StoredLogin {
    fn is_valid(&self) -> bool {
        let texts = [&self.access_token, &self.refresh_token, &self.name];
        texts.into_iter().all(|it| !it.is_empty()) && self.expires_at > 0 && self.email.contains('@')
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use pretty_assertions::assert_eq;

    use super::{Environment, Failure, Login};

    const STORED: &str = r#"{"accessToken":"a","refreshToken":"r","expiresAt":1,"email":"a@example.org","name":"A"}"#;
    const JWT: &str = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.x";

    fn find(home: &Path, variables: &[(&str, &str)]) -> Result<Login, Failure> {
        let mut environment: Environment = variables.iter().copied().collect();
        environment.set(if cfg!(windows) { "USERPROFILE" } else { "HOME" }, home);
        Login::find(&environment)
    }

    fn home_with(auth: Option<&str>) -> tempfile::TempDir {
        let home = tempfile::tempdir().unwrap();
        if let Some(auth) = auth {
            let folder = home.path().join(".base44/auth");
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("auth.json"), auth).unwrap();
        }
        home
    }

    #[test]
    fn a_stored_login_needs_every_field() {
        assert_eq!(find(home_with(Some(STORED)).path(), &[]), Ok(Login::Stored));
        for broken in [
            None,
            Some(""),
            Some("{"),
            Some("{}"),
            Some(&*STORED.replace(r#""accessToken":"a","#, "")),
            Some(&*STORED.replace(r#""refreshToken":"r""#, r#""refreshToken":"""#)),
            Some(&*STORED.replace(r#""expiresAt":1"#, r#""expiresAt":"soon""#)),
            Some(&*STORED.replace(r#""expiresAt":1"#, r#""expiresAt":0"#)),
            Some(&*STORED.replace("a@example.org", "a")),
        ] {
            assert_eq!(
                find(home_with(broken).path(), &[]),
                Err(Failure::NotLoggedIn),
                "{broken:?}"
            );
        }
    }

    #[test]
    fn a_workspace_key_wins_and_other_keys_do_not_count() {
        let home = home_with(Some(STORED));
        assert_eq!(
            find(home.path(), &[("BASE44_API_KEY", " b44k_x ")]),
            Ok(Login::WorkspaceKey)
        );
        assert_eq!(
            find(home_with(None).path(), &[("BASE44_API_KEY", "sk_live_x")]),
            Err(Failure::NotLoggedIn)
        );
    }

    #[test]
    fn tokens_count_only_together() {
        let home = home_with(None);
        let access = ("BASE44_ACCESS_TOKEN", JWT);
        let refresh = ("BASE44_REFRESH_TOKEN", "r");
        assert_eq!(find(home.path(), &[access, refresh]), Ok(Login::Tokens));
        for incomplete in [&[access][..], &[refresh], &[("BASE44_ACCESS_TOKEN", "x"), refresh]] {
            assert_eq!(find(home.path(), incomplete), Err(Failure::NotLoggedIn));
        }
    }
}

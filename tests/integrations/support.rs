//! A repository of a user, and what the documentation tells them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use tempfile::TempDir;

/// Our own repository.
pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A project without a finding.
pub(crate) const SOUND: &str = "{\n  \"type\": \"slack\",\n  \"scopes\": [\"chat:write\"]\n}\n";

/// The same in JSON5: one warning, which `--fix` mends.
pub(crate) const FIXABLE: &str = "{\n  'type': 'slack',\n  \"scopes\": [\"chat:write\"]\n}\n";

/// One error.
pub(crate) const BROKEN: &str = "{\n  \"type\": \"slack\",\n  \"scopes\": [\"chat.write\"]\n}\n";

/// Where `tests/setup/ci-tools.sh` has put the tools.
pub(crate) fn tools() -> PathBuf {
    let tools = Path::new(ROOT).join(".tools/ci-tools");
    assert!(tools.join("installed").is_file(), "run tests/setup/ci-tools.sh first");
    tools
}

/// The part of `docs/ci.md` below the comment that names a file of these tests.
pub(crate) fn documented(test: &str) -> String {
    let docs = fs::read_to_string(Path::new(ROOT).join("docs/ci.md")).unwrap();
    let mark = format!("<!-- runs in tests/integrations/{test} -->\n```");
    let part = docs.split(&mark).nth(1).expect("the documentation has such a part");
    let (_language, part) = part.split_once('\n').unwrap();
    part.split("```").next().unwrap().to_owned()
}

/// A git repository with a Base44 project, in a folder of its own, with an own home.
pub(crate) struct Repository {
    folder: TempDir,
}

impl Repository {
    /// With one connector, and everything committed.
    pub(crate) fn new(connector: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let repository = Repository { folder };
        fs::create_dir_all(repository.home()).unwrap();
        repository.write("base44/config.jsonc", "{}\n");
        repository.write("base44/connectors/slack.jsonc", connector);
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.commit();
        repository
    }

    /// Its folder.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("app")
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A folder beside it.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// A command in the repository, with our binary on the path.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.path())
            .env("PATH", path_with_binary())
            .env("HOME", self.home())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("no_proxy", "127.0.0.1")
            .env("RUNNER_TEMP", self.beside("runner"));
        for variable in [
            "GITHUB_ACTIONS",
            "GITHUB_WORKSPACE",
            "GITLAB_CI",
            "CI_PROJECT_DIR",
            "BUILD_SOURCESDIRECTORY",
            "CI",
            "FORCE_COLOR",
            "CLICOLOR_FORCE",
        ] {
            command.env_remove(variable);
        }
        command
    }

    pub(crate) fn git(&self, args: &[&str]) -> Output {
        let who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.test"];
        self.command("git").args(who).args(args).output().unwrap()
    }

    /// Commits everything, without asking hooks.
    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        let output = self.git(&["commit", "--quiet", "--no-verify", "--allow-empty", "--message", "x"]);
        assert!(output.status.success(), "{output:?}");
    }
}

/// The path of this process, with our binary on it.
pub(crate) fn path_with_binary() -> OsString {
    let binary = Path::new(env!("CARGO_BIN_EXE_base44-connectors-ls"));
    let folders = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(binary.parent().unwrap().to_owned()).chain(env::split_paths(&folders));
    env::join_paths(folders).unwrap()
}

/// What a program has printed.
pub(crate) fn printed(output: &Output) -> String {
    let streams = [&output.stdout, &output.stderr].map(|it| String::from_utf8_lossy(it));
    streams.concat()
}

/// Asserts that a file is what a schema that comes with `check-jsonschema` says.
#[track_caller]
pub(crate) fn validate(schema: &str, file: &Path) {
    let output = Command::new(tools().join("python/bin/check-jsonschema"))
        .args(["--builtin-schema", schema])
        .arg(file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", printed(&output));
}

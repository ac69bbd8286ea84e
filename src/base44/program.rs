//! Which `base44` program runs: the setting, the project's own, the one on the path, or `npx`.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use semver::Version;
use serde::Deserialize;

use super::{Environment, Failure};

/// The first version known to ask before it pushes, and to know `--app-id` and `--dir`.
pub const MINIMUM_VERSION: Version = Version::new(0, 1, 15);

/// Where to look for the CLI.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// Whether the user trusts the workspace. Where not, nothing is looked for and nothing runs.
    pub trusted: bool,
    /// The setting `cli.command`: a program and its first arguments; empty if not set.
    pub setting: &'a [String],
    /// The folder of the project.
    pub project: &'a Path,
    /// The folder of the workspace: the search for `node_modules` ends there.
    pub workspace: &'a Path,
}

/// A way to start the CLI, without a shell.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Program {
    /// The executable, absolute.
    pub executable: PathBuf,
    /// What comes before the CLI's own arguments.
    pub arguments: Vec<OsString>,
    /// Why this one.
    pub origin: Origin,
}

/// Where a program was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The setting `cli.command`.
    Setting,
    /// The project's `node_modules/.bin`.
    Project,
    /// The path.
    Path,
    /// `npx`, which fetches the package where it must.
    Npx,
}

impl Program {
    /// Looks for the program; nothing is started.
    ///
    /// # Errors
    /// [`Failure::Untrusted`], [`Failure::SettingNotFound`], [`Failure::ProgramNotFound`], or
    /// [`Failure::NeedsShell`].
    pub fn find(search: &Search<'_>, environment: &Environment) -> Result<Self, Failure> {
        if !search.trusted {
            return Err(Failure::Untrusted);
        }
        if let Some((program, arguments)) = search.setting.split_first() {
            let found = match Path::new(program).components().count() > 1 {
                true => executable(&search.workspace.join(program)),
                false => on_path(program, environment),
            };
            let found = found.ok_or_else(|| Failure::SettingNotFound(program.clone()))?;
            let arguments = arguments.iter().map(OsString::from).collect();
            return Self::direct(found, arguments, Origin::Setting, environment);
        }
        if let Some(found) = in_node_modules(search) {
            return Self::direct(found, Vec::new(), Origin::Project, environment);
        }
        if let Some(found) = on_path("base44", environment) {
            return Self::direct(found, Vec::new(), Origin::Path, environment);
        }
        if let Some(found) = on_path("npx", environment) {
            // Without `--yes` npx asks before it fetches a package, and there is nobody to answer.
            let arguments = vec!["--yes".into(), "base44".into()];
            return Self::direct(found, arguments, Origin::Npx, environment);
        }
        Err(Failure::ProgramNotFound)
    }

    /// What the user types to do by hand what this program would be run for.
    #[must_use]
    pub fn by_hand(&self) -> &'static str {
        match self.origin {
            Origin::Path => "base44",
            Origin::Setting | Origin::Project | Origin::Npx => "npx base44",
        }
    }

    /// What the user types to bring this program up to date.
    pub(crate) fn update(&self) -> &'static str {
        match self.origin {
            Origin::Path => "npm install --global base44@latest",
            Origin::Setting | Origin::Project | Origin::Npx => "npm install --save-dev base44@latest",
        }
    }

    fn direct(
        executable: PathBuf,
        arguments: Vec<OsString>,
        origin: Origin,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        if !is_command_script(&executable) {
            return Ok(Self {
                executable,
                arguments,
                origin,
            });
        }
        let script = script_behind(&executable).ok_or(Failure::NeedsShell(executable))?;
        let node = on_path("node", environment).ok_or(Failure::NodeNotFound)?;
        Ok(Self {
            executable: node,
            arguments: [vec![script.into_os_string()], arguments].concat(),
            origin,
        })
    }
}

/// What `--version` said, by program, so that it is asked once. Cloning shares the memory.
#[derive(Clone, Debug, Default)]
pub struct Versions {
    known: Arc<Mutex<HashMap<Program, (SystemTime, Version)>>>,
}

impl Versions {
    /// The version of `program`, unless its file has changed since.
    pub(crate) fn get(&self, program: &Program) -> Option<Version> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (stamp, version) = known.get(program)?;
        (stamp_of(program)? == *stamp).then(|| version.clone())
    }

    pub(crate) fn insert(&self, program: &Program, version: Version) {
        if let Some(stamp) = stamp_of(program) {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(program.clone(), (stamp, version));
        }
    }
}

/// The version in what `--version` printed: the last line that is one, as npx may say something before, and an update notice
/// come behind.
pub(crate) fn parse_version(stdout: &str) -> Option<Version> {
    let version = |line: &str| Version::parse(line.trim().trim_start_matches('v')).ok();
    stdout.lines().rev().find_map(version)
}

/// The version in the `package.json` of the program's package: what its `--version` would print, without the half second that
/// Node.js takes to start. `None` if the program is none of npm's.
pub(crate) fn packaged_version(program: &Program) -> Option<Version> {
    #[derive(Deserialize)]
    struct Package {
        name: String,
        version: String,
    }
    let script = file_of(program).canonicalize().ok()?;
    let folders = script.ancestors().skip(1).take(2);
    let text = folders
        .map(|it| it.join("package.json"))
        .find_map(|it| std::fs::read(it).ok())?;
    let package: Package = serde_json::from_slice(&text).ok()?;
    (package.name == "base44").then(|| Version::parse(&package.version).ok())?
}

/// When the program's file last changed.
fn stamp_of(program: &Program) -> Option<SystemTime> {
    file_of(program).metadata().ok()?.modified().ok()
}

/// The program's file; that of its script, where it is started as an argument of `node`.
fn file_of(program: &Program) -> &Path {
    let script = program.arguments.first().map(Path::new);
    script.filter(|it| it.is_absolute()).unwrap_or(&program.executable)
}

/// The nearest `node_modules/.bin/base44` from the project up to the workspace.
fn in_node_modules(search: &Search<'_>) -> Option<PathBuf> {
    let is_inside = search.project.starts_with(search.workspace);
    for folder in search.project.ancestors() {
        if let Some(found) = executable(&folder.join("node_modules").join(".bin").join("base44")) {
            return Some(found);
        }
        if folder == search.workspace || !is_inside {
            return None;
        }
    }
    None
}

/// `name` in the folders of the path. Relative entries are passed over: they would mean the current folder's.
fn on_path(name: &str, environment: &Environment) -> Option<PathBuf> {
    std::env::split_paths(environment.get("PATH")?)
        .filter(|folder| folder.is_absolute())
        .find_map(|folder| executable(&folder.join(name)))
}

/// The file that runs where `path` is typed.
fn executable(path: &Path) -> Option<PathBuf> {
    let names = file_names(path.file_name()?.to_str()?, cfg!(windows));
    let is_executable = |it: &PathBuf| it.metadata().is_ok_and(|it| it.is_file() && may_execute(&it));
    names.into_iter().map(|it| path.with_file_name(it)).find(is_executable)
}

/// The files that `name` may stand for. On Windows the ending says how a file is run, and may be left out; a file without one is
/// no program there: beside its `base44.cmd` npm puts a `base44` for Unix shells.
fn file_names(name: &str, on_windows: bool) -> Vec<String> {
    const ENDINGS: [&str; 3] = [".exe", ".cmd", ".bat"];
    let lower = name.to_ascii_lowercase();
    match on_windows && !ENDINGS.iter().any(|it| lower.ends_with(it)) {
        true => ENDINGS.iter().map(|it| format!("{name}{it}")).collect(),
        false => vec![name.to_owned()],
    }
}

#[cfg(unix)]
fn may_execute(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn may_execute(_: &std::fs::Metadata) -> bool {
    true
}

fn is_command_script(path: &Path) -> bool {
    path.extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("cmd") || it.eq_ignore_ascii_case("bat"))
}

/// The JavaScript file that npm's `<name>.cmd` starts: the `bin` entry of the package beside it.
///
/// A command script itself needs `cmd.exe`, whose quoting rules differ from everybody else's.
fn script_behind(shim: &Path) -> Option<PathBuf> {
    let folder = shim.parent()?;
    let name = shim.file_stem()?.to_str()?;
    let package = if name == "npx" { "npm" } else { name };
    let homes = [
        folder.parent()?.join(package),            // node_modules/.bin/x.cmd
        folder.join("node_modules").join(package), // <npm prefix>/x.cmd
    ];
    homes.into_iter().find_map(|home| {
        let text = std::fs::read(home.join("package.json")).ok()?;
        let manifest: serde_json::Value = serde_json::from_slice(&text).ok()?;
        let script = match manifest.get("bin")? {
            serde_json::Value::String(script) => script,
            scripts => scripts.get(name)?.as_str()?,
        };
        Some(home.join(script)).filter(|it| it.is_file())
    })
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use pretty_assertions::assert_eq;

    use super::{Environment, Failure, Origin, Program, Search, file_names, parse_version, script_behind};

    /// A folder with executables.
    fn folder(executables: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for path in executables {
            let path = program(&root.path().join(path));
            write(&path, "");
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
            }
        }
        root
    }

    /// The file of a program, as the system wants it to be called.
    fn program(path: &Path) -> PathBuf {
        match path.extension() {
            Some(_) => path.to_owned(),
            None => path.with_extension(std::env::consts::EXE_EXTENSION),
        }
    }

    fn write(path: &Path, text: &str) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn find(root: &Path, setting: &[&str], path: &str) -> Result<Program, Failure> {
        let setting: Vec<String> = setting.iter().map(|&it| it.to_owned()).collect();
        let search = Search {
            trusted: true,
            setting: &setting,
            project: &root.join("work/app"),
            workspace: &root.join("work"),
        };
        let path = std::env::join_paths(path.split(':').map(|it| root.join(it)));
        Program::find(&search, &[("PATH", path.unwrap())].into_iter().collect())
    }

    #[test]
    fn nothing_is_looked_for_in_an_untrusted_workspace() {
        let root = folder(&["work/app/node_modules/.bin/base44"]);
        let search = Search {
            trusted: false,
            setting: &["node".into()],
            project: root.path(),
            workspace: root.path(),
        };
        let found = Program::find(&search, &Environment::of_process());
        assert_eq!(found, Err(Failure::Untrusted));
    }

    #[test]
    fn the_setting_wins_then_the_nearest_node_modules_then_the_path_then_npx() {
        let all = [
            "set/cli",
            "work/app/node_modules/.bin/base44",
            "work/node_modules/.bin/base44",
            "bin/base44",
            "bin2/npx",
        ];
        let root = folder(&all);
        let setting = root.path().join("set/cli").display().to_string();
        let found = find(root.path(), &[&setting, "--flag"], "bin:bin2").unwrap();
        assert_eq!(
            (found.origin, found.arguments),
            (Origin::Setting, vec!["--flag".into()])
        );

        for (path, origin) in all[1..]
            .iter()
            .zip([Origin::Project, Origin::Project, Origin::Path, Origin::Npx])
        {
            let found = find(root.path(), &[], "bin:bin2").unwrap();
            let path = program(&root.path().join(path));
            assert_eq!((&found.executable, found.origin), (&path, origin));
            std::fs::remove_file(path).unwrap();
        }
        assert_eq!(find(root.path(), &[], "bin:bin2"), Err(Failure::ProgramNotFound));
    }

    #[test]
    fn npx_never_waits_for_an_answer() {
        let root = folder(&["bin/npx"]);
        let found = find(root.path(), &[], "bin").unwrap();
        assert_eq!(found.arguments, ["--yes", "base44"]);
    }

    #[test]
    fn node_modules_above_the_workspace_do_not_count() {
        let root = folder(&["node_modules/.bin/base44"]);
        assert_eq!(find(root.path(), &[], "bin"), Err(Failure::ProgramNotFound));
    }

    #[cfg(unix)]
    #[test]
    fn a_project_outside_of_the_workspace_has_its_own_node_modules_and_no_others() {
        let root = folder(&["node_modules/.bin/base44"]);
        let found = |project: &str| {
            let search = Search {
                trusted: true,
                setting: &[],
                project: &root.path().join(project),
                workspace: &root.path().join("work"),
            };
            Program::find(&search, &Environment::default()).map(|it| it.origin)
        };
        assert_eq!(found("elsewhere/app"), Err(Failure::ProgramNotFound));
        assert_eq!(found(""), Ok(Origin::Project));
    }

    #[cfg(unix)]
    #[test]
    fn files_that_cannot_be_executed_do_not_count() {
        let root = folder(&[]);
        write(&root.path().join("bin/base44"), "");
        assert_eq!(find(root.path(), &[], "bin"), Err(Failure::ProgramNotFound));
        assert_eq!(
            find(root.path(), &["base44"], "bin"),
            Err(Failure::SettingNotFound("base44".into()))
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_relative_entry_of_the_path_does_not_count_wherever_it_leads() {
        let root = folder(&["here/base44"]);
        let depth = std::env::current_dir().unwrap().components().count() - 1;
        let here = root.path().strip_prefix("/").unwrap().join("here");
        let relative = Path::new(&"../".repeat(depth)).join(here);
        assert!(relative.join("base44").is_file());
        let search = Search {
            trusted: true,
            setting: &[],
            project: root.path(),
            workspace: root.path(),
        };
        let found = Program::find(&search, &[("PATH", relative)].into_iter().collect());
        assert_eq!(found, Err(Failure::ProgramNotFound));
    }

    #[test]
    fn on_windows_the_ending_may_be_left_out_and_a_file_without_one_is_no_program() {
        assert_eq!(file_names("base44", true), ["base44.exe", "base44.cmd", "base44.bat"]);
        assert_eq!(
            file_names("tool.v2", true),
            ["tool.v2.exe", "tool.v2.cmd", "tool.v2.bat"]
        );
        assert_eq!(file_names("base44.CMD", true), ["base44.CMD"]);
        assert_eq!(file_names("base44", false), ["base44"]);
    }

    #[test]
    fn a_command_script_of_npm_is_followed_to_its_javascript() {
        let root = folder(&["p/node_modules/.bin/base44.cmd", "npm/npx.cmd", "npm/other.cmd"]);
        let manifest = r#"{"bin": {"base44": "./bin/run.js"}}"#;
        write(&root.path().join("p/node_modules/base44/package.json"), manifest);
        write(&root.path().join("p/node_modules/base44/bin/run.js"), "");
        let manifest = r#"{"bin": {"npm": "bin/npm-cli.js", "npx": "bin/npx-cli.js"}}"#;
        write(&root.path().join("npm/node_modules/npm/package.json"), manifest);
        write(&root.path().join("npm/node_modules/npm/bin/npx-cli.js"), "");

        let script = |shim: &str| script_behind(&root.path().join(shim));
        assert_eq!(
            script("p/node_modules/.bin/base44.cmd"),
            Some(root.path().join("p/node_modules/base44/./bin/run.js"))
        );
        assert_eq!(
            script("npm/npx.cmd"),
            Some(root.path().join("npm/node_modules/npm/bin/npx-cli.js"))
        );
        assert_eq!(script("npm/other.cmd"), None);
    }

    /// On Windows npm makes `base44.cmd`, which only `cmd.exe` can run.
    #[test]
    fn a_command_script_of_npm_becomes_node_with_its_javascript_and_no_shell() {
        let root = folder(&["bin/node", "npm/base44.cmd"]);
        let package = root.path().join("npm").join("node_modules").join("base44");
        write(&package.join("package.json"), r#"{"bin": "bin/run.js"}"#);
        write(&package.join("bin/run.js"), "");
        let setting = root.path().join("npm/base44.cmd").display().to_string();
        let found = find(root.path(), &[&setting, "a & b"], "bin").unwrap();
        assert_eq!(
            found,
            Program {
                executable: program(&root.path().join("bin/node")),
                arguments: vec![package.join("bin/run.js").into(), "a & b".into()],
                origin: Origin::Setting,
            }
        );
        assert_eq!(find(root.path(), &[&setting], "npm"), Err(Failure::NodeNotFound));
    }

    #[test]
    fn a_command_script_of_anybody_else_is_refused() {
        let root = folder(&["set/cli.cmd"]);
        let setting = root.path().join("set/cli.cmd");
        let found = find(root.path(), &[setting.to_str().unwrap()], "bin");
        assert_eq!(found, Err(Failure::NeedsShell(setting)));
    }

    #[test]
    fn the_version_is_the_last_line_that_is_one() {
        let version = |stdout| parse_version(stdout).map(|it| it.to_string());
        assert_eq!(version("0.1.18\n").as_deref(), Some("0.1.18"));
        assert_eq!(
            version("npm notice\r\nv1.2.3-beta.1\r\n\r\n").as_deref(),
            Some("1.2.3-beta.1")
        );
        let notice = "0.1.18\n\nUpdate available: 0.1.18 → 0.2.0\n";
        assert_eq!(version(notice).as_deref(), Some("0.1.18"));
        assert_eq!(version(""), None);
        assert_eq!(version("base44"), None);
    }

    #[cfg(unix)]
    #[test]
    fn the_version_of_a_package_is_read_and_that_of_anything_else_is_not() {
        let version = |package: &str| {
            let root = folder(&["work/app/node_modules/base44/bin/run.js"]);
            let app = root.path().join("work/app");
            write(&app.join("package.json"), r#"{"name": "base44", "version": "9.9.9"}"#);
            write(&app.join("node_modules/base44/package.json"), package);
            let bin = app.join("node_modules/.bin");
            std::fs::create_dir(&bin).unwrap();
            std::os::unix::fs::symlink("../base44/bin/run.js", bin.join("base44")).unwrap();
            let program = find(root.path(), &[], "").unwrap();
            super::packaged_version(&program).map(|it| it.to_string())
        };
        assert_eq!(
            version(r#"{"name": "base44", "version": "0.1.18"}"#).as_deref(),
            Some("0.1.18")
        );
        for other in [
            "",
            "{}",
            r#"{"name": "wrapper", "version": "1.0.0"}"#,
            r#"{"name": "base44", "version": "new"}"#,
        ] {
            assert_eq!(version(other), None, "{other}");
        }
        // A script in the place of a link, as pnpm makes them: the project itself is no package of the CLI.
        let root = folder(&["work/app/node_modules/.bin/base44"]);
        let package = root.path().join("work/app/package.json");
        write(&package, r#"{"name": "base44", "version": "9.9.9"}"#);
        let program = find(root.path(), &[], "").unwrap();
        assert_eq!(super::packaged_version(&program), None);
    }
}

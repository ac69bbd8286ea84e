//! A terminal with a program in it, driven as a person would: keys in, screen out. It is tmux, with a server of its own.

#![allow(dead_code, unreachable_pub, reason = "every test binary uses a part of it")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

#[allow(
    clippy::duplicate_mod,
    reason = "other parts of this folder, which stand alone, have it, too"
)]
#[path = "patience.rs"]
mod patience;
pub(crate) use patience::PATIENCE;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A program of `.tools/bin`, which `tests/run` fills, or a contributor on another system by hand.
pub fn editor(name: &str) -> PathBuf {
    let program = Path::new(ROOT).join(".tools/bin").join(name);
    assert!(
        program.is_file(),
        "{} is missing: run the scripts of tests/setup first, or link one of your own to there",
        program.display()
    );
    program
}

/// `PATH` with the server of this build in front, so that an editor finds it by its name.
pub fn path_with_server() -> String {
    let server = Path::new(env!("CARGO_BIN_EXE_base44-connectors-ls"));
    format!(
        "{}:{}",
        server.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    )
}

/// Writes a program: a line of the shell.
pub fn script(path: &Path, line: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{line}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The JSON server of Visual Studio Code, as a program `vscode-json-language-server` in `folder`. What it says is kept in `heard`.
pub fn json_server(folder: &Path, heard: &Path) {
    let server = Path::new(ROOT).join(
        ".tools/vscode-4.100.3-1.52.0/node_modules/code-server/lib/vscode/extensions/json-language-features/server/dist/node/\
         jsonServerMain.js",
    );
    assert!(
        server.is_file(),
        "{} is missing: run tests/setup/vscode.sh first",
        server.display()
    );
    let line = format!("node {server:?} \"$@\" | tee {heard:?}");
    script(&folder.join("vscode-json-language-server"), &line);
}

/// Calls `attempt` until it gives something. `state` is shown where it never does.
#[track_caller]
pub fn wait<T>(what: &str, mut attempt: impl FnMut() -> Option<T>, state: impl Fn() -> String) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = attempt() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "{what}: not in time.\n{}", state());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Runs a program that prints little to its end, and ends it where it takes too long.
#[track_caller]
pub fn finish(command: &mut Command) -> Output {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() && start.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(2));
    }
    let _ = child.kill();
    child.wait_with_output().unwrap()
}

/// Puts what a test saw where it can be looked at: `target/tmp/screens`.
pub fn keep(name: &str, content: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screens");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), content).unwrap();
}

/// A running terminal. Dropping it ends what runs in it.
pub struct Terminal {
    folder: TempDir,
    log: Option<PathBuf>,
}

impl Terminal {
    /// Starts `command` in a screen of this many columns and rows.
    pub fn start(command: &Command, columns: u16, rows: u16) -> Terminal {
        let folder = tempfile::tempdir().unwrap();
        let config = "set -g status off\nset -sg escape-time 0\nset -g remain-on-exit on\n\
                      set -g default-terminal tmux-256color\nset -ga terminal-features ',*:RGB'\n";
        fs::write(folder.path().join("tmux.conf"), config).unwrap();
        let terminal = Terminal { folder, log: None };
        let mut tmux = terminal.tmux();
        tmux.env_clear().env("LANG", "C.UTF-8").env("TERM", "xterm-256color");
        for (name, value) in command.get_envs() {
            tmux.env(name, value.unwrap_or_default());
        }
        let (columns, rows) = (columns.to_string(), rows.to_string());
        tmux.args(["new-session", "-d", "-x", &columns, "-y", &rows]);
        if let Some(folder) = command.get_current_dir() {
            tmux.arg("-c").arg(folder);
        }
        tmux.arg("--").arg(command.get_program()).args(command.get_args());
        run(&mut tmux);
        terminal
    }

    /// Where the program keeps its log, which a failure shows besides the screen.
    pub fn with_log(mut self, log: PathBuf) -> Terminal {
        self.log = Some(log);
        self
    }

    /// Presses keys, by tmux' names: `Escape`, `Enter`, `C-x`, `a`.
    pub fn press(&self, keys: &[&str]) -> &Terminal {
        run(self.tmux().arg("send-keys").args(keys));
        self
    }

    /// Types a text as it is.
    pub fn type_text(&self, text: &str) -> &Terminal {
        run(self.tmux().args(["send-keys", "-l", "--", text]));
        self
    }

    /// The text on the screen.
    pub fn screen(&self) -> String {
        run(self.tmux().args(["capture-pane", "-p"]))
    }

    /// What there is to be seen when something has gone wrong.
    pub fn state(&self) -> String {
        let log = self.log.as_ref().and_then(|it| fs::read_to_string(it).ok());
        format!("{}\n--- log ---\n{}", self.screen(), log.unwrap_or_default())
    }

    /// Waits until the screen shows all of `parts`, and gives it.
    #[track_caller]
    pub fn shows(&self, parts: &[&str]) -> String {
        self.shows_where(&format!("{parts:?} on the screen"), |screen| {
            parts.iter().all(|part| screen.contains(part))
        })
    }

    /// Waits until the screen is as it should be.
    #[track_caller]
    pub fn shows_where(&self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        wait(what, || Some(self.screen()).filter(|it| is_so(it)), || self.state())
    }

    /// Keeps the screen as an artefact, as text and as a picture.
    pub fn keep(&self, name: &str) {
        keep(&format!("{name}.txt"), &self.screen());
        keep(&format!("{name}.svg"), &self.picture());
    }

    /// `UPDATE_GOLDEN=1` makes the screen a picture of the documentation.
    pub fn draw(&self, relative: &str) {
        let path = Path::new(ROOT).join(relative);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, self.picture()).unwrap();
        }
        assert!(
            path.is_file(),
            "{relative} is missing: run with UPDATE_GOLDEN=1 and look at it"
        );
    }

    /// The screen in colours, as SVG.
    fn picture(&self) -> String {
        let coloured = run(self.tmux().args(["capture-pane", "-p", "-e"]));
        anstyle_svg::Term::new().render_svg(coloured.trim_end())
    }

    fn tmux(&self) -> Command {
        let mut command = Command::new("tmux");
        // From inside the folder: the name of a socket may not be long, and that of the folder may be.
        command.current_dir(self.folder.path());
        command.args(["-u", "-S", "socket", "-f", "tmux.conf"]);
        command
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.tmux().arg("kill-server").output();
    }
}

#[track_caller]
fn run(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().expect("tmux is there: see tests/setup");
    assert!(status.success(), "{command:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

//! Editors besides Neovim and Helix, for real: Emacs with Eglot and with lsp-mode.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "support/client.rs"]
mod client;
#[path = "support/editor.rs"]
mod editor;
#[path = "support/terminal.rs"]
mod terminal;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use pretty_assertions::assert_eq;
use tempfile::TempDir;
use terminal::{Terminal, path_with_server};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A project with one misspelt scope, and a file of the same content elsewhere.
const PROJECT: &str = "\
//- base44/config.jsonc
{}
//- base44/connectors/googlecalendar.jsonc
{
  \"type\": \"googlecalendar\",
  \"scopes\": [
    \"calendar.events\"
  ]
}
//- data/googlecalendar.json
{
  \"type\": \"googlecalendar\",
  \"scopes\": [
    \"calendar.events\"
  ]
}
";

const CALENDAR: &str = "base44/connectors/googlecalendar.jsonc";
const FINDING: &str = "no scope `calendar.events`";

struct Emacs {
    terminal: Terminal,
    folder: TempDir,
}

impl Emacs {
    /// Opens a file with the cursor at `line:column`; `client` starts the server: a line of the init file.
    fn open(file: &str, client: &str) -> Emacs {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("project");
        editor::write(&root, PROJECT);
        let init = format!(
            "{}
             (setq make-backup-files nil auto-save-default nil create-lockfiles nil inhibit-startup-screen t)
             (menu-bar-mode -1)
             (require 'base44-connectors)
             {client}",
            lisp_path()
        );
        fs::write(folder.path().join("init.el"), init).unwrap();
        let mut command = Command::new(terminal::editor("emacs"));
        command
            .args(["-nw", "-Q", "-l"])
            .arg(folder.path().join("init.el"))
            .arg("+4:6")
            .arg(root.join(file));
        command
            .current_dir(&root)
            .env("HOME", folder.path())
            .env("PATH", path_with_server());
        let terminal = Terminal::start(&command, 110, 30);
        Emacs { terminal, folder }
    }

    /// Runs a command by its name, typed.
    fn command(&self, name: &str) -> &Terminal {
        self.terminal.press(&["M-x"]).shows(&["M-x"]);
        self.terminal.type_text(name).press(&["Enter"])
    }

    fn saved(&self, file: &str) -> String {
        self.terminal.press(&["C-x", "C-s"]).shows(&["Wrote "]);
        fs::read_to_string(self.folder.path().join("project").join(file)).unwrap()
    }
}

/// Puts our file and those of lsp-mode where Emacs looks.
fn lisp_path() -> String {
    let packages = Path::new(ROOT).join(".tools/debian-trixie-1/usr/share/emacs/site-lisp/elpa-src/*");
    let ours = Path::new(ROOT).join("editors/emacs");
    let patience = terminal::PATIENCE.as_secs();
    format!(
        ";; The unpacked Emacs cannot start itself, for it would do so without its loader.
         (setq native-comp-jit-compilation nil native-comp-enable-subr-trampolines nil)
         ;; A slow machine is no reason to give up.
         (setq eglot-connect-timeout {patience} jsonrpc-default-request-timeout {patience} lsp-response-timeout {patience})
         (add-to-list 'load-path {ours:?})
         (dolist (folder (file-expand-wildcards {packages:?})) (add-to-list 'load-path folder))"
    )
}

const EGLOT: &str = "(add-hook 'base44-connector-mode-hook #'eglot-ensure)";

#[test]
fn emacs_with_eglot_shows_a_finding_and_mends_it() {
    let emacs = Emacs::open(CALENDAR, EGLOT);
    emacs.terminal.shows(&["[eglot:project]", "Flymake[1 0]"]);
    // The message comes with the cursor.
    emacs.terminal.press(&["C-f"]).shows(&[FINDING]);
    emacs.terminal.keep("emacs-eglot-finding");
    emacs.command("eglot-code-action-quickfix");
    emacs.terminal.shows(&["Pick an action", "Replace with"]);
    emacs.terminal.keep("emacs-eglot-actions");
    emacs
        .terminal
        .press(&["Enter"])
        .shows(&["auth/calendar.events\"", "Flymake[0 0]"]);
    assert_eq!(emacs.saved(CALENDAR), fixed_connector());
}

#[test]
fn emacs_with_eglot_completes_a_scope() {
    let emacs = Emacs::open(CALENDAR, EGLOT);
    emacs.terminal.shows(&["[eglot:project]", "Flymake[1 0]"]);
    emacs.terminal.press(&["C-a", "C-k"]).type_text("    \"calendar.ev");
    let list = emacs
        .terminal
        .press(&["C-M-i"])
        .shows(&["possible completions", "\ncalendar.events https:"]);
    emacs.terminal.keep("emacs-eglot-completion");
    let items = list
        .split("possible completions:\n")
        .nth(1)
        .unwrap()
        .replace("\\\n", "");
    let index = items.lines().position(|it| it.starts_with("calendar.events ")).unwrap();
    emacs.terminal.press(&vec!["M-Down"; index + 1]).press(&["M-Enter"]);
    emacs.terminal.shows(&["auth/calendar.events\"", "Flymake[0 0]"]);
    assert_eq!(emacs.saved(CALENDAR), fixed_connector());
}

/// lsp-mode from a script, without a screen: a finding, and its first quick fix.
#[test]
fn emacs_with_lsp_mode_shows_a_finding_and_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("project");
    editor::write(&root, PROJECT);
    let script = format!(
        "(progn
           (setq lsp-auto-guess-root t lsp-enable-snippet nil lsp-lens-enable nil lsp-session-file {:?})
           (find-file {:?})
           (lsp)
           (with-timeout ({} (error \"no finding\"))
             (while (= 0 (hash-table-count (lsp-diagnostics))) (accept-process-output nil 0.02)))
           (goto-char (point-min))
           (search-forward \"calendar.ev\")
           (let ((actions (append (lsp-code-actions-at-point) nil)))
             (princ (format \"%s\\n\" (gethash \"title\" (car actions))))
             (lsp-execute-code-action (car actions)))
           (princ (buffer-string)))",
        folder.path().join("session"),
        root.join(CALENDAR),
        // Sooner than the whole Emacs is ended, so that it is said what is missing.
        terminal::PATIENCE.as_secs() / 2,
    );
    let mut emacs = Command::new(terminal::editor("emacs"));
    emacs.args(["--batch", "-Q", "--eval"]).arg(format!(
        "(progn {} (require 'lsp-mode) (require 'base44-connectors))",
        lisp_path()
    ));
    emacs
        .arg("--eval")
        .arg(script)
        .env("HOME", folder.path())
        .env("PATH", path_with_server());
    let Output { status, stdout, stderr } = terminal::finish(&mut emacs);
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    let printed = String::from_utf8(stdout).unwrap();
    let (title, text) = printed.split_once('\n').unwrap();
    assert_eq!(title, "Replace with `https://www.googleapis.com/auth/calendar.events`");
    assert_eq!(text, fixed_connector());
}

#[test]
fn emacs_leaves_other_json_files_alone() {
    let emacs = Emacs::open("data/googlecalendar.json", EGLOT);
    let screen = emacs.terminal.shows(&["googlecalendar.json", "(JSON"]);
    assert!(!screen.contains("eglot"), "{screen}");
}

/// The connector of [`PROJECT`] without its mistake.
fn fixed_connector() -> String {
    let text = PROJECT.split("//- ").nth(2).unwrap().split_once('\n').unwrap().1;
    text.replace("calendar.events", "https://www.googleapis.com/auth/calendar.events")
}

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
#[path = "support/misspelt.rs"]
mod misspelt;
mod support;
#[path = "support/terminal.rs"]
mod terminal;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use misspelt::{CALENDAR, ELSEWHERE, FINDING, PROJECT, SCOPE, fixed, fixed_connector};
use pretty_assertions::assert_eq;
use support::api::{Api, real_cli};
use tempfile::TempDir;
use terminal::{Terminal, path_with_server, script};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

struct Emacs {
    terminal: Terminal,
    folder: TempDir,
    api: Api,
}

impl Emacs {
    /// Opens a file with the cursor at `line:column`; `client` starts the server: a line of the init file.
    fn open(file: &str, client: &str) -> Emacs {
        Emacs::open_as(PROJECT, file, client)
    }

    /// The same in another project.
    fn open_as(fixture: &str, file: &str, client: &str) -> Emacs {
        let (folder, api) = (tempfile::tempdir().unwrap(), Api::start());
        let (root, programs) = (folder.path().join("project"), folder.path().join("bin"));
        editor::write(&root, fixture);
        script(&programs.join("base44"), &format!("exec node {:?} \"$@\"", real_cli()));
        // A JSON server that nobody should start.
        script(
            &programs.join("vscode-json-language-server"),
            &format!("touch {:?}", folder.path().join("json-server")),
        );
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
            .envs(api.env())
            .env("PATH", format!("{}:{}", programs.display(), path_with_server()));
        let terminal = Terminal::start(&command, 110, 30);
        Emacs { terminal, folder, api }
    }

    /// Runs a command by its name, typed.
    fn command(&self, name: &str) -> &Terminal {
        self.terminal.press(&["M-x"]).shows(&["M-x"]);
        self.terminal.type_text(name).press(&["Enter"])
    }

    /// Pushes, answers the `question` with `answer`, and sees the result.
    fn pushes_after(&self, question: &str, answer: &str) {
        self.api.connector("hubspot", &["crm.objects.contacts.read"]);
        self.command("base44-connectors-push");
        self.terminal.shows(&["Push to the Base44 app app?", question]);
        let client = if answer.is_empty() { "eglot" } else { "lsp-mode" };
        self.terminal.keep(&format!("emacs-{client}-push"));
        assert_eq!(self.api.changes(), [""; 0], "nothing is sent before the answer");
        self.terminal.type_text(answer).press(&["Enter"]);
        self.terminal
            .shows(&["Google Calendar needs your consent in the browser"]);
        let changes = format!("PUT googlecalendar {SCOPE}");
        assert_eq!(self.api.changes(), [changes.as_str(), "DELETE hubspot"]);
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
    emacs.terminal.shows(&["[eglot:project", "Flymake[1 0]"]);
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
    emacs.terminal.shows(&["[eglot:project", "Flymake[1 0]"]);
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

const LSP_MODE: &str = "
    (require 'lsp-mode) (require 'lsp-headerline) (require 'lsp-lens) (require 'lsp-modeline)
    (require 'lsp-diagnostics) (require 'lsp-completion)
    (setq lsp-auto-guess-root t lsp-lens-enable nil lsp-enable-snippet nil)
    (add-hook 'base44-connector-mode-hook #'lsp-deferred)";

#[test]
fn emacs_with_lsp_mode_shows_a_finding_and_mends_it() {
    let emacs = Emacs::open(CALENDAR, LSP_MODE);
    emacs.terminal.shows(&["LSP[base44-connectors", "Flymake[1 0]"]);
    // What the hover says of it comes with the cursor.
    emacs
        .terminal
        .press(&["C-f"])
        .shows(&["calendar.events is no scope of"]);
    emacs.terminal.keep("emacs-lsp-mode-finding");
    emacs.command("lsp-execute-code-action");
    emacs.terminal.shows(&["Select code action"]);
    emacs.terminal.press(&["Tab"]).shows(&["Replace with"]);
    emacs.terminal.keep("emacs-lsp-mode-actions");
    emacs.terminal.type_text("Replace").press(&["Enter"]);
    emacs.terminal.shows(&["auth/calendar.events\"", "Flymake[0 0]"]);
    assert_eq!(emacs.saved(CALENDAR), fixed_connector());
    // It takes the same language, and is on the PATH.
    assert!(
        !emacs.folder.path().join("json-server").exists(),
        "the JSON server came first"
    );
}

#[test]
fn emacs_with_eglot_pushes_after_a_question() {
    let emacs = Emacs::open_as(&fixed(), CALENDAR, EGLOT);
    emacs.terminal.shows(&["[eglot:project"]);
    emacs.pushes_after("Choose an option: Push googlecalendar, remove hubspot", "");
}

#[test]
fn emacs_with_lsp_mode_pushes_after_a_question() {
    let emacs = Emacs::open_as(&fixed(), CALENDAR, LSP_MODE);
    // Before it is initialized, that is said behind its name.
    emacs.terminal.shows_where("the server is there", |it| {
        it.contains("LSP[base44-connectors") && !it.contains("/starting")
    });
    emacs.pushes_after("Remove hubspot (1 scope)", "Push googlecalendar, remove hubspot");
}

/// Emacs loads the file as a user's package manager compiles it: with every warning an error.
#[test]
fn the_file_for_emacs_compiles_without_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("base44-connectors.el");
    fs::copy(Path::new(ROOT).join("editors/emacs/base44-connectors.el"), &copy).unwrap();
    let mut emacs = Command::new(terminal::editor("emacs"));
    emacs.args(["--batch", "-Q", "--eval"]).arg(
        "(setq native-comp-jit-compilation nil native-comp-enable-subr-trampolines nil byte-compile-error-on-warn t)",
    );
    emacs
        .args(["-f", "batch-byte-compile"])
        .arg(&copy)
        .env("HOME", folder.path());
    let Output { status, stderr, .. } = terminal::finish(&mut emacs);
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
}

#[test]
fn emacs_leaves_other_json_files_alone() {
    let emacs = Emacs::open(ELSEWHERE, EGLOT);
    let screen = emacs.terminal.shows(&["googlecalendar.json", "(JSON"]);
    assert!(!screen.contains("eglot"), "{screen}");
}

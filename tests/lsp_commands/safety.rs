//! What a project, a server or an end must not be able to do, whichever command runs.

use std::fs;

use lsp_types::{MessageType, Url};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::desk::{AUTHORIZE, Desk, PLAN, PROJECT, PULL, PUSH, REFRESH, SLACK, TWO};
use crate::editor::everything;
use crate::support::api::{Answer, Api};

/// Runs every command that reaches Base44 to its end.
fn run_everything(desk: &mut Desk) {
    for command in [PLAN, PULL, REFRESH, PUSH, AUTHORIZE] {
        let started = desk.run(command, SLACK);
        match command {
            PLAN => drop(desk.document(true)),
            PULL => {
                desk.document(true);
                desk.press("Cancel");
            }
            PUSH => {
                desk.press("Push 2 connectors");
                desk.message();
                desk.press("Later");
                desk.press("Later");
            }
            AUTHORIZE => {
                desk.press("Authorize Slack User");
                desk.press("Later");
            }
            _ => drop(desk.message()),
        }
        desk.editor.client.response(&started.0).unwrap();
    }
}

#[test]
fn a_dot_env_of_the_project_redirects_no_command() {
    let trap = Api::start();
    let ran = tempfile::tempdir().unwrap();
    let script = ran.path().join("trap.js");
    let trace = ran.path().join("ran");
    let text = format!("require('fs').writeFileSync({:?}, '')", trace.display().to_string());
    fs::write(&script, text).unwrap();
    let url = trap.url();
    let lines = format!(
        "BASE44_API_URL={url}\nBASE44_PROJECTS_BASE44_API_URL={url}\nBASE44_APP_ID=trap\nBASE44_API_KEY=b44k_trap\n\
         NODE_OPTIONS=--require={}\nHOME={}\n",
        script.display(),
        ran.path().display()
    );
    let mut desk = Desk::open(TWO);
    desk.api.available("acme", "Acme");
    for folder in ["", "base44/", "base44/connectors/"] {
        for name in [".env", ".env.local", ".npmrc"] {
            fs::write(desk.editor.path(&format!("{folder}{name}")), &lines).unwrap();
        }
    }
    run_everything(&mut desk);
    assert_eq!(trap.log(), [""; 0]);
    assert!(!trace.exists(), "code of the project has run");
    for request in desk.api.requests() {
        assert!(request.path.starts_with("/api/apps/app/"), "{}", request.path);
    }
    desk.finish();
}

#[test]
fn no_command_but_a_push_removes_or_sets_anything_beyond_its_connector() {
    let mut desk = Desk::open(PROJECT);
    desk.api
        .connector("hubspot", &["oauth"])
        .connector("slack", &["users:write"]);
    desk.api.available("acme", "Acme");
    for command in [PLAN, REFRESH] {
        let started = desk.run(command, SLACK);
        match command {
            PLAN => drop(desk.document(true)),
            _ => drop(desk.message()),
        }
        desk.editor.client.response(&started.0).unwrap();
    }
    let started = desk.run(PULL, SLACK);
    desk.document(true);
    desk.press("Write hubspot.jsonc and slack.jsonc");
    desk.message();
    desk.done(&started);
    assert_eq!(desk.api.changes(), [""; 0]);
    let started = desk.run(AUTHORIZE, SLACK);
    desk.press("Authorize Slack User");
    desk.message();
    desk.done(&started);
    assert_eq!(desk.api.changes(), ["PUT slack users:write"]);
    assert!(desk.api.connectors().contains_key("hubspot"));
    desk.finish();
}

#[test]
fn two_projects_of_one_editor_can_be_pushed_at_once() {
    let one = PROJECT.replace("//- ", "//- one/");
    let other = PROJECT.replace("//- ", "//- other/").replace("\"app\"", "\"other\"");
    let mut desk = Desk::open(&format!("{one}{other}"));
    let first = desk.run(PUSH, &format!("one/{SLACK}"));
    let question = desk.question();
    assert!(question.message.contains("the Base44 app app?"), "{question:?}");
    desk.api.on("PUT slack", Answer::Hang);
    desk.answer(&question, Some("Push slack"));
    desk.api.wait_for("PUT slack");
    let second = desk.run(PUSH, &format!("other/{SLACK}"));
    let question = desk.question();
    assert!(question.message.contains("the Base44 app other?"), "{question:?}");
    desk.answer(&question, Some("Cancel"));
    desk.done(&second);
    let cancel = json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": first.0 } });
    desk.editor.client.send(&cancel);
    desk.editor.client.response(&first.0).unwrap_err();
    desk.api.wait_for_silence();
    let of_other = |it: &&crate::support::api::Request| it.path.starts_with("/api/apps/other/");
    let requests = desk.api.requests();
    assert!(requests.iter().filter(of_other).all(|it| it.method == "GET"));
    desk.finish();
}

#[test]
fn a_server_that_goes_away_during_a_push_is_told_connector_by_connector() {
    let mut desk = Desk::open(TWO);
    desk.api.on("PUT slack", Answer::Hang);
    let started = desk.run(PUSH, SLACK);
    desk.press("Push 2 connectors");
    desk.api.wait_for("PUT slack");
    desk.api.stop();
    let (kind, done) = desk.message();
    assert_eq!(kind, MessageType::INFO);
    assert!(done.starts_with("Notion: pushed; it works once"), "{done}");
    let (kind, failed) = desk.message();
    assert_eq!(kind, MessageType::ERROR);
    assert!(failed.starts_with("Slack User: not pushed."), "{failed}");
    let (kind, unknown) = desk.message();
    assert_eq!(kind, MessageType::WARNING);
    assert!(unknown.contains("could not be compared"), "{unknown}");
    desk.press("Later");
    desk.done(&started);
    desk.finish();
}

/// A setting is the user's. What lies in the project names no program.
#[test]
fn no_file_of_the_project_says_which_program_runs() {
    let nowhere = tempfile::tempdir().unwrap();
    let path = nowhere.path().to_str().unwrap();
    let set =
        r#"{ "cli": { "command": ["sh", "-c", "touch ran"] }, "cli.command": ["touch", "ran"], "trusted": true }"#;
    let files = [
        "base44/base44-connectors-ls.jsonc",
        ".vscode/settings.json",
        "base44/config.jsonc",
    ];
    let files: String = files.map(|it| format!("//- {it}\n{set}\n")).concat();
    let project = PROJECT.replacen("//- base44/config.jsonc\n{}\n", "", 1) + &files;
    let mut options = json!({ "trusted": false });
    let mut desk = Desk::open_with(&project, everything(), options.clone(), &[("PATH", path)]);
    let message = desk.refusal(PUSH, SLACK);
    assert!(message.starts_with("This workspace is not trusted"), "{message}");
    assert!(!desk.editor.path("ran").exists());
    desk.finish();

    options["trusted"] = json!(true);
    // A mistake in our config file would be a reason of its own.
    let project = project.replace("base44/base44-connectors-ls.jsonc", "ours.jsonc");
    let mut desk = Desk::open_with(&project, everything(), options, &[("PATH", path)]);
    let message = desk.refusal(PUSH, SLACK);
    assert!(message.starts_with("The base44 CLI was not found."), "{message}");
    assert!(!desk.editor.path("ran").exists());
    desk.finish();
}

#[test]
fn a_page_that_is_no_web_page_is_never_opened() {
    let mut desk = Desk::open(PROJECT);
    let answer = json!({
        "redirect_url": "vscode://evil/x", "connection_id": "c", "already_authorized": false,
        "error": null, "error_message": null, "other_user_email": null,
    });
    desk.api.on("PUT slack", Answer::Json(200, answer));
    let started = desk.run(PUSH, SLACK);
    desk.press("Push slack");
    let (kind, message) = desk.message();
    assert_eq!(kind, MessageType::ERROR);
    assert!(message.contains("Base44 gave no page"), "{message}");
    desk.done(&started);
    desk.finish();
}

#[test]
fn a_folder_that_cannot_be_read_is_not_an_empty_one() {
    let mut desk = Desk::open(PROJECT);
    desk.api.connector("slack", &["chat:write"]);
    let folder = desk.editor.path("base44/connectors");
    desk.editor.did_open("base44/config.jsonc");
    desk.editor.await_version("base44/config.jsonc", 1);
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, "a file").unwrap();
    for command in [PUSH, PLAN] {
        let message = desk.refusal(command, "base44/config.jsonc");
        assert!(!message.is_empty());
    }
    assert_eq!(desk.api.changes(), [""; 0]);
    desk.finish();
}

#[test]
fn an_argument_that_names_a_foreign_place_is_refused() {
    let mut desk = Desk::open(PROJECT);
    for uri in [
        "untitled:Untitled-1",
        "https://example.org/slack.jsonc",
        "file:///nowhere/slack.jsonc",
    ] {
        for command in [PUSH, PULL, REFRESH] {
            let started = desk.run_with(command, vec![json!({ "uri": Url::parse(uri).unwrap() })]);
            assert_eq!(desk.message().1, "This file is in no Base44 project.");
            desk.done(&started);
        }
    }
    assert_eq!(desk.api.log(), [""; 0]);
    desk.finish();
}

/// The CLI that is at work when the session ends, and what it has started.
#[cfg(unix)]
mod the_end {
    use std::io::Read as _;
    use std::process::Command;
    use std::sync::mpsc;

    use pretty_assertions::assert_eq;

    use super::{Desk, PLAN, PROJECT, SLACK, everything, fs, json};
    use crate::desk::Started;
    use crate::support::patience::PATIENCE;

    /// A CLI with a child that ignores SIGTERM. Both hold the pipe.
    const IN_SHELL: &str = "\
[ \"$1\" = --version ] && echo 0.1.18 && exit
exec 3>'PIPE'
(trap '' TERM HUP; exec sleep 1000) &
echo >&3
wait
";

    /// The same for Node.js, as the real one is.
    const IN_NODE: &str = "\
if (process.argv[2] === '--version') {
    console.log('0.1.18');
} else {
    const pipe = require('fs').openSync('PIPE', 'w');
    require('child_process').spawn('sleep', ['1000'], { stdio: ['ignore', pipe, 'ignore'] });
    require('fs').writeSync(pipe, ' ');
    setInterval(() => {}, 1000);
}
";

    /// Runs a CLI with a child, ends the session by `end`, and waits until both are gone.
    fn ends_everything(end: impl FnOnce(Desk, Started)) {
        ends_everything_of("sh", IN_SHELL, end);
    }

    fn ends_everything_of(interpreter: &str, script: &str, end: impl FnOnce(Desk, Started)) {
        let folder = tempfile::tempdir().unwrap();
        let (cli, pipe) = (folder.path().join("base44"), folder.path().join("pipe"));
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        // The pipe ends when the last process that holds it has ended.
        let script = script.replace("PIPE", &pipe.display().to_string());
        // Not executed itself: a file just written may still be open in a child of another test, and cannot be run.
        fs::write(&cli, script).unwrap();
        let mut desk = Desk::open_with(PROJECT, everything(), json!({ "cli.command": [interpreter, cli] }), &[]);
        let started = desk.run(PLAN, SLACK);
        let (said, heard) = mpsc::channel();
        std::thread::spawn(move || {
            let mut pipe = fs::File::open(pipe).unwrap();
            pipe.read_exact(&mut [0]).unwrap();
            said.send("started").unwrap();
            pipe.read_to_end(&mut Vec::new()).unwrap();
            said.send("ended").unwrap();
        });
        assert_eq!(heard.recv_timeout(PATIENCE), Ok("started"));
        desk.editor
            .client
            .ignore_unread(&["textDocument/publishDiagnostics", "window/showMessage"]);
        end(desk, started);
        assert_eq!(heard.recv_timeout(PATIENCE), Ok("ended"), "a process is left over");
    }

    #[test]
    fn a_shutdown_ends_the_cli_and_its_children() {
        ends_everything(|mut desk, started| {
            let id = desk.editor.client.start_bare("shutdown");
            desk.editor.client.response(&id).unwrap();
            // `plan` answers, too.
            let _ = desk.editor.client.response(&started.0);
            assert_eq!(desk.editor.client.exit(), 0);
        });
    }

    #[test]
    fn an_editor_that_dies_takes_the_cli_and_its_children_along() {
        ends_everything(|desk, _| assert_eq!(desk.editor.client.close_input(), 1));
    }

    #[test]
    fn a_server_that_is_killed_outright_takes_the_cli_and_its_children_along() {
        ends_everything_of("node", IN_NODE, |desk, _| {
            let pid = desk.editor.client.pid().to_string();
            let killed = Command::new("kill").args(["-s", "KILL", &pid]).status();
            assert!(killed.unwrap().success());
            assert_eq!(desk.editor.client.wait(), -1, "ended by a signal");
        });
    }

    #[test]
    fn a_server_that_is_told_to_end_takes_the_cli_and_its_children_along() {
        for signal in ["TERM", "INT", "HUP"] {
            ends_everything(|desk, _| {
                let pid = desk.editor.client.pid().to_string();
                let killed = Command::new("kill").args(["-s", signal, &pid]).status();
                assert!(killed.unwrap().success());
                assert_eq!(desk.editor.client.wait(), 1);
            });
        }
    }
}

//! The real Neovim in a real terminal, with `editors/neovim` as a user has it and the shipped binary as the server.

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
use std::path::{Path, PathBuf};
use std::process::Command;

use misspelt::{CALENDAR, PROJECT};
use pretty_assertions::assert_eq;
use serde::de::DeserializeOwned;
use serde_json::json;
use support::api::{Api, real_cli};
use tempfile::TempDir;
use terminal::{Terminal, finish, path_with_server, wait};

const PLUGIN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/editors/neovim");

/// Where it listens, seen from the project: the name of a socket may not be long, and that of a temporary folder may be.
const SOCKET: &str = "../socket";

/// Neovim with a project, and Base44's API on this machine for its CLI.
struct Neovim {
    terminal: Terminal,
    folder: TempDir,
    api: Api,
    /// The editor behind the terminal's user interface, which a question can keep alive without one.
    process: Option<String>,
}

impl Drop for Neovim {
    fn drop(&mut self) {
        if let Some(process) = &self.process {
            let _ = Command::new("kill").args(["-KILL", process]).status();
        }
    }
}

impl Neovim {
    fn open(fixture: &str, file: &str) -> Neovim {
        Neovim::open_with(fixture, file, "", 24)
    }

    /// Opens a file of a project (in a folder of its own, as its root) with `settings` (Lua) before the lines that a user writes.
    fn open_with(fixture: &str, file: &str, settings: &str, rows: u16) -> Neovim {
        let (folder, api) = (tempfile::tempdir().unwrap(), Api::start());
        let root = folder.path().join("project");
        editor::write(&root, fixture);
        let programs = folder.path().join("bin");
        terminal::json_server(&programs, &folder.path().join("heard"));
        let options = json!({ "cli": { "command": ["node", real_cli()] } });
        let [as_the_page_says] = snippets("README.md", "```lua\n", "```\n").try_into().unwrap();
        let init = format!(
            "vim.diagnostic.config({{ virtual_text = true }})
             vim.lsp.config('base44_connectors', {{ init_options = vim.json.decode([==[{options}]==]) }})
             vim.ui.open = function(page)
                 vim.g.opened = page
                 return {{ wait = function() return {{ code = 0 }} end }}
             end
             {settings}
             {}",
            as_the_page_says.replace("/path/to/base44-connectors-ls/editors/neovim", PLUGIN)
        );
        fs::write(folder.path().join("init.lua"), init).unwrap();

        let mut command = Command::new(terminal::editor("nvim"));
        command
            .args(["-n", "-i", "NONE", "-u"])
            .arg(folder.path().join("init.lua"));
        command.args(["--listen", SOCKET]).arg(root.join(file));
        command
            .current_dir(&root)
            .envs(api.env())
            .env("PATH", format!("{}:{}", programs.display(), path_with_server()));
        let mut neovim = Neovim {
            terminal: Terminal::start(&command, 110, rows).with_log(api.home().join(".local/state/nvim/lsp.log")),
            folder,
            api,
            process: None,
        };
        let process = wait(
            "Neovim listens",
            || neovim.remote("getpid()").ok(),
            || neovim.terminal.state(),
        );
        neovim.process = Some(process);
        neovim
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join("project").join(relative)
    }

    /// Evaluates Vim script in the running editor.
    fn remote(&self, expression: &str) -> Result<String, String> {
        let mut command = Command::new(terminal::editor("nvim"));
        command.current_dir(self.path("")).args(["--server", SOCKET]);
        // It does not answer while it waits for a key.
        let output = finish(command.args(["--remote-expr", expression]));
        match output.status.success() {
            true => Ok(String::from_utf8(output.stdout).unwrap()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    /// The value of a Lua expression in the running editor.
    #[track_caller]
    fn lua<T: DeserializeOwned>(&self, expression: &str) -> T {
        let quoted = format!("vim.json.encode({expression})").replace('\'', "''");
        let printed = self
            .remote(&format!("luaeval('{quoted}')"))
            .unwrap_or_else(|error| panic!("{expression}: no answer: {error}\n{}", self.terminal.state()));
        serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{expression}: {error}: {printed}"))
    }

    /// Waits until a Lua expression has this value.
    #[track_caller]
    fn becomes<T: DeserializeOwned + PartialEq + std::fmt::Debug>(&self, expression: &str, expected: &T) {
        let now = || self.lua::<T>(expression);
        wait(
            &format!("{expression} is {expected:?}"),
            || (now() == *expected).then_some(()),
            || format!("It is {:?} on\n{}", now(), self.terminal.state()),
        );
    }

    /// Runs a command line, typed.
    fn command(&self, line: &str) {
        self.terminal
            .press(&["Escape"])
            .type_text(&format!(":{line}"))
            .press(&["Enter"]);
    }

    /// Waits for these findings of the current buffer: their codes, by line.
    #[track_caller]
    fn has_findings(&self, codes: &[&str]) {
        let codes: Vec<String> = codes.iter().map(|&it| it.to_owned()).collect();
        self.becomes(
            "vim.tbl_map(function(it) return it.code end, vim.diagnostic.get(0))",
            &codes,
        );
    }

    /// The root of the server that a file makes Neovim start or use, if any, as seen right after opening it.
    fn root_for(&self, relative: &str) -> Option<String> {
        let path = self.path(relative);
        // As a variable: an expression would take a blank in the path for the end of the name.
        let path = path.display().to_string().replace('\'', "''");
        self.remote(&format!("execute('edit '.fnameescape('{path}'))")).unwrap();
        let roots: Vec<String> = self.lua(
            "vim.tbl_map(function(it) return it.root_dir end, vim.lsp.get_clients({ bufnr = 0, _uninitialized = true }))",
        );
        assert!(roots.len() < 2, "one server per file: {roots:?}");
        let root = roots.first()?;
        let all = self.folder.path().join("project");
        Some(Path::new(root).strip_prefix(all).unwrap().display().to_string())
    }
}

#[test]
fn attaches_to_what_belongs_to_a_project_and_to_nothing_else() {
    let neovim = Neovim::open(
        "\
//- package.json
{}
//- data/connectors/list.json
{}
//- shop/base44/config.jsonc
{}
//- shop/base44/connectors/slack.jsonc
{}
//- shop/base44/connectors/old/slack.json
{}
//- shop/base44/connectors/slack.json5
{}
//- shop/base44/entities/task.jsonc
{}
//- shop/base44/functions/remind/entry.ts
export {}
//- shop/base44/shared/slack.ts
export {}
//- shop/base44/actors/a/entry.ts
export {}
//- shop/src/App.jsx
export {}
//- shop/base44-connectors-ls.jsonc
{}
//- elsewhere/base44/config.jsonc
// \"connectorsDir\": \"no\"
{ \"site\": \"https://example.com\", \"connectorsDir\": \"../services\", \"functionsDir\": \"/code\" }
//- elsewhere/services/slack.jsonc
{}
//- elsewhere/no/slack.jsonc
{}
//- elsewhere/base44/code/a/index.js
export {}
//- flat/config.json
{}
//- flat/connectors/slack.jsonc
{}
//- unconfigured/base44/connectors/slack.jsonc
{}
//- foreign/config.json
{}
//- foreign/settings.json
{}
",
        "package.json",
    );
    let attached: Vec<_> = [
        "package.json",
        "data/connectors/list.json",
        "shop/base44/config.jsonc",
        "shop/base44/connectors/slack.jsonc",
        "shop/base44/connectors/old/slack.json",
        "shop/base44/connectors/slack.json5",
        "shop/base44/entities/task.jsonc",
        "shop/base44/functions/remind/entry.ts",
        "shop/base44/shared/slack.ts",
        "shop/base44/actors/a/entry.ts",
        "shop/src/App.jsx",
        "shop/base44-connectors-ls.jsonc",
        "elsewhere/services/slack.jsonc",
        "elsewhere/no/slack.jsonc",
        "elsewhere/base44/code/a/index.js",
        "flat/connectors/slack.jsonc",
        "unconfigured/base44/connectors/slack.jsonc",
        "foreign/config.json",
        "foreign/settings.json",
    ]
    .into_iter()
    .filter_map(|file| Some(format!("{file} -> {}", neovim.root_for(file)?)))
    .collect();
    assert_eq!(
        attached,
        [
            "shop/base44/config.jsonc -> shop",
            "shop/base44/connectors/slack.jsonc -> shop",
            "shop/base44/connectors/old/slack.json -> shop",
            "shop/base44/connectors/slack.json5 -> shop",
            "shop/base44/functions/remind/entry.ts -> shop",
            "shop/base44/shared/slack.ts -> shop",
            "shop/base44/actors/a/entry.ts -> shop",
            "shop/base44-connectors-ls.jsonc -> shop",
            "elsewhere/services/slack.jsonc -> elsewhere",
            "elsewhere/base44/code/a/index.js -> elsewhere",
            "flat/connectors/slack.jsonc -> flat",
            "unconfigured/base44/connectors/slack.jsonc -> unconfigured",
        ]
    );
}

#[test]
fn shows_a_finding_with_its_message() {
    let neovim = Neovim::open(PROJECT, CALENDAR);
    neovim.has_findings(&["unknown-scope"]);
    neovim.terminal.shows(&["no scope `calendar.events`"]);
    neovim.terminal.keep("neovim-finding");
}

#[test]
fn completes_a_scope_by_its_parts() {
    let neovim = Neovim::open(PROJECT, CALENDAR);
    neovim.has_findings(&["unknown-scope"]);
    // A line below the brackets of `scopes`, in place of what is there.
    neovim.terminal.press(&["4", "G", "C"]).type_text("    \"cal.ev");
    neovim.terminal.press(&["C-x", "C-o"]);
    neovim.becomes("vim.fn.complete_info().selected", &0);
    neovim.terminal.shows(&["calendar.events.readonly"]);
    neovim.terminal.keep("neovim-completion");
    let labels: Vec<String> = neovim.lua("vim.tbl_map(function(it) return it.abbr end, vim.fn.complete_info().items)");
    let index = labels.iter().position(|it| it == "calendar.events").unwrap();
    neovim.terminal.press(&vec!["C-n"; index]);
    neovim.becomes("vim.fn.complete_info().selected", &index);
    neovim.terminal.press(&["C-y", "Escape"]);
    neovim.becomes(
        "vim.api.nvim_buf_get_lines(0, 3, 4, true)[1]",
        &"    \"https://www.googleapis.com/auth/calendar.events\"".to_owned(),
    );
    neovim.has_findings(&[]);
}

/// By the access and words of the summary. Neovim leaves out what does not have these letters in this order, and sorts nothing.
#[test]
fn completes_a_scope_by_what_it_allows() {
    let neovim = Neovim::open(PROJECT, CALENDAR);
    neovim.has_findings(&["unknown-scope"]);
    neovim.terminal.press(&["4", "G", "C"]).type_text("    \"read cal");
    neovim.terminal.press(&["C-x", "C-o"]);
    neovim.becomes("vim.fn.complete_info().selected", &0);
    let labels: Vec<String> = neovim.lua("vim.tbl_map(function(it) return it.abbr end, vim.fn.complete_info().items)");
    assert!(!labels.contains(&"openid".to_owned()), "{labels:#?}");
    let index = labels.iter().position(|it| it == "calendar.readonly").unwrap();
    neovim.terminal.press(&vec!["C-n"; index]);
    neovim.becomes("vim.fn.complete_info().selected", &index);
    neovim.terminal.press(&["C-y", "Escape"]);
    neovim.becomes(
        "vim.api.nvim_buf_get_lines(0, 3, 4, true)[1]",
        &"    \"https://www.googleapis.com/auth/calendar.readonly\"".to_owned(),
    );
    neovim.has_findings(&[]);
}

#[test]
fn applies_a_quick_fix() {
    let neovim = Neovim::open(PROJECT, CALENDAR);
    neovim.has_findings(&["unknown-scope"]);
    neovim.terminal.press(&["4", "G", "w"]).type_text("gra");
    let menu = neovim.terminal.shows(&["Code actions:", "/calendar.events"]);
    neovim.terminal.keep("neovim-code-actions");
    neovim.terminal.draw("editors/neovim/code-actions.svg");
    let line = menu.lines().find(|it| it.contains("/calendar.events`")).expect(&menu);
    let number = line.split(':').next().unwrap().trim();
    neovim.terminal.type_text(number).press(&["Enter"]);
    neovim.has_findings(&[]);
    neovim.becomes(
        "vim.api.nvim_buf_get_lines(0, 3, 4, true)[1]",
        &"    \"https://www.googleapis.com/auth/calendar.events\"".to_owned(),
    );
}

#[test]
fn pushes_after_a_question() {
    let slack = "\
//- base44/config.jsonc
{}
//- base44/.app.jsonc
{ \"id\": \"app\" }
//- base44/connectors/slack.jsonc
{
  \"type\": \"slack\",
  \"scopes\": [\"chat:write\"]
}
";
    let neovim = Neovim::open(slack, "base44/connectors/slack.jsonc");
    neovim.api.connector("hubspot", &["crm.objects.contacts.read"]);
    neovim.has_findings(&[]);
    neovim.becomes("#vim.lsp.get_clients({ bufnr = 0 })", &1);

    neovim.command("Base44Push");
    neovim.terminal.shows(&["remove hubspot", "Cancel"]);
    neovim.terminal.keep("neovim-push-question");
    assert_eq!(neovim.api.changes(), [""; 0], "nothing is sent before the answer");

    neovim.terminal.type_text("1").press(&["Enter"]);
    neovim.api.wait_for("DELETE hubspot");
    neovim
        .terminal
        .shows(&["Slack User: pushed", "HubSpot: removed from Base44."]);
    neovim.terminal.keep("neovim-push-result");
    neovim.terminal.press(&["Enter"]).shows(&["1: Open consent page"]);
    neovim.terminal.type_text("1").press(&["Enter"]);
    let opened = || neovim.lua::<Option<String>>("vim.g.opened");
    let page = wait("the consent page opens", opened, || neovim.terminal.state());
    assert!(page.starts_with("https://consent.example/slack"), "{page}");
    assert_eq!(neovim.api.changes(), ["PUT slack chat:write", "DELETE hubspot"]);
}

/// `docs/push.md` is what this test sees; `UPDATE_GOLDEN=1` writes it anew.
#[test]
fn a_push_is_recorded_from_the_plan_to_the_result() {
    let project = "\
//- base44/config.jsonc
{}
//- base44/.app.jsonc
{ \"id\": \"shop\" }
//- base44/connectors/slack.jsonc
{
  \"type\": \"slack\",
  \"scopes\": [\"chat:write\"]
}
";
    let neovim = Neovim::open(project, "base44/connectors/slack.jsonc");
    neovim.api.connector("hubspot", &["crm.objects.contacts.read"]);
    neovim.has_findings(&[]);
    neovim.becomes("#vim.lsp.get_clients({ bufnr = 0 })", &1);
    let mut record = Record::default();
    let screen = |parts: &[&str]| neovim.terminal.shows(parts);

    neovim.command("Base44Plan");
    record.add(
        "`:Base44Plan` shows what a push would do",
        &screen(&["hubspot", "New: 1"]),
    );
    neovim.command("bdelete");
    neovim.command("Base44Push");
    let question = screen(&["2: Cancel", "Type number"]);
    record.add("`:Base44Push` asks, and names what will happen", &question);
    assert_eq!(neovim.api.changes(), [""; 0], "nothing is sent before the answer");

    neovim.terminal.type_text("1").press(&["Enter"]);
    let result = screen(&["Slack User: pushed", "HubSpot: removed from Base44."]);
    record.add("`1` carries it out, and each connector's end is said", &result);
    neovim.terminal.press(&["Enter"]);
    record.add(
        "The consent page is offered",
        &screen(&["1: Open consent page", "Type number"]),
    );
    neovim.terminal.type_text("1").press(&["Enter"]);
    let opened = || neovim.lua::<Option<String>>("vim.g.opened");
    let page = wait("the consent page opens", opened, || neovim.terminal.state());
    record.note("`1` opens this page in the browser", &page);
    let check = screen(&["1: Check now", "Type number"]);
    record.add("Once the user has consented there, Base44 is asked", &check);
    neovim.api.consent("slack");
    neovim.terminal.type_text("1").press(&["Enter"]);
    record.add("`1` finds out how it ended", &screen(&["Slack User is authorized."]));
    record.note(
        "Base44 was asked to change this, and nothing else",
        &neovim.api.changes().join("\n"),
    );
    record.is(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/push.md")));
}

/// What was seen, as a page of the documentation.
#[derive(Default)]
struct Record(String);

impl Record {
    /// Adds what a screen shows below the text of the file.
    fn add(&mut self, title: &str, screen: &str) {
        let lines = screen.lines().map(str::trim_end);
        let text = lines.filter(|it| !matches!(*it, "" | "~") && !it.starts_with(':'));
        // The status line has a path that is another each time.
        let text = text.map(|it| {
            it.split_whitespace()
                .find(|it| it.ends_with("/plan-shop.md"))
                .map_or(it, |_| "plan-shop.md")
        });
        self.note(title, &text.collect::<Vec<_>>().join("\n"));
    }

    fn note(&mut self, title: &str, text: &str) {
        self.0 += &format!("\n## {title}\n\n````text\n{text}\n````\n");
    }

    /// Compares it with the page, or makes it the page.
    #[track_caller]
    fn is(&self, page: &Path) {
        let head = "# A push, as Neovim shows it\n\nRecorded by `tests/neovim.rs` in a real terminal, with the real `base44` CLI and Base44's API \
                    on the same machine.\n";
        let text = format!("{head}{}", self.0);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(page, &text).unwrap();
        }
        assert_eq!(
            text,
            fs::read_to_string(page).unwrap(),
            "run with UPDATE_GOLDEN=1 and look at it"
        );
    }
}

#[test]
fn pull_shows_what_it_would_do_and_asks() {
    let neovim = Neovim::open(&sound(), CALENDAR);
    neovim.api.connector("hubspot", &["crm.objects.contacts.read"]);
    neovim.becomes("#vim.lsp.get_clients({ bufnr = 0 })", &1);
    neovim.command("Base44Pull");
    let question = neovim.terminal.shows(&["hubspot", "Type number"]);
    neovim.terminal.keep("neovim-pull-question");
    choose(&neovim, &question, "Cancel");
    assert!(!neovim.path("base44/connectors/hubspot.jsonc").exists());
}

#[test]
fn authorize_asks_and_opens_the_consent_page() {
    let neovim = Neovim::open(&sound(), CALENDAR);
    neovim.becomes("#vim.lsp.get_clients({ bufnr = 0 })", &1);
    neovim.command("Base44Authorize");
    neovim.terminal.shows(&["Google Calendar", "2: Cancel", "Type number"]);
    neovim.terminal.keep("neovim-authorize-question");
    assert_eq!(neovim.api.changes(), [""; 0], "nothing is sent before the answer");
    neovim.terminal.type_text("1").press(&["Enter"]);
    neovim
        .api
        .wait_for("PUT googlecalendar https://www.googleapis.com/auth/calendar.events");
}

#[test]
fn refresh_asks_base44_for_its_services() {
    let neovim = Neovim::open(&sound(), CALENDAR);
    neovim.becomes("#vim.lsp.get_clients({ bufnr = 0 })", &1);
    neovim.command("Base44Refresh");
    neovim.api.wait_for("GET available-integrations");
}

/// A code lens that counts uses has this command, which only the client can carry out.
#[test]
fn lists_the_uses_of_a_connector() {
    let code = "//- base44/functions/plan/entry.ts\n\nawait connectors.getConnection(\"googlecalendar\");\n";
    let neovim = Neovim::open(&format!("{PROJECT}{code}"), CALENDAR);
    neovim.has_findings(&["unknown-scope"]);
    let uri = format!("file://{}", neovim.path(CALENDAR).display());
    let command = json!({
        "title": "1 backend use",
        "command": "base44-connectors.showReferences",
        "arguments": [uri, { "line": 1, "character": 11 }],
    });
    let command = format!("vim.json.decode([==[{command}]==])");
    neovim
        .remote(&format!("luaeval('vim.lsp.get_clients()[1]:exec_cmd({command})')"))
        .unwrap();
    neovim.becomes("vim.bo.filetype", &"qf".to_owned());
    let places: Vec<(u32, u32)> =
        neovim.lua("vim.tbl_map(function(it) return { it.lnum, it.col } end, vim.fn.getqflist())");
    assert_eq!(places, [(2, 33)]);
}

#[test]
fn a_command_outside_of_any_project_says_so() {
    let neovim = Neovim::open("//- notes.json\n{}\n", "notes.json");
    neovim.command("Base44Push");
    neovim.terminal.shows(&["No Base44 project is open here"]);
    assert_eq!(neovim.api.log(), [""; 0]);
}

#[test]
fn the_health_check_names_the_server_and_its_project() {
    let neovim = Neovim::open(PROJECT, CALENDAR);
    neovim.has_findings(&["unknown-scope"]);
    neovim.command("checkhealth base44_connectors");
    neovim.becomes("vim.bo.filetype", &"checkhealth".to_owned());
    let report = neovim
        .lua::<Vec<String>>("vim.api.nvim_buf_get_lines(0, 0, -1, true)")
        .join("\n");
    neovim.terminal.keep("neovim-health");
    let version = format!("base44-connectors-ls {}", env!("CARGO_PKG_VERSION"));
    for part in [version.as_str(), "OK Enabled", "with 1 buffer(s)", "can use `"] {
        assert!(report.contains(part), "no {part:?} in\n{report}");
    }
    assert!(!report.contains("ERROR") && !report.contains("WARNING"), "{report}");
}

#[test]
fn the_health_check_says_what_to_do_without_a_server() {
    let settings = "vim.lsp.config('base44_connectors', { cmd = { 'no-such-server' } })";
    let neovim = Neovim::open_with(PROJECT, "base44/.app.jsonc", settings, 24);
    neovim.command("checkhealth base44_connectors");
    neovim.becomes("vim.bo.filetype", &"checkhealth".to_owned());
    let report = neovim
        .lua::<Vec<String>>("vim.api.nvim_buf_get_lines(0, 0, -1, true)")
        .join("\n");
    assert!(report.contains("ERROR `no-such-server` is not executable"), "{report}");
    assert!(report.contains("npm install --global base44-connectors-ls"), "{report}");
}

#[test]
fn the_help_page_is_found() {
    let neovim = Neovim::open(PROJECT, CALENDAR);
    // A plugin manager makes the tags; here in a copy.
    let copy = neovim.folder.path().join("copy/doc");
    fs::create_dir_all(&copy).unwrap();
    let page = Path::new(PLUGIN).join("doc/base44_connectors.txt");
    fs::copy(page, copy.join("base44_connectors.txt")).unwrap();
    let copy = copy.display().to_string().replace('\'', "''");
    for command in [
        format!("helptags '.fnameescape('{copy}')"),
        format!("set runtimepath^='.fnameescape('{copy}/..')"),
    ] {
        neovim.remote(&format!("execute('{command})")).unwrap();
    }
    for subject in [
        "base44_connectors",
        ":Base44Push",
        ":Base44AddConnector",
        "base44_connectors-attach",
    ] {
        neovim.command(&format!("help {subject}"));
        let tag = format!("*{subject}*");
        neovim.becomes("vim.bo.filetype", &"help".to_owned());
        neovim.becomes("vim.api.nvim_get_current_line():match('%*%S+%*')", &tag);
    }
}

#[test]
fn the_form_of_nvim_lspconfig_finds_the_same_root() {
    let neovim = Neovim::open(PROJECT, CALENDAR);
    let config = "require('lspconfig.configs.base44_connectors').default_config";
    let has_command = "vim.lsp.commands['base44-connectors.showReferences'] ~= nil";
    assert!(!neovim.lua::<bool>(has_command));
    let root: PathBuf = neovim.lua(&format!("{config}.root_dir(vim.api.nvim_buf_get_name(0), 0)"));
    assert_eq!(root, neovim.path(""));
    assert_eq!(
        neovim.lua::<Vec<String>>(&format!("{config}.cmd")),
        ["base44-connectors-ls"]
    );
    assert!(
        neovim.lua::<bool>(has_command),
        "it declares this command, so it has to carry it out"
    );
}

#[test]
fn one_file_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let name = "lsp/base44_connectors.lua";
    fs::create_dir_all(folder.path().join("lsp")).unwrap();
    fs::copy(Path::new(PLUGIN).join(name), folder.path().join(name)).unwrap();
    let settings = format!(
        "vim.opt.runtimepath:prepend({:?})
         vim.lsp.enable('base44_connectors')
         do return end",
        folder.path()
    );
    let neovim = Neovim::open_with(PROJECT, CALENDAR, &settings, 24);
    neovim.has_findings(&["unknown-scope"]);
    assert!(!neovim.lua::<bool>("vim.g.loaded_base44_connectors or false"));
}

#[test]
fn each_project_has_its_server_and_its_commands() {
    let project = |name: &str| PROJECT.replace("//- ", &format!("//- {name}/"));
    let fixture = project("one") + &project("two") + "//- notes.json\n{}\n";
    let neovim = Neovim::open(&fixture, &format!("one/{CALENDAR}"));
    neovim.has_findings(&["unknown-scope"]);
    assert_eq!(neovim.root_for(&format!("two/{CALENDAR}")).unwrap(), "two");
    neovim.has_findings(&["unknown-scope"]);
    neovim.becomes("#vim.lsp.get_clients()", &2);
    neovim.command("edit notes.json");
    neovim.becomes("vim.fn.expand('%:t')", &"notes.json".to_owned());
    neovim.command("Base44Push");
    neovim.terminal.shows(&["Several Base44 projects are open here"]);
    assert_eq!(neovim.api.log(), [""; 0]);
    neovim.command("cd two");
    neovim.command("Base44Refresh");
    neovim.api.wait_for("GET available-integrations");
}

#[test]
fn starts_again_after_it_was_stopped() {
    let neovim = Neovim::open(PROJECT, CALENDAR);
    neovim.has_findings(&["unknown-scope"]);
    neovim.command("lua vim.lsp.enable('base44_connectors', false)");
    neovim.becomes("#vim.lsp.get_clients()", &0);
    neovim.has_findings(&[]);
    neovim.command("lua vim.lsp.enable('base44_connectors')");
    neovim.has_findings(&["unknown-scope"]);
}

#[test]
fn without_a_server_there_is_no_error_until_it_is_asked_for() {
    let settings = "vim.lsp.config('base44_connectors', { cmd = { 'no-such-server' } })";
    let neovim = Neovim::open_with(PROJECT, CALENDAR, settings, 24);
    neovim.becomes("vim.bo.filetype", &"jsonc".to_owned());
    assert_eq!(neovim.lua::<String>("vim.v.errmsg"), "");
    neovim.command("Base44Push");
    neovim
        .terminal
        .shows(&["`no-such-server` is not installed: `:checkhealth base44_connectors` says how."]);
}

/// The settings of the help page.
#[test]
fn beside_the_json_server_nothing_is_said_twice() {
    let help = snippets("doc/base44_connectors.txt", ">lua\n", "\n<");
    let beside = help.iter().find(|it| it.contains("'jsonls'")).unwrap();
    // What nvim-lspconfig has.
    let settings = format!(
        "vim.lsp.config('jsonls', {{
            cmd = {{ 'vscode-json-language-server', '--stdio' }}, filetypes = {{ 'json', 'jsonc' }}, root_markers = {{ '.git' }},
         }})
         {beside}
         vim.lsp.enable('jsonls')"
    );
    let fixture = "\
//- base44/config.jsonc
{}
//- base44/connectors/slack.jsonc
{ \"type\": \"slack\", \"scopes\": [\"chat.write\",], }
abc
";
    let neovim = Neovim::open_with(fixture, "base44/connectors/slack.jsonc", &settings, 24);
    let messages = "(function(found)
            local lines = vim.tbl_map(function(it) return it.lnum .. ': ' .. it.message end, found)
            table.sort(lines)
            return lines
        end)(vim.diagnostic.get(0))";
    let expected = [
        "0: Slack User has no scope `chat.write`. Did you mean `chat:write`?",
        "1: End of file expected.",
    ];
    neovim.becomes(messages, &expected.map(str::to_owned).to_vec());
}

/// The settings of the help page.
#[test]
fn a_rule_is_switched_off_by_a_setting() {
    let help = snippets("doc/base44_connectors.txt", ">lua\n", "\n<");
    let example = help.iter().find(|it| it.contains("['file-name'] = 'off'")).unwrap();
    let npx = "cmd = { 'npx', '--yes', 'base44-connectors-ls' },";
    assert!(example.contains(npx), "{example}");
    let project = PROJECT.replace("connectors/googlecalendar", "connectors/calendar");
    let file = "base44/connectors/calendar.jsonc";
    Neovim::open(&project, file).has_findings(&["file-name", "unknown-scope"]);
    let neovim = Neovim::open_with(&project, file, &example.replace(npx, ""), 24);
    neovim.has_findings(&["unknown-scope"]);
}

#[test]
fn adds_a_connector_from_two_questions() {
    // So many rows that every service is to be seen.
    let neovim = Neovim::open_with(PROJECT, CALENDAR, "", 80);
    neovim.has_findings(&["unknown-scope"]);
    neovim.command("Base44AddConnector");
    let services = neovim.terminal.shows(&["Connect to:", "Type number"]);
    neovim.terminal.keep("neovim-add-service");
    choose(&neovim, &services, "Gmail: ");
    let scopes = neovim
        .terminal
        .shows(&["Scopes of Gmail:", "Create the file without scopes", "Type number"]);
    choose(&neovim, &scopes, "[ ] gmail.send: ");
    let scopes = neovim
        .terminal
        .shows(&["[x] gmail.send: ", "Create the file with 1 scope(s)", "Type number"]);
    neovim.terminal.keep("neovim-add-scopes");
    choose(&neovim, &scopes, "Create the file with 1 scope(s)");
    neovim.becomes("vim.fn.expand('%:t')", &"gmail.jsonc".to_owned());
    let text = neovim
        .lua::<Vec<String>>("vim.api.nvim_buf_get_lines(0, 0, -1, true)")
        .join("\n");
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        file,
        json!({ "type": "gmail", "scopes": ["https://www.googleapis.com/auth/gmail.send"] })
    );
}

#[test]
fn shows_the_plan_as_a_document() {
    let neovim = Neovim::open(&sound(), CALENDAR);
    neovim.api.connector("hubspot", &["crm.objects.contacts.read"]);
    neovim.becomes("#vim.lsp.get_clients({ bufnr = 0 })", &1);
    neovim.command("Base44Plan");
    neovim.terminal.shows(&["hubspot", "googlecalendar"]);
    neovim.becomes("vim.fn.expand('%:e')", &"md".to_owned());
    neovim.terminal.keep("neovim-plan");
    assert_eq!(neovim.api.changes(), [""; 0]);
}

/// What a page of the plugin has between `start` and `end`, each time.
fn snippets(page: &str, start: &str, end: &str) -> Vec<String> {
    let text = fs::read_to_string(Path::new(PLUGIN).join(page)).unwrap();
    let parts = text.split(start).skip(1);
    parts.map(|it| it.split(end).next().unwrap().to_owned()).collect()
}

/// [`PROJECT`] without the mistake.
fn sound() -> String {
    PROJECT.replace("calendar.events", "https://www.googleapis.com/auth/calendar.events")
}

/// Answers the question on the screen with the choice that begins as `start`.
#[track_caller]
fn choose(neovim: &Neovim, screen: &str, start: &str) {
    let choice = |line: &str| {
        line.split_once(": ")
            .filter(|(_, it)| it.starts_with(start))
            .map(|it| it.0.to_owned())
    };
    let number = screen
        .lines()
        .find_map(choice)
        .unwrap_or_else(|| panic!("no {start:?} in\n{screen}"));
    neovim.terminal.type_text(number.trim()).press(&["Enter"]);
}

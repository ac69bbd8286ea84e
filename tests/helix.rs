//! The real Helix in a real terminal, with `editors/helix/languages.toml` as a user has it and the shipped binary as the server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
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
use std::process::Command;

use misspelt::{CALENDAR, ELSEWHERE, FINDING, PROJECT, SCOPE, fixed, fixed_connector};
use pretty_assertions::assert_eq;
use support::api::{Api, real_cli};
use tempfile::TempDir;
use terminal::{Terminal, path_with_server, wait};

const CONFIGURATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/editors/helix/languages.toml");

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/editors/helix/README.md");

struct Helix {
    terminal: Terminal,
    folder: TempDir,
    api: Api,
}

impl Helix {
    /// Opens a file with the cursor at a place (`line:column`, from 1).
    fn open(file: &str, place: &str) -> Helix {
        Helix::open_as(PROJECT, file, place)
    }

    /// The same in another project.
    fn open_as(fixture: &str, file: &str, place: &str) -> Helix {
        Helix::open_with(&configuration(), fixture, file, place)
    }

    /// The same with another `languages.toml`. A JSON server is there, too.
    fn open_with(languages: &str, fixture: &str, file: &str, place: &str) -> Helix {
        let (folder, api) = (tempfile::tempdir().unwrap(), Api::start());
        let (root, config) = (folder.path().join("project"), folder.path().join("config/helix"));
        let programs = folder.path().join("bin");
        editor::write(&root, fixture);
        terminal::json_server(&programs, &folder.path().join("heard"));
        fs::create_dir_all(&config).unwrap();
        let program = "command = \"base44-connectors-ls\"\n";
        assert!(languages.contains(program), "{languages}");
        let with_cli = format!(
            "{program}config = {{ cli = {{ command = [\"node\", {:?}] }} }}\n",
            real_cli()
        );
        fs::write(config.join("languages.toml"), languages.replace(program, &with_cli)).unwrap();
        fs::write(config.join("config.toml"), "").unwrap();

        let mut command = Command::new(terminal::editor("hx"));
        command
            .arg(format!("{}:{place}", root.join(file).display()))
            .current_dir(&root);
        command
            .envs(api.env())
            .env("XDG_CONFIG_HOME", folder.path().join("config"));
        command
            .env("XDG_CACHE_HOME", folder.path().join("cache"))
            .env("PATH", format!("{}:{}", programs.display(), path_with_server()));
        let log = folder.path().join("cache/helix/helix.log");
        let terminal = Terminal::start(&command, 110, 24).with_log(log);
        Helix { terminal, folder, api }
    }

    /// Opens a project that can be pushed, and waits for its warning: from then on the server is there, and takes commands.
    fn open_warned() -> Helix {
        let scope = &format!("\"{SCOPE}\"");
        let twice = fixed().replace(scope, &format!("{scope},\n    {scope}"));
        let helix = Helix::open_as(&twice, CALENDAR, "5:6");
        helix.terminal.shows(&["is listed already"]);
        helix
    }

    fn on_disk(&self, file: &str) -> String {
        fs::read_to_string(self.folder.path().join("project").join(file)).unwrap()
    }

    /// Waits until the JSON server has said this.
    fn json_server_says(&self, what: &str) {
        let heard = || fs::read_to_string(self.folder.path().join("heard")).unwrap_or_default();
        wait(
            &format!("the JSON server says {what:?}"),
            || heard().contains(what).then_some(()),
            heard,
        );
    }

    /// Runs a command line, typed.
    fn command(&self, line: &str) {
        self.terminal.type_text(line).press(&["Enter"]);
    }

    /// Accepts this scope from the completion menu, and waits until it is right. Returns the screen with the menu.
    fn chooses(&self, label: &str) -> String {
        let menu = self.terminal.shows_where("the menu", |it| row_of(it, label).is_some());
        for _ in 0..=row_of(&menu, label).unwrap() {
            self.terminal.press(&["C-n"]);
        }
        self.terminal
            .press(&["Enter", "Escape"])
            .shows_where("the scope is right", |it| {
                it.contains(" NOR ") && !it.contains("no scope")
            });
        menu
    }

    /// Types a text in place of the scope under the cursor, and sees of every character that the server has read it: what is typed
    /// at once, this Helix may tell its servers in another order.
    fn types_instead(&self, text: &str) {
        self.terminal
            .press(&["m", "i", "\"", "c"])
            .shows(&["An empty string is no scope"]);
        for (end, c) in text.char_indices().map(|(start, c)| (start + c.len_utf8(), c)) {
            let finding = format!("`{}`", &text[..end]);
            self.terminal.type_text(&c.to_string()).shows(&[&finding]);
        }
    }

    /// Saves the file, and gives what it then is.
    fn saved(&self, file: &str) -> String {
        let name = Path::new(file).file_name().unwrap().to_str().unwrap();
        self.command(":write");
        self.terminal
            .shows_where("it is saved", |it| it.contains("written") && it.contains(name));
        self.on_disk(file)
    }
}

#[test]
fn shows_a_finding_with_its_message() {
    let helix = Helix::open(CALENDAR, "4:6");
    helix.terminal.shows(&[FINDING]);
    helix.terminal.keep("helix-finding");
}

#[test]
fn leaves_other_json_files_alone() {
    let helix = Helix::open(ELSEWHERE, "4:6");
    helix.terminal.shows(&["googlecalendar"]);
    // Whether a server of ours is there, Helix says by itself.
    helix.command(":lsp-workspace-command base44-connectors.plan");
    helix
        .terminal
        .shows(&["`base44-connectors.plan` is not supported for any language server"]);
}

#[test]
fn shows_the_plan_as_a_document() {
    let helix = Helix::open_warned();
    helix.api.connector("hubspot", &["crm.objects.contacts.read"]);
    helix.command(":lsp-workspace-command base44-connectors.plan");
    // This Helix cannot be told to open a document, and has one line for a message.
    let line = helix.terminal.shows_where("the plan is told", |it| {
        it.contains("Open /") && it.contains("plan-app.md")
    });
    let document = line
        .split("Open ")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned();
    helix.command(&format!(":open {document}"));
    helix
        .terminal
        .shows(&["# Plan for the Base44 app app", "hubspot (HubSpot)"]);
    helix.terminal.keep("helix-plan");
    assert_eq!(helix.api.changes(), [""; 0]);
}

#[test]
fn pushes_nothing_since_it_cannot_ask() {
    let helix = Helix::open_warned();
    helix.command(":lsp-workspace-command base44-connectors.push");
    helix.terminal.shows(&[
        "Nothing was pushed: this editor cannot ask you first. Run in a terminal: base44-connectors-ls --push /",
    ]);
    helix.terminal.keep("helix-push");
    assert_eq!(helix.api.changes(), [""; 0]);
}

#[test]
fn completes_a_scope_by_its_parts() {
    let helix = Helix::open(CALENDAR, "4:6");
    helix.terminal.shows(&[FINDING]);
    helix.types_instead("cal.ev");
    helix.terminal.shows(&["calendar.events.readonly"]);
    helix.terminal.keep("helix-completion");
    helix.terminal.draw("editors/helix/completion.svg");
    helix.chooses("calendar.events");
    assert_eq!(helix.saved(CALENDAR), fixed_connector());
}

/// What Base44 writes, with commas at the end, and a mistake.
const HALF: &str = "\
//- base44/config.jsonc
{}
//- base44/connectors/slack.jsonc
{ \"type\": \"slack\", \"scopes\": [\"chat:write\",], }
abc
";

#[test]
fn beside_the_json_server_nothing_is_said_twice() {
    let helix = Helix::open_as(HALF, "base44/connectors/slack.jsonc", "2:1");
    helix.json_server_says("publishDiagnostics");
    helix.terminal.shows(&["(syntax-error)"]);
    helix.terminal.press(&["Space", "d"]).shows(&["syntax-error", " 1/1 "]);
}

#[test]
fn formats_beside_the_json_server() {
    let twice = HALF
        .replace("abc\n", "")
        .replace("\"chat:write\",", "\"chat:write\", \"chat:write\",");
    let helix = Helix::open_as(&twice, "base44/connectors/slack.jsonc", "1:46");
    helix.json_server_says("publishDiagnostics");
    helix.terminal.shows(&["is listed already"]);
    helix.command(":format");
    helix.terminal.shows(&["5      \"chat:write\",", "6    ],"]);
    let scope = "    \"chat:write\",\n".repeat(2);
    let formatted = format!("{{\n  \"type\": \"slack\",\n  \"scopes\": [\n{scope}  ],\n}}\n");
    assert_eq!(helix.saved("base44/connectors/slack.jsonc"), formatted);
}

#[test]
fn follows_a_connectors_directory_that_is_elsewhere() {
    let languages = with_file_type(&snippets(README, "`{ glob", "`")[0]);
    let project = PROJECT
        .replace("{}\n", "{ \"connectorsDir\": \"../services\" }\n")
        .replace("base44/connectors/", "services/");
    let helix = Helix::open_with(&languages, &project, "services/googlecalendar.jsonc", "4:6");
    helix.terminal.shows(&[FINDING]);
}

#[test]
fn checks_backend_code_where_the_page_says_how() {
    let languages = configuration() + &snippets(README, "```toml\n", "```")[0];
    let project = PROJECT.to_owned()
        + "//- base44/functions/remind/entry.ts\n\
           export default async () => base44.asServiceRole.connectors.getConnection(\"slack\");\n";
    let helix = Helix::open_with(&languages, &project, "base44/functions/remind/entry.ts", "1:76");
    helix.terminal.shows(&["(missing-connector)"]);
}

/// By the access and words of the summary. A blank closes the menu, so it is asked for again.
#[test]
fn completes_a_scope_by_what_it_allows() {
    let helix = Helix::open(CALENDAR, "4:6");
    helix.terminal.shows(&[FINDING]);
    helix.types_instead("read cal");
    helix.terminal.press(&["C-x"]);
    let menu = helix.chooses("calendar.readonly");
    assert_eq!(row_of(&menu, "calendar.events"), None, "that one writes:\n{menu}");
    assert_eq!(
        helix.saved(CALENDAR),
        fixed_connector().replace("calendar.events", "calendar.readonly")
    );
}

#[test]
fn applies_a_quick_fix() {
    let helix = Helix::open(CALENDAR, "4:6");
    helix.terminal.shows(&[FINDING]);
    helix.terminal.press(&["Space", "a"]).shows(&["Replace with"]);
    helix.terminal.keep("helix-code-actions");
    helix.terminal.press(&["Enter"]);
    helix
        .terminal
        .shows_where("the finding is gone", |it| !it.contains(FINDING));
    assert_eq!(helix.saved(CALENDAR), fixed_connector());
}

/// The parts of `languages.toml` that a user adds.
fn configuration() -> String {
    fs::read_to_string(CONFIGURATION).unwrap()
}

/// The same with one more kind of files.
fn with_file_type(glob: &str) -> String {
    let list = "file-types = [\n";
    let languages = configuration();
    assert!(languages.contains(list), "{languages}");
    languages.replace(list, &format!("{list}  {{ glob{glob},\n"))
}

/// What a page has between `start` and `end`, each time.
fn snippets(page: &str, start: &str, end: &str) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let parts = text.split(start).skip(1);
    parts.map(|it| it.split(end).next().unwrap().to_owned()).collect()
}

/// How many items are above `label` in the completion menu.
fn row_of(screen: &str, label: &str) -> Option<usize> {
    let labels = screen
        .lines()
        .filter(|it| it.contains(" value "))
        .filter_map(|it| it.split("value").next()?.split_whitespace().next_back());
    labels.into_iter().position(|it| it == label)
}

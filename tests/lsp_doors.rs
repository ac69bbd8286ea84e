//! One test, three doors: what the editor is pushed, what it pulls, and what `--check` prints are the same, for every example of
//! the documentation, every project of `examples/`, and every folder that the real CLI has been asked about.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod cli_cases;
#[path = "support/client.rs"]
mod client;
#[path = "support/editor.rs"]
mod editor;
#[path = "support/text.rs"]
mod text;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use base44_connectors_ls::analysis::rules;
use base44_connectors_ls::registry::{Base44Status, Catalogue, Coverage, Evidence};
use cli_cases::{Content, Verdict};
use client::Client;
use lsp_types::notification::{DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument, PublishDiagnostics};
use lsp_types::request::{DocumentDiagnosticRequest, WorkspaceDiagnosticRequest};
use lsp_types::{
    Diagnostic, DiagnosticSeverity, DidChangeWatchedFilesParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult, FileChangeType, FileEvent,
    InitializeParams, NumberOrString, PositionEncodingKind, TextDocumentIdentifier, TextDocumentItem, Url,
    WorkspaceDiagnosticParams, WorkspaceDiagnosticReportResult, WorkspaceDocumentDiagnosticReport, WorkspaceFolder,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tempfile::TempDir;
use text::Places;

#[cfg(unix)]
#[test]
fn what_is_pushed_what_is_pulled_and_what_is_printed_are_the_same() {
    let corpus = Corpus::of_everything();
    let printed = corpus.printed();
    corpus.assert_expectations(&printed);

    let mut pushing = Pushing::start(&corpus);
    corpus.assert_same(&pushing.settled(), &printed, "pushed of closed files");
    pushing.open_all();
    corpus.assert_same(&pushing.settled(), &printed, "pushed of open files");
    pushing.close_all();
    corpus.assert_same(&pushing.settled(), &printed, "pushed after closing");
    pushing.finish();

    let mut pulling = Pulling::start(&corpus);
    corpus.assert_same(&pulling.workspace(), &printed, "pulled of the workspace");
    corpus.assert_same(&pulling.documents(), &printed, "pulled of each document");
    pulling.finish();
}

#[test]
fn every_documented_service_is_accepted_with_a_scope_of_its_list() {
    let catalogue = Catalogue::embedded();
    let documented: Vec<_> = catalogue
        .services()
        .filter(|it| it.evidence == Evidence::ConnectorsPage)
        .collect();
    assert_eq!(documented.len(), 33);
    let mut corpus = Corpus::new();
    let files = documented.iter().map(|service| {
        let listed = service.scopes.iter().find(|it| it.base44 == Some(Base44Status::Listed));
        let scopes: Vec<_> = listed.map(|it| it.name.as_ref()).into_iter().collect();
        connector(&service.type_, &scopes)
    });
    corpus.add("documented", files, Expect::NoError);
    corpus.assert_expectations(&corpus.printed());
}

#[test]
fn no_string_that_base44_lists_adds_or_keeps_is_ever_an_error() {
    let catalogue = Catalogue::embedded();
    let mut corpus = Corpus::new();
    let mut asked = 0;
    let files = catalogue
        .services()
        .filter(|it| it.coverage != Coverage::None)
        .map(|service| {
            let of_base44 = service
                .scopes
                .iter()
                .filter(|it| it.base44.is_some() || !it.documented_by_provider);
            let scopes: Vec<_> = of_base44.map(|it| it.name.as_ref()).collect();
            asked += scopes.len();
            connector(&service.type_, &scopes)
        });
    let files: Vec<_> = files.collect();
    assert!(asked > 300, "only {asked} strings");
    corpus.add("of base44", files, Expect::NoError);
    corpus.assert_expectations(&corpus.printed());
}

fn connector(type_: &str, scopes: &[&str]) -> (String, Vec<u8>) {
    let text = serde_json::to_string_pretty(&json!({ "type": type_, "scopes": scopes })).unwrap();
    (format!("base44/connectors/{type_}.jsonc"), text.into_bytes())
}

// What is asked about.

/// Projects below one folder, each with what has to come of it.
struct Corpus {
    root: TempDir,
    projects: Vec<(String, Expect)>,
    /// What an editor shows of each file: the byte order mark is no part of it.
    texts: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy)]
enum Expect {
    /// The rule with this code speaks.
    Reports(&'static str),
    Silence,
    /// The CLI accepts the folder.
    Readable,
    /// The CLI rejects it.
    Unreadable,
    NoError,
    Anything,
}

/// The findings of each file that has some: path relative to the root, with `/`.
type Findings = BTreeMap<String, Vec<Finding>>;

/// What all doors have to agree on; the range is in bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    start: usize,
    end: usize,
    code: String,
    severity: &'static str,
    message: String,
}

const SEVERITIES: [&str; 4] = ["error", "warning", "information", "hint"];

/// Rules that say that the CLI cannot read a file.
const UNREADABLE: [&str; 4] = ["syntax-error", "missing-type", "invalid-type", "invalid-scopes"];
/// The last file of all, and itself no part of the comparison: once it has been spoken of, everything else has been, too.
const LAST: &str = "zzz/base44/connectors/slack.jsonc";

impl Corpus {
    fn new() -> Corpus {
        // A path that has to be escaped in a URI.
        let root = tempfile::Builder::new().prefix("türen 100%25 [#1] ").tempdir().unwrap();
        Corpus {
            root,
            projects: Vec::new(),
            texts: BTreeMap::new(),
        }
    }

    fn of_everything() -> Corpus {
        let mut corpus = Corpus::new();
        for rule in rules::ALL {
            for example in rules::examples(rule) {
                let files = example.files.iter().map(|&(path, text)| (path.to_owned(), text.into()));
                let expect = if example.fails {
                    Expect::Reports(rule.code)
                } else {
                    Expect::Silence
                };
                corpus.add(rule.code, files, expect);
            }
        }
        corpus.add_examples();
        corpus.add_cli_cases();
        fs::create_dir_all(corpus.root().join(LAST).parent().unwrap()).unwrap();
        fs::write(corpus.root().join(LAST), "").unwrap();
        corpus
    }

    fn add_examples(&mut self) {
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        for project in fs::read_dir(examples).unwrap() {
            let project = project.unwrap().path();
            if !project.is_dir() {
                continue;
            }
            let mut files = Vec::new();
            collect(&project, &project, &mut files);
            self.add(project.file_name().unwrap().to_str().unwrap(), files, Expect::Anything);
        }
    }

    #[cfg(unix)]
    fn add_cli_cases(&mut self) {
        for case in cli_cases::all() {
            let in_connectors = |path: &str| format!("base44/connectors/{path}");
            let files = case
                .files
                .iter()
                .filter_map(|it| Some((in_connectors(&it.path), it.content.bytes()?)));
            let expect = match case.verdict {
                Verdict::Accept => Expect::Readable,
                Verdict::Reject => Expect::Unreadable,
            };
            let folder = self.add(&case.name.replace('/', "-"), files, expect);
            for file in &case.files {
                let Content::Link(target) = &file.content else { continue };
                let relative = format!("{folder}/{}", in_connectors(&file.path));
                let link = self.root().join(&relative);
                fs::create_dir_all(link.parent().unwrap()).unwrap();
                std::os::unix::fs::symlink(target, &link).unwrap();
                if let Ok(bytes) = fs::read(&link) {
                    self.texts.insert(relative, shown(&bytes));
                }
            }
        }
    }

    fn add(&mut self, name: &str, files: impl IntoIterator<Item = (String, Vec<u8>)>, expect: Expect) -> String {
        let folder = format!("{:03} {name}", self.projects.len());
        fs::create_dir_all(self.root().join(&folder).join("base44/connectors")).unwrap();
        for (path, bytes) in files {
            self.write(&format!("{folder}/{path}"), &bytes);
        }
        self.projects.push((folder.clone(), expect));
        folder
    }

    fn write(&mut self, relative: &str, bytes: &[u8]) {
        let path = self.root().join(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self.texts.insert(relative.to_owned(), shown(bytes));
    }

    fn root(&self) -> PathBuf {
        self.root.path().canonicalize().unwrap()
    }

    fn uri(&self, relative: &str) -> Url {
        Url::from_file_path(self.root().join(relative)).unwrap()
    }

    fn relative(&self, uri: &Url) -> String {
        let path = uri.to_file_path().unwrap();
        path.strip_prefix(self.root())
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/")
    }

    fn assert_expectations(&self, found: &Findings) {
        let mut wrong = Vec::new();
        for (folder, expect) in &self.projects {
            let inside = |(path, _): &(&String, _)| path.starts_with(&format!("{folder}/"));
            let found: Vec<_> = found.iter().filter(inside).flat_map(|(_, found)| found).collect();
            let errors = || found.iter().filter(|it| it.severity == "error");
            let is_right = match *expect {
                Expect::Reports(code) => found.iter().any(|it| it.code == code),
                Expect::Silence => found.is_empty(),
                Expect::Readable => !found.iter().any(|it| UNREADABLE.contains(&it.code.as_str())),
                Expect::Unreadable => errors().next().is_some(),
                Expect::NoError => errors().next().is_none(),
                Expect::Anything => true,
            };
            if !is_right {
                wrong.push(format!("{folder}: {expect:?}, but {found:#?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[track_caller]
    fn assert_same(&self, found: &Findings, printed: &Findings, what: &str) {
        for path in self.texts.keys().chain(found.keys()).chain(printed.keys()) {
            let of = |all: &Findings| all.get(path).cloned().unwrap_or_default();
            assert_eq!(of(found), worst(of(printed)), "{path}, {what}");
        }
    }
}

/// What an editor is shown of these: of a flood the worst thousand, and how many there are more.
fn worst(mut found: Vec<Finding>) -> Vec<Finding> {
    let left_out = found.len().saturating_sub(1_000);
    if left_out > 0 {
        found.sort_by_key(|it| {
            (
                SEVERITIES.iter().position(|severity| *severity == it.severity),
                it.start,
                it.end,
            )
        });
        found.truncate(1_000);
        let message =
            format!("{left_out} more findings of this file are not shown. `base44-connectors-ls --check` lists all.");
        found.push(Finding {
            start: 0,
            end: 0,
            code: String::new(),
            severity: "information",
            message,
        });
        found.sort();
    }
    found
}

fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect(root, &path, files),
            false => {
                let relative = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.push((relative, fs::read(path).unwrap()));
            }
        }
    }
}

// Door 1: `--check`.

impl Corpus {
    fn printed(&self) -> Findings {
        let output = client::program()
            .args(["--check", "--format", "json"])
            .current_dir(self.root())
            .output()
            .unwrap();
        // What the CLI passes over is named, and nothing else is said.
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            said.lines()
                .all(|it| it.starts_with("note: ") && it.ends_with("so the CLI does not read it")),
            "{said}"
        );
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut found = Findings::new();
        let mut places = HashMap::new();
        for it in report["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|it| it["path"] != LAST)
        {
            let path = it["path"].as_str().unwrap();
            let places = places
                .entry(path)
                .or_insert_with(|| Places::new(&self.texts[path], &PositionEncodingKind::UTF32));
            let offset = |place: &Value| {
                let from_one = |unit: &Value| u32::try_from(unit.as_u64().unwrap()).unwrap() - 1;
                places.offset(lsp_types::Position::new(
                    from_one(&place["line"]),
                    from_one(&place["column"]),
                ))
            };
            found.entry(path.to_owned()).or_default().push(Finding {
                start: offset(&it["start"]),
                end: offset(&it["end"]),
                code: it["code"].as_str().unwrap().to_owned(),
                severity: SEVERITIES
                    .into_iter()
                    .find(|severity| it["severity"] == *severity)
                    .unwrap(),
                message: it["message"].as_str().unwrap().to_owned(),
            });
        }
        assert_eq!(output.status.code(), Some(i32::from(report["summary"]["error"] != 0)));
        sorted(found)
    }

    /// What the editor got, in the form in which it can be compared.
    fn received(
        &self,
        all: impl IntoIterator<Item = (String, Vec<Diagnostic>)>,
        encoding: &PositionEncodingKind,
    ) -> Findings {
        let finding = |places: &Places, it: Diagnostic| {
            let range = places.range(it.range);
            let code = match it.code {
                Some(NumberOrString::String(code)) => code,
                // It is no rule that says that there is more than is shown.
                None => String::new(),
                Some(NumberOrString::Number(_)) => panic!("{it:?}"),
            };
            let severity = match it.severity.unwrap() {
                DiagnosticSeverity::ERROR => "error",
                DiagnosticSeverity::WARNING => "warning",
                DiagnosticSeverity::INFORMATION => "information",
                _ => "hint",
            };
            Finding {
                start: range.start,
                end: range.end,
                code,
                severity,
                message: it.message,
            }
        };
        let of_file = |(path, found): (String, Vec<Diagnostic>)| {
            let places = Places::new(&self.texts[&path], encoding);
            let found = found.into_iter().map(|it| finding(&places, it)).collect();
            (path, found)
        };
        sorted(
            all.into_iter()
                .filter(|(path, found)| !found.is_empty() && path != LAST)
                .map(of_file)
                .collect(),
        )
    }
}

fn sorted(mut found: Findings) -> Findings {
    found.values_mut().for_each(|it| it.sort());
    found
}

fn initialized(corpus: &Corpus, mut capabilities: Value, encoding: &PositionEncodingKind) -> Client {
    capabilities["general"]["positionEncodings"] = json!([encoding]);
    let mut client = Client::spawn();
    let result = client.initialize_with(InitializeParams {
        capabilities: serde_json::from_value(capabilities).unwrap(),
        workspace_folders: Some(vec![WorkspaceFolder {
            uri: corpus.uri(""),
            name: "corpus".to_owned(),
        }]),
        ..InitializeParams::default()
    });
    assert_eq!(result.capabilities.position_encoding.as_ref(), Some(encoding));
    client
}

// Door 2: `textDocument/publishDiagnostics`.

struct Pushing<'a> {
    corpus: &'a Corpus,
    client: Client,
    /// What the editor shows now.
    shown: BTreeMap<String, Vec<Diagnostic>>,
    rounds: usize,
}

impl Pushing<'_> {
    const ENCODING: PositionEncodingKind = PositionEncodingKind::UTF16;

    fn start(corpus: &Corpus) -> Pushing<'_> {
        let client = initialized(corpus, editor::everything(), &Self::ENCODING);
        let mut pushing = Pushing {
            corpus,
            client,
            shown: BTreeMap::new(),
            rounds: 0,
        };
        // Told of together, the first change may be looked at before the first search; what comes later is looked at behind both.
        pushing.settled();
        pushing
    }

    /// What is shown once all that was asked of the server has been done.
    fn settled(&mut self) -> Findings {
        self.rounds += 1;
        // What changes on the disk is looked at in the order in which it is told.
        let text = format!("{{ \"type\": {} }}", "1".repeat(self.rounds));
        fs::write(self.corpus.root().join(LAST), &text).unwrap();
        let event = FileEvent::new(self.corpus.uri(LAST), FileChangeType::CHANGED);
        self.client
            .notify::<DidChangeWatchedFiles>(DidChangeWatchedFilesParams { changes: vec![event] });
        let width = u32::try_from(self.rounds).unwrap();
        loop {
            let published = self.client.await_notification::<PublishDiagnostics>();
            let path = self.corpus.relative(&published.uri);
            let is_last = path == LAST
                && published
                    .diagnostics
                    .iter()
                    .any(|it| it.range.end.character == 10 + width);
            self.shown.insert(path, published.diagnostics);
            if is_last {
                break;
            }
        }
        self.corpus.received(self.shown.clone(), &Self::ENCODING)
    }

    fn open_all(&mut self) {
        // A second byte order mark would become the first, and that one means something else.
        for (path, text) in self
            .corpus
            .texts
            .iter()
            .filter(|(_, text)| !text.starts_with('\u{feff}'))
        {
            let document = TextDocumentItem::new(self.corpus.uri(path), "jsonc".to_owned(), 1, text.clone());
            self.client.notify::<DidOpenTextDocument>(DidOpenTextDocumentParams {
                text_document: document,
            });
        }
    }

    fn close_all(&mut self) {
        for path in self.corpus.texts.keys() {
            let text_document = TextDocumentIdentifier::new(self.corpus.uri(path));
            self.client
                .notify::<DidCloseTextDocument>(DidCloseTextDocumentParams { text_document });
        }
    }

    fn finish(mut self) {
        self.client.ignore_unread(&["textDocument/publishDiagnostics"]);
        self.client.finish();
    }
}

// Door 3: `workspace/diagnostic` and `textDocument/diagnostic`.

struct Pulling<'a> {
    corpus: &'a Corpus,
    client: Client,
}

impl Pulling<'_> {
    const ENCODING: PositionEncodingKind = PositionEncodingKind::UTF8;

    fn start(corpus: &Corpus) -> Pulling<'_> {
        Pulling {
            corpus,
            client: initialized(corpus, editor::pulling(), &Self::ENCODING),
        }
    }

    fn workspace(&mut self) -> Findings {
        let items = loop {
            let answer = self
                .client
                .request::<WorkspaceDiagnosticRequest>(WorkspaceDiagnosticParams {
                    identifier: None,
                    previous_result_ids: Vec::new(),
                    work_done_progress_params: Default::default(),
                    partial_result_params: Default::default(),
                });
            let WorkspaceDiagnosticReportResult::Report(report) = answer else {
                panic!("{answer:?}")
            };
            // The first search for projects goes on beside the answers.
            if !report.items.is_empty() {
                break report.items;
            }
        };
        let all = items.into_iter().map(|it| match it {
            WorkspaceDocumentDiagnosticReport::Full(it) => {
                (self.corpus.relative(&it.uri), it.full_document_diagnostic_report.items)
            }
            WorkspaceDocumentDiagnosticReport::Unchanged(it) => panic!("{it:?}"),
        });
        self.corpus.received(all.collect::<Vec<_>>(), &Self::ENCODING)
    }

    fn documents(&mut self) -> Findings {
        let mut all = Vec::new();
        for path in self.corpus.texts.keys() {
            let answer = self
                .client
                .request::<DocumentDiagnosticRequest>(DocumentDiagnosticParams {
                    text_document: TextDocumentIdentifier::new(self.corpus.uri(path)),
                    identifier: None,
                    previous_result_id: None,
                    work_done_progress_params: Default::default(),
                    partial_result_params: Default::default(),
                });
            match answer {
                DocumentDiagnosticReportResult::Report(DocumentDiagnosticReport::Full(it)) => {
                    all.push((path.clone(), it.full_document_diagnostic_report.items));
                }
                other => panic!("{path}: {other:?}"),
            }
        }
        self.corpus.received(all, &Self::ENCODING)
    }

    fn finish(mut self) {
        self.client.ignore_unread(&["workspace/diagnostic/refresh"]);
        self.client.finish();
    }
}

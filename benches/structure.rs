//! Formatting, symbols, folding and selections in 1.1 MB, and symbols of 10,000 files: `cargo bench --bench structure`.

#![expect(clippy::unwrap_used, reason = "without its files a benchmark has nothing to measure")]

use std::fs;
use std::path::{Path, PathBuf};

use base44_connectors_ls::analysis::{
    self, BackendCode, File, Project, RefactoringId, Role, Settings, SourceFile, Surroundings, SymbolQuery,
};
use base44_connectors_ls::project::{Workspace, discovery, load};
use base44_connectors_ls::registry::Catalogue;
use base44_connectors_ls::syntax::{FormatOptions, TextRange, TextSize, Tree, format};
use divan::{Bencher, black_box};
use tempfile::TempDir;

fn main() {
    divan::main();
}

/// 20,000 scopes in 1.1 MB, as Base44 writes them or all on one line.
fn large(joint: &str) -> String {
    let scope = |nth| format!("\"https://www.googleapis.com/auth/scope.{nth:05}\"");
    // In an order that is not that of their names.
    let scopes: Vec<String> = (0..20_000).map(|nth| scope(nth * 7_919 % 20_000)).collect();
    let scopes = scopes.join(&format!(",{joint}    "));
    format!("{{{joint}  \"type\": \"googlecalendar\",{joint}  \"scopes\": [{joint}    {scopes}{joint}  ]{joint}}}")
}

/// A project of one file.
struct Alone {
    source: SourceFile,
    catalogue: Catalogue,
    settings: Settings,
}

impl Alone {
    fn new(text: String) -> Self {
        Alone {
            source: SourceFile {
                path: PathBuf::from("/app/base44/connectors/googlecalendar.jsonc"),
                tree: Tree::parse(&text),
                text: text.into(),
                role: Role::Connector,
            },
            catalogue: Catalogue::embedded(),
            settings: Settings::default(),
        }
    }

    fn around(&self) -> Surroundings<'_> {
        Surroundings {
            project: self,
            catalogue: &self.catalogue,
            settings: &self.settings,
        }
    }
}

impl Project for Alone {
    fn root(&self) -> &Path {
        Path::new("/app")
    }

    fn config_dir(&self) -> &Path {
        Path::new("/app/base44")
    }

    fn tool_config(&self) -> Option<&SourceFile> {
        None
    }

    fn connectors_dir(&self) -> &Path {
        Path::new("/app/base44/connectors")
    }

    fn some_of_type(&self, _: &str, most: usize) -> (Vec<&SourceFile>, usize) {
        ([&self.source].into_iter().take(most).collect(), 1)
    }

    fn has_file(&self, path: &Path) -> bool {
        path == self.source.path
    }

    fn is_complete(&self) -> bool {
        true
    }

    fn types(&self) -> Vec<&str> {
        Vec::new()
    }

    fn backend_code(&self, _: &Path) -> Option<&BackendCode> {
        None
    }

    fn backend_files_of_type(&self, _: &str) -> Vec<&SourceFile> {
        Vec::new()
    }

    fn knows_all_uses(&self) -> bool {
        false
    }
}

/// `"\n"`: nothing to change. `" "`: 40,000 edits.
#[divan::bench(args = ["\n", " "])]
fn formatting(bencher: Bencher<'_, '_>, joint: &str) {
    let text = large(joint);
    let (tree, all) = (Tree::parse(&text), TextRange::up_to(TextSize::of(&*text)));
    bencher.bench(|| format(black_box(&text), &tree, &FormatOptions::default(), all));
}

#[divan::bench]
fn folding(bencher: Bencher<'_, '_>) {
    let alone = Alone::new(large("\n"));
    bencher.bench(|| analysis::folds(black_box(&alone.source)));
}

#[divan::bench]
fn symbols(bencher: Bencher<'_, '_>) {
    let alone = Alone::new(large("\n"));
    bencher.bench(|| analysis::document_symbols(black_box(&alone.source), alone.around()));
}

#[divan::bench]
fn selection(bencher: Bencher<'_, '_>) {
    let alone = Alone::new(large("\n"));
    let middle = TextSize::from(u32::from(alone.source.tree.len()) / 2);
    bencher.bench(|| analysis::selection_ranges(black_box(&alone.source), middle));
}

#[divan::bench]
fn sorting(bencher: Bencher<'_, '_>) {
    let alone = Alone::new(large("\n"));
    let file = File::read(&alone.source, alone.around());
    bencher.bench_local(|| {
        let sort = analysis::refactoring(black_box(&file), &RefactoringId::Sort).unwrap();
        sort.edits(&file).len()
    });
}

#[divan::bench]
fn writing_as_base44_does(bencher: Bencher<'_, '_>) {
    let alone = Alone::new(large(" "));
    let file = File::read(&alone.source, alone.around());
    bencher.bench_local(|| analysis::as_base44(black_box(&file)));
}

/// 10,000 files of five scopes, and what is typed.
#[divan::bench(args = ["", "c", "read chan", "nothing at all"])]
fn symbols_of_a_workspace(bencher: Bencher<'_, '_>, query: &str) {
    let dir = TempDir::new().unwrap();
    let connectors = dir.path().join("base44/connectors");
    fs::create_dir_all(&connectors).unwrap();
    fs::write(dir.path().join("base44/config.jsonc"), "{}").unwrap();
    let scopes = r#""chat:write", "channels:read", "channels:history", "users:read", "team:read""#;
    for number in 0..10_000 {
        let text = format!("{{ \"type\": \"slackbot\", \"scopes\": [{scopes}] }}");
        fs::write(connectors.join(format!("{number}.jsonc")), text).unwrap();
    }
    let mut workspace = Workspace::new(Catalogue::embedded());
    workspace.insert(load(discovery::at(dir.path()).unwrap()));
    bencher.bench(|| workspace.find_symbols(&SymbolQuery::new(black_box(query)), 500).len());
}

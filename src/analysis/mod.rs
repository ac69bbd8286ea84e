//! What the tool knows about a connector file: plain data in, plain data out.
//!
//! Nothing in here does I/O, is async, or can fail, and nothing knows who asks: an editor and `--check` call the same functions.
//! Positions are byte ranges of the file's text.

pub mod backend;
mod as_base44;
mod completion;
pub mod config;
mod cursor;
mod describe;
mod diagnostic;
mod file;
mod fix_all;
mod folding;
mod hover;
mod inlay;
mod links;
mod navigation;
mod nearest;
mod page;
pub mod permissions;
mod rename;
mod refactor;
mod report;
pub mod rules;
mod scope_edits;
mod selection;
mod source;
mod suppression;
mod symbols;
mod wording;
#[cfg(test)]
pub(crate) mod testing;

pub use as_base44::as_base44;
pub use backend::BackendCode;
pub use completion::{CompletionItem, CompletionOptions, ItemId, ItemKind, completions, documentation};
pub use diagnostic::{Change, Diagnostic, Fix, Related, Severity, Tag};
pub use file::{File, ScopeEntry, Verdict};
pub use fix_all::fix_all;
pub use folding::{Fold, FoldKind, folds};
pub use hover::{Hover, hover};
pub use inlay::{InlayHint, inlay_hints};
pub use links::{DocumentLink, document_links};
pub use navigation::{Place, TypeAt, definitions, highlights, references, type_at};
pub(crate) use nearest::nearest;
pub use page::Page;
pub use refactor::{Refactoring, RefactoringId, refactoring, refactorings};
pub use rename::{rename, renamed_file};
pub use report::Report;
pub use selection::selection_ranges;
pub use source::{
    DEFAULT_CONNECTORS_DIR, IgnoredReason, Project, Role, Settings, SourceFile, Surroundings, TOOL_CONFIG,
};
pub use symbols::{FoundSymbol, Symbol, SymbolKind, SymbolQuery, document_symbols, find_symbols};

use rules::Subject;

/// All findings of one file, by position, after the user's severities and the file's suppression comments.
pub fn diagnostics(source: &SourceFile, around: Surroundings<'_>) -> Vec<Diagnostic> {
    diagnostics_of(&File::read(source, around))
}

/// The same of a file that has been read already.
pub fn diagnostics_of(file: &File<'_>) -> Vec<Diagnostic> {
    let role = file.source.role;
    if role == Role::Backend && file.settings.skips_backend {
        return Vec::new();
    }
    let mut found = Vec::new();
    for rule in rules::ALL.iter().filter(|rule| rule.subject == Subject::of(role)) {
        let mut report = Report::new(rule, &mut found);
        (rule.check)(file, &mut report);
    }
    suppression::apply(file, &mut found);
    rules::apply_levels(file.settings, &mut found);
    found.sort_by_key(|it| (it.range.start(), it.range.end(), it.severity, it.rule.code));
    found
}

/// The ways to mend `diagnostic`, best first. Recomputed from the text as it is now: where the finding is gone, so are its fixes.
pub fn fixes(file: &File<'_>, diagnostic: &Diagnostic) -> Vec<Fix> {
    (diagnostic.rule.fix)(file, diagnostic.range)
}

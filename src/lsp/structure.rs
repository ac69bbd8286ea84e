//! Requests about the structure of files: symbols, folding, growing selections, formatting.

use std::iter::repeat_n;

use lsp_types::{
    DocumentSymbol, DocumentSymbolResponse, FoldingRange, FoldingRangeKind, FormattingOptions, Location, Position,
    Range, SelectionRange, SymbolInformation, SymbolKind as ProtoKind, SymbolTag, TextEdit, Url,
};

use super::convert;
use super::session::Session;
use super::to_proto;
use crate::analysis::{self, Fold, FoldKind, FoundSymbol, Role, SourceFile, Symbol, SymbolKind, SymbolQuery};
use crate::syntax::{FormatOptions, TextRange, TextSize, format};

/// `textDocument/documentSymbol`.
pub(super) fn document_symbols(session: &Session, uri: &Url) -> Option<DocumentSymbolResponse> {
    let path = session.path(uri)?;
    let (file, around) = (session.workspace.file(&path)?, session.workspace.surroundings(&path)?);
    let symbols = analysis::document_symbols(file, around);
    let range = ranges(session, file);
    Some(match session.client.hierarchical_symbols {
        true => {
            let nested = symbols.into_iter().map(|it| nested_symbol(session, &range, it));
            DocumentSymbolResponse::Nested(nested.collect())
        }
        false => DocumentSymbolResponse::Flat(flat_symbols(session, uri, &range, symbols)),
    })
}

/// The protocol's ranges of many places in a file.
fn ranges<'s>(session: &'s Session, file: &SourceFile) -> impl Fn(TextRange) -> Range + use<'s> {
    let lines = session.indexed_lines(file);
    move |it| convert::range(&lines, it, session.client.encoding)
}

fn nested_symbol(session: &Session, range: &impl Fn(TextRange) -> Range, symbol: Symbol) -> DocumentSymbol {
    let children: Vec<_> = symbol
        .children
        .into_iter()
        .map(|it| nested_symbol(session, range, it))
        .collect();
    let (tags, deprecated) = deprecation(session.client.document_symbol_tags, symbol.deprecated);
    #[expect(deprecated, reason = "clients without tags know nothing else")]
    DocumentSymbol {
        name: symbol.name,
        detail: (!symbol.detail.is_empty()).then_some(symbol.detail),
        kind: kind(symbol.kind),
        tags,
        deprecated,
        range: range(symbol.range),
        selection_range: range(symbol.selection),
        children: (!children.is_empty()).then_some(children),
    }
}

/// For clients that know no tree: every symbol, each with the name of the one that it is in.
fn flat_symbols(
    session: &Session,
    uri: &Url,
    range: &impl Fn(TextRange) -> Range,
    symbols: Vec<Symbol>,
) -> Vec<SymbolInformation> {
    let mut flat = Vec::new();
    for mut symbol in symbols {
        let children = std::mem::take(&mut symbol.children);
        let outer = symbol.name.clone();
        let inner = children.into_iter().map(|it| (it, Some(outer.clone())));
        for (symbol, container_name) in std::iter::once((symbol, None)).chain(inner) {
            let (tags, deprecated) = deprecation(session.client.document_symbol_tags, symbol.deprecated);
            #[expect(deprecated, reason = "clients without tags know nothing else")]
            flat.push(SymbolInformation {
                name: symbol.name,
                kind: kind(symbol.kind),
                tags,
                deprecated,
                location: Location::new(uri.clone(), range(symbol.range)),
                container_name,
            });
        }
    }
    flat
}

fn kind(kind: SymbolKind) -> ProtoKind {
    match kind {
        SymbolKind::Connector => ProtoKind::MODULE,
        SymbolKind::Property => ProtoKind::PROPERTY,
        SymbolKind::Scopes => ProtoKind::ARRAY,
        SymbolKind::Scope => ProtoKind::STRING,
    }
}

/// The mark of what is retired, as the client takes it.
fn deprecation(tags: bool, deprecated: bool) -> (Option<Vec<SymbolTag>>, Option<bool>) {
    match (deprecated, tags) {
        (false, _) => (None, None),
        (true, true) => (Some(vec![SymbolTag::DEPRECATED]), None),
        (true, false) => (None, Some(true)),
    }
}

/// Nobody looks through a longer list; another letter makes it shorter.
const MOST_FOUND: usize = 500;

/// `workspace/symbol`.
pub(super) fn workspace_symbols(session: &Session, query: &str) -> Vec<SymbolInformation> {
    let found = session.workspace.find_symbols(&SymbolQuery::new(query), MOST_FOUND);
    let information = |(file, symbol): (&SourceFile, FoundSymbol)| {
        let range = convert::range(&session.lines(file), symbol.range, session.client.encoding);
        let (tags, deprecated) = deprecation(session.client.workspace_symbol_tags, symbol.deprecated);
        #[expect(deprecated, reason = "clients without tags know nothing else")]
        Some(SymbolInformation {
            name: symbol.name,
            kind: kind(symbol.kind),
            tags,
            deprecated,
            location: Location::new(session.uri(&file.path)?, range),
            container_name: (!symbol.container.is_empty()).then_some(symbol.container),
        })
    };
    found.into_iter().filter_map(information).collect()
}

/// `textDocument/foldingRange`.
pub(super) fn folding_ranges(session: &Session, uri: &Url) -> Option<Vec<FoldingRange>> {
    let file = structured(session, uri)?;
    let range = ranges(session, file);
    let most = session.client.folding_limit.unwrap_or(usize::MAX);
    let whole_lines = session.client.folding_lines_only;
    let folds = analysis::folds(file)
        .into_iter()
        .filter_map(|it| folding_range(&range, whole_lines, it));
    Some(folds.take(most).collect())
}

fn folding_range(range: &impl Fn(TextRange) -> Range, whole_lines: bool, fold: Fold) -> Option<FoldingRange> {
    let Range { start, end } = range(fold.range);
    let (kind, end_line) = match fold.kind {
        FoldKind::Comment => (Some(FoldingRangeKind::Comment), end.line),
        // The last line folded is the one before the closing bracket.
        FoldKind::Brackets if whole_lines => (None, end.line.saturating_sub(1)),
        FoldKind::Brackets => (None, end.line),
    };
    (start.line < end_line).then(|| FoldingRange {
        start_line: start.line,
        start_character: (!whole_lines).then_some(start.character),
        end_line,
        end_character: (!whole_lines).then_some(end.character),
        kind,
        collapsed_text: None,
    })
}

/// `textDocument/selectionRange`: one answer for each position.
pub(super) fn selection_ranges(session: &Session, uri: &Url, positions: &[Position]) -> Option<Vec<SelectionRange>> {
    let file = structured(session, uri)?;
    let (lines, encoding) = (session.indexed_lines(file), session.client.encoding);
    let around = |position: &Position| {
        let ranges = analysis::selection_ranges(file, convert::offset(&lines, *position, encoding));
        let outer_first = ranges.into_iter().rev().map(|it| convert::range(&lines, it, encoding));
        let innermost = outer_first.fold(None, |parent: Option<SelectionRange>, range| {
            let parent = parent.map(Box::new);
            Some(SelectionRange { range, parent })
        });
        // An empty document has nothing to select.
        let nothing = Range::new(*position, *position);
        innermost.unwrap_or(SelectionRange {
            range: nothing,
            parent: None,
        })
    };
    Some(positions.iter().map(around).collect())
}

/// `textDocument/formatting` and, of a part, `textDocument/rangeFormatting`. A project's `config.jsonc` is not ours to lay out.
pub(super) fn formatting(
    session: &Session,
    uri: &Url,
    range: Option<Range>,
    options: &FormattingOptions,
) -> Option<Vec<TextEdit>> {
    let file = structured(session, uri).filter(|it| it.role != Role::ProjectConfig)?;
    let lines = session.lines(file);
    let range = match range {
        Some(range) => convert::text_range(&lines, range, session.client.encoding),
        None => TextRange::up_to(TextSize::of(&*file.text)),
    };
    let edits = format(&file.text, &file.tree, &format_options(options), range);
    to_proto::text_edits(session, &file.path, &edits)
}

/// A file whose structure is ours to know: backend code has servers of its own.
fn structured<'s>(session: &'s Session, uri: &Url) -> Option<&'s SourceFile> {
    let file = session.workspace.file(&session.path(uri)?)?;
    (file.role != Role::Backend).then_some(file)
}

/// More blanks than this are a mistake.
const WIDEST: u32 = 16;

fn format_options(options: &FormattingOptions) -> FormatOptions {
    let indent = match options.insert_spaces {
        true => repeat_n(' ', options.tab_size.min(WIDEST) as usize).collect(),
        false => "\t".to_owned(),
    };
    let least = usize::from(options.insert_final_newline == Some(true));
    let most = match options.trim_final_newlines {
        Some(true) => 1,
        _ => usize::MAX,
    };
    FormatOptions {
        indent,
        final_line_ends: least..=most,
        ..FormatOptions::default()
    }
}

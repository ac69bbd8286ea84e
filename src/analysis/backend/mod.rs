//! Backend code: which connectors an app's functions ask for, with `….connectors.getConnection("slack")`.

mod assist;
mod calls;
pub(super) mod lexer;

use std::path::Path;

pub(super) use assist::{completions, hover};

use super::{Project, SourceFile};
use crate::syntax::{TextRange, TextSize};

/// What a backend file says of connectors. Empty for most files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackendCode {
    /// The types it asks for, by position.
    pub uses: Vec<Use>,
    /// It asks for a type that cannot be read off the text (a parameter, say), or could not be read itself.
    pub is_dynamic: bool,
}

/// One string by which a connector is asked for: the argument of a call, or the constant that is its argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The type; empty where there is none yet.
    pub type_: Box<str>,
    /// The string with its quotes, in bytes of the file's text.
    pub range: TextRange,
    /// What stands between the quotes.
    pub content: TextRange,
    /// How much of the string is there.
    pub form: Form,
    /// It is asked for by `callApi` only.
    pub is_metered: bool,
}

/// How much of a string is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// All of it.
    Quoted,
    /// It has no closing quote on its line.
    Unclosed,
    /// `getConnection()`.
    Missing,
}

impl BackendCode {
    /// Reads a file. Its path says whether JSX may be in it.
    #[must_use]
    pub fn read(path: &Path, text: &str) -> BackendCode {
        calls::read(text, may_hold_jsx(path))
    }

    /// What is known of a file that cannot be read.
    #[must_use]
    pub fn unreadable() -> BackendCode {
        BackendCode {
            is_dynamic: true,
            ..BackendCode::default()
        }
    }

    /// The string that `offset` is in or at one of its ends.
    #[must_use]
    pub fn use_at(&self, offset: TextSize) -> Option<&Use> {
        self.uses.iter().find(|it| it.range.contains_inclusive(offset))
    }

    /// The types asked for, in no order, with repetitions.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.uses.iter().map(|it| &*it.type_).filter(|it| !it.is_empty())
    }
}

impl Use {
    fn quoted(text: &str, range: TextRange, is_metered: bool) -> Use {
        let content = calls::content(range);
        Use {
            type_: text.get(std::ops::Range::from(content)).unwrap_or_default().into(),
            range,
            content,
            form: Form::Quoted,
            is_metered,
        }
    }

    /// `quote` is all that there is for certain; what has been typed behind it looks like a type.
    fn unclosed(text: &str, quote: TextRange, is_metered: bool) -> Use {
        let rest = text.get(usize::from(quote.end())..).unwrap_or_default();
        let typed = rest
            .bytes()
            .take_while(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-'));
        let length = TextSize::try_from(typed.count()).unwrap_or_default();
        let content = TextRange::at(quote.end(), length);
        Use {
            type_: text.get(std::ops::Range::from(content)).unwrap_or_default().into(),
            range: quote.cover(content),
            content,
            form: Form::Unclosed,
            is_metered,
        }
    }

    fn missing(range: TextRange, is_metered: bool) -> Use {
        Use {
            type_: Box::default(),
            range,
            content: range,
            form: Form::Missing,
            is_metered,
        }
    }
}

/// The tokens of a backend file.
pub(super) fn tokens(source: &SourceFile) -> impl Iterator<Item = lexer::Token> {
    lexer::tokens(&source.text, may_hold_jsx(&source.path))
}

/// All strings of the project's backend code that ask for a type, by path and position.
pub(super) fn uses_of<'p>(project: &'p dyn Project, type_: &str) -> Vec<(&'p SourceFile, &'p Use)> {
    let mut out = Vec::new();
    for file in project.backend_files_of_type(type_) {
        let uses = project.backend_code(&file.path).map(|it| it.uses.as_slice());
        let of_type = uses.unwrap_or_default().iter().filter(|it| *it.type_ == *type_);
        out.extend(of_type.map(|it| (file, it)));
    }
    out
}

/// Whether a file in one of the folders of backend code (`folders`, absolute) is such code, by its path: not below a folder or
/// of a name that begins with a dot, and no installed package.
#[must_use]
pub fn is_backend_code<'f>(path: &Path, folders: impl IntoIterator<Item = &'f Path>) -> bool {
    let extension = path.extension().and_then(|it| it.to_str());
    extension.is_some_and(|it| EXTENSIONS.contains(&it))
        && folders.into_iter().any(|folder| {
            path.strip_prefix(folder).is_ok_and(|below| {
                let mut names = below.iter();
                names.all(|it| it != NODE_MODULES && !it.as_encoded_bytes().starts_with(b"."))
            })
        })
}

/// In all others `<T>x` is an element, or may be one.
fn may_hold_jsx(path: &Path) -> bool {
    let extension = path.extension().and_then(|it| it.to_str());
    !matches!(extension, Some("ts" | "mts"))
}

/// The folder of installed packages.
pub const NODE_MODULES: &str = "node_modules";

/// What Base44 deploys (`.js`, `.ts`), and what may come to be that.
const EXTENSIONS: [&str; 6] = ["ts", "js", "tsx", "jsx", "mts", "mjs"];

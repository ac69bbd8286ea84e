//! What is wrong with a text, and what is legal JSON5 but not JSONC.

use text_size::{TextRange, TextSize};

/// A place where the text is not JSON5, so that the CLI cannot read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// Where: the offending text, or an empty range where something is missing.
    pub range: TextRange,
    /// Where the missing closing bracket belongs, if that is plain.
    pub(super) end: Option<TextSize>,
}

/// What is wrong at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SyntaxErrorKind {
    /// No value in the whole text.
    EmptyDocument,
    /// A word where the document's value belongs.
    NotAValue,
    /// The text was UTF-16 before it was decoded as UTF-8.
    Utf16,
    /// No comma between two elements; right after the first of them.
    MissingComma,
    /// No colon between a key and its value; right after the key.
    MissingColon,
    /// A key without a value; right after the colon, or the key.
    MissingValue,
    /// A value or a colon without a key before it.
    MissingKey,
    /// A comma with nothing before it.
    ExtraComma,
    /// `;` where a comma belongs.
    SemicolonForComma,
    /// `=` or `=>` where a colon belongs.
    EqualsForColon,
    /// A string that is not closed where its line ends.
    UnclosedString {
        /// The quote it begins with.
        quote: char,
    },
    /// A string whose first quote was forgotten.
    UnopenedString {
        /// The quote it ends with.
        quote: char,
    },
    /// A string that ends with another quote than it begins with.
    MismatchedQuote {
        /// The quote it begins with.
        open: char,
        /// The quote it ends with.
        close: char,
    },
    /// A string in typographic quotes or backticks.
    WrongQuotes {
        /// The quote it begins with.
        open: char,
    },
    /// An escape in a string that JSON5 does not have.
    BadEscape,
    /// It begins as a number, and is none.
    BadNumber,
    /// A word where a string was meant.
    BareWord,
    /// A key that only works in quotes.
    BadKey,
    /// `#` does not begin a comment.
    HashComment,
    /// `/*` without `*/`.
    UnclosedComment,
    /// `{` without `}`; the range is the brace.
    UnclosedObject,
    /// `[` without `]`; the range is the bracket.
    UnclosedArray,
    /// Members that stand in no object; right before the first of them.
    MissingBraces,
    /// A closing bracket of the wrong kind.
    MismatchedBracket {
        /// The one that belongs here.
        expected: char,
    },
    /// A closing bracket that closes nothing.
    UnexpectedBracket {
        /// The bracket.
        found: char,
    },
    /// Something that fits nowhere.
    UnexpectedCharacter {
        /// Its first character.
        found: char,
    },
    /// Something after the document's value.
    TrailingContent,
}

/// A construct that the CLI accepts, since it reads JSON5, and that JSONC tools do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json5Note {
    /// Which construct.
    pub kind: Json5NoteKind,
    /// Where.
    pub range: TextRange,
}

/// A construct of JSON5 that JSONC lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Json5NoteKind {
    /// `'…'`
    SingleQuotes,
    /// A key without quotes.
    BareKey,
    /// `0x1F`
    Hexadecimal,
    /// `+1`
    PlusSign,
    /// `.5`
    LeadingPoint,
    /// `5.`
    TrailingPoint,
    /// `Infinity` or `NaN`, with or without a sign.
    NonFinite,
    /// `\` before a line end in a string.
    LineContinuation,
    /// An escape that JSON does not have, such as `\x41`, `\v`, `\0` or `\'`.
    Escape,
    /// A raw control character in a string, such as a tab; several together count as one.
    ControlCharacter,
    /// White space other than blank, tab, LF and CR; several together count as one.
    Whitespace {
        /// The first of them.
        found: char,
    },
}

/// An error or a note, the way the tree stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IssueKind {
    Error(SyntaxErrorKind),
    Note(Json5NoteKind),
}

//! The kinds of tokens and nodes a tree is made of.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Blanks and line ends, as many as stand together.
    Whitespace,
    /// `// …`, without the line end.
    LineComment,
    /// `/* … */`, or up to the end of the text where it is not closed.
    BlockComment,
    /// `# …`, without the line end. Always an error.
    HashComment,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `:`, or with an error the `=` or `=>` that stands for it.
    Colon,
    /// `,`, or with an error the `;` that stands for it.
    Comma,
    /// A string, a quoted key among them.
    String(StringForm),
    /// A number, also a malformed one.
    Number,
    /// Anything else that is made of letters, an unquoted key among them.
    Word(WordKind),
    /// What fits nowhere.
    Unknown,
}

impl TokenKind {
    /// Whether this is white space or a comment.
    #[must_use]
    pub fn is_trivia(self) -> bool {
        self == Self::Whitespace || self.is_comment()
    }

    /// Whether this is a comment of any kind.
    #[must_use]
    pub fn is_comment(self) -> bool {
        matches!(self, Self::LineComment | Self::BlockComment | Self::HashComment)
    }

    /// Whether this can be a key or a value by itself.
    pub(super) fn is_literal(self) -> bool {
        matches!(self, Self::String(_) | Self::Number | Self::Word(_))
    }
}

/// What a word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WordKind {
    /// `true`
    True,
    /// `false`
    False,
    /// `null`
    Null,
    /// `Infinity`, without a sign.
    Infinity,
    /// `NaN`, without a sign.
    NaN,
    /// Any other word: fine as a key, an error as a value.
    Bare,
}

/// Which quotes a string token has. One of the two is always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StringForm {
    /// The quote it begins with; `None` where it was forgotten.
    pub open: Option<Quote>,
    /// The quote it ends with; `None` where it was forgotten.
    pub close: Option<Quote>,
}

/// A character that people use as a quote. Only the first two are legal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quote {
    /// `"`
    Double,
    /// `'`
    Single,
    /// `` ` ``
    Backtick,
    /// `“`
    LeftDouble,
    /// `”`
    RightDouble,
    /// `„`
    LowDouble,
    /// `‘`
    LeftSingle,
    /// `’`
    RightSingle,
    /// `‚`
    LowSingle,
}

impl Quote {
    /// The quote that `c` is, if it is one.
    pub(super) fn from_char(c: char) -> Option<Self> {
        Some(match c {
            '"' => Self::Double,
            '\'' => Self::Single,
            '`' => Self::Backtick,
            '“' => Self::LeftDouble,
            '”' => Self::RightDouble,
            '„' => Self::LowDouble,
            '‘' => Self::LeftSingle,
            '’' => Self::RightSingle,
            '‚' => Self::LowSingle,
            _ => return None,
        })
    }

    /// The character.
    #[must_use]
    pub fn as_char(self) -> char {
        match self {
            Self::Double => '"',
            Self::Single => '\'',
            Self::Backtick => '`',
            Self::LeftDouble => '“',
            Self::RightDouble => '”',
            Self::LowDouble => '„',
            Self::LeftSingle => '‘',
            Self::RightSingle => '’',
            Self::LowSingle => '‚',
        }
    }

    /// Whether a string that begins with `self` may end with `close`.
    pub(super) fn pairs_with(self, close: Self) -> bool {
        self.family() == close.family()
    }

    fn family(self) -> u8 {
        match self {
            Self::Double | Self::LeftDouble | Self::RightDouble | Self::LowDouble => 0,
            Self::Single | Self::LeftSingle | Self::RightSingle | Self::LowSingle => 1,
            Self::Backtick => 2,
        }
    }
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// The whole text.
    Document,
    /// `{ … }`
    Object,
    /// `[ … ]`
    Array,
    /// `key: value`
    Member,
}

//! An open buffer: the text as the editor has it, kept in step by the editor's changes.

use std::sync::Arc;

use ropey::Rope;
use text_size::{TextRange, TextSize};

use super::position::{Encoding, LineColumn, Lines};
use crate::syntax;

/// The text of a file that is open in the editor.
///
/// The rope takes the changes and answers for positions; `text` is the same, in one piece, for the parser. It is made when it is
/// asked for ([`settle`](Self::settle)), so that any number of changes costs one new text.
#[derive(Debug, Clone)]
pub struct Document {
    rope: Rope,
    text: Arc<str>,
    /// What leads from `text` to the text of the rope.
    pending: Option<Edit>,
    version: i32,
    suspect: bool,
}

/// One change as the editor describes it: a range of the text before it (`None`: all of it), and what is there now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentChange {
    /// Start and end; places outside the text mean the nearest place inside.
    pub range: Option<(LineColumn, LineColumn)>,
    /// The new text of the range.
    pub text: String,
}

/// What became of a text, in bytes: `range` of the old text is now `inserted` bytes of the new text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edit {
    /// Bytes of the old text.
    pub range: TextRange,
    /// Length in the new text, from `range.start()` on.
    pub inserted: TextSize,
}

impl Edit {
    /// The smallest edit that covers this one and then `next`, which is in terms of the text after this one.
    #[must_use]
    pub fn then(self, next: Edit) -> Edit {
        let start = self.range.start().min(next.range.start());
        let between_end = (self.range.start() + self.inserted).max(next.range.end());
        // Behind both edits, the three texts differ by a shift only.
        let old_end = between_end - self.inserted + self.range.len();
        let new_end = between_end - next.range.len() + next.inserted;
        Edit {
            range: TextRange::new(start, old_end),
            inserted: new_end - start,
        }
    }
}

impl Document {
    /// A buffer that was just opened.
    #[must_use]
    pub fn new(text: String, version: i32) -> Document {
        Document {
            rope: Rope::from_str(&text),
            text: text.into(),
            pending: None,
            version,
            suspect: false,
        }
    }

    /// The whole text, as it was when the document was last [settled](Self::settle).
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The same text, for looking up positions. Its clone is cheap.
    #[must_use]
    pub fn rope(&self) -> &Rope {
        &self.rope
    }

    /// The editor's number of this state of the text.
    #[must_use]
    pub fn version(&self) -> i32 {
        self.version
    }

    /// Whether our text may differ from the editor's, because a change did not make sense. A change of the whole
    /// text (some editors send it on save) settles it.
    #[must_use]
    pub fn is_suspect(&self) -> bool {
        self.suspect
    }

    /// Applies changes strictly in order, each to the text after the one before.
    pub fn change(&mut self, version: i32, changes: impl IntoIterator<Item = ContentChange>, encoding: Encoding) {
        if version < self.version {
            tracing::warn!(version, current = self.version, "a change with an older version");
            self.suspect = true;
        }
        self.version = version;
        for change in changes {
            let edit = match change.range {
                Some(range) => self.splice(range, &change.text, encoding),
                None => self.become_text(&change.text),
            };
            self.pending = Some(self.pending.map_or(edit, |pending| pending.then(edit)));
        }
    }

    /// Brings [`text`](Self::text) up to date. Returns the one edit that leads from the old text to the new one, `None` if they are
    /// equal. It covers all changes since the last time.
    pub fn settle(&mut self) -> Option<Edit> {
        let edit = self.pending.take()?;
        let differs = !edit.range.is_empty() || edit.inserted != TextSize::new(0);
        differs.then(|| {
            self.text = String::from(&self.rope).into();
            edit
        })
    }

    fn become_text(&mut self, text: &str) -> Edit {
        self.suspect = false;
        let edit = match self.pending {
            None => difference(&self.text, text),
            Some(_) => difference(&String::from(&self.rope), text),
        };
        self.replace(edit.range, inserted_by(edit, text));
        edit
    }

    fn splice(&mut self, (start, end): (LineColumn, LineColumn), text: &str, encoding: Encoding) -> Edit {
        let (start, end) = (self.rope.offset(start, encoding), self.rope.offset(end, encoding));
        if end < start {
            tracing::warn!(?start, ?end, "a change whose range ends before it starts");
            self.suspect = true;
        }
        let range = TextRange::new(start.min(end), start.max(end));
        self.replace(range, text);
        Edit {
            range,
            inserted: TextSize::of(text),
        }
    }

    fn replace(&mut self, range: TextRange, text: &str) {
        let start = self.rope.byte_to_char(range.start().into());
        if !range.is_empty() {
            self.rope.remove(start..self.rope.byte_to_char(range.end().into()));
        }
        self.rope.insert(start, text);
    }
}

/// The edit that turns `old` into `new`.
fn difference(old: &str, new: &str) -> Edit {
    let (range, inserted) = syntax::difference(old, new);
    Edit {
        range,
        inserted: inserted.len(),
    }
}

fn inserted_by(edit: Edit, new: &str) -> &str {
    let start = usize::from(edit.range.start());
    new.get(start..start + usize::from(edit.inserted)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    impl Document {
        fn apply<const N: usize>(&mut self, version: i32, changes: [ContentChange; N]) -> Option<Edit> {
            self.change(version, changes, Encoding::Utf16);
            self.settle()
        }
    }

    fn place(line: u32, column: u32) -> LineColumn {
        LineColumn { line, column }
    }

    fn ranged(start: (u32, u32), end: (u32, u32), text: &str) -> ContentChange {
        ContentChange {
            range: Some((place(start.0, start.1), place(end.0, end.1))),
            text: text.to_owned(),
        }
    }

    fn whole(text: &str) -> ContentChange {
        ContentChange {
            range: None,
            text: text.to_owned(),
        }
    }

    /// What the edit says about old and new text must be so.
    #[track_caller]
    fn assert_edit_leads(old: &str, edit: Option<Edit>, new: &str) {
        let Some(edit) = edit else {
            return assert_eq!(old, new);
        };
        let inserted = inserted_by(edit, new);
        let mut patched = old.to_owned();
        patched.replace_range(std::ops::Range::<usize>::from(edit.range), inserted);
        assert_eq!(patched, new, "by {edit:?}");
    }

    #[test]
    fn typing_a_letter() {
        let mut document = Document::new("{\r\n  \"😀\"\r\n}".to_owned(), 1);
        let edit = document.apply(2, [ranged((1, 5), (1, 5), "x")]);
        assert_eq!(&**document.text(), "{\r\n  \"😀x\"\r\n}");
        assert_eq!(
            edit,
            Some(Edit {
                range: TextRange::empty(10.into()),
                inserted: 1.into()
            })
        );
        assert_eq!(document.version(), 2);
    }

    #[test]
    fn changes_are_applied_in_order_each_to_the_text_before_it() {
        let mut document = Document::new("ab".to_owned(), 1);
        let changes = [
            ranged((0, 0), (0, 0), "x\n"),
            ranged((1, 1), (1, 2), "c"),
            ranged((0, 0), (0, 1), ""),
        ];
        let edit = document.apply(2, changes);
        assert_eq!(&**document.text(), "\nac");
        assert_edit_leads("ab", edit, document.text());
    }

    #[test]
    fn a_whole_text_gives_the_part_that_differs() {
        let mut document = Document::new("{ \"type\": \"slack\" }".to_owned(), 1);
        let edit = document.apply(2, [whole("{ \"type\": \"slackbot\" }")]);
        assert_eq!(
            edit,
            Some(Edit {
                range: TextRange::empty(16.into()),
                inserted: 3.into()
            })
        );
        assert_eq!(document.apply(3, [whole("{ \"type\": \"slackbot\" }")]), None);
        assert_eq!(document.version(), 3);
    }

    #[test]
    fn places_outside_the_text_mean_the_nearest_inside() {
        let mut document = Document::new("a\nb".to_owned(), 1);
        document.apply(2, [ranged((0, 99), (0, 99), "!"), ranged((7, 7), (9, 9), "?")]);
        assert_eq!(&**document.text(), "a!\nb?");
        assert!(!document.is_suspect());
    }

    #[test]
    fn an_inverted_range_is_turned_round_and_leaves_doubt_until_the_whole_text_comes() {
        let mut document = Document::new("abcd".to_owned(), 1);
        document.apply(2, [ranged((0, 3), (0, 1), "-")]);
        assert_eq!(&**document.text(), "a-d");
        assert!(document.is_suspect());
        document.apply(3, [whole("a-d")]);
        assert!(!document.is_suspect());
    }

    #[test]
    fn a_version_that_goes_back_leaves_doubt() {
        let mut document = Document::new("a".to_owned(), 5);
        document.apply(4, [ranged((0, 0), (0, 0), "b")]);
        assert!(document.is_suspect());
    }

    #[test]
    fn a_batch_that_undoes_itself_is_no_edit() {
        let mut document = Document::new("a".to_owned(), 1);
        let changes = [ranged((0, 1), (0, 1), "x"), whole("a")];
        assert_eq!(document.apply(2, changes), None);
        assert_eq!(&**document.text(), "a");
    }

    #[test]
    fn no_change_is_no_edit() {
        let mut document = Document::new("a".to_owned(), 1);
        let before = Arc::clone(document.text());
        assert_eq!(document.apply(2, []), None);
        assert_eq!(document.apply(3, [ranged((0, 0), (0, 0), "")]), None);
        assert!(Arc::ptr_eq(&before, document.text()));
    }

    proptest! {
        #[test]
        fn any_batch_ends_where_a_plain_string_ends(
            text in "[ab\\r\\né😀]{0,20}",
            changes in prop::collection::vec(
                (prop::option::weighted(0.8, (0u32..5, 0u32..8, 0u32..5, 0u32..8)), "[xy\\r\\né😀]{0,6}"), 0..6),
        ) {
            let mut expected = text.clone();
            let mut batch = Vec::new();
            for (range, inserted) in changes {
                let range = range.map(|(a, b, c, d)| (place(a, b), place(c, d)));
                match range {
                    None => expected.clone_from(&inserted),
                    Some((start, end)) => {
                        let lines = super::super::position::LineIndex::new(&expected);
                        let a: usize = lines.offset(start, Encoding::Utf16).into();
                        let b: usize = lines.offset(end, Encoding::Utf16).into();
                        expected.replace_range(a.min(b)..a.max(b), &inserted);
                    }
                }
                batch.push(ContentChange { range, text: inserted });
            }
            let mut document = Document::new(text.clone(), 1);
            // All at once, or one notification each: it is the same edit in the end.
            for (version, change) in (2..).zip(batch.clone()) {
                document.change(version, [change], Encoding::Utf16);
            }
            let edit = document.settle();
            let mut at_once = Document::new(text.clone(), 1);
            at_once.change(2, batch, Encoding::Utf16);
            prop_assert_eq!((edit, document.text()), (at_once.settle(), at_once.text()));
            prop_assert_eq!(&**document.text(), &expected);
            prop_assert_eq!(document.rope(), &Rope::from_str(&expected));
            assert_edit_leads(&text, edit, &expected);
        }
    }
}

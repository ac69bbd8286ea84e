//! Nodes without positions, which trees share: an edit makes new ones along one path and keeps all others.
//!
//! A node owns its children in order: tokens (kind and length), nodes, and *issues*, the errors and notes, which
//! are children of no length. Every length is relative, so nothing in a node changes when it moves.
//! The children of a long node are grouped into runs, and these again, all to the same depth, as in a B-tree:
//! to find or to replace one of 20,000 children touches some hundred.

use std::slice;
use std::sync::Arc;

use text_size::{TextRange, TextSize};

use super::issue::IssueKind;
use super::kind::{NodeKind, TokenKind};

/// How many children a run has at most.
const RUN: usize = 64;

/// A node: its kind, whether its brackets are there, and its children.
#[derive(Debug)]
pub(super) struct Green {
    pub(super) kind: NodeKind,
    /// Whether it begins with an opening bracket. Only documents, members and objects do without.
    pub(super) opened: bool,
    /// Whether it ends with a closing bracket.
    pub(super) closed: bool,
    pub(super) children: Children,
}

/// Some children in order: all of a node, or one run of them.
#[derive(Debug)]
pub(super) struct Children {
    pub(super) len: TextSize,
    pub(super) has_errors: bool,
    pub(super) has_notes: bool,
    /// How many levels of runs there are in `items`.
    pub(super) height: u8,
    pub(super) items: Box<[Child]>,
}

/// One child.
#[derive(Debug, Clone)]
pub(super) enum Child {
    Token(TokenKind, TextSize),
    /// An error or a note: it begins `back` bytes before this place, and is `len` bytes long.
    Issue {
        kind: IssueKind,
        back: TextSize,
        len: TextSize,
    },
    Node(Arc<Green>),
    /// Children of the same parent, in a group.
    Run(Arc<Children>),
}

impl Child {
    pub(super) fn len(&self) -> TextSize {
        match self {
            Self::Token(_, len) => *len,
            Self::Issue { .. } => TextSize::new(0),
            Self::Node(node) => node.children.len,
            Self::Run(run) => run.len,
        }
    }

    pub(super) fn has_errors(&self) -> bool {
        match self {
            Self::Token(..) => false,
            Self::Issue { kind, .. } => matches!(kind, IssueKind::Error(_)),
            Self::Node(node) => node.has_errors(),
            Self::Run(run) => run.has_errors,
        }
    }

    fn has_notes(&self) -> bool {
        match self {
            Self::Token(..) => false,
            Self::Issue { kind, .. } => matches!(kind, IssueKind::Note(_)),
            Self::Node(node) => node.children.has_notes,
            Self::Run(run) => run.has_notes,
        }
    }
}

impl Green {
    /// Whether an error lies in it, or it lacks a bracket itself.
    pub(super) fn has_errors(&self) -> bool {
        self.children.has_errors || self.lacks_bracket()
    }

    /// Whether it is an array or object without one of its brackets.
    pub(super) fn lacks_bracket(&self) -> bool {
        matches!(self.kind, NodeKind::Array | NodeKind::Object) && !(self.opened && self.closed)
    }
}

impl Children {
    /// Groups `items`, none of which is a run.
    pub(super) fn new(items: Vec<Child>) -> Self {
        Self::balanced(items, 0)
    }

    /// Groups `items`, which all have `height` levels of runs in them, until few enough are left.
    fn balanced(mut items: Vec<Child>, mut height: u8) -> Self {
        while 2 * RUN < items.len() {
            items = grouped(items, height);
            height += 1;
        }
        Self::with_height(items, height)
    }

    fn with_height(items: Vec<Child>, height: u8) -> Self {
        Self {
            len: items.iter().map(Child::len).sum(),
            has_errors: items.iter().any(Child::has_errors),
            has_notes: items.iter().any(Child::has_notes),
            height,
            items: items.into_boxed_slice(),
        }
    }

    /// These children up to `left`, then `new`, then these children from `right` on (none without it).
    pub(super) fn spliced(&self, left: &Cut, new: Vec<Child>, right: Option<&Cut>) -> Self {
        let before = self.levels(left, |items, at| items.get(..at));
        let after = right.map(|right| self.levels(right, |items, at| items.get(at..)));
        let levels = usize::from(self.height);
        let mut items = new;
        for level in 0..=levels {
            if 0 < level {
                let below = u8::try_from(level - 1).unwrap_or(u8::MAX);
                items = grouped(items, below);
            }
            // `levels` lists the outermost first.
            let nth = levels - level;
            let mut row = before.get(nth).copied().unwrap_or_default().to_vec();
            row.append(&mut items);
            if let Some(after) = &after {
                // On all levels but the innermost, the cut run itself is already taken apart.
                let rest = after.get(nth).copied().unwrap_or_default();
                let rest = if level == 0 {
                    rest
                } else {
                    rest.get(1..).unwrap_or_default()
                };
                row.extend_from_slice(rest);
            }
            items = row;
        }
        Self::balanced(items, self.height)
    }

    /// The children before `cut`, which is at offset `end`, the last one first.
    pub(super) fn backwards(&self, cut: &Cut, end: TextSize) -> Backwards<'_> {
        let levels = self.levels(cut, |items, at| items.get(..at));
        let levels = levels.into_iter().map(<[Child]>::iter).collect();
        Backwards { levels, end }
    }

    /// All children, which end at offset `end`, the last one first.
    pub(super) fn all_backwards(&self, end: TextSize) -> Backwards<'_> {
        let levels = vec![self.items.iter()];
        Backwards { levels, end }
    }

    /// What `side` leaves of the items on every level that `cut` goes through, outermost first.
    fn levels<'t>(&'t self, cut: &Cut, side: impl Fn(&'t [Child], usize) -> Option<&'t [Child]>) -> Vec<&'t [Child]> {
        let mut items: &'t [Child] = &self.items;
        let mut levels = Vec::with_capacity(cut.0.len());
        for &at in &cut.0 {
            levels.push(side(items, at).unwrap_or_default());
            if let Some(Child::Run(run)) = items.get(at) {
                items = &run.items;
            }
        }
        levels
    }
}

/// A place between two children: an index per level, outermost first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cut(pub(super) Vec<usize>);

impl Cut {
    /// Moves behind the next child.
    pub(super) fn advance(&mut self) {
        if let Some(at) = self.0.last_mut() {
            *at += 1;
        }
    }
}

/// Children with their ranges, the last one first.
#[derive(Debug)]
pub(super) struct Backwards<'t> {
    /// What is left on every level, outermost first.
    levels: Vec<slice::Iter<'t, Child>>,
    end: TextSize,
}

impl<'t> Iterator for Backwards<'t> {
    type Item = (&'t Child, TextRange);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.levels.last_mut()?.next_back() {
                None => {
                    self.levels.pop();
                }
                Some(Child::Run(run)) => self.levels.push(run.items.iter()),
                Some(child) => {
                    let range = TextRange::new(self.end - child.len(), self.end);
                    self.end = range.start();
                    return Some((child, range));
                }
            }
        }
    }
}

/// Evenly filled runs of `items`, each of which has `height` levels of runs in it.
fn grouped(items: Vec<Child>, height: u8) -> Vec<Child> {
    let count = items.len();
    let runs = count.div_ceil(RUN);
    let mut items = items.into_iter();
    let run = |nth: usize| {
        let size = (nth + 1) * count / runs - nth * count / runs;
        let items = items.by_ref().take(size).collect();
        Child::Run(Arc::new(Children::with_height(items, height)))
    };
    (0..runs).map(run).collect()
}

impl Drop for Children {
    /// Without recursion: brackets nest as deep as somebody types them.
    fn drop(&mut self) {
        let mut pending = std::mem::take(&mut self.items).into_vec();
        while let Some(child) = pending.pop() {
            let items = match child {
                Child::Node(node) => Arc::into_inner(node).map(|mut it| std::mem::take(&mut it.children.items)),
                Child::Run(run) => Arc::into_inner(run).map(|mut it| std::mem::take(&mut it.items)),
                Child::Token(..) | Child::Issue { .. } => None,
            };
            pending.extend(items.unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_takes_16_bytes() {
        assert_eq!(size_of::<Child>(), 16);
    }
}

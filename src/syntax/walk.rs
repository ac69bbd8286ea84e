//! Through a whole tree from its first token to its last, and what can be told on the way: whether two trees are equal, and how
//! one is written down.

use std::fmt;
use std::slice;

use text_size::{TextRange, TextSize};

use super::green::{Child, Green};
use super::issue::IssueKind;
use super::tree::{Node, Token, Tree};

/// Goes through a node and everything in it, without recursion.
pub(super) struct Walk<'t> {
    stack: Vec<Level<'t>>,
    /// The node that was entered last, until its children are asked for.
    entered: Option<&'t Green>,
    offset: TextSize,
}

struct Level<'t> {
    items: slice::Iter<'t, Child>,
    /// Whether these are the children of a node, and not of a run.
    node: bool,
}

/// What comes next on the way.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event<'t> {
    Enter(Node<'t>),
    Token(Token),
    Issue(IssueKind, TextRange),
    Leave,
}

impl<'t> Walk<'t> {
    /// Begins inside of `node`.
    pub(super) fn new(node: Node<'t>) -> Self {
        Self {
            stack: Vec::new(),
            entered: Some(node.green),
            offset: node.start,
        }
    }

    /// Leaves the node that was entered last without looking into it.
    pub(super) fn skip_node(&mut self) {
        if let Some(node) = self.entered.take() {
            self.offset += node.children.len;
        }
    }
}

impl<'t> Iterator for Walk<'t> {
    type Item = Event<'t>;

    fn next(&mut self) -> Option<Event<'t>> {
        if let Some(node) = self.entered.take() {
            self.stack.push(Level {
                items: node.children.items.iter(),
                node: true,
            });
        }
        loop {
            let level = self.stack.last_mut()?;
            let start = self.offset;
            match level.items.next() {
                None => {
                    let left = self.stack.pop()?;
                    if left.node && !self.stack.is_empty() {
                        return Some(Event::Leave);
                    }
                }
                Some(Child::Run(run)) => self.stack.push(Level {
                    items: run.items.iter(),
                    node: false,
                }),
                Some(Child::Token(kind, len)) => {
                    self.offset += *len;
                    let range = TextRange::at(start, *len);
                    return Some(Event::Token(Token { kind: *kind, range }));
                }
                Some(Child::Issue { kind, back, len }) => {
                    let range = TextRange::at(start - *back, *len);
                    return Some(Event::Issue(*kind, range));
                }
                Some(Child::Node(green)) => {
                    self.entered = Some(green);
                    return Some(Event::Enter(Node { green, start }));
                }
            }
        }
    }
}

impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        let (mut left, mut right) = (Walk::new(self.document()), Walk::new(other.document()));
        loop {
            match (left.next(), right.next()) {
                (None, None) => return true,
                (Some(Event::Leave), Some(Event::Leave)) => {}
                (Some(Event::Token(a)), Some(Event::Token(b))) if a == b => {}
                (Some(Event::Issue(a, at)), Some(Event::Issue(b, bt))) if a == b && at == bt => {}
                (Some(Event::Enter(a)), Some(Event::Enter(b))) if a.alike(&b) => {
                    if std::ptr::eq(a.green, b.green) {
                        left.skip_node();
                        right.skip_node();
                    }
                }
                _ => return false,
            }
        }
    }
}

impl Eq for Tree {}

impl Node<'_> {
    /// Equal but for the children.
    fn alike(&self, other: &Self) -> bool {
        let flags = |it: &Self| (it.kind(), it.range(), it.green.opened, it.green.closed);
        flags(self) == flags(other)
    }
}

impl fmt::Debug for Tree {
    /// One line per node, token and issue, indented by depth (up to a limit).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut depth: usize = 1;
        writeln!(f, "{:?}", self.document())?;
        for event in Walk::new(self.document()) {
            if matches!(event, Event::Leave) {
                depth -= 1;
                continue;
            }
            write!(f, "{:indent$}", "", indent = depth.min(40))?;
            match event {
                Event::Enter(node) => {
                    writeln!(f, "{node:?}")?;
                    depth += 1;
                }
                Event::Token(token) => writeln!(f, "{:?}@{:?}", token.kind, token.range)?,
                Event::Issue(kind, range) => writeln!(f, "! {kind:?}@{range:?}")?,
                Event::Leave => {}
            }
        }
        Ok(())
    }
}

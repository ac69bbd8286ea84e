//! Re-parsing after an edit: the parser is resumed before it, and stopped as soon as it agrees with the old tree again.
//!
//! *Where to begin.* Right after an opening bracket or a comma, what the parser does next depends only on the open
//! nodes and on the text that follows. The tokens before it must not depend on the edited text either. A token
//! without an error never looks further than the next comma or bracket; one with an error may look to the end of
//! its line. So a comma will do if there is no error between it and the comma (or bracket) before it: an unclosed
//! string that looked across several commas made all of them extra ones, which is an error again. An opening bracket
//! will do if there is no error between it and the comma before it, in whichever node that is.
//!
//! *Where to end.* Behind the edit, after a comma that the old tree has at the same place in the same node; or
//! after the bracket that closes a node where the old tree closes it, too. All text from there on is the same and
//! so is the state, so everything that follows in the old tree is right. What an edit breaks for good (a deleted
//! bracket, an opened comment) is noticed in no such place, and the parser runs on to the end of the text.
//!
//! The work is that of one parse at most, whatever the edit.

use text_size::{TextRange, TextSize};

use super::green::{Child, Cut};
use super::kind::{NodeKind, TokenKind};
use super::lexer::Lexer;
use super::parser::{Frame, Kept, Parser, State};
use super::tree::{Node, Tree, within_reach};

/// The tree of `new_text`, see [`Tree::edited`].
pub(super) fn edited(old: &Tree, new_text: &str, range: TextRange, inserted: TextSize) -> Tree {
    resumed(old, within_reach(new_text), range, inserted).unwrap_or_else(|| Tree::parse(new_text))
}

/// `None` if the parser has to begin at the beginning.
fn resumed(old: &Tree, text: &str, range: TextRange, inserted: TextSize) -> Option<Tree> {
    let new_len = old.len().checked_sub(range.len())?.checked_add(inserted)?;
    let whole_edit = range.end() <= old.len() && usize::from(new_len) == text.len();
    if !whole_edit || Lexer::new(text).was_utf16() {
        return None;
    }
    let (frames, start) = restart(old, range.start())?;
    let old_end = usize::from(range.end());
    let new_end = usize::from(range.start() + inserted);
    let mut parser = Parser::resume(text, usize::from(start), frames);
    loop {
        let finished = parser.step();
        let pos = parser.pos();
        let closed = parser.take_closed();
        let document = finished.or_else(|| {
            let old_pos = pos.checked_sub(new_end)? + old_end;
            let cut = agreement(&parser, closed, TextSize::try_from(old_pos).ok()?)?;
            parser.rejoin(&cut)
        });
        if let Some(document) = document {
            let read = TextSize::try_from(pos).unwrap_or_default() - start;
            return Some(Tree { document, read });
        }
    }
}

/// The open nodes at the last place before the edit at `start` from where on the tree may change, and that place.
fn restart(old: &Tree, start: TextSize) -> Option<(Vec<Frame<'_>>, TextSize)> {
    let mut path = Vec::new();
    let mut node = old.document();
    while let Some((child, cut)) = inner(node, start) {
        path.push((node, cut));
        node = child;
    }
    let mut decision = None;
    loop {
        if let Some(place) = boundary(node, start)
            && (place.after_comma || is_clean(&path, &mut decision))
        {
            let (_, _, mut cut) = node.locate(place.offset - TextSize::new(1))?;
            cut.advance();
            path.push((node, cut));
            let frames = path.into_iter().map(|(node, cut)| frame(node, cut));
            return Some((frames.collect(), place.offset));
        }
        node = path.pop()?.0;
    }
}

/// A place at which the parser can be resumed.
#[derive(Debug, Clone, Copy)]
struct Boundary {
    offset: TextSize,
    /// Whether this is behind a comma, with no error between it and the comma or bracket before it.
    after_comma: bool,
}

/// Whether there is no error between the end of `path` and the comma before it, in whichever node that is.
///
/// `decision` keeps how deep that comma or error is, and which of them: a shorter path that still holds it need not look again.
fn is_clean(path: &[(Node<'_>, Cut)], decision: &mut Option<(usize, bool)>) -> bool {
    let decided = decision.filter(|(depth, _)| *depth < path.len());
    let (_, clean) = *decision.insert(decided.unwrap_or_else(|| {
        let in_node = |(node, cut): &(Node<'_>, Cut)| {
            let mut before = node.green.children.backwards(cut, TextSize::new(u32::MAX));
            before.find_map(|(child, _)| match child {
                Child::Token(TokenKind::Comma, _) => Some(true),
                child => child.has_errors().then_some(false),
            })
        };
        let decisive = |(depth, place)| Some((depth, in_node(place)?));
        path.iter().enumerate().rev().find_map(decisive).unwrap_or((0, true))
    }));
    clean
}

/// The child of `node` that the text at `offset` is part of, and the cut before it.
fn inner(node: Node<'_>, offset: TextSize) -> Option<(Node<'_>, Cut)> {
    let before = offset.checked_sub(TextSize::new(1))?;
    [offset, before].into_iter().find_map(|byte| {
        let (child, start, cut) = node.locate(byte)?;
        let Child::Node(green) = child else {
            return None;
        };
        let child = Node { green, start };
        let inside = start < offset && (offset < child.range().end() || !green.closed);
        inside.then_some((child, cut))
    })
}

/// The last place in an array or object, up to `start`, at which the parser can be resumed.
fn boundary(node: Node<'_>, start: TextSize) -> Option<Boundary> {
    if !matches!(node.kind(), NodeKind::Array | NodeKind::Object) {
        return None;
    }
    let mut comma = None;
    for (child, range) in node.backwards(start - TextSize::new(1)) {
        let offset = range.end();
        match child {
            Child::Token(TokenKind::Comma, _) if offset <= start => {
                if comma.is_some() {
                    return comma;
                }
                let after_comma = true;
                comma = Some(Boundary { offset, after_comma });
            }
            Child::Token(..) if node.green.opened && range.start() == node.start => {
                let after_comma = false;
                return comma.or(Some(Boundary { offset, after_comma }));
            }
            _ if child.has_errors() => comma = None,
            _ => {}
        }
    }
    comma
}

/// `node`, open after its children up to `left`.
fn frame(node: Node<'_>, left: Cut) -> Frame<'_> {
    Frame {
        kind: node.kind(),
        state: State::Item,
        opened: node.green.opened,
        first: 0,
        kept: Some(Kept {
            green: node.green,
            start: node.start,
            left,
        }),
    }
}

/// Where the innermost open node goes on in the old tree, if the parser has just come to a place where it stood there,
/// too. `old_pos` is that place in the old text, and `closed` the old node that was just closed.
fn agreement(parser: &Parser<'_, '_>, closed: Option<Kept<'_>>, old_pos: TextSize) -> Option<Cut> {
    let kept = parser.top()?.kept.as_ref()?;
    if let Some(closed) = closed {
        let end = closed.start + closed.green.children.len;
        if closed.green.closed && end == old_pos {
            let mut cut = kept.left.clone();
            cut.advance();
            return Some(cut);
        }
    }
    if !parser.is_after_comma() {
        return None;
    }
    let node = Node {
        green: kept.green,
        start: kept.start,
    };
    let (child, _, mut cut) = node.locate(old_pos.checked_sub(TextSize::new(1))?)?;
    matches!(child, Child::Token(TokenKind::Comma, _)).then(|| {
        cut.advance();
        cut
    })
}

//! Between the protocol's positions and URIs and our offsets and paths: the edge at which each is converted, once.

use std::path::{Path, PathBuf};

use lsp_types::{Position, Range, TextDocumentContentChangeEvent, Url};
use text_size::{TextRange, TextSize};

use crate::project::document::ContentChange;
use crate::project::normalized;
use crate::project::position::{Encoding, LineColumn, Lines};

/// The protocol's position of a byte offset.
#[must_use]
pub fn position(lines: &impl Lines, offset: TextSize, encoding: Encoding) -> Position {
    let LineColumn { line, column } = lines.line_column(offset, encoding);
    Position::new(line, column)
}

/// The protocol's range of a byte range.
#[must_use]
pub fn range(lines: &impl Lines, range: TextRange, encoding: Encoding) -> Range {
    Range::new(
        position(lines, range.start(), encoding),
        position(lines, range.end(), encoding),
    )
}

/// The byte offset of a position; outside the text, the nearest inside.
#[must_use]
pub fn offset(lines: &impl Lines, position: Position, encoding: Encoding) -> TextSize {
    lines.offset(place(position), encoding)
}

/// The byte range of a range; an inverted one is turned round.
#[must_use]
pub fn text_range(lines: &impl Lines, range: Range, encoding: Encoding) -> TextRange {
    let start = offset(lines, range.start, encoding);
    let end = offset(lines, range.end, encoding);
    TextRange::new(start.min(end), start.max(end))
}

/// A change of `textDocument/didChange`, for the open buffer.
#[must_use]
pub fn content_change(change: TextDocumentContentChangeEvent) -> ContentChange {
    let range = change.range.map(|range| (place(range.start), place(range.end)));
    ContentChange {
        range,
        text: change.text,
    }
}

fn place(position: Position) -> LineColumn {
    LineColumn {
        line: position.line,
        column: position.character,
    }
}

/// The path of a `file:` URI, percent-decoded; `None` for other schemes, and for what is no path on this system.
///
/// A client may spell one file in several ways (`file:///c%3A/a`, `file:///C:/a`); all of them give one path.
#[must_use]
pub fn to_path(uri: &Url) -> Option<PathBuf> {
    if uri.scheme() != "file" {
        return None;
    }
    uri.to_file_path().ok().map(|it| normalized(&it))
}

/// The URI of an absolute path; `None` for a relative one.
#[must_use]
pub fn to_uri(path: &Path) -> Option<Url> {
    Url::from_file_path(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ropey::Rope;

    fn path(uri: &str) -> Option<PathBuf> {
        to_path(&Url::parse(uri).unwrap())
    }

    #[test]
    fn positions_go_there_and_back_in_every_encoding() {
        let rope = Rope::from_str("{\n  \"é😀\": 1\n}");
        let offset_of_colon = TextSize::from(12);
        for (encoding, column) in [(Encoding::Utf8, 10), (Encoding::Utf16, 7), (Encoding::Utf32, 6)] {
            let at = position(&rope, offset_of_colon, encoding);
            assert_eq!(at, Position::new(1, column));
            assert_eq!(offset(&rope, at, encoding), offset_of_colon);
        }
    }

    #[test]
    fn an_inverted_range_is_turned_round() {
        let rope = Rope::from_str("abcdef");
        let inverted = Range::new(Position::new(0, 4), Position::new(0, 1));
        assert_eq!(
            text_range(&rope, inverted, Encoding::Utf16),
            TextRange::new(1.into(), 4.into())
        );
    }

    #[test]
    fn one_file_has_one_path_however_its_uri_is_spelled() {
        let expected = path("file:///c:/a/slack.jsonc").unwrap();
        for spelling in [
            "file:///c%3A/a/slack.jsonc",
            "file:///c:/a/sl%61ck.jsonc",
            "file:///c:/a/./b/../slack.jsonc",
            "file://localhost/c:/a/slack.jsonc",
        ] {
            assert_eq!(path(spelling).as_ref(), Some(&expected), "{spelling}");
        }
        assert_ne!(path("file:///c:/a/Slack.jsonc"), Some(expected));
    }

    #[cfg(windows)]
    #[test]
    fn the_drive_letters_case_does_not_matter() {
        for (uri, expected) in [
            ("file:///c%3A/my%20app/slack.jsonc", r"C:\my app\slack.jsonc"),
            ("file:///C%3a/my%20app/slack.jsonc", r"C:\my app\slack.jsonc"),
            ("file:///C:/my%20app/slack.jsonc", r"C:\my app\slack.jsonc"),
            ("file:///c:/", r"C:\"),
            ("file://server/share/slack.jsonc", r"\\server\share\slack.jsonc"),
            (
                "file://wsl.localhost/Ubuntu/home/me/slack.jsonc",
                r"\\wsl.localhost\Ubuntu\home\me\slack.jsonc",
            ),
        ] {
            let path = path(uri).unwrap();
            assert_eq!(path.to_str(), Some(expected));
            assert_eq!(to_path(&to_uri(&path).unwrap()), Some(path));
        }
    }

    #[cfg(unix)]
    #[test]
    fn paths_are_percent_decoded() {
        let expected = PathBuf::from("/tmp/my app/é/slack#1.jsonc");
        assert_eq!(path("file:///tmp/my%20app/%C3%A9/slack%231.jsonc"), Some(expected));
    }

    #[cfg(unix)]
    #[test]
    fn paths_go_there_and_back_also_when_they_are_not_utf8() {
        use std::os::unix::ffi::OsStrExt as _;
        for bytes in [&b"/tmp/a b/[x]?#%.jsonc"[..], b"/tmp/\xff.jsonc"] {
            let path = Path::new(std::ffi::OsStr::from_bytes(bytes));
            assert_eq!(to_path(&to_uri(path).unwrap()).as_deref(), Some(path));
        }
        assert_eq!(to_uri(Path::new("a/relative/path")), None);
    }

    #[test]
    fn documents_that_are_no_files_have_no_path() {
        for uri in [
            "untitled:Untitled-1",
            "untitled:/home/me/new.jsonc",
            "git:/home/me/slack.jsonc?%7B%22ref%22%3A%22~%22%7D",
            "vscode-remote://wsl%2Bubuntu/home/me/slack.jsonc",
            "vscode-notebook-cell:/a#W0sZ",
        ] {
            assert_eq!(path(uri), None, "{uri}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_of_another_machine_is_no_path_here() {
        assert_eq!(path("file://server/share/slack.jsonc"), None);
    }
}

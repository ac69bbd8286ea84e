//! Messages as they lie in the byte stream: `Content-Length: N`, an empty line, N bytes.
//!
//! Reading never gives up: what cannot be read is reported once, and reading goes on at the next header.

use std::io::{self, BufRead, Read as _, Write};

/// The longest body that is read. Above it lies no connector file, only a broken header.
const MAX_BODY: usize = 256 * 1024 * 1024;
/// How much of an over-long header line is looked at in one piece.
const LINE_PIECE: u64 = 8 * 1024;
/// How much of a piece is kept for the next, so that a header on their border is found.
const LINE_OVERLAP: usize = 64;
const CONTENT_LENGTH: &[u8] = b"content-length:";

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// The body of a message: bytes, not yet known to be JSON.
    Body(Vec<u8>),
    /// Something that is no frame, and why. Reading goes on behind it.
    Lost(&'static str),
}

/// Takes a byte stream apart.
pub(super) struct FrameReader<R> {
    input: R,
    line: Vec<u8>,
    /// Between a broken frame and the next good one, so that a heap of garbage is reported once.
    lost: bool,
}

impl<R: BufRead> FrameReader<R> {
    pub(super) fn new(input: R) -> FrameReader<R> {
        FrameReader {
            input,
            line: Vec::new(),
            lost: false,
        }
    }

    /// The next frame; `None` at the end of the stream, also if it ends inside a frame.
    pub(super) fn next(&mut self) -> io::Result<Option<Frame>> {
        loop {
            let Some(length) = self.header()? else {
                return Ok(None);
            };
            match length {
                Ok(length) => {
                    self.lost = false;
                    return Ok(self.body(length)?.map(Frame::Body));
                }
                Err(_) if self.lost => {}
                Err(why) => {
                    self.lost = true;
                    return Ok(Some(Frame::Lost(why)));
                }
            }
        }
    }

    /// Reads up to the empty line that ends the header; gives the length it states.
    fn header(&mut self) -> io::Result<Option<Result<usize, &'static str>>> {
        let mut length = None;
        let mut started = false;
        while self.read_line()? {
            let line = self.line.trim_ascii();
            if !line.is_empty() {
                started = true;
                length = stated_length(line).or(length);
            } else if started {
                return Ok(Some(length.unwrap_or(Err("a header without Content-Length"))));
            }
        }
        Ok(None)
    }

    /// Reads a line, or a piece of an over-long one. `false` at the end of the stream.
    fn read_line(&mut self) -> io::Result<bool> {
        let kept = match self.line.last() {
            None | Some(b'\n') => 0,
            Some(_) => self.line.len().min(LINE_OVERLAP),
        };
        self.line.drain(..self.line.len() - kept);
        let read = self.input.by_ref().take(LINE_PIECE).read_until(b'\n', &mut self.line)?;
        Ok(read > 0)
    }

    fn body(&mut self, length: usize) -> io::Result<Option<Vec<u8>>> {
        let mut body = Vec::with_capacity(length);
        self.input.by_ref().take(length as u64).read_to_end(&mut body)?;
        Ok((body.len() == length).then_some(body))
    }
}

/// The length that a header line states, if it is about that. It need not be at the start of the line: behind a
/// frame whose length was wrong, the rest of that frame comes before the next header.
fn stated_length(line: &[u8]) -> Option<Result<usize, &'static str>> {
    let matches = |window: &[u8]| window.eq_ignore_ascii_case(CONTENT_LENGTH);
    let name = line.windows(CONTENT_LENGTH.len()).rposition(matches)?;
    let value = line.get(name + CONTENT_LENGTH.len()..)?.trim_ascii();
    let length = std::str::from_utf8(value)
        .ok()
        .and_then(|value| value.parse::<usize>().ok());
    Some(match length {
        None => Err("a Content-Length that is no length"),
        Some(length) if length > MAX_BODY => Err("a message that is too long"),
        Some(length) => Ok(length),
    })
}

/// Writes one frame, without flushing.
pub(super) fn write_frame(output: &mut impl Write, body: &[u8]) -> io::Result<()> {
    write!(output, "Content-Length: {}\r\n\r\n", body.len())?;
    output.write_all(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    /// The bodies as text; `!why` stands for something that was lost.
    fn frames(input: &[u8]) -> Vec<String> {
        // A small buffer, so that every read is a partial one.
        let mut reader = FrameReader::new(io::BufReader::with_capacity(7, input));
        let mut frames = Vec::new();
        while let Some(frame) = reader.next().unwrap() {
            frames.push(match frame {
                Frame::Body(body) => String::from_utf8(body).unwrap(),
                Frame::Lost(why) => format!("!{why}"),
            });
        }
        frames
    }

    #[test]
    fn what_is_written_is_read() {
        let mut stream = Vec::new();
        for body in ["{}", "", "{\"é\": \"\r\n\r\n\"}"] {
            write_frame(&mut stream, body.as_bytes()).unwrap();
        }
        assert_eq!(frames(&stream), ["{}", "", "{\"é\": \"\r\n\r\n\"}"]);
    }

    #[test]
    fn headers_are_read_tolerantly() {
        for header in [
            "content-length: 2\r\n\r\n",
            "CONTENT-LENGTH:2\n\n",
            "Content-Length:   2  \r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n",
            "X-Unknown\r\nContent-Length: 2\r\n\r\n",
            "\r\n\n\r\nContent-Length: 2\r\n\r\n",
            "Content-Length: 7\r\nContent-Length: 2\r\n\r\n",
        ] {
            assert_eq!(
                frames(format!("{header}{{}}Content-Length: 1\n\n1").as_bytes()),
                ["{}", "1"],
                "{header:?}"
            );
        }
    }

    #[test]
    fn a_bad_header_is_reported_once_and_reading_goes_on_at_the_next() {
        for (header, why) in [
            ("Content-Type: x\r\n\r\n", "a header without Content-Length"),
            ("Content-Length: \r\n\r\n", "a Content-Length that is no length"),
            ("Content-Length: -2\r\n\r\n", "a Content-Length that is no length"),
            ("Content-Length: two\r\n\r\n", "a Content-Length that is no length"),
            (
                "Content-Length: 18446744073709551616\r\n\r\n",
                "a Content-Length that is no length",
            ),
            (
                "Content-Length: 9223372036854775807\r\n\r\n",
                "a message that is too long",
            ),
            (
                "garbage\r\n\r\nmore\r\n\r\nand more\r\n\r\n",
                "a header without Content-Length",
            ),
        ] {
            let stream = format!("{header}{{\"a\": 1}}Content-Length: 2\r\n\r\n{{}}");
            assert_eq!(
                frames(stream.as_bytes()),
                [format!("!{why}"), "{}".to_owned()],
                "{header:?}"
            );
        }
    }

    #[test]
    fn a_length_that_is_too_short_costs_that_message_only() {
        let stream = b"Content-Length: 3\r\n\r\n{\"a\": 1}Content-Length: 2\r\n\r\n{}";
        assert_eq!(frames(stream), ["{\"a", "{}"]);
    }

    #[test]
    fn a_header_is_found_behind_any_amount_of_garbage() {
        for garbage in (0..2 * LINE_PIECE as usize).step_by(61) {
            let stream = format!("{}Content-Length: 2\r\n\r\n{{}}", "x".repeat(garbage));
            assert_eq!(frames(stream.as_bytes()), ["{}"], "{garbage}");
        }
    }

    #[test]
    fn a_stream_that_ends_inside_a_frame_just_ends() {
        for stream in [
            "",
            "Cont",
            "Content-Length: 2\r\n",
            "Content-Length: 2\r\n\r\n",
            "Content-Length: 2\r\n\r\n{",
        ] {
            assert_eq!(frames(stream.as_bytes()), [""; 0], "{stream:?}");
        }
    }
}

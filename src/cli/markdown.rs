//! Markdown for a terminal: just what the documentation of the rules uses.

use std::io::{self, Write};

use anstyle::Style;

use super::style;

/// Columns that a paragraph may take up.
const WIDTH: usize = 80;

/// Prints `page`: paragraphs wrapped, headings and code set off by style, nothing left out.
pub(super) fn print(page: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut paragraph = Paragraph::default();
    let mut in_code = false;
    for line in page.lines() {
        if let Some(info) = line.strip_prefix("```") {
            paragraph.finish(out)?;
            if let Some((_, path)) = info.split_once(' ') {
                let faint = style::FAINT;
                writeln!(out, "    {faint}{path}{faint:#}")?;
            }
            in_code = !in_code;
        } else if in_code {
            let code = style::CODE;
            match line.is_empty() {
                true => writeln!(out)?,
                false => writeln!(out, "    {code}{line}{code:#}")?,
            }
        } else if line.starts_with('#') {
            paragraph.finish(out)?;
            let (strong, heading) = (style::STRONG, line.trim_start_matches('#').trim());
            writeln!(out, "{strong}{heading}{strong:#}")?;
        } else if line.trim().is_empty() || line.starts_with('|') {
            paragraph.finish(out)?;
            writeln!(out, "{line}")?;
        } else {
            if line.trim_start().starts_with("- ") {
                paragraph.finish(out)?;
                paragraph.indent = 2;
            }
            paragraph.add(line);
        }
    }
    paragraph.finish(out)
}

/// Words that are wrapped together.
#[derive(Default)]
struct Paragraph<'a> {
    words: Vec<&'a str>,
    /// Blanks before every line but the first.
    indent: usize,
}

impl<'a> Paragraph<'a> {
    /// Adds a line: its words, what stands between backticks being one.
    fn add(&mut self, line: &'a str) {
        let mut in_code = false;
        let words = line.trim().split(move |c: char| {
            in_code ^= c == '`';
            c == ' ' && !in_code
        });
        self.words.extend(words.filter(|word| !word.is_empty()));
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let mut column = 0;
        for word in self.words.drain(..) {
            let width = word.chars().count();
            if column > 0 && column + 1 + width > WIDTH {
                write!(out, "\n{:indent$}", "", indent = self.indent)?;
                column = self.indent;
            } else if column > 0 {
                write!(out, " ")?;
                column += 1;
            }
            let style = if word.contains('`') { style::CODE } else { Style::new() };
            write!(out, "{style}{word}{style:#}")?;
            column += width;
        }
        self.indent = 0;
        if column > 0 {
            writeln!(out)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(page: &str) -> String {
        let mut out = anstream::StripStream::new(Vec::new());
        print(page, &mut out).unwrap();
        String::from_utf8(out.into_inner()).unwrap()
    }

    #[test]
    fn paragraphs_are_wrapped_and_code_is_kept() {
        let long = "word ".repeat(20);
        let page = format!(
            "# Title\n{long}\n`one  code` end\n\n- {long}\n- b\n\n```jsonc a/b.jsonc\n{{  \"x\":  1 }}\n\n```\n"
        );
        let expected = "\
Title
word word word word word word word word word word word word word word word word
word word word word `one  code` end

- word word word word word word word word word word word word word word word
  word word word word word
- b

    a/b.jsonc
    {  \"x\":  1 }

";
        pretty_assertions::assert_eq!(plain(&page), expected);
    }
}

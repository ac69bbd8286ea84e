//! Escaping for XML 1.0.

use std::fmt;

/// Text as it may stand in an attribute or an element.
pub(super) struct Xml<'a>(pub(super) &'a str);

impl fmt::Display for Xml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\t' | '\n' | '\r' => write!(f, "&#{};", u32::from(c))?,
                // XML 1.0 has no way to write these.
                '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}')?,
                _ => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Xml;

    #[test]
    fn nothing_breaks_out_of_an_attribute() {
        let written = Xml("\"><a b='&'/>\n\x1b]]>").to_string();
        assert_eq!(written, "&quot;&gt;&lt;a b='&amp;'/&gt;&#10;\u{fffd}]]&gt;");
    }
}

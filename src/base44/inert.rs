//! Text from a file or a server, which can hold anything, before it is shown to somebody.

/// `text` on one line, without anything that a terminal or an editor would obey.
pub(crate) fn inert(text: &str) -> String {
    text.replace(is_active, " ")
}

/// Control characters, and those that change the direction or the lines of the text around them.
pub(crate) fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// `text` for a message box, whose line ends are wanted. Some editors make links of `[text](command:…)`, and run what they name.
pub(crate) fn message(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(inert).collect();
    lines.join("\n").replace("](", "] (")
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::message;

    #[test]
    fn a_message_has_lines_and_no_links_or_escapes() {
        assert_eq!(
            message("Ann's scope\r\n[Mend it](command:workbench.action.terminal.new)\x1b[2J\u{202e}x\n"),
            "Ann's scope\n[Mend it] (command:workbench.action.terminal.new) [2J x"
        );
    }
}

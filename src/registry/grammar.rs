//! The grammar that scope strings of all providers share: things, and a verb.
//!
//! `chat:write`, `chat.write` and `write_chat` say the same with other separators and another order;
//! `https://www.googleapis.com/auth/calendar.readonly` says in its tail what `calendar.read` says. [`Form`] keeps what
//! they say and forgets how, so that a slip in the how is no difference any more.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::scope;

/// What a scope string says. Everything is in lower case.
#[derive(Debug, Clone)]
pub(super) struct Form {
    /// The tail of the string without any separators: `calendarreadonly`.
    pub(super) compact: String,
    /// Its things in the singular and in their order, without separators: `calendar`.
    pub(super) things: String,
    /// The hash of each thing, in their order.
    pub(super) thing_hashes: Vec<u32>,
    /// What is to be done with the things.
    pub(super) verb: Option<Verb>,
}

/// What a scope allows to do, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Verb {
    /// `read`, `readonly`, `view`, LinkedIn's `r`.
    Read,
    /// `write`, `edit`, `modify`, `update`, LinkedIn's `w`.
    Write,
    /// `readwrite`, LinkedIn's `rw`.
    ReadWrite,
    /// `manage`.
    Manage,
}

impl Form {
    pub(super) fn of(written: &str) -> Self {
        let tail = tail(written);
        let mut form = Self {
            compact: tail
                .bytes()
                .filter(u8::is_ascii_alphanumeric)
                .map(|it| char::from(it.to_ascii_lowercase()))
                .collect(),
            things: String::with_capacity(tail.len()),
            thing_hashes: Vec::with_capacity(8),
            verb: None,
        };
        let mut word = String::with_capacity(16);
        let mut bytes = tail.bytes().peekable();
        let mut previous = 0_u8;
        while let Some(byte) = bytes.next() {
            if !byte.is_ascii_alphanumeric() {
                form.push_word(&word);
                word.clear();
            } else {
                // `readOnly` and `GPTApi` are two words each.
                let starts_word = byte.is_ascii_uppercase()
                    && (previous.is_ascii_lowercase() || bytes.peek().is_some_and(u8::is_ascii_lowercase));
                if starts_word {
                    form.push_word(&word);
                    word.clear();
                }
                word.push(char::from(byte.to_ascii_lowercase()));
            }
            previous = byte;
        }
        form.push_word(&word);
        form
    }

    fn push_word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if let Some(verb) = verb(word) {
            self.verb = Some(match (self.verb, verb) {
                (Some(Verb::Read), Verb::Write) | (Some(Verb::Write), Verb::Read) => Verb::ReadWrite,
                _ => verb,
            });
        } else if !(word == "only" && self.verb == Some(Verb::Read)) {
            let start = self.things.len();
            push_singular(&mut self.things, word);
            let mut hasher = FxHasher::default();
            self.things.get(start..).hash(&mut hasher);
            // The upper half is the better mixed one.
            self.thing_hashes.push((hasher.finish() >> 32) as u32);
        }
    }
}

/// The part of a scope string that says something: without scheme and host, without `auth/` (even twice), without a final slash.
fn tail(written: &str) -> &str {
    let written = written.trim();
    let tail = match written.rsplit_once("/auth/") {
        Some((_, tail)) => tail,
        None => scope::short_name(written.strip_prefix("auth/").unwrap_or(written)),
    };
    tail.trim_matches('/')
}

fn verb(word: &str) -> Option<Verb> {
    Some(match word {
        "read" | "reads" | "readonly" | "view" | "r" => Verb::Read,
        "write" | "writes" | "edit" | "modify" | "update" | "w" => Verb::Write,
        "readwrite" | "rw" => Verb::ReadWrite,
        "manage" => Verb::Manage,
        _ => return None,
    })
}

fn push_singular(out: &mut String, word: &str) {
    if let Some(stem) = word.strip_suffix("ies").filter(|it| it.len() > 1) {
        out.push_str(stem);
        out.push('y');
    } else if let Some(stem) = word
        .strip_suffix('s')
        .filter(|it| it.len() > 2 && !it.ends_with(['s', 'u', 'i']))
    {
        out.push_str(stem);
    } else {
        out.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Verb};

    #[track_caller]
    fn same(one: &str, other: &str) {
        let (one, other) = (Form::of(one), Form::of(other));
        assert_eq!((one.things.as_str(), one.verb), (other.things.as_str(), other.verb));
    }

    #[test]
    fn separators_case_number_and_the_place_of_the_verb_say_nothing() {
        same("chat:write", "chat.write");
        same("read:org", "org:read");
        same("Calendars.ReadWrite", "calendar_read_write");
        same("data.recordComments:read", "data.record_comment:readonly");
        same("cloud-platform.read-only", "cloud-platform.readonly");
    }

    #[test]
    fn the_tail_of_a_url_says_it_all() {
        for written in [
            "https://www.googleapis.com/auth/drive.apps.readonly",
            "http://www.googleapis.com/auth/drive.apps.readonly/",
            "https://www.googleapis.com/auth/auth/drive.apps.readonly",
            "googleapis.com/auth/drive.apps.readonly",
            "auth/drive.apps.readonly",
        ] {
            same(written, "drive.apps.readonly");
        }
        same("https://mail.google.com", "https://mail.google.com/");
        same("https://graph.microsoft.com/Mail.Read", "Mail.Read");
    }

    #[test]
    fn reading_and_writing_are_kept_apart() {
        assert_eq!(Form::of("chat:read").verb, Some(Verb::Read));
        assert_eq!(Form::of("wsReadWrite").verb, Some(Verb::ReadWrite));
        assert_eq!(Form::of("chat").verb, None);
    }
}

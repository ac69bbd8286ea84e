//! Whether two words differ by a slip of the fingers.

/// A word with what is needed to see quickly that another one is quite different.
#[derive(Debug, Clone)]
pub(super) struct Word {
    text: String,
    /// One bit for each letter and digit that occurs.
    letters: u64,
}

impl Word {
    pub(super) fn new(text: String) -> Self {
        Self {
            letters: letters(text.as_bytes()),
            text,
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// How many letters were inserted, left out, replaced, or swapped with their neighbour; `None`: too many for a slip.
    /// Words of three to seven letters may have one, longer ones two.
    pub(super) fn slips(&self, other: &Self) -> Option<usize> {
        let allowed = match self.text.len().min(other.text.len()) {
            0..=2 => return None,
            3..=7 => 1,
            _ => 2,
        };
        // A slip turns at most one letter into another one: two bits.
        let most_bits = 2 * allowed as u32;
        if self.text.len().abs_diff(other.text.len()) > allowed
            || (self.letters ^ other.letters).count_ones() > most_bits
        {
            return None;
        }
        // What both begin and end with changes nothing, and it is most of a long scope.
        let (one, other) = without_common_ends(&self.text, &other.text);
        if (letters(one.as_bytes()) ^ letters(other.as_bytes())).count_ones() > most_bits {
            return None;
        }
        Some(strsim::osa_distance(one, other)).filter(|it| *it <= allowed)
    }
}

fn letters(text: &[u8]) -> u64 {
    text.iter().fold(0, |bits, it| bits | 1 << (it % 64))
}

fn without_common_ends<'a>(one: &'a str, other: &'a str) -> (&'a str, &'a str) {
    let common = |(a, b): &(u8, u8)| a == b;
    let start = one.bytes().zip(other.bytes()).take_while(common).count();
    let (Some(one), Some(other)) = (one.get(start..), other.get(start..)) else {
        return (one, other);
    };
    let end = one.bytes().rev().zip(other.bytes().rev()).take_while(common).count();
    (
        one.get(..one.len() - end).unwrap_or(one),
        other.get(..other.len() - end).unwrap_or(other),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Word;

    #[track_caller]
    fn check(one: &str, other: &str, slips: Option<usize>) {
        assert_eq!(Word::new(one.to_owned()).slips(&Word::new(other.to_owned())), slips);
    }

    #[test]
    fn slips_are_few_letters() {
        check("calendar", "calender", Some(1));
        check("contacts", "contcats", Some(1));
        check("slack", "slck", Some(1));
        check("googlecalendar", "gogglecalender", Some(2));
    }

    #[test]
    fn other_words_are_no_slips() {
        check("call", "deal", None);
        check("file", "lists", None);
        check("im", "in", None);
        check("chatread", "chatwrite", None);
    }

    proptest! {
        #[test]
        fn the_short_cuts_change_nothing(one in "[a-d]{3,12}", other in "[a-d]{3,12}") {
            let allowed = if one.len().min(other.len()) < 8 { 1 } else { 2 };
            let distance = Some(strsim::osa_distance(&one, &other)).filter(|it| *it <= allowed);
            prop_assert_eq!(Word::new(one).slips(&Word::new(other)), distance);
        }
    }
}

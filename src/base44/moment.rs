//! A moment as people write it, in UTC.

use std::time::{SystemTime, UNIX_EPOCH};

/// `2026-11-23`.
pub(super) fn date(moment: SystemTime) -> String {
    let (year, month, day) = civil(seconds(moment) / DAY);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2026-11-23T01-04-05Z`: sorts by time, and can be a file's name.
pub(super) fn stamp(moment: SystemTime) -> String {
    let time = seconds(moment) % DAY;
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    format!("{}T{hour:02}-{minute:02}-{second:02}Z", date(moment))
}

/// Whether this is how [`stamp`] writes a moment, and whatever behind that.
pub(super) fn begins_with_stamp(text: &str) -> bool {
    has_shape(text.get(..20).unwrap_or_default(), "0000-00-00T00-00-00Z")
}

/// Whether `text` is `shape` with a digit in the place of each zero.
pub(super) fn has_shape(text: &str, shape: &str) -> bool {
    let digits = |it: char| if it.is_ascii_digit() { '0' } else { it };
    text.chars().map(digits).eq(shape.chars())
}

const DAY: u64 = 86_400;

fn seconds(moment: SystemTime) -> u64 {
    moment.duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs())
}

/// Year, month and day, for the days since 1970.
fn civil(days: u64) -> (u64, u64, u64) {
    // Years begin in March here, so that the day that some of them lack is their last; they repeat after 400 of them.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day_of_month = day - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next_year, month, day_of_month)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::{begins_with_stamp, stamp};

    #[test]
    fn moments_are_written_as_the_calendar_has_them() {
        for (seconds, expected) in [
            (0, "1970-01-01T00-00-00Z"),
            (68_169_599, "1972-02-28T23-59-59Z"),
            (68_169_600, "1972-02-29T00-00-00Z"),
            (951_782_400, "2000-02-29T00-00-00Z"),
            (1_798_761_599, "2026-12-31T23-59-59Z"),
            (4_107_542_399, "2100-02-28T23-59-59Z"),
            (4_107_542_400, "2100-03-01T00-00-00Z"),
        ] {
            assert_eq!(stamp(UNIX_EPOCH + Duration::from_secs(seconds)), expected);
            assert!(begins_with_stamp(expected) && begins_with_stamp(&format!("{expected}-2")));
        }
        assert!(!begins_with_stamp("1970-01-01") && !begins_with_stamp("1970-01-01T00-00-0éZ"));
    }
}

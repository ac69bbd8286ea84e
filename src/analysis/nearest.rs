//! Which known word somebody meant: a key, a rule, a switch's value. Scopes and types have their own grammar; see
//! [`registry`](crate::registry).

/// The one of `names` that somebody who wrote `written` probably meant: the same but for case, punctuation and about one letter in four,
/// or else the only one that begins so (`warn`).
pub(crate) fn nearest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    // No name that anybody looks for is longer; the distance of long strings takes long to find.
    const LONGEST: usize = 100;
    if written.len() > LONGEST {
        return None;
    }
    let written = compact(written);
    let allowed = (written.len() / 4).max(1);
    let names: Vec<_> = names.into_iter().map(|name| (compact(name), name)).collect();
    let slip = names
        .iter()
        .map(|(compact, name)| (strsim::osa_distance(&written, compact), *name))
        .filter(|(distance, name)| *distance <= allowed && *distance < name.len() / 2)
        .min_by_key(|(distance, _)| *distance);
    if let Some((_, name)) = slip {
        return Some(name);
    }
    let mut longer = names.iter().filter(|(name, _)| name.starts_with(&written));
    let only = longer.next().filter(|_| longer.next().is_none());
    only.filter(|_| 3 <= written.len()).map(|(_, name)| *name)
}

fn compact(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_a_slip_away() {
        let near = |written| nearest(written, ["type", "scopes"]);
        for written in ["Type", "TYPE", "typ", "tpye", "types", "type "] {
            assert_eq!(near(written), Some("type"), "{written}");
        }
        for written in ["scope", "Scopes", "socpes", "scops"] {
            assert_eq!(near(written), Some("scopes"), "{written}");
        }
        for written in ["", "t", "tape", "name", "notes", "script", "description"] {
            assert_ne!(near(written), Some("scopes"), "{written}");
        }
        assert_eq!(near("name"), None);
        assert_eq!(near(&"type".repeat(5000)), None);
    }

    #[test]
    fn punctuation_and_case_are_no_distance() {
        let codes = ["unknown-scope", "unknown-type", "invalid-config"];
        assert_eq!(nearest("unknown-scopes", codes), Some("unknown-scope"));
        assert_eq!(nearest("unknow-type", codes), Some("unknown-type"));
        assert_eq!(nearest("Invalid_Config", codes), Some("invalid-config"));
        assert_eq!(nearest("zzz", codes), None);
    }

    #[test]
    fn a_beginning_is_enough_if_only_one_name_has_it() {
        let levels = ["off", "information", "warning", "warmth"];
        assert_eq!(nearest("info", levels), Some("information"));
        assert_eq!(nearest("warn", levels), Some("warning"));
        assert_eq!(nearest("war", levels), None);
        assert_eq!(nearest("in", levels), None);
    }
}

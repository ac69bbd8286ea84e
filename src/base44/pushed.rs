//! What a push did: the CLI's word for each connector, held against the plan and against what Base44 has then.

use std::collections::BTreeSet;

use super::{ConnectorResult, Connectors, Failure, Outcome, Plan};

/// What a push did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// How it ended for each connector.
    pub results: Vec<ConnectorResult>,
    /// What Base44 has now, which the results were compared with. Where it could not be asked, `Synced` and `Removed` are only the
    /// CLI's word.
    pub remote: Result<Connectors, Failure>,
}

/// The CLI's `results` of a push that was to do `plan`. `left`: what another push would do now; `None` if that is not known.
pub(super) fn verified(mut results: Vec<ConnectorResult>, plan: &Plan, left: Option<&Plan>) -> Vec<ConnectorResult> {
    let told: BTreeSet<&str> = results.iter().map(|it| it.connector.as_str()).collect();
    let untold = plan.touched().filter(|it| !told.contains(it));
    let untold: Vec<_> = untold.map(not_reported).collect();
    results.extend(untold);
    for ConnectorResult { connector, outcome } in &mut results {
        if *outcome == Outcome::Removed && !plan.removed.contains_key(connector) {
            *outcome = Outcome::RemovedUnplanned;
        }
        if let Some(left) = left {
            confirm(connector, outcome, left);
        }
    }
    results
}

fn not_reported(connector: &str) -> ConnectorResult {
    ConnectorResult {
        connector: connector.to_owned(),
        outcome: Outcome::NotReported,
    }
}

/// Takes back what is not so, and finds out what a word means that we do not know.
fn confirm(connector: &str, outcome: &mut Outcome, left: &Plan) {
    let contradiction = match outcome {
        Outcome::Synced => unconfirmed(connector, left),
        Outcome::Other(_) if left.unchanged.contains(connector) => Some(Outcome::Synced),
        Outcome::Removed if left.removed.contains_key(connector) => Some(Outcome::StillThere),
        _ => None,
    };
    if let Some(contradiction) = contradiction {
        *outcome = contradiction;
    }
}

fn unconfirmed(connector: &str, left: &Plan) -> Option<Outcome> {
    if let Some(scopes) = left.new.get(connector) {
        return Some(Outcome::Unconfirmed {
            missing: scopes.clone(),
            extra: Vec::new(),
        });
    }
    left.rescoped.get(connector).map(|it| Outcome::Unconfirmed {
        missing: it.added.clone(),
        extra: it.removed.clone(),
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{ConnectorResult, Connectors, Outcome, Plan, verified};
    use crate::registry::Catalogue;

    fn connectors(names: &[&str]) -> Connectors {
        names.iter().map(|&it| (it.to_owned(), vec!["s".to_owned()])).collect()
    }

    /// What is made of the CLI's word for `a`, which the project has, and `b`, which it has not, where Base44 had and has these.
    fn verdicts(words: [Outcome; 2], had: &[&str], has: Option<&[&str]>) -> Vec<Outcome> {
        let catalogue = Catalogue::embedded();
        let plan = |remote: &[&str]| Plan::new(&connectors(&["a"]), &connectors(remote), &catalogue);
        let results = ["a", "b"].into_iter().zip(words);
        let results = results.map(|(connector, outcome)| ConnectorResult {
            connector: connector.to_owned(),
            outcome,
        });
        let verified = verified(results.collect(), &plan(had), has.map(plan).as_ref());
        verified.into_iter().map(|it| it.outcome).collect()
    }

    #[test]
    fn what_base44_has_counts_more_than_the_word_of_the_cli() {
        let words = || [Outcome::Synced, Outcome::Removed];
        assert_eq!(verdicts(words(), &["b"], Some(&["a"])), words());
        assert_eq!(verdicts(words(), &["b"], None), words(), "for want of anything better");
        let missing = Outcome::Unconfirmed {
            missing: vec!["s".into()],
            extra: vec![],
        };
        assert_eq!(verdicts(words(), &["b"], Some(&["b"])), [missing, Outcome::StillThere]);
    }

    #[test]
    fn a_word_that_a_later_cli_may_have_is_a_success_only_if_it_came_to_one() {
        let words = || [Outcome::Other("merged".into()), Outcome::Removed];
        assert_eq!(
            verdicts(words(), &["b"], Some(&["a"])),
            [Outcome::Synced, Outcome::Removed]
        );
        for has in [None, Some(&[][..])] {
            let [a, _] = verdicts(words(), &["b"], has).try_into().unwrap();
            assert_eq!(a, Outcome::Other("merged".into()));
            assert!(a.is_failure());
        }
    }

    #[test]
    fn what_the_cli_passes_over_is_told() {
        let catalogue = Catalogue::embedded();
        let plan = Plan::new(&connectors(&["a"]), &connectors(&["b"]), &catalogue);
        let told = verified(Vec::new(), &plan, None);
        let told: Vec<_> = told.iter().map(|it| (it.connector.as_str(), &it.outcome)).collect();
        assert_eq!(told, [("a", &Outcome::NotReported), ("b", &Outcome::NotReported)]);
    }

    #[test]
    fn a_removal_that_nobody_agreed_to_is_called_one() {
        let words = [Outcome::Synced, Outcome::Removed];
        let verdicts = verdicts(words, &[], Some(&["a"]));
        assert_eq!(verdicts, [Outcome::Synced, Outcome::RemovedUnplanned]);
        assert!(verdicts[1].is_failure());
    }
}

//! How reports call a difference in permissions.

use crate::analysis::Severity;
use crate::analysis::rules::{Rule, Subject};

/// Not one of [`ALL`](crate::analysis::rules::ALL): it speaks about two states of a project, and only where `--since` asks for that.
pub static RULE: Rule = Rule {
    code: "permission-change",
    severity: Severity::Information,
    summary: "A connector asks for other permissions than at the revision of `--since`",
    docs: DOCS,
    subject: Subject::Revision,
    check: |_, _| {},
    fix: |_, _| Vec::new(),
};

const DOCS: &str = r#"
## What it does
`--check --since REF` compares what the connectors ask for with what they asked for at a git revision, and reports every service and scope
that has come or gone, the riskiest first:

| risk | what it is |
| --- | --- |
| `restricted` | the provider's strictest class: all mail, all files |
| `admin` | administration, or an administrator has to agree |
| `sensitive` | the provider calls it sensitive |
| `unknown` | nothing is known of this scope |
| `write` | creates, changes or deletes things, or acts for the user |
| `read` | looks at things |
| `identity` | who the user is |

Files that move, another order, other spellings of the same scope, and scopes that Base44 adds by itself are no change.

## Why does it matter?
A new line in a connector file can open somebody's whole mailbox, and in a review it looks like any other line. When scopes change, everybody who
has connected is asked for consent again; when a connector goes, the next push disconnects it.

## When does it fail a check?
Never, unless `--fail-on-risk RISK` is given: then an addition of that risk or a higher one is an error. An addition that another scope
included before is none.
"#;

//! Links from a connector file to the documentation of what it names.

use super::{SourceFile, Surroundings};
use crate::syntax::TextRange;

/// A piece of the text that leads somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLink {
    /// The name without its quotes: bytes of the file's text.
    pub range: TextRange,
    /// Where it leads.
    pub url: String,
    /// What is there, for a tooltip.
    pub title: String,
}

/// The links of a file: its type leads to the provider's page about scopes. Scopes that are URLs lead nowhere, and are no links.
pub fn document_links(source: &SourceFile, around: Surroundings<'_>) -> Vec<DocumentLink> {
    let link = || {
        let connector = source.outline();
        let service = around.service_of(&connector, &source.text)?;
        Some(DocumentLink {
            range: connector.type_literal()?.content_range(),
            url: service.docs?.to_owned(),
            title: format!("{}'s documentation of its scopes", service.provider.name),
        })
    };
    link().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::document_links;
    use crate::analysis::testing::TestProject;

    #[test]
    fn the_type_leads_to_the_providers_page() {
        let project = TestProject::new(r#"{ "type": "slack$0", "scopes": [] }"#);
        let (source, _) = project.at_cursor();
        let [link] = document_links(source, project.around()).try_into().unwrap();
        assert_eq!(source.text.get(Range::from(link.range)), Some("slack"));
        assert!(link.url.starts_with("https://docs.slack.dev/"), "{}", link.url);
    }

    #[test]
    fn a_type_that_is_none_leads_nowhere() {
        let project = TestProject::new(r#"{ "type": "slakc$0" }"#);
        let (source, _) = project.at_cursor();
        assert_eq!(document_links(source, project.around()), []);
    }
}

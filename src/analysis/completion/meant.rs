//! What the author seems to be up to: whose scopes fit, which services come first, what is there already.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::ops::Range;

use rustc_hash::FxHashSet;

use super::List;
use crate::analysis::cursor;
use crate::registry::Service;
use crate::syntax::TextRange;

/// So many scopes of a file tell well enough whose they are.
const TELLING: usize = 20;

impl<'a> List<'a> {
    /// The service whose scopes fit here: that of the type, or the one that a misspelt type plainly means.
    pub(super) fn service(&self) -> Option<&'a Service> {
        let property = self.connector.property("type").or_else(|| {
            let properties = self.connector.properties.iter();
            properties.rev().find(|it| cursor::meant_key(&it.key) == Some("type"))
        })?;
        let written = property.value?.as_string()?.text(&self.readable.text);
        self.meant_service(&written)
    }

    /// The service that the file is named after.
    pub(super) fn named_after(&self) -> Option<&'a Service> {
        self.meant_service(self.source.path.file_stem()?.to_str()?)
    }

    fn meant_service(&self, written: &str) -> Option<&'a Service> {
        let catalogue = self.around.catalogue;
        catalogue.service(written).or_else(|| {
            let near = catalogue.suggest_types(written);
            near.confident().then(|| near.first().copied())?
        })
    }

    /// All services, those first that the file's name and its scopes speak for; otherwise by type.
    pub(super) fn likely_services(&self) -> Vec<&'a Service> {
        let guess = self.named_after();
        let is_guess = |it: &Service| guess.is_some_and(|guess| guess.type_ == it.type_);
        let mut services: Vec<_> = self.around.catalogue.services().collect();
        services.sort_by_cached_key(|it| (!is_guess(it), Reverse(self.scopes_here_of(it))));
        services
    }

    /// How many of the file's scopes the service has.
    fn scopes_here_of(&self, service: &Service) -> usize {
        let list = self.connector.scopes.iter().flat_map(|it| &it.scopes);
        list.take(TELLING).filter(|it| service.find(&it.name).is_some()).count()
    }

    /// The name of another file of the project that has this type.
    pub(super) fn taken_by(&self, service: &Service) -> Option<String> {
        let files = self.around.project.files_of_type(&service.type_);
        let other = files.into_iter().find(|it| it.path != self.source.path)?;
        Some(other.path.file_name()?.to_string_lossy().into_owned())
    }

    /// The scopes that are in the list already, each once, apart from the one under the cursor.
    pub(super) fn listed(&self) -> FxHashSet<Cow<'_, str>> {
        let Some(array) = cursor::array_around(&self.readable.tree, self.offset) else {
            return FxHashSet::default();
        };
        array
            .elements()
            .filter_map(|it| it.as_string())
            .filter(|it| it.range() != self.place.literal)
            .map(|it| it.text(&self.readable.text))
            .collect()
    }

    /// The whole name of a scope as somebody is writing it, who has begun with what stands before the cursor: as it is, or with the prefix
    /// that the provider takes or leaves. `None` where it is neither.
    pub(super) fn begun<'n>(&self, service: &Service, name: &'n str) -> Option<Cow<'n, str>> {
        let typed = TextRange::new(self.place.replace.start(), self.offset);
        let typed = self.readable.text.get(Range::from(typed)).unwrap_or_default();
        let prefixed = service
            .provider
            .optional_prefix
            .map(|it| Cow::Owned(format!("{it}{name}")));
        let begins = |it: &Cow<'_, str>| it.get(..typed.len()).is_some_and(|it| it.eq_ignore_ascii_case(typed));
        [Some(Cow::Borrowed(name)), prefixed]
            .into_iter()
            .flatten()
            .find(|it| !typed.is_empty() && begins(it))
    }
}

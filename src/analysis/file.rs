//! One file with everything the rules share: its connector view, its service, and what each scope is.
//!
//! Scopes are judged once, here. Each rule then picks the verdict it speaks about, so that no two rules say the same thing of one
//! scope.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::path::Path;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::rules::malformed_scope;
use super::scope_edits::{self, Target};
use super::suppression::{self, Suppression};
use super::{BackendCode, Role, Settings, SourceFile, Surroundings};
use crate::connector::{Connector, Property, ScopeItem};
use crate::registry::{Access, Catalogue, Coverage, Evidence, Scope, Service, Spelling};
use crate::syntax::edit::List;
use crate::syntax::{SyntaxError, TextEdit, TextRange, Tree, Value};

/// What a rule sees.
pub struct File<'a> {
    /// The file: path, text, tree, role.
    pub source: &'a SourceFile,
    /// The file as a connector.
    pub connector: Connector<'a>,
    /// The service that `type` names, if the catalogue has it.
    pub service: Option<&'a Service>,
    /// The scopes with their verdicts, in file order. Empty while the service is unknown: nothing can be said of them then but
    /// [`Verdict::Malformed`], so that those are here all the same.
    pub scopes: Vec<ScopeEntry<'a>>,
    /// Why the CLI cannot read the text, by position.
    pub errors: Vec<SyntaxError>,
    /// The project the file is in.
    pub project: &'a dyn super::Project,
    /// What is known of services and scopes.
    pub catalogue: &'a Catalogue,
    /// Severities.
    pub settings: &'a Settings,
    /// Where each scope stands first; see [`File::listed`].
    first: OnceCell<FxHashMap<Cow<'a, str>, usize>>,
    /// Where each string stands first; see [`File::first_of_name`].
    first_of_name: OnceCell<FxHashMap<Cow<'a, str>, usize>>,
    /// See [`File::members`].
    members: OnceCell<Option<List<'a>>>,
    /// See [`File::scope_list`].
    scope_list: OnceCell<Option<List<'a>>>,
    /// See [`File::suppressions`].
    suppressions: OnceCell<Vec<Suppression<'a>>>,
    /// See [`File::target`], by path.
    targets: RefCell<FxHashMap<&'a Path, Option<Rc<Target<'a>>>>>,
}

/// One scope of the file and what it is.
pub struct ScopeEntry<'a> {
    /// The string in the file.
    pub item: ScopeItem<'a>,
    /// What it is to the file's service.
    pub verdict: Verdict<'a>,
}

/// What a scope string is to the service of its file.
#[derive(Debug, Clone, Copy)]
pub enum Verdict<'a> {
    /// Not one scope at all: empty, padded, several in one string, an authorize URL.
    Malformed,
    /// A scope of this service, spelt as the provider spells it.
    Known(&'a Scope),
    /// A scope of this service in another spelling that the provider takes for the same.
    Respelt(&'a Scope),
    /// A scope of another service.
    Elsewhere(&'a Service, &'a Scope),
    /// Nobody's scope, as far as we know.
    Unknown,
    /// The service takes no scopes at all, so none is right or wrong.
    Unneeded,
    /// The service is unknown, so nothing can be said.
    Unjudged,
}

impl<'a> File<'a> {
    /// Reads the file in its surroundings.
    pub fn read(source: &'a SourceFile, around: Surroundings<'a>) -> Self {
        let mut connector = Connector::read(&source.text, &source.tree);
        let catalogue = around.catalogue;
        let service = around.service_of(&connector, &source.text);
        let items = match &mut connector.scopes {
            Some(list) => std::mem::take(&mut list.scopes),
            None => Vec::new(),
        };
        let scopes = items
            .into_iter()
            .map(|item| ScopeEntry::judge(item, service, catalogue))
            .collect();
        File {
            source,
            connector,
            service,
            scopes,
            errors: match source.role {
                Role::Backend => Vec::new(),
                _ => source.tree.errors(),
            },
            project: around.project,
            catalogue,
            settings: around.settings,
            first: OnceCell::new(),
            first_of_name: OnceCell::new(),
            members: OnceCell::new(),
            scope_list: OnceCell::new(),
            suppressions: OnceCell::new(),
            targets: RefCell::default(),
        }
    }

    /// What it was read in.
    pub fn surroundings(&self) -> Surroundings<'a> {
        Surroundings {
            project: self.project,
            catalogue: self.catalogue,
            settings: self.settings,
        }
    }

    /// The whole text.
    pub fn text(&self) -> &'a str {
        &self.source.text
    }

    /// A part of the text.
    pub fn slice(&self, range: TextRange) -> &'a str {
        self.text().get(std::ops::Range::from(range)).unwrap_or_default()
    }

    /// The name of the file without its folder and extension.
    pub fn stem(&self) -> &'a str {
        self.source
            .path
            .file_stem()
            .and_then(|it| it.to_str())
            .unwrap_or_default()
    }

    /// The service whose type is the name of the file.
    pub fn service_of_name(&self) -> Option<&'a Service> {
        self.catalogue.service(self.stem())
    }

    /// What the file says of connectors, if it is backend code that is looked at.
    pub fn backend_code(&self) -> Option<&'a BackendCode> {
        self.project.backend_code(&self.source.path)
    }

    /// Another file of the project connects to this type.
    pub fn is_taken(&self, type_: &str) -> bool {
        let (some, _) = self.project.some_of_type(type_, 2);
        some.iter().any(|it| it.path != self.source.path)
    }

    /// The properties of the connector, laid out for editing.
    pub(crate) fn members(&self) -> Option<&List<'a>> {
        let lay_out = || {
            let object = match self.tree().root()? {
                Value::Array(array) => array.elements().next()?.as_object()?,
                root => root.as_object()?,
            };
            Some(List::of_object(self.text(), object))
        };
        self.members.get_or_init(lay_out).as_ref()
    }

    /// A property in the style of the file: as its keys are, in quotes or not. `value` is source text.
    pub(crate) fn new_member(&self, key: &str, value: &str) -> String {
        scope_edits::new_member(self.source, &self.connector, key, value)
    }

    /// Takes a property out, and the comments that belong to it.
    pub(crate) fn without(&self, property: &Property<'_>) -> Vec<TextEdit> {
        let removal = |members: &List<'_>| Some(members.remove(&[members.index_at(property.member.range().start())?]));
        self.members().and_then(removal).unwrap_or_default()
    }

    /// The syntax tree of the text.
    pub fn tree(&self) -> &'a Tree {
        &self.source.tree
    }

    /// Where a finding about the file as a whole goes: the value of `type` if there is one, else the start of the document.
    pub fn heading(&self) -> TextRange {
        match self.connector.property("type").and_then(|property| property.value) {
            Some(value) => value.range(),
            None => TextRange::default(),
        }
    }

    /// The text cannot be read at all by the CLI, so what is missing from it may just not have been typed yet.
    pub fn is_broken(&self) -> bool {
        !self.errors.is_empty()
    }

    /// A syntax error lies in `range` or at one of its ends: it has been said that something is wrong there, and somebody may be
    /// typing just there.
    pub fn is_marred(&self, range: TextRange) -> bool {
        self.errors.iter().any(|error| error.range.intersect(range).is_some())
    }

    /// The scopes that the provider would see, with their entries: known ones in any spelling.
    pub fn known_scopes(&self) -> impl Iterator<Item = (&ScopeEntry<'a>, &'a Scope)> {
        self.scopes.iter().filter_map(|entry| Some((entry, entry.known()?)))
    }

    /// The value of `scopes`, laid out for edits.
    pub fn scope_list(&self) -> Option<&List<'a>> {
        let lay_out = || Some(List::of_array(self.text(), self.connector.scopes.as_ref()?.array));
        self.scope_list.get_or_init(lay_out).as_ref()
    }

    /// What comments silence, in file order.
    pub(super) fn suppressions(&self) -> &[Suppression<'a>] {
        self.suppressions.get_or_init(|| suppression::all(self.source))
    }

    /// A file of the project, which is of `service`, laid out for scopes to be added to it; laid out once, however many findings ask.
    /// `None` if the CLI cannot read it or its `scopes` is no list.
    pub(super) fn target(&self, file: &'a SourceFile, service: Option<&'a Service>) -> Option<Rc<Target<'a>>> {
        let mut targets = self.targets.borrow_mut();
        let target = targets.entry(&file.path);
        target
            .or_insert_with(|| Target::new(file, service).map(Rc::new))
            .clone()
    }

    /// The scope whose string stands at exactly this range.
    pub fn scope_at(&self, range: TextRange) -> Option<&ScopeEntry<'a>> {
        let index = self
            .scopes
            .binary_search_by_key(&range.start(), |entry| entry.item.range().start())
            .ok()?;
        self.scopes.get(index).filter(|entry| entry.item.range() == range)
    }

    /// Where the file lists this scope first: one of the service's scopes in any spelling, anything else literally.
    pub fn listed(&self, scope: &str) -> Option<&ScopeEntry<'a>> {
        let first = self.first.get_or_init(|| self.first_by(ScopeEntry::key));
        let canonical = || Some(self.service?.find(scope)?.scope.name.as_ref());
        let index = first.get(scope).or_else(|| first.get(canonical()?))?;
        self.scopes.get(*index)
    }

    /// Where the file lists this string first, letter for letter.
    pub fn first_of_name(&self, name: &str) -> Option<&ScopeEntry<'a>> {
        let first = self
            .first_of_name
            .get_or_init(|| self.first_by(|entry| entry.item.name.clone()));
        self.scopes.get(*first.get(name)?)
    }

    fn first_by(&self, key: impl Fn(&ScopeEntry<'a>) -> Cow<'a, str>) -> FxHashMap<Cow<'a, str>, usize> {
        let mut first = FxHashMap::default();
        for (index, entry) in self.scopes.iter().enumerate() {
            first.entry(key(entry)).or_insert(index);
        }
        first
    }

    /// The scope has not been listed further up already.
    pub fn is_first(&self, entry: &ScopeEntry<'a>) -> bool {
        self.listed(&entry.key())
            .is_none_or(|first| first.item.range() == entry.item.range())
    }
}

impl<'a> ScopeEntry<'a> {
    /// What `item` is in a file of `service`.
    pub(super) fn judge(item: ScopeItem<'a>, service: Option<&'a Service>, catalogue: &'a Catalogue) -> Self {
        let verdict = match judge(&item.name, service, catalogue) {
            // Somebody is typing it just now, or it has swallowed what follows; that its quote is missing has been said.
            Verdict::Malformed | Verdict::Elsewhere(..) | Verdict::Unknown if !item.literal.is_closed() => {
                Verdict::Unjudged
            }
            verdict => verdict,
        };
        ScopeEntry { item, verdict }
    }

    /// The scope that the provider would see in it, in whichever spelling.
    pub fn known(&self) -> Option<&'a Scope> {
        match self.verdict {
            Verdict::Known(scope) | Verdict::Respelt(scope) => Some(scope),
            _ => None,
        }
    }

    /// The same for all spellings of one scope: its name in the catalogue, or else the string itself.
    fn key(&self) -> Cow<'a, str> {
        match self.known() {
            Some(scope) => Cow::Borrowed(&scope.name),
            None => self.item.name.clone(),
        }
    }
}

fn judge<'a>(name: &str, service: Option<&'a Service>, catalogue: &'a Catalogue) -> Verdict<'a> {
    let Some(service) = service else {
        return match malformed_scope::is_malformed(name) {
            true => Verdict::Malformed,
            false => Verdict::Unjudged,
        };
    };
    if let Some(found) = service.find(name) {
        return match found.spelling {
            Spelling::Exact => Verdict::Known(found.scope),
            Spelling::Equal => Verdict::Respelt(found.scope),
        };
    }
    if service.coverage == Coverage::None {
        return Verdict::Unneeded;
    }
    if malformed_scope::is_malformed(name) || malformed_scope::is_encoded_list(name, service) {
        return Verdict::Malformed;
    }
    // Somebody's own service, whose scopes they did not go into.
    if service.evidence == Evidence::Overlay && service.scopes.is_empty() {
        return Verdict::Unjudged;
    }
    match elsewhere(name, service, catalogue) {
        Some((service, scope)) => Verdict::Elsewhere(service, scope),
        None if service.scopes.is_empty() => Verdict::Unjudged,
        None => Verdict::Unknown,
    }
}

/// The first other service with this scope, if that says anything: half the world has a scope `email`.
fn elsewhere<'a>(name: &str, service: &Service, catalogue: &'a Catalogue) -> Option<(&'a Service, &'a Scope)> {
    catalogue.offering(name).find(|(other, scope)| {
        // Where our list has gaps, a mere likeness proves nothing.
        let same = service.coverage == Coverage::Complete || scope.name == name;
        same && (scope.access != Access::Identity || other.provider.id == service.provider.id)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::TestProject;

    /// Else a file of twenty thousand findings would be read as often.
    #[test]
    fn what_every_finding_asks_for_is_worked_out_once() {
        let project = TestProject::new(
            r#"
//- base44/connectors/slack.jsonc
// base44-connectors-ls ignore unknown-scope
{ "type": "slack"$0, "scopes": [] }
//- base44/connectors/gmail.jsonc
{ "type": "gmail", "scopes": [] }
"#,
        );
        let file = File::read(project.at_cursor().0, project.around());
        assert_eq!(file.suppressions().len(), 1);
        assert!(std::ptr::eq(file.suppressions(), file.suppressions()));
        let [gmail] = file.project.files_of_type("gmail")[..] else {
            panic!("one")
        };
        let service = file.catalogue.service("gmail");
        let once = file.target(gmail, service).unwrap();
        assert!(Rc::ptr_eq(&once, &file.target(gmail, service).unwrap()));
    }
}

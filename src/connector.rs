//! A connector file as its author means it: the typed view of a syntax tree.
//!
//! Everything is optional and everything has its range, because most of the time a file is looked at while somebody is typing in
//! it. The view borrows the text and the tree, so making one costs no more than walking the tree once.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::syntax::{Member, StringLiteral, TextRange, Tree, Value};

/// The text and tree of one file, seen as a connector.
#[derive(Debug)]
pub struct Connector<'a> {
    /// What the document is on its outside.
    pub shape: Shape<'a>,
    /// All properties of the connector object in file order, repeated keys included.
    pub properties: Vec<Property<'a>>,
    /// The value of `scopes`, as far as it is a list.
    pub scopes: Option<ScopeList<'a>>,
}

/// What stands at the root of the document.
#[derive(Debug, Clone, Copy)]
pub enum Shape<'a> {
    /// Nothing but white space and comments.
    Empty,
    /// `{ … }`: as it should be.
    Object(Value<'a>),
    /// `[{ … }]`: the object stands in an array. Its properties are read all the same.
    Wrapped(Value<'a>),
    /// `"type": …` without braces around it. The properties are read all the same.
    Loose,
    /// Any other value.
    Other(Value<'a>),
}

/// One `key: value` of the connector object.
#[derive(Debug)]
pub struct Property<'a> {
    /// The key, unescaped.
    pub key: Cow<'a, str>,
    /// Where the key stands, quotes included.
    pub key_range: TextRange,
    /// The syntax of the whole property.
    pub member: Member<'a>,
    /// The value, if there is one yet.
    pub value: Option<Value<'a>>,
    /// Another property with the same key follows, and that one counts.
    pub shadowed: bool,
}

/// The elements of `scopes`.
#[derive(Debug)]
pub struct ScopeList<'a> {
    /// The array, brackets included.
    pub array: crate::syntax::Array<'a>,
    /// The strings in it, in file order.
    pub scopes: Vec<ScopeItem<'a>>,
    /// The elements that are no strings, in file order.
    pub others: Vec<Value<'a>>,
}

/// One string of `scopes`.
#[derive(Debug)]
pub struct ScopeItem<'a> {
    /// The scope, unescaped.
    pub name: Cow<'a, str>,
    /// The string as written.
    pub literal: StringLiteral,
}

impl<'a> ScopeItem<'a> {
    /// Reads `literal`, which must be a string of `text`.
    pub fn read(text: &'a str, literal: StringLiteral) -> Self {
        let name = literal.text(text);
        ScopeItem { name, literal }
    }

    /// Where the string stands, quotes included.
    pub fn range(&self) -> TextRange {
        self.literal.range()
    }
}

impl<'a> Connector<'a> {
    /// Reads `tree`, which must be the tree of `text`. Never fails: what is not there is `None`.
    pub fn read(text: &'a str, tree: &'a Tree) -> Self {
        let outline = Self::outline(text, tree);
        let scopes = outline.property("scopes").and_then(|it| it.value);
        Connector {
            scopes: scopes.and_then(|value| ScopeList::read(text, value)),
            ..outline
        }
    }

    /// Reads all but the elements of `scopes`, which stays `None`: for a look at one place of a file, however long its list is.
    pub fn outline(text: &'a str, tree: &'a Tree) -> Self {
        let (shape, members) = outside(tree);
        let mut properties: Vec<_> = members
            .into_iter()
            .filter_map(|member| {
                let key = member.key()?;
                Some(Property {
                    key: key.text(text),
                    key_range: key.range(),
                    member,
                    value: member.value(),
                    shadowed: false,
                })
            })
            .collect();
        let mut last = FxHashMap::default();
        for (index, property) in properties.iter().enumerate() {
            last.insert(property.key.clone(), index);
        }
        for (index, property) in properties.iter_mut().enumerate() {
            property.shadowed = last.get(&property.key) != Some(&index);
        }
        Connector {
            shape,
            properties,
            scopes: None,
        }
    }

    /// The property `key` that counts: the last one of that name.
    pub fn property(&self, key: &str) -> Option<&Property<'a>> {
        self.properties.iter().rfind(|property| property.key == key)
    }

    /// The property whose key stands at exactly this range.
    pub fn property_at(&self, key: TextRange) -> Option<&Property<'a>> {
        let index = self
            .properties
            .binary_search_by_key(&key.start(), |it| it.key_range.start());
        self.properties.get(index.ok()?).filter(|it| it.key_range == key)
    }

    /// The value of `type`, if it is a string.
    pub fn type_literal(&self) -> Option<StringLiteral> {
        match self.property("type")?.value? {
            Value::String(literal) => Some(literal),
            _ => None,
        }
    }

    /// The members of the document hang on nothing that the CLI would accept (`Shape::Object` is the only shape it reads).
    pub fn is_object(&self) -> bool {
        matches!(self.shape, Shape::Object(_))
    }
}

impl<'a> ScopeList<'a> {
    fn read(text: &'a str, value: Value<'a>) -> Option<Self> {
        let Value::Array(array) = value else { return None };
        let (mut scopes, mut others) = (Vec::new(), Vec::new());
        for element in array.elements() {
            match element {
                Value::String(literal) => scopes.push(ScopeItem::read(text, literal)),
                other => others.push(other),
            }
        }
        Some(ScopeList { array, scopes, others })
    }
}

/// The type that the CLI would read from a file: what the project's index needs, without the rest of the view.
pub fn type_of(text: &str, tree: &Tree) -> Option<(String, TextRange)> {
    let (_, members) = outside(tree);
    let member = members
        .into_iter()
        .rfind(|member| member.key().is_some_and(|key| key.text(text) == "type"))?;
    match member.value()? {
        Value::String(literal) => Some((literal.text(text).into_owned(), literal.range())),
        _ => None,
    }
}

fn outside(tree: &Tree) -> (Shape<'_>, Vec<Member<'_>>) {
    let Some(root) = tree.root() else {
        return (Shape::Empty, Vec::new());
    };
    match root {
        Value::Object(object) if object.open().is_none() => (Shape::Loose, object.members().collect()),
        Value::Object(object) => (Shape::Object(root), object.members().collect()),
        Value::Array(array) => match array.elements().next() {
            Some(Value::Object(object)) => (Shape::Wrapped(root), object.members().collect()),
            _ => (Shape::Other(root), Vec::new()),
        },
        other => (Shape::Other(other), Vec::new()),
    }
}

//! Reads a file on past values that cannot be read, so that all of them are told at once.
//!
//! The deserializer stops at the first. Its value is taken out, or another one put in its place
//! where the table cannot do without, and the document is read again.

use std::collections::{HashMap, HashSet};

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::place::{item, key_at};

/// So often a file is read at most.
const MOST_READINGS: usize = 400;

/// Values that some key or other can have.
const STAND_INS: &str = "\
values = ['1', 1, [], {}, true, '127.0.0.1:1', '127.0.0.1', '+1', 'sip:1', '1s', '1.example']";

/// What came of reading a document.
pub(super) struct Outcome<C> {
    /// What was read, unless what it is made of was invented.
    pub(super) config: Option<C>,
    /// Every value that could not be read.
    pub(super) errors: Vec<Error>,
}

/// Reads `document`, whose text has `length` octets. It is `sound` unless values of it have been
/// replaced already.
pub(super) fn read<C: DeserializeOwned>(
    document: Spanned<DeTable<'_>>,
    length: usize,
    sound: bool,
) -> Outcome<C> {
    let mut mender = Mender {
        document,
        length,
        stand_ins: 0,
        tried: HashMap::new(),
        named: HashSet::new(),
        taken: HashSet::new(),
        sound,
    };
    let mut errors = Vec::new();
    for _ in 0..MOST_READINGS {
        let document = mender.document.clone();
        match C::deserialize(toml::de::Deserializer::from(document)) {
            Ok(config) => {
                let config = Some(config).filter(|_| mender.sound);
                return Outcome { config, errors };
            }
            Err(error) => {
                let mended = mender.mend(&error);
                if !mender.follows(&error) {
                    errors.push(error);
                }
                if mended.is_none() {
                    break;
                }
            }
        }
    }
    Outcome {
        config: None,
        errors,
    }
}

/// The name of the key that is missing, if that is what an error says.
pub(super) fn missing(error: &Error) -> Option<&str> {
    let rest = error.message().strip_prefix("missing field `")?;
    rest.strip_suffix('`')
}

struct Mender<'d> {
    document: Spanned<DeTable<'d>>,
    /// Spans from here on are those of stand-ins.
    length: usize,
    stand_ins: usize,
    /// How many stand-ins a place has had.
    tried: HashMap<String, usize>,
    /// The places that have had a word that an error named.
    named: HashSet<String>,
    /// What was taken out.
    taken: HashSet<String>,
    /// Whether all that is left was said in the file, and nothing that others refer to is gone.
    sound: bool,
}

impl Mender<'_> {
    /// Changes the document so that this error does not come again.
    fn mend(&mut self, error: &Error) -> Option<()> {
        let at = error.span()?.start;
        let path = self.path(at);
        match missing(error) {
            Some(name) => self.stand_in(&below(&path, name), error),
            None if at >= self.length || path.ends_with(']') => self.stand_in(&path, error),
            None => self.take_out(&path),
        }
    }

    /// Whether an error is only there because of what was done about another.
    fn follows(&self, error: &Error) -> bool {
        let at = error.span().map_or(0, |span| span.start);
        let key = missing(error).map(|name| below(&self.path(at), name));
        at >= self.length || key.is_some_and(|key| self.taken.contains(&key))
    }

    fn path(&self, at: usize) -> String {
        let mut path = String::new();
        key_at(self.document.get_ref(), at, &mut path);
        path
    }

    fn take_out(&mut self, path: &str) -> Option<()> {
        let (parent, name) = parent(path);
        let value = table(self.document.get_mut(), parent)?.remove(name)?;
        self.sound &= !matches!(value.get_ref(), DeValue::Table(_) | DeValue::Array(_));
        self.taken.insert(path.to_owned());
        Some(())
    }

    fn stand_in(&mut self, path: &str, error: &Error) -> Option<()> {
        self.sound = false;
        let stand_in = match word(error).filter(|_| self.named.insert(path.to_owned())) {
            Some(word) => DeValue::String(word.to_owned().into()),
            None => {
                let tried = self.tried.entry(path.to_owned()).or_default();
                *tried += 1;
                let values = DeTable::parse(STAND_INS)
                    .ok()?
                    .into_inner()
                    .remove("values")?;
                let DeValue::Array(values) = values.into_inner() else {
                    return None;
                };
                let value = values.into_iter().nth(*tried - 1)?;
                value.into_inner()
            }
        };
        let start = self.length + self.stand_ins;
        self.stand_ins += 1;
        let stand_in = Spanned::new(start..start + 1, stand_in);
        let document = self.document.get_mut();
        if let Some(value) = value(document, path) {
            *value = stand_in;
        } else {
            let (parent, name) = parent(path);
            let key = Spanned::new(start..start, name.to_owned().into());
            table(document, parent)?.insert(key, stand_in);
        }
        Some(())
    }
}

/// The first of the words that an error says were expected.
fn word(error: &Error) -> Option<&str> {
    let rest = error.message().strip_prefix("unknown variant ")?;
    rest.split_once(", expected ")?.1.split('`').nth(1)
}

fn below(table: &str, name: &str) -> String {
    match table {
        "" => name.to_owned(),
        table => format!("{table}.{name}"),
    }
}

/// The path of the table that a key stands in, and the key's name.
fn parent(path: &str) -> (&str, &str) {
    path.rsplit_once('.').unwrap_or(("", path))
}

fn table<'t, 'd>(document: &'t mut DeTable<'d>, path: &str) -> Option<&'t mut DeTable<'d>> {
    if path.is_empty() {
        return Some(document);
    }
    match value(document, path)?.get_mut() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

fn value<'t, 'd>(
    document: &'t mut DeTable<'d>,
    path: &str,
) -> Option<&'t mut Spanned<DeValue<'d>>> {
    let (parent, segment) = parent(path);
    let (name, index) = item(segment);
    let value = table(document, parent)?.get_mut(name)?;
    let Some(index) = index else {
        return Some(value);
    };
    match value.get_mut() {
        DeValue::Array(items) => items.get_mut(index),
        _ => None,
    }
}

//! The optional part of a message: parameters in any order, known or not (`Q.763 §1.7`, `§1.10`).

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::received::Received;
use super::wire::write_with_length;
use super::*;

/// The optional part of a message, in the order received or to be sent; parameters may repeat.
///
/// What a received parameter has beyond its type, spare bits that are set or octets of a later
/// edition, is kept beside it and written again: an exchange in the middle of a call passes it on.
/// That holds for the mandatory parameters of the message, too, whose optional part this is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameters {
    list: Vec<Entry>,
    /// What the mandatory parameters have beyond their types.
    mandatory: Received,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Entry {
    #[serde(flatten)]
    parameter: Parameter,
    /// All octets of a parameter that holds not all they say.
    #[serde(rename = "received", skip_serializing_if = "Option::is_none")]
    contents: Option<Box<Contents>>,
}

impl Parameters {
    /// No optional part.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a parameter. One with the name code 0 is none: that octet ends the part, and what
    /// came behind it would be lost.
    pub fn push(&mut self, parameter: Parameter) {
        if parameter.code() != ParameterCode::END_OF_OPTIONAL_PARAMETERS {
            self.list.push(Entry::from(parameter));
        }
    }

    /// The parameters with one more at the end.
    #[must_use]
    pub fn with(mut self, parameter: Parameter) -> Self {
        self.push(parameter);
        self
    }

    /// The parameters in order.
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.list.iter())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The first parameter with `code`.
    pub fn find(&self, code: ParameterCode) -> Option<&Parameter> {
        self.iter().find(|parameter| parameter.code() == code)
    }

    /// The contents of the first parameter with `code` that was kept untouched.
    pub fn other(&self, wanted: ParameterCode) -> Option<&[u8]> {
        self.iter().find_map(|parameter| match parameter {
            Parameter::Other { code, contents } if *code == wanted => Some(&**contents),
            _ => None,
        })
    }

    /// Keeps the parameters `keep` says to.
    pub fn retain(&mut self, mut keep: impl FnMut(&Parameter) -> bool) {
        self.list.retain(|entry| keep(&entry.parameter));
    }

    /// Puts others in place of parameters, or none. One that stays as it is keeps what it has beyond
    /// its type.
    pub fn replace(&mut self, mut with: impl FnMut(&Parameter) -> Option<Parameter>) {
        self.list.retain_mut(|entry| match with(&entry.parameter) {
            Some(same) if same == entry.parameter => true,
            Some(other) => {
                *entry = Entry::from(other);
                true
            }
            None => false,
        });
    }

    /// Drops what came with them in the mandatory parts.
    pub(super) fn forget_mandatory(&mut self) {
        self.mandatory = Received::default();
    }

    /// The parameters with one more before the first.
    pub(super) fn preceded_by(mut self, parameter: Parameter) -> Self {
        self.list.insert(0, Entry::from(parameter));
        self
    }

    /// The parameters but the one at `place`.
    pub(super) fn without(&self, place: Option<usize>) -> Cow<'_, Self> {
        let Some(place) = place else {
            return Cow::Borrowed(self);
        };
        let mut others = self.clone();
        others.list.remove(place);
        Cow::Owned(others)
    }

    /// None yet, and what came in the mandatory parts.
    pub(super) fn beside(mandatory: Received) -> Self {
        Self {
            list: Vec::new(),
            mandatory,
        }
    }

    /// Appends those up to the end octet, or the end of the message where it is missing
    /// (`Q.763 §1.8`), and gives the offset behind it; the error is the offset of a parameter that
    /// is cut off.
    pub(super) fn read(&mut self, variant: &Variant, part: &[u8]) -> Result<usize, usize> {
        self.list.reserve_exact(count(part));
        let mut rest = part;
        while let Some((&code, tail)) = rest.split_first() {
            if code == ParameterCode::END_OF_OPTIONAL_PARAMETERS.0 {
                return Ok(part.len() - tail.len());
            }
            let (contents, tail) = tail
                .split_first()
                .and_then(|(&length, tail)| tail.split_at_checked(usize::from(length)))
                .ok_or(part.len() - rest.len())?;
            Parameter::read(variant, ParameterCode(code), contents, &mut self.list);
            rest = tail;
        }
        Ok(part.len())
    }

    /// What came with them in the mandatory parts.
    pub(super) fn mandatory(&self) -> &Received {
        &self.mandatory
    }

    /// Appends the parameters and the end octet.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        for Entry {
            parameter,
            contents,
        } in &self.list
        {
            out.push(parameter.code().0);
            write_with_length(out, |out| match contents {
                Some(contents) => contents.write(out),
                None => parameter.write_contents(out),
            });
        }
        out.push(ParameterCode::END_OF_OPTIONAL_PARAMETERS.0);
    }
}

impl From<Parameter> for Entry {
    fn from(parameter: Parameter) -> Self {
        Self {
            parameter,
            contents: None,
        }
    }
}

impl Entry {
    /// A parameter, and all octets it was read from unless it is exactly what they say.
    #[inline]
    pub(super) fn new(parameter: Parameter, exact: bool, octets: &[u8]) -> Self {
        Self {
            parameter,
            contents: (!exact).then(|| Box::new(Contents::new(octets).unwrap_or_default())),
        }
    }
}

/// How many parameters a part seems to have, so that room for them is made once.
fn count(part: &[u8]) -> usize {
    let mut rest = part;
    let mut parameters = 0;
    while let [code, length, tail @ ..] = rest {
        if *code == ParameterCode::END_OF_OPTIONAL_PARAMETERS.0 {
            break;
        }
        parameters += 1;
        rest = tail.get(usize::from(*length)..).unwrap_or_default();
    }
    parameters
}

/// As a list.
impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.list)
    }
}

impl FromIterator<Parameter> for Parameters {
    fn from_iter<I: IntoIterator<Item = Parameter>>(parameters: I) -> Self {
        let mut list = Self::new();
        parameters.into_iter().for_each(|p| list.push(p));
        list
    }
}

/// The parameters of an optional part in order.
#[derive(Debug, Clone)]
pub struct Iter<'a>(std::slice::Iter<'a, Entry>);

impl<'a> Iterator for Iter<'a> {
    type Item = &'a Parameter;

    fn next(&mut self) -> Option<&'a Parameter> {
        self.0.next().map(|entry| &entry.parameter)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<'a> IntoIterator for &'a Parameters {
    type Item = &'a Parameter;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

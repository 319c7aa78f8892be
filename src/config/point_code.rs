//! Point codes in a file: written as their network writes them, that of `[ss7]` or, where there are
//! several, the one whose name stands beside them.
//!
//! The form is said once, point codes stand in many tables. So they are turned into plain numbers
//! before the tables are read, and the types of the tables need not know the form.

use std::fmt;
use std::ops::Range;

use codecs::mtp::{PointCode, PointCodeFormat};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The keys whose values are point codes, in whatever table they stand.
const KEYS: [&str; 5] = [
    "point_code",
    "own_point_code",
    "point_codes",
    "originating_point_codes",
    "also",
];

/// The key that names the network of the point codes in a table.
const NETWORK: &str = "network";

/// A value that is no point code of the network: where it stands, and what is wrong.
pub(super) type Misfit = (Range<usize>, String);

/// Turns all point codes of a file into numbers. Every value that is no point code of the network,
/// or names no network, is given back, and another one stands in its place.
pub(super) fn number(file: &mut DeTable<'_>) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    let networks = match file.get_mut("ss7").map(Spanned::get_mut) {
        Some(DeValue::Table(ss7)) => Networks::read(ss7, &mut misfits),
        _ => Networks::default(),
    };
    let mut unfit = Vec::new();
    for (key, value) in file.iter_mut() {
        match value.get_mut() {
            DeValue::Table(ss7) if key.get_ref() == "ss7" => networks.below(ss7, &mut unfit),
            _ => networks.descend(value, &mut unfit),
        }
    }
    // Of point codes in an unknown form nothing can be said.
    if misfits.is_empty() {
        misfits = unfit;
    }
    misfits
}

/// How the networks of a file write point codes.
struct Networks {
    /// The one of `[ss7]`.
    lone: &'static PointCodeFormat,
    /// Those that have names.
    named: Vec<(String, &'static PointCodeFormat)>,
}

impl Default for Networks {
    fn default() -> Self {
        Self {
            lone: itu(),
            named: Vec::new(),
        }
    }
}

impl Networks {
    /// Reads `[ss7]` and its networks, and makes numbers of our own point codes.
    fn read(ss7: &mut DeTable<'_>, misfits: &mut Vec<Misfit>) -> Self {
        let lone = number_own(ss7, misfits);
        let mut named = Vec::new();
        if let Some(DeValue::Array(tables)) = ss7.get_mut(NETWORK).map(Spanned::get_mut) {
            for table in tables.iter_mut() {
                let DeValue::Table(table) = table.get_mut() else {
                    continue;
                };
                let format = number_own(table, misfits);
                let name = table.get("name").and_then(|name| name.get_ref().as_str());
                named.push((name.unwrap_or_default().to_owned(), format));
            }
        }
        Self { lone, named }
    }

    /// What stands in the tables below one, but for those of the networks.
    fn below(&self, table: &mut DeTable<'_>, misfits: &mut Vec<Misfit>) {
        for (key, value) in table.iter_mut() {
            if key.get_ref() != NETWORK {
                self.descend(value, misfits);
            }
        }
    }

    fn descend(&self, value: &mut Spanned<DeValue<'_>>, misfits: &mut Vec<Misfit>) {
        match value.get_mut() {
            DeValue::Table(table) => {
                if let Some(format) = self.format_in(table, misfits) {
                    number_codes(table, format, misfits);
                }
                self.below(table, misfits);
            }
            DeValue::Array(items) => {
                for item in items.iter_mut() {
                    self.descend(item, misfits);
                }
            }
            _ => {}
        }
    }

    /// The form of the point codes in a table, if it has some.
    fn format_in(
        &self,
        table: &mut DeTable<'_>,
        misfits: &mut Vec<Misfit>,
    ) -> Option<&'static PointCodeFormat> {
        let first = KEYS.iter().find_map(|key| table.get(*key))?.span();
        let (place, message) = match (table.get(NETWORK), &self.named[..]) {
            (None, []) => return Some(self.lone),
            (None, [(_, only)]) => return Some(only),
            (None, _) => (
                first,
                format!("expected network beside it, {}", self.names()),
            ),
            (Some(written), named) => {
                let name = written.get_ref().as_str()?;
                if let Some((_, format)) = named.iter().find(|(network, _)| network == name) {
                    return Some(format);
                }
                (written.span(), format!("expected {}", self.names()))
            }
        };
        misfits.push((place, message));
        number_codes(table, itu(), &mut Vec::new());
        None
    }

    fn names(&self) -> String {
        if self.named.is_empty() {
            return "the name of an [[ss7.network]], and there is none".into();
        }
        let names: Vec<_> = self
            .named
            .iter()
            .map(|(name, _)| format!("{name:?}"))
            .collect();
        format!("the name of an [[ss7.network]]: {}", names.join(" or "))
    }
}

/// Makes numbers of our own point codes, in the form that stands beside them.
fn number_own(table: &mut DeTable<'_>, misfits: &mut Vec<Misfit>) -> &'static PointCodeFormat {
    let mut format = itu();
    if let Some(written) = table.get_mut("point_code_format") {
        let name = written.get_ref().as_str().unwrap_or_default();
        match PointCodeFormat::named(name) {
            Some(named) => format = named,
            None => {
                misfits.push((written.span(), expected_format()));
                *written.get_mut() = DeValue::String(itu().name.into());
            }
        }
    }
    number_codes(table, format, misfits);
    format
}

fn number_codes(
    table: &mut DeTable<'_>,
    format: &'static PointCodeFormat,
    misfits: &mut Vec<Misfit>,
) {
    for (key, value) in table.iter_mut() {
        if KEYS.contains(&key.get_ref().as_ref()) {
            number_value(value, format, misfits);
        }
    }
}
/// What is neither text nor number is left to whoever reads the table.
fn number_value(
    value: &mut Spanned<DeValue<'_>>,
    format: &'static PointCodeFormat,
    misfits: &mut Vec<Misfit>,
) {
    let span = value.span();
    let read = match value.get_mut() {
        DeValue::Array(items) => {
            for item in items.iter_mut() {
                number_value(item, format, misfits);
            }
            return;
        }
        DeValue::String(text) => format.read(text),
        DeValue::Integer(number) => format.read(number.as_str().trim_start_matches('+')),
        _ => return,
    };
    let code = read.unwrap_or_else(|error| {
        misfits.push((span, error.to_string()));
        PointCode::new(0)
    });
    *value.get_mut() = DeValue::String(code.value().to_string().into());
}

/// A point code: a number by now, or in the form of ITU-T where a table is read without its file.
#[derive(Clone, Copy)]
struct Code(PointCode);

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(CodeVisitor)
    }
}

struct CodeVisitor;

impl Visitor<'_> for CodeVisitor {
    type Value = Code;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a point code, such as \"2-100-3\" or 4899")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Code, E> {
        match text.parse::<u32>() {
            Ok(number) => PointCode::try_from(number).map(Code).map_err(E::custom),
            Err(_) => itu().read(text).map(Code).map_err(E::custom),
        }
    }
}

/// A point code.
///
/// # Errors
/// It is none.
pub(crate) fn point_code<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<PointCode, D::Error> {
    Code::deserialize(deserializer).map(|Code(code)| code)
}

/// A point code where there need not be one.
///
/// # Errors
/// It is none.
pub(crate) fn some_point_code<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<PointCode>, D::Error> {
    point_code(deserializer).map(Some)
}

/// A list of point codes.
///
/// # Errors
/// One of them is none.
pub(crate) fn point_codes<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<PointCode>, D::Error> {
    let codes = Vec::<Code>::deserialize(deserializer)?;
    Ok(codes.into_iter().map(|Code(code)| code).collect())
}

/// The form of ITU-T networks, which holds where none is named.
pub(crate) fn itu() -> &'static PointCodeFormat {
    &PointCodeFormat::ITU
}

/// How the network writes point codes, by name, where it is said.
///
/// # Errors
/// It names none.
pub(crate) fn some_point_code_format<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<&'static PointCodeFormat>, D::Error> {
    point_code_format(deserializer).map(Some)
}

/// How the network writes point codes, by name.
///
/// # Errors
/// It names none.
pub(crate) fn point_code_format<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<&'static PointCodeFormat, D::Error> {
    let name = String::deserialize(deserializer)?;
    PointCodeFormat::named(&name).ok_or_else(|| D::Error::custom(expected_format()))
}

fn expected_format() -> String {
    let names = PointCodeFormat::ALL.map(|format| format!("{:?}", format.name));
    format!("expected one of {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All point codes of `text` as numbers, or what is wrong with the first that is none.
    fn numbered(text: &str) -> Result<Vec<u32>, String> {
        #[derive(Deserialize)]
        struct File {
            #[serde(default)]
            trunk: Vec<Trunk>,
        }
        #[derive(Deserialize)]
        struct Trunk {
            #[serde(deserialize_with = "point_codes")]
            point_codes: Vec<PointCode>,
        }
        let mut file = DeTable::parse(text).unwrap();
        if let Some((_, message)) = number(file.get_mut()).into_iter().next() {
            return Err(message);
        }
        let file = File::deserialize(toml::de::Deserializer::from(file));
        let trunks = file.map_err(|error| error.message().to_owned())?.trunk;
        let codes = trunks.into_iter().flat_map(|trunk| trunk.point_codes);
        Ok(codes.map(|code| code.value()).collect())
    }

    #[test]
    fn point_codes_are_read_in_the_form_of_the_network() {
        for (form, expected) in [
            ("", Ok(vec![4114, 77])),
            (
                "[ss7]\npoint_code_format = 'ansi'\n",
                Ok(vec![0x02_0202, 77]),
            ),
            (
                "[ss7]\npoint_code_format = 'japan'\n",
                Ok(vec![2 << 9 | 2 << 5 | 2, 77]),
            ),
            (
                "[ss7]\npoint_code_format = 'usa'\n",
                Err("expected one of \"itu\", \"ansi\", \"china\", \"japan\"".to_owned()),
            ),
        ] {
            let text = format!("{form}[[trunk]]\npoint_codes = ['2-2-2', 77]");
            assert_eq!(numbered(&text), expected);
        }
    }

    #[test]
    fn point_codes_are_read_in_the_form_of_the_network_beside_them() {
        let us = "[[ss7.network]]\nname = 'us'\npoint_code_format = 'ansi'\n\
                  point_code = '5-1-200'\n";
        let world = "[[ss7.network]]\nname = 'world'\npoint_code = '7-255-7'\n";
        let (one, two) = (us.to_owned(), format!("{us}{world}"));
        let names = "the name of an [[ss7.network]]: \"us\" or \"world\"";
        for (networks, beside, expected) in [
            (&one, "", Ok(vec![0x02_0202, 77])),
            (&two, "network = 'us'", Ok(vec![0x02_0202, 77])),
            (&two, "network = 'world'", Ok(vec![4114, 77])),
            (
                &two,
                "",
                Err(format!("expected network beside it, {names}")),
            ),
            (&two, "network = 'moon'", Err(format!("expected {names}"))),
        ] {
            let text = format!("{networks}[[trunk]]\n{beside}\npoint_codes = ['2-2-2', 77]");
            assert_eq!(numbered(&text), expected);
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        for (wrong, expected) in [
            ("16384", "expected a number up to 16383"),
            ("-1", "expected zone-network-point"),
            ("true", "expected a point code, such as"),
            ("'8-0-0'", "zone 8, expected 0 to 7"),
        ] {
            let refused = numbered(&format!("[[trunk]]\npoint_codes = [{wrong}]"));
            let message = refused.unwrap_err();
            assert!(message.contains(expected), "{message}");
        }
    }
}

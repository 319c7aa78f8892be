//! Point codes in a file: written as the network of `[ss7]` writes them.
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

/// A value that is no point code of the network: where it stands, and what is wrong.
pub(super) type Misfit = (Range<usize>, String);

/// Turns all point codes of a file into numbers. Every value that is no point code of the network,
/// or names no network, is given back, and another one stands in its place.
pub(super) fn number(file: &mut DeTable<'_>) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    match format_of(file) {
        Ok(format) => number_table(file, format, &mut misfits),
        // Of point codes in an unknown form nothing can be said.
        Err(misfit) => {
            number_table(file, itu(), &mut misfits);
            misfits = vec![misfit];
        }
    }
    misfits
}

fn format_of(file: &mut DeTable<'_>) -> Result<&'static PointCodeFormat, Misfit> {
    let written = file.get_mut("ss7").and_then(|ss7| match ss7.get_mut() {
        DeValue::Table(ss7) => ss7.get_mut("point_code_format"),
        _ => None,
    });
    let Some(written) = written else {
        return Ok(itu());
    };
    let name = written.get_ref().as_str().unwrap_or_default();
    PointCodeFormat::named(name).ok_or_else(|| {
        *written.get_mut() = DeValue::String(itu().name.into());
        (written.span(), expected_format())
    })
}

fn number_table(
    table: &mut DeTable<'_>,
    format: &'static PointCodeFormat,
    misfits: &mut Vec<Misfit>,
) {
    for (key, value) in table.iter_mut() {
        match KEYS.contains(&key.get_ref().as_ref()) {
            true => number_value(value, format, misfits),
            false => descend(value, format, misfits),
        }
    }
}

fn descend(
    value: &mut Spanned<DeValue<'_>>,
    format: &'static PointCodeFormat,
    misfits: &mut Vec<Misfit>,
) {
    match value.get_mut() {
        DeValue::Table(table) => number_table(table, format, misfits),
        DeValue::Array(items) => {
            for item in items.iter_mut() {
                descend(item, format, misfits);
            }
        }
        _ => {}
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

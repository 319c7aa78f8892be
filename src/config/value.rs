//! Values written as texts or numbers, and what is said of those of the wrong kind.

use std::fmt;

use codecs::mtp::PointCode;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

/// A point code as a file has it: `"2-2-2"`, `"4114"` or 4114.
#[derive(Clone, Copy)]
struct Code(PointCode);

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CodeVisitor)
    }
}

struct CodeVisitor;

impl Visitor<'_> for CodeVisitor {
    type Value = Code;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a point code: 3-8-3 form such as \"2-100-3\", or a number up to 16383")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Code, E> {
        text.parse().map(Code).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Code, E> {
        let code = u32::try_from(number).ok().map(PointCode);
        code.filter(|code| *code <= PointCode::MAX_ITU)
            .map(Code)
            .ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
    }
}

/// A point code, as text or number.
///
/// # Errors
/// It is none.
pub(crate) fn point_code<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<PointCode, D::Error> {
    Code::deserialize(deserializer).map(|Code(code)| code)
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

/// What the deserializer says, in words for whoever writes the file.
pub(super) fn in_plain_words(message: &str) -> String {
    if message == "invalid socket address syntax" {
        return "expected an address and a port, such as \"127.0.0.20:5060\"; \
                host names are not looked up"
            .into();
    }
    if message.starts_with("invalid IP address syntax") {
        return "expected an IP address, such as \"127.0.0.20\"; host names are not looked up"
            .into();
    }
    for (theirs, ours) in [
        ("unknown field", "unknown key"),
        ("missing field", "missing key"),
        ("unknown variant", "unknown word"),
    ] {
        if let Some(rest) = message.strip_prefix(theirs) {
            return format!("{ours}{rest}");
        }
    }
    match message.rsplit_once(", expected ") {
        Some((found, kind)) => {
            let found = found
                .strip_prefix("invalid type: ")
                .or_else(|| found.strip_prefix("invalid value: "))
                .unwrap_or(found);
            format!(
                "found {}, expected {}",
                found.replace('`', ""),
                kind_in_words(kind)
            )
        }
        None => message.to_owned(),
    }
}

fn kind_in_words(kind: &str) -> &str {
    match kind {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number, 0 or more",
        "a string" => "a text in quotation marks",
        "a boolean" => "true or false",
        "a sequence" => "a list in square brackets",
        kind if kind.starts_with("struct ") => "a table",
        kind => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Codes {
        #[serde(deserialize_with = "point_codes")]
        codes: Vec<PointCode>,
    }

    #[test]
    fn point_codes_are_texts_or_numbers() {
        let Codes { codes } = toml::from_str("codes = ['2-2-2', '4114', 4114]").unwrap();
        assert_eq!(codes, [PointCode(4114); 3]);
        for wrong in ["16384", "-1", "true", "'8-0-0'"] {
            let refused = toml::from_str::<Codes>(&format!("codes = [{wrong}]"));
            let message = refused.err().unwrap().to_string();
            assert!(message.contains("number up to 16383"), "{message}");
        }
    }
}

//! ExtensionContainer (3GPP TS 29.002 §17.7.11), and our private extension in it: the I-CSCF.
//!
//! The extension is a family of object identifiers under an arc of our own: after
//! `2.25.83297610198407820308480635592420716446.1` every octet of the host name is one arc, as
//! SNMP writes a string index (RFC 2578 §7.7). The type of the extension stays absent, so a
//! decoder that has never heard of it understands every octet. See `docs/map-icscf.md`.

use super::Malformed;
use super::ber::{self, Element, Raw, Tag};
use super::sequence::{Value, sequence};
use bytes::Bytes;
use std::fmt;
use std::str::FromStr;

/// Contents of the object identifier `2.25.83297610198407820308480635592420716446.1`.
const ICSCF: &[u8] = &[
    0x69, 0xFD, 0xAA, 0xC4, 0xD0, 0xDE, 0x91, 0xD2, 0xB9, 0xA1, 0xB0, 0xC4, 0xC4, 0xEA, 0xDB, 0xE3,
    0xD5, 0xDF, 0x1E, 0x01,
];

sequence! {
    /// What is outside the standard.
    #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
    pub struct ExtensionContainer {
        /// Private extensions, each under its object identifier.
        private_extensions: optional [0] PrivateExtensionList,
        /// Extensions of PCS 1900.
        pcs_extensions: optional [1] Raw,
    }
}

impl ExtensionContainer {
    /// Holds the I-CSCF responsible for the subscriber.
    pub fn of_icscf(host: &HostName) -> Self {
        Self {
            private_extensions: Some(PrivateExtensionList(vec![PrivateExtension::icscf(host)])),
            ..Self::default()
        }
    }

    /// The I-CSCF, if one of the private extensions names it.
    pub fn icscf(&self) -> Option<HostName> {
        let PrivateExtensionList(extensions) = self.private_extensions.as_ref()?;
        extensions.iter().find_map(PrivateExtension::as_icscf)
    }
}

impl Value for ExtensionContainer {
    fn read(element: &Element<'_>, _: &'static str) -> Result<Self, Malformed> {
        Self::read_members(std::iter::once(*element))
    }

    fn write(&self, tag: Tag, out: &mut Vec<u8>) {
        ber::write(out, tag, true, |out| self.write_members(out));
    }
}

/// One to ten private extensions.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PrivateExtensionList(pub Vec<PrivateExtension>);

impl Value for PrivateExtensionList {
    fn read(element: &Element<'_>, name: &'static str) -> Result<Self, Malformed> {
        let mut members = element.members(name)?;
        let mut extensions = Vec::new();
        while let Some(member) = members.take_if(|tag| tag == Tag::SEQUENCE)? {
            extensions.push(PrivateExtension::read(&member)?);
        }
        if members.take_if(|_| true)?.is_some() || !(1..=10).contains(&extensions.len()) {
            return Err(Malformed::Value(name));
        }
        Ok(Self(extensions))
    }

    fn write(&self, tag: Tag, out: &mut Vec<u8>) {
        ber::write(out, tag, true, |out| {
            for extension in &self.0 {
                extension.write(out);
            }
        });
    }
}

/// One private extension.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PrivateExtension {
    /// Contents octets of its object identifier.
    #[serde(serialize_with = "crate::mtp::hexadecimal")]
    pub id: Bytes,
    /// Its value as it came, empty if its type has none. What is not ours need not be BER.
    #[serde(serialize_with = "crate::mtp::hexadecimal")]
    pub value: Bytes,
}

impl PrivateExtension {
    fn icscf(host: &HostName) -> Self {
        Self {
            id: [ICSCF, host.0.as_bytes()].concat().into(),
            value: Bytes::new(),
        }
    }

    /// The host name in the arcs, or as a string in the value.
    fn as_icscf(&self) -> Option<HostName> {
        let mut name = self.id.strip_prefix(ICSCF)?;
        if name.is_empty() {
            let element = Element::sole(&self.value, "extType").ok()?;
            name = [Tag::IA5_STRING, Tag::UTF8_STRING]
                .contains(&element.tag)
                .then_some(element.content)?;
        }
        std::str::from_utf8(name).ok()?.parse().ok()
    }

    fn read(element: &Element<'_>) -> Result<Self, Malformed> {
        const NAME: &str = "PrivateExtension";
        if !element.constructed {
            return Err(Malformed::Encoding(NAME));
        }
        let (id, value) = Element::first(element.content, NAME)?;
        if id.tag != Tag::OBJECT_IDENTIFIER {
            return Err(Malformed::Missing("extId"));
        }
        Ok(Self {
            id: Bytes::copy_from_slice(id.primitive("extId")?),
            value: Bytes::copy_from_slice(value),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        ber::write(out, Tag::SEQUENCE, true, |out| {
            ber::write_primitive(out, Tag::OBJECT_IDENTIFIER, &self.id);
            out.extend_from_slice(&self.value);
        });
    }
}

/// A host as a SIP URI names it: letters, digits, `-`, `.`, `_`, or an IPv6 address in brackets,
/// with or without a port. At most [`HostName::MAX`] octets, so that the answer fits one UDT.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
pub struct HostName(String);

impl HostName {
    /// The longest name.
    pub const MAX: usize = 128;

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HostName {
    type Err = HostNameError;

    fn from_str(text: &str) -> Result<Self, HostNameError> {
        let allowed = |octet: u8| octet.is_ascii_alphanumeric() || b"-._:[]".contains(&octet);
        match text.len() {
            1..=Self::MAX if text.bytes().all(allowed) => Ok(Self(text.to_owned())),
            _ => Err(HostNameError),
        }
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text is no host name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a host name has 1 to {max} letters, digits and -._:[]", max = HostName::MAX)]
pub struct HostNameError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arc_is_the_documented_one() {
        let mut arcs = vec![];
        let mut value = 0u128;
        for &octet in ICSCF {
            value = value << 7 | u128::from(octet & 0x7F);
            if octet & 0x80 == 0 {
                arcs.push(value);
                value = 0;
            }
        }
        assert_eq!(
            arcs,
            [
                2 * 40 + 25,
                83_297_610_198_407_820_308_480_635_592_420_716_446,
                1
            ]
        );
    }

    #[test]
    fn the_host_is_found_in_either_form() {
        let host: HostName = "icscf1.ims.example".parse().unwrap();
        let arcs = ExtensionContainer::of_icscf(&host);
        assert_eq!(arcs.icscf(), Some(host.clone()));

        let mut value = Vec::new();
        ber::write_primitive(&mut value, Tag::IA5_STRING, host.as_str().as_bytes());
        let typed = PrivateExtension {
            id: ICSCF.into(),
            value: value.into(),
        };
        assert_eq!(typed.as_icscf(), Some(host));
    }

    #[test]
    fn a_value_that_is_no_ber_is_kept() {
        let extension = [0x30, 0x08, 0x06, 0x03, 0x2A, 0x03, 0x04, 0x0B, 0x0C, 0x0D];
        let read = PrivateExtension::read(&Element::sole(&extension, "test").unwrap()).unwrap();
        assert_eq!(read.value, [0x0B, 0x0C, 0x0D][..]);
        let mut out = Vec::new();
        read.write(&mut out);
        assert_eq!(out, extension);
    }

    #[test]
    fn a_foreign_extension_or_a_bad_name_is_no_icscf() {
        for id in [&b"\x2A\x03\x04"[..], ICSCF, &[ICSCF, b"a b"].concat()] {
            let extension = PrivateExtension {
                id: Bytes::copy_from_slice(id),
                value: Bytes::new(),
            };
            assert_eq!(extension.as_icscf(), None);
        }
        assert!("".parse::<HostName>().is_err());
        assert!("x".repeat(129).parse::<HostName>().is_err());
    }
}

//! The part of the Basic Encoding Rules that MAP parameters need (ITU-T X.690).
//!
//! Reading is strict: an element either has its whole content or is refused. Both length forms and
//! the indefinite form are read; the definite form is written.

use super::Malformed;
use bytes::Bytes;

/// How deep indefinite-length elements may nest. A MAP parameter nests about a dozen levels.
const MAX_DEPTH: u8 = 32;

/// Class and number of an identifier (X.690 §8.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag {
    class: u8,
    number: u32,
}

impl Tag {
    pub(super) const OCTET_STRING: Self = Self::universal(4);
    pub(super) const OBJECT_IDENTIFIER: Self = Self::universal(6);
    pub(super) const UTF8_STRING: Self = Self::universal(12);
    pub(super) const SEQUENCE: Self = Self::universal(16);
    pub(super) const IA5_STRING: Self = Self::universal(22);

    const fn universal(number: u32) -> Self {
        Self { class: 0, number }
    }

    pub(super) const fn context(number: u32) -> Self {
        Self {
            class: 0x80,
            number,
        }
    }
}

/// One element: what it is, its content and its whole encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element<'a> {
    pub(super) tag: Tag,
    pub(super) constructed: bool,
    pub(super) content: &'a [u8],
    pub(super) whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// The one element `input` consists of.
    pub(super) fn sole(input: &'a [u8], name: &'static str) -> Result<Self, Malformed> {
        let (element, rest) = Self::first(input, name)?;
        if !rest.is_empty() {
            return Err(Malformed::Trailing(name));
        }
        Ok(element)
    }

    /// The first element of `input`, and what follows it.
    pub(super) fn first(
        input: &'a [u8],
        name: &'static str,
    ) -> Result<(Self, &'a [u8]), Malformed> {
        read(input, 0).ok_or(Malformed::Encoding(name))
    }

    /// The content, if the element is primitive.
    pub(super) fn primitive(&self, name: &'static str) -> Result<&'a [u8], Malformed> {
        if self.constructed {
            return Err(Malformed::Encoding(name));
        }
        Ok(self.content)
    }

    /// The elements inside, if the element is constructed.
    pub(super) fn members(&self, name: &'static str) -> Result<Members<'a>, Malformed> {
        if !self.constructed {
            return Err(Malformed::Encoding(name));
        }
        Members::new(self.content, name)
    }
}

/// Walks the elements of a constructed element, one ahead.
#[derive(Debug)]
pub(super) struct Members<'a> {
    next: Option<Element<'a>>,
    rest: &'a [u8],
    name: &'static str,
}

impl<'a> Members<'a> {
    fn new(content: &'a [u8], name: &'static str) -> Result<Self, Malformed> {
        let mut members = Self {
            next: None,
            rest: content,
            name,
        };
        members.advance()?;
        Ok(members)
    }

    /// Takes the next element if `wanted` likes its tag.
    pub(super) fn take_if(
        &mut self,
        wanted: impl Fn(Tag) -> bool,
    ) -> Result<Option<Element<'a>>, Malformed> {
        match self.next {
            Some(element) if wanted(element.tag) => {
                self.advance()?;
                Ok(Some(element))
            }
            _ => Ok(None),
        }
    }

    fn advance(&mut self) -> Result<(), Malformed> {
        if self.rest.is_empty() {
            self.next = None;
            return Ok(());
        }
        let (element, rest) = read(self.rest, 0).ok_or(Malformed::Encoding(self.name))?;
        self.next = Some(element);
        self.rest = rest;
        Ok(())
    }
}

/// An element kept as it came, for what is carried but not interpreted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Raw(#[serde(serialize_with = "crate::mtp::hexadecimal")] Bytes);

impl Raw {
    pub(super) fn of(element: &Element<'_>) -> Self {
        Self(Bytes::copy_from_slice(element.whole))
    }

    /// The whole encoding: identifier, length, content.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

fn read(input: &[u8], depth: u8) -> Option<(Element<'_>, &[u8])> {
    let (tag, constructed, after_tag) = read_identifier(input)?;
    let (&first, after_length) = after_tag.split_first()?;
    let (content, rest) = match first {
        0x80 if constructed && depth < MAX_DEPTH => split_indefinite(after_length, depth)?,
        0x00..=0x7F => after_length.split_at_checked(usize::from(first))?,
        0x81..=0x84 => {
            let (octets, after) = after_length.split_at_checked(usize::from(first & 0x7F))?;
            let length = octets
                .iter()
                .fold(0usize, |sum, &octet| sum << 8 | usize::from(octet));
            after.split_at_checked(length)?
        }
        _ => return None,
    };
    let whole = &input[..input.len() - rest.len()];
    let element = Element {
        tag,
        constructed,
        content,
        whole,
    };
    Some((element, rest))
}

fn read_identifier(input: &[u8]) -> Option<(Tag, bool, &[u8])> {
    let (&first, mut rest) = input.split_first()?;
    let mut number = u32::from(first & 0x1F);
    if number == 0x1F {
        number = 0;
        loop {
            let (&octet, after) = rest.split_first()?;
            rest = after;
            if number >= 1 << 24 {
                return None;
            }
            number = number << 7 | u32::from(octet & 0x7F);
            if octet & 0x80 == 0 {
                break;
            }
        }
    }
    let tag = Tag {
        class: first & 0xC0,
        number,
    };
    Some((tag, first & 0x20 != 0, rest))
}

/// Splits at the end-of-contents octets that close this level (X.690 §8.1.5).
fn split_indefinite(input: &[u8], depth: u8) -> Option<(&[u8], &[u8])> {
    let mut rest = input;
    loop {
        if let [0, 0, after @ ..] = rest {
            return Some((&input[..input.len() - rest.len()], after));
        }
        rest = read(rest, depth + 1)?.1;
    }
}

/// Writes one element whose content `fill` appends.
pub(super) fn write(
    out: &mut Vec<u8>,
    tag: Tag,
    constructed: bool,
    fill: impl FnOnce(&mut Vec<u8>),
) {
    let start = out.len();
    fill(out);
    let length = out.len() - start;
    let mut header = Vec::with_capacity(6);
    write_identifier(&mut header, tag, constructed);
    write_length(&mut header, length);
    out.splice(start..start, header);
}

/// Writes one primitive element.
pub(super) fn write_primitive(out: &mut Vec<u8>, tag: Tag, content: &[u8]) {
    write(out, tag, false, |out| out.extend_from_slice(content));
}

/// Tags written are all below 31, the low form.
fn write_identifier(out: &mut Vec<u8>, tag: Tag, constructed: bool) {
    let number = u8::try_from(tag.number & 0x1F).unwrap_or_default();
    out.push(tag.class | u8::from(constructed) << 5 | number);
}

fn write_length(out: &mut Vec<u8>, length: usize) {
    let octets = length.to_be_bytes();
    match octets.iter().position(|&octet| octet != 0) {
        None => out.push(0),
        Some(first) => {
            let significant = &octets[first..];
            match *significant {
                [single] if single < 0x80 => out.push(single),
                _ => {
                    let count = u8::try_from(significant.len()).unwrap_or_default();
                    out.push(0x80 | count);
                    out.extend_from_slice(significant);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_form_is_read() {
        for input in [
            &[0x30, 0x03, 0x02, 0x01, 0x07][..],
            &[0x30, 0x81, 0x03, 0x02, 0x01, 0x07],
            &[0x30, 0x82, 0x00, 0x03, 0x02, 0x01, 0x07],
            &[0x30, 0x80, 0x02, 0x01, 0x07, 0x00, 0x00],
        ] {
            let element = Element::sole(input, "test").unwrap();
            assert_eq!(element.tag, Tag::SEQUENCE);
            assert_eq!(element.content, [0x02, 0x01, 0x07]);
            assert_eq!(element.whole, input);
        }
    }

    #[test]
    fn what_is_cut_short_or_too_long_is_refused() {
        assert_eq!(
            Element::sole(&[0x04, 0x02, 0x01], "test"),
            Err(Malformed::Encoding("test"))
        );
        assert_eq!(
            Element::sole(&[0x04, 0x01, 0x01, 0x00], "test"),
            Err(Malformed::Trailing("test"))
        );
        assert_eq!(
            Element::sole(&[0x04, 0x80, 0x00, 0x00], "test"),
            Err(Malformed::Encoding("test"))
        );
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let bomb: Vec<u8> = [0x30, 0x80].repeat(100_000);
        assert!(Element::sole(&bomb, "test").is_err());
    }

    #[test]
    fn a_high_tag_number_is_kept_whole() {
        let input = [0xBF, 0x21, 0x02, 0x05, 0x00];
        let element = Element::sole(&input, "test").unwrap();
        assert_eq!(element.tag, Tag::context(33));
        assert_eq!(Raw::of(&element).as_bytes(), input);
    }

    #[test]
    fn long_content_gets_a_long_length() {
        for length in [0usize, 127, 128, 255, 256, 70_000] {
            let mut out = vec![0xEE];
            write_primitive(&mut out, Tag::OCTET_STRING, &vec![7; length]);
            let element = Element::sole(&out[1..], "test").unwrap();
            assert_eq!(element.content.len(), length);
        }
    }
}

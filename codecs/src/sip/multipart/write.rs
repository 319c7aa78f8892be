//! Making a multipart body (RFC 2046 §5.1.1).

use memchr::memmem;

/// A part of a multipart body that is to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewPart<'a> {
    /// Content-Type.
    pub content_type: &'a str,
    /// Content-Disposition, where it is not what its type stands for.
    pub disposition: Option<&'a str>,
    /// Any octets: in SIP they are not encoded (RFC 3261 §7.4.1).
    pub content: &'a [u8],
}

/// Makes a `multipart/mixed` body of parts, of which there is at least one; its type, with a boundary
/// that is in none of them, and its octets. Line ends in a type or a disposition are left out.
///
/// ```
/// use codecs::sip::{NewPart, multipart};
///
/// let release = NewPart {
///     content_type: "application/ISUP;version=itu-t92+",
///     disposition: Some("signal;handling=required"),
///     content: b"\x10\x00",
/// };
/// let (content_type, body) = multipart(&[release]);
/// assert_eq!(content_type, "multipart/mixed;boundary=part");
/// assert!(body.ends_with(b"\r\n\r\n\x10\x00\r\n--part--\r\n"));
/// ```
pub fn multipart(parts: &[NewPart<'_>]) -> (String, Vec<u8>) {
    let boundary = boundary(parts);
    let mut out = Vec::with_capacity(parts.iter().map(|part| part.content.len() + 160).sum());
    for part in parts {
        line(&mut out, &["--", &boundary]);
        line(&mut out, &["Content-Type: ", part.content_type]);
        if let Some(disposition) = part.disposition {
            line(&mut out, &["Content-Disposition: ", disposition]);
        }
        line(&mut out, &[]);
        out.extend_from_slice(part.content);
        line(&mut out, &[]);
    }
    line(&mut out, &["--", &boundary, "--"]);
    (["multipart/mixed;boundary=", &boundary].concat(), out)
}

fn line(out: &mut Vec<u8>, words: &[&str]) {
    let octets = words.iter().flat_map(|word| word.bytes());
    out.extend(octets.filter(|octet| !matches!(octet, b'\r' | b'\n')));
    out.extend_from_slice(b"\r\n");
}

/// The first of `part`, `part1`, `part2` … that no content has behind two hyphens.
fn boundary(parts: &[NewPart<'_>]) -> String {
    let mut boundary = String::from("part");
    let mut number = 0u32;
    while parts.iter().any(|part| has(part.content, &boundary)) {
        number += 1;
        boundary = format!("part{number}");
    }
    boundary
}

fn has(content: &[u8], boundary: &str) -> bool {
    let mut found = memmem::find_iter(content, boundary.as_bytes());
    found.any(|at| content[..at].ends_with(b"--"))
}

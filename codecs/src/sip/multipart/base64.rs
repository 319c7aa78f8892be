//! Octets in letters (RFC 2045 §6.8).

/// Reads base64; `None` for what is none. Line ends and other characters without a value are passed
/// over, and nothing counts after the padding.
pub(super) fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0);
    let end = memchr::memchr(b'=', text).unwrap_or(text.len());
    for value in text[..end].iter().filter_map(|&letter| value(letter)) {
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held & 0xFF) as u8);
        }
    }
    // One letter alone is no octet, and what the last one has beyond the octets is zero.
    (held < 6 && bits & ((1 << held) - 1) == 0).then_some(out)
}

fn value(letter: u8) -> Option<u8> {
    Some(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 4648 §10.
    #[test]
    fn letters_are_octets() {
        for (text, octets) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9v\r\nYmE=", "fooba"),
            ("Zm9vYmFy\r\n", "foobar"),
        ] {
            let read = from_base64(text.as_bytes());
            assert_eq!(read.as_deref(), Some(octets.as_bytes()), "{text}");
        }
    }

    #[test]
    fn half_an_octet_is_none() {
        for text in ["Z", "Zm9vY", "Zh=="] {
            assert_eq!(from_base64(text.as_bytes()), None, "{text}");
        }
    }
}

//! User-to-User: what the users tell each other when a call begins or ends (RFC 7433).

use super::error::Malformed;
use super::grammar::{find_outside, quoted_len, trim};
use super::params::Params;

/// One value of the User-to-User header field.
#[derive(Debug, Clone, Copy)]
pub struct UserToUser<'a> {
    /// The data, as its encoding has it; a quoted one with its quotes.
    pub data: &'a str,
    /// `;encoding=hex;purpose=isdn-uui;content=isdn-uui`
    pub params: Params<'a>,
}

impl<'a> UserToUser<'a> {
    /// Reads one value of a User-to-User field.
    ///
    /// # Errors
    /// [`Malformed`] unless it is a token or a quoted string with parameters.
    pub fn parse(value: &'a [u8]) -> Result<Self, Malformed> {
        Self::read(value).ok_or_else(|| Malformed::syntax("User-to-User", value, "RFC 7433 §4.1"))
    }

    fn read(value: &'a [u8]) -> Option<Self> {
        let (data, params) = value.split_at(find_outside(value, b';').unwrap_or(value.len()));
        let data = trim(data);
        let sound = match data {
            [b'"', ..] => quoted_len(data)? == data.len(),
            _ => super::grammar::is_token_text(data),
        };
        sound.then_some(Self {
            data: std::str::from_utf8(data).ok()?,
            params: Params::of_field(params)?,
        })
    }

    /// The octets of ISDN user-to-user information, the protocol discriminator first: those of data
    /// in hexadecimal whose package and content are that, or are not named (RFC 7434 §5, §9).
    /// `None` for others.
    pub fn isdn(&self) -> Option<Vec<u8>> {
        let unless_other = |name: &str, expected: &str| {
            let value = self.params.get(name);
            value.is_none_or(|value| value.eq_ignore_ascii_case(expected))
        };
        let ours = unless_other("purpose", "isdn-uui")
            && unless_other("content", "isdn-uui")
            && unless_other("encoding", "hex");
        ours.then(|| octets(self.data.trim_matches('"')))?
    }
}

fn octets(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    let octets = pairs
        .iter()
        .map(|&[high, low]| u8::try_from(digit(high)? << 4 | digit(low)?).ok());
    match rest {
        [] => octets.collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn isdn(text: &str) -> Option<Vec<u8>> {
        UserToUser::parse(text.as_bytes()).unwrap().isdn()
    }

    /// The forms of RFC 7433 §4.1 and of RFC 7434.
    #[test]
    fn only_isdn_information_in_hexadecimal_is_taken() {
        let octets = Some(vec![0x00, 0xC8, 0x1F]);
        assert_eq!(isdn("00C81f;encoding=hex;purpose=isdn-uui"), octets);
        assert_eq!(
            isdn("\"00c81f\" ; purpose=ISDN-UUI;content=isdn-uui"),
            octets
        );
        assert_eq!(isdn("00c81f"), octets);
        assert_eq!(isdn("00c81f;purpose=foo"), None);
        assert_eq!(isdn("00c81f;encoding=jwt"), None);
        assert_eq!(isdn("00c81"), None);
        assert_eq!(isdn("00x8"), None);
        assert!(UserToUser::parse(b";encoding=hex").is_err());
        assert!(UserToUser::parse(b"\"00\" 11").is_err());
    }
}

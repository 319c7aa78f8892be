//! What users are shown and tell each other (`Q.763 §3.61`, `§3.77`).

use serde::Serialize;

use crate::code_point::code_points;
use crate::isup::wire::{Field, write_with_length};
use crate::isup::{Contents, TooLong};

code_points! {
    /// Protocol discriminator of user-to-user information (`Q.931 table 4-26`).
    UserProtocol: 8 bits, "reserved" {
        USER_SPECIFIC = 0, "user-specific protocol";
        OSI_HIGH_LAYER = 1, "OSI high layer protocols";
        X244 = 2, "X.244";
        SYSTEM_MANAGEMENT = 3, "system management convergence function";
        IA5 = 4, "IA5 characters";
        ASN_1 = 5, "X.208 and X.209 coded user information";
        V120 = 7, "V.120 rate adaption";
        Q931 = 8, "Q.931/I.451 call control messages";
    }
}

/// User-to-user information (`Q.763 §3.61`). A sender has at most 129 octets with the discriminator;
/// of one received so many are taken as leave room for an optional part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserToUserInformation {
    /// What protocol the data are of.
    pub protocol: UserProtocol,
    /// The data.
    pub data: Contents<249>,
}

impl UserToUserInformation {
    /// Information to be sent.
    ///
    /// # Errors
    /// [`TooLong`] for more than 128 octets of data.
    pub fn new(protocol: UserProtocol, data: &[u8]) -> Result<Self, TooLong> {
        Contents::<128>::new(data)?;
        let data = Contents::new(data)?;
        Ok(Self { protocol, data })
    }

    /// The discriminator and the data.
    pub fn octets(&self) -> impl Iterator<Item = u8> {
        std::iter::once(self.protocol.0).chain(self.data.iter().copied())
    }
}

impl Field for UserToUserInformation {
    const NAME: &'static str = "user-to-user information";
    const CLAUSE: &'static str = "Q.763 §3.61";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&protocol, data) = contents.split_first()?;
        Some(Self {
            protocol: UserProtocol(protocol),
            data: Contents::new(data).ok()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.protocol.0);
        self.data.write(out);
    }

    fn is_exact(&self, _: &[u8]) -> bool {
        true
    }
}

/// Display information (`Q.763 §3.77`): the display information element of `Q.931 §4.5.16`, with its
/// identifier and length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DisplayInformation {
    /// Characters of IA5.
    pub characters: Contents<253>,
}

impl Field for DisplayInformation {
    const NAME: &'static str = "display information";
    const CLAUSE: &'static str = "Q.763 §3.77";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&[0x28, length], characters) = contents.split_first_chunk()? else {
            return None;
        };
        let characters = characters.get(..usize::from(length))?;
        Some(Self {
            characters: Contents::new(characters).ok()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(0x28);
        write_with_length(out, |out| self.characters.write(out));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_has_129_octets_of_user_to_user_information_at_most() {
        assert!(UserToUserInformation::new(UserProtocol::IA5, &[0; 128]).is_ok());
        let error = UserToUserInformation::new(UserProtocol::IA5, &[0; 129]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "129 octets do not fit into a parameter that holds 128"
        );
    }

    #[test]
    fn display_information_is_a_whole_element() {
        let octets = [0x28, 2, 0x41, 0x42];
        let display = DisplayInformation::read(&octets).unwrap();
        assert_eq!(display.characters[..], *b"AB");
        for octets in [&octets[..3], &[0x28], &[0x2C, 0]] {
            assert_eq!(DisplayInformation::read(octets), None);
        }
    }
}

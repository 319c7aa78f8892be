//! What users and their terminals tell each other through the network (`Q.763 §3.3`, `§3.57`,
//! `§3.61`).

use super::call_indicators::{bit, bits};
use super::indicators::transparent;
use super::{Contents, TooLong};

transparent! {
    /// User service information (`Q.763 §3.57`): a bearer capability, coded as in `Q.931 §4.5.5`.
    UserServiceInformation, "user service information", "Q.763 §3.57";

    /// User service information prime (`Q.763 §3.58`): the bearer capability to fall back to.
    UserServiceInformationPrime, "user service information prime", "Q.763 §3.58";

    /// Access transport (`Q.763 §3.3`): information elements of `Q.931`, one after another.
    AccessTransport, "access transport", "Q.763 §3.3";

    /// User-to-user information (`Q.763 §3.61`): protocol discriminator and data. A sender has at
    /// most 129 octets; of one received so many are taken as leave room for an optional part.
    UserToUserInformation<250>, "user-to-user information", "Q.763 §3.61";

    /// Display information (`Q.763 §3.77`): a display information element of `Q.931 §4.5.16`.
    DisplayInformation, "display information", "Q.763 §3.77";
}

impl UserServiceInformation {
    /// Speech, A-law.
    pub fn speech_a_law() -> Self {
        Self(Contents::from([0x80, 0x90, 0xA3]))
    }

    /// 3.1 kHz audio, A-law.
    pub fn audio_a_law() -> Self {
        Self(Contents::from([0x90, 0x90, 0xA3]))
    }

    /// Unrestricted digital information, 64 kbit/s.
    pub fn unrestricted_64k() -> Self {
        Self(Contents::from([0x88, 0x90]))
    }

    /// Information transfer capability: 0 speech, 8 unrestricted, 16 3.1 kHz audio …
    pub fn transfer_capability(&self) -> Option<u8> {
        self.0.first().map(|&octet| bits(octet, 0, 5))
    }

    /// Information transfer rate: 16 is 64 kbit/s.
    pub fn transfer_rate(&self) -> Option<u8> {
        self.0.get(1).map(|&octet| bits(octet, 0, 5))
    }

    /// User information layer 1 protocol: 2 µ-law, 3 A-law …
    pub fn layer_1(&self) -> Option<u8> {
        // The multirate transfer rate has an octet more before layer 1.
        let at = if self.transfer_rate()? == 0x18 { 3 } else { 2 };
        let octet = *self.0.get(at)?;
        (bits(octet, 5, 2) == 1).then_some(bits(octet, 0, 5))
    }
}

impl AccessTransport {
    /// The information elements as identifier and contents, up to the first that is cut off.
    /// Elements of one octet are given whole as identifier, with no contents.
    pub fn elements(&self) -> impl Iterator<Item = (u8, &[u8])> {
        let mut rest: &[u8] = &self.0;
        std::iter::from_fn(move || {
            let (&identifier, tail) = rest.split_first()?;
            if bit(identifier, 7) {
                rest = tail;
                return Some((identifier, &[][..]));
            }
            let (&length, tail) = tail.split_first()?;
            let (element, tail) = tail.split_at_checked(usize::from(length))?;
            rest = tail;
            Some((identifier, element))
        })
    }
}

impl TryFrom<&[u8]> for UserToUserInformation {
    type Error = TooLong;

    fn try_from(octets: &[u8]) -> Result<Self, TooLong> {
        Contents::<129>::new(octets)?;
        Contents::new(octets).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layer_1_is_found_with_and_without_rate_multiplier() {
        let speech = UserServiceInformation::speech_a_law();
        assert_eq!(speech.transfer_capability(), Some(0));
        assert_eq!(speech.transfer_rate(), Some(16));
        assert_eq!(speech.layer_1(), Some(3));
        assert_eq!(
            UserServiceInformation::audio_a_law().transfer_capability(),
            Some(16)
        );
        assert_eq!(UserServiceInformation::unrestricted_64k().layer_1(), None);
        let multirate = UserServiceInformation(Contents::from([0x88, 0x18, 0x86, 0xA5]));
        assert_eq!(multirate.layer_1(), Some(5));
    }

    #[test]
    fn elements_are_told_apart_and_a_cut_one_ends_them() {
        let octets = [0x1E, 2, 0x81, 0x88, 0xA1, 0x7D, 2, 0x91, 0x81, 0x1E, 9, 1];
        let transport = AccessTransport(Contents::from(octets));
        let elements: Vec<_> = transport.elements().collect();
        let expected: [(u8, &[u8]); 3] =
            [(0x1E, &[0x81, 0x88]), (0xA1, &[]), (0x7D, &[0x91, 0x81])];
        assert_eq!(elements, expected);
    }

    #[test]
    fn user_to_user_information_has_129_octets_at_most() {
        assert!(UserToUserInformation::try_from(&[0; 129][..]).is_ok());
        let error = UserToUserInformation::try_from(&[0; 130][..]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "130 octets do not fit into a parameter that holds 129"
        );
    }
}

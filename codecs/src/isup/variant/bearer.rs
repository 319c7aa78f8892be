//! What a call needs of its circuits, as ITU-T and as ANSI say it in the IAM (`Q.763 §3.54`, T1.113.3
//! user service information).

use crate::isup::wire::Field;
use crate::isup::{Iam, Parameter, TransmissionMediumRequirement, UserServiceInformation};

/// The longest user service information of T1.113.3.
const LONGEST_USER_SERVICE: usize = 13;

/// The user service information in the mandatory part of ANSI's IAM; a longer one could not be
/// written again.
pub(in crate::isup) struct MandatoryUserService(pub(in crate::isup) UserServiceInformation);

impl Field for MandatoryUserService {
    const NAME: &'static str = "user service information";
    const CLAUSE: &'static str = "T1.113.3 table 16";

    fn read(contents: &[u8]) -> Option<Self> {
        let fits = contents.len() <= LONGEST_USER_SERVICE;
        fits.then(|| UserServiceInformation::read(contents).map(Self))
            .flatten()
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }
}

impl Iam {
    /// The user service information that says what the call needs: the one of the optional part, or
    /// where there is none one made from the medium. With it the place in the optional part.
    pub(in crate::isup) fn user_service(&self) -> (UserServiceInformation, Option<usize>) {
        let of_part = self
            .optional
            .iter()
            .enumerate()
            .find_map(|(at, p)| match p {
                Parameter::UserServiceInformation(information)
                    if information.0.len() <= LONGEST_USER_SERVICE =>
                {
                    Some((information.clone(), Some(at)))
                }
                _ => None,
            });
        of_part.unwrap_or_else(|| (UserServiceInformation::from(self.medium), None))
    }
}

/// Information transfer capability and rate of each medium (`Q.763 §3.54`, `Q.931 §4.5.5`).
const BEARERS: [(TransmissionMediumRequirement, u8, u8); 8] = [
    (TransmissionMediumRequirement::SPEECH, 0, 0x10),
    (TransmissionMediumRequirement::AUDIO_3K1, 0x10, 0x10),
    (TransmissionMediumRequirement::UNRESTRICTED_64K, 0x08, 0x10),
    (TransmissionMediumRequirement::PREFERRED_64K, 0x11, 0x10),
    (
        TransmissionMediumRequirement::UNRESTRICTED_2X64K,
        0x08,
        0x11,
    ),
    (TransmissionMediumRequirement::UNRESTRICTED_384K, 0x08, 0x13),
    (
        TransmissionMediumRequirement::UNRESTRICTED_1536K,
        0x08,
        0x15,
    ),
    (
        TransmissionMediumRequirement::UNRESTRICTED_1920K,
        0x08,
        0x17,
    ),
];

/// User information layer 1 of speech and audio in a network of 24-channel spans: G.711 µ-law.
const MU_LAW: u8 = 0xA2;

impl From<TransmissionMediumRequirement> for UserServiceInformation {
    /// The bearer capability of a medium; of one that is reserved that of 64 kbit/s unrestricted.
    fn from(medium: TransmissionMediumRequirement) -> Self {
        let known = BEARERS.iter().find(|(of, ..)| *of == medium);
        let &(_, capability, rate) = known.unwrap_or(&BEARERS[2]);
        Self(match capability {
            0 | 0x10 => [0x80 | capability, 0x80 | rate, MU_LAW].into(),
            _ => [0x80 | capability, 0x80 | rate].into(),
        })
    }
}

impl From<&UserServiceInformation> for TransmissionMediumRequirement {
    /// The medium that carries a bearer capability; 64 kbit/s unrestricted where none says so.
    fn from(information: &UserServiceInformation) -> Self {
        let capability = information.transfer_capability();
        let rate = information.transfer_rate();
        let known = BEARERS
            .iter()
            .find(|&&(_, c, r)| (capability, rate) == (Some(c), Some(r)));
        known.map_or(Self::UNRESTRICTED_64K, |&(medium, ..)| medium)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_medium_is_the_same_by_way_of_user_service_information() {
        for (medium, ..) in BEARERS {
            let information = UserServiceInformation::from(medium);
            assert_eq!(TransmissionMediumRequirement::from(&information), medium);
        }
    }
}

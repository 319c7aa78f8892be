//! What a call needs of its circuits, as ITU-T and as ANSI say it in the IAM (`Q.763 §3.54`, T1.113.3
//! user service information).

use crate::isup::wire::Field;
use crate::isup::{
    Contents, Iam, Layer1Protocol, Parameter, ParameterCode, Rate, TransferCapability,
    TransferRate, TransmissionMediumRequirement, UserServiceInformation,
};

/// The longest user service information of T1.113.3.
const LONGEST_USER_SERVICE: usize = 13;

/// The user service information in the mandatory part of ANSI's IAM; a longer one could not be
/// written again. One in the coding of another standard is kept as its octets.
pub(in crate::isup) struct MandatoryUserService(pub(in crate::isup) Parameter);

impl Field for MandatoryUserService {
    const NAME: &'static str = "user service information";
    const CLAUSE: &'static str = "T1.113.3 table 16";

    fn read(contents: &[u8]) -> Option<Self> {
        if contents.is_empty() || contents.len() > LONGEST_USER_SERVICE {
            return None;
        }
        let typed = UserServiceInformation::read(contents);
        Some(Self(match typed {
            Some(information) => Parameter::UserServiceInformation(information),
            None => Parameter::Other {
                code: ParameterCode::USER_SERVICE_INFORMATION,
                contents: Contents::new(contents).ok()?,
            },
        }))
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.0.write_contents(out);
    }
}

impl Iam {
    /// The user service information that says what the call needs: the one of the optional part, or
    /// where there is none one made from the medium. With it the place in the optional part.
    pub(in crate::isup) fn user_service(&self) -> (MandatoryUserService, Option<usize>) {
        let is_it = |parameter: &Parameter| {
            let Parameter::Other { contents, .. } = parameter else {
                // The typed one has at most 12 octets.
                return true;
            };
            (1..=LONGEST_USER_SERVICE).contains(&contents.len())
        };
        let place = self.optional.iter().position(|parameter| {
            parameter.code() == ParameterCode::USER_SERVICE_INFORMATION && is_it(parameter)
        });
        let of_part = place.and_then(|at| self.optional.iter().nth(at));
        let made = || Parameter::UserServiceInformation(self.medium.into());
        let parameter = of_part.cloned().unwrap_or_else(made);
        (MandatoryUserService(parameter), place)
    }
}

/// Information transfer capability and rate of each medium (`Q.763 §3.54`, `Q.931 §4.5.5`).
const BEARERS: [(
    TransmissionMediumRequirement,
    TransferCapability,
    TransferRate,
); 8] = [
    (
        TransmissionMediumRequirement::SPEECH,
        TransferCapability::SPEECH,
        TransferRate::ONE,
    ),
    (
        TransmissionMediumRequirement::AUDIO_3K1,
        TransferCapability::AUDIO_3K1,
        TransferRate::ONE,
    ),
    (
        TransmissionMediumRequirement::UNRESTRICTED_64K,
        TransferCapability::UNRESTRICTED,
        TransferRate::ONE,
    ),
    (
        TransmissionMediumRequirement::PREFERRED_64K,
        TransferCapability::UNRESTRICTED_WITH_TONES,
        TransferRate::ONE,
    ),
    (
        TransmissionMediumRequirement::UNRESTRICTED_2X64K,
        TransferCapability::UNRESTRICTED,
        TransferRate::TWO,
    ),
    (
        TransmissionMediumRequirement::UNRESTRICTED_384K,
        TransferCapability::UNRESTRICTED,
        TransferRate::H0,
    ),
    (
        TransmissionMediumRequirement::UNRESTRICTED_1536K,
        TransferCapability::UNRESTRICTED,
        TransferRate::H11,
    ),
    (
        TransmissionMediumRequirement::UNRESTRICTED_1920K,
        TransferCapability::UNRESTRICTED,
        TransferRate::H12,
    ),
];

impl From<TransmissionMediumRequirement> for UserServiceInformation {
    /// The bearer capability of a medium, speech and audio in the coding of a network of 24-channel
    /// spans; of a medium that is reserved that of 64 kbit/s unrestricted.
    fn from(medium: TransmissionMediumRequirement) -> Self {
        let known = BEARERS.iter().find(|(of, ..)| *of == medium);
        let &(_, capability, rate) = known.unwrap_or(&BEARERS[2]);
        match capability {
            TransferCapability::SPEECH | TransferCapability::AUDIO_3K1 => {
                Self::voice(capability, Layer1Protocol::MU_LAW)
            }
            _ => Self::circuit(capability, Rate::from(rate)),
        }
    }
}

impl From<&Parameter> for TransmissionMediumRequirement {
    /// The medium that carries the bearer capability of a parameter; 64 kbit/s unrestricted where
    /// none says so.
    fn from(parameter: &Parameter) -> Self {
        let Parameter::UserServiceInformation(information) = parameter else {
            return Self::UNRESTRICTED_64K;
        };
        let asked = (information.capability, information.rate.code());
        let known = BEARERS.iter().find(|&&(_, c, r)| asked == (c, r));
        known.map_or(Self::UNRESTRICTED_64K, |&(medium, ..)| medium)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_medium_is_the_same_by_way_of_user_service_information() {
        for (medium, ..) in BEARERS {
            let parameter = Parameter::UserServiceInformation(medium.into());
            assert_eq!(TransmissionMediumRequirement::from(&parameter), medium);
        }
    }
}

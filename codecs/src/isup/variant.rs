//! The ISUPs of the world as data: what one of them has that another has not, and where they
//! arrange it differently (`Q.763`, EN 300 356-1, ANSI T1.113).

use super::wire::Field;
use super::{Cic, Iam, MessageType, Parameter, ParameterCode, TransmissionMediumRequirement};
use super::{UserServiceInformation, parameter_code};
use crate::mtp::PointCodeFormat;

/// One ISUP: everything that reading and writing have to know of it.
///
/// ```
/// use codecs::isup::{MessageType, Variant};
///
/// let ansi = Variant::named("ansi").unwrap();
/// assert_eq!(ansi.last_cic().0, 16383);
/// assert!(ansi.has(MessageType::EXM) && !ansi.has(MessageType::SAM));
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Variant {
    /// How the configuration calls it.
    pub name: &'static str,
    /// The standard that describes it.
    pub standard: &'static str,
    /// How its networks write point codes, where nothing else is said.
    pub point_codes: &'static PointCodeFormat,
    /// How many bits a circuit identification code has.
    cic_bits: u32,
    /// The types it has; what comes with another one is [`super::Message::Other`].
    types: Types,
    /// The types that end after their code though those of Q.763 have an optional part.
    bare: Types,
    /// How the IAM says what the call needs of its circuits.
    pub(super) bearer: Bearer,
    /// Whose parameters the name codes from 192 on are.
    pub(super) national: National,
}

/// How an IAM says what the call needs of its circuits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bearer {
    /// By the transmission medium requirement in the fixed part (`Q.763 table 32`).
    Medium,
    /// By the user service information in the variable part (T1.113.3 table 16).
    UserService,
}

/// Whose parameters the name codes from 192 on are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum National {
    /// Q.763's generic number and generic digits; the others are free for national use.
    Itu,
    /// Those of T1.113.3.
    Ansi,
}

impl Variant {
    /// ITU-T Q.763 (12/1999) with all that it leaves to national use.
    pub const ITU: Self = Self {
        name: "itu",
        standard: "ITU-T Q.763",
        point_codes: &PointCodeFormat::ITU,
        cic_bits: 12,
        types: Types::of(MessageType::Q763),
        bare: Types::of(&[]),
        bearer: Bearer::Medium,
        national: National::Itu,
    };

    /// EN 300 356-1: Q.763 without the messages that it leaves to national use.
    pub const ETSI: Self = Self {
        name: "etsi",
        standard: "ETSI EN 300 356-1",
        types: Self::ITU.types.without(&[
            MessageType::CQM,
            MessageType::CQR,
            MessageType::CRG,
            MessageType::INF,
            MessageType::INR,
            MessageType::LPA,
            MessageType::OLM,
            MessageType::PAM,
            MessageType::SDM,
            MessageType::UCIC,
        ]),
        ..Self::ITU
    };

    /// ANSI T1.113: no overlap sending, no connect message, none of the messages that came after
    /// 1988 in Q.763 but the facility message; messages of its own for circuits and transit.
    pub const ANSI: Self = Self {
        name: "ansi",
        standard: "ANSI T1.113",
        point_codes: &PointCodeFormat::ANSI,
        cic_bits: 14,
        types: Self::ITU
            .types
            .without(&[
                MessageType::SAM,
                MessageType::CON,
                MessageType::FAR,
                MessageType::FAA,
                MessageType::FRJ,
                MessageType::USR,
                MessageType::OLM,
                MessageType::CRG,
                MessageType::NRM,
                MessageType::UPT,
                MessageType::UPA,
                MessageType::IDR,
                MessageType::IRS,
                MessageType::SGM,
                MessageType::LOP,
                MessageType::APM,
                MessageType::PRI,
                MessageType::SDM,
            ])
            .with(MessageType::T1113),
        bare: Types::of(&[MessageType::RLC]),
        bearer: Bearer::UserService,
        national: National::Ansi,
    };

    /// Every variant.
    pub const ALL: [&'static Self; 3] = [&Self::ITU, &Self::ETSI, &Self::ANSI];

    /// The variant with that name in the configuration.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|variant| variant.name == name)
    }

    /// Whether it has messages of this type.
    pub fn has(&self, message: MessageType) -> bool {
        self.types.contain(message)
    }

    /// The highest circuit identification code; of a higher one only the bits of this are sent.
    pub fn last_cic(&self) -> Cic {
        Cic((1 << self.cic_bits) - 1)
    }

    /// What it calls the parameter with this name code, or "unknown parameter".
    pub fn parameter_name(&self, code: ParameterCode) -> &'static str {
        match self.national {
            National::Ansi if code.0 >= parameter_code::FIRST_NATIONAL => code.ansi_name(),
            National::Itu | National::Ansi => code.name(),
        }
    }

    /// Whether it has a parameter with this name code.
    pub fn knows(&self, code: ParameterCode) -> bool {
        self.parameter_name(code) != parameter_code::UNKNOWN
    }

    /// Whether messages of the type end after their code.
    pub(super) fn is_bare(&self, message: MessageType) -> bool {
        self.bare.contain(message)
    }
}

/// A set of message types, one bit a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Types([u64; 4]);

impl Types {
    const fn of(types: &[MessageType]) -> Self {
        Self([0; 4]).with(types)
    }

    const fn with(self, types: &[MessageType]) -> Self {
        self.changed(types, true)
    }

    const fn without(self, types: &[MessageType]) -> Self {
        self.changed(types, false)
    }

    const fn changed(mut self, types: &[MessageType], member: bool) -> Self {
        let mut at = 0;
        while at < types.len() {
            let MessageType(code) = types[at];
            let bit = 1 << (code % 64);
            let word = &mut self.0[code as usize / 64];
            *word = if member { *word | bit } else { *word & !bit };
            at += 1;
        }
        self
    }

    fn contain(&self, MessageType(code): MessageType) -> bool {
        self.0[usize::from(code / 64)] >> (code % 64) & 1 == 1
    }
}

/// The longest user service information of T1.113.3.
const LONGEST_USER_SERVICE: usize = 13;

/// The user service information in the mandatory part of ANSI's IAM; a longer one could not be
/// written again.
pub(super) struct MandatoryUserService(pub(super) UserServiceInformation);

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
    pub(super) fn user_service(&self) -> (UserServiceInformation, Option<usize>) {
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
    fn variants_have_the_messages_of_their_standards() {
        let count = |variant: &Variant| (0..=255).filter(|&c| variant.has(MessageType(c))).count();
        assert_eq!(Variant::ALL.map(count), [49, 39, 36]);
        assert!(!Variant::ITU.has(MessageType::EXM));
        assert!(!Variant::ETSI.has(MessageType::UCIC));
        assert!(Variant::ANSI.has(MessageType::UCIC));
    }

    #[test]
    fn codes_from_192_on_are_named_by_the_variant() {
        for (variant, code, name) in [
            (&Variant::ITU, 192, "Generic number"),
            (&Variant::ANSI, 192, "Generic address"),
            (&Variant::ETSI, 235, "unknown parameter"),
            (&Variant::ANSI, 235, "Charge number"),
            (&Variant::ANSI, 10, "Calling party number"),
        ] {
            assert_eq!(variant.parameter_name(ParameterCode(code)), name);
            let known = name != parameter_code::UNKNOWN;
            assert_eq!(variant.knows(ParameterCode(code)), known);
        }
    }

    #[test]
    fn a_medium_is_the_same_by_way_of_user_service_information() {
        for (medium, ..) in BEARERS {
            let information = UserServiceInformation::from(medium);
            assert_eq!(TransmissionMediumRequirement::from(&information), medium);
        }
    }
}

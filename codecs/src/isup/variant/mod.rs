//! The ISUPs of the world as data: what one of them has that another has not, and where they
//! arrange it differently (`Q.763`, EN 300 356-1, ANSI T1.113).

mod bearer;
mod codes;
mod translation;

pub(super) use bearer::MandatoryUserService;
use codes::Codes;

use super::{Cic, MessageType, ParameterCode, parameter_code};
use crate::mtp::PointCodeFormat;

/// One ISUP: everything that reading and writing have to know of it.
///
/// ```
/// use codecs::isup::{MessageType, Variant};
///
/// let ansi = Variant::named("ansi").unwrap();
/// assert_eq!(ansi.last_cic().value(), 16383);
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
    /// The highest circuit identification code.
    last_cic: Cic,
    /// The clause that gives circuit identification codes their bits.
    pub cic_clause: &'static str,
    /// The types it has; what comes with another one is [`super::Message::Other`].
    types: Codes,
    /// The types that end after their code though those of Q.763 have an optional part.
    bare: Codes,
    /// How the IAM says what the call needs of its circuits.
    pub(super) bearer: Bearer,
    /// The name codes below 192 of Q.763 that are none of its parameters.
    lacking: Codes,
    /// Whose parameters the name codes from 192 on are.
    pub(super) national: National,
    /// The procedures of its circuits.
    pub procedures: Procedures,
    /// How many circuits after the first one a group message is sent for at most.
    pub group_range: u8,
    /// Whether CCR is acknowledged by LPA; elsewhere that is a national option.
    pub acknowledges_loop_back: bool,
    /// Whether a message for a circuit that does not exist is answered by UCIC; elsewhere that is for
    /// national use.
    pub reports_unequipped: bool,
}

/// The values of `base` that name a variant (RFC 3204 table 1), and the names of standards that are
/// versions by themselves. GR-317 is ANSI's ISUP as one company has it.
const BASES: [(&str, &Variant); 10] = [
    ("itu-t88", &Variant::ITU),
    ("itu-t92+", &Variant::ITU),
    ("itu-t", &Variant::ITU),
    ("etsi121", &Variant::ETSI),
    ("etsi356", &Variant::ETSI),
    ("ansi88", &Variant::ANSI),
    ("ansi92", &Variant::ANSI),
    ("ansi00", &Variant::ANSI),
    ("ansi", &Variant::ANSI),
    ("gr317", &Variant::ANSI),
];

/// Whose procedures hold on circuits, and whose values of timers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Procedures {
    /// Those of ITU-T.
    Q764,
    /// Those of ANSI.
    T1113,
}

impl Procedures {
    /// The standard that has them.
    pub fn name(self) -> &'static str {
        match self {
            Self::Q764 => "Q.764",
            Self::T1113 => "T1.113.4",
        }
    }
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
        last_cic: Cic::last_of(12),
        cic_clause: "Q.763 §1.2",
        types: Codes::of(MessageType::Q763),
        bare: Codes::of(&[]),
        bearer: Bearer::Medium,
        lacking: Codes::of(&[]),
        national: National::Itu,
        procedures: Procedures::Q764,
        group_range: 31,
        acknowledges_loop_back: false,
        reports_unequipped: false,
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

    /// ANSI T1.113 (2000): no overlap sending, no connect message, few of the messages that came
    /// after 1988 in Q.763; messages of its own for circuits and transit.
    pub const ANSI: Self = Self {
        name: "ansi",
        standard: "ANSI T1.113",
        point_codes: &PointCodeFormat::ANSI,
        last_cic: Cic::last_of(14),
        cic_clause: "T1.113.3 §1.2",
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
                MessageType::SDM,
            ])
            .with(MessageType::T1113),
        bare: Codes::of(&[MessageType::RLC]),
        bearer: Bearer::UserService,
        lacking: Codes::of_parameters(ParameterCode::NOT_T1113),
        national: National::Ansi,
        procedures: Procedures::T1113,
        // Those of one span of 24.
        group_range: 23,
        acknowledges_loop_back: true,
        reports_unequipped: true,
    };

    /// Every variant.
    pub const ALL: [&'static Self; 3] = [&Self::ITU, &Self::ETSI, &Self::ANSI];

    /// The variant with that name in the configuration.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|variant| variant.name == name)
    }

    /// The variant that a message in SIP is of, by the `base` or the `version` of its type (RFC 3204
    /// §3.1), such as `itu-t92+`, without regard to case. Those of other networks are read as none.
    pub fn of_base(base: &str) -> Option<&'static Self> {
        let is_it = |(name, _): &&(&str, _)| name.eq_ignore_ascii_case(base);
        BASES.iter().find(is_it).map(|(_, variant)| *variant)
    }

    /// Whether it has messages of this type.
    pub fn has(&self, message: MessageType) -> bool {
        self.types.contain(message.0)
    }

    /// The highest circuit identification code.
    pub const fn last_cic(&self) -> Cic {
        self.last_cic
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
        !self.lacking.contain(code.0) && self.parameter_name(code) != parameter_code::UNKNOWN
    }

    /// Whether messages of the type end after their code.
    pub(super) fn is_bare(&self, message: MessageType) -> bool {
        self.bare.contain(message.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_have_the_messages_of_their_standards() {
        let count = |variant: &Variant| (0..=255).filter(|&c| variant.has(MessageType(c))).count();
        assert_eq!(Variant::ALL.map(count), [49, 39, 38]);
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
    fn t1_113_lacks_parameters_of_q763() {
        for (code, known) in [
            (ParameterCode::HOP_COUNTER, true),
            (ParameterCode::PARAMETER_COMPATIBILITY_INFORMATION, true),
            (ParameterCode::LOCATION_NUMBER, false),
            (ParameterCode::PROPAGATION_DELAY_COUNTER, false),
            (ParameterCode::TRANSMISSION_MEDIUM_REQUIREMENT, false),
        ] {
            assert_eq!(Variant::ANSI.knows(code), known, "{code}");
            assert!(Variant::ITU.knows(code), "{code}");
        }
    }
}

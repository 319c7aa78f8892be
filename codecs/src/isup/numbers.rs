//! Numbers: nature of address, numbering plan, presentation, screening, digits (`Q.763 §3.9`, `§3.10`,
//! `§3.16`, `§3.26`, `§3.30`, `§3.44`, `§3.51`, `§3.89`, `§3.90`).

use serde::Serialize;

use super::call_indicators::{bit, flag};
use super::wire::Field;
use crate::code_point::{Bits, code_points};
use crate::number::{Digits, NatureOfAddress, NumberingPlan};

/// Called party number (`Q.763 §3.9`); redirection number (`§3.46`) and called directory number have
/// the same format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CalledPartyNumber {
    /// What kind of number the digits are.
    pub nature: NatureOfAddress,
    /// Routing to an internal network number is not allowed.
    pub inn_not_allowed: bool,
    /// Numbering plan.
    pub plan: NumberingPlan,
    /// The digits; a final ST says that none will follow.
    pub digits: Digits,
}

code_points! {
    /// Address presentation restricted indicator (`Q.763 §3.10 e)`).
    Presentation: 2 bits, "reserved for restriction by the network" {
        ALLOWED = 0, "presentation allowed";
        RESTRICTED = 1, "presentation restricted";
        NOT_AVAILABLE = 2, "address not available";
    }

    /// Screening indicator (`Q.763 §3.10 f)`).
    Screening: 2 bits, "reserved" {
        USER_NOT_VERIFIED = 0, "user provided, not verified";
        USER_VERIFIED = 1, "user provided, verified and passed";
        USER_FAILED = 2, "user provided, verified and failed";
        NETWORK = 3, "network provided";
    }

    /// Number qualifier indicator (`Q.763 §3.26 a)`).
    NumberQualifier: 8 bits, "reserved or national use" {
        DIALLED_DIGITS = 0, "dialled digits";
        CALLED = 1, "additional called number";
        FAILED_SCREENING = 2, "supplemental user provided calling number - failed network screening";
        NOT_SCREENED = 3, "supplemental user provided calling number - not screened";
        REDIRECTING_TERMINATING = 4, "redirecting terminating number";
        CONNECTED = 5, "additional connected number";
        CALLING = 6, "additional calling party number";
        ORIGINAL_CALLED = 7, "additional original called number";
        REDIRECTING = 8, "additional redirecting number";
        REDIRECTION = 9, "additional redirection number";
    }
}

/// Calling party number (`Q.763 §3.10`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CallingPartyNumber {
    /// What kind of number the digits are.
    pub nature: NatureOfAddress,
    /// The number is incomplete.
    pub incomplete: bool,
    /// Numbering plan.
    pub plan: NumberingPlan,
    /// May it be shown to the called party.
    pub presentation: Presentation,
    /// Who vouches for it.
    pub screening: Screening,
    /// The digits.
    pub digits: Digits,
}

impl CallingPartyNumber {
    /// "Address not available", with the coding `Q.763 §3.10` prescribes for it: no digits.
    pub const NOT_AVAILABLE: Self = Self {
        nature: NatureOfAddress::SPARE,
        incomplete: false,
        plan: NumberingPlan::SPARE,
        presentation: Presentation::NOT_AVAILABLE,
        screening: Screening::NETWORK,
        digits: Digits::EMPTY,
    };
}

/// Connected number (`Q.763 §3.16`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ConnectedNumber {
    /// What kind of number the digits are.
    pub nature: NatureOfAddress,
    /// Numbering plan.
    pub plan: NumberingPlan,
    /// May it be shown to the calling party.
    pub presentation: Presentation,
    /// Who vouches for it.
    pub screening: Screening,
    /// The digits.
    pub digits: Digits,
}

/// Redirecting number (`Q.763 §3.44`); original called number (`§3.39`) has the same format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RedirectingNumber {
    /// What kind of number the digits are.
    pub nature: NatureOfAddress,
    /// Numbering plan.
    pub plan: NumberingPlan,
    /// May it be shown.
    pub presentation: Presentation,
    /// The digits.
    pub digits: Digits,
}

/// Location number (`Q.763 §3.30`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LocationNumber {
    /// What kind of number the digits are.
    pub nature: NatureOfAddress,
    /// Routing to an internal network number is not allowed.
    pub inn_not_allowed: bool,
    /// Numbering plan.
    pub plan: NumberingPlan,
    /// May it be shown.
    pub presentation: Presentation,
    /// Who vouches for it.
    pub screening: Screening,
    /// The digits.
    pub digits: Digits,
}

/// Generic number (`Q.763 §3.26`): a further number of the kind its qualifier says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GenericNumber {
    /// Which number it adds to.
    pub qualifier: NumberQualifier,
    /// The number; its format is the calling party number's.
    pub number: CallingPartyNumber,
}

/// A number without indicators: HTR information (`Q.763 §3.89`), charge number of ANSI T1.113.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PlainNumber {
    /// What kind of number the digits are; of a charge number also whose.
    pub nature: NatureOfAddress,
    /// Numbering plan.
    pub plan: NumberingPlan,
    /// The digits.
    pub digits: Digits,
}

code_points! {
    /// What kind of number a network routing number is (`Q.763 §3.90 c)`).
    RoutingNumberNature: 4 bits, "spare or national use" {
        NATIONAL = 1, "national (significant) number format";
        NETWORK_SPECIFIC = 2, "network specific number format";
    }
}

/// Network routing number (`Q.763 §3.90`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NetworkRoutingNumber {
    /// Numbering plan.
    pub plan: NumberingPlan,
    /// What kind of number the digits are.
    pub nature: RoutingNumberNature,
    /// The digits.
    pub digits: Digits,
}

/// Subsequent number (`Q.763 §3.51`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SubsequentNumber(pub Digits);

impl Field for CalledPartyNumber {
    const NAME: &'static str = "called party number";
    const CLAUSE: &'static str = "Q.763 §3.9";

    fn read(contents: &[u8]) -> Option<Self> {
        let (nature, second, digits) = read_number(contents)?;
        Some(Self {
            nature,
            inn_not_allowed: bit(second, 7),
            plan: NumberingPlan::from_octet(second, 4),
            digits,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_number(out, self.nature, self.second(), &self.digits);
    }

    fn is_exact(&self, contents: &[u8]) -> bool {
        is_exact(contents, self.nature, self.second(), &self.digits)
    }
}

impl CalledPartyNumber {
    /// The second octet of the contents.
    fn second(&self) -> u8 {
        flag(self.inn_not_allowed, 7) | self.plan.in_octet(4)
    }
}

impl Field for CallingPartyNumber {
    const NAME: &'static str = "calling party number";
    const CLAUSE: &'static str = "Q.763 §3.10";

    fn read(contents: &[u8]) -> Option<Self> {
        let (nature, second, digits) = read_number(contents)?;
        Some(Self {
            nature,
            incomplete: bit(second, 7),
            plan: NumberingPlan::from_octet(second, 4),
            presentation: Presentation::from_octet(second, 2),
            screening: Screening::from_octet(second, 0),
            digits,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_number(out, self.nature, self.second(), &self.digits);
    }

    fn is_exact(&self, contents: &[u8]) -> bool {
        is_exact(contents, self.nature, self.second(), &self.digits)
    }
}

impl CallingPartyNumber {
    /// The second octet of the contents.
    fn second(&self) -> u8 {
        let second = flag(self.incomplete, 7) | self.plan.in_octet(4);
        second | self.presentation.in_octet(2) | self.screening.in_octet(0)
    }
}

impl Field for ConnectedNumber {
    const NAME: &'static str = "connected number";
    const CLAUSE: &'static str = "Q.763 §3.16";

    fn read(contents: &[u8]) -> Option<Self> {
        let (nature, second, digits) = read_number(contents)?;
        Some(Self {
            nature,
            plan: NumberingPlan::from_octet(second, 4),
            presentation: Presentation::from_octet(second, 2),
            screening: Screening::from_octet(second, 0),
            digits,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_number(out, self.nature, self.second(), &self.digits);
    }

    fn is_exact(&self, contents: &[u8]) -> bool {
        is_exact(contents, self.nature, self.second(), &self.digits)
    }
}

impl ConnectedNumber {
    /// The second octet of the contents.
    fn second(&self) -> u8 {
        let second = self.presentation.in_octet(2) | self.screening.in_octet(0);
        second | self.plan.in_octet(4)
    }
}

impl Field for RedirectingNumber {
    const NAME: &'static str = "redirecting number";
    const CLAUSE: &'static str = "Q.763 §3.44";

    fn read(contents: &[u8]) -> Option<Self> {
        let (nature, second, digits) = read_number(contents)?;
        Some(Self {
            nature,
            plan: NumberingPlan::from_octet(second, 4),
            presentation: Presentation::from_octet(second, 2),
            digits,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_number(out, self.nature, self.second(), &self.digits);
    }

    fn is_exact(&self, contents: &[u8]) -> bool {
        is_exact(contents, self.nature, self.second(), &self.digits)
    }
}

impl RedirectingNumber {
    /// The second octet of the contents.
    fn second(&self) -> u8 {
        self.plan.in_octet(4) | self.presentation.in_octet(2)
    }
}

impl Field for LocationNumber {
    const NAME: &'static str = "location number";
    const CLAUSE: &'static str = "Q.763 §3.30";

    fn read(contents: &[u8]) -> Option<Self> {
        let (nature, second, digits) = read_number(contents)?;
        Some(Self {
            nature,
            inn_not_allowed: bit(second, 7),
            plan: NumberingPlan::from_octet(second, 4),
            presentation: Presentation::from_octet(second, 2),
            screening: Screening::from_octet(second, 0),
            digits,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_number(out, self.nature, self.second(), &self.digits);
    }

    fn is_exact(&self, contents: &[u8]) -> bool {
        is_exact(contents, self.nature, self.second(), &self.digits)
    }
}

impl LocationNumber {
    /// The second octet of the contents.
    fn second(&self) -> u8 {
        let second = flag(self.inn_not_allowed, 7) | self.plan.in_octet(4);
        second | self.presentation.in_octet(2) | self.screening.in_octet(0)
    }
}

impl Field for GenericNumber {
    const NAME: &'static str = "generic number";
    const CLAUSE: &'static str = "Q.763 §3.26";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&qualifier, number) = contents.split_first()?;
        Some(Self {
            qualifier: NumberQualifier(qualifier),
            number: CallingPartyNumber::read(number)?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.qualifier.0);
        self.number.write(out);
    }

    fn is_exact(&self, contents: &[u8]) -> bool {
        self.number.is_exact(contents.get(1..).unwrap_or_default())
    }
}

impl Field for PlainNumber {
    const NAME: &'static str = "HTR information";
    const CLAUSE: &'static str = "Q.763 §3.89";

    fn read(contents: &[u8]) -> Option<Self> {
        let (nature, second, digits) = read_number(contents)?;
        Some(Self {
            nature,
            plan: NumberingPlan::from_octet(second, 4),
            digits,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_number(out, self.nature, self.plan.in_octet(4), &self.digits);
    }

    fn is_exact(&self, contents: &[u8]) -> bool {
        is_exact(contents, self.nature, self.plan.in_octet(4), &self.digits)
    }
}

impl Field for NetworkRoutingNumber {
    const NAME: &'static str = "network routing number";
    const CLAUSE: &'static str = "Q.763 §3.90";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&first, signals) = contents.split_first()?;
        Some(Self {
            plan: NumberingPlan::from_octet(first, 4),
            nature: RoutingNumberNature::from_octet(first, 0),
            digits: Digits::from_packed(signals, bit(first, 7))?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(odd(&self.digits) | self.plan.in_octet(4) | self.nature.value());
        out.extend_from_slice(self.digits.packed());
    }
}

impl Field for SubsequentNumber {
    const NAME: &'static str = "subsequent number";
    const CLAUSE: &'static str = "Q.763 §3.51";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&first, signals) = contents.split_first()?;
        Digits::from_packed(signals, bit(first, 7)).map(Self)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(odd(&self.0));
        out.extend_from_slice(self.0.packed());
    }

    fn is_exact(&self, contents: &[u8]) -> bool {
        contents.starts_with(&[odd(&self.0)]) && filler(contents, &self.0) == 0
    }
}

fn read_number(contents: &[u8]) -> Option<(NatureOfAddress, u8, Digits)> {
    let (&[first, second], signals) = contents.split_first_chunk()?;
    let digits = Digits::from_packed(signals, bit(first, 7))?;
    Some((NatureOfAddress::from_octet(first, 0), second, digits))
}

fn write_number(out: &mut Vec<u8>, nature: NatureOfAddress, second: u8, digits: &Digits) {
    out.extend_from_slice(&[nature.in_octet(0) | odd(digits), second]);
    out.extend_from_slice(digits.packed());
}

/// Whether a number is written again as it was read: spare bits and the filler are 0.
fn is_exact(contents: &[u8], nature: NatureOfAddress, second: u8, digits: &Digits) -> bool {
    let first = nature.in_octet(0) | odd(digits);
    let written = contents.first() == Some(&first) && contents.get(1) == Some(&second);
    written && filler(contents, digits) == 0
}

/// What fills the last octet of an odd number of digits.
fn filler(contents: &[u8], digits: &Digits) -> u8 {
    match contents {
        [.., last] if digits.len() % 2 == 1 => last >> 4,
        _ => 0,
    }
}

/// The odd/even indicator in bit 8.
fn odd(digits: &Digits) -> u8 {
    flag(digits.len() % 2 == 1, 7)
}

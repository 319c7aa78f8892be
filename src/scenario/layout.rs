//! Which parts a message has (`Q.763 §4`), as a scenario needs to know it: written from the
//! Recommendation and not by way of the codec, so that the two check each other; and what ANSI
//! T1.113.3 has in other forms, or adds.

use codecs::isup::{MessageType, Variant};

/// The parts of a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Its acronym.
    pub(super) name: &'static str,
    /// Its type code.
    pub(super) code: u8,
    /// Mandatory parameters of fixed length: code and length.
    pub(super) fixed: &'static [(u8, usize)],
    /// Mandatory parameters of variable length.
    pub(super) variable: &'static [u8],
    /// Where optional parameters may follow: which of those with settings may be among them.
    pub(super) optional: Option<&'static [u8]>,
}

macro_rules! layouts {
    ($(#[$doc:meta])* const $list:ident; $($name:ident $code:literal [$($fixed:literal: $length:literal),*] [$($variable:literal),*] $(optional [$($optional:literal),*])?;)*) => {
        $(#[$doc])*
        pub(super) const $list: &[Layout] = &[$(Layout {
            name: stringify!($name),
            code: $code,
            fixed: &[$(($fixed, $length)),*],
            variable: &[$($variable),*],
            optional: layouts!(@ $([$($optional),*])?),
        },)*];
    };
    (@ [$($optional:literal),*]) => { Some(&[$($optional),*]) };
    (@) => { None };
}

layouts! {
    /// Every message of Q.763 that is not announced as unknown.
    const LAYOUTS;
    IAM 0x01 [6: 1, 7: 2, 9: 1, 2: 1] [4] optional [3, 8, 10, 11, 19, 29, 32, 40, 44, 48, 49, 57, 61, 62, 63, 192];
    SAM 0x02 [] [5] optional [];
    INR 0x03 [14: 2] [] optional [57];
    INF 0x04 [15: 2] [] optional [9, 10, 57];
    COT 0x05 [16: 1] [];
    ACM 0x06 [17: 2] [] optional [3, 12, 18, 32, 41, 44, 53, 54, 57];
    CON 0x07 [17: 2] [] optional [3, 12, 32, 33, 41, 44, 45, 53, 57, 192];
    FOT 0x08 [] [] optional [];
    ANM 0x09 [] [] optional [3, 12, 17, 32, 33, 41, 44, 45, 53, 57, 192];
    REL 0x0C [] [18] optional [3, 12, 19, 32, 39, 57];
    SUS 0x0D [34: 1] [] optional [];
    RES 0x0E [34: 1] [] optional [];
    RLC 0x10 [] [] optional [18, 57];
    CCR 0x11 [] [];
    RSC 0x12 [] [];
    BLO 0x13 [] [];
    UBL 0x14 [] [];
    BLA 0x15 [] [];
    UBA 0x16 [] [];
    GRS 0x17 [] [22];
    CGB 0x18 [21: 1] [22];
    CGU 0x19 [21: 1] [22];
    CGBA 0x1A [21: 1] [22];
    CGUA 0x1B [21: 1] [22];
    FAR 0x1F [24: 1] [] optional [57];
    FAA 0x20 [24: 1] [] optional [57];
    FRJ 0x21 [24: 1] [18] optional [57];
    LPA 0x24 [] [];
    GRA 0x29 [] [22];
    CQM 0x2A [] [22];
    CQR 0x2B [] [22, 38];
    CPG 0x2C [36: 1] [] optional [3, 12, 17, 18, 32, 33, 41, 44, 53, 54, 57, 192];
    USR 0x2D [] [32] optional [3];
    UCIC 0x2E [] [];
    CFN 0x2F [] [18] optional [];
    OLM 0x30 [] [];
    NRM 0x32 [] [] optional [56, 57];
    FAC 0x33 [] [] optional [3, 12, 44, 56, 57];
    UPT 0x34 [] [] optional [57];
    UPA 0x35 [] [] optional [57];
    IDR 0x36 [] [] optional [56, 57];
    IRS 0x37 [] [] optional [3, 10, 56, 57, 192];
    SGM 0x38 [] [] optional [3, 32, 44, 56, 192];
    LOP 0x40 [] [] optional [56, 57];
    APM 0x41 [] [] optional [56, 57];
    PRI 0x42 [] [] optional [8, 41, 56, 57];
}

layouts! {
    /// Messages that have another form in T1.113.3, or none in Q.763.
    const ANSI;
    IAM 0x01 [6: 1, 7: 2, 9: 1] [29, 4] optional [3, 8, 10, 11, 19, 32, 40, 48, 61, 225, 231, 234, 235, 237];
    RLC 0x10 [] [];
    CRA 0xE9 [] [];
    CRM 0xEA [6: 1] [];
    CVR 0xEB [230: 1, 229: 1] [] optional [];
    CVT 0xEC [] [];
    EXM 0xED [] [] optional [231];
}

/// The form of all messages added since 1992, which an exchange must be able to find the
/// compatibility information in (`Q.764 §2.9.5.2`).
static UNKNOWN: Layout = Layout {
    name: "unknown",
    code: 0,
    fixed: &[],
    variable: &[],
    optional: Some(&[56, 57]),
};

impl Layout {
    /// Every message of a variant.
    pub(super) fn all(variant: &'static Variant) -> impl Iterator<Item = &'static Self> {
        let own = if *variant == Variant::ANSI { ANSI } else { &[] };
        let shared = LAYOUTS.iter().filter(move |layout| {
            let is_own = own.iter().any(|other| other.code == layout.code);
            variant.has(MessageType(layout.code)) && !is_own
        });
        own.iter().chain(shared)
    }

    /// By acronym; `X7E` is the message with type code 7E. The code comes along because an unknown
    /// message has none of its own.
    pub(super) fn named(variant: &'static Variant, name: &str) -> Option<(&'static Self, u8)> {
        if let Some(layout) = Self::all(variant).find(|layout| layout.name == name) {
            return Some((layout, layout.code));
        }
        let digits = name.strip_prefix('X').filter(|hex| hex.len() == 2)?;
        let code = u8::from_str_radix(digits, 16).ok()?;
        Some((Self::of(variant, code), code))
    }

    /// By type code.
    pub(super) fn of(variant: &'static Variant, code: u8) -> &'static Self {
        let known = Self::all(variant).find(|layout| layout.code == code);
        known.unwrap_or(&UNKNOWN)
    }

    /// The parameters of the mandatory part.
    pub(super) fn mandatory(&self) -> impl Iterator<Item = u8> {
        let fixed = self.fixed.iter().map(|&(code, _)| code);
        fixed.chain(self.variable.iter().copied())
    }

    /// Whether `code` is a parameter of the mandatory part.
    pub(super) fn requires(&self, code: u8) -> bool {
        self.mandatory().any(|mandatory| mandatory == code)
    }

    /// The length of a parameter that is mandatory and of fixed length.
    pub(super) fn length(&self, code: u8) -> Option<usize> {
        let parameter = self.fixed.iter().find(|(fixed, _)| *fixed == code);
        parameter.map(|&(_, length)| length)
    }

    /// Whether the message may have a parameter with settings.
    pub(super) fn allows(&self, code: u8) -> bool {
        let optional = self.optional.unwrap_or_default();
        self.requires(code) || optional.contains(&code)
    }

    /// Whether there is a place for a parameter, be it one the message should not have.
    pub(super) fn has_room_for(&self, code: u8) -> bool {
        self.requires(code) || self.optional.is_some()
    }
}

/// What a parameter contains when a scenario says nothing about it.
pub(super) fn usual(parameter: u8) -> Vec<u8> {
    match parameter {
        // 3.1 kHz audio.
        2 => vec![0x03],
        // +national 7219578290, E.164, no routing to internal numbers.
        4 => vec![0x03, 0x90, 0x27, 0x91, 0x75, 0x28, 0x09],
        5 => vec![0x00],
        // ISUP all the way, ISDN access.
        7 => vec![0x20, 0x01],
        // Ordinary subscriber.
        9 => vec![0x0A],
        // National, E.164, presentation allowed, network provided.
        10 | 33 | 63 => vec![0x03, 0x13],
        // The same of a number that has no screening.
        11 | 12 | 40 => vec![0x03, 0x10],
        14 | 15 | 49 => vec![0x00, 0x00],
        // Charge, ordinary subscriber, ISUP all the way, ISDN access.
        17 => vec![0x12, 0x14],
        // User, normal call clearing.
        18 => vec![0x80, 0x90],
        // Diverted once, for unknown reasons.
        19 => vec![0x03, 0x01],
        // Speech, circuit mode, 64 kbit/s, µ-law.
        29 => vec![0x80, 0x90, 0xA2],
        34 | 36 => vec![0x01],
        // The extension bit: the last octet.
        44 => vec![0x80],
        // Additional calling party number, national, E.164, allowed, not verified.
        192 => vec![0x06, 0x03, 0x10],
        _ => vec![0x00],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_codec() {
        for layout in LAYOUTS.iter().chain(ANSI) {
            let name = MessageType(layout.code).name();
            assert_eq!(name, layout.name, "{:#04x}", layout.code);
        }
    }

    #[test]
    fn what_is_usual_fits() {
        for layout in LAYOUTS.iter().chain(ANSI) {
            for &(code, length) in layout.fixed {
                assert_eq!(usual(code).len(), length, "{} {code}", layout.name);
            }
        }
    }
}

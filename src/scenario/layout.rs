//! Which parts a message has (`Q.763 §4`), as a scenario needs to know it: written from the
//! Recommendation and not by way of the codec, so that the two check each other.

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
    /// Whether optional parameters may follow.
    pub(super) optional: bool,
}

macro_rules! layouts {
    ($($name:ident $code:literal [$($fixed:literal: $length:literal),*] [$($variable:literal),*] $optional:ident;)*) => {
        /// Every message that is not announced as unknown.
        const LAYOUTS: &[Layout] = &[$(Layout {
            name: stringify!($name),
            code: $code,
            fixed: &[$(($fixed, $length)),*],
            variable: &[$($variable),*],
            optional: layouts!(@ $optional),
        },)*];
    };
    (@ optional) => { true };
    (@ complete) => { false };
}

layouts! {
    IAM 0x01 [6: 1, 7: 2, 9: 1, 2: 1] [4] optional;
    SAM 0x02 [] [5] optional;
    INR 0x03 [14: 2] [] optional;
    INF 0x04 [15: 2] [] optional;
    COT 0x05 [16: 1] [] complete;
    ACM 0x06 [17: 2] [] optional;
    CON 0x07 [17: 2] [] optional;
    FOT 0x08 [] [] optional;
    ANM 0x09 [] [] optional;
    REL 0x0C [] [18] optional;
    SUS 0x0D [34: 1] [] optional;
    RES 0x0E [34: 1] [] optional;
    RLC 0x10 [] [] optional;
    CCR 0x11 [] [] complete;
    RSC 0x12 [] [] complete;
    BLO 0x13 [] [] complete;
    UBL 0x14 [] [] complete;
    BLA 0x15 [] [] complete;
    UBA 0x16 [] [] complete;
    GRS 0x17 [] [22] complete;
    CGB 0x18 [21: 1] [22] complete;
    CGU 0x19 [21: 1] [22] complete;
    CGBA 0x1A [21: 1] [22] complete;
    CGUA 0x1B [21: 1] [22] complete;
    FAR 0x1F [24: 1] [] optional;
    FAA 0x20 [24: 1] [] optional;
    FRJ 0x21 [24: 1] [18] optional;
    LPA 0x24 [] [] complete;
    GRA 0x29 [] [22] complete;
    CQM 0x2A [] [22] complete;
    CQR 0x2B [] [22, 38] complete;
    CPG 0x2C [36: 1] [] optional;
    USR 0x2D [] [32] optional;
    UCIC 0x2E [] [] complete;
    CFN 0x2F [] [18] optional;
    OLM 0x30 [] [] complete;
    NRM 0x32 [] [] optional;
    FAC 0x33 [] [] optional;
    UPT 0x34 [] [] optional;
    UPA 0x35 [] [] optional;
    IDR 0x36 [] [] optional;
    IRS 0x37 [] [] optional;
    SGM 0x38 [] [] optional;
    LOP 0x40 [] [] optional;
    APM 0x41 [] [] optional;
    PRI 0x42 [] [] optional;
}

/// The form of all messages added since 1992, which an exchange must be able to find the
/// compatibility information in (`Q.764 §2.9.5.2`).
static UNKNOWN: Layout = Layout {
    name: "unknown",
    code: 0,
    fixed: &[],
    variable: &[],
    optional: true,
};

impl Layout {
    /// By acronym; `X7E` is the message with type code 7E. The code comes along because an unknown
    /// message has none of its own.
    pub(super) fn named(name: &str) -> Option<(&'static Self, u8)> {
        if let Some(layout) = LAYOUTS.iter().find(|layout| layout.name == name) {
            return Some((layout, layout.code));
        }
        let digits = name.strip_prefix('X').filter(|hex| hex.len() == 2)?;
        let code = u8::from_str_radix(digits, 16).ok()?;
        Some((Self::of(code), code))
    }

    /// By type code.
    pub(super) fn of(code: u8) -> &'static Self {
        let known = LAYOUTS.iter().find(|layout| layout.code == code);
        known.unwrap_or(&UNKNOWN)
    }

    /// Whether `code` is a parameter of the mandatory part.
    pub(super) fn requires(&self, code: u8) -> bool {
        self.variable.contains(&code) || self.fixed.iter().any(|&(fixed, _)| fixed == code)
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
        10 => vec![0x03, 0x13],
        14 | 15 | 49 => vec![0x00, 0x00],
        // Charge, ordinary subscriber, ISUP all the way, ISDN access.
        17 => vec![0x12, 0x14],
        // User, normal call clearing.
        18 => vec![0x80, 0x90],
        34 => vec![0x01],
        36 => vec![0x01],
        _ => vec![0x00],
    }
}

#[cfg(test)]
mod tests {
    use codecs::isup::MessageType;

    use super::*;

    #[test]
    fn the_codes_are_those_of_the_codec() {
        for layout in LAYOUTS {
            let name = MessageType(layout.code).name();
            assert_eq!(name, layout.name, "{:#04x}", layout.code);
        }
    }
}

//! A-law and µ-law (ITU-T G.711).
//!
//! Octets are as they stand on a 64 kbit/s channel and in an RTP payload: A-law with the even
//! bits inverted (`G.711 §2`, exclusive or with 0x55), µ-law with all bits inverted. Linear
//! samples are 16 bits wide: the 13 bits of A-law and the 14 bits of µ-law, aligned at the top.

/// Which of the two encoding laws of G.711.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Law {
    /// A-law: Europe and every international circuit.
    A,
    /// µ-law: North America, Japan.
    Mu,
}

impl Law {
    /// The octet of silence: the smallest positive value.
    pub const fn silence(self) -> u8 {
        match self {
            Law::A => 0xD5,
            Law::Mu => 0xFF,
        }
    }

    /// The linear sample an octet stands for.
    pub const fn decode(self, octet: u8) -> i16 {
        match self {
            Law::A => ALAW_LINEAR[octet as usize],
            Law::Mu => ULAW_LINEAR[octet as usize],
        }
    }

    /// The octet for a linear sample; what is too loud is clipped.
    pub const fn encode(self, sample: i16) -> u8 {
        match self {
            Law::A => encode_alaw(sample),
            Law::Mu => encode_ulaw(sample),
        }
    }

    /// The table that converts octets of this law into `other`, if there is anything to convert.
    ///
    /// These are tables 3 and 4 of the Recommendation, which differ from decoding and encoding
    /// again: there and back leaves all but the last bit of every octet as it was.
    pub const fn table_to(self, other: Law) -> Option<&'static [u8; 256]> {
        match (self, other) {
            (Law::A, Law::Mu) => Some(&ALAW_TO_ULAW),
            (Law::Mu, Law::A) => Some(&ULAW_TO_ALAW),
            (Law::A, Law::A) | (Law::Mu, Law::Mu) => None,
        }
    }

    /// Converts one octet of this law into `other` (tables 3 and 4).
    pub const fn convert(self, other: Law, octet: u8) -> u8 {
        match self.table_to(other) {
            Some(table) => table[octet as usize],
            None => octet,
        }
    }

    /// Converts octets of this law into `other` in place (tables 3 and 4).
    pub fn convert_all(self, other: Law, octets: &mut [u8]) {
        if let Some(table) = self.table_to(other) {
            for octet in octets {
                *octet = table[usize::from(*octet)];
            }
        }
    }
}

const fn encode_alaw(sample: i16) -> u8 {
    let sign = if sample >= 0 { 0x80 } else { 0 };
    let magnitude = (magnitude(sample) >> 3) as u32;
    let segment = u32::BITS - (magnitude | 0x1F).leading_zeros() - 5;
    let shift = if segment < 2 { 1 } else { segment };
    let code = (segment << 4) | ((magnitude >> shift) & 0x0F);
    (sign | low_octet(code)) ^ 0x55
}

const fn encode_ulaw(sample: i16) -> u8 {
    let sign = if sample >= 0 { 0x80 } else { 0 };
    let magnitude = (magnitude(sample) >> 2) as u32 + 33;
    let magnitude = if magnitude > 0x1FFF {
        0x1FFF
    } else {
        magnitude
    };
    let segment = u32::BITS - magnitude.leading_zeros() - 6;
    let code = (segment << 4) | ((magnitude >> (segment + 1)) & 0x0F);
    sign | (low_octet(code) ^ 0x7F)
}

/// The decision values are symmetrical when a negative value is complemented, not negated.
const fn magnitude(sample: i16) -> u16 {
    (if sample >= 0 { sample } else { !sample }) as u16
}

const fn low_octet(value: u32) -> u8 {
    value.to_le_bytes()[0]
}

const fn decode_alaw(octet: u8) -> i16 {
    let code = octet ^ 0x55;
    let (segment, step) = ((code >> 4) & 7, (code & 0x0F) as i16);
    let magnitude = match segment {
        0 => (step << 4) + 8,
        _ => ((step << 4) + 0x108) << (segment - 1),
    };
    if code & 0x80 != 0 {
        magnitude
    } else {
        -magnitude
    }
}

const fn decode_ulaw(octet: u8) -> i16 {
    let code = !octet;
    let (segment, step) = ((code >> 4) & 7, (code & 0x0F) as i16);
    let magnitude = (((step << 3) + 0x84) << segment) - 0x84;
    if octet & 0x80 != 0 {
        magnitude
    } else {
        -magnitude
    }
}

const fn linear_table(law: Law) -> [i16; 256] {
    let mut table = [0; 256];
    let mut octet: u8 = 0;
    loop {
        table[octet as usize] = match law {
            Law::A => decode_alaw(octet),
            Law::Mu => decode_ulaw(octet),
        };
        if octet == u8::MAX {
            return table;
        }
        octet += 1;
    }
}

static ALAW_LINEAR: [i16; 256] = linear_table(Law::A);
static ULAW_LINEAR: [i16; 256] = linear_table(Law::Mu);

// Table 3: the A-law decoder output value number (1 to 128) for each µ-law one (0 to 127).
const ULAW_NUMBER_TO_ALAW: [u8; 128] = [
    1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, //
    9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, //
    25, 27, 29, 31, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, //
    46, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, //
    64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, //
    81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, //
    97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, //
    113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128,
];

// Table 4: the µ-law decoder output value number (0 to 127) for each A-law one (1 to 128).
const ALAW_NUMBER_TO_ULAW: [u8; 128] = [
    1, 3, 5, 7, 9, 11, 13, 15, 16, 17, 18, 19, 20, 21, 22, 23, //
    24, 25, 26, 27, 28, 29, 30, 31, 32, 32, 33, 33, 34, 34, 35, 35, //
    36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 48, 49, 49, //
    50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 64, //
    65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 79, //
    80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, //
    96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, //
    112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127,
];

/// The bits but for the sign that a law inverts in the octet of a value number.
const ALAW_INVERTED: u8 = 0x55;
const ULAW_INVERTED: u8 = 0x7F;

/// Octets for octets. `numbers` gives the value number of the other law for each of this one, and
/// counts those from `first` on; `from` and `to` are what the laws invert.
const fn octet_table(numbers: &[u8; 128], first: u8, from: u8, to: u8) -> [u8; 256] {
    let mut table = [0; 256];
    let mut number: u8 = 0;
    while number < 128 {
        let other = (numbers[number as usize] - first) ^ to;
        table[(number ^ from ^ 0x80) as usize] = other | 0x80;
        table[(number ^ from) as usize] = other;
        number += 1;
    }
    table
}

static ULAW_TO_ALAW: [u8; 256] = octet_table(&ULAW_NUMBER_TO_ALAW, 1, ULAW_INVERTED, ALAW_INVERTED);
static ALAW_TO_ULAW: [u8; 256] = octet_table(&ALAW_NUMBER_TO_ULAW, 0, ALAW_INVERTED, ULAW_INVERTED);

#[cfg(test)]
mod tests {
    use super::*;
    use audio_codec_algorithms as oracle;

    #[test]
    fn every_sample_is_encoded_as_by_a_foreign_implementation() {
        for sample in i16::MIN..=i16::MAX {
            assert_eq!(
                Law::A.encode(sample),
                oracle::encode_alaw(sample),
                "A-law of {sample}"
            );
            assert_eq!(
                Law::Mu.encode(sample),
                oracle::encode_ulaw(sample),
                "µ-law of {sample}"
            );
        }
    }

    #[test]
    fn every_octet_is_decoded_and_converted_as_by_a_foreign_implementation() {
        for octet in 0..=u8::MAX {
            assert_eq!(Law::A.decode(octet), oracle::decode_alaw(octet));
            assert_eq!(Law::Mu.decode(octet), oracle::decode_ulaw(octet));
            let ulaw = Law::A.convert(Law::Mu, octet);
            assert_eq!(
                ulaw,
                oracle::convert_alaw_to_ulaw(octet),
                "A-law {octet:#04x}"
            );
            let alaw = Law::Mu.convert(Law::A, octet);
            assert_eq!(
                alaw,
                oracle::convert_ulaw_to_alaw(octet),
                "µ-law {octet:#04x}"
            );
        }
    }

    #[test]
    fn converting_there_and_back_keeps_all_but_the_last_bit() {
        for octet in 0..=u8::MAX {
            let back = Law::Mu.convert(Law::A, Law::A.convert(Law::Mu, octet));
            assert_eq!(back & 0xFE, octet & 0xFE, "{octet:#04x}");
        }
    }

    #[test]
    fn a_buffer_converts_as_its_octets_do_and_into_its_own_law_not_at_all() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        let mut converted = all.clone();
        Law::A.convert_all(Law::Mu, &mut converted);
        let singly: Vec<u8> = all.iter().map(|&o| Law::A.convert(Law::Mu, o)).collect();
        assert_eq!(converted, singly);
        let mut same = all.clone();
        Law::Mu.convert_all(Law::Mu, &mut same);
        assert_eq!(same, all);
    }
}

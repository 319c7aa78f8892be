//! The routing label before a message of a user part (`Q.704 §2.2`, ANSI T1.111.4 §2.2).

use super::{PointCode, PointCodeFormat};

/// From where to where a message goes, and over which of several links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoutingLabel {
    /// To.
    pub dpc: PointCode,
    /// From.
    pub opc: PointCode,
    /// Signalling link selection.
    pub sls: u8,
}

impl RoutingLabel {
    /// Reads the label of a network with these point codes, and gives what follows it: 4 octets
    /// with codes of 14 bits, 5 with 16, 7 with 24, the least significant octet first. Nothing
    /// where there are fewer octets.
    ///
    /// ```
    /// use codecs::mtp::{PointCode, PointCodeFormat, RoutingLabel};
    ///
    /// let octets = [3, 2, 1, 6, 5, 4, 31, 0xFF];
    /// let (label, rest) = RoutingLabel::read(&PointCodeFormat::ANSI, &octets).unwrap();
    /// assert_eq!(PointCodeFormat::ANSI.write(label.opc).to_string(), "4-5-6");
    /// assert_eq!(label.dpc, PointCode::from_be_bytes([1, 2, 3]));
    /// assert_eq!((label.sls, rest), (31, &[0xFF][..]));
    /// ```
    pub fn read<'a>(format: &PointCodeFormat, octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let bits = u32::BITS - format.last().0.leading_zeros();
        let mut rest = octets;
        let mut take = |count| {
            let (taken, after) = rest.split_at_checked(count)?;
            rest = after;
            let least_first = taken.iter().rev();
            Some(least_first.fold(0u32, |number, &octet| number << 8 | u32::from(octet)))
        };
        let label = if bits.is_multiple_of(8) {
            let [dpc, opc, sls] = [
                take((bits / 8) as usize)?,
                take((bits / 8) as usize)?,
                take(1)?,
            ];
            Self::of(dpc, opc, sls)
        } else {
            let label = take(4)?;
            let code = (1 << bits) - 1;
            Self::of(label & code, label >> bits & code, label >> (2 * bits))
        };
        Some((label, rest))
    }

    #[allow(clippy::cast_possible_truncation)] // an octet or the rest of four
    fn of(dpc: u32, opc: u32, sls: u32) -> Self {
        Self {
            dpc: PointCode(dpc),
            opc: PointCode(opc),
            sls: sls as u8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_network_has_its_label() {
        for (format, octets, dpc, opc, sls, length) in [
            (
                &PointCodeFormat::ITU,
                &[0x01, 0x80, 0x00, 0x50][..],
                "0-0-1",
                "0-0-2",
                5,
                4,
            ),
            (
                &PointCodeFormat::JAPAN,
                &[0x23, 0x01, 0x45, 0x06, 7],
                "0-9-3",
                "3-2-5",
                7,
                5,
            ),
            (
                &PointCodeFormat::ANSI,
                &[1, 2, 3, 4, 5, 6, 7],
                "3-2-1",
                "6-5-4",
                7,
                7,
            ),
            (
                &PointCodeFormat::CHINA,
                &[1, 2, 3, 4, 5, 6, 7],
                "3-2-1",
                "6-5-4",
                7,
                7,
            ),
        ] {
            let (label, rest) = RoutingLabel::read(format, octets).unwrap();
            let written = [label.dpc, label.opc].map(|code| format.write(code).to_string());
            assert_eq!(written, [dpc, opc], "{}", format.name);
            assert_eq!((label.sls, rest, octets.len()), (sls, &[][..], length));
            for cut in 0..length {
                assert_eq!(RoutingLabel::read(format, &octets[..cut]), None);
            }
        }
    }
}

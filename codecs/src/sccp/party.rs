//! Party addresses by network (Q.713 §3.4; ANSI T1.112.3 §3.4; GF 001-9001 of China).

use ::sccp::GlobalTitle;

use super::{Address, Malformed};
use crate::mtp::{PointCode, PointCodeFormat};

/// An address as a network writes it. The `sccp` crate knows point codes of 16 bits only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyAddress {
    /// All but the point code.
    pub address: Address,
    /// The point code, where the address has one.
    pub point_code: Option<PointCode>,
    /// The bit reserved for national use; in ANSI's networks it says that the address has their
    /// form, and not the international one.
    pub national: bool,
}

/// Where things stand in an address.
struct Form {
    /// Bit of the indicator for a point code.
    code_bit: u8,
    /// Bit for a subsystem number.
    subsystem_bit: u8,
    /// Octets of a point code.
    width: usize,
    /// The subsystem number stands before the point code, and the indicator of a global title with
    /// translation type, numbering plan and encoding scheme is 1 where ITU-T's is 3.
    ansi: bool,
}

const NATIONAL: u8 = 0x80;
const ON_SUBSYSTEM: u8 = 0x40;
const TITLE: u8 = 0x0F << 2;

impl Form {
    fn of(format: &PointCodeFormat, national: bool) -> Self {
        let ansi = *format == PointCodeFormat::ANSI && national;
        let (code_bit, subsystem_bit) = if ansi { (2, 1) } else { (1, 2) };
        let width = match *format == PointCodeFormat::CHINA || ansi {
            true => 3,
            false => 2,
        };
        Self {
            code_bit,
            subsystem_bit,
            width,
            ansi,
        }
    }

    /// The title's indicator in Q.713, and back.
    fn title(&self, indicator: u8) -> Option<u8> {
        match (self.ansi, indicator) {
            (false, indicator) => Some(indicator),
            (true, 0 | 2) => Some(indicator),
            (true, 1) => Some(3),
            (true, _) => None,
        }
    }
}

impl PartyAddress {
    /// Reads an address from its indicator on.
    ///
    /// # Errors
    /// [`Malformed::Format`] if it is cut off, or has a global title of no known format.
    pub fn read(format: &PointCodeFormat, octets: &[u8]) -> Result<Self, Malformed> {
        let short = || Malformed::Format("an address is cut off".to_owned());
        let (&indicator, mut rest) = octets.split_first().ok_or_else(short)?;
        let national = indicator & NATIONAL != 0;
        let form = Form::of(format, national);
        let mut take = |bit: u8, count: usize| -> Result<Option<&[u8]>, Malformed> {
            if indicator & bit == 0 {
                return Ok(None);
            }
            let (taken, after) = rest.split_at_checked(count).ok_or_else(short)?;
            rest = after;
            Ok(Some(taken))
        };
        let (code, subsystem) = if form.ansi {
            let subsystem = take(form.subsystem_bit, 1)?;
            (take(form.code_bit, form.width)?, subsystem)
        } else {
            let code = take(form.code_bit, form.width)?;
            (code, take(form.subsystem_bit, 1)?)
        };
        let title = form.title((indicator & TITLE) >> 2).ok_or_else(|| {
            let number = (indicator & TITLE) >> 2;
            Malformed::Format(format!("global title indicator {number} (T1.112.3 §3.4.1)"))
        })?;
        let mut plain = vec![indicator & ON_SUBSYSTEM | title << 2];
        if let Some(subsystem) = subsystem {
            plain[0] |= 2;
            plain.extend_from_slice(subsystem);
        }
        plain.extend_from_slice(rest);
        let address =
            Address::decode(&plain).map_err(|error| Malformed::Format(error.to_string()))?;
        let number = |least_first: &[u8]| {
            let mut octets = [0; 3];
            let places = octets.iter_mut().rev();
            places
                .zip(least_first)
                .for_each(|(place, &octet)| *place = octet);
            PointCode::from_be_bytes(octets)
        };
        Ok(Self {
            address,
            point_code: code.map(number),
            national,
        })
    }

    /// The address in octets, from its indicator on.
    ///
    /// # Errors
    /// [`Malformed::Format`] if the network has no such form of global title, or a signal of the
    /// title no code.
    pub fn write(&self, format: &PointCodeFormat) -> Result<Vec<u8>, Malformed> {
        let form = Form::of(format, self.national);
        let title = match &self.address.global_title {
            GlobalTitle::Gt0011 { .. } if form.ansi => 1,
            title => title.indicator() as u8,
        };
        let subsystem = self.address.ssn.map(|subsystem| subsystem.value());
        let code = self.point_code.map(|code| code.value().to_le_bytes());
        let code = code.iter().flat_map(|code| &code[..form.width]).copied();
        let mut indicator = title << 2;
        for (bit, set) in [
            (NATIONAL, self.national),
            (ON_SUBSYSTEM, self.address.route_on_ssn),
            (form.code_bit, self.point_code.is_some()),
            (form.subsystem_bit, subsystem.is_some()),
        ] {
            indicator |= if set { bit } else { 0 };
        }
        let mut octets = vec![indicator];
        if form.ansi {
            octets.extend(subsystem);
            octets.extend(code);
        } else {
            octets.extend(code);
            octets.extend(subsystem);
        }
        let title = self.address.global_title.encode();
        octets.extend(title.map_err(|error| Malformed::Format(error.to_string()))?);
        Ok(octets)
    }
}

#[cfg(test)]
mod tests {
    use ::sccp::SubsystemNumber;

    use super::*;

    /// The last is an international address in a network of ANSI (T1.112.3 §3.4.1).
    #[test]
    fn each_network_has_its_form() {
        let ansi = &PointCodeFormat::ANSI;
        for (format, octets, code, subsystem, digits) in [
            (
                &PointCodeFormat::ITU,
                &[0x43, 0x05, 0x02, 0x08][..],
                Some("0-64-5"),
                8,
                None,
            ),
            (
                &PointCodeFormat::CHINA,
                &[0x43, 3, 2, 1, 6],
                Some("1-2-3"),
                6,
                None,
            ),
            (
                ansi,
                &[0xC3, 0x08, 0x03, 0x02, 0x01],
                Some("1-2-3"),
                8,
                None,
            ),
            (ansi, &[0x89, 0x06, 0x0A, 0x21, 0x43], None, 6, Some("1234")),
            (
                ansi,
                &[0x85, 0x06, 0x0A, 0x12, 0x21, 0x43],
                None,
                6,
                Some("1234"),
            ),
            (ansi, &[0x43, 0x05, 0x02, 0x08], Some("0-2-5"), 8, None),
        ] {
            let party = PartyAddress::read(format, octets).unwrap();
            let written = party.point_code.map(|code| format.write(code).to_string());
            assert_eq!(written.as_deref(), code, "{octets:x?}");
            assert_eq!(party.address.ssn.map(|ssn| ssn.value()), Some(subsystem));
            assert_eq!(party.address.global_title.digits(), digits);
            assert_eq!(party.write(format).unwrap(), octets);
        }
        let bare = PartyAddress::read(ansi, &[0xC1, 0x08]).unwrap();
        assert_eq!(bare.address.ssn, Some(SubsystemNumber::Msc));
    }

    #[test]
    fn what_no_network_has_is_refused() {
        for octets in [&[][..], &[0xC3, 8, 3, 2], &[0x91, 6, 0, 0x12, 4, 0x21]] {
            assert!(PartyAddress::read(&PointCodeFormat::ANSI, octets).is_err());
        }
    }
}

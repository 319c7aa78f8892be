//! What messages do not say of themselves: whose ISUP they are, and how their network writes point
//! codes.

use codecs::isup::Variant;
use codecs::mtp::{NetworkIndicator, PointCodeFormat};

/// Indicators that a network may have (`Q.704 §14.2.2`).
const INDICATORS: usize = 4;

/// How messages are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// Whose ISUP it is.
    pub(crate) variant: &'static Variant,
    /// How point codes are written.
    pub(crate) point_codes: &'static PointCodeFormat,
    /// Networks where both are otherwise, by their indicators.
    others: [Option<Network>; INDICATORS],
}

/// A network, by what its messages say of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Network {
    indicator: u8,
    variant: &'static Variant,
    point_codes: &'static PointCodeFormat,
}

impl Reading {
    /// The same in every network.
    pub(crate) fn new(variant: &'static Variant, point_codes: &'static PointCodeFormat) -> Self {
        Self {
            variant,
            point_codes,
            others: [None; INDICATORS],
        }
    }

    /// Otherwise in some networks.
    pub(super) fn with(mut self, networks: &[Network]) -> Self {
        for &network in networks {
            self.others[usize::from(network.indicator)] = Some(network);
        }
        self
    }

    /// How messages with this network indicator are read.
    pub(crate) fn within(self, NetworkIndicator(indicator): NetworkIndicator) -> Self {
        let network = self.others.get(usize::from(indicator));
        match network.copied().flatten() {
            None => self,
            Some(network) => Self {
                variant: network.variant,
                point_codes: network.point_codes,
                ..self
            },
        }
    }
}

/// Reads `0=itu` or `2=itu,china`: a network indicator, whose ISUP, and the form of point codes,
/// where it is not that of the ISUP.
pub(super) fn network(text: &str) -> Result<Network, String> {
    let (indicator, words) = text
        .split_once('=')
        .ok_or("expected a network indicator and a variant, such as 2=ansi")?;
    let indicator = indicator.parse().ok().filter(|indicator| *indicator < 4);
    let (variant, form) = match words.split_once(',') {
        None => (variant(words)?, None),
        Some((name, form)) => (variant(name)?, Some(point_codes(form)?)),
    };
    Ok(Network {
        indicator: indicator.ok_or("expected a network indicator from 0 to 3")?,
        variant,
        point_codes: form.unwrap_or(variant.point_codes),
    })
}

pub(super) fn variant(name: &str) -> Result<&'static Variant, String> {
    Variant::named(name).ok_or_else(|| "expected itu, etsi or ansi".to_owned())
}

pub(super) fn point_codes(name: &str) -> Result<&'static PointCodeFormat, String> {
    PointCodeFormat::named(name).ok_or_else(|| "expected itu, ansi, china or japan".to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::ladder::{Ladder, Nodes, Scope};

    #[test]
    fn a_network_is_told_by_its_indicator() {
        let itu = Reading::new(&Variant::ITU, &PointCodeFormat::ITU);
        let others = ["2=ansi", "3=etsi,china"].map(|text| network(text).unwrap());
        let reading = itu.with(&others);
        for (indicator, variant, form) in
            [(0, "itu", "itu"), (2, "ansi", "ansi"), (3, "etsi", "china")]
        {
            let reading = reading.within(NetworkIndicator(indicator));
            let names = (reading.variant.name, reading.point_codes.name);
            assert_eq!(names, (variant, form));
        }
    }

    /// BLO for circuit 1 in either network, from the service information octet on (`Q.704 §14.2`,
    /// T1.111.4 §14.2).
    #[test]
    fn a_ladder_reads_each_network_in_its_form() {
        let reading = Reading::new(&Variant::ITU, &PointCodeFormat::ITU);
        let ladder = Ladder::new(SystemTime::UNIX_EPOCH, Nodes::default())
            .with_scope(Scope::All)
            .with_reading(reading.with(&[network("2=ansi").unwrap()]));
        let national = [0x85, 1, 2, 3, 4, 5, 6, 7, 1, 0, 0x13];
        let international = [0x05, 0x01, 0x80, 0x00, 0x50, 1, 0, 0x13];
        for (message, ends) in [
            (&national[..], ["6-5-4", "3-2-1"]),
            (&international, ["0-0-2", "0-0-1"]),
        ] {
            let rung = ladder.mtp3(SystemTime::UNIX_EPOCH, message).unwrap();
            assert_eq!([&*rung.from, &*rung.to], ends);
            assert_eq!((&*rung.name, rung.detail.trim()), ("BLO", "cic=1"));
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for (text, message) in [
            ("ansi", "such as 2=ansi"),
            ("4=ansi", "from 0 to 3"),
            ("x=ansi", "from 0 to 3"),
            ("2=usa", "itu, etsi or ansi"),
            ("2=itu,usa", "itu, ansi, china or japan"),
        ] {
            let refused = network(text).unwrap_err();
            assert!(refused.contains(message), "{text}: {refused}");
        }
    }
}

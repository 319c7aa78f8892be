//! Point codes as people read them: in the form of their network, and with its name where a program
//! stands in several.

use std::fmt;
use std::sync::Arc;

use codecs::mtp::{PointCodeFormat, SignallingPoint, WrittenPointCode};

/// How each network of a program writes its point codes; networks are numbered as they come.
#[derive(Debug, Clone)]
pub struct PointCodes(Arc<[Network]>);

#[derive(Debug)]
struct Network {
    /// Empty where there is only one.
    name: String,
    format: &'static PointCodeFormat,
}

/// A signalling point as its network writes it: `2-100-3`, or `national:2-100-3`.
#[derive(Debug, Clone, Copy)]
pub struct WrittenPoint<'a> {
    network: &'a str,
    code: WrittenPointCode,
}

impl From<&'static PointCodeFormat> for PointCodes {
    /// Those of a program that stands in one network.
    fn from(format: &'static PointCodeFormat) -> Self {
        Self::new([(String::new(), format)])
    }
}

impl PointCodes {
    /// Those of networks with these names.
    pub fn new(networks: impl IntoIterator<Item = (String, &'static PointCodeFormat)>) -> Self {
        let network = |(name, format)| Network { name, format };
        Self(networks.into_iter().map(network).collect())
    }

    /// A signalling point, for log, metrics and staff.
    pub fn write(&self, point: SignallingPoint) -> WrittenPoint<'_> {
        let network = self.0.get(usize::from(point.network.0));
        let format = network.map_or(&PointCodeFormat::ITU, |network| network.format);
        WrittenPoint {
            network: network.map_or("", |network| &network.name),
            code: format.write(point.code),
        }
    }
}

impl fmt::Display for WrittenPoint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { network, code } = self;
        match network.is_empty() {
            true => code.fmt(f),
            false => write!(f, "{network}:{code}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use codecs::mtp::{NetworkId, PointCode};

    use super::*;

    #[test]
    fn each_network_has_its_form_and_its_name() {
        let (itu, ansi) = (&PointCodeFormat::ITU, &PointCodeFormat::ANSI);
        let both = PointCodes::new([("world".into(), itu), ("us".into(), ansi)]);
        let point = |network| NetworkId(network).point(PointCode::new(4114));
        for (codes, network, text) in [
            (&PointCodes::from(itu), 0, "2-2-2"),
            (&both, 0, "world:2-2-2"),
            (&both, 1, "us:0-16-18"),
        ] {
            assert_eq!(codes.write(point(network)).to_string(), text);
        }
    }
}

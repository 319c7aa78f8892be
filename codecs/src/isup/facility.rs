//! Facilities of networks and of applications beside the call (`Q.763 §3.36`, `§3.48`).

use serde::Serialize;

use super::call_indicators::bit;
use super::wire::Field;
use super::{Contents, NetworkPlan, NetworkType};
use crate::code_point::{Bits, code_points};

code_points! {
    /// Protocol profile of remote operations (`Q.763 §3.48 b)`).
    ProtocolProfile: 5 bits, "spare" {
        REMOTE_OPERATIONS = 17, "remote operations protocol";
    }
}

/// Remote operations (`Q.763 §3.48`): components between the exchanges of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RemoteOperations {
    /// The protocol of the components.
    pub profile: ProtocolProfile,
    /// The components of `Q.773`, coded in the basic encoding rules.
    pub components: Contents<254>,
}

impl Field for RemoteOperations {
    const NAME: &'static str = "remote operations";
    const CLAUSE: &'static str = "Q.763 §3.48";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&profile, components) = contents.split_first()?;
        // A clear extension bit announces an octet that no edition describes.
        bit(profile, 7).then_some(Self {
            profile: ProtocolProfile::from_octet(profile, 0),
            components: Contents::new(components).ok()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(0x80 | self.profile.bits());
        self.components.write(out);
    }
}

/// Network specific facility (`Q.763 §3.36`): a service, in the format of the network that gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NetworkSpecificFacility {
    /// The network; the one that reads it where none is named.
    pub network: Option<FacilityNetwork>,
    /// The indicator, in the format of the network.
    pub indicator: Contents<191>,
}

/// The network that gives a facility (`Q.763 §3.36 c)`–`e)`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FacilityNetwork {
    /// Who standardized the identification.
    pub network_type: NetworkType,
    /// Network identification plan.
    pub plan: NetworkPlan,
    /// Network identification, with the extension bit of each octet.
    pub identification: Contents<62>,
}

impl Field for NetworkSpecificFacility {
    const NAME: &'static str = "network specific facility";
    const CLAUSE: &'static str = "Q.763 §3.36";

    fn read(contents: &[u8]) -> Option<Self> {
        let (&length, rest) = contents.split_first()?;
        let (network, indicator) = rest.split_at_checked(usize::from(length))?;
        let network = match network.split_first() {
            None => None,
            Some((&first, identification)) => Some(FacilityNetwork {
                network_type: NetworkType::from_octet(first, 4),
                plan: NetworkPlan::from_octet(first, 0),
                identification: Contents::new(identification).ok()?,
            }),
        };
        Some(Self {
            network,
            indicator: Contents::new(indicator).ok()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let at = out.len();
        out.push(0);
        if let Some(network) = &self.network {
            // The extension bit says that no identification follows.
            let last = u8::from(network.identification.is_empty()) << 7;
            out.push(last | network.network_type.in_octet(4) | network.plan.bits());
            network.identification.write(out);
        }
        out[at] = u8::try_from(out.len() - at - 1).unwrap_or(u8::MAX);
        self.indicator.write(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_and_its_indicator_are_told_apart() {
        let octets = [3, 0x20, b'a', 0x80 | b'b', 7, 8];
        let facility = NetworkSpecificFacility::read(&octets).unwrap();
        let network = facility.network.as_ref().unwrap();
        assert_eq!(network.network_type, NetworkType::NATIONAL);
        assert_eq!(network.identification[..], [b'a', 0x80 | b'b']);
        assert_eq!(facility.indicator[..], [7, 8]);
        assert!(facility.is_exact(&octets));
        let unnamed = NetworkSpecificFacility::read(&[0, 7]).unwrap();
        assert_eq!((&unnamed.network, unnamed.is_exact(&[0, 7])), (&None, true));
        assert_eq!(NetworkSpecificFacility::read(&[2, 0xA0]), None);
    }
}

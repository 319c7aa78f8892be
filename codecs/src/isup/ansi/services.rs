//! Services of a network of ANSI T1.113.3: groups of its subscribers, operators, processing of calls.

use serde::Serialize;

use super::T1_113;
use crate::code_point::{Bits, Uint, Uint24, code_points};
use crate::isup::call_indicators::{bit, flag};
use crate::isup::indicators::{indicators, single_values, transparent};
use crate::isup::wire::Field;

code_points! {
    /// Special processing request.
    SpecialProcessing: 8 bits, "reserved or spare" {
        REQUESTED = 127, "service processing requested";
    }
}

single_values! {
    SpecialProcessing, "special processing request", "T1.113.3";
}

indicators! {
    /// Service code: 0–255, by assignment of the service.
    ServiceCode, "service code", "T1.113.3": 1 {
        /// The code.
        code: Uint<8> = 0..8,
    }
}

transparent! {
    /// Egress service: of the carrier and the exchange behind it, by agreement of the two networks.
    EgressService, "egress service", "T1.113.3";

    /// Local service provider identification. Octets, as no public text shows its format.
    LocalServiceProvider, "local service provider identification", "T1.113.3";

    /// Network transport: parameters of other networks, carried through.
    NetworkTransport, "network transport", "T1.113.3";

    /// Operator services information: types 0–7, each with a value 0–15. Octets, as no public text
    /// shows which bits are which.
    OperatorServices, "operator services information", "T1.113.3";

    /// Outgoing trunk group number: digits, one to three octets. Octets, as no public text shows
    /// how their number is told.
    OutgoingTrunkGroup, "outgoing trunk group number", "T1.113.3";

    /// Transaction request: transaction id and an address of the SCCP. Octets, as no public text
    /// shows its format.
    TransactionRequest, "transaction request", "T1.113.3";
}

/// Business group: of the party, and what its lines may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct BusinessGroup {
    /// Which party it is about: 1 calling, 2 called, 3 connected, 4 redirecting, 5 original called.
    pub party: Uint<4>,
    /// Line privileges are customer defined.
    pub customer_privileges: bool,
    /// The identifier is one of an interworked private network.
    pub private_network: bool,
    /// The network cannot vouch for the group.
    pub not_attested: bool,
    /// Business group.
    pub group: Uint24,
    /// Group within it.
    pub sub_group: u16,
    /// Line privileges.
    pub privileges: u8,
}

impl Field for BusinessGroup {
    const NAME: &'static str = "business group";
    const CLAUSE: &'static str = T1_113;

    fn read(contents: &[u8]) -> Option<Self> {
        let &[first, g1, g2, g3, s1, s2, privileges] = contents.first_chunk()?;
        Some(Self {
            party: Uint::from_octet(first, 0),
            customer_privileges: bit(first, 4),
            private_network: bit(first, 5),
            not_attested: bit(first, 6),
            group: Uint24::from_be_bytes([g1, g2, g3]),
            sub_group: u16::from_be_bytes([s1, s2]),
            privileges,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let flags = flag(self.customer_privileges, 4)
            | flag(self.private_network, 5)
            | flag(self.not_attested, 6);
        out.push(flags | self.party.value());
        out.extend_from_slice(&self.group.to_be_bytes());
        out.extend_from_slice(&self.sub_group.to_be_bytes());
        out.push(self.privileges);
    }
}

//! What an information request asks for and an information message gives (`Q.763 §3.28`, `§3.29`).

use super::indicators::indicators;
use crate::code_point::{Uint, code_points};

code_points! {
    /// Calling party address response indicator (`Q.763 §3.28`).
    AddressResponse: 2 bits, "spare" {
        NOT_INCLUDED = 0, "calling party address not included";
        NOT_AVAILABLE = 1, "calling party address not available";
        INCLUDED = 3, "calling party address included";
    }
}

indicators! {
    /// Information request indicators (`Q.763 §3.29`).
    InformationRequestIndicators, "information request indicators", "Q.763 §3.29": 2 {
        /// The calling party's address is requested.
        calling_party_address: bool = 0,
        /// Holding is requested.
        holding: bool = 1,
        /// The calling party's category is requested.
        calling_party_category: bool = 3,
        /// Charge information is requested.
        charge: bool = 4,
        /// Malicious call identification is requested.
        malicious_call: bool = 7,
        /// Bits M–P: national use.
        national: Uint<4> = 12..16,
    }

    /// Information indicators (`Q.763 §3.28`).
    InformationIndicators, "information indicators", "Q.763 §3.28": 2 {
        /// Is the calling party's address in the message.
        calling_party_address: AddressResponse = 0..2,
        /// Holding is provided.
        holding: bool = 2,
        /// The calling party's category is included.
        calling_party_category: bool = 5,
        /// Charge information is included.
        charge: bool = 6,
        /// Nobody asked for the information.
        unsolicited: bool = 7,
        /// Bits M–P: national use.
        national: Uint<4> = 12..16,
    }
}

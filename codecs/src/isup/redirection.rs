//! Why and how often a call was diverted (`Q.763 §3.45`).

use serde::Serialize;

use super::wire::Field;
use crate::code_point::{Bits, Uint, code_points};

/// Redirection information (`Q.763 §3.45`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RedirectionInformation {
    /// Redirecting indicator, 3 bits.
    pub indicator: RedirectingIndicator,
    /// Why the call was diverted first.
    pub original_reason: RedirectionReason,
    /// How often it was diverted so far, 1–5. Zero with an unknown last reason is sent as
    /// the short form of one octet.
    pub count: Uint<3>,
    /// Why it was diverted last.
    pub reason: RedirectionReason,
}

code_points! {
    /// Redirecting indicator (`Q.763 §3.45 a)`).
    RedirectingIndicator: 3 bits, "spare" {
        NONE = 0, "no redirection";
        REROUTED = 1, "call rerouted";
        REROUTED_RESTRICTED = 2, "call rerouted, all redirection information presentation restricted";
        DIVERTED = 3, "call diverted";
        DIVERTED_RESTRICTED = 4, "call diverted, all redirection information presentation restricted";
        REROUTED_NUMBER_RESTRICTED = 5, "call rerouted, redirection number presentation restricted";
        DIVERTED_NUMBER_RESTRICTED = 6, "call diverted, redirection number presentation restricted";
    }

    /// Redirecting reason (`Q.763 §3.6`, `§3.45 b), d)`).
    RedirectionReason: 4 bits, "spare" {
        UNKNOWN = 0, "unknown or not available";
        USER_BUSY = 1, "user busy";
        NO_REPLY = 2, "no reply";
        UNCONDITIONAL = 3, "unconditional";
        DEFLECTION_ALERTING = 4, "deflection during alerting";
        DEFLECTION_IMMEDIATE = 5, "deflection immediate response";
        NOT_REACHABLE = 6, "mobile subscriber not reachable";
    }
}

impl Field for RedirectionInformation {
    const NAME: &'static str = "redirection information";
    const CLAUSE: &'static str = "Q.763 §3.45";

    fn read(contents: &[u8]) -> Option<Self> {
        let &first = contents.first()?;
        let second = contents.get(1).copied().unwrap_or_default();
        Some(Self {
            indicator: RedirectingIndicator::from_octet(first, 0),
            original_reason: RedirectionReason::from_octet(first, 4),
            count: Uint::from_octet(second, 0),
            reason: RedirectionReason::from_octet(second, 4),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.indicator.in_octet(0) | self.original_reason.in_octet(4));
        let second = self.count.in_octet(0) | self.reason.in_octet(4);
        if second != 0 {
            out.push(second);
        }
    }
}

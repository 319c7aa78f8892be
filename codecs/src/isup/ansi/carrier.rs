//! The carriers of a call in ANSI T1.113.3.

use serde::Serialize;

use super::{DigitPairs, T1_113};
use crate::code_point::{Bits, code_points};
use crate::isup::NetworkType;
use crate::isup::indicators::single_values;
use crate::isup::wire::Field;

code_points! {
    /// Network identification plan of a carrier.
    CarrierPlan: 4 bits, "spare" {
        UNKNOWN = 0, "unknown";
        THREE_DIGITS = 1, "3-digit carrier identification";
        FOUR_DIGITS = 2, "4-digit carrier identification";
    }

    /// Circuit code of a transit network selection.
    CircuitCode: 4 bits, "reserved or network specific" {
        UNSPECIFIED = 0, "unspecified";
        INTERNATIONAL = 1, "international call, no operator requested";
        INTERNATIONAL_OPERATOR = 2, "international call, operator requested";
    }

    /// Carrier selection information.
    CarrierSelection: 8 bits, "spare or network specific" {
        NO_INDICATION = 0, "no indication";
        PRESUBSCRIBED_NOT_INPUT = 1, "presubscribed and not input by calling party";
        PRESUBSCRIBED_INPUT = 2, "presubscribed and input by calling party";
        PRESUBSCRIBED = 3, "presubscribed, no indication of input by calling party";
        NOT_PRESUBSCRIBED_INPUT = 4, "not presubscribed and input by calling party";
    }
}

single_values! {
    CarrierSelection, "carrier selection information", "T1.113.3";
}

/// Carrier identification: the carrier the caller chose or has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct CarrierIdentification {
    /// Who standardized the identification.
    pub network_type: NetworkType,
    /// How many of the digits are meant.
    pub plan: CarrierPlan,
    /// The digits.
    pub code: DigitPairs<2>,
}

impl Field for CarrierIdentification {
    const NAME: &'static str = "carrier identification";
    const CLAUSE: &'static str = T1_113;

    fn read(contents: &[u8]) -> Option<Self> {
        let &[first, low, high] = contents.first_chunk()?;
        Some(Self {
            network_type: NetworkType::from_octet(first, 4),
            plan: CarrierPlan::from_octet(first, 0),
            code: DigitPairs([low, high]),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.network_type.in_octet(4) | self.plan.value());
        out.extend_from_slice(&self.code.0);
    }
}

/// Transit network selection of ANSI: a carrier, and what its circuits are to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct CarrierTransit {
    /// The carrier.
    pub carrier: CarrierIdentification,
    /// What kind of call it is for the carrier.
    pub circuit_code: CircuitCode,
}

impl Field for CarrierTransit {
    const NAME: &'static str = "transit network selection";
    const CLAUSE: &'static str = T1_113;

    fn read(contents: &[u8]) -> Option<Self> {
        let (carrier, rest) = contents.split_at_checked(3)?;
        Some(Self {
            carrier: CarrierIdentification::read(carrier)?,
            circuit_code: CircuitCode::from_octet(*rest.first()?, 4),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.carrier.write(out);
        out.push(self.circuit_code.in_octet(4));
    }
}

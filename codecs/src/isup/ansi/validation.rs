//! What an exchange answers to the test of a circuit's description (ANSI T1.113.3, circuit
//! validation response).

use crate::code_point::code_points;
use crate::isup::indicators::{indicators, single_values};

code_points! {
    /// Circuit validation response indicator.
    ValidationResponse: 8 bits, "spare" {
        FAILED = 0, "failed";
        SUCCESSFUL = 1, "successful";
    }

    /// What carries the circuits of a group.
    Carrier: 2 bits, "spare" {
        UNKNOWN = 0, "unknown";
        ANALOGUE = 1, "analogue";
        DIGITAL = 2, "digital";
        BOTH = 3, "digital and analogue";
    }

    /// Which circuits of a group the exchange controls on double seizing.
    DoubleSeizing: 2 bits, "spare" {
        NONE = 0, "none";
        ODD = 1, "odd circuits";
        EVEN = 2, "even circuits";
        ALL = 3, "all circuits";
    }

    /// How alarms of the carrier are handled.
    CarrierAlarm: 2 bits, "spare" {
        UNKNOWN = 0, "unknown";
        SOFTWARE = 1, "software";
        HARDWARE = 2, "hardware";
    }

    /// How often the continuity of the circuits of a group is checked.
    ContinuityCheckRequirement: 2 bits, "spare" {
        UNKNOWN = 0, "unknown";
        NONE = 1, "none";
        STATISTICAL = 2, "statistical";
        PER_CALL = 3, "per call";
    }
}

single_values! {
    ValidationResponse, "circuit validation response indicator", "T1.113.3";
}

indicators! {
    /// Circuit group characteristics indicator.
    GroupCharacteristics, "circuit group characteristics indicator", "T1.113.3": 1 {
        /// What carries the circuits.
        carrier: Carrier = 0..2,
        /// Who controls circuits on double seizing.
        double_seizing: DoubleSeizing = 2..4,
        /// Alarms of the carrier.
        alarm: CarrierAlarm = 4..6,
        /// How often continuity is checked.
        continuity_check: ContinuityCheckRequirement = 6..8,
    }
}

//! What an exchange answers to the test of a circuit's description (ANSI T1.113.3, circuit
//! validation response).

use super::call_indicators::{bits, put};
use super::wire::Field;

/// Circuit validation response indicator; open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ValidationResponse(pub u8);

impl ValidationResponse {
    /// The circuit is not known as the test describes it.
    pub const FAILED: Self = Self(0);
    /// The circuit is known.
    pub const SUCCESSFUL: Self = Self(1);
}

impl Field for ValidationResponse {
    const NAME: &'static str = "circuit validation response indicator";
    const CLAUSE: &'static str = "T1.113.3";

    fn read(contents: &[u8]) -> Option<Self> {
        contents.first().map(|&octet| Self(octet))
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.0);
    }
}

/// Circuit group characteristics indicator: four values of 2 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct GroupCharacteristics {
    /// Carrier: 0 unknown, 1 analogue, 2 digital, 3 both.
    pub carrier: u8,
    /// Who controls circuits on double seizure: 0 nobody, 1 the odd ones, 2 the even ones, 3 all.
    pub double_seizing: u8,
    /// Alarms of the carrier: 0 unknown, 1 software, 2 hardware.
    pub alarm: u8,
    /// Continuity check: 0 unknown, 1 never, 2 on some calls, 3 on every call.
    pub continuity_check: u8,
}

impl Field for GroupCharacteristics {
    const NAME: &'static str = "circuit group characteristics indicator";
    const CLAUSE: &'static str = "T1.113.3";

    fn read(contents: &[u8]) -> Option<Self> {
        contents.first().map(|&octet| Self {
            carrier: bits(octet, 0, 2),
            double_seizing: bits(octet, 2, 2),
            alarm: bits(octet, 4, 2),
            continuity_check: bits(octet, 6, 2),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(
            put(self.carrier, 0, 2)
                | put(self.double_seizing, 2, 2)
                | put(self.alarm, 4, 2)
                | put(self.continuity_check, 6, 2),
        );
    }
}

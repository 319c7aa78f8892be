//! The states of circuits as a circuit group query response tells them (`Q.763 §3.14`).

use serde::{Serialize, Serializer};

use super::call_indicators::bits;
use super::wire::Field;
use super::{Contents, TooLong};

/// State of a circuit (`Q.763 §3.14`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CircuitState {
    /// On the way from one state to another.
    Transient,
    /// The exchange has no such circuit.
    Unequipped,
    /// Equipped: a call or none, blocked or not.
    Equipped {
        /// Blocked for maintenance.
        maintenance: BlockedBy,
        /// What the circuit does for calls.
        processing: CallProcessing,
        /// Blocked for a hardware failure.
        hardware: BlockedBy,
    },
    /// One that the standard leaves spare.
    Spare(SpareState),
}

/// An octet that is none of the states. Only [`CircuitState::from_octet`] makes one, so that an octet
/// is one state and no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct SpareState(u8);

impl SpareState {
    /// The octet.
    pub const fn value(self) -> u8 {
        self.0
    }
}

/// Whose blocking holds on a circuit (`Q.763 §3.14`), seen from the exchange that says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockedBy {
    /// Nobody's: the circuit is active.
    Nobody,
    /// The exchange's own.
    Local,
    /// The other exchange's.
    Remote,
    /// Both exchanges'.
    Both,
}

impl BlockedBy {
    /// Two bits from bit `first` of an octet upwards.
    fn from_octet(octet: u8, first: u32) -> Self {
        match bits(octet, first, 2) {
            0 => Self::Nobody,
            1 => Self::Local,
            2 => Self::Remote,
            _ => Self::Both,
        }
    }
}

/// What an equipped circuit does for calls (`Q.763 §3.14`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CallProcessing {
    /// Busy with an incoming call.
    IncomingBusy,
    /// Busy with an outgoing call.
    OutgoingBusy,
    /// No call. A circuit blocked for hardware is always idle.
    Idle,
}

impl CircuitState {
    /// Reads one octet.
    pub fn from_octet(octet: u8) -> Self {
        let processing = match bits(octet, 2, 2) {
            0 if octet == 0 => return Self::Transient,
            0 if octet == 3 => return Self::Unequipped,
            0 => return Self::Spare(SpareState(octet)),
            _ if bits(octet, 6, 2) != 0 => return Self::Spare(SpareState(octet)),
            1 => CallProcessing::IncomingBusy,
            2 => CallProcessing::OutgoingBusy,
            _ => CallProcessing::Idle,
        };
        Self::Equipped {
            maintenance: BlockedBy::from_octet(octet, 0),
            processing,
            hardware: BlockedBy::from_octet(octet, 4),
        }
    }

    /// The octet that says it.
    pub fn octet(self) -> u8 {
        match self {
            Self::Transient => 0,
            Self::Unequipped => 3,
            Self::Spare(SpareState(octet)) => octet,
            Self::Equipped {
                maintenance,
                processing,
                hardware,
            } => maintenance as u8 | (processing as u8 + 1) << 2 | (hardware as u8) << 4,
        }
    }
}

/// Circuit state indicator (`Q.763 §3.14`): one state a circuit, the first one's first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CircuitStates(Contents);

impl CircuitStates {
    /// The states of the circuits of a range.
    ///
    /// # Errors
    /// [`TooLong`] if there are more than 255. The standard asks of a range at most 32.
    pub fn new(states: impl IntoIterator<Item = CircuitState>) -> Result<Self, TooLong> {
        let octets: Vec<u8> = states.into_iter().map(CircuitState::octet).collect();
        Contents::new(&octets).map(Self)
    }

    /// The states in order.
    pub fn iter(&self) -> impl Iterator<Item = CircuitState> {
        self.0.iter().map(|&octet| CircuitState::from_octet(octet))
    }
}

/// As a list.
impl Serialize for CircuitStates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl Field for CircuitStates {
    const NAME: &'static str = "circuit state indicator";
    const CLAUSE: &'static str = "Q.763 §3.14";

    fn read(contents: &[u8]) -> Option<Self> {
        Contents::new(contents).ok().map(Self)
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }

    fn is_exact(&self, _: &[u8]) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_octet_is_a_state_and_the_state_that_octet() {
        for octet in 0..=255 {
            assert_eq!(CircuitState::from_octet(octet).octet(), octet);
        }
    }

    #[test]
    fn states_are_those_of_the_standard() {
        let idle = |maintenance, hardware| CircuitState::Equipped {
            maintenance,
            processing: CallProcessing::Idle,
            hardware,
        };
        for (octet, state) in [
            (0x0C, idle(BlockedBy::Nobody, BlockedBy::Nobody)),
            (0x0D, idle(BlockedBy::Local, BlockedBy::Nobody)),
            (0x2C, idle(BlockedBy::Nobody, BlockedBy::Remote)),
            (0x3F, idle(BlockedBy::Both, BlockedBy::Both)),
            (0x03, CircuitState::Unequipped),
            (0x01, CircuitState::Spare(SpareState(1))),
        ] {
            assert_eq!(CircuitState::from_octet(octet), state);
        }
    }
}

//! What an exchange is to do with a message or parameter it does not know (`Q.763 §3.33`, `§3.41`).

use serde::{Serialize, Serializer};

use super::call_indicators::{bit, flag};
use super::indicators::indicators;
use super::wire::Field;
use super::{Contents, ParameterCode, TooLong};
use crate::code_point::{Bits, code_points};

code_points! {
    /// What an exchange between a broadband and a narrowband network does with an unknown message
    /// (`Q.763 §3.33`, bits G F).
    MessageInterworking: 2 bits, "reserved" {
        PASS_ON = 0, "pass on";
        DISCARD_MESSAGE = 1, "discard message";
        RELEASE_CALL = 2, "release call";
    }

    /// What to do with an unknown parameter where passing on is not possible (`Q.763 §3.41`, bits
    /// G F).
    PassOnNotPossible: 2 bits, "reserved" {
        RELEASE_CALL = 0, "release call";
        DISCARD_MESSAGE = 1, "discard message";
        DISCARD_PARAMETER = 2, "discard parameter";
    }

    /// What an exchange between a broadband and a narrowband network does with an unknown parameter
    /// (`Q.763 §3.41`, second octet, bits B A).
    ParameterInterworking: 2 bits, "reserved" {
        PASS_ON = 0, "pass on";
        DISCARD_MESSAGE = 1, "discard message";
        RELEASE_CALL = 2, "release call";
        DISCARD_PARAMETER = 3, "discard parameter";
    }
}

indicators! {
    /// Message compatibility information (`Q.763 §3.33`): what its sender wants done with a message
    /// that is not known.
    MessageCompatibility, "message compatibility information", "Q.763 §3.33": 1 | 0x80 {
        /// Bit A: an exchange in the middle of the call follows the instruction, too, rather than
        /// pass the message on.
        for_end_node: bool = 0,
        /// Bit B: the call is to be released.
        release_call: bool = 1,
        /// Bit C: the sender is to be told.
        send_notification: bool = 2,
        /// Bit D: the message is to be discarded.
        discard_message: bool = 3,
        /// Bit E: a message that cannot be passed on is discarded rather than the call released.
        discard_rather_than_release: bool = 4,
        /// Bits G F.
        interworking: MessageInterworking = 5..7,
    }
}

impl From<u8> for MessageCompatibility {
    /// The instruction in its first octet.
    fn from(octet: u8) -> Self {
        Self::read(&[octet]).unwrap_or_default()
    }
}

/// An instruction of parameter compatibility information (`Q.763 §3.41`): what its sender wants done
/// with a parameter that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
pub struct ParameterInstruction {
    /// Bit A: an exchange in the middle of the call follows the instruction, too, rather than pass
    /// the parameter on.
    pub for_end_node: bool,
    /// Bit B: the call is to be released.
    pub release_call: bool,
    /// Bit C: the sender is to be told.
    pub send_notification: bool,
    /// Bit D: the message is to be discarded.
    pub discard_message: bool,
    /// Bit E: the parameter is to be discarded.
    pub discard_parameter: bool,
    /// Bits G F.
    pub pass_on_not_possible: PassOnNotPossible,
    /// The second octet, where there is one.
    pub interworking: Option<ParameterInterworking>,
}

impl From<u8> for ParameterInstruction {
    /// The instruction in its first octet, whether another octet follows or not.
    fn from(octet: u8) -> Self {
        Self {
            for_end_node: bit(octet, 0),
            release_call: bit(octet, 1),
            send_notification: bit(octet, 2),
            discard_message: bit(octet, 3),
            discard_parameter: bit(octet, 4),
            pass_on_not_possible: PassOnNotPossible::from_octet(octet, 5),
            interworking: None,
        }
    }
}

impl ParameterInstruction {
    fn write(self, out: &mut Vec<u8>) {
        let first = flag(self.for_end_node, 0)
            | flag(self.release_call, 1)
            | flag(self.send_notification, 2)
            | flag(self.discard_message, 3)
            | flag(self.discard_parameter, 4)
            | self.pass_on_not_possible.in_octet(5);
        match self.interworking {
            None => out.push(0x80 | first),
            Some(interworking) => out.extend_from_slice(&[first, 0x80 | interworking.value()]),
        }
    }
}

/// Parameter compatibility information (`Q.763 §3.41`): an instruction for each parameter it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterCompatibility(Contents);

impl ParameterCompatibility {
    /// Instructions of one octet or two.
    ///
    /// # Errors
    /// [`TooLong`] for more than they have room: 127 of one octet.
    pub fn new(instructions: &[(ParameterCode, ParameterInstruction)]) -> Result<Self, TooLong> {
        let mut octets = Vec::new();
        for (code, instruction) in instructions {
            octets.push(code.0);
            instruction.write(&mut octets);
        }
        Contents::new(&octets).map(Self)
    }

    /// The parameters named, with their instruction. Octets of a later edition are stepped over.
    pub fn instructions(&self) -> impl Iterator<Item = (ParameterCode, ParameterInstruction)> {
        let mut rest: &[u8] = &self.0;
        std::iter::from_fn(move || {
            let (&code, octets) = rest.split_first()?;
            let &first = octets.first()?;
            // Bit H clear: another octet of this instruction follows.
            let last = octets.iter().position(|&octet| bit(octet, 7));
            rest = last.map_or(&[], |last| &octets[last + 1..]);
            let second = octets.get(1).filter(|_| !bit(first, 7));
            let instruction = ParameterInstruction {
                interworking: second.map(|&octet| Bits::from_bits(octet)),
                ..first.into()
            };
            Some((ParameterCode(code), instruction))
        })
    }

    /// The instruction for parameter `code`.
    pub fn instruction(&self, code: ParameterCode) -> Option<ParameterInstruction> {
        self.instructions()
            .find_map(|(named, instruction)| (named == code).then_some(instruction))
    }
}

/// One object for each parameter named.
impl Serialize for ParameterCompatibility {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Named {
            code: u8,
            name: &'static str,
            instruction: ParameterInstruction,
        }
        serializer.collect_seq(self.instructions().map(|(code, instruction)| Named {
            code: code.0,
            name: code.name(),
            instruction,
        }))
    }
}

impl Field for ParameterCompatibility {
    const NAME: &'static str = "parameter compatibility information";
    const CLAUSE: &'static str = "Q.763 §3.41";

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
    fn instructions_of_a_live_network_are_found_by_parameter() {
        // sipcapture/hepgen.js, config/isup_call.js
        let contents = [0xFE, 0xD0, 0x31, 0xC0, 0x3D, 0xC0];
        let information = ParameterCompatibility::read(&contents).unwrap();
        let expected = ParameterInstruction {
            discard_parameter: true,
            pass_on_not_possible: PassOnNotPossible::DISCARD_PARAMETER,
            ..ParameterInstruction::default()
        };
        assert_eq!(information.instruction(ParameterCode(0xFE)), Some(expected));
        let hops = information.instruction(ParameterCode::HOP_COUNTER).unwrap();
        assert!(!hops.discard_parameter && !hops.for_end_node);
        assert_eq!(information.instruction(ParameterCode(1)), None);
    }

    #[test]
    fn instructions_of_two_octets_and_more_are_told_apart() {
        let octets = [1, 0x02, 0x80, 2, 0x84, 3, 0x01, 0x03, 0x80, 4, 0x88, 5];
        let information = ParameterCompatibility::read(&octets).unwrap();
        let instructions: Vec<_> = information.instructions().collect();
        let of = |octet: u8, interworking| ParameterInstruction {
            interworking,
            ..octet.into()
        };
        let expected = [
            (
                ParameterCode(1),
                of(2, Some(ParameterInterworking::PASS_ON)),
            ),
            (ParameterCode(2), of(4, None)),
            (
                ParameterCode(3),
                of(1, Some(ParameterInterworking::DISCARD_PARAMETER)),
            ),
            (ParameterCode(4), of(8, None)),
        ];
        assert_eq!(instructions, expected);
        let written = ParameterCompatibility::new(&expected[..2]).unwrap();
        assert_eq!(written.0[..], octets[..5]);
    }

    #[test]
    fn every_octet_is_an_instruction_of_a_message() {
        for octet in 0x80..=0xFF {
            let mut written = Vec::new();
            MessageCompatibility::from(octet).write(&mut written);
            assert_eq!(written, [octet]);
        }
    }
}

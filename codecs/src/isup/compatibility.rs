//! What an exchange is to do with a message or parameter it does not know (`Q.763 §3.33`, `§3.41`).

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::call_indicators::{bit, bits};
use super::wire::Field;
use super::{Contents, ParameterCode, TooLong};
use crate::code_point::{Bits, OutOfRange, Uint};

/// Instruction indicators, first octet (`Q.763 §3.33`, `§3.41`): bits A–G; bit H (extension) is not
/// part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Instruction(Uint<7>);

impl TryFrom<u8> for Instruction {
    type Error = OutOfRange;

    fn try_from(bits: u8) -> Result<Self, OutOfRange> {
        Uint::try_from(bits).map(Self)
    }
}

impl Instruction {
    /// The instruction in its first octet, whether another octet follows or not.
    pub fn first(octet: u8) -> Self {
        Self(Uint::from_bits(octet))
    }

    /// The octet of an instruction of one octet.
    fn only_octet(self) -> u8 {
        0x80 | self.0.value()
    }

    /// Whether an exchange in the middle is to interpret the instruction too (bit A clear means
    /// transit: pass on).
    pub fn for_end_node(self) -> bool {
        bit(self.0.value(), 0)
    }

    /// Whether the call is to be released (bit B).
    pub fn release_call(self) -> bool {
        bit(self.0.value(), 1)
    }

    /// Whether a confusion message is to be sent back (bit C).
    pub fn send_notification(self) -> bool {
        bit(self.0.value(), 2)
    }

    /// Whether the message is to be discarded (bit D).
    pub fn discard_message(self) -> bool {
        bit(self.0.value(), 3)
    }

    /// Whether a message that cannot be passed on is to be discarded rather than the call released
    /// (bit E; of a message's instruction only).
    pub fn discard_rather_than_release(self) -> bool {
        bit(self.0.value(), 4)
    }

    /// Whether the parameter is to be discarded (bit E; of a parameter's instruction only).
    pub fn discard_parameter(self) -> bool {
        bit(self.0.value(), 4)
    }

    /// What to do where passing on is not possible (bits G F; of a parameter's instruction only):
    /// 0 release the call, 1 discard the message, 2 discard the parameter.
    pub fn pass_on_not_possible(self) -> u8 {
        bits(self.0.value(), 5, 2)
    }
}

impl Serialize for Instruction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Instruction", 7)?;
        fields.serialize_field("value", &self.0.value())?;
        fields.serialize_field("for_end_node", &self.for_end_node())?;
        fields.serialize_field("release_call", &self.release_call())?;
        fields.serialize_field("send_notification", &self.send_notification())?;
        fields.serialize_field("discard_message", &self.discard_message())?;
        fields.serialize_field("discard_parameter", &self.discard_parameter())?;
        fields.serialize_field("pass_on_not_possible", &self.pass_on_not_possible())?;
        fields.end()
    }
}

/// Message compatibility information (`Q.763 §3.33`): the instruction, and octets of later editions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageCompatibility(Contents);

impl MessageCompatibility {
    /// One instruction, without further octets.
    pub fn new(instruction: Instruction) -> Self {
        Self(Contents::from([instruction.only_octet()]))
    }

    /// The instruction.
    pub fn instruction(&self) -> Instruction {
        Instruction::first(self.0.first().copied().unwrap_or_default())
    }
}

impl Serialize for MessageCompatibility {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("MessageCompatibility", 2)?;
        fields.serialize_field("instruction", &self.instruction())?;
        fields.serialize_field("octets", &self.0)?;
        fields.end()
    }
}

impl Field for MessageCompatibility {
    const NAME: &'static str = "message compatibility information";
    const CLAUSE: &'static str = "Q.763 §3.33";

    fn read(contents: &[u8]) -> Option<Self> {
        let contents = Contents::new(contents).ok()?;
        (!contents.is_empty()).then_some(Self(contents))
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }

    fn is_exact(&self, _: &[u8]) -> bool {
        true
    }
}

/// Parameter compatibility information (`Q.763 §3.41`): an instruction for each parameter it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterCompatibility(Contents);

impl ParameterCompatibility {
    /// Instructions of one octet each.
    ///
    /// # Errors
    /// [`TooLong`] for more than 127 parameters.
    pub fn new(instructions: &[(ParameterCode, Instruction)]) -> Result<Self, TooLong> {
        let octets: Vec<u8> = instructions
            .iter()
            .flat_map(|(code, instruction)| [code.0, instruction.only_octet()])
            .collect();
        Contents::new(&octets).map(Self)
    }

    /// The parameters named, with the first octet of their instruction.
    pub fn instructions(&self) -> impl Iterator<Item = (ParameterCode, Instruction)> {
        let mut rest: &[u8] = &self.0;
        std::iter::from_fn(move || {
            let (&[code, first], _) = rest.split_first_chunk()?;
            // Bit H clear: another octet of this instruction follows.
            let octets = rest[1..].iter().position(|&octet| bit(octet, 7));
            rest = octets.map_or(&[], |last| &rest[last + 2..]);
            Some((ParameterCode(code), Instruction::first(first)))
        })
    }

    /// The instruction for parameter `code`.
    pub fn instruction(&self, code: ParameterCode) -> Option<Instruction> {
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
            instruction: Instruction,
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
        let unknown = information.instruction(ParameterCode(0xFE)).unwrap();
        assert!(unknown.discard_parameter());
        assert!(!unknown.release_call() && !unknown.send_notification());
        assert_eq!(unknown.pass_on_not_possible(), 2);
        let hops = information.instruction(ParameterCode::HOP_COUNTER).unwrap();
        assert!(!hops.discard_parameter() && !hops.for_end_node());
        assert_eq!(information.instruction(ParameterCode(1)), None);
    }

    #[test]
    fn instructions_of_two_octets_are_stepped_over() {
        let information = ParameterCompatibility::read(&[1, 0x02, 0x80, 2, 0x84, 3]).unwrap();
        let instructions: Vec<_> = information.instructions().collect();
        let expected = [
            (ParameterCode(1), Instruction::first(2)),
            (ParameterCode(2), Instruction::first(4)),
        ];
        assert_eq!(instructions, expected);
    }
}

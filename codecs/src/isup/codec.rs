//! From octets to messages and back: which parts each type has (`Q.763 §4`, tables 21–52).

use super::wire::{
    Field, Reader, write_optional, write_variable, write_variable_and_optional, write_with_length,
};
use super::*;

impl Pdu {
    /// Reads a message from the octets MTP carries: CIC, type, parts.
    ///
    /// Reading is as tolerant as `Q.764 §2.9.5` asks: spare bits and octets after the end of
    /// optional parameters are ignored, parts are found by their pointers, an optional parameter
    /// without a type of its own (or whose contents have not its format) is kept as
    /// [`Parameter::Other`], a message without a type as [`Message::Other`].
    ///
    /// # Errors
    /// [`Malformed`] if a mandatory part is missing, a pointer or a length leads out of the
    /// message, or a mandatory parameter has not its format.
    pub fn decode(octets: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(octets);
        let cic = u16::from_le_bytes(reader.octets("CIC", "Q.763 §1.2")?);
        let [code] = reader.octets("message type", "Q.763 §1.3")?;
        Ok(Self {
            cic: Cic(cic & Cic::MAX.0),
            message: Message::read(MessageType(code), &mut reader)?,
        })
    }

    /// Appends the octets MTP carries. The 12 low bits of the CIC are sent.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.reserve(64);
        out.extend_from_slice(&(self.cic.0 & Cic::MAX.0).to_le_bytes());
        out.push(self.message.code());
        self.message.write(out);
    }
}

impl Message {
    fn read(code: MessageType, r: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(match code {
            MessageType::IAM => Self::Iam(Iam {
                nature_of_connection: r.fixed::<1, _>()?,
                forward_call: r.fixed::<2, _>()?,
                category: r.fixed::<1, _>()?,
                medium: r.fixed::<1, _>()?,
                called: r.variable()?,
                optional: r.optional()?,
            }),
            MessageType::SAM => Self::Sam(Sam {
                subsequent: r.variable::<SubsequentNumber>()?.0,
                optional: r.optional()?,
            }),
            MessageType::ACM => Self::Acm(Acm {
                backward_call: r.fixed::<2, _>()?,
                optional: r.optional()?,
            }),
            MessageType::CPG => Self::Cpg(Cpg {
                event: r.fixed::<1, _>()?,
                optional: r.optional()?,
            }),
            MessageType::ANM => Self::Anm(Anm {
                optional: r.optional()?,
            }),
            MessageType::CON => Self::Con(Con {
                backward_call: r.fixed::<2, _>()?,
                optional: r.optional()?,
            }),
            MessageType::REL => Self::Rel(Rel {
                cause: r.variable()?,
                optional: r.optional()?,
            }),
            MessageType::RLC => Self::Rlc(Rlc {
                optional: r.optional()?,
            }),
            MessageType::SUS => Self::Sus(Sus {
                initiator: r.fixed::<1, _>()?,
                optional: r.optional()?,
            }),
            MessageType::RES => Self::Res(Res {
                initiator: r.fixed::<1, _>()?,
                optional: r.optional()?,
            }),
            MessageType::INR => Self::Inr(Inr {
                request: r.fixed::<2, _>()?,
                optional: r.optional()?,
            }),
            MessageType::INF => Self::Inf(Inf {
                information: r.fixed::<2, _>()?,
                optional: r.optional()?,
            }),
            MessageType::CFN => Self::Cfn(Cfn {
                cause: r.variable()?,
                optional: r.optional()?,
            }),
            MessageType::COT => Self::Cot(Cot {
                successful: r.fixed::<1, Continuity>()?.0,
            }),
            _ => return Self::read_supervision(code, r),
        })
    }

    /// The messages about circuits rather than calls.
    fn read_supervision(code: MessageType, r: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(match code {
            MessageType::RSC => Self::Rsc,
            MessageType::BLO => Self::Blo,
            MessageType::BLA => Self::Bla,
            MessageType::UBL => Self::Ubl,
            MessageType::UBA => Self::Uba,
            MessageType::CCR => Self::Ccr,
            MessageType::LPA => Self::Lpa,
            MessageType::UCIC => Self::Ucic,
            MessageType::GRS => Self::Grs(Grs {
                range: r.variable::<RangeAndStatus>()?.range,
            }),
            MessageType::GRA => Self::Gra(Gra {
                range_and_status: r.variable()?,
            }),
            MessageType::CGB => Self::Cgb(CircuitGroup::read(r)?),
            MessageType::CGBA => Self::Cgba(CircuitGroup::read(r)?),
            MessageType::CGU => Self::Cgu(CircuitGroup::read(r)?),
            MessageType::CGUA => Self::Cgua(CircuitGroup::read(r)?),
            code => Self::Other(Other {
                code,
                body: r.rest().to_vec(),
            }),
        })
    }

    /// Appends what follows the type code.
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Iam(iam) => iam.write(out),
            Self::Sam(sam) => {
                let subsequent = SubsequentNumber(sam.subsequent);
                write_variable_and_optional(out, &subsequent, &sam.optional);
            }
            Self::Acm(Acm {
                backward_call,
                optional,
            })
            | Self::Con(Con {
                backward_call,
                optional,
            }) => write_fixed_and_optional(out, backward_call, optional),
            Self::Cpg(cpg) => write_fixed_and_optional(out, &cpg.event, &cpg.optional),
            Self::Anm(Anm { optional }) | Self::Rlc(Rlc { optional }) => {
                write_optional(out, optional);
            }
            Self::Rel(Rel { cause, optional }) | Self::Cfn(Cfn { cause, optional }) => {
                write_variable_and_optional(out, cause, optional);
            }
            Self::Sus(Sus {
                initiator,
                optional,
            })
            | Self::Res(Res {
                initiator,
                optional,
            }) => write_fixed_and_optional(out, initiator, optional),
            Self::Inr(inr) => write_fixed_and_optional(out, &inr.request, &inr.optional),
            Self::Inf(inf) => write_fixed_and_optional(out, &inf.information, &inf.optional),
            Self::Cot(cot) => Continuity(cot.successful).write(out),
            Self::Grs(grs) => write_range(out, grs.range),
            Self::Gra(gra) => write_variable(out, &gra.range_and_status),
            Self::Cgb(group) | Self::Cgba(group) | Self::Cgu(group) | Self::Cgua(group) => {
                group.supervision.write(out);
                write_variable(out, &group.range_and_status);
            }
            Self::Rsc | Self::Blo | Self::Bla | Self::Ubl | Self::Uba => {}
            Self::Ccr | Self::Lpa | Self::Ucic => {}
            Self::Other(other) => out.extend_from_slice(&other.body),
        }
    }
}

impl Iam {
    fn write(&self, out: &mut Vec<u8>) {
        self.nature_of_connection.write(out);
        self.forward_call.write(out);
        self.category.write(out);
        self.medium.write(out);
        write_variable_and_optional(out, &self.called, &self.optional);
    }
}

impl CircuitGroup {
    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            supervision: r.fixed::<1, _>()?,
            range_and_status: r.variable()?,
        })
    }
}

fn write_fixed_and_optional(out: &mut Vec<u8>, field: &impl Field, optional: &Parameters) {
    field.write(out);
    write_optional(out, optional);
}

/// The range and status of a circuit group reset, which has no status.
fn write_range(out: &mut Vec<u8>, range: u8) {
    out.push(1);
    write_with_length(out, |out| out.push(range));
}

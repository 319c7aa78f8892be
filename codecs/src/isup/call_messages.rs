//! The messages of a call (`Q.763 §4`, tables 21–53).

use super::parts::{Parts, parts};
use super::wire::{Field, Pointers, Reader};
use super::*;
use crate::number::Digits;

parts! {
    /// Initial address message (`Q.763 table 32`).
    Iam {
        fixed {
            /// Satellite, continuity check, echo control.
            nature_of_connection: NatureOfConnection = 1;
            /// What the call needs from here on, and what it met so far.
            forward_call: ForwardCallIndicators = 2;
            /// Who calls: ordinary subscriber, operator, payphone …
            category: CallingPartyCategory = 1;
            /// Speech, 3.1 kHz audio, 64 kbit/s …
            medium: TransmissionMediumRequirement = 1;
        }
        variable {
            /// Where the call goes.
            called: CalledPartyNumber;
        }
        ..optional
    }

    /// Subsequent address message (`Q.763 table 35`).
    Sam {
        variable {
            /// The further digits.
            subsequent: Digits as SubsequentNumber;
        }
        ..optional
    }

    /// Address complete message (`Q.763 table 21`).
    Acm {
        fixed {
            /// Called party's status, interworking, charge.
            backward_call: BackwardCallIndicators = 2;
        }
        ..optional
    }

    /// Call progress message (`Q.763 table 23`).
    Cpg {
        fixed {
            /// Alerting, progress, in-band information …
            event: EventInformation = 1;
        }
        ..optional
    }

    /// Answer message (`Q.763 table 22`).
    #[derive(Default)]
    Anm { ..optional }

    /// Connect message (`Q.763 table 27`).
    Con {
        fixed {
            /// Called party's status, interworking, charge.
            backward_call: BackwardCallIndicators = 2;
        }
        ..optional
    }

    /// Release message (`Q.763 table 33`).
    Rel {
        variable {
            /// Why, and where in the network.
            cause: CauseIndicators;
        }
        ..optional
    }

    /// Release complete message (`Q.763 table 34`); a cause may stand in its optional part.
    #[derive(Default)]
    Rlc { ..optional }

    /// Suspend message (`Q.763 table 38`).
    Sus {
        fixed {
            /// By the subscriber or by the network.
            initiator: SuspendResume = 1;
        }
        ..optional
    }

    /// Resume message (`Q.763 table 38`).
    Res {
        fixed {
            /// By the subscriber or by the network.
            initiator: SuspendResume = 1;
        }
        ..optional
    }

    /// Continuity message (`Q.763 table 28`).
    #[derive(Copy)]
    Cot {
        fixed {
            /// The continuity check was successful.
            successful: bool as Continuity = 1;
        }
    }

    /// Information request message (`Q.763 table 31`).
    Inr {
        fixed {
            /// What is asked for.
            request: InformationRequestIndicators = 2;
        }
        ..optional
    }

    /// Information message (`Q.763 table 30`).
    Inf {
        fixed {
            /// What is given.
            information: InformationIndicators = 2;
        }
        ..optional
    }

    /// Confusion message (`Q.763 table 26`).
    Cfn {
        variable {
            /// Cause 97, 99, 103 or 110 with the code that was not understood as diagnostic.
            cause: CauseIndicators;
        }
        ..optional
    }

    /// Forward transfer message (`Q.763 table 37`): an operator helps, or is called back.
    #[derive(Default)]
    Fot { ..optional }

    /// Facility request message (`Q.763 table 42`).
    Far {
        fixed {
            /// Which facility is asked for.
            facility: FacilityIndicator = 1;
        }
        ..optional
    }

    /// Facility accepted message (`Q.763 table 42`).
    Faa {
        fixed {
            /// Which facility is granted.
            facility: FacilityIndicator = 1;
        }
        ..optional
    }

    /// Facility reject message (`Q.763 table 29`).
    Frj {
        fixed {
            /// Which facility is refused.
            facility: FacilityIndicator = 1;
        }
        variable {
            /// Why.
            cause: CauseIndicators;
        }
        ..optional
    }

    /// Facility message (`Q.763 table 46`): remote operations, service activation.
    #[derive(Default)]
    Fac { ..optional }

    /// User-to-user information message (`Q.763 table 36`).
    Usr {
        variable {
            /// What the users tell each other during the call.
            information: UserToUserInformation;
        }
        ..optional
    }

    /// Network resource management message (`Q.763 table 45`): echo control.
    #[derive(Default)]
    Nrm { ..optional }

    /// Identification request message (`Q.763 table 48`): who calls (malicious call).
    #[derive(Default)]
    Idr { ..optional }

    /// Identification response message (`Q.763 table 47`).
    #[derive(Default)]
    Irs { ..optional }

    /// Segmentation message (`Q.763 table 49`): what the message before it had no room for.
    #[derive(Default)]
    Sgm { ..optional }

    /// Loop prevention message (`Q.763 table 50`): call transfer.
    #[derive(Default)]
    Lop { ..optional }

    /// Application transport message (`Q.763 table 51`).
    #[derive(Default)]
    Apm { ..optional }

    /// Pre-release information message (`Q.763 table 52`).
    #[derive(Default)]
    Pri { ..optional }

    /// Subsequent directory number message (`Q.763 table 53`): further digits of a called directory
    /// number.
    #[derive(Default)]
    Sdm { ..optional }
}

/// Pass-along message (`Q.763 table 43`): a message from end to end of the call, on its circuits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pam {
    /// The type of the message it carries.
    pub message_type: MessageType,
    /// Everything that follows the type of the message it carries.
    pub body: Vec<u8>,
}

impl Parts for Pam {
    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        let [message_type] = r.octets("message that is passed along", "Q.763 table 43")?;
        Ok(Self {
            message_type: MessageType(message_type),
            body: r.rest().to_vec(),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.message_type.0);
        out.extend_from_slice(&self.body);
    }

    fn optional(&self) -> Option<&Parameters> {
        None
    }

    fn optional_mut(&mut self) -> Option<&mut Parameters> {
        None
    }
}

/// Charge information message: its format is a national matter (`Q.763 §4`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crg {
    /// Everything that follows the type code.
    pub body: Vec<u8>,
}

impl Parts for Crg {
    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            body: r.rest().to_vec(),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.body);
    }

    fn optional(&self) -> Option<&Parameters> {
        None
    }

    fn optional_mut(&mut self) -> Option<&mut Parameters> {
        None
    }
}

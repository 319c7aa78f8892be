//! The messages of a call (`Q.763 §4`, tables 21–53).

use serde::Serialize;

use super::message::hexadecimal;
use super::parts::{Parts, parts};
use super::variant::{Bearer, MandatoryUserService};
use super::wire::{Reader, Writer};
use super::*;
use crate::number::Digits;

/// Initial address message (`Q.763 table 32`; ANSI T1.113.3 table 16).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Iam {
    /// Satellite, continuity check, echo control.
    pub nature_of_connection: NatureOfConnection,
    /// What the call needs from here on, and what it met so far.
    pub forward_call: ForwardCallIndicators,
    /// Who calls: ordinary subscriber, operator, payphone …
    pub category: CallingPartyCategory,
    /// Speech, 3.1 kHz audio, 64 kbit/s … ANSI has user service information in its place: of a
    /// message received it is what that asks for, and to be sent one is made from it unless the
    /// optional part has one.
    pub medium: TransmissionMediumRequirement,
    /// Where the call goes.
    pub called: CalledPartyNumber,
    /// The optional part, in the order received; ANSI's user service information comes first.
    pub optional: Parameters,
}

impl Parts for Iam {
    #[inline]
    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        let nature_of_connection = r.fixed::<1, _>()?;
        let forward_call = r.fixed::<2, _>()?;
        let category = r.fixed::<1, _>()?;
        if r.variant.bearer == Bearer::Medium {
            return Ok(Self {
                nature_of_connection,
                forward_call,
                category,
                medium: r.fixed::<1, _>()?,
                called: r.variable()?,
                optional: r.optional()?,
            });
        }
        let MandatoryUserService(user_service) = r.variable()?;
        Ok(Self {
            nature_of_connection,
            forward_call,
            category,
            medium: TransmissionMediumRequirement::from(&user_service),
            called: r.variable()?,
            optional: r.optional()?.preceded_by(user_service),
        })
    }

    fn write(&self, w: Writer<'_>) {
        let bearer = w.variant.bearer;
        let w = w
            .beside(&self.optional)
            .fixed(&self.nature_of_connection)
            .fixed(&self.forward_call)
            .fixed(&self.category);
        match bearer {
            Bearer::Medium => w
                .fixed(&self.medium)
                .pointers(2)
                .variable(&self.called)
                .optional(&self.optional),
            Bearer::UserService => {
                let (user_service, place) = self.user_service();
                w.pointers(3)
                    .variable(&user_service)
                    .variable(&self.called)
                    .optional(&self.optional.without(place));
            }
        }
    }

    fn optional(&self) -> Option<&Parameters> {
        Some(&self.optional)
    }

    fn optional_mut(&mut self) -> Option<&mut Parameters> {
        Some(&mut self.optional)
    }
}

parts! {
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pam {
    /// The type of the message it carries.
    pub message_type: MessageType,
    /// Everything that follows the type of the message it carries.
    #[serde(serialize_with = "hexadecimal")]
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

    fn write(&self, w: Writer<'_>) {
        w.out.push(self.message_type.0);
        w.out.extend_from_slice(&self.body);
    }

    fn optional(&self) -> Option<&Parameters> {
        None
    }

    fn optional_mut(&mut self) -> Option<&mut Parameters> {
        None
    }
}

/// Charge information message: its format is a national matter (`Q.763 §4`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Crg {
    /// Everything that follows the type code.
    #[serde(serialize_with = "hexadecimal")]
    pub body: Vec<u8>,
}

impl Parts for Crg {
    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            body: r.rest().to_vec(),
        })
    }

    fn write(&self, w: Writer<'_>) {
        w.out.extend_from_slice(&self.body);
    }

    fn optional(&self) -> Option<&Parameters> {
        None
    }

    fn optional_mut(&mut self) -> Option<&mut Parameters> {
        None
    }
}

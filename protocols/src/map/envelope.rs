//! The envelope of MAP: TCAP in SCCP unitdata (ITU-T Q.714 §4, Q.774 §3).

use bytes::Bytes;
use codecs::mtp::SignallingPoint;
use codecs::sccp::{self, Address, ReturnCause, UnitData};
use codecs::tcap::{
    Abort, AssociateSourceDiagnostic, Begin, DecodeProblem, Decoded, DialoguePdu, DialoguePortion,
    Message, Oid, PAbortCause, ProtocolVersion, TransactionId,
};

/// An SCCP message and the signalling point it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Originating point code.
    pub from: SignallingPoint,
    /// The message.
    pub message: Bytes,
}

/// An SCCP message and the signalling point it goes to. Any signalling link will do: class 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Destination point code.
    pub to: SignallingPoint,
    /// The message.
    pub message: Bytes,
}

/// Why a message changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Discard {
    /// No SCCP unitdata.
    #[error(transparent)]
    Sccp(#[from] sccp::Malformed),
    /// For a subsystem that is not here.
    #[error("addressed to subsystem {0}, which is not here")]
    Subsystem(u8),
    /// Not understood; answered if the standard has an answer.
    #[error("TCAP: {0}")]
    Malformed(Box<DecodeProblem>),
    /// Belongs to no open transaction.
    #[error("no such transaction")]
    UnknownTransaction,
    /// Belongs to no transaction at all.
    #[error("unidirectional message")]
    Unidirectional,
    /// A begin that was refused.
    #[error("dialogue refused")]
    Refused,
    /// Our own message came back, and its dialogue is over.
    #[error("returned message of no open transaction: {0}")]
    Returned(ReturnCause),
}

/// What an SCCP message turned out to be.
pub(super) enum Arrival {
    Message(Peer, Message),
    Problem(Peer, Box<DecodeProblem>),
    /// What we sent with this originating transaction id was not delivered.
    Undelivered(Option<TransactionId>, ReturnCause),
}

/// Reads a message for the subsystem `local`; the error comes with an answer if there is one.
pub(super) fn open(
    received: &Received,
    local: &Address,
) -> Result<Arrival, (Discard, Option<Outgoing>)> {
    let message = sccp::Message::decode(&received.message).map_err(|error| (error.into(), None))?;
    let (unit, return_on_error) = match message {
        sccp::Message::Data {
            unit,
            return_on_error,
        } => (unit, return_on_error),
        sccp::Message::Returned { unit, cause } => {
            return Ok(Arrival::Undelivered(originator(&unit.data), cause));
        }
    };
    if let Some(ssn) = unit.called.ssn.filter(|_| unit.called.ssn != local.ssn) {
        let answer = return_on_error.then(|| unequipped(received.from, &unit));
        return Err((Discard::Subsystem(ssn.value()), answer.flatten()));
    }
    let peer = Peer {
        node: received.from,
        remote: unit.calling,
        local: local.clone(),
    };
    Ok(match codecs::tcap::decode(&unit.data) {
        Decoded::Complete(message) => Arrival::Message(peer, message),
        Decoded::Problem(problem) => Arrival::Problem(peer, problem),
    })
}

fn originator(data: &[u8]) -> Option<TransactionId> {
    match codecs::tcap::decode(data) {
        Decoded::Complete(message) => message.otid().cloned(),
        Decoded::Problem(problem) => problem.otid,
    }
}

/// Gives a message back to its sender: the called user is not equipped (Q.714 §4.2).
fn unequipped(from: SignallingPoint, unit: &UnitData) -> Option<Outgoing> {
    let message = sccp::Message::Returned {
        unit: UnitData {
            called: unit.calling.clone(),
            calling: unit.called.clone(),
            data: unit.data.clone(),
        },
        cause: ReturnCause::Unequipped,
    };
    Some(Outgoing {
        to: from,
        message: message.encode().ok()?.into(),
    })
}

/// The other end of a dialogue, and how this end presents itself to it.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    pub(super) node: SignallingPoint,
    pub(super) remote: Address,
    pub(super) local: Address,
}

impl Peer {
    /// Writes a message to the peer; nothing if it fits no UDT. Only a Begin is worth returning.
    pub(super) fn seal(&self, message: &Message) -> Option<Outgoing> {
        let unit = sccp::Message::Data {
            unit: UnitData {
                called: self.remote.clone(),
                calling: self.local.clone(),
                data: codecs::tcap::encode(message).ok()?.into(),
            },
            return_on_error: matches!(message, Message::Begin(_)),
        };
        Some(Outgoing {
            to: self.node,
            message: unit.encode().ok()?.into(),
        })
    }
}

/// An Abort by the transaction sub-layer.
pub(super) fn p_abort(dtid: &TransactionId, cause: PAbortCause) -> Message {
    Message::Abort(Abort::p_abort(dtid.clone(), cause))
}

/// An Abort by this end's user or component sub-layer.
pub(super) fn u_abort(dtid: &TransactionId, why: Option<DialoguePortion>) -> Message {
    Message::Abort(Abort::u_abort(dtid.clone(), why))
}

/// Judges what a Begin proposes. The error is the Abort that refuses it: a context that is not
/// `served` with the served one as alternative if only the version differs (TS 29.002 §5.2), a
/// Begin without dialogue portion, which is MAP version 1, without more ado.
pub(super) fn judge_proposal(begin: &Begin, served: Option<&Oid>) -> Result<(), Message> {
    let refuse = |why| Err(u_abort(&begin.otid, why));
    let Some(portion) = &begin.dialogue_portion else {
        return refuse(None);
    };
    let Ok(Some(DialoguePdu::Aarq {
        protocol_version,
        application_context_name,
        ..
    })) = portion.dialogue_pdu()
    else {
        return refuse(Some(DialoguePortion::abnormal_dialogue()));
    };
    let proposed: &Oid = &application_context_name;
    if protocol_version != ProtocolVersion::Version1 {
        return refuse(Some(DialoguePortion::no_common_dialogue_portion(proposed)));
    }
    match served {
        Some(served) if proposed == served => Ok(()),
        served => {
            let alternative = served
                .filter(|served| same_but_version(served, proposed))
                .unwrap_or(proposed);
            refuse(Some(DialoguePortion::aare_reject(
                alternative,
                AssociateSourceDiagnostic::USER_APPLICATION_CONTEXT_NAME_NOT_SUPPORTED,
            )))
        }
    }
}

fn same_but_version(served: &Oid, proposed: &Oid) -> bool {
    match (served.split_last(), proposed.split_last()) {
        (Some((_, served)), Some((_, proposed))) => served == proposed,
        _ => false,
    }
}

/// A transaction id of ours on the wire: four octets.
pub(super) fn to_wire(transaction: u32) -> TransactionId {
    transaction.to_be_bytes().to_vec().into()
}

/// The transaction id of ours the wire names, if it can be one.
pub(super) fn from_wire(id: &TransactionId) -> Option<u32> {
    Some(u32::from_be_bytes(id.as_ref().try_into().ok()?))
}

/// An unguessable transaction id that `taken` does not know.
pub(super) fn unused(taken: impl Fn(&u32) -> bool) -> u32 {
    loop {
        let candidate = rand::random();
        if !taken(&candidate) {
            return candidate;
        }
    }
}

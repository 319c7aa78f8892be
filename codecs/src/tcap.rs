//! TCAP messages (ITU-T Q.773), as the `tcap` crate reads and writes them.
//!
//! Its decoder is strict: [`decode`] gives a message of which every octet was understood, or a
//! [`DecodeProblem`] that knows the Abort or Reject it calls for (Q.774 §3).

pub use ::tcap::{
    Abort, AbortReason, AbortSource, AssociateResult, AssociateSourceDiagnostic, Begin, Component,
    Continue, DecodeProblem, Decoded, DialoguePdu, DialoguePortion, End, ErrorCode, Fault,
    GeneralProblem, Invoke, InvokeId, InvokeProblem, MessageType, OperationCode, PAbortCause,
    Problem, ProtocolVersion, Reject, ReturnError, ReturnErrorProblem, ReturnResult,
    ReturnResultProblem, ReturnResultValue, TcapError, TcapMessage as Message, TransactionId,
    Unidirectional, decode_detailed as decode, encode,
};
pub use rasn::types::{Any, ObjectIdentifier, Oid};

//! TCAP messages (ITU-T Q.773), as the `tcap` crate reads and writes them.
//!
//! Its decoder is strict: [`decode`] gives a message of which every octet was understood, or a
//! [`Problem`] that knows the Abort or Reject it calls for (Q.774 §3).

pub use ::tcap::{
    Abort, AbortReason, AbortSource, AssociateResult, Begin, Component, Continue, DecodeProblem,
    Decoded, DialoguePdu, DialoguePortion, End, ErrorCode, GeneralProblem, Invoke, InvokeId,
    InvokeProblem, OperationCode, PAbortCause, Problem, Reject, ReturnError, ReturnErrorProblem,
    ReturnResult, ReturnResultProblem, ReturnResultValue, TcapMessage as Message, TransactionId,
    Unidirectional, decode_detailed as decode, encode,
};
pub use ::tcap::{AssociateSourceDiagnostic as Diagnostic, TcapError};
pub use rasn::types::{Any, ObjectIdentifier};

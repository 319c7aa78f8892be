//! Reads an answer: its components and its dialogue portion (ITU-T Q.774 §3.2.1, 3GPP TS 29.002 §15.6).

use super::{Failure, Route, RoutingInfo};
use codecs::map::{LOCATION_INFO_RETRIEVAL_V3, SEND_ROUTING_INFO, SendRoutingInfoRes, UserError};
use codecs::tcap::{
    Any, AssociateResult, Component, DialoguePdu, DialoguePortion, ErrorCode, InvokeId,
    InvokeProblem, OperationCode, Reject, ReturnErrorProblem, ReturnResult, ReturnResultProblem,
};

/// The one operation a dialogue invokes.
pub(super) const INVOKE: InvokeId = 1;

/// The most segments a result is accepted in.
const MAX_SEGMENTS: usize = 8;

/// The segments of a result that have come so far.
#[derive(Debug, Default)]
pub(super) struct Segments(Vec<Any>);

/// What the components of one message come to.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) answer: Option<Result<RoutingInfo, Failure>>,
    pub(super) rejects: Vec<Component>,
}

impl Reading {
    fn reject(&mut self, reject: Reject) {
        self.rejects.push(Component::Reject(reject));
    }

    fn misunderstood(&mut self, reject: Reject, what: impl ToString) {
        self.reject(reject);
        self.answer = Some(Err(Failure::NotUnderstood(what.to_string())));
    }
}

impl Segments {
    /// Reads components until the question is answered; what belongs to no question is rejected.
    pub(super) fn read(&mut self, components: Vec<Component>) -> Reading {
        let mut reading = Reading::default();
        for component in components {
            if reading.answer.is_some() {
                break;
            }
            match component {
                Component::ReturnResultLast(result) => self.read_result(result, true, &mut reading),
                Component::ReturnResultNotLast(result) => {
                    self.read_result(result, false, &mut reading);
                }
                Component::ReturnError(error) if error.invoke_id == INVOKE => {
                    read_error(&error.error_code, error.parameter.as_ref(), &mut reading);
                }
                Component::ReturnError(error) => reading.reject(Reject::return_error(
                    error.invoke_id,
                    ReturnErrorProblem::UNRECOGNIZED_INVOKE_ID,
                )),
                Component::Reject(Reject {
                    invoke_id: None | Some(INVOKE),
                    problem,
                }) => reading.answer = Some(Err(Failure::Rejected(problem))),
                Component::Reject(_) => {}
                Component::Invoke(invoke) => reading.reject(Reject::invoke(
                    invoke.invoke_id,
                    InvokeProblem::UNRECOGNIZED_OPERATION,
                )),
            }
        }
        reading
    }

    fn read_result(&mut self, component: ReturnResult, last: bool, reading: &mut Reading) {
        let reject = |problem| Reject::return_result(component.invoke_id, problem);
        if component.invoke_id != INVOKE {
            return reading.reject(reject(ReturnResultProblem::UNRECOGNIZED_INVOKE_ID));
        }
        let mistyped = reject(ReturnResultProblem::MISTYPED_PARAMETER);
        if let Some(value) = component.result {
            if value.operation_code != OperationCode::Local(SEND_ROUTING_INFO) {
                return reading.misunderstood(mistyped, "result of another operation");
            }
            self.0.extend(value.parameter);
        }
        if self.0.is_empty() || self.0.len() > MAX_SEGMENTS {
            return reading.misunderstood(mistyped, "no result, or in too many segments");
        }
        if !last {
            return;
        }
        let segments = self.0.iter().map(|segment| segment.as_bytes());
        match SendRoutingInfoRes::decode_segments(segments) {
            Ok(result) => {
                reading.answer = Some(Ok(RoutingInfo {
                    route: Route::of(&result),
                    result: Box::new(result),
                }));
            }
            Err(error) => reading.misunderstood(mistyped, error),
        }
    }
}

fn read_error(code: &ErrorCode, parameter: Option<&Any>, reading: &mut Reading) {
    let known = match code {
        ErrorCode::Local(local) => u8::try_from(*local).ok().map(codecs::map::ErrorCode),
        ErrorCode::Global(_) => None,
    };
    let Some(code) = known else {
        let reject = Reject::return_error(INVOKE, ReturnErrorProblem::UNRECOGNIZED_ERROR);
        return reading.misunderstood(reject, "unknown error code");
    };
    let error = match parameter {
        None => Ok(UserError::new(code)),
        Some(parameter) => UserError::with_parameter(code, parameter.as_bytes()),
    };
    match error {
        Ok(error) => reading.answer = Some(Err(Failure::UserError(error))),
        Err(error) => {
            let reject = Reject::return_error(INVOKE, ReturnErrorProblem::MISTYPED_PARAMETER);
            reading.misunderstood(reject, error);
        }
    }
}

/// Whether the first answer accepts the dialogue: it has to (Q.774 §3.2.1.2).
pub(super) fn accepted(portion: Option<&DialoguePortion>) -> Result<(), Failure> {
    let pdu = portion.map(DialoguePortion::dialogue_pdu);
    let Some(Ok(Some(DialoguePdu::Aare {
        application_context_name,
        result,
        ..
    }))) = pdu
    else {
        return Err(Failure::NotUnderstood("no dialogue response".to_owned()));
    };
    if result == AssociateResult::RejectedPermanent {
        return Err(Failure::Refused);
    }
    if &*application_context_name != LOCATION_INFO_RETRIEVAL_V3 {
        return Err(Failure::NotUnderstood(
            "another application context was accepted".to_owned(),
        ));
    }
    Ok(())
}

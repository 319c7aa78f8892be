//! TCAP messages and the MAP operations in them.

use codecs::map::{
    ErrorCode as MapError, SEND_ROUTING_INFO, SendRoutingInfoArg, SendRoutingInfoRes,
};
use codecs::tcap::{
    self, AbortSource, Any, AssociateResult, AssociateSourceDiagnostic, Component, DialoguePdu,
    DialoguePortion, ErrorCode, OperationCode,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::hex::hex;
use super::message::{Decoded, value, words};

pub(super) fn tcap(octets: &[u8]) -> Result<Decoded, String> {
    let message = tcap::decode(octets).into_result();
    let message = message.map_err(|error| format!("{error} (Q.773 §4)"))?;
    let name = message.message_type().to_string();
    let mut summary = name.clone();
    for component in message.components() {
        summary.extend([" ", &component_name(component)]);
    }
    Ok(Decoded {
        message: name,
        summary,
        fields: fields(&message),
        encoded: Some(tcap::encode(&message).map_err(words)?),
        payload: None,
        hints: Vec::new(),
    })
}

/// A TCAP message, one of its components, or a bare argument or result of sendRoutingInfo. The
/// name is that of the first operation where there is one.
pub(super) fn map(octets: &[u8]) -> Result<Decoded, String> {
    match octets.first() {
        Some(0x30) => parameter(
            "sendRoutingInfoArg",
            SendRoutingInfoArg::decode(octets),
            |read| read.encode(),
        ),
        Some(0xA1..=0xA4 | 0xA7) => lone_component(octets).or_else(|problem| {
            let result = SendRoutingInfoRes::decode(octets).map_err(|_| problem);
            parameter("sendRoutingInfoRes", result, |read| read.encode())
        }),
        _ => {
            let mut decoded = tcap(octets)?;
            if let Some((_, operations)) = decoded.summary.split_once(' ') {
                decoded.message = operations.to_owned();
            }
            Ok(decoded)
        }
    }
}

/// The members that are there: a flag is there when it is set.
fn members(of: &impl Serialize) -> Value {
    let mut members = value(of);
    if let Value::Object(members) = &mut members {
        members.retain(|_, member| *member != Value::Bool(false));
    }
    members
}

/// With the host name that our private extension holds.
fn result_members(result: &SendRoutingInfoRes) -> Value {
    let mut members = members(result);
    if let Some(icscf) = result.icscf() {
        members["icscf"] = icscf.as_str().into();
    }
    members
}

fn parameter<T: Serialize>(
    name: &str,
    read: Result<T, impl std::fmt::Display>,
    encode: impl FnOnce(&T) -> Vec<u8>,
) -> Result<Decoded, String> {
    let parameter = read.map_err(|error| format!("{error} (TS 29.002 §17.7.3)"))?;
    Ok(Decoded {
        message: name.to_owned(),
        summary: name.to_owned(),
        fields: members(&parameter),
        encoded: Some(encode(&parameter)),
        payload: None,
        hints: Vec::new(),
    })
}

/// A component outside a message is read as the only one of a Unidirectional.
fn lone_component(octets: &[u8]) -> Result<Decoded, String> {
    let message = wrapped(0x61, &wrapped(0x6C, octets));
    let mut decoded = tcap(&message)?;
    let encoded = decoded.encoded.as_deref().and_then(contents);
    decoded.encoded = encoded.and_then(contents).map(<[u8]>::to_vec);
    let name = decoded
        .summary
        .split_once(' ')
        .map(|(_, name)| name.to_owned());
    decoded.message = name.unwrap_or_default();
    decoded.summary = decoded.message.clone();
    decoded.fields = decoded.fields["components"][0].take();
    Ok(decoded)
}

/// One element of BER (X.690 §8.1) around octets.
fn wrapped(tag: u8, octets: &[u8]) -> Vec<u8> {
    let length = octets.len().to_be_bytes();
    let significant = length.iter().position(|&octet| octet != 0);
    let long = &length[significant.unwrap_or(length.len() - 1)..];
    let mut element = vec![tag];
    match octets.len() {
        short @ 0..=0x7F => element.extend(u8::try_from(short)),
        _ => {
            element.extend(u8::try_from(0x80 | long.len()));
            element.extend(long);
        }
    }
    element.extend(octets);
    element
}

/// What is inside one element of definite length with a tag of one octet.
fn contents(element: &[u8]) -> Option<&[u8]> {
    let (&length, rest) = element.get(1..)?.split_first()?;
    match length {
        0..=0x7F => Some(rest),
        _ => rest.get(usize::from(length & 0x7F)..),
    }
}

fn fields(message: &tcap::Message) -> Value {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    if let Some(otid) = message.otid() {
        put("originating_transaction_id", hex(otid).into());
    }
    if let Some(dtid) = message.dtid() {
        put("destination_transaction_id", hex(dtid).into());
    }
    if let tcap::Message::Abort(abort) = message
        && let Some(cause) = abort.p_abort_cause()
    {
        put("p_abort_cause", cause.to_string().into());
    }
    if let Some(dialogue) = message.dialogue_portion() {
        put("dialogue", dialogue_fields(dialogue));
    }
    let components: Vec<_> = message.components().iter().map(component).collect();
    if !components.is_empty() {
        put("components", components.into());
    }
    Value::Object(fields)
}

fn dialogue_fields(dialogue: &DialoguePortion) -> Value {
    match dialogue.dialogue_pdu() {
        Ok(Some(DialoguePdu::Aarq {
            application_context_name,
            ..
        })) => json!({
            "pdu": "AARQ",
            "application_context": application_context_name.to_string(),
        }),
        Ok(Some(DialoguePdu::Aare {
            application_context_name,
            result,
            result_source_diagnostic,
            ..
        })) => json!({
            "pdu": "AARE",
            "application_context": application_context_name.to_string(),
            "result": match result {
                AssociateResult::Accepted => "accepted",
                AssociateResult::RejectedPermanent => "reject-permanent",
            },
            "diagnostic": diagnostic(&result_source_diagnostic),
        }),
        Ok(Some(DialoguePdu::Abrt { abort_source, .. })) => {
            json!({ "pdu": "ABRT", "source": match abort_source {
                AbortSource::DialogueServiceUser => "dialogue-service-user",
                AbortSource::DialogueServiceProvider => "dialogue-service-provider",
            } })
        }
        Ok(_) | Err(_) => json!({ "octets": hex(dialogue.external.as_bytes()) }),
    }
}

fn diagnostic(diagnostic: &AssociateSourceDiagnostic) -> String {
    match diagnostic {
        AssociateSourceDiagnostic::DialogueServiceUser(reason) => {
            let reason = match reason {
                0 => "null",
                1 => "no-reason-given",
                2 => "application-context-name-not-supported",
                other => return format!("dialogue-service-user: {other}"),
            };
            format!("dialogue-service-user: {reason}")
        }
        AssociateSourceDiagnostic::DialogueServiceProvider(reason) => {
            let reason = match reason {
                0 => "null",
                1 => "no-reason-given",
                2 => "no-common-dialogue-portion",
                other => return format!("dialogue-service-provider: {other}"),
            };
            format!("dialogue-service-provider: {reason}")
        }
    }
}

fn component_name(component: &Component) -> String {
    match component {
        Component::Invoke(invoke) => operation(&invoke.operation_code),
        Component::ReturnResultLast(result) | Component::ReturnResultNotLast(result) => {
            match &result.result {
                Some(result) => format!("{}Res", operation(&result.operation_code)),
                None => "returnResult".to_owned(),
            }
        }
        Component::ReturnError(error) => error_name(&error.error_code),
        Component::Reject(_) => "reject".to_owned(),
    }
}

fn operation(code: &OperationCode) -> String {
    match code {
        OperationCode::Local(SEND_ROUTING_INFO) => "sendRoutingInfo".to_owned(),
        other => format!("operation {other}"),
    }
}

fn error_name(code: &ErrorCode) -> String {
    let local = match code {
        ErrorCode::Local(code) => u8::try_from(*code).ok(),
        ErrorCode::Global(_) => None,
    };
    let name = local.and_then(|code| MapError(code).name());
    name.map_or_else(|| format!("error {code}"), str::to_owned)
}

fn component(component: &Component) -> Value {
    match component {
        Component::Invoke(invoke) => {
            let argument =
                |octets: &[u8]| SendRoutingInfoArg::decode(octets).ok().map(|a| members(&a));
            let mut fields = json!({ "invoke": operation(&invoke.operation_code) });
            fields["invoke_id"] = invoke.invoke_id.into();
            if let Some(linked) = invoke.linked_id {
                fields["linked_id"] = linked.into();
            }
            put_parameter(
                &mut fields,
                &invoke.operation_code,
                invoke.parameter.as_ref(),
                argument,
            );
            fields
        }
        Component::ReturnResultLast(result) | Component::ReturnResultNotLast(result) => {
            let read = |octets: &[u8]| {
                SendRoutingInfoRes::decode(octets)
                    .ok()
                    .map(|r| result_members(&r))
            };
            let last = matches!(component, Component::ReturnResultLast(_));
            let mut fields = json!({ "return_result": component_name(component), "last": last });
            fields["invoke_id"] = result.invoke_id.into();
            if let Some(result) = &result.result {
                put_parameter(
                    &mut fields,
                    &result.operation_code,
                    result.parameter.as_ref(),
                    read,
                );
            }
            fields
        }
        Component::ReturnError(error) => {
            let mut fields = json!({ "return_error": error_name(&error.error_code) });
            fields["invoke_id"] = error.invoke_id.into();
            if let Some(parameter) = &error.parameter {
                fields["parameter"] = hex(parameter.as_bytes()).into();
            }
            fields
        }
        Component::Reject(reject) => {
            let mut fields = json!({ "reject": reject.problem.to_string() });
            if let Some(id) = reject.invoke_id {
                fields["invoke_id"] = id.into();
            }
            fields
        }
    }
}

/// The parameter with its members where it is that of sendRoutingInfo, as octets otherwise.
fn put_parameter(
    fields: &mut Value,
    code: &OperationCode,
    parameter: Option<&Any>,
    read: impl Fn(&[u8]) -> Option<Value>,
) {
    let Some(parameter) = parameter else { return };
    let octets = parameter.as_bytes();
    let known = (*code == OperationCode::Local(SEND_ROUTING_INFO)).then(|| read(octets));
    fields["parameter"] = known.flatten().unwrap_or_else(|| hex(octets).into());
}

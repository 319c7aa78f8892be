//! A GMSC and an HLR on virtual time, and peers that do not keep to the rules.

mod client;
mod damage;
mod server;

use super::*;
use codecs::map::{
    AddressString, ErrorCode, ExtendedRoutingInfo, ExtensionContainer, ForwardingData,
    ForwardingOptions, Imsi, SendRoutingInfoArg, SendRoutingInfoRes, UserError,
};
use codecs::mtp::{NetworkId, PointCode, SignallingPoint};
use codecs::sccp::{self, Address, ReturnCause, SubsystemNumber, UnitData};
use codecs::tcap::{
    Abort, AbortReason, Any, Begin, Component, Continue, Decoded, DialoguePdu, DialoguePortion,
    End, GeneralProblem, Invoke, InvokeProblem, Message, Oid, OperationCode, PAbortCause, Problem,
    Reject, ReturnError, ReturnResult, ReturnResultProblem, ReturnResultValue, TransactionId,
};
use std::time::{Duration, Instant};

const GMSC: SignallingPoint = NetworkId(0).point(PointCode::new(0x1012));
const HLR: SignallingPoint = NetworkId(0).point(PointCode::new(0x181B));
const V3: &Oid = codecs::map::LOCATION_INFO_RETRIEVAL_V3;

fn gmsc() -> Address {
    sccp::e164(&"49171076000".parse().unwrap(), SubsystemNumber::Msc)
}

fn hlr() -> Address {
    sccp::e164(&"49171099000".parse().unwrap(), SubsystemNumber::Hlr)
}

fn international(number: &str) -> AddressString {
    AddressString::international(number.parse().unwrap()).unwrap()
}

fn question() -> SendRoutingInfoArg {
    SendRoutingInfoArg::basic_call(international("491715407090"), international("49171076000"))
}

fn result() -> SendRoutingInfoRes {
    SendRoutingInfoRes {
        imsi: Some(Imsi::new("262011234567890".parse().unwrap()).unwrap()),
        ..SendRoutingInfoRes::default()
    }
}

fn roaming(number: &str) -> SendRoutingInfoRes {
    let number = codecs::map::RoutingInfo::RoamingNumber(international(number));
    SendRoutingInfoRes {
        extended_routing_info: Some(ExtendedRoutingInfo::Routing(number)),
        ..result()
    }
}

struct Bench {
    client: Client,
    server: Server,
    now: Instant,
}

impl Bench {
    fn new() -> Self {
        let mut client = Client::new(ClientConfig::new(gmsc(), HLR));
        client.available(HLR);
        Self {
            client,
            server: Server::new(ServerConfig::new(hlr())),
            now: Instant::now(),
        }
    }

    /// Asks; the question as it goes over the wire.
    fn ask(&mut self) -> (Invocation, Outgoing) {
        let invocation = self.client.send_routing_info(&question(), self.now);
        let outgoing = match self.client.poll_output() {
            Some(ClientOutput::Send(outgoing)) => outgoing,
            other => panic!("expected a question, got {other:?}"),
        };
        (invocation, outgoing)
    }

    fn tell_client(&mut self, message: Message) -> Vec<ClientOutput> {
        let received = Received {
            from: HLR,
            message: wrap(gmsc(), hlr(), &message),
        };
        self.client.handle(&received, self.now);
        std::iter::from_fn(|| self.client.poll_output()).collect()
    }

    fn tell_server(&mut self, message: Message) -> Vec<ServerOutput> {
        let received = Received {
            from: GMSC,
            message: wrap(hlr(), gmsc(), &message),
        };
        self.server.handle(&received, self.now);
        self.server_says()
    }

    fn server_says(&mut self) -> Vec<ServerOutput> {
        std::iter::from_fn(|| self.server.poll_output()).collect()
    }

    fn advance(&mut self, by: Duration) {
        self.now += by;
        self.client.handle_timeout(self.now);
        self.server.handle_timeout(self.now);
    }

    /// Asks, lets the HLR answer, gives back what the client makes of it.
    fn exchange(
        &mut self,
        answer: Result<SendRoutingInfoRes, UserError>,
    ) -> Result<RoutingInfo, Failure> {
        let (asked, outgoing) = self.ask();
        assert_eq!(outgoing.to, HLR);
        self.server.handle(&arriving(GMSC, outgoing), self.now);
        let Some(ServerOutput::SendRoutingInfo { dialogue, arg }) = self.server.poll_output()
        else {
            panic!("the question did not arrive");
        };
        assert_eq!(*arg, question());
        self.server.respond(dialogue, answer);
        let Some(ServerOutput::Send(outgoing)) = self.server.poll_output() else {
            panic!("no answer");
        };
        assert_eq!(outgoing.to, GMSC);
        self.client.handle(&arriving(HLR, outgoing), self.now);
        let Some(ClientOutput::Outcome { invocation, result }) = self.client.poll_output() else {
            panic!("no outcome");
        };
        assert_eq!(invocation, asked);
        assert_eq!(self.client.poll_output(), None);
        assert_eq!(self.client.open_dialogues(), 0);
        assert_eq!(self.server.open_dialogues(), 0);
        assert_eq!(self.client.poll_timeout(), None);
        assert_eq!(self.server.poll_timeout(), None);
        result
    }
}

fn arriving(from: SignallingPoint, outgoing: Outgoing) -> Received {
    Received {
        from,
        message: outgoing.message,
    }
}

fn wrap(called: Address, calling: Address, message: &Message) -> bytes::Bytes {
    let unit = UnitData {
        called,
        calling,
        data: codecs::tcap::encode(message).unwrap().into(),
    };
    let message = sccp::Message::Data {
        unit,
        return_on_error: true,
    };
    message.encode().unwrap().into()
}

fn unwrap(outgoing: &Outgoing) -> Message {
    let Ok(sccp::Message::Data { unit, .. }) = sccp::Message::decode(&outgoing.message) else {
        panic!("no unitdata");
    };
    match codecs::tcap::decode(&unit.data) {
        Decoded::Complete(message) => message,
        Decoded::Problem(problem) => panic!("{problem}"),
    }
}

/// The one message among outputs of the client, its one outcome, if there are any.
fn sorted(
    outputs: Vec<ClientOutput>,
) -> (
    Option<Message>,
    Option<Result<RoutingInfo, Failure>>,
    Vec<Discard>,
) {
    let (mut sent, mut outcome, mut discarded) = (None, None, vec![]);
    for output in outputs {
        match output {
            ClientOutput::Send(outgoing) => {
                assert!(sent.replace(unwrap(&outgoing)).is_none());
            }
            ClientOutput::Outcome { result, .. } => {
                assert!(outcome.replace(result).is_none());
            }
            ClientOutput::Discarded { why, .. } => discarded.push(why),
        }
    }
    (sent, outcome, discarded)
}

fn server_sent(outputs: &[ServerOutput]) -> Message {
    let sent: Vec<_> = outputs
        .iter()
        .filter_map(|output| match output {
            ServerOutput::Send(outgoing) => Some(unwrap(outgoing)),
            _ => None,
        })
        .collect();
    let [message] = &sent[..] else {
        panic!("expected one message, got {sent:?}");
    };
    message.clone()
}

fn id(text: &'static [u8]) -> TransactionId {
    text.to_vec().into()
}

fn begin(components: Vec<Component>) -> Begin {
    Begin {
        otid: id(b"peer"),
        dialogue_portion: Some(DialoguePortion::aarq(V3)),
        components: (!components.is_empty()).then_some(components),
    }
}

fn invoke(invoke_id: i8, operation: i64, parameter: Vec<u8>) -> Component {
    Component::Invoke(Invoke {
        invoke_id,
        linked_id: None,
        operation_code: OperationCode::Local(operation),
        parameter: Some(Any::new(parameter)),
    })
}

fn end(dtid: &TransactionId, components: Vec<Component>) -> Message {
    Message::End(End {
        dtid: dtid.clone(),
        dialogue_portion: Some(DialoguePortion::aare_accept(V3)),
        components: (!components.is_empty()).then_some(components),
    })
}

fn carry_on(dtid: &TransactionId, components: Vec<Component>) -> Message {
    Message::Continue(Continue {
        otid: id(b"hlr1"),
        dtid: dtid.clone(),
        dialogue_portion: Some(DialoguePortion::aare_accept(V3)),
        components: (!components.is_empty()).then_some(components),
    })
}

fn answer_of(result: &SendRoutingInfoRes) -> ReturnResult {
    ReturnResult {
        invoke_id: 1,
        result: Some(ReturnResultValue {
            operation_code: OperationCode::Local(22),
            parameter: Some(Any::new(result.encode())),
        }),
    }
}

fn otid(outgoing: &Outgoing) -> TransactionId {
    unwrap(outgoing).otid().unwrap().clone()
}

fn rejected(message: &Message) -> Vec<Reject> {
    message
        .components()
        .iter()
        .filter_map(|component| match component {
            Component::Reject(reject) => Some(*reject),
            _ => None,
        })
        .collect()
}

#[test]
fn an_ims_subscriber_is_found_at_the_icscf() {
    let host: codecs::map::HostName = "icscf1.ims.example".parse().unwrap();
    let answer = SendRoutingInfoRes {
        extension_container: Some(ExtensionContainer::of_icscf(&host)),
        ..roaming("491720000123")
    };
    let info = Bench::new().exchange(Ok(answer.clone())).unwrap();
    assert_eq!(info.route, Route::Icscf(host));
    assert_eq!(*info.result, answer);
}

#[test]
fn a_gsm_subscriber_is_found_at_a_roaming_number() {
    let info = Bench::new().exchange(Ok(roaming("491720000123"))).unwrap();
    assert_eq!(
        info.route,
        Route::RoamingNumber(international("491720000123"))
    );
}

#[test]
fn a_forwarding_names_number_and_reason() {
    let data = ForwardingData {
        forwarded_to_number: Some(international("491711111")),
        forwarding_options: Some(ForwardingOptions::for_reason(ForwardingOptions::NO_REPLY)),
        ..ForwardingData::default()
    };
    let answer = SendRoutingInfoRes {
        extended_routing_info: Some(ExtendedRoutingInfo::Routing(
            codecs::map::RoutingInfo::Forwarding(data),
        )),
        ..result()
    };
    let info = Bench::new().exchange(Ok(answer)).unwrap();
    let to = international("491711111");
    let reason = ForwardingOptions::NO_REPLY;
    assert_eq!(info.route, Route::Forwarded { to, reason });
}

#[test]
fn a_result_without_destination_leads_nowhere() {
    let info = Bench::new().exchange(Ok(result())).unwrap();
    assert_eq!(info.route, Route::Nowhere);
}

#[test]
fn every_user_error_comes_through() {
    for code in [
        1, 10, 11, 13, 14, 15, 21, 27, 34, 35, 36, 39, 44, 45, 46, 48, 200,
    ] {
        let error = UserError::new(ErrorCode(code));
        let answer = Bench::new().exchange(Err(error.clone()));
        assert_eq!(answer, Err(Failure::UserError(error)));
    }
    let absent = UserError::with_parameter(
        ErrorCode::ABSENT_SUBSCRIBER,
        &[0x30, 0x03, 0x80, 0x01, 0x00],
    )
    .unwrap();
    let answer = Bench::new().exchange(Err(absent.clone()));
    assert_eq!(answer, Err(Failure::UserError(absent)));
}

#[test]
fn a_result_too_long_for_one_message_becomes_system_failure() {
    let hosts = "x".repeat(128).parse().unwrap();
    let mut container = ExtensionContainer::of_icscf(&hosts);
    let list = container.private_extensions.as_mut().unwrap();
    list.0.push(list.0[0].clone());
    let answer = SendRoutingInfoRes {
        extension_container: Some(container),
        ..result()
    };
    let error = UserError::new(ErrorCode::SYSTEM_FAILURE);
    assert_eq!(
        Bench::new().exchange(Ok(answer)),
        Err(Failure::UserError(error))
    );
}

#[test]
fn the_called_number_is_the_global_title() {
    let (_, outgoing) = Bench::new().ask();
    let Ok(sccp::Message::Data {
        unit,
        return_on_error,
    }) = sccp::Message::decode(&outgoing.message)
    else {
        panic!("no unitdata");
    };
    assert!(return_on_error);
    assert_eq!(unit.calling, gmsc());
    assert_eq!(
        unit.called,
        sccp::e164(&"491715407090".parse().unwrap(), SubsystemNumber::Hlr)
    );
}

#[test]
fn a_number_that_is_not_international_goes_to_the_subsystem() {
    let mut bench = Bench::new();
    let national = AddressString::new(
        codecs::map::AddressNature::NATIONAL,
        codecs::map::AddressPlan::E164,
        "1715407090".parse().unwrap(),
    )
    .unwrap();
    let question = SendRoutingInfoArg::basic_call(national, international("49171076000"));
    bench.client.send_routing_info(&question, bench.now);
    let Some(ClientOutput::Send(outgoing)) = bench.client.poll_output() else {
        panic!("no question");
    };
    let Ok(sccp::Message::Data { unit, .. }) = sccp::Message::decode(&outgoing.message) else {
        panic!("no unitdata");
    };
    assert!(unit.called.route_on_ssn);
    assert_eq!(unit.called.ssn, Some(SubsystemNumber::Hlr));
}

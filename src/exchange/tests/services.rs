//! What this exchange answers itself where a call goes over into SIP, or into an ISUP that has not
//! the message.

use codecs::isup::*;

use super::bench::*;
use super::from_ims::{alerting, invite_with};
use super::stages::*;

fn far() -> Message {
    Message::Far(Far {
        facility: FacilityIndicator::USER_TO_USER,
        optional: Parameters::default(),
    })
}

fn idr(identification: bool) -> Message {
    let request = McidRequest {
        identification,
        holding: true,
    };
    Message::Idr(Idr {
        optional: Parameters::default().with(Parameter::McidRequest(request)),
    })
}

fn apm(release_call: bool) -> Message {
    let transport = ApplicationTransport {
        context: ApplicationContext::CHARGING,
        release_call,
        send_notification: false,
        new_sequence: true,
        segments_to_follow: codecs::Uint::default(),
        local_reference: None,
        data: Contents::from([1, 2]),
    };
    Message::Apm(Apm {
        optional: Parameters::default().with(Parameter::ApplicationTransport(Box::new(transport))),
    })
}

/// What an IRS says of the caller.
#[track_caller]
fn identified(irs: Message) -> (McidResponse, Option<String>) {
    let Message::Irs(irs) = irs else {
        panic!("{irs:?}");
    };
    let response = irs.optional.iter().find_map(|parameter| match parameter {
        Parameter::McidResponse(response) => Some(*response),
        _ => None,
    });
    let number = irs.optional.calling_party_number();
    let digits = number.map(|number| number.digits.to_string());
    (response.unwrap(), digits)
}

#[test]
fn a_facility_that_is_asked_for_during_a_call_is_refused() {
    for (mut bench, cic) in [to_and_from_ims().0, to_and_from_ims().1] {
        bench.receive(cic, far());
        let Message::Frj(frj) = bench.isup_message() else {
            panic!("no FRJ");
        };
        assert_eq!(frj.facility, FacilityIndicator::USER_TO_USER);
        assert_eq!(frj.cause.cause, Cause::FACILITY_NOT_IMPLEMENTED);
        assert_eq!(bench.exchange.calls_up(), 1);
    }
}

#[test]
fn the_called_partys_exchange_hears_who_calls_from_the_ims() {
    let (_, (mut bench, cic)) = to_and_from_ims();
    let not = McidResponse::default();
    bench.receive(cic, idr(true));
    let (response, number) = identified(bench.isup_message());
    assert!(response.identification && !response.holding);
    assert_eq!(number.as_deref(), Some("7219578290"));
    bench.receive(cic, Message::Idr(Idr::default()));
    assert!(identified(bench.isup_message()).0.identification);
    bench.receive(cic, idr(false));
    assert_eq!(identified(bench.isup_message()), (not, None));
}

#[test]
fn the_callers_exchange_hears_of_nobody() {
    let ((mut bench, cic), _) = to_and_from_ims();
    bench.receive(cic, idr(true));
    assert_eq!(
        identified(bench.isup_message()),
        (McidResponse::default(), None)
    );
}

#[test]
fn an_application_without_which_a_call_is_not_to_go_on_ends_it() {
    let ((mut bench, cic), _) = to_and_from_ims();
    bench.receive(cic, apm(false));
    assert!(bench.isup.is_empty());
    bench.receive(cic, apm(true));
    assert_eq!(bench.released_with(), Cause::PROTOCOL_ERROR.value());
    bench.receive(cic, rlc());
}

/// One answered call of each direction.
fn to_and_from_ims() -> ((Bench, u16), (Bench, u16)) {
    let (mut to, _) = to_ims(ToIms::Answered);
    let (mut from, call) = from_ims(FromIms::Acknowledged);
    to.forget();
    from.forget();
    ((to, 1), (from, call.cic))
}

#[test]
fn what_the_isup_beyond_has_not_is_answered_here() {
    let mut bench = Bench::towards(&Variant::ETSI);
    let mut anonymous = iam("1721234567");
    anonymous.optional = Parameters::default();
    bench.receive(1, Message::Iam(anonymous));
    let [(cic, _)] = bench.take_isup()[..] else {
        panic!("no IAM");
    };
    bench.receive(1, far());
    assert_eq!(bench.take_isup(), [(cic, far())]);
    let inr = Message::Inr(Inr {
        request: InformationRequestIndicators {
            calling_party_address: true,
            ..Default::default()
        },
        optional: Parameters::default(),
    });
    bench.receive(1, inr);
    assert!(matches!(bench.take_isup()[..], [(1, Message::Inf(_))]));
}

fn echo_control(information: EchoControlInformation) -> Parameters {
    Parameters::default().with(Parameter::EchoControlInformation(information))
}

/// An exchange that wants an echo control device of us.
fn wanted() -> EchoControlInformation {
    EchoControlInformation {
        incoming_request: EchoRequest::ACTIVATE,
        ..EchoControlInformation::default()
    }
}

fn denied() -> EchoControlInformation {
    EchoControlInformation {
        incoming: EchoDevice::NOT_AVAILABLE,
        ..EchoControlInformation::default()
    }
}

#[test]
fn no_echo_control_device_is_included_and_who_wants_one_hears_so() {
    let mut bench = Bench::new();
    let mut iam = iam("7219578290");
    iam.nature_of_connection.echo_control = true;
    let Some(information) = echo_control(wanted()).iter().next().cloned() else {
        unreachable!()
    };
    iam.optional.push(information);
    bench.receive(1, Message::Iam(iam));
    let invite = bench.sip_message();
    bench.respond(&invite, 180, None);
    let Message::Acm(acm) = bench.isup_message() else {
        panic!("no ACM");
    };
    assert!(!acm.backward_call.echo_control);
    assert_eq!(acm.optional, echo_control(denied()));
    // By itself, T37 running there.
    let nrm = |information| {
        Message::Nrm(Nrm {
            optional: echo_control(information),
        })
    };
    bench.receive(1, nrm(wanted()));
    assert_eq!(bench.isup_message(), nrm(denied()));
    bench.receive(1, nrm(denied()));
    assert!(bench.isup.is_empty());
}

#[test]
fn no_echo_control_device_is_offered_to_the_called_side() {
    let mut bench = Bench::new();
    bench.receive_sip(ICSCF1, &invite_with("", SDP));
    let (cic, first) = bench.take_isup().remove(0);
    let Message::Iam(iam) = first else {
        panic!("no IAM");
    };
    assert!(!iam.nature_of_connection.echo_control);
    let wanted = EchoControlInformation {
        outgoing_request: EchoRequest::ACTIVATE,
        ..EchoControlInformation::default()
    };
    let denied = EchoControlInformation {
        outgoing: EchoDevice::NOT_AVAILABLE,
        ..EchoControlInformation::default()
    };
    let Message::Acm(mut acm) = alerting() else {
        unreachable!()
    };
    acm.optional = echo_control(wanted);
    bench.receive(cic, Message::Acm(acm));
    let optional = echo_control(denied);
    assert_eq!(bench.isup_message(), Message::Nrm(Nrm { optional }));
}

/// An IAM that asks for services of user-to-user signalling, and has information with it.
fn user_to_user(service_1: UserToUserService, service_2: UserToUserService) -> Message {
    let mut iam = iam("7219578290");
    let indicators = UserToUserIndicators {
        service_1,
        service_2,
        ..UserToUserIndicators::default()
    };
    let information = UserToUserInformation::new(UserProtocol::IA5, &[65]).unwrap();
    iam.optional
        .push(Parameter::UserToUserIndicators(indicators));
    iam.optional
        .push(Parameter::UserToUserInformation(information));
    Message::Iam(iam)
}

#[test]
fn user_to_user_services_that_are_not_essential_are_not_provided() {
    let mut bench = Bench::new();
    let service = UserToUserService::NOT_ESSENTIAL_OR_PROVIDED;
    bench.receive(1, user_to_user(service, UserToUserService::NO_INFORMATION));
    let invite = bench.sip_message();
    bench.respond(&invite, 180, None);
    let Message::Acm(acm) = bench.isup_message() else {
        panic!("no ACM");
    };
    let answer = UserToUserIndicators {
        response: true,
        service_1: UserToUserService::NOT_PROVIDED,
        discarded: true,
        ..UserToUserIndicators::default()
    };
    assert_eq!(acm.optional.user_to_user_indicators(), Some(&answer));
    bench.respond(&invite, 200, Some(SDP));
    let Message::Anm(anm) = bench.isup_message() else {
        panic!("no ANM");
    };
    assert!(anm.optional.is_empty());
}

#[test]
fn a_call_is_not_made_without_user_to_user_services_that_are_essential() {
    let mut bench = Bench::new();
    let service = UserToUserService::ESSENTIAL;
    bench.receive(1, user_to_user(UserToUserService::NO_INFORMATION, service));
    assert_eq!(
        bench.released_with(),
        Cause::FACILITY_NOT_IMPLEMENTED.value()
    );
    assert!(bench.sip.is_empty());
    bench.receive(1, rlc());
    bench.is_clean();
}

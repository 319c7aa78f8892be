//! What a transit call passes on that means nothing to itself.

use std::time::Duration;

use codecs::isup::*;
use codecs::mtp::PointCode;

use super::bench::*;

const OTHER: PointCode = PointCode::new(4);

/// A transit call from circuit 1 of one trunk group; the circuit of the other.
fn transit(iam: Iam) -> (Bench, u16) {
    let mut bench = Bench::new();
    bench.receive(1, Message::Iam(iam));
    let messages = bench.take_isup();
    let [(cic, Message::Iam(_))] = messages[..] else {
        panic!("{messages:?}");
    };
    (bench, cic)
}

fn messages() -> Vec<Message> {
    let unknown = |code, body: &[u8]| {
        Message::Other(Other {
            code: MessageType(code),
            body: body.to_vec(),
        })
    };
    vec![
        Message::Fac(Fac::default()),
        Message::Nrm(Nrm::default()),
        Message::Apm(Apm::default()),
        Message::Pri(Pri::default()),
        Message::Lop(Lop::default()),
        Message::Idr(Idr::default()),
        Message::Irs(Irs::default()),
        Message::Usr(Usr {
            information: UserToUserInformation::new(UserProtocol::IA5, &[65]).unwrap(),
            optional: Parameters::default(),
        }),
        Message::Crg(Crg { body: vec![1, 2] }),
        Message::Pam(Pam {
            message_type: MessageType::FAC,
            body: vec![0],
        }),
        // An instruction for end nodes only.
        unknown(0x7E, &[1, 0x38, 1, 0x82, 0]),
    ]
}

#[test]
fn messages_of_services_and_unknown_ones_pass_both_ways() {
    let (mut bench, cic) = transit(iam("1721234567"));
    for message in messages() {
        bench.receive(1, message.clone());
        assert_eq!(bench.take_isup(), [(cic, message.clone())]);
        bench.receive_from(OTHER, cic, message.clone());
        assert_eq!(bench.take_isup(), [(1, message)]);
    }
    bench.advance(Duration::from_secs(10));
    assert_eq!(bench.exchange.calls_up(), 1);
}

#[test]
fn they_end_where_the_call_goes_over_into_sip() {
    let mut bench = Bench::new();
    bench.receive(1, Message::Iam(iam("7219578290")));
    bench.sip.clear();
    for message in messages() {
        if !matches!(message, Message::Other(_) | Message::Idr(_)) {
            bench.receive(1, message);
        }
    }
    assert!(bench.isup.is_empty() && bench.sip.is_empty());
    // The gateway is an end node: it cannot pass this on, and is told to release.
    bench.receive(1, messages().pop().unwrap());
    assert!(matches!(bench.isup_message(), Message::Rel(_)));
}

#[test]
fn confusion_is_for_neighbours() {
    let (mut bench, _) = transit(iam("1721234567"));
    bench.receive(
        1,
        Message::Cfn(Cfn {
            cause: CauseIndicators::new(Cause::PARAMETER_UNKNOWN, Location::TRANSIT),
            optional: Parameters::default(),
        }),
    );
    assert!(bench.isup.is_empty());
}

/// Who is not known here may be known to the exchange before.
#[test]
fn a_question_about_the_caller_goes_where_it_can_be_answered() {
    let inr = || {
        Message::Inr(Inr {
            request: InformationRequestIndicators {
                calling_party_address: true,
                ..Default::default()
            },
            optional: Parameters::default(),
        })
    };
    let (mut bench, cic) = transit(iam("1721234567"));
    bench.receive_from(OTHER, cic, inr());
    assert!(matches!(bench.take_isup()[..], [(answered, Message::Inf(_))] if answered == cic));

    let mut anonymous = iam("1721234567");
    anonymous.optional = Parameters::default();
    let (mut bench, cic) = transit(anonymous);
    bench.receive_from(OTHER, cic, inr());
    assert_eq!(bench.take_isup(), [(1, inr())]);
    let inf = Message::Inf(Inf {
        information: InformationIndicators::default(),
        optional: Parameters::default(),
    });
    bench.receive(1, inf.clone());
    assert_eq!(bench.take_isup(), [(cic, inf)]);
}

/// The congestion of an exchange is told to its neighbours only.
#[test]
fn a_congestion_level_is_not_passed_on() {
    let (mut bench, cic) = transit(iam("1721234567"));
    bench.receive_from(
        OTHER,
        cic,
        Message::Rel(Rel {
            cause: CauseIndicators::new(Cause::CONGESTION, Location::TRANSIT),
            optional: Parameters::default()
                .with(Parameter::CongestionLevel(CongestionLevel(1)))
                .with(Parameter::UserToUserInformation(
                    UserToUserInformation::new(UserProtocol::IA5, &[]).unwrap(),
                )),
        }),
    );
    let messages = bench.take_isup();
    let rel = messages.iter().find_map(|(_, message)| match message {
        Message::Rel(rel) => Some(rel),
        _ => None,
    });
    let rel = rel.unwrap();
    assert_eq!(rel.optional.len(), 1);
}

/// The exchange where the call began watches over its suspension.
#[test]
fn a_suspended_call_lasts_as_long_as_the_exchanges_at_its_ends_want() {
    let sus = Message::Sus(Sus {
        initiator: SuspendResume::Network,
        optional: Parameters::default(),
    });
    let (mut bench, cic) = transit(iam("1721234567"));
    bench.receive_from(
        OTHER,
        cic,
        Message::Con(Con {
            backward_call: BackwardCallIndicators::default(),
            optional: Parameters::default(),
        }),
    );
    bench.take_isup();
    bench.receive_from(OTHER, cic, sus.clone());
    assert_eq!(bench.take_isup(), [(1, sus)]);
    bench.advance(Duration::from_secs(1000));
    assert!(bench.isup.is_empty());
}

//! Callers that an IAM does not name are asked for, and calls do not go back where they come from.

use std::time::Duration;

use codecs::isup::*;

use super::bench::*;
use super::mobile::VISITED;
use crate::exchange::telemetry::Telemetry;

/// The PSTN's trunk group asks who calls, in this ISUP.
fn asking(variant: &'static Variant) -> Bench {
    let mut bench = Bench::speaking(variant);
    bench.exchange.settings.trunks[0].asks_who_calls = true;
    bench
}

/// An IAM to the IMS that names no caller.
fn anonymous() -> Iam {
    Iam {
        optional: Parameters::default(),
        ..iam("7219578290")
    }
}

/// What the exchange asks for, number and category.
#[track_caller]
fn asked(bench: &mut Bench) -> (bool, bool) {
    let Message::Inr(inr) = bench.isup_message() else {
        panic!("no INR");
    };
    let request = inr.request;
    (
        request.calling_party_address,
        request.calling_party_category,
    )
}

fn inf(address: AddressResponse, optional: Parameters) -> Message {
    Message::Inf(Inf {
        information: InformationIndicators {
            calling_party_address: address,
            ..InformationIndicators::default()
        },
        optional,
    })
}

/// An INF with the caller of [`iam`].
fn named() -> Message {
    inf(AddressResponse::INCLUDED, iam("").optional)
}

/// Whom the INVITE asserts to call.
#[track_caller]
fn asserted(invite: &codecs::sip::Message) -> Option<String> {
    assert_eq!(invite.method().as_str(), "INVITE");
    let text = String::from_utf8_lossy(invite.as_bytes()).into_owned();
    let mut lines = text.lines();
    lines.find_map(|line| Some(line.strip_prefix("P-Asserted-Identity: ")?.to_owned()))
}

#[test]
fn a_caller_that_is_not_named_is_asked_for() {
    for variant in [&Variant::ITU, &Variant::ANSI] {
        let mut bench = asking(variant);
        bench.receive(1, Message::Iam(anonymous()));
        assert_eq!(asked(&mut bench), (true, false));
        bench.advance(Duration::from_secs(11));
        assert!(bench.sip.is_empty());
        bench.receive(1, named());
        assert_eq!(
            asserted(&bench.sip_message()).as_deref(),
            Some("<tel:+498912345678>"),
            "{}",
            variant.name
        );
        bench.receive(1, rel(Cause::NORMAL_CLEARING));
        bench.forget();
        bench.leaves_nothing();
    }
}

#[test]
fn a_call_whose_caller_nobody_knows_goes_on() {
    let mut bench = asking(&Variant::ITU);
    bench.receive(1, Message::Iam(anonymous()));
    asked(&mut bench);
    let nothing = Parameters::default();
    bench.receive(1, inf(AddressResponse::NOT_AVAILABLE, nothing));
    let invite = bench.sip_message();
    assert_eq!(asserted(&invite), None);
    bench.respond(&invite, 180, None);
    // T33 runs no longer, and what comes late is nothing.
    bench.receive(1, named());
    bench.advance(Duration::from_secs(20));
    assert_eq!(bench.exchange.calls_up(), 1);
}

#[test]
fn a_category_that_is_unknown_is_asked_for_and_goes_on_in_transit() {
    let mut bench = asking(&Variant::ITU);
    let mut iam = iam("1721234567");
    iam.category = CallingPartyCategory::UNKNOWN;
    let given = iam.optional.clone();
    bench.receive(1, Message::Iam(iam));
    assert_eq!(asked(&mut bench), (false, true));
    let category = Parameter::CallingPartyCategory(CallingPartyCategory::OPERATOR_ENGLISH);
    let optional = Parameters::default().with(category);
    bench.receive(1, inf(AddressResponse::NOT_INCLUDED, optional));
    assert_eq!(bench.isup_to, [VISITED]);
    let Message::Iam(iam) = bench.isup_message() else {
        panic!("no IAM");
    };
    assert_eq!(iam.category, CallingPartyCategory::OPERATOR_ENGLISH);
    assert_eq!(iam.optional, given);
}

#[test]
fn without_information_within_t33_the_call_is_released() {
    let mut bench = asking(&Variant::ITU);
    bench.receive(1, Message::Iam(anonymous()));
    asked(&mut bench);
    // It was not asked for: the answer is still to come.
    bench.advance(Duration::from_secs(10));
    bench.receive(
        1,
        Message::Inf(Inf {
            information: InformationIndicators {
                unsolicited: true,
                ..InformationIndicators::default()
            },
            optional: Parameters::default(),
        }),
    );
    bench.advance(Duration::from_secs(2));
    assert_eq!(bench.released_with(), Cause::TIMER_EXPIRY.value());
    let alerts = |t: &&Telemetry| matches!(t, Telemetry::Alert { .. });
    assert_eq!(bench.telemetry.iter().filter(alerts).count(), 1);
    bench.receive(1, named());
    assert!(bench.sip.is_empty());
    bench.receive(1, rlc());
    bench.leaves_nothing();
}

#[test]
fn nobody_is_asked_for_what_is_known_or_cannot_be_had() {
    let unavailable = |mut iam: Iam| {
        let mut number = iam.optional.calling_party_number().copied().unwrap();
        number.presentation = Presentation::NOT_AVAILABLE;
        number.digits = digits("");
        iam.optional = Parameters::default().with(Parameter::CallingPartyNumber(number));
        iam
    };
    let known = iam("7219578290");
    let mut etsi = asking(&Variant::ETSI);
    etsi.receive(1, Message::Iam(anonymous()));
    let mut bench = asking(&Variant::ITU);
    bench.receive(1, Message::Iam(known.clone()));
    bench.receive(2, Message::Iam(unavailable(known)));
    bench.exchange.settings.trunks[0].asks_who_calls = false;
    bench.receive(3, Message::Iam(anonymous()));
    assert!(bench.isup.is_empty() && etsi.isup.is_empty());
    assert_eq!((bench.sip.len(), etsi.sip.len()), (3, 1));
}

#[test]
fn a_caller_who_hangs_up_while_being_asked_for_leaves_nothing() {
    let mut bench = asking(&Variant::ITU);
    bench.receive(1, Message::Iam(anonymous()));
    asked(&mut bench);
    bench.receive(1, rel(Cause::NORMAL_CLEARING));
    assert_eq!(bench.isup_message(), rlc());
    assert!(bench.exchange.asking.is_empty());
    bench.advance(Duration::from_secs(20));
    assert!(bench.sip.is_empty());
    bench.leaves_nothing();
}

/// Transit calls of both trunk groups.
#[test]
fn a_call_does_not_go_back_to_the_exchange_it_comes_from() {
    let mut bench = Bench::new();
    bench.receive(1, Message::Iam(iam("301234567")));
    assert_eq!(bench.released_with(), Cause::EXCHANGE_ROUTING_ERROR.value());
    let looped = |t: &&Telemetry| matches!(t, Telemetry::Looped { .. });
    assert_eq!(bench.telemetry.iter().filter(looped).count(), 1);
    bench.receive(1, rlc());
    bench.is_clean();

    // It takes the other trunk group of the route.
    bench.receive(1, Message::Iam(iam("691234567")));
    assert_eq!(bench.isup_to, [VISITED]);

    bench.exchange.settings.trunks[0].returns_calls = true;
    bench.take_isup();
    bench.receive(2, Message::Iam(iam("301234567")));
    assert_eq!(bench.isup_to, [PSTN]);
}

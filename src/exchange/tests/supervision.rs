//! Circuits under a call fail: timers of Q.764 expire, the signalling network goes, circuits are
//! blocked or do not exist at the other end.

use std::time::Duration;

use codecs::isup::{Cause, Message, Upa};
use codecs::mtp::UnavailabilityCause;

use super::bench::*;
use super::from_ims::{alerting, invite_with};
use super::stages::*;
use crate::exchange::Input;
use crate::exchange::telemetry::Telemetry;

const LESS_THAN_HELD: Duration = Duration::from_secs(29);
const LONGER_THAN_HELD: Duration = Duration::from_secs(31);

#[test]
fn no_address_complete_within_t7_releases_and_refuses() {
    let (mut bench, call) = from_ims(FromIms::Seized);
    bench.advance(Duration::from_secs(19));
    assert!(bench.take_isup().is_empty() && bench.sip.is_empty());
    bench.advance(Duration::from_secs(1));
    assert_eq!(bench.released_with(), 31);
    let refusal = bench.sip_message();
    assert_eq!((refusal.status(), q850(&refusal)), (480, 31));
    assert_eq!(bench.ended_with(), 31);
    bench.receive(call.cic, rlc());
    bench.is_clean();
    bench.leaves_nothing();
}

/// A call from the IMS to the telephone network, by its number: the cause if it is refused at once.
fn refusal(bench: &mut Bench, number: usize) -> Option<u8> {
    let invite = invite_with("", SDP).replace("out1", &format!("call{number}"));
    bench.receive_sip(ICSCF1, &invite);
    let last = bench.sip.pop().unwrap().1;
    bench.forget();
    (last.status() >= 300).then(|| q850(&last))
}

#[test]
fn congestion_of_the_signalling_network_keeps_its_share_of_calls_back() {
    let mut bench = Bench::new();
    bench.input(Input::Congested(PSTN.into(), 3));
    let refused = (0..4).map(|number| refusal(&mut bench, number));
    let refused: Vec<_> = refused.collect();
    assert_eq!(refused, [None, Some(42), Some(42), Some(42)]);
}

#[test]
fn without_the_other_user_part_calls_are_refused_and_it_is_tested() {
    let mut bench = Bench::new();
    let cause = UnavailabilityCause::INACCESSIBLE;
    bench.input(Input::UserPartUnavailable(PSTN.into(), cause));
    assert!(matches!(bench.isup_message(), Message::Upt(_)));
    assert_eq!(refusal(&mut bench, 1), Some(38));
    bench.receive(0, Message::Upa(Upa::default()));
    assert_eq!(refusal(&mut bench, 2), None);
}

#[test]
fn no_answer_within_t9_releases_and_refuses() {
    let (mut bench, call) = from_ims(FromIms::Alerting);
    bench.advance(Duration::from_secs(119));
    assert!(bench.take_isup().is_empty());
    bench.sip.clear();
    bench.advance(Duration::from_secs(1));
    assert_eq!(bench.released_with(), 19);
    let refusal = bench.sip.last().unwrap().1.clone();
    assert_eq!((refusal.status(), q850(&refusal)), (480, 19));
    bench.receive(call.cic, rlc());
    bench.leaves_nothing();
}

#[test]
fn a_release_is_repeated_after_t1_and_the_circuit_reset_after_t5_while_the_session_is_long_over() {
    let (mut bench, call) = from_ims(FromIms::Acknowledged);
    bench.receive_sip(ICSCF1, &call.bye());
    assert_eq!(bench.sip_methods(), ["200"]);
    assert_eq!(bench.released_with(), 16);
    assert_eq!(bench.exchange.calls_up(), 0);
    bench.advance(Duration::from_secs(15));
    assert_eq!(bench.released_with(), 16);
    bench.advance(Duration::from_secs(284));
    assert!(
        bench
            .take_isup()
            .iter()
            .all(|(_, m)| matches!(m, Message::Rel(_)))
    );
    bench.advance(Duration::from_secs(1));
    assert!(bench.take_isup().contains(&(call.cic, Message::Rsc)));
    let alerts = |t: &&Telemetry| matches!(t, Telemetry::Alert { .. });
    assert_eq!(bench.telemetry.iter().filter(alerts).count(), 1);
    bench.receive(call.cic, rlc());
    bench.is_clean();
    bench.leaves_nothing();
}

#[test]
fn a_conversation_outlives_a_short_loss_of_the_other_exchange() {
    let (mut bench, _) = to_ims(ToIms::Answered);
    bench.pause();
    bench.advance(LESS_THAN_HELD);
    bench.resume();
    bench.forget();
    bench.receive(1, rel(Cause::NORMAL_CLEARING));
    assert_eq!(bench.isup_message(), rlc());
    assert_eq!(bench.sip_methods(), ["BYE"]);
    bench.leaves_nothing();
    for stage in [FromIms::Answered, FromIms::Acknowledged] {
        let (mut bench, call) = from_ims(stage);
        bench.pause();
        bench.advance(LESS_THAN_HELD);
        bench.resume();
        assert!(bench.take_isup().is_empty(), "{stage:?}");
        assert_eq!(bench.exchange.calls_up(), 1, "{stage:?}");
        bench.receive(call.cic, rel(Cause::NORMAL_CLEARING));
        assert_eq!(bench.isup_message(), rlc());
        bench.leaves_nothing();
    }
}

/// Automatic congestion level (Q.764 §2.11).
#[test]
fn overload_is_told_to_the_exchanges_whose_calls_are_released() {
    let (mut bench, call) = from_ims(FromIms::Acknowledged);
    bench.exchange.overloaded(1);
    bench.receive_sip(ICSCF1, &call.bye());
    let Message::Rel(rel) = bench.isup_message() else {
        panic!("no REL");
    };
    let level = rel.optional.congestion_level().unwrap();
    assert_eq!(level.0, 1);
    bench.receive(call.cic, rlc());
    bench.leaves_nothing();
}

/// Their messages are lost; the other exchange hears of it when it is back.
#[test]
fn calls_being_set_up_end_when_the_other_exchange_is_lost() {
    for stage in ToIms::IN_SIP {
        if stage == ToIms::Answered {
            continue;
        }
        let (mut bench, _) = to_ims(stage);
        bench.pause();
        assert_eq!(bench.ended_with(), 27, "{stage:?}");
        bench.resume();
        bench.forget();
        bench.advance(Duration::from_secs(15));
        assert_eq!(bench.released_with(), 27, "{stage:?}");
        bench.receive(1, rlc());
        bench.leaves_nothing();
    }
    let (mut bench, call) = from_ims(FromIms::Alerting);
    bench.pause();
    assert_eq!(bench.ended_with(), 27);
    bench.resume();
    bench.receive(call.cic, rlc());
    bench.leaves_nothing();
}

#[test]
fn a_long_loss_of_the_other_exchange_ends_its_calls_and_resets_its_circuits() {
    for stage in ToIms::IN_SIP {
        let (mut bench, invite) = to_ims(stage);
        if stage == ToIms::Invited {
            bench.respond(&invite.unwrap(), 100, None);
        }
        bench.pause();
        bench.advance(LONGER_THAN_HELD);
        let end = &bench.sip[0].1;
        let method = match stage {
            ToIms::Answered => "BYE",
            _ => "CANCEL",
        };
        assert_eq!(
            (end.method().as_str(), q850(end)),
            (method, 27),
            "{stage:?}"
        );
        assert_eq!(bench.ended_with(), 27);
        starts_anew(&mut bench);
    }
    let (mut bench, _) = to_ims(ToIms::Locating);
    bench.pause();
    bench.advance(LONGER_THAN_HELD);
    assert_eq!(bench.ended_with(), 27);
    starts_anew(&mut bench);

    for (stage, says) in [(FromIms::Alerting, "502"), (FromIms::Acknowledged, "BYE")] {
        let (mut bench, _) = from_ims(stage);
        bench.pause();
        bench.advance(LONGER_THAN_HELD);
        let end = bench.sip[0].1.clone();
        assert_eq!(q850(&end), 27);
        assert_eq!(bench.sip_methods()[0], says);
        assert_eq!(bench.ended_with(), 27);
        starts_anew(&mut bench);
    }
    let (mut bench, _) = from_ims(FromIms::Seized);
    bench.pause();
    bench.advance(LONGER_THAN_HELD);
    // No other circuit leads there either.
    assert_eq!(bench.ended_with(), 38);
    starts_anew(&mut bench);
}

/// The other exchange comes back: all circuits are reset, and then a call is possible.
#[track_caller]
fn starts_anew(bench: &mut Bench) {
    bench.forget();
    bench.resume();
    assert!(
        matches!(bench.isup[..], [(1, Message::Grs(_))]),
        "{:?}",
        bench.isup
    );
    bench.acknowledge_resets(PSTN);
    bench.is_clean();
    bench.receive(1, Message::Iam(iam("7219578290")));
    let last = bench.sip.last().unwrap();
    assert_eq!(last.1.request_uri(), "tel:+497219578290");
    bench.receive(1, rel(Cause::NORMAL_CLEARING));
    bench.leaves_nothing();
}

#[test]
fn a_session_that_ends_while_the_other_exchange_is_away_is_released_when_it_is_back() {
    let (mut bench, call) = from_ims(FromIms::Acknowledged);
    bench.pause();
    bench.receive_sip(ICSCF1, &call.bye());
    assert_eq!(bench.sip_methods(), ["200"]);
    bench.take_isup();
    bench.advance(Duration::from_secs(10));
    bench.resume();
    bench.advance(Duration::from_secs(10));
    assert_eq!(bench.released_with(), 16);
    bench.receive(call.cic, rlc());
    bench.is_clean();
    bench.leaves_nothing();
}

#[test]
fn no_call_goes_to_an_exchange_that_is_away() {
    let mut bench = Bench::new();
    bench.pause();
    bench.receive_sip(ICSCF1, &invite_with("", SDP));
    let refusal = bench.sip.last().unwrap().1.clone();
    assert_eq!((refusal.status(), q850(&refusal)), (480, 38));
    assert!(bench.take_isup().is_empty());
    bench.is_clean();
    bench.winds_up();
}

#[test]
fn a_call_is_refused_when_the_other_exchange_has_none_of_its_circuits() {
    let (mut bench, call) = from_ims(FromIms::Seized);
    let mut cic = call.cic;
    for left in [2, 1, 0] {
        bench.receive(cic, Message::Ucic);
        let sent = bench.take_isup();
        match (left, &sent[..]) {
            (0, []) => {}
            (1.., [(next, Message::Iam(_))]) => cic = *next,
            _ => panic!("{left} {sent:?}"),
        }
    }
    let refusal = bench.sip_message();
    assert_eq!((refusal.status(), q850(&refusal)), (480, 34));
    assert_eq!(bench.ended_with(), 34);
    bench.winds_up();
}

#[test]
fn a_blocked_circuit_is_passed_over_until_the_other_exchange_uses_it() {
    let mut bench = Bench::new();
    for cic in 1..=3 {
        bench.receive(cic, Message::Blo);
        assert_eq!(bench.isup_message(), Message::Bla);
    }
    bench.receive_sip(ICSCF1, &invite_with("", SDP));
    let refusal = bench.sip.last().unwrap().1.clone();
    assert_eq!((refusal.status(), q850(&refusal)), (480, 34));
    assert!(bench.take_isup().is_empty());

    // A call on a blocked circuit lifts its blocking (Q.764 §2.8.2.2).
    bench.receive(2, Message::Iam(iam("7219578290")));
    bench.receive(2, rel(Cause::NORMAL_CLEARING));
    assert_eq!(bench.isup_message(), rlc());
    bench.forget();
    bench.receive_sip(ICSCF1, &invite_with("", SDP).replace("out1", "out2"));
    assert!(
        matches!(bench.isup[..], [(2, Message::Iam(_))]),
        "{:?}",
        bench.isup
    );
    bench.receive(2, alerting());
    bench.receive(2, rel(Cause::USER_BUSY));
    bench.receive(1, Message::Ubl);
    bench.receive(3, Message::Ubl);
    bench.forget();
    bench.leaves_nothing();
}

#[test]
fn a_call_goes_on_on_a_circuit_that_is_blocked() {
    let (mut bench, call) = from_ims(FromIms::Alerting);
    bench.receive(call.cic, Message::Blo);
    assert_eq!(bench.isup_message(), Message::Bla);
    assert!(bench.sip.is_empty());
    assert_eq!(bench.exchange.calls_up(), 1);
    bench.receive(call.cic, rel(Cause::USER_BUSY));
    bench.receive(call.cic, Message::Ubl);
    assert_eq!(bench.sip_methods(), ["486"]);
    bench.leaves_nothing();
}

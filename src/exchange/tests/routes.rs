//! Routes of several trunk groups: the next choice takes the calls that the first one cannot.

use codecs::isup::{Cause, Message};
use codecs::mtp::PointCode;

use super::bench::*;
use super::from_ims::invite_with;
use super::mobile::{VISITED, roaming};
use super::stages::q850;
use crate::exchange::{Input, Media};

/// A call from the IMS to a number that either exchange leads to: which one gets the IAM on which
/// circuit, or the cause if it is refused.
fn call(bench: &mut Bench, number: usize) -> Result<(PointCode, u16), u8> {
    let invite = invite_with("", SDP).replace("out1", &format!("call{number}"));
    bench.receive_sip(ICSCF1, &invite.replace("+493090026000", "+496990026000"));
    let last = bench.sip.pop().unwrap().1;
    bench.sip.clear();
    if last.status() >= 300 {
        assert!(bench.take_isup().is_empty());
        return Err(q850(&last));
    }
    Ok(sent_to(bench))
}

#[track_caller]
fn sent_to(bench: &mut Bench) -> (PointCode, u16) {
    let to = bench.isup_to.clone();
    match (&bench.take_isup()[..], &to[..]) {
        ([(cic, Message::Iam(iam))], &[to]) => {
            assert_eq!(iam.called.digits, digits("6990026000"));
            (to, *cic)
        }
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn end(bench: &mut Bench, (remote, cic): (PointCode, u16)) {
    bench.receive_from(remote, cic, rel(Cause::USER_BUSY));
    assert_eq!(bench.isup_message(), rlc());
    bench.sip.clear();
}

#[test]
fn while_the_first_exchange_is_away_calls_go_to_the_second() {
    let mut bench = Bench::new();
    bench.input(Input::Unavailable(PSTN.into()));
    let second = call(&mut bench, 1).unwrap();
    assert_eq!(second.0, VISITED);
    bench.input(Input::Available(PSTN.into()));
    let first = call(&mut bench, 2).unwrap();
    assert_eq!(first.0, PSTN);
    end(&mut bench, second);
    end(&mut bench, first);
    bench.is_clean();
}

#[test]
fn calls_that_the_first_group_has_no_circuit_for_go_to_the_second() {
    let mut bench = Bench::new();
    let calls: Vec<_> = (0..4).map(|n| call(&mut bench, n).unwrap()).collect();
    let remotes: Vec<_> = calls.iter().map(|&(remote, _)| remote).collect();
    assert_eq!(remotes, [PSTN, PSTN, PSTN, VISITED]);
    for cic in (1..=3).filter(|&cic| cic != calls[3].1) {
        bench.receive_from(VISITED, cic, Message::Blo);
        assert_eq!(bench.isup_message(), Message::Bla);
    }
    assert_eq!(call(&mut bench, 4), Err(34));
    end(&mut bench, calls[0]);
    assert_eq!(call(&mut bench, 5).map(|(remote, _)| remote), Ok(PSTN));
}

#[test]
fn calls_held_back_by_congestion_go_to_the_second_group() {
    let mut bench = Bench::new();
    bench.input(Input::Congested(PSTN.into(), 3));
    let remotes: Vec<_> = (0..4).map(|n| call(&mut bench, n).unwrap().0).collect();
    assert_eq!(remotes, [PSTN, VISITED, VISITED, VISITED]);
}

#[test]
fn when_no_group_takes_a_call_the_first_one_says_why() {
    let mut bench = Bench::new();
    bench.input(Input::Unavailable(VISITED.into()));
    let calls: Vec<_> = (0..3).map(|n| call(&mut bench, n).unwrap()).collect();
    assert_eq!(call(&mut bench, 3), Err(34));
    for call in calls {
        end(&mut bench, call);
    }
    bench.input(Input::Unavailable(PSTN.into()));
    assert_eq!(call(&mut bench, 4), Err(38));
    bench.is_clean();
}

#[test]
fn a_call_whose_exchange_is_lost_before_it_answers_moves_to_the_second() {
    let mut bench = Bench::new();
    assert_eq!(call(&mut bench, 1).unwrap().0, PSTN);
    bench.input(Input::Unavailable(PSTN.into()));
    // A release that the other exchange will hear of when it is back.
    assert!(matches!(bench.isup.remove(0), (_, Message::Rel(_))));
    assert_eq!(bench.isup_to.remove(0), PSTN);
    let moved = sent_to(&mut bench);
    assert_eq!(moved.0, VISITED);
    assert!(bench.sip.is_empty());
    end(&mut bench, moved);
    bench.winds_up();
}

#[test]
fn repeated_attempts_go_through_the_groups_and_end() {
    let mut bench = Bench::new();
    let mut seized = call(&mut bench, 1).unwrap();
    let mut remotes = vec![seized.0];
    for _ in 0..3 {
        bench.receive_from(seized.0, seized.1, Message::Ucic);
        seized = sent_to(&mut bench);
        remotes.push(seized.0);
    }
    assert_eq!(remotes, [PSTN, PSTN, PSTN, VISITED]);
    // Two circuits are left, but four attempts are enough.
    bench.receive_from(seized.0, seized.1, Message::Ucic);
    assert!(bench.take_isup().is_empty());
    assert_eq!(q850(&bench.sip_message()), 34);
    assert_eq!(bench.ended_with(), 34);
    bench.winds_up();
}

#[test]
fn a_roaming_number_has_a_second_choice_too() {
    let mut bench = Bench::new();
    bench.input(Input::Unavailable(PSTN.into()));
    bench.hss_answers(Ok(roaming("496990026000")));
    bench.receive_from(VISITED, 1, Message::Iam(iam("1715407090")));
    assert_eq!(sent_to(&mut bench).0, VISITED);
    assert!(matches!(bench.media[..], [Media::Join { .. }]));
}

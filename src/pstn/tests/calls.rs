//! Calls placed by one switch and taken by the other.

use std::time::{Duration, Instant};

use codecs::isup::{
    Cause, Cic, FacilityIndicator, Far, Idr, Message, Pdu, Sam, TransmissionMediumRequirement,
};
use media::{Law, Timeslot};
use protocols::isup::{self, Input};

use super::bench::*;
use crate::party::{Conversation, Direction, Pitch, ReleasedBy};
use crate::pstn::*;

const NOTHING: Conversation = Conversation {
    says: None,
    expects: None,
    hang_up_after: None,
};

fn pair(answer: Answer, conversation: Conversation) -> Pair {
    Pair::new([
        settings(0, 4),
        with_subscriber(settings(1, 4), answer, conversation),
    ])
}

fn causes(pair: &Pair) -> [(Option<Cause>, ReleasedBy, bool); 2] {
    [0, 1].map(|end| {
        let report = pair.report(end);
        (report.release_cause, report.released_by, report.answered)
    })
}

/// The called switch loops the circuit back, the calling one hears its tone.
#[test]
fn a_call_whose_circuit_is_checked_is_answered() {
    let mut checking = settings(0, 4);
    checking.circuits.groups[0].continuity_check = 100;
    let called = with_subscriber(settings(1, 4), Answer::After(seconds(2)), NOTHING);
    let mut pair = Pair::new([checking, called]);
    let begun = pair.now;
    pair.ends[0].place(order("+493090026000", Some(3)), begun);
    pair.run(seconds(60));
    assert!(pair.report(0).answered && pair.report(1).answered);
    for end in [0, 1] {
        let actions: Vec<_> = pair.checks[end].values().collect();
        assert_eq!(actions, [&isup::Continuity::Stop], "{end}");
    }
}

#[test]
fn a_call_is_rung_answered_and_released_by_the_caller() {
    let mut pair = pair(Answer::After(seconds(2)), NOTHING);
    let begun = pair.now;
    pair.ends[0].place(order("+493090026000", Some(3)), begun);
    pair.run(seconds(60));

    let caller = pair.report(0);
    assert_eq!(caller.post_dial_delay, Some(2 * LATENCY));
    assert_eq!(caller.conversation, Some(seconds(3)));
    assert_eq!(
        (caller.direction, &*caller.called),
        (Direction::Outgoing, "+493090026000")
    );
    let called = pair.report(1);
    assert_eq!(called.post_dial_delay, None);
    assert_eq!(called.conversation, Some(seconds(3) + 2 * LATENCY));
    assert_eq!(
        (called.direction, &*called.called),
        (Direction::Incoming, "+493090026000")
    );
    assert_eq!(called.calling.as_deref(), Some("+498912345678"));
    assert_eq!(
        causes(&pair),
        [
            (Some(Cause::NORMAL_CLEARING), ReleasedBy::Here, true),
            (Some(Cause::NORMAL_CLEARING), ReleasedBy::There, true)
        ]
    );
    assert!(pair.all_idle());
}

#[test]
fn a_caller_gives_up_when_nobody_answers_but_not_once_somebody_has() {
    let late = Conversation {
        hang_up_after: Some(seconds(50)),
        ..NOTHING
    };
    for (answer, released_by) in [
        (Answer::Never, ReleasedBy::Here),
        (Answer::After(seconds(2)), ReleasedBy::There),
    ] {
        let mut pair = pair(answer, late);
        let call = Order {
            give_up_after: Some(seconds(5)),
            ..order("+493090026000", None)
        };
        pair.ends[0].place(call, pair.now);
        pair.run(seconds(60));
        let caller = pair.report(0);
        assert_eq!(caller.release_cause, Some(Cause::NORMAL_CLEARING));
        assert_eq!(caller.released_by, released_by);
        assert_eq!(caller.answered, released_by == ReleasedBy::There);
        assert!(pair.all_idle());
    }
}

#[test]
fn both_parties_speak_and_listen_on_the_circuits_timeslot() {
    let pitch = Pitch {
        hertz: 620,
        law: Law::Mu,
    };
    let speaking = Conversation {
        says: Some(440),
        expects: Some(pitch),
        hang_up_after: Some(seconds(1)),
    };
    let mut pair = pair(Answer::After(seconds(2)), speaking);
    let call = order("+493090026000", None);
    pair.ends[0].place(call.clone(), pair.now);
    pair.ends[0].place(call, pair.now);
    pair.run(seconds(1));
    assert_eq!(pair.voices, [vec![], vec![]], "not before the answer");
    pair.run(seconds(60));

    let voice = |slot, says, expects| Voice {
        timeslot: Timeslot { span: 0, slot },
        says,
        expects,
    };
    assert_eq!(pair.voices[0], [voice(1, None, None), voice(3, None, None)]);
    let spoken = |slot| voice(slot, Some(440), Some(pitch));
    assert_eq!(pair.voices[1], [spoken(1), spoken(3)]);
    assert!(
        pair.reports[1]
            .iter()
            .all(|report| report.released_by == ReleasedBy::Here)
    );
    assert!(pair.all_idle());
}

#[test]
fn a_subscriber_may_answer_without_ringing() {
    let mut pair = pair(Answer::After(Duration::ZERO), NOTHING);
    pair.ends[0].place(order("+493090026000", Some(1)), pair.now);
    pair.run(seconds(60));
    assert_eq!(pair.report(0).post_dial_delay, Some(2 * LATENCY));
    assert!(pair.report(0).answered);
}

#[test]
fn a_subscriber_who_does_not_answer() {
    let cases = [
        (Answer::Busy, Cause::USER_BUSY, ReleasedBy::There),
        (
            Answer::RejectAfter(seconds(2), Cause::CALL_REJECTED),
            Cause::CALL_REJECTED,
            ReleasedBy::There,
        ),
        (Answer::Never, Cause::NO_ANSWER, ReleasedBy::Failure),
    ];
    for (answer, cause, by) in cases {
        let mut pair = pair(answer, NOTHING);
        pair.ends[0].place(order("+493090026000", Some(3)), pair.now);
        pair.run(seconds(200));
        let report = pair.report(0);
        assert_eq!(
            (report.release_cause, report.released_by, report.answered),
            (Some(cause), by, false)
        );
        assert_eq!(report.post_dial_delay.is_some(), answer != Answer::Busy);
        assert!(!pair.report(1).answered);
        assert!(pair.all_idle());
    }
}

#[test]
fn a_number_that_belongs_to_nobody() {
    let mut pair = pair(Answer::Busy, NOTHING);
    pair.ends[0].place(order("+493090026", None), pair.now);
    pair.ends[0].place(order("+12025550100", None), pair.now);
    pair.run(seconds(60));
    let causes = |end: usize| {
        pair.reports[end]
            .iter()
            .map(|report| report.release_cause)
            .collect::<Vec<_>>()
    };
    assert_eq!(causes(0), [Some(Cause::UNALLOCATED_NUMBER); 2]);
    assert_eq!(causes(1), [Some(Cause::UNALLOCATED_NUMBER); 2]);
    assert_eq!(pair.reports[1][1].called, "+12025550100");
}

#[test]
fn a_call_without_a_circuit_has_no_circuit() {
    let mut pair = pair(Answer::Never, NOTHING);
    for _ in 0..5 {
        pair.ends[0].place(order("+493090026000", None), pair.now);
    }
    pair.run(LATENCY);
    assert_eq!(pair.report(0).release_cause, Some(Cause::NO_CIRCUIT));
    pair.ends[0].handle(Input::Unavailable(CODES[1].into()), pair.now);
    pair.ends[0].place(order("+493090026000", None), pair.now);
    pair.run(LATENCY);
    assert_eq!(
        pair.reports[0][1].release_cause,
        Some(Cause::NETWORK_OUT_OF_ORDER)
    );
}

/// The circuit is controlled by the end with the lower point code, its number being odd.
#[test]
fn the_loser_of_a_dual_seizure_tries_another_circuit() {
    let answering = |end, circuits| {
        with_subscriber(settings(end, circuits), Answer::After(seconds(1)), NOTHING)
    };
    let mut pair = Pair::new([answering(0, 1), answering(1, 1)]);
    for end in &mut pair.ends {
        end.place(order("+493090026000", Some(1)), pair.now);
    }
    pair.run(seconds(60));
    assert!(pair.report(0).answered);
    let lost = &pair.reports[1][0];
    assert_eq!(
        (lost.direction, lost.release_cause),
        (Direction::Outgoing, Some(Cause::NO_CIRCUIT))
    );
    assert!(pair.reports[1][1].answered);
    assert!(pair.all_idle());
}

#[test]
fn scheduled_calls_count_from_the_start_of_service() {
    let mut first = Switch::new(settings(0, 4)).unwrap();
    first.schedule(order("+493090026000", Some(1)), seconds(5));
    let start = Instant::now();
    first.handle_timeout(start + seconds(500));
    assert_eq!(first.poll_timeout(), None);

    let mut pair = pair(Answer::After(seconds(1)), NOTHING);
    pair.ends[0] = first;
    pair.ends[0].handle(Input::Available(CODES[1].into()), pair.now);
    pair.run(seconds(5));
    assert_eq!(pair.ends[0].busy_circuits(), 0);
    pair.run(2 * LATENCY);
    assert_eq!(pair.ends[0].busy_circuits(), 1);
    pair.run(seconds(60));
    assert!(pair.report(0).answered);
}

#[test]
fn all_calls_are_released_at_the_end() {
    let mut pair = pair(Answer::After(seconds(1)), NOTHING);
    pair.ends[0].place(order("+493090026000", None), pair.now);
    pair.run(seconds(30));
    pair.ends[0].place(order("+493090026000", None), pair.now);
    pair.run(LATENCY * 3);
    assert_eq!(pair.ends[1].busy_circuits(), 2);
    pair.ends[1].hang_up_all(pair.now);
    pair.run(LATENCY * 3);
    assert_eq!(pair.ends[1].busy_circuits(), 0);
    assert_eq!((pair.reports[0].len(), pair.reports[1].len()), (2, 2));
    assert!(pair.all_idle());
}

/// A switch in service whose other exchange is the test.
struct Scripted {
    switch: Switch,
    now: Instant,
}

impl Scripted {
    fn new() -> Self {
        let settings = with_subscriber(settings(0, 4), Answer::After(seconds(1)), NOTHING);
        let now = Instant::now();
        let mut scripted = Self {
            switch: Switch::new(settings).unwrap(),
            now,
        };
        scripted
            .switch
            .handle(Input::Available(CODES[1].into()), now);
        for cic in 1..=4 {
            // The group reset is taken apart, and every circuit answered for itself.
            scripted.receive(cic, Message::Ucic);
            scripted.receive(cic, Message::Rsc);
        }
        scripted.says();
        scripted
    }

    fn receive(&mut self, cic: u16, message: Message) {
        let pdu = Pdu {
            cic: Cic::try_from(cic).unwrap(),
            message,
        };
        self.switch.handle(
            Input::Received {
                network: codecs::mtp::NetworkId::default(),
                opc: CODES[1],
                dpc: CODES[0],
                pdu,
            },
            self.now,
        );
    }

    fn wait(&mut self, time: Duration) {
        self.now += time;
        self.switch.handle_timeout(self.now);
    }

    fn says(&mut self) -> Vec<String> {
        let outputs = std::iter::from_fn(|| self.switch.poll_output());
        outputs
            .map(|output| match output {
                Output::Send {
                    cic,
                    message: Message::Rel(rel),
                    ..
                } => format!("REL {} {}", cic.value(), rel.cause.cause.value()),
                Output::Send { cic, message, .. } => format!("{} {}", message.name(), cic.value()),
                Output::Check { timeslot, action } => format!("{action:?} {}", timeslot.slot),
                Output::Voice(voice) => format!("voice {}", voice.timeslot.slot),
                Output::Ended { report, .. } => report.to_string(),
                Output::Queried { cic, answer, .. } => format!("{answer:?} {}", cic.value()),
                Output::Alert { cic, alert, .. } => format!("{alert:?} {}", cic.value()),
            })
            .collect()
    }
}

fn iam(digits: &str) -> Message {
    let settings = settings(1, 1);
    let order = order("+493090026000", None);
    let mut iam = crate::pstn::messages::iam(&order, &settings.numbering);
    iam.called.digits = digits.parse().unwrap();
    Message::Iam(iam)
}

fn sam(digits: &str) -> Message {
    Message::Sam(Sam {
        subsequent: digits.parse().unwrap(),
        optional: Default::default(),
    })
}

#[test]
fn digits_may_come_one_by_one() {
    let mut bench = Scripted::new();
    bench.receive(1, iam("30900"));
    bench.wait(seconds(4));
    bench.receive(1, sam("2600"));
    bench.wait(seconds(4));
    assert_eq!(bench.says(), [""; 0]);
    bench.receive(1, sam("0"));
    assert_eq!(bench.says(), ["ACM 1"]);
    bench.wait(seconds(1));
    assert_eq!(bench.says(), ["voice 1", "ANM 1"]);
}

#[test]
fn digits_that_do_not_come_or_lead_nowhere() {
    let mut bench = Scripted::new();
    bench.receive(1, iam("30900"));
    bench.wait(seconds(5));
    assert!(bench.says().contains(&"REL 1 28".into()));
    bench.receive(2, iam("30900F"));
    assert!(bench.says().contains(&"REL 2 1".into()));
    bench.receive(3, iam("30900"));
    bench.receive(3, sam("9"));
    assert!(bench.says().contains(&"REL 3 1".into()));
    bench.receive(4, iam(""));
    assert!(bench.says().contains(&"REL 4 28".into()));
}

#[test]
fn a_report_is_one_line() {
    let mut bench = Scripted::new();
    bench.receive(1, iam("3090026000F"));
    bench.wait(seconds(1));
    bench.wait(seconds(2));
    bench.receive(
        1,
        Message::Rel(crate::pstn::messages::release(Cause::NORMAL_CLEARING)),
    );
    assert_eq!(
        bench.says().last().unwrap(),
        "incoming +498912345678 -> +493090026000: answered for 2.000 s, released there, cause 16"
    );
    let mut order = order("+491715407090", None);
    order.name = Some("mobile".into());
    bench.switch.place(order, bench.now);
    bench.wait(seconds(20));
    assert_eq!(
        bench.says().last().unwrap(),
        "mobile: outgoing +498912345678 -> +491715407090: not answered, failed, cause 31"
    );
}

#[test]
fn what_a_subscriber_cannot_have_is_refused() {
    let mut bench = Scripted::new();
    let Message::Iam(mut multirate) = iam("3090026000") else {
        unreachable!()
    };
    for (cic, medium) in [
        (1, TransmissionMediumRequirement::UNRESTRICTED_2X64K),
        (3, TransmissionMediumRequirement(255)),
    ] {
        multirate.medium = medium;
        bench.receive(cic, Message::Iam(multirate.clone()));
        assert!(bench.says().contains(&format!("REL {cic} 65")));
    }
    bench.receive(2, iam("3090026000"));
    assert_eq!(bench.says(), ["ACM 2"]);
    let far = Far {
        facility: FacilityIndicator::USER_TO_USER,
        optional: Default::default(),
    };
    bench.receive(2, Message::Far(far));
    bench.receive(2, Message::Idr(Idr::default()));
    assert_eq!(bench.says(), ["FRJ 2", "IRS 2"]);
}

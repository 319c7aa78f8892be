//! Circuits that are reserved or validated by an ANSI exchange (T1.113.4).

use codecs::isup::*;

use super::script::{Bench, config, group};
use crate::isup::*;

fn ansi(control: Control, continuity_check: u8) -> Config {
    let group = Group {
        variant: &Variant::ANSI,
        control,
        continuity_check,
        loop_back_acknowledgement: true,
        ..group(&[1..=4])
    };
    Config {
        groups: vec![group],
        ..config(&[])
    }
}

fn crm(check: ContinuityCheck) -> Message {
    let nature_of_connection = NatureOfConnection {
        continuity_check: check,
        ..NatureOfConnection::default()
    };
    Message::Crm(Crm {
        nature_of_connection,
    })
}

/// A bench that has just received CRM on circuit 2, which the other exchange controls.
fn reserved(check: ContinuityCheck) -> Bench {
    let mut bench = Bench::ready(ansi(Control::PointCode, 0));
    bench.receive(2, crm(check));
    bench
}

#[test]
fn a_reserved_circuit_awaits_its_call() {
    let mut bench = reserved(ContinuityCheck::NOT_REQUIRED);
    bench.run("> CRA 2");
    assert_eq!(bench.counts().incoming, 1);
    bench.run("< IAM 2\n 2 setup\n wait 25s");
}

#[test]
fn a_reserved_circuit_is_checked_first() {
    let mut bench = reserved(ContinuityCheck::REQUIRED);
    bench.run(
        "> CRA 2
         2 LoopBack
         wait 15s
         < COT 2
         2 Stop
         wait 15s
         < IAM 2
         2 setup",
    );
}

#[test]
fn a_circuit_without_continuity_is_checked_again() {
    let mut bench = reserved(ContinuityCheck::REQUIRED);
    bench.run(
        "> CRA 2
         2 LoopBack
         < COT 2 failed
         2 Stop
         < CCR 2
         2 LoopBack
         > LPA 2",
    );
}

/// TCRA.
#[test]
fn a_reservation_ends() {
    reserved(ContinuityCheck::NOT_REQUIRED).run(
        "> CRA 2
         wait 20s
         > REL 2 41
         < RLC 2
         2 idle",
    );
    reserved(ContinuityCheck::NOT_REQUIRED).run(
        "> CRA 2
         < REL 2 16
         > RLC 2
         2 idle
         wait 9999s",
    );
}

#[test]
fn in_a_dual_seizure_the_exchange_in_control_has_the_circuit() {
    let mut bench = Bench::ready(ansi(Control::None, 0));
    bench.run("seize\n > IAM 4");
    bench.receive(4, crm(ContinuityCheck::NOT_REQUIRED));
    bench.run("> CRA 4\n 4 reattempt 7219578290");
    let mut bench = Bench::ready(ansi(Control::All, 0));
    bench.run("seize\n > IAM 1");
    bench.receive(1, crm(ContinuityCheck::NOT_REQUIRED));
    bench.run("wait 1s");
}

#[test]
fn a_blocked_circuit_is_not_reserved() {
    let mut bench = Bench::ready(ansi(Control::PointCode, 0));
    bench.run("block 2\n > BLO 2\n < BLA 2");
    bench.receive(2, crm(ContinuityCheck::NOT_REQUIRED));
    bench.run("> BLO 2");
}

#[test]
fn a_test_of_a_circuit_is_answered_with_what_its_group_is() {
    use ContinuityCheckRequirement as Check;
    for (control, percent, double_seizing, continuity_check) in [
        (Control::PointCode, 0, DoubleSeizing::ODD, Check::NONE),
        (Control::Even, 10, DoubleSeizing::EVEN, Check::STATISTICAL),
        (Control::All, 100, DoubleSeizing::ALL, Check::PER_CALL),
        (Control::None, 0, DoubleSeizing::NONE, Check::NONE),
    ] {
        for (cic, expected) in [
            (1, ValidationResponse::SUCCESSFUL),
            (9, ValidationResponse::FAILED),
        ] {
            let mut bench = Bench::ready(ansi(control, percent));
            bench.drain();
            bench.receive(cic, Message::Cvt);
            let said = bench.drain().into_iter().find_map(|output| match output {
                Output::Send {
                    message: Message::Cvr(cvr),
                    ..
                } => Some((cvr.response, cvr.characteristics)),
                _ => None,
            });
            let characteristics = GroupCharacteristics {
                carrier: Carrier::DIGITAL,
                double_seizing,
                continuity_check,
                ..GroupCharacteristics::default()
            };
            assert_eq!(said, Some((expected, characteristics)));
        }
    }
}

/// Of the other network: what Q.763 does not have is unknown to it.
#[test]
fn elsewhere_there_is_no_reservation() {
    let mut bench = Bench::ready(config(&[1..=4]));
    bench.receive(
        2,
        Message::Other(Other {
            code: MessageType::CRM,
            body: vec![0],
        }),
    );
    bench.run("> CFN 2 97 ea");
}

//! The end that asks (RFC 4666 §4.3.4).

use super::*;

#[test]
fn it_comes_up_and_becomes_active_by_itself() {
    let mut asp = End::of(Role::Asp);
    assert_eq!(asp.says(), [""; 0]);
    asp.input(up(16));
    assert_eq!(asp.says(), ["0 ASPUP"]);
    asp.hears(aspup_ack());
    assert_eq!(asp.says(), ["0 ASPAC rc=[100]"]);
    asp.hears(notify(Status::AS_INACTIVE));
    assert_eq!(asp.says(), [""; 0]);
    asp.hears(aspac_ack(&[100]));
    assert_eq!(asp.says(), ["Active"]);
    asp.hears(notify(Status::AS_ACTIVE));
    asp.seconds(3600);
    assert_eq!(asp.says(), [""; 0]);
}

#[test]
fn a_request_is_repeated_every_t_ack_and_then_given_up() {
    let mut asp = End::of(Role::Asp);
    asp.input(up(16));
    asp.seconds(7);
    assert_eq!(asp.says(), ["0 ASPUP"; 4]);
    asp.hears(aspup_ack());
    asp.seconds(9);
    assert_eq!(asp.says(), ["0 ASPAC rc=[100]"; 5]);
    asp.seconds(1);
    assert_eq!(asp.says(), ["Abort"]);
    asp.hears(aspac_ack(&[100]));
    asp.seconds(3600);
    assert_eq!(asp.says(), [""; 0]);
}

#[test]
fn user_messages_go_out_only_while_active() {
    let mut asp = End::of(Role::Asp);
    asp.input(Input::Transfer(transfer("early")));
    assert_eq!(asp.says(), ["Undelivered b\"early\""]);
    asp.activate();
    asp.input(Input::Transfer(transfer("IAM")));
    assert_eq!(asp.says(), ["4 DATA rc=100 b\"IAM\""]);
    asp.input(down());
    asp.input(Input::Transfer(transfer("late")));
    assert_eq!(asp.says(), ["Inactive"]);
    asp.seconds(2);
    assert_eq!(asp.says(), ["Undelivered b\"late\""]);
}

#[test]
fn a_message_too_long_for_a_parameter_is_not_sent() {
    let mut asp = End::active(Role::Asp);
    let mut long = transfer("");
    long.data = vec![0; 65535 - 15].into();
    asp.input(Input::Transfer(long.clone()));
    assert_eq!(asp.layer.poll_output(), Some(Output::Undelivered(long)));
}

#[test]
fn data_may_overtake_the_acknowledgement() {
    let mut asp = End::of(Role::Asp);
    asp.input(up(16));
    asp.hears(aspup_ack());
    asp.says();
    asp.hears(Message::Data(data("IAM")));
    assert_eq!(asp.says(), ["Transfer b\"IAM\""]);
}

#[test]
fn a_heartbeat_is_sent_at_every_interval_and_silence_for_two_ends_the_association() {
    let mut asp = End::with(Role::Asp, |config| config.timers = Timers::default());
    asp.activate();
    asp.seconds(30);
    assert_eq!(asp.says(), ["0 BEAT Some(b\"\\0\\0\\0\\0\\0\\0\\0\\x01\")"]);
    asp.hears(Message::BeatAck(beat(&[0, 0, 0, 0, 0, 0, 0, 1])));
    asp.seconds(59);
    assert_eq!(asp.says().len(), 1);
    asp.seconds(1);
    assert_eq!(asp.says(), ["Inactive", "Abort"]);
    asp.seconds(3600);
    assert_eq!(asp.says(), [""; 0]);
}

#[test]
fn any_message_proves_the_peer_alive() {
    let mut asp = End::with(Role::Asp, |config| config.timers = Timers::default());
    asp.activate();
    for _ in 0..10 {
        asp.seconds(29);
        asp.hears(Message::Data(data("x")));
    }
    assert!(!asp.says().contains(&"Abort".to_owned()));
}

#[test]
fn it_stops_in_order() {
    let mut asp = End::active(Role::Asp);
    asp.input(Input::Stop);
    assert_eq!(asp.says(), ["Inactive", "0 ASPIA rc=[100]"]);
    asp.hears(Message::Data(data("still coming")));
    assert_eq!(asp.says(), ["Transfer b\"still coming\""]);
    asp.hears(aspia_ack(&[100]));
    assert_eq!(asp.says(), ["0 ASPDN"]);
    asp.hears(aspdn_ack());
    assert_eq!(asp.says(), ["Stopped"]);
    asp.seconds(3600);
    assert_eq!(asp.says(), [""; 0]);
}

#[test]
fn stopping_ends_though_the_peer_does_not_answer() {
    let mut asp = End::active(Role::Asp);
    asp.input(Input::Stop);
    asp.seconds(10);
    let mut expected = vec!["Inactive"];
    expected.extend(["0 ASPIA rc=[100]"; 5]);
    expected.push("Stopped");
    assert_eq!(asp.says(), expected);
}

#[test]
fn stopping_before_it_is_up_is_done_at_once() {
    let mut asp = End::of(Role::Asp);
    asp.input(Input::Stop);
    assert_eq!(asp.says(), ["Stopped"]);
    asp.input(up(16));
    asp.input(Input::Stop);
    assert_eq!(asp.says(), ["0 ASPUP", "Stopped"]);
}

#[test]
fn stopping_while_not_active_skips_asp_inactive() {
    let mut asp = End::of(Role::Asp);
    asp.input(up(16));
    asp.hears(aspup_ack());
    asp.says();
    asp.input(Input::Stop);
    assert_eq!(asp.says(), ["0 ASPDN"]);
}

#[test]
fn it_returns_to_where_it_was_when_the_peer_throws_it_back() {
    let mut asp = End::active(Role::Asp);
    asp.hears(aspia_ack(&[100]));
    assert_eq!(asp.says(), ["Inactive", "0 ASPAC rc=[100]"]);
    asp.hears(aspac_ack(&[100]));
    asp.says();
    asp.hears(aspup_ack());
    assert_eq!(
        asp.says(),
        [
            "Inactive",
            "0 ASPAC rc=[100]",
            "Rejected 0x06",
            "0 ERR 0x06"
        ]
    );
    asp.hears(aspac_ack(&[100]));
    asp.says();
    asp.hears(aspdn_ack());
    assert_eq!(asp.says(), ["Inactive", "0 ASPUP"]);
}

#[test]
fn another_asp_may_take_over_and_leave_again() {
    let mut asp = End::active(Role::Asp);
    asp.hears(notify(Status::ALTERNATE_ASP_ACTIVE));
    assert_eq!(asp.says(), ["Inactive"]);
    asp.seconds(3600);
    assert_eq!(asp.says(), [""; 0]);
    asp.hears(notify(Status::AS_PENDING));
    assert_eq!(asp.says(), ["0 ASPAC rc=[100]"]);
}

#[test]
fn after_the_association_returns_all_is_as_at_the_start() {
    let mut asp = End::active(Role::Asp);
    asp.input(down());
    assert_eq!(asp.says(), ["Inactive"]);
    asp.seconds(60);
    assert_eq!(asp.says(), [""; 0]);
    asp.input(up(16));
    assert_eq!(asp.says(), ["0 ASPUP"]);
}

#[test]
fn a_restart_of_the_association_is_a_loss_and_a_return() {
    let mut asp = End::active(Role::Asp);
    asp.input(up(16));
    assert_eq!(asp.says(), ["Inactive", "0 ASPUP"]);
}

#[test]
fn a_refusal_is_told_and_the_request_repeated() {
    let mut asp = End::of(Role::Asp);
    asp.input(up(16));
    asp.hears(error(ErrorCode::MANAGEMENT_BLOCKING));
    asp.seconds(2);
    assert_eq!(asp.says(), ["0 ASPUP", "Error 0x0d", "0 ASPUP"]);
}

#[test]
fn an_acknowledgement_for_another_context_is_no_acknowledgement() {
    let mut asp = End::of(Role::Asp);
    asp.input(up(16));
    asp.hears(aspup_ack());
    asp.says();
    asp.hears(aspac_ack(&[7]));
    assert_eq!(asp.says(), ["Rejected 0x19", "0 ERR 0x19 rc=[7]"]);
    asp.seconds(2);
    assert_eq!(asp.says(), ["0 ASPAC rc=[100]"]);
}

//! The end that answers (RFC 4666 §4.3.2–§4.3.4, §4.5).

use super::*;

#[test]
fn it_admits_an_asp_and_tells_it_of_its_application_server() {
    let mut sgp = End::of(Role::Sgp);
    sgp.input(up(16));
    assert_eq!(sgp.says(), [""; 0]);
    sgp.hears(aspup());
    assert_eq!(sgp.says(), ["0 ASPUP Ack", "0 NTFY 1/2 rc=[100]"]);
    sgp.hears(aspac(&[100]));
    assert_eq!(
        sgp.says(),
        ["0 ASPAC Ack rc=[100]", "Active", "0 NTFY 1/3 rc=[100]"]
    );
}

#[test]
fn ip_servers_do_without_notifications() {
    let mut server = End::of(Role::IpspServer);
    server.input(up(16));
    server.hears(aspup());
    server.hears(aspac(&[]));
    server.hears(Message::Data(data("IAM")));
    assert_eq!(
        server.says(),
        [
            "0 ASPUP Ack",
            "0 ASPAC Ack rc=[100]",
            "Active",
            "Transfer b\"IAM\""
        ]
    );
}

#[test]
fn a_repeated_request_is_acknowledged_again_and_changes_nothing() {
    let mut sgp = End::of(Role::Sgp);
    sgp.input(up(16));
    sgp.hears(aspup());
    sgp.says();
    sgp.hears(aspup());
    assert_eq!(sgp.says(), ["0 ASPUP Ack"]);
    sgp.hears(aspac(&[100]));
    sgp.says();
    sgp.hears(aspac(&[100]));
    assert_eq!(sgp.says(), ["0 ASPAC Ack rc=[100]"]);
}

#[test]
fn messages_that_asp_inactive_overtook_are_taken() {
    let mut sgp = End::active(Role::Sgp);
    sgp.hears(aspia(&[100]));
    sgp.says();
    sgp.hears(Message::Data(data("RLC")));
    assert_eq!(sgp.says(), ["Transfer b\"RLC\""]);
    sgp.seconds(3);
    sgp.says();
    sgp.hears(Message::Data(data("RLC")));
    assert_eq!(sgp.says(), ["Rejected 0x06", "0 ERR 0x06"]);
}

#[test]
fn asp_up_while_active_ends_traffic() {
    let mut sgp = End::active(Role::Sgp);
    sgp.hears(aspup());
    assert_eq!(
        sgp.says(),
        [
            "Rejected 0x06",
            "0 ERR 0x06",
            "0 ASPUP Ack",
            "Inactive",
            "0 NTFY 1/4 rc=[100]"
        ]
    );
}

#[test]
fn messages_for_an_asp_that_left_are_kept_until_it_returns() {
    let mut sgp = End::active(Role::Sgp);
    sgp.input(Input::Transfer(transfer("before")));
    sgp.input(down());
    sgp.input(Input::Transfer(transfer("meanwhile")));
    assert_eq!(sgp.says(), ["4 DATA rc=100 b\"before\"", "Inactive"]);
    sgp.advance(Duration::from_millis(1500));
    sgp.input(up(16));
    sgp.hears(aspup());
    assert_eq!(sgp.says(), ["0 ASPUP Ack", "0 NTFY 1/4 rc=[100]"]);
    sgp.hears(aspac(&[100]));
    assert_eq!(
        sgp.says(),
        [
            "0 ASPAC Ack rc=[100]",
            "Active",
            "0 NTFY 1/3 rc=[100]",
            "4 DATA rc=100 b\"meanwhile\""
        ]
    );
    sgp.seconds(3600);
    assert_eq!(sgp.says(), [""; 0]);
}

#[test]
fn an_asp_that_does_not_return_in_time_loses_them() {
    let mut sgp = End::active(Role::Sgp);
    sgp.hears(aspia(&[100]));
    sgp.input(Input::Transfer(transfer("kept")));
    assert_eq!(
        sgp.says(),
        ["0 ASPIA Ack rc=[100]", "Inactive", "0 NTFY 1/4 rc=[100]"]
    );
    sgp.seconds(2);
    assert_eq!(sgp.says(), ["0 NTFY 1/2 rc=[100]", "Undelivered b\"kept\""]);
    sgp.input(Input::Transfer(transfer("not kept")));
    assert_eq!(sgp.says(), ["Undelivered b\"not kept\""]);
}

#[test]
fn no_more_than_so_many_messages_are_kept() {
    let mut sgp = End::active(Role::Sgp);
    sgp.input(down());
    sgp.says();
    for _ in 0..Timers::default().kept {
        sgp.input(Input::Transfer(transfer("kept")));
    }
    assert_eq!(sgp.says(), [""; 0]);
    sgp.input(Input::Transfer(transfer("too many")));
    assert_eq!(sgp.says(), ["Undelivered b\"too many\""]);
}

#[test]
fn an_asp_may_go_down_at_any_time() {
    let mut sgp = End::active(Role::Sgp);
    sgp.hears(aspdn());
    assert_eq!(sgp.says(), ["0 ASPDN Ack", "Inactive"]);
    sgp.hears(aspdn());
    assert_eq!(sgp.says(), ["0 ASPDN Ack"]);
    sgp.hears(Message::Data(data("IAM")));
    assert_eq!(sgp.says(), ["Rejected 0x06", "0 ERR 0x06"]);
}

#[test]
fn a_silent_asp_is_given_up() {
    let mut sgp = End::with(Role::Sgp, |config| config.timers = Timers::default());
    sgp.activate();
    sgp.seconds(60);
    let said = sgp.says();
    assert_eq!(said[1..], ["Inactive", "Abort"], "{said:?}");
}

#[test]
fn it_stops_at_once() {
    let mut sgp = End::active(Role::Sgp);
    sgp.input(Input::Stop);
    assert_eq!(sgp.says(), ["Inactive", "Stopped"]);
    sgp.input(down());
    sgp.seconds(3600);
    assert_eq!(sgp.says(), [""; 0]);
}

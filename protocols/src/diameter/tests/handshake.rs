//! Capabilities exchange and disconnection (RFC 6733 §5.3, §5.4).

use super::*;

#[test]
fn the_initiator_speaks_first() {
    let mut icscf = End::icscf();
    assert_eq!(icscf.asks("tel:+1"), Err(Failure::NotOpen));
    icscf.input(Input::Connected(Role::Initiator));
    assert_eq!(icscf.says(), ["257 request"]);
    assert_eq!(icscf.asks("tel:+1"), Err(Failure::NotOpen));
    End::open_icscf();
    End::open_hss();
}

#[test]
fn what_we_say_of_ourselves() {
    let mut icscf = End::icscf();
    icscf.input(Input::Connected(Role::Initiator));
    let capabilities = Capabilities::read_request(&icscf.sent().avps).unwrap();
    assert_eq!(capabilities.identity, identity("icscf"));
    assert_eq!(capabilities.vendor_applications, [VendorApplication::CX]);
    assert_eq!(capabilities.vendors, [VendorId::TGPP]);
}

#[test]
fn nothing_else_may_come_first() {
    for (role, first) in [
        (Role::Responder, dwr()),
        (Role::Responder, lir()),
        (Role::Responder, done(&cer())),
        (Role::Initiator, dwr()),
        (Role::Initiator, cer()),
    ] {
        let mut end = End::hss();
        end.input(Input::Connected(role));
        end.says();
        end.hears(&first);
        assert_eq!(end.says(), ["Close: no capabilities exchange first"]);
    }
}

#[test]
fn capabilities_that_do_not_come_close_the_connection() {
    for role in [Role::Initiator, Role::Responder] {
        let mut end = End::hss();
        end.input(Input::Connected(role));
        end.says();
        end.seconds(9);
        assert_eq!(end.says(), [""; 0]);
        end.seconds(1);
        assert_eq!(end.says(), ["Close: no capabilities in time"]);
    }
}

#[test]
fn peers_without_a_common_application_part() {
    let mut cer = cer();
    let cx = Key::VENDOR_SPECIFIC_APPLICATION_ID;
    cer.avps.retain(|avp| avp.key != cx);
    cer.avps.push(Avp::u32(Key::AUTH_APPLICATION_ID, 4));
    let mut hss = End::hss();
    hss.input(Input::Connected(Role::Responder));
    hss.hears(&cer);
    assert_eq!(
        hss.says(),
        [
            "257 answer 5010",
            "Close: refused: no common application (5010)"
        ]
    );
}

#[test]
fn a_relay_has_every_application() {
    let mut cer = cer();
    let cx = Key::VENDOR_SPECIFIC_APPLICATION_ID;
    cer.avps.retain(|avp| avp.key != cx);
    cer.avps.push(Avp::u32(Key::AUTH_APPLICATION_ID, u32::MAX));
    let mut hss = End::hss();
    hss.input(Input::Connected(Role::Responder));
    hss.hears(&cer);
    assert_eq!(hss.says(), ["257 answer 2001", "Opened icscf.ims.example"]);
}

#[test]
fn an_unknown_peer_is_refused() {
    let mut hss = End::new(Config {
        peers: vec!["other.ims.example".into()],
        ..hss()
    });
    hss.input(Input::Connected(Role::Responder));
    hss.hears(&cer());
    assert_eq!(
        hss.says(),
        ["257 answer 3010 E", "Close: refused: unknown peer (3010)"]
    );
}

#[test]
fn a_known_peer_is_known_however_its_name_is_written() {
    let mut hss = End::new(Config {
        peers: vec!["ICSCF.ims.EXAMPLE".into()],
        ..hss()
    });
    hss.input(Input::Connected(Role::Responder));
    hss.hears(&cer());
    assert_eq!(hss.says()[0], "257 answer 2001");
}

#[test]
fn faulty_capabilities_are_refused_with_the_fault() {
    let mut cer = cer();
    cer.avps.retain(|avp| avp.key != Key::ORIGIN_REALM);
    let mut hss = End::hss();
    hss.input(Input::Connected(Role::Responder));
    hss.hears(&cer);
    assert_eq!(
        hss.says(),
        [
            "257 answer 5005 failed 296",
            "Close: refused: missing AVP (5005)"
        ]
    );
}

#[test]
fn a_refusal_ends_the_attempt() {
    let mut icscf = End::icscf();
    icscf.input(Input::Connected(Role::Initiator));
    let cer = icscf.sent();
    let result = Avp::u32(Key::RESULT_CODE, 5010);
    icscf.hears(&cer.answer(ResultCode::NO_COMMON_APPLICATION, [result]));
    assert_eq!(
        icscf.says(),
        ["Close: refused: no common application (5010)"]
    );
}

#[test]
fn capabilities_may_be_exchanged_again() {
    let mut hss = End::open_hss();
    hss.hears(&cer());
    assert_eq!(hss.says(), ["257 answer 2001"]);
}

#[test]
fn we_leave_in_order() {
    let mut icscf = End::open_icscf();
    icscf.asks("tel:+1").unwrap();
    icscf.sent();
    icscf.input(Input::Stop);
    let dpr = icscf.sent();
    assert_eq!(message_words(&dpr), "282 request");
    assert_eq!(icscf.says(), ["Down", "Failed: the connection was lost"]);
    assert_eq!(icscf.asks("tel:+1"), Err(Failure::NotOpen));
    icscf.hears(&done(&dpr));
    assert_eq!(icscf.says(), ["Close: stopped"]);
}

#[test]
fn we_leave_though_nobody_answers() {
    let mut icscf = End::open_icscf();
    icscf.input(Input::Stop);
    assert_eq!(icscf.says(), ["282 request", "Down"]);
    icscf.seconds(10);
    assert_eq!(icscf.says(), ["Close: stopped"]);
}

#[test]
fn a_peer_that_leaves_closes_the_connection_itself() {
    let mut hss = End::open_hss();
    hss.hears(&dpr());
    assert_eq!(hss.says(), ["282 answer 2001", "Down"]);
    hss.hears(&lir());
    assert_eq!(hss.says(), [""; 0]);
    hss.seconds(10);
    assert_eq!(hss.says(), ["Close: the peer disconnects: busy (1)"]);
}

#[test]
fn two_that_leave_at_once_part_at_once() {
    let (mut hss, mut icscf) = (End::open_hss(), End::open_icscf());
    for end in [&mut hss, &mut icscf] {
        end.input(Input::Stop);
    }
    let crossing = [hss.sent(), icscf.sent()];
    assert_eq!(crossing.each_ref().map(message_words), ["282 request"; 2]);
    icscf.hears(&crossing[0]);
    hss.hears(&crossing[1]);
    for end in [&mut hss, &mut icscf] {
        assert_eq!(end.says(), ["Down", "282 answer 2001"]);
    }
    hss.hears(&done(&crossing[0]));
    icscf.hears(&done(&crossing[1]));
    for end in [&mut hss, &mut icscf] {
        assert_eq!(end.says(), ["Close: stopped"]);
        assert_eq!(end.peer.poll_timeout(), None);
    }
}

#[test]
fn after_a_loss_all_begins_anew() {
    let mut icscf = End::open_icscf();
    icscf.asks("tel:+1").unwrap();
    icscf.sent();
    icscf.input(Input::Disconnected);
    assert_eq!(icscf.says(), ["Down", "Failed: the connection was lost"]);
    icscf.seconds(3600);
    assert_eq!(icscf.says(), [""; 0]);
    icscf.input(Input::Connected(Role::Initiator));
    assert_eq!(icscf.says(), ["257 request"]);
}

//! Requests and their answers, and what is no fit request (RFC 6733 §6, §7.1).

use codecs::diameter::cx::LocationInfoAnswer;

use super::*;

#[test]
fn a_query_finds_its_answer() {
    let (mut icscf, mut hss) = (End::open_icscf(), End::open_hss());
    let id = icscf.asks("tel:+491715407090").unwrap();
    hss.hears(&icscf.sent());
    let Some(Output::Request(request)) = hss.peer.poll_output() else {
        panic!("no request");
    };
    let query = cx::read_request(&mut hss.peer, &request).unwrap();
    assert_eq!(query.public_identity, "tel:+491715407090");
    let found = LocationInfoAnswer::found("sip:scscf.ims.example");
    cx::respond(&mut hss.peer, &request, &found);
    icscf.hears(&hss.sent());
    let Some(Output::Answer(of, answer)) = icscf.peer.poll_output() else {
        panic!("no answer");
    };
    assert_eq!(of, id);
    assert_eq!(cx::read_answer(&answer), Ok(found));
    icscf.seconds(10);
    assert_eq!(icscf.says(), [""; 0]);
}

#[test]
fn answers_may_come_in_any_order_and_each_only_once() {
    let mut icscf = End::open_icscf();
    let first = icscf.asks("tel:+1").unwrap();
    let second = icscf.asks("tel:+2").unwrap();
    let (to_first, to_second) = (done(&icscf.sent()), done(&icscf.sent()));
    icscf.hears(&to_second);
    icscf.hears(&to_first);
    icscf.hears(&to_first);
    let outputs: Vec<_> = std::iter::from_fn(|| icscf.peer.poll_output()).collect();
    let expected = [
        Output::Answer(second, to_second),
        Output::Answer(first, to_first),
    ];
    assert_eq!(outputs, expected);
}

#[test]
fn an_answer_to_another_command_is_none() {
    let mut icscf = End::open_icscf();
    icscf.asks("tel:+1").unwrap();
    let mut answer = done(&icscf.sent());
    answer.header.command = CommandCode(303);
    icscf.hears(&answer);
    icscf.seconds(5);
    assert_eq!(icscf.says(), ["Failed: no answer in time"]);
}

#[test]
fn an_answer_too_late_is_none() {
    let mut icscf = End::open_icscf();
    icscf.asks("tel:+1").unwrap();
    let request = icscf.sent();
    icscf.seconds(5);
    icscf.hears(&done(&request));
    assert_eq!(icscf.says(), ["Failed: no answer in time"]);
}

#[test]
fn an_answer_that_cannot_be_read_fails_at_once() {
    let mut icscf = End::open_icscf();
    icscf.asks("tel:+1").unwrap();
    let mut octets = Vec::new();
    done(&icscf.sent()).encode(&mut octets).unwrap();
    let length_of_session = 20 + 7;
    octets[length_of_session] = 3;
    icscf.input(Input::Received(octets.into()));
    assert_eq!(icscf.says(), ["Failed: the answer is malformed"]);
}

#[test]
fn only_so_many_requests_wait() {
    let mut icscf = End::new(Config {
        timers: Timers {
            outstanding: 2,
            ..exact()
        },
        ..icscf()
    });
    icscf.input(Input::Connected(Role::Initiator));
    let cer = icscf.sent();
    let mut avps = vec![Avp::u32(Key::RESULT_CODE, 2001)];
    avps.extend(hss().capabilities().avps());
    icscf.hears(&cer.answer(ResultCode::SUCCESS, avps));
    assert!(icscf.asks("tel:+1").is_ok() && icscf.asks("tel:+2").is_ok());
    assert_eq!(icscf.asks("tel:+3"), Err(Failure::Overload));
    icscf.seconds(5);
    assert!(icscf.asks("tel:+3").is_ok());
}

#[test]
fn identifiers_and_sessions_are_all_different() {
    let mut icscf = End::open_icscf();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..100 {
        icscf.asks("tel:+1").unwrap();
        let request = icscf.sent();
        let session = request.find(Key::SESSION_ID).unwrap().value.clone();
        assert!(session.starts_with(b"icscf.ims.example;"));
        let Header {
            hop_by_hop,
            end_to_end,
            ..
        } = request.header;
        assert!(seen.insert((Some(session), 0)));
        assert!(seen.insert((None, u64::from(hop_by_hop))));
        assert!(seen.insert((None, u64::from(end_to_end) << 32)));
    }
}

#[test]
fn a_request_that_is_not_for_us_is_answered_with_the_reason() {
    let changed = |change: fn(&mut Message)| {
        let mut request = lir();
        change(&mut request);
        request
    };
    let replaced = |key: Key, text: &str| {
        let mut request = lir();
        request.avps.retain(|avp| avp.key != key);
        request.avps.push(Avp::text(key, text));
        request
    };
    let answers = [
        (
            changed(|lir| lir.header.command = CommandCode(303)),
            "303 answer 3001 E",
        ),
        (request(CommandCode(271), Vec::new()), "271 answer 3001 E"),
        (
            changed(|lir| lir.header.application = ApplicationId(4)),
            "302 answer 3007 E",
        ),
        (changed(|lir| lir.header.error = true), "302 answer 3008 E"),
        (
            replaced(Key::DESTINATION_REALM, "other.example"),
            "302 answer 3003 E",
        ),
        (
            replaced(Key::DESTINATION_HOST, "other.example"),
            "302 answer 3002 E",
        ),
    ];
    let mut hss = End::open_hss();
    for (request, answer) in answers {
        hss.hears(&request);
        assert_eq!(hss.says(), [answer]);
    }
}

#[test]
fn whoever_only_asks_serves_nothing() {
    let mut icscf = End::open_icscf();
    icscf.hears(&lir());
    assert_eq!(icscf.says(), ["302 answer 3001 E"]);
}

#[test]
fn a_query_whose_avps_are_at_fault_is_answered_with_them() {
    let mut hss = End::open_hss();
    let without = |key| {
        let mut request = lir();
        request.avps.retain(|avp| avp.key != key);
        request
    };
    let with = |avp| {
        let mut request = lir();
        request.avps.push(avp);
        request
    };
    let answers = [
        (without(Key::PUBLIC_IDENTITY), "302 answer 5005 failed 601"),
        (without(Key::SESSION_ID), "302 answer 5005 failed 263"),
        (
            with(Avp::u32(Key::new(4711, VendorId(9)), 1)),
            "302 answer 5001 failed 4711",
        ),
        (
            with(Avp::text(Key::PUBLIC_IDENTITY, "tel:+1")),
            "302 answer 5009 failed 601",
        ),
    ];
    for (request, answer) in answers {
        hss.hears(&request);
        let Some(Output::Request(request)) = hss.peer.poll_output() else {
            panic!("no request");
        };
        assert_eq!(cx::read_request(&mut hss.peer, &request), None);
        assert_eq!(hss.says(), [answer]);
    }
}

#[test]
fn a_request_with_an_avp_of_wrong_length_is_answered() {
    let mut hss = End::open_hss();
    let mut octets = Vec::new();
    lir().encode(&mut octets).unwrap();
    let length_of_session = 20 + 7;
    octets[length_of_session] = 3;
    hss.input(Input::Received(octets.into()));
    assert_eq!(hss.says(), ["302 answer 5014 failed 263"]);
}

#[test]
fn an_answer_after_the_connection_went_is_not_sent() {
    let mut hss = End::open_hss();
    hss.hears(&lir());
    hss.says();
    hss.input(Input::Disconnected);
    hss.says();
    let found = LocationInfoAnswer::found("sip:scscf.ims.example");
    cx::respond(&mut hss.peer, &lir(), &found);
    assert_eq!(hss.says(), [""; 0]);
}

//! Calls through the IMS core, both ways.

use super::*;

const ANSWERS: Answer = Answer::After(S);

#[test]
fn three_terminals_ring_and_one_answers() {
    let mut bench = Bench::new([
        Answer::Never,
        ANSWERS,
        Answer::After(Duration::from_secs(3)),
    ]);
    let session = bench.call("tel:+49-171-5407090");
    bench.run(2 * S);
    assert_eq!(bench.asked, ["tel:+491715407090"]);
    let rings = |event: &&Event| matches!(event, Event::Progress { .. });
    assert_eq!(bench.events.iter().filter(rings).count(), 3);
    let answer = bench.answer().unwrap();
    let audio = Description::parse(answer.body()).unwrap();
    assert_eq!(audio.audio().unwrap().port, 40_200);
    assert_eq!(
        bench.voices,
        [Voice {
            call: CallId(1),
            local: address(43, 40_200),
            remote: address(20, 30_000),
            payload: media::Payload { pt: 8, law: Law::A },
            says: Some(620),
            expects: Some(Pitch {
                hertz: 440,
                law: Law::A
            }),
        }]
    );
    assert_eq!(bench.ends(), ["phone1: Elsewhere", "phone3: Elsewhere"]);

    let now = bench.now;
    let reason = (HeaderName::Reason, "Q.850;cause=31".to_string());
    bench.gateway.hang_up(session, &[reason], now);
    bench.run(S);
    let report = bench.reports.pop().unwrap();
    assert!(report.answered);
    assert_eq!(report.calling.as_deref(), Some("+498912345678"));
    assert_eq!(report.release_cause.map(|cause| cause.value()), Some(31));
    assert_eq!(report.released_by, ReleasedBy::There);
    assert!(report.conversation.unwrap() >= S / 2);
    bench.rest();
}

#[test]
fn a_terminal_is_not_told_a_restricted_number() {
    let mut bench = Bench::new([Answer::Busy; 3]);
    let from = "\"Anonymous\" <sip:anonymous@anonymous.invalid>";
    for (privacy, caller) in [("id", "anonymous"), ("none", "+498912345678")] {
        let privacy = (HeaderName::Privacy, privacy.to_string());
        bench.call_from(from, &[privacy], "tel:+491715407090");
        bench.run(S);
        let callers = bench.reports.drain(..).filter_map(|report| report.calling);
        assert_eq!(callers.collect::<Vec<_>>(), [caller; 3]);
    }
    bench.rest();
}

#[test]
fn a_called_terminal_hangs_up() {
    let mut bench = Bench::new([Answer::Busy; 3]);
    bench.phones[3] = Phone::new(
        PhoneConfig {
            conversation: Conversation {
                hang_up_after: Some(2 * S),
                ..Conversation::default()
            },
            number: "+497219578290".parse().unwrap(),
            ..phone(4, Answer::After(Duration::ZERO))
        },
        [5; 32],
    );
    bench.call("sip:+497219578290@ims.example;user=phone");
    bench.run(4 * S);
    assert_eq!(bench.asked, ["tel:+497219578290"]);
    let bye = |event: &Event| matches!(event, Event::Bye { .. });
    assert!(bench.events.iter().any(bye));
    let report = bench.reports.pop().unwrap();
    assert_eq!(report.release_cause.map(|cause| cause.value()), Some(16));
    assert_eq!(report.released_by, ReleasedBy::Here);
    bench.rest();
}

#[test]
fn a_terminal_calls_the_telephone_network() {
    let mut bench = Bench::new([Answer::Never; 3]);
    let order = Order {
        name: Some("outgoing".into()),
        called: "+49 30 90026000".parse().unwrap(),
        give_up_after: None,
        conversation: Conversation {
            hang_up_after: Some(5 * S),
            ..Conversation::default()
        },
    };
    let now = bench.now;
    bench.phones[3].place(order, now);
    bench.run(S);
    let Some(Event::Invite {
        session, request, ..
    }) = bench.events.pop_front()
    else {
        panic!("no INVITE");
    };
    assert_eq!(request.request_uri(), "tel:+493090026000");
    assert_eq!(
        request.header(HeaderName::PAssertedIdentity),
        Some(&b"<tel:+497219578290>"[..])
    );
    assert_eq!(request.headers(HeaderName::RecordRoute).count(), 1);
    assert!(request.header(HeaderName::Route).is_none());
    let offer = Description::parse(request.body()).unwrap();
    let (answer, _) = offer
        .answer(&audio(&[Payload::PCMA, Payload::PCMU]))
        .unwrap();
    let now = bench.now;
    bench
        .gateway
        .progress(session, 180, &[], None, Reliability::WhenRequired, now);
    bench.run(S);
    let now = bench.now;
    bench.gateway.answer(session, &[], Some(&sdp(&answer)), now);
    bench.run(7 * S);
    assert_eq!(bench.voices.len(), 1);
    assert_eq!(bench.voices[0].payload.law, Law::Mu);
    let report = bench.reports.pop().unwrap();
    assert_eq!(report.name.as_deref(), Some("outgoing"));
    assert!(report.answered);
    assert_eq!(report.post_dial_delay, Some(S + LATENCY * 2));
    assert_eq!(report.conversation, Some(5 * S + LATENCY * 4));
    bench.rest();
}

#[test]
fn a_terminal_calls_as_its_user_whatever_it_claims() {
    let mut bench = Bench::new([Answer::Never; 3]);
    let invite = "INVITE tel:+493090026000 SIP/2.0\r\n\
        Via: SIP/2.0/UDP 127.0.0.43:5064;branch=z9hG4bKclaim\r\n\
        From: <tel:+4911>;tag=a\r\n\
        To: <tel:+493090026000>\r\n\
        Call-ID: claim\r\n\
        CSeq: 1 INVITE\r\n\
        Contact: <sip:phone4@127.0.0.43:5064>\r\n\
        P-Asserted-Identity: <tel:+4911>\r\n\
        Content-Length: 0\r\n\r\n";
    let datagram = Datagram {
        bytes: invite.into(),
        from: Hop::udp(address(43, 5064)),
        local: address(42, 5060),
    };
    bench.scscf.proxy().handle(datagram, bench.now);
    bench.run(S);
    let Some(Event::Invite { request, .. }) = bench.events.pop_front() else {
        panic!("no INVITE");
    };
    let asserted: Vec<_> = request.headers(HeaderName::PAssertedIdentity).collect();
    assert_eq!(asserted, [b"<tel:+497219578290>"]);
}

#[test]
fn early_media_opens_the_voice_once() {
    let mut bench = Bench::new([Answer::Never; 3]);
    let order = Order {
        name: None,
        called: "+493090026000".parse().unwrap(),
        give_up_after: Some(3 * S),
        conversation: Conversation::default(),
    };
    let now = bench.now;
    bench.phones[3].place(order, now);
    bench.run(S);
    let Some(Event::Invite { session, .. }) = bench.events.pop_front() else {
        panic!("no INVITE");
    };
    let answer = Description::offer(audio(&[Payload::PCMU]));
    let now = bench.now;
    for _ in 0..2 {
        bench.gateway.progress(
            session,
            183,
            &[],
            Some(&sdp(&answer)),
            Reliability::WhenRequired,
            now,
        );
    }
    bench.run(S);
    assert_eq!(bench.voices.len(), 1);
    // Nobody answers: the caller gives up, and the gateway is told.
    bench.run(2 * S);
    let cancelled = |event: &Event| matches!(event, Event::Cancelled { .. });
    assert!(bench.events.iter().any(cancelled));
    assert_eq!(bench.ends(), ["phone4: Here"]);
    bench.rest();
}

#[test]
fn refusals_of_the_terminals_reach_the_gateway() {
    let reject = Answer::RejectAfter(S, 603);
    for (answers, status) in [
        ([Answer::Busy; 3], 486),
        ([Answer::Busy, reject, Answer::Never], 603),
        (
            [Answer::RejectAfter(S, 480), Answer::Busy, Answer::Busy],
            486,
        ),
    ] {
        let mut bench = Bench::new(answers);
        bench.call("tel:+491715407090");
        bench.run(3 * S);
        assert_eq!(bench.refusal(), Some(status));
        assert_eq!(bench.reports.len(), 3);
        bench.rest();
    }
}

#[test]
fn what_the_hss_says_decides() {
    for (location, status) in [
        (Location::Unknown, 404),
        (Location::NotRegistered, 480),
        (Location::Failed, 504),
        (Location::Server("sip:nobody.example".into()), 500),
    ] {
        let mut bench = Bench::new([ANSWERS; 3]);
        bench.location = Some(location);
        bench.call("tel:+491715407090");
        bench.run(S);
        assert_eq!(bench.refusal(), Some(status));
        bench.rest();
    }
}

#[test]
fn a_number_that_is_nobodys_is_404_and_does_not_loop_back() {
    let mut bench = Bench::new([ANSWERS; 3]);
    for uri in ["tel:+4930999", "sip:nobody@ims.example", "sip:127.0.0.40"] {
        bench.events.clear();
        bench.call(uri);
        bench.run(S);
        assert_eq!(bench.refusal(), Some(404), "{uri}");
    }
    assert_eq!(bench.asked, ["tel:+4930999", "sip:nobody@ims.example"]);
    bench.rest();
}

#[test]
fn a_caller_may_give_up_while_the_hss_is_silent() {
    let mut bench = Bench::new([ANSWERS; 3]);
    bench.location = None;
    let session = bench.call("tel:+491715407090");
    bench.run(S);
    let now = bench.now;
    bench.gateway.hang_up(session, &[], now);
    bench.run(S);
    assert!(bench.reports.is_empty());
    bench.rest();
}

#[test]
fn a_caller_gives_up_and_all_terminals_fall_silent() {
    let mut bench = Bench::new([Answer::Never; 3]);
    let session = bench.call("tel:+491715407090");
    bench.run(S);
    let now = bench.now;
    bench.gateway.hang_up(session, &[], now);
    bench.run(S);
    assert_eq!(
        bench.ends(),
        ["phone1: There", "phone2: There", "phone3: There"]
    );
    bench.rest();
}

#[test]
fn terminals_that_are_gone_do_not_keep_the_others_from_answering() {
    let mut bench = Bench::new([ANSWERS; 3]);
    bench.dead = vec![address(43, 5061), address(43, 5063)];
    bench.call("tel:+491715407090");
    bench.run(3 * S);
    assert!(bench.answer().is_some());
    bench.phones[1].hang_up_all(bench.now);
    bench.rest();
}

#[test]
fn an_offer_without_a_codec_in_common_is_488() {
    let mut bench = Bench::new([ANSWERS; 3]);
    let offer = Description::offer(audio(&[Payload::PCMA]));
    let invite = Invite {
        request_uri: "tel:+497219578290".into(),
        target: Hop::udp(address(40, 5060)),
        from: "<tel:+498912345678>".into(),
        to: "<tel:+497219578290>".into(),
        headers: Vec::new(),
        body: Some(sdp(&offer)),
    };
    let now = bench.now;
    bench.gateway.invite(invite, now);
    bench.run(S);
    assert_eq!(bench.refusal(), Some(488));
    assert!(bench.reports.is_empty());
    bench.rest();
}

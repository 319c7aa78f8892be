use proptest::prelude::*;

use super::*;

/// RFC 3264 §10.1, the first offer.
const ALICE: &[u8] = b"v=0\r\no=alice 2890844526 2890844526 IN IP4 host.anywhere.com\r\ns= \r\n\
    c=IN IP4 host.anywhere.com\r\nt=0 0\r\nm=audio 49170 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n\
    m=video 51372 RTP/AVP 31\r\na=rtpmap:31 H261/90000\r\nm=video 53000 RTP/AVP 32\r\n\
    a=rtpmap:32 MPV/90000\r\n";

/// RFC 3264 §10.1, its answer.
const BOB: &[u8] = b"v=0\r\no=bob 2890844730 2890844730 IN IP4 host.example.com\r\ns= \r\n\
    c=IN IP4 host.example.com\r\nt=0 0\r\nm=audio 49920 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n\
    m=video 0 RTP/AVP 31\r\nm=video 53000 RTP/AVP 32\r\na=rtpmap:32 MPV/90000\r\n";

fn local() -> AudioDescription {
    AudioDescription {
        address: Address::Ip("192.0.2.20".parse().unwrap()),
        port: 40000,
        payloads: vec![Payload::PCMA, Payload::PCMU, Payload::telephone_event(101)],
        ptime: Some(20),
        maxptime: None,
        direction: Direction::SendRecv,
        preconditions: None,
    }
}

fn offer_of(lines: &str) -> Description {
    let head = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n";
    Description::parse(format!("{head}{lines}").as_bytes()).unwrap()
}

#[test]
fn the_example_of_rfc_3264_is_offered_answered_and_agreed() {
    let alice = Description::parse(ALICE).unwrap();
    let (answer, agreement) = alice.answer(&local()).unwrap();
    assert_eq!(answer.streams.len(), 3);
    assert_eq!(agreement.send, Payload::PCMU);
    assert_eq!(agreement.address, Address::Name("host.anywhere.com".into()));
    assert!(matches!(&answer.streams[1], Stream::Unused { formats, .. } if &**formats == "31"));

    let agreement = alice.agree(&Description::parse(BOB).unwrap()).unwrap();
    assert_eq!(agreement.port, 49920);
    assert_eq!(agreement.direction, Direction::SendRecv);
}

#[test]
fn an_answer_names_one_codec_by_local_preference_under_the_offers_numbers() {
    let offer = offer_of(
        "c=IN IP6 2001:db8::1\r\nm=audio 4000 RTP/AVP 18 0 97 8 96\r\na=rtpmap:97 AMR/8000\r\n\
         a=rtpmap:96 telephone-event/8000\r\na=fmtp:96 0-16\r\na=ptime:30\r\na=maxptime:40\r\n",
    );
    assert_eq!(offer.audio().unwrap().maxptime, Some(40));
    let (answer, agreement) = offer.answer(&local()).unwrap();
    let mut session = Session::new(7, "192.0.2.20".parse().unwrap());
    assert_eq!(
        String::from_utf8(session.write(&answer)).unwrap(),
        "v=0\r\no=- 7 7 IN IP4 192.0.2.20\r\ns=-\r\nc=IN IP4 192.0.2.20\r\nt=0 0\r\n\
         m=audio 40000 RTP/AVP 8 96\r\na=rtpmap:8 PCMA/8000\r\n\
         a=rtpmap:96 telephone-event/8000\r\na=fmtp:96 0-15\r\na=ptime:20\r\na=sendrecv\r\n"
    );
    assert_eq!(agreement.send_event, Some(96));
    assert_eq!(agreement.receive_event, Some(96));
    assert_eq!(agreement.ptime, Some(30));
    assert_eq!(
        agreement.address,
        Address::Ip("2001:db8::1".parse().unwrap())
    );
}

#[test]
fn events_go_under_the_number_of_whoever_receives_them() {
    let offer = Description::offer(local());
    let answer = offer_of(
        "c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 8 120\r\na=rtpmap:120 telephone-event/8000\r\n",
    );
    let agreement = offer.agree(&answer).unwrap();
    assert_eq!(agreement.send_event, Some(120));
    assert_eq!(agreement.receive_event, Some(101));
}

#[test]
fn direction_is_reversed_and_narrowed() {
    use Direction::*;
    for (offered, here, answered) in [
        ("sendonly", SendRecv, RecvOnly),
        ("recvonly", SendRecv, SendOnly),
        ("inactive", SendRecv, Inactive),
        ("sendrecv", SendOnly, SendOnly),
        ("sendonly", SendOnly, Inactive),
    ] {
        let offer = offer_of(&format!(
            "c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 8\r\na={offered}\r\n"
        ));
        let direction = here;
        let (answer, agreement) = offer
            .answer(&AudioDescription {
                direction,
                ..local()
            })
            .unwrap();
        assert_eq!(answer.audio().unwrap().direction, answered, "{offered}");
        assert_eq!(agreement.direction, answered, "{offered}");
    }
}

#[test]
fn a_stream_without_address_to_send_to_is_on_hold() {
    let offer = offer_of("c=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 8\r\n");
    assert_eq!(offer.audio().unwrap().direction, Direction::SendOnly);
    let offer = offer_of("a=inactive\r\nm=audio 4000 RTP/AVP 8\r\nc=IN IP4 192.0.2.1\r\n");
    assert_eq!(offer.audio().unwrap().direction, Direction::Inactive);
}

#[test]
fn nothing_in_common_is_refused_by_name() {
    let c = "c=IN IP4 192.0.2.1\r\n";
    for (lines, reason) in [
        (
            "m=audio 4000 RTP/AVP 18 101\r\na=rtpmap:101 telephone-event/8000\r\n",
            Incompatible::NoCodec,
        ),
        ("m=audio 4000 RTP/SAVP 8\r\n", Incompatible::NoAudio),
        ("m=audio 0 RTP/AVP 8\r\n", Incompatible::NoAudio),
        ("m=image 4000 udptl t38\r\n", Incompatible::NoAudio),
        ("", Incompatible::NoAudio),
    ] {
        assert_eq!(
            offer_of(&format!("{c}{lines}")).answer(&local()),
            Err(reason),
            "{lines}"
        );
    }
    let offer = Description::offer(local());
    let refused = offer_of(&format!("{c}m=audio 0 RTP/AVP 8\r\n"));
    assert_eq!(offer.agree(&refused), Err(Incompatible::NoAudio));
    assert_eq!(offer.agree(&offer_of(c)), Err(Incompatible::OtherStreams));
}

#[test]
fn a_second_audio_stream_is_taken_when_the_first_does_not_suit_and_order_is_kept() {
    let offer = offer_of(
        "c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 99\r\nm=audio 4002 RTP/AVP 8\r\n\
         m=audio 4004 RTP/AVP 8\r\n",
    );
    let (answer, agreement) = offer.answer(&local()).unwrap();
    assert_eq!(agreement.port, 4002);
    let used: Vec<_> = answer
        .streams
        .iter()
        .map(|stream| matches!(stream, Stream::Audio(_)))
        .collect();
    assert_eq!(used, [false, true, false]);
    let body = Session::new(1, "192.0.2.20".parse().unwrap()).write(&answer);
    assert_eq!(Description::parse(&body), Ok(answer));
}

#[test]
fn faults_are_named() {
    let head = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n";
    let parse = |lines: &str| Description::parse(format!("{head}{lines}").as_bytes()).unwrap_err();
    assert_eq!(parse("m=audio 4000 RTP/AVP 8\r\n"), Malformed::NoConnection);
    assert_eq!(
        parse("c=TN RFC2543 +1-201-406-4090\r\nm=audio 4000 RTP/AVP 8\r\n"),
        Malformed::Connection("+1-201-406-4090".into())
    );
    assert_eq!(
        parse("c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 96\r\na=rtpmap:96 PCMA\r\n"),
        Malformed::Rtpmap("PCMA".into())
    );
    assert!(matches!(
        Description::parse(b"hello"),
        Err(Malformed::Syntax(_))
    ));
}

#[test]
fn the_version_rises_with_every_change_and_only_then() {
    let mut session = Session::new(5, "2001:db8::2".parse().unwrap());
    let mut version = |direction| {
        let body = session.write(&Description::offer(AudioDescription {
            direction,
            ..local()
        }));
        let text = String::from_utf8(body).unwrap();
        text.lines().nth(1).unwrap().to_owned()
    };
    assert_eq!(version(Direction::SendRecv), "o=- 5 5 IN IP6 2001:db8::2");
    assert_eq!(version(Direction::SendRecv), "o=- 5 5 IN IP6 2001:db8::2");
    assert_eq!(version(Direction::SendOnly), "o=- 5 6 IN IP6 2001:db8::2");
}

fn any_audio() -> impl Strategy<Value = AudioDescription> {
    let payloads = prop::sample::subsequence(
        vec![Payload::PCMA, Payload::PCMU, Payload::telephone_event(99)],
        1..4,
    );
    let address = prop_oneof![
        any::<std::net::IpAddr>()
            .prop_filter("0.0.0.0 means hold", |ip| !ip.is_unspecified())
            .prop_map(Address::Ip),
        "[a-z]{1,9}\\.example".prop_map(|name| Address::Name(name.into())),
    ];
    let times = (prop::option::of(1..200u16), prop::option::of(1..200u16));
    let direction = (any::<bool>(), any::<bool>()).prop_map(|(s, r)| Direction::of(s, r));
    (address, 1..=u16::MAX, payloads, times, direction).prop_map(
        |(address, port, payloads, (ptime, maxptime), direction)| AudioDescription {
            address,
            port,
            payloads,
            ptime,
            maxptime,
            direction,
            preconditions: None,
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_reads_the_same(audio in any_audio(), id in 0..u64::MAX / 2) {
        let offer = Description::offer(audio);
        let body = Session::new(id, "192.0.2.1".parse().unwrap()).write(&offer);
        prop_assert_eq!(Description::parse(&body), Ok(offer));
    }

    #[test]
    fn offerer_and_answerer_agree(here in any_audio(), there in any_audio()) {
        let offer = Description::offer(here);
        if let Ok((answer, theirs)) = offer.answer(&there) {
            let ours = offer.agree(&answer).unwrap();
            prop_assert_eq!(&ours.send.number, &theirs.receive.number);
            prop_assert_eq!(&ours.receive.number, &theirs.send.number);
            prop_assert_eq!(ours.direction.sends(), theirs.direction.receives());
            prop_assert_eq!(ours.direction.receives(), theirs.direction.sends());
        }
    }

    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Description::parse(&bytes);
    }

    #[test]
    fn a_damaged_description_does_no_harm(at in 0..ALICE.len(), byte: u8, cut in 0..ALICE.len()) {
        let mut bytes = ALICE[..cut.max(at + 1)].to_vec();
        bytes[at] = byte;
        if let Ok(offer) = Description::parse(&bytes) {
            let _ = offer.answer(&local());
        }
    }
}

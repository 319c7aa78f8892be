use std::time::{Duration, Instant};

use codecs::isup::{Message, Pdu};

use super::*;

fn scenario(steps: &str) -> Scenario {
    Scenario::parse("test.txt", steps).unwrap()
}

fn fault(steps: &str) -> String {
    Scenario::parse("test.txt", steps).unwrap_err().to_string()
}

/// The octets of a line's message.
fn octets(message: &str) -> Vec<u8> {
    let words: Vec<&str> = message.split_whitespace().collect();
    Pattern::parse(&words, 1).unwrap().octets()
}

fn check(pattern: &str, message: &str) -> Result<(), String> {
    let words: Vec<&str> = pattern.split_whitespace().collect();
    Pattern::parse(&words, 1).unwrap().check(&octets(message))
}

#[test]
fn faults_name_file_line_and_what_was_expected() {
    assert_eq!(
        fault("# title\n\n-> IAM called=12x"),
        "test.txt:3: called: expected digits, found \"12x\""
    );
    assert_eq!(
        fault("-> RSC\n<- RLC\nwait T40"),
        "test.txt:3: expected a timer T1 … T39, found \"T40\""
    );
    for (text, expected) in [
        ("=> IAM", "expected ->, <-, far ->"),
        ("-> HELLO", "expected the acronym of a message"),
        (
            "-> IAM colour=red",
            "IAM has no \"colour\"; it has medium, access-transport, called,",
        ),
        (
            "-> IAM medium=loud",
            "expected speech, unrestricted, 3.1kHz,",
        ),
        ("-> REL cause=200", "cause: expected 0 … 127"),
        ("-> CGB range=3 status=102", "expected a row of 0 and 1"),
        ("-> X7E body=123", "expected octets in hexadecimal"),
        (
            "-> X7E body=255x255x255xFF",
            "expected octets in hexadecimal",
        ),
        ("-> X7E body=+1", "expected octets in hexadecimal"),
        ("circuits 4-1", "expected circuits such as 1-31"),
        ("-> X7E if-unknown=explode", "expected pass, end, release"),
        ("-> RSC cic=4096", "expected a circuit 0 … 4095"),
        ("wait 3 s", "expected ->"),
        ("wait 3y", "expected a time such as 300ms"),
        ("operator: paint", "expected block, unblock, reset, check"),
        ("user: overloaded 3", "expected 0, 1, 2"),
        ("operator: block cic=3 now", "expected cic= or type="),
        ("media: tone loud", "expected ->"),
        ("-> RSC\ntimer T1 = 3s", "expected a step"),
        ("alert: unequipped here range=1", "expected cic="),
        ("alert: fire", "expected release unacknowledged,"),
        ("media hears: music", "expected send tone, loop back, stop"),
        (
            "mtp: fire",
            "expected user part unavailable, found \"fire\"",
        ),
        (
            "circuits 1-4\noperator: block cic=4-5",
            "expected circuits of 1-4",
        ),
        ("user:", "expected a message"),
        ("far -> RSC", "expected a condition before: far circuits"),
    ] {
        let fault = fault(text);
        assert!(fault.contains(expected), "{text}: {fault}");
    }
}

/// What a message cannot have is no setting of it.
const MISFITS: &[(&str, &str)] = &[
    (
        "SAM called=1",
        "SAM has no \"called\"; it has digits, cic, body, p0 … p255",
    ),
    ("RSC cause=16", "RSC has no \"cause\"; it has cic, body"),
    ("RSC p18=8090", "RSC has no \"p18\"; it has cic, body"),
    ("COT event=alerting", "COT has no \"event\"; it has result,"),
    ("ACM cause=16 called=1", "ACM has no \"called\""),
    (
        "X7E cause=16",
        "X7E has no \"cause\"; it has if-unknown, if-parameter-unknown,",
    ),
    ("IAM p256=00", "IAM has no \"p256\""),
    ("IAM hops=32", "hops: expected 0 … 31, found \"32\""),
    ("IAM medium=256", "0 … 255, found \"256\""),
    ("IAM delay=65536", "delay: expected 0 … 65535"),
    ("IAM p6=0102", "p6: expected 1 octets, found 2"),
    ("IAM called=-", "called: IAM never lacks it"),
    ("IAM called=1 called=2", "called: it is set already"),
    ("IAM called=1 p4=0390", "p4: it is set already"),
    ("RSC cic=1 cic=2", "cic: it is set already"),
    ("X7E body=01 body=02", "body: it is set already"),
    ("IAM body=01 called=1", "beside body="),
    ("REL location=16", "location: expected 0 … 15"),
    (
        "CGB range=3 status=101",
        "status: expected 4 circuits for range=3, found 3",
    ),
    (
        "CGB status=10",
        "status: expected 1 circuits for range=0, found 2",
    ),
    ("CGB range=256", "range: expected 0 … 255"),
    (
        "REL diagnostic=255xFF",
        "diagnostic: expected up to 255 octets, found 257",
    ),
    (
        "USR user-information=252xFF",
        "USR: expected up to 250 octets, found 253",
    ),
    (
        "X7E if-unknown=discard",
        "expected pass, end, release, notify, discard-message, else-discard",
    ),
    (
        "X7E if-parameter-unknown=F0F1:pass",
        "expected a parameter such as F0:pass",
    ),
    (
        "X7E if-parameter-unknown=F0",
        "expected a parameter such as F0:pass",
    ),
];

#[test]
fn settings_that_a_message_does_not_have_and_values_out_of_range_are_refused() {
    for (message, expected) in MISFITS {
        for line in [format!("-> {message}"), format!("<- {message}")] {
            let fault = fault(&format!("# title\n\n{line}"));
            assert!(fault.starts_with("test.txt:3: "), "{fault}");
            assert!(fault.contains(expected), "{message}: {fault}");
        }
    }
}

#[test]
fn conditions_and_comments_are_no_steps() {
    let text = "# 1.2 title\n# more\ncircuits 3-4 # both\nfar circuits 9\ntimer T7 = 9s\n\n\
                -> RSC # the first\nwait T7\nfar <- RLC";
    let scenario = scenario(text);
    assert_eq!(scenario.title, "1.2 title");
    assert_eq!(scenario.conditions.circuits, 3..=4);
    let circuits = [(Side::Near, 3), (Side::Far, 9)];
    assert_eq!(scenario.circuits(), circuits.into());
    let steps: Vec<_> = scenario.steps.iter().map(|s| (s.line, &*s.text)).collect();
    assert_eq!(steps, [(7, "-> RSC"), (8, "wait T7"), (9, "far <- RLC")]);
    assert_eq!(scenario.steps[1].act, Act::Wait(Duration::from_secs(9)));
}

/// The octets were read with Wireshark 4.0.
#[test]
fn messages_are_written_as_q_763_says() {
    for (message, expected) in [
        ("RSC", "010012"),
        ("REL cause=17 location=2", "01000c020002 8291"),
        ("ANM", "01000900"),
        ("GRS range=5", "010017010105"),
        ("GRA range=9", "01002901030 90000"),
        ("CGB type=hardware range=3 status=0110", "01001801 01020306"),
        ("CGB p22=", "01001800 0100"),
        ("CFN cause=97 diagnostic=7E", "01002f02000380e17e"),
        ("X7E if-unknown=release+notify", "01007e01380186 00"),
        ("SAM digits=123", "0100020200038021 03"),
        ("ACM subscriber=free in-band=yes", "0100061614 0129010100"),
        (
            "ANM connected=8912345678 connected-screening=user-verified",
            "01000901 2107031198214365 8700",
        ),
        ("CPG event=progress notification=hold", "01002c02012c01f900"),
        (
            "IAM called=1 generic=891 generic-screening=user-verified redirecting=12 reason=busy diversions=2",
            "0100010020010a030205 03839001 c0050683119801 0b03031021 13020312 00",
        ),
    ] {
        let expected = expected.replace(' ', "");
        let octets: String = octets(message).iter().map(|o| format!("{o:02x}")).collect();
        assert_eq!(octets, expected, "{message}");
    }
}

#[test]
fn the_codec_reads_what_a_line_sets() {
    let octets =
        octets("IAM cic=7 called=4930123F nature=international hops=5 calling=0301 category=test");
    let pdu = Pdu::decode(&octets).unwrap();
    assert_eq!(pdu.cic.value(), 7);
    let Message::Iam(iam) = pdu.message else {
        panic!("{:?}", pdu.message);
    };
    assert_eq!(iam.called.digits, "4930123F".parse().unwrap());
    assert_eq!(iam.called.nature.value(), 4);
    assert_eq!(iam.category.0, 13);
    assert_eq!(iam.optional.hop_counter().unwrap().value(), 5);
    let calling = iam.optional.calling_party_number().unwrap();
    assert_eq!(calling.digits, "0301".parse().unwrap());
}

#[test]
fn only_what_a_line_says_is_compared() {
    let iam = "IAM called=123 hops=3 p240=0102";
    for good in [
        "IAM",
        "IAM called=123",
        "IAM p240=0102 hops=*",
        "IAM p241=-",
    ] {
        assert_eq!(check(good, iam), Ok(()), "{good}");
    }
    for (bad, difference) in [
        ("ACM", "another message"),
        ("IAM cic=2", "cic=1"),
        ("IAM called=124", "called=123"),
        ("IAM hops=-", "hops=3"),
        ("IAM p241=*", "no p241"),
        ("IAM p240=01", "p240=0102"),
        ("IAM medium=speech", "medium=3.1kHz"),
    ] {
        assert_eq!(check(bad, iam), Err(difference.into()), "{bad}");
    }
    assert_eq!(check("X7E body=0102", "X7E body=0102"), Ok(()));
    assert_eq!(check("X7E body=3xA5", "X7E body=A5A5A5"), Ok(()));
    assert_eq!(
        check("X7E p1=*", "X7E body=0501"),
        Err("it cannot be taken apart".into())
    );
}

/// Plays a scenario without anybody at the other end.
fn player(steps: &str) -> (Player, Instant) {
    let now = Instant::now();
    (Player::new(scenario(steps), Patience::EXACT, now), now)
}

fn verdict(player: &mut Player) -> Option<Verdict> {
    std::iter::from_fn(|| player.poll_output()).find_map(|output| match output {
        Output::Over(verdict) => Some(verdict),
        _ => None,
    })
}

fn failed(line: usize, why: &str) -> Option<Verdict> {
    let why = why.into();
    Some(Verdict::Failed { line, why })
}

fn received(message: &str) -> Input {
    Input::Received(Side::Near, octets(message))
}

#[test]
fn what_is_expected_must_come_at_its_time() {
    let steps = "-> RSC\nwait 15s\n<- RLC\nno more messages for 1s";
    let second = Duration::from_secs(1);

    let (mut player, now) = player(steps);
    assert_eq!(
        player.poll_output(),
        Some(Output::Send(Side::Near, octets("RSC")))
    );
    assert_eq!(player.poll_timeout(), Some(now + 15 * second));
    player.handle(received("RLC"), now + 14 * second);
    let early = failed(3, "expected <- RLC, got <- cic=1 RLC 1 s too early");
    assert_eq!(verdict(&mut player), early);

    let (mut player, now) = self::player(steps);
    player.handle_timeout(now + 15 * second);
    let never = failed(3, "expected <- RLC, got nothing");
    assert_eq!(verdict(&mut player), never);

    let (mut player, now) = self::player(steps);
    player.handle(received("RLC"), now + 15 * second);
    player.handle(received("RSC"), now + 15 * second);
    let more = failed(4, "expected nothing more, got <- cic=1 RSC");
    assert_eq!(verdict(&mut player), more);

    let (mut player, now) = self::player(steps);
    player.handle(received("RLC"), now + 15 * second);
    player.handle_timeout(now + 16 * second);
    assert_eq!(verdict(&mut player), Some(Verdict::Passed));
    assert_eq!(player.poll_timeout(), None);
}

#[test]
fn what_cannot_be_seen_is_left_out_and_what_is_done_by_hand_has_time() {
    let steps = "operator: block\n<- BLO\nalert: blocking unacknowledged";
    let now = Instant::now();
    let mut player = Player::new(scenario(steps), Patience::LIVE, now);
    assert_eq!(player.poll_timeout(), Some(now + Duration::from_secs(120)));
    player.handle(received("BLO"), now + Duration::from_secs(100));
    assert_eq!(verdict(&mut player), Some(Verdict::Passed));

    let mut player = Player::new(scenario(steps), Patience::EXACT, now);
    player.handle(received("BLO"), now);
    player.handle_timeout(now);
    let unseen = failed(3, "expected alert: blocking unacknowledged, got nothing");
    assert_eq!(verdict(&mut player), unseen);
}

#[test]
fn what_no_message_shows_is_said_by_hand() {
    let patience = Patience {
        confirmed: true,
        ..Patience::LIVE
    };
    let now = Instant::now();
    let mut player = Player::new(scenario("operator: block\n-> RSC\n<- RLC"), patience, now);
    let asked: Vec<_> = std::iter::from_fn(|| player.poll_output()).collect();
    assert_eq!(asked.last(), Some(&Output::Confirm));
    let minute = Duration::from_secs(60);
    player.handle(Input::DoneByHand, now + minute);
    let sent = Output::Send(Side::Near, octets("RSC"));
    assert_eq!(player.poll_output(), Some(sent));
    assert_eq!(player.poll_timeout(), Some(now + minute + patience.late));
    // A message shows it, and Enter changes nothing.
    let mut player = Player::new(scenario("operator: block\n<- BLO"), patience, now);
    player.handle(Input::DoneByHand, now);
    player.handle(received("BLO"), now);
    assert_eq!(verdict(&mut player), Some(Verdict::Passed));

    let mut player = Player::new(scenario("operator: block\n-> RSC"), patience, now);
    player.handle_timeout(now + 2 * minute);
    let why = "expected -> RSC, got no word that what was asked for is done";
    assert_eq!(verdict(&mut player), failed(2, why));
}

#[test]
fn a_call_to_another_number_is_another_call() {
    let (player, _) = player("<- IAM called=123");
    let is_other = |side, message| player.awaits_other_call(side, &octets(message));
    assert!(is_other(Side::Near, "IAM called=124"));
    for (side, message) in [
        (Side::Near, "IAM called=123"),
        (Side::Near, "REL"),
        (Side::Far, "IAM called=124"),
    ] {
        assert!(!is_other(side, message), "{message}");
    }
}

proptest::proptest! {
    /// Words of the format in any order are steps or faults, and what can be sent has octets.
    #[test]
    fn no_text_is_too_strange(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "->", "<-", "far", "user:", "user", "hears:", "operator:", "alert:", "media:",
                "mtp:", "wait", "no", "more", "messages", "\n", "IAM", "REL", "CGB", "X7E", "GRA",
                "circuits", "1-31", "far circuits 7", "range=255", "range=0", "status=1", "cause=16",
                "called=12F", "called=", "p18=", "p22=", "diagnostic=7E", "body=", "p240=255x01",
                "if-parameter-unknown=F0:pass", "cic=4095", "delay=65535", "T9", "5s", "#", "=",
            ]),
            0..20,
        ),
    ) {
        if let Ok(scenario) = Scenario::parse("any", &words.join(" ")) {
            for step in &scenario.steps {
                if let Act::Send(_, pattern) = &step.act {
                    let octets = pattern.octets();
                    assert!(octets.len() > 2);
                    let _ = pattern.check(&octets);
                }
            }
        }
    }
}

use super::*;

fn karlsruhe() -> NumberingArea {
    NumberingArea {
        country_code: "49".parse().unwrap(),
        area_code: Some("721".parse().unwrap()),
        international_prefix: "00".parse().unwrap(),
        national_prefix: "0".parse().unwrap(),
    }
}

fn message(headers: &str) -> Message {
    let text = format!("INVITE tel:+4930 SIP/2.0\r\n{headers}\r\n\r\n");
    Message::parse(text.into_bytes().into()).unwrap()
}

fn redirection(headers: &str) -> Option<Redirection> {
    of_request(&message(headers), &karlsruhe(), Rules::STANDARD)
}

fn number(text: &str) -> Option<E164> {
    Some(text.parse().unwrap())
}

/// RFC 7544 §3.2: without `mp` it is the entry before.
#[test]
fn whom_a_target_replaces_is_named_or_the_one_before() {
    for replaces in ["", ";mp=1", ";mp=9"] {
        let diverted = redirection(&format!(
            "History-Info: <tel:+4911>;index=1,\r\n <sip:+4930@a;cause=302>;index=1.1{replaces}"
        ))
        .unwrap();
        assert_eq!(diverted.count, 1);
        assert_eq!(diverted.last.number, number("+4911"));
        assert_eq!(diverted.original, diverted.last);
        assert_eq!(diverted.last.reason, RedirectionReason::UNCONDITIONAL);
    }
    let first = redirection("History-Info: <sip:+4930@a;cause=302>;index=1").unwrap();
    assert_eq!(first.last.number, None);
    assert_eq!(first.last.presentation, Presentation::NOT_AVAILABLE);
}

#[test]
fn what_has_no_cause_of_a_diversion_is_none() {
    for headers in [
        "History-Info: <tel:+4911>;index=1, <sip:+4930@a>;index=1.1;mp=1",
        "History-Info: <tel:+4911>;index=1, <sip:+4930@a;cause=380>;index=1.1;mp=1",
        "History-Info: nonsense",
        "Subject: none",
    ] {
        assert_eq!(redirection(headers), None, "{headers}");
    }
}

/// `Q.763 §3.45 c)`: the counter goes to 5, however many entries somebody sends.
#[test]
fn the_count_of_diversions_has_an_end() {
    let entries: String = (0..40)
        .map(|n| format!("History-Info: <sip:+49{n}@a;cause=486>;index=1.{n}\r\n"))
        .collect();
    let diverted = redirection(entries.trim_end()).unwrap();
    assert_eq!(diverted.count, 5);
    assert_eq!(diverted.last.number, number("+4938"));
    let many = redirection("Diversion: <tel:+4911>;counter=4000000000, <tel:+4912>;counter=9");
    assert_eq!(many.unwrap().count, 5);
}

/// RFC 5806 §5: the latest one first; `privacy=full` and `uri` keep the number.
#[test]
fn diversion_fields_are_understood() {
    let diverted = redirection(
        "Diversion: <sip:+4912@a>;reason=user-busy;privacy=full, <tel:+4911>;reason=no-answer",
    )
    .unwrap();
    let last = Diversion {
        number: number("+4912"),
        presentation: Presentation::RESTRICTED,
        reason: RedirectionReason::USER_BUSY,
    };
    let original = Diversion {
        number: number("+4911"),
        presentation: Presentation::ALLOWED,
        reason: RedirectionReason::NO_REPLY,
    };
    let expected = Redirection {
        count: 2,
        original,
        last,
    };
    assert_eq!(diverted, expected);
    assert_eq!(
        diversion(&expected),
        "<tel:+4912>;reason=user-busy;counter=1;privacy=full, \
         <tel:+4911>;reason=no-answer;counter=1;privacy=off"
    );
}

#[test]
fn what_is_written_is_read_again() {
    let called = "+4930".parse().unwrap();
    for count in 1..=Redirection::MAX {
        let diversion = |text, reason| Diversion {
            number: number(text),
            presentation: Presentation::RESTRICTED,
            reason,
        };
        let last = diversion("+4912", RedirectionReason::NOT_REACHABLE);
        let original = match count {
            1 => last,
            _ => diversion("+4911", RedirectionReason::DEFLECTION_ALERTING),
        };
        let written = Redirection {
            count,
            original,
            last,
        };
        let field = history_info(&written, &called, "[2001:db8::1]", Rules::STANDARD);
        assert_eq!(
            redirection(&format!("History-Info: {field}")),
            Some(written)
        );
    }
}

#[test]
fn a_response_tells_of_diversions_beyond_those_it_answers() {
    let forwarding = Forwarding {
        to: number("+4913"),
        presentation: Presentation::ALLOWED,
        reason: RedirectionReason::NO_REPLY,
    };
    let field = forwarded(&forwarding, &"+4930".parse().unwrap(), "a", Rules::STANDARD);
    let response = message(&format!("History-Info: {field}"));
    assert_eq!(
        of_response(&response, 0, &karlsruhe(), Rules::STANDARD),
        Some(forwarding)
    );
    assert_eq!(
        of_response(&response, 1, &karlsruhe(), Rules::STANDARD),
        None
    );
}

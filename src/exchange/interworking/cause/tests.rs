//! The cause tables against rows written down apart from them.

use super::*;

/// A cause at a location, and its status by TS 29.163 table 8 and by RFC 3398 §7.2.4.1, written down
/// apart from the tables.
const TO_STATUS: &[(u8, Location, u16, u16)] = &[
    (1, Location::TRANSIT, 404, 404),
    (2, Location::TRANSIT, 500, 404),
    (3, Location::TRANSIT, 500, 404),
    (5, Location::TRANSIT, 404, 500),
    (16, Location::USER, 480, 500),
    (17, Location::USER, 486, 486),
    (18, Location::USER, 480, 408),
    (19, Location::USER, 480, 480),
    (20, Location::PUBLIC_REMOTE, 480, 480),
    (21, Location::USER, 480, 603),
    (21, Location::PUBLIC_REMOTE, 480, 403),
    (22, Location::PUBLIC_REMOTE, 410, 410),
    (24, Location::PUBLIC_REMOTE, 433, 500),
    (26, Location::PUBLIC_REMOTE, 480, 404),
    (27, Location::USER, 502, 502),
    (28, Location::TRANSIT, 484, 484),
    (29, Location::TRANSIT, 500, 501),
    (34, Location::TRANSIT, 480, 503),
    (42, Location::TRANSIT, 480, 503),
    (55, Location::PUBLIC_REMOTE, 500, 403),
    (65, Location::TRANSIT, 500, 488),
    (79, Location::TRANSIT, 500, 501),
    (88, Location::USER, 500, 503),
    (102, Location::TRANSIT, 480, 504),
    (111, Location::TRANSIT, 500, 500),
    (127, Location::BEYOND_INTERWORKING, 480, 500),
    (126, Location::TRANSIT, 480, 500),
];

/// A status, and its cause by TS 29.163 table 18 and by RFC 3398 §8.2.6.1.
const TO_CAUSE: &[(u16, u8, u8)] = &[
    (302, 127, 31),
    (400, 127, 41),
    (401, 127, 21),
    (403, 127, 21),
    (404, 1, 1),
    (405, 127, 63),
    (408, 127, 102),
    (410, 22, 22),
    (415, 127, 79),
    (433, 24, 31),
    (480, 20, 18),
    (482, 127, 25),
    (483, 127, 25),
    (484, 28, 28),
    (485, 127, 1),
    (486, 17, 17),
    (488, 127, 31),
    (500, 127, 41),
    (501, 127, 79),
    (502, 127, 38),
    (503, 127, 41),
    (504, 127, 102),
    (580, 127, 31),
    (600, 17, 17),
    (603, 21, 21),
    (604, 1, 1),
    (606, 127, 31),
];

fn indicators(cause: u8, location: Location) -> CauseIndicators {
    CauseIndicators::new(Cause::try_from(cause).unwrap(), location)
}

#[test]
fn causes_become_the_statuses_of_the_standards() {
    for &(cause, location, ts29163, rfc3398) in TO_STATUS {
        let cause = indicators(cause, location);
        assert_eq!(CauseTables::Ts29163.status(&cause), ts29163, "{cause:?}");
        assert_eq!(CauseTables::Rfc3398.status(&cause), rfc3398, "{cause:?}");
    }
}

#[test]
fn statuses_become_the_causes_of_the_standards() {
    for &(status, ts29163, rfc3398) in TO_CAUSE {
        let causes =
            [CauseTables::Ts29163, CauseTables::Rfc3398].map(|tables| tables.cause(status).value());
        assert_eq!(causes, [ts29163, rfc3398], "{status}");
    }
}

#[test]
fn every_cause_gets_a_final_response_and_every_response_a_cause() {
    for tables in [CauseTables::Ts29163, CauseTables::Rfc3398] {
        for cause in 0..128 {
            for location in (0..16).map(|value| Location::try_from(value).unwrap()) {
                let status = tables.status(&indicators(cause, location));
                assert!((400..700).contains(&status));
            }
        }
        assert!((300..700).all(|status| tables.cause(status) != Cause::default()));
    }
}

#[test]
fn no_row_is_for_what_a_row_above_is_for() {
    for rows in [TS29163_TO_STATUS, RFC3398_TO_STATUS] {
        let keys = rows.iter().map(|&(cause, when, _)| (cause, when == Always));
        let keys: Vec<_> = keys.collect();
        assert!(keys.is_sorted_by(|a, b| a < b));
    }
    for rows in [TS29163_TO_CAUSE, RFC3398_TO_CAUSE] {
        assert!(rows.is_sorted_by(|a, b| a.0 < b.0));
        assert!(
            rows.iter()
                .all(|&(_, cause)| Cause::try_from(cause).is_ok())
        );
    }
}

fn response(status: u16, header: &str) -> Message {
    let text = format!(
        "SIP/2.0 {status} No\r\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1\r\n\
         From: <sip:b@192.0.2.2>;tag=1\r\nTo: <sip:a@192.0.2.1>;tag=2\r\nCall-ID: 1\r\n\
         CSeq: 1 INVITE\r\n{header}Content-Length: 0\r\n\r\n"
    );
    Message::parse(text.into_bytes().into()).unwrap()
}

#[test]
fn a_warning_of_the_media_is_a_bearer_that_is_not_implemented_by_rfc_3398() {
    let media = "Warning: 305 192.0.2.1 \"Incompatible media format\"\r\n";
    let other = "Warning: 399 192.0.2.1 \"305\"\r\n";
    let cause = |status, header| {
        let response = response(status, header);
        [CauseTables::Ts29163, CauseTables::Rfc3398]
            .map(|tables| tables.cause_of(&response).value())
    };
    assert_eq!(cause(488, media), [127, 65]);
    assert_eq!(cause(606, media), [127, 65]);
    assert_eq!(cause(488, other), [127, 31]);
    assert_eq!(cause(486, media), [17, 17]);
}

#[test]
fn a_reason_goes_before_the_table() {
    let with = response(486, "Reason: Q.850;cause=34;location=TN\r\n");
    let cause = released(&with, Cause::USER_BUSY, Location::USER);
    assert_eq!(cause, indicators(34, Location::TRANSIT));
    let without = response(486, "");
    let cause = released(&without, Cause::USER_BUSY, Location::USER);
    assert_eq!(cause, indicators(17, Location::USER));
}

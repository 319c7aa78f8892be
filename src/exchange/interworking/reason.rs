//! The `Reason` header field, which carries a cause through SIP (RFC 3326, RFC 6432), and its
//! location (RFC 8606).

use codecs::isup::{Cause, CauseIndicators, Location};
use codecs::sip::Message;

use super::table::{Direction, Heading, Table};

//= RFC 8606 §4: the locations of Q.850 §2.2.3 by their names
const LOCATIONS: [&str; 16] = [
    "U", "LPN", "LN", "TN", "RLN", "RPN", "LOC-6", "INTL", "LOC-8", "LOC-9", "BI", "LOC-11",
    "LOC-12", "LOC-13", "LOC-14", "LOC-15",
];

/// A `Reason` header value for a release: `Q.850;cause=16;text="…";location=LN`.
pub fn written(cause: &CauseIndicators) -> String {
    let CauseIndicators {
        cause, location, ..
    } = cause;
    format!(
        "Q.850;cause={};text=\"{}\";location={}",
        cause.value(),
        cause.name(),
        LOCATIONS[usize::from(location.value() & 15)],
    )
}

/// The cause that a message states, and its location where it states one, too. Of several reasons
/// that of Q.850 counts, and one that is no cause (0, or more than 127) does not.
pub fn stated(message: &Message) -> Option<(Cause, Option<Location>)> {
    message.reasons().find_map(|reason| {
        let cause = reason.q850().filter(|&cause| cause > 0)?;
        let location = reason.params.get("location").and_then(location);
        Some((Cause::try_from(cause).ok()?, location))
    })
}

fn location(name: &str) -> Option<Location> {
    let value = LOCATIONS
        .iter()
        .position(|own| own.eq_ignore_ascii_case(name))?;
    Location::try_from(u8::try_from(value).ok()?).ok()
}

/// What stands in `Reason` and what is taken from it.
pub(super) fn tables() -> Vec<Table> {
    let heading = Heading {
        subject: "locations",
        title: "Where a call was released: location in ISUP and in Reason",
        clause: "RFC 8606 §4, Q.850 §2.2.3",
        direction: Direction::Both,
    };
    let row = |(value, name): (u8, &&str)| {
        let location = Location::try_from(value).map_or("", Location::name);
        [value.to_string(), location.into(), (*name).to_owned()]
    };
    let rows = (0..).zip(&LOCATIONS).map(row);
    vec![Table::new(heading, ["location", "name", "in Reason"], rows)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated_in(reason: &str) -> Option<(u8, Option<u8>)> {
        let text = format!(
            "BYE sip:a@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1\r\n\
             From: <sip:b@192.0.2.2>;tag=1\r\nTo: <sip:a@192.0.2.1>;tag=2\r\nCall-ID: 1\r\n\
             CSeq: 2 BYE\r\n{reason}Content-Length: 0\r\n\r\n"
        );
        let message = Message::parse(text.into_bytes().into()).unwrap();
        let (cause, location) = stated(&message)?;
        Some((cause.value(), location.map(Location::value)))
    }

    #[test]
    fn a_cause_of_q850_counts_wherever_it_stands() {
        let own = stated_in("Reason: Q.850;cause=17;text=\"User busy\"\r\n");
        assert_eq!(own, Some((17, None)));
        let second = stated_in("Reason: SIP;cause=486, q.850;cause=21;location=RLN\r\n");
        assert_eq!(second, Some((21, Some(4))));
        let apart = stated_in("Reason: SIP;cause=200\r\nReason: Q.850;cause=26;location=loc-9\r\n");
        assert_eq!(apart, Some((26, Some(9))));
    }

    #[test]
    fn what_is_no_cause_does_not_count() {
        for reason in [
            "",
            "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n",
            "Reason: Q.850;cause=0\r\n",
            "Reason: Q.850;cause=128\r\n",
            "Reason: Q.850;cause=busy\r\n",
            "Reason: Q.850\r\n",
        ] {
            assert_eq!(stated_in(reason), None, "{reason}");
        }
        let odd = stated_in("Reason: Q.850;cause=16;location=MOON\r\n");
        assert_eq!(odd, Some((16, None)));
    }

    #[test]
    fn every_cause_and_location_is_read_as_it_was_written() {
        let causes = (1..128).map(|value| Cause::try_from(value).unwrap());
        for cause in causes {
            for location in (0..16).map(|value| Location::try_from(value).unwrap()) {
                let header = written(&CauseIndicators::new(cause, location));
                let read = stated_in(&format!("Reason: {header}\r\n"));
                assert_eq!(read, Some((cause.value(), Some(location.value()))));
            }
        }
    }
}

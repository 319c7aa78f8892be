//! Quality of service as a precondition for alerting (RFC 3312 §5, RFC 4032), each side reserving its
//! own (status type *segmented*). Reservations end to end are not looked at.

use std::fmt::{self, Write};

use sdp_types::Media;

/// What both sides have reserved, and what they must have, as one of them says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preconditions {
    /// The side that says so.
    pub local: Segment,
    /// The other side, as far as is known.
    pub remote: Segment,
    /// Whether the other side is asked to say when it is ready (`a=conf`).
    pub confirm: bool,
}

/// The reservation of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// What is wanted there is reserved (`a=curr` covers `a=des`).
    pub reserved: bool,
    /// Nobody is to be alerted before it is.
    pub mandatory: bool,
}

impl Preconditions {
    /// Of who has all it needs: nobody has to wait for it.
    pub const READY: Self = Self {
        local: Segment {
            reserved: true,
            mandatory: true,
        },
        remote: Segment {
            reserved: false,
            mandatory: false,
        },
        confirm: false,
    };

    /// Whether the called party may be alerted.
    pub fn are_met(&self) -> bool {
        let met = |segment: Segment| segment.reserved || !segment.mandatory;
        met(self.local) && met(self.remote)
    }

    /// The answer of who has all it needs (RFC 3312 §5.1.2).
    #[must_use]
    pub fn answer(&self) -> Self {
        Self {
            local: Segment {
                reserved: true,
                ..self.remote
            },
            remote: self.local,
            confirm: self.local.mandatory && !self.local.reserved,
        }
    }

    /// Those of a stream, if it has any.
    pub(super) fn read(media: &Media) -> Option<Self> {
        let values = |name: &'static str| {
            let named = media.attributes.iter();
            let named = named.filter(move |attribute| attribute.attribute == name);
            named.filter_map(|attribute| attribute.value.as_deref()?.strip_prefix("qos "))
        };
        let segment = |side: &str| {
            let current = values("curr").find_map(|value| Ways::of(value.strip_prefix(side)?));
            let wanted = values("des").find_map(|value| {
                let (strength, rest) = value.split_once(' ')?;
                let ways = Ways::of(rest.strip_prefix(side)?)?;
                Some((strength == "mandatory", ways))
            });
            current.map(|current| Segment {
                reserved: current.cover(wanted.map_or(Ways::BOTH, |(_, ways)| ways)),
                mandatory: wanted.is_some_and(|(mandatory, _)| mandatory),
            })
        };
        Some(Self {
            local: segment("local")?,
            remote: segment("remote")?,
            confirm: values("conf").any(|value| value.starts_with("remote")),
        })
    }

    pub(super) fn write(&self, out: &mut String) -> fmt::Result {
        let sides = [("local", self.local), ("remote", self.remote)];
        for (side, segment) in sides {
            let current = if segment.reserved { "sendrecv" } else { "none" };
            write!(out, "a=curr:qos {side} {current}\r\n")?;
        }
        for (side, segment) in sides {
            let strength = if segment.mandatory {
                "mandatory"
            } else {
                "optional"
            };
            write!(out, "a=des:qos {strength} {side} sendrecv\r\n")?;
        }
        match self.confirm {
            true => out.write_str("a=conf:qos remote sendrecv\r\n"),
            false => Ok(()),
        }
    }
}

/// A direction tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ways {
    send: bool,
    receive: bool,
}

impl Ways {
    const BOTH: Self = Self {
        send: true,
        receive: true,
    };

    fn of(tag: &str) -> Option<Self> {
        let (send, receive) = match tag.trim() {
            "none" => (false, false),
            "send" => (true, false),
            "recv" => (false, true),
            "sendrecv" => (true, true),
            _ => return None,
        };
        Some(Self { send, receive })
    }

    fn cover(self, wanted: Self) -> bool {
        (self.send || !wanted.send) && (self.receive || !wanted.receive)
    }
}

#[cfg(test)]
mod tests {
    use crate::sdp::{AudioDescription, Description};

    /// The offer and answer of RFC 3312 §13.1, "Session Establishment Using Preconditions".
    const OFFER: &str = "m=audio 20000 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\n\
        a=curr:qos local none\r\na=curr:qos remote none\r\n\
        a=des:qos mandatory local sendrecv\r\na=des:qos mandatory remote sendrecv\r\n";

    fn read(stream: &str) -> AudioDescription {
        let body = format!("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n{stream}");
        let description = Description::parse(body.as_bytes()).unwrap();
        description.audio().unwrap().clone()
    }

    #[test]
    fn an_offerer_that_has_reserved_nothing_is_asked_to_tell_when_it_has() {
        let offered = read(OFFER).preconditions.unwrap();
        assert!(!offered.are_met());
        let answer = offered.answer();
        assert!(!answer.are_met());
        let mut text = String::new();
        answer.write(&mut text).unwrap();
        let expected = "a=curr:qos local sendrecv\r\na=curr:qos remote none\r\n\
            a=des:qos mandatory local sendrecv\r\na=des:qos mandatory remote sendrecv\r\n\
            a=conf:qos remote sendrecv\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn an_offerer_that_is_ready_lets_the_called_party_be_alerted() {
        let update = OFFER.replace("local none", "local sendrecv");
        let answer = read(&update).preconditions.unwrap().answer();
        assert!(answer.are_met() && !answer.confirm);
    }

    #[test]
    fn what_is_reserved_has_to_cover_what_is_wanted() {
        let half = OFFER.replace("local none", "local send");
        assert!(!read(&half).preconditions.unwrap().local.reserved);
        let enough = half.replace("mandatory local sendrecv", "mandatory local send");
        assert!(read(&enough).preconditions.unwrap().local.reserved);
        let optional = OFFER.replace("mandatory", "optional");
        assert!(read(&optional).preconditions.unwrap().are_met());
    }

    #[test]
    fn a_stream_without_a_current_status_has_none() {
        assert_eq!(
            read("m=audio 20000 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\n").preconditions,
            None
        );
        let end_to_end = OFFER.replace("local", "e2e");
        assert_eq!(read(&end_to_end).preconditions, None);
    }
}

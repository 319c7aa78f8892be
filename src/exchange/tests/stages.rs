//! Calls that have come so far and no further, and what may be left of them.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use codecs::isup::{Anm, Gra, Message, RangeAndStatus};
use codecs::mtp::PointCode;
use codecs::sip::{self, HeaderName};
use protocols::sip::Transmit;

use super::bench::*;
use super::from_ims::{alerting, in_dialog, invite_with};
use crate::exchange::{Input, Media, Through};

/// How far a call to the IMS has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ToIms {
    /// The HSS has been asked (a mobile subscriber's call).
    Locating,
    Invited,
    Trying,
    Ringing,
    EarlyMedia,
    Answered,
}

impl ToIms {
    pub(super) const ALL: [Self; 6] = [
        Self::Locating,
        Self::Invited,
        Self::Trying,
        Self::Ringing,
        Self::EarlyMedia,
        Self::Answered,
    ];
    /// Those in which there is an INVITE.
    pub(super) const IN_SIP: [Self; 5] = [
        Self::Invited,
        Self::Trying,
        Self::Ringing,
        Self::EarlyMedia,
        Self::Answered,
    ];
}

/// A call on circuit 1, and its INVITE if there is one. What was said on the way is forgotten.
pub(super) fn to_ims(stage: ToIms) -> (Bench, Option<sip::Message>) {
    let mut bench = Bench::new();
    if stage == ToIms::Locating {
        bench.receive(1, Message::Iam(iam("1715407090")));
        return (bench, None);
    }
    bench.receive(1, Message::Iam(iam("7219578290")));
    let invite = bench.sip_message();
    if stage >= ToIms::Trying {
        bench.respond(&invite, 100, None);
    }
    match stage {
        ToIms::Ringing => bench.respond(&invite, 180, None),
        ToIms::EarlyMedia => bench.respond(&invite, 183, Some(SDP)),
        ToIms::Answered => bench.respond(&invite, 200, Some(SDP)),
        _ => {}
    }
    bench.forget();
    (bench, Some(invite))
}

/// How far a call from the IMS has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FromIms {
    Seized,
    Alerting,
    /// Answered; the ACK has not come.
    Answered,
    Acknowledged,
}

/// A call from the IMS on the wire.
pub(super) struct Outgoing {
    pub(super) cic: u16,
    /// To as the exchange has tagged it.
    pub(super) to: String,
}

impl Outgoing {
    pub(super) fn ack(&self) -> String {
        in_dialog("ACK", &self.to).replace("CSeq: 2", "CSeq: 1")
    }

    pub(super) fn bye(&self) -> String {
        in_dialog("BYE", &self.to)
    }
}

/// The CANCEL of the INVITE of [`from_ims`].
pub(super) fn cancel() -> String {
    in_dialog("CANCEL", "<tel:+493090026000>")
        .replace("CANCEL sip:192.0.2.20:5060", "CANCEL tel:+493090026000")
        .replace("branch=z9hG4bKCANCEL", "branch=z9hG4bKout1")
        .replace("192.0.2.40;branch", "192.0.2.40:5060;branch")
        .replace("CSeq: 2", "CSeq: 1")
}

pub(super) fn from_ims(stage: FromIms) -> (Bench, Outgoing) {
    let mut bench = Bench::new();
    bench.receive_sip(ICSCF1, &invite_with("", SDP));
    let (cic, _) = bench.take_isup().remove(0);
    let mut call = Outgoing {
        cic,
        to: "<tel:+493090026000>".into(),
    };
    if stage >= FromIms::Alerting {
        bench.receive(cic, alerting());
        let ringing = &bench.sip.last().unwrap().1;
        call.to = ringing.text(HeaderName::To).unwrap().to_owned();
    }
    if stage >= FromIms::Answered {
        bench.receive(cic, Message::Anm(Anm::default()));
    }
    if stage >= FromIms::Acknowledged {
        bench.receive_sip(ICSCF1, &call.ack());
    }
    bench.forget();
    (bench, call)
}

impl Bench {
    /// Forgets what was said so far, but for the voice paths.
    pub(super) fn forget(&mut self) {
        self.isup.clear();
        self.sip.clear();
        self.telemetry.clear();
    }

    /// The exchange at the other end acknowledges what it is sent, from here on in vain or not.
    pub(super) fn acknowledge_resets(&mut self, remote: PointCode) {
        for (cic, message) in self.take_isup() {
            match message {
                Message::Grs(grs) => {
                    let range_and_status = RangeAndStatus::new(grs.range, |_| false);
                    self.receive_from(remote, cic, Message::Gra(Gra { range_and_status }));
                }
                Message::Rsc | Message::Rel(_) => self.receive_from(remote, cic, rlc()),
                _ => {}
            }
        }
    }

    /// When all that could be waited for is over, nothing is left but circuits that the other
    /// exchange does not acknowledge.
    #[track_caller]
    pub(super) fn winds_up(&mut self) {
        self.advance(Duration::from_secs(600));
        let exchange = &self.exchange;
        assert_eq!(exchange.calls_up(), 0, "calls");
        assert_eq!(exchange.ports_in_use(), 0, "ports");
        assert_eq!(exchange.agent.sessions(), 0, "sessions");
        assert_eq!(exchange.agent.transactions(), 0, "transactions");
        let dialogues = exchange.locator.as_ref().map(|map| map.open_dialogues());
        assert_eq!(dialogues, Some(0), "dialogues");
        assert!(exchange.by_circuit.is_empty() && exchange.by_session.is_empty());
        assert!(exchange.by_lookup.is_empty());
        for (trunk, counts) in exchange.circuit_counts() {
            let in_call = counts.incoming + counts.outgoing + counts.answered;
            assert_eq!(in_call, 0, "{trunk}: {counts:?}");
        }
    }

    /// As [`Bench::winds_up`], and then every circuit can be used again.
    #[track_caller]
    pub(super) fn leaves_nothing(&mut self) {
        self.winds_up();
        self.acknowledge_resets(PSTN);
        self.is_clean();
    }

    pub(super) fn pause(&mut self) {
        self.input(Input::Unavailable(PSTN.into()));
    }

    pub(super) fn resume(&mut self) {
        self.input(Input::Available(PSTN.into()));
    }

    /// The RTP port of the one voice path.
    #[track_caller]
    pub(super) fn open_port(&self) -> u16 {
        let opened = self.media.iter().rev().find_map(|media| match media {
            Media::Open { local, .. } => Some(local.port()),
            _ => None,
        });
        opened.unwrap()
    }

    /// Where RTP was last told to go.
    #[track_caller]
    pub(super) fn remote(&self) -> SocketAddr {
        let set = self.media.iter().rev().find_map(|media| match media {
            Media::Set { remote, .. } => Some(remote.address),
            _ => None,
        });
        set.unwrap()
    }

    /// A datagram came back.
    pub(super) fn undeliverable(&mut self, to: &str, message: &sip::Message) {
        let bytes = Bytes::copy_from_slice(message.as_bytes());
        let (to, local) = (to.parse().unwrap(), own_sip().address);
        self.input(Input::Undeliverable(Transmit { bytes, to, local }));
    }

    /// Whether both directions of the voice path were last told to be through.
    pub(super) fn is_through(&self) -> bool {
        let both = |through| matches!(through, Through::Both);
        matches!(self.media.last(), Some(&Media::Set { through, .. }) if both(through))
    }

    /// The cause in the one REL that was sent since the last look.
    #[track_caller]
    pub(super) fn released_with(&mut self) -> u8 {
        match self.isup_message() {
            Message::Rel(rel) => rel.cause.cause.value(),
            other => panic!("{other:?}"),
        }
    }
}

/// The cause that a message states in its Reason.
#[track_caller]
pub(super) fn q850(message: &sip::Message) -> u8 {
    message.reasons().next().unwrap().q850().unwrap()
}

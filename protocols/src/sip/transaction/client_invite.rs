//! The INVITE client transaction (RFC 3261 §17.1.1 with the Accepted state of RFC 6026 §7.2).

use std::time::Duration;

use bytes::Bytes;
use codecs::sip::Message;

use super::derived;
use super::desk::{Alarm, Desk, Outcome};

/// Holds the request while an ACK or CANCEL may have to be made of it.
#[derive(Debug)]
pub(super) enum ClientInvite {
    /// Nothing has come back. Timers A and B run.
    Calling { request: Bytes, interval: Duration },
    /// A provisional response has.
    Proceeding { request: Bytes },
    /// A response of 300 to 699 has, and is acknowledged as often as it comes. Timer D runs.
    Completed { ack: Bytes },
    /// A 2xx has; its user acknowledges this one and any other. Timer M runs.
    Accepted,
}

impl ClientInvite {
    pub(super) fn start<C>(request: Bytes, desk: &mut Desk<'_, C>) -> Self {
        let interval = desk.timings.t1;
        desk.send(&request);
        if !desk.is_reliable() {
            desk.arm(Alarm::Retransmit, interval);
        }
        desk.arm(Alarm::Expire, desk.timings.timer_b);
        Self::Calling { request, interval }
    }

    /// The request, while no response has come.
    pub(super) fn unanswered(&self) -> Option<&Bytes> {
        match self {
            Self::Calling { request, .. } => Some(request),
            _ => None,
        }
    }

    /// The request, while it may still be cancelled; `None` until a provisional response has come.
    pub(super) fn cancellable(&self) -> Option<&Bytes> {
        match self {
            Self::Proceeding { request } => Some(request),
            _ => None,
        }
    }

    pub(super) fn response<C>(&mut self, response: &Message, desk: &mut Desk<'_, C>) -> Outcome {
        match (&mut *self, response.status()) {
            (Self::Calling { request, .. } | Self::Proceeding { request }, status) => {
                let request = std::mem::take(request);
                self.answered(request, response, status, desk)
            }
            (Self::Completed { ack }, 300..) => {
                desk.send(ack);
                Outcome::Absorbed
            }
            (Self::Accepted, 200..300) => Outcome::Told,
            _ => Outcome::Absorbed,
        }
    }

    fn answered<C>(
        &mut self,
        request: Bytes,
        response: &Message,
        status: u16,
        desk: &mut Desk<'_, C>,
    ) -> Outcome {
        desk.disarm();
        match status {
            ..200 => *self = Self::Proceeding { request },
            200..300 => {
                desk.arm(Alarm::Expire, desk.timings.lifetime());
                *self = Self::Accepted;
            }
            _ => return self.refused(request, response, desk),
        }
        Outcome::Told
    }

    fn refused<C>(
        &mut self,
        request: Bytes,
        response: &Message,
        desk: &mut Desk<'_, C>,
    ) -> Outcome {
        // What was parsed when it was written is parsed again only now, when a call has failed.
        let Ok(request) = Message::parse(request) else {
            return Outcome::ToldAndEnded;
        };
        let ack = derived::ack(&request, response);
        desk.send(&ack);
        if desk.is_reliable() {
            return Outcome::ToldAndEnded;
        }
        desk.arm(Alarm::Expire, desk.timings.timer_d());
        *self = Self::Completed { ack };
        Outcome::Told
    }

    pub(super) fn alarm<C>(&mut self, alarm: Alarm, desk: &mut Desk<'_, C>) -> Outcome {
        match (self, alarm) {
            (Self::Calling { request, interval }, Alarm::Retransmit) => {
                *interval *= 2;
                desk.send(request);
                desk.arm(Alarm::Retransmit, *interval);
                Outcome::Absorbed
            }
            (Self::Calling { .. }, Alarm::Expire) => Outcome::ToldAndEnded,
            (_, Alarm::Retransmit) => Outcome::Absorbed,
            (_, Alarm::Expire) => Outcome::Ended,
        }
    }
}

//! The client transaction of every request but INVITE (RFC 3261 §17.1.2).

use std::time::Duration;

use bytes::Bytes;
use codecs::sip::Message;

use super::desk::{Alarm, Desk, Outcome};

#[derive(Debug)]
pub(super) enum Client {
    /// No final response. Timers E and F run; once a provisional one has come, E at T2.
    Trying {
        request: Bytes,
        interval: Duration,
        heard: bool,
    },
    /// A final response has come and others are absorbed. Timer K runs.
    Completed,
}

impl Client {
    pub(super) fn start<C>(request: Bytes, desk: &mut Desk<'_, C>) -> Self {
        let interval = desk.timings.t1;
        desk.send(&request);
        if !desk.is_reliable() {
            desk.arm(Alarm::Retransmit, interval);
        }
        desk.arm(Alarm::Expire, desk.timings.lifetime());
        Self::Trying {
            request,
            interval,
            heard: false,
        }
    }

    /// The request, while no response has come.
    pub(super) fn unanswered(&self) -> Option<&Bytes> {
        match self {
            Self::Trying {
                request,
                heard: false,
                ..
            } => Some(request),
            Self::Trying { .. } | Self::Completed => None,
        }
    }

    pub(super) fn response<C>(&mut self, response: &Message, desk: &mut Desk<'_, C>) -> Outcome {
        match (&mut *self, response.status()) {
            (Self::Trying { heard, .. }, ..200) => {
                *heard = true;
                Outcome::Told
            }
            (Self::Trying { .. }, _) if desk.is_reliable() => Outcome::ToldAndEnded,
            (Self::Trying { .. }, _) => {
                desk.disarm();
                desk.arm(Alarm::Expire, desk.timings.t4);
                *self = Self::Completed;
                Outcome::Told
            }
            (Self::Completed, _) => Outcome::Absorbed,
        }
    }

    pub(super) fn alarm<C>(&mut self, alarm: Alarm, desk: &mut Desk<'_, C>) -> Outcome {
        match (self, alarm) {
            (
                Self::Trying {
                    request,
                    interval,
                    heard,
                },
                Alarm::Retransmit,
            ) => {
                let next = if *heard {
                    desk.timings.t2
                } else {
                    *interval * 2
                };
                *interval = next.min(desk.timings.t2);
                desk.send(request);
                desk.arm(Alarm::Retransmit, *interval);
                Outcome::Absorbed
            }
            (Self::Completed, Alarm::Retransmit) => Outcome::Absorbed,
            (Self::Trying { .. }, Alarm::Expire) => Outcome::ToldAndEnded,
            (Self::Completed, Alarm::Expire) => Outcome::Ended,
        }
    }
}

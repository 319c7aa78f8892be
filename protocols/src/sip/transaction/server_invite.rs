//! The INVITE server transaction (RFC 3261 §17.2.1 with the Accepted state of RFC 6026 §7.1).

use std::time::Duration;

use bytes::Bytes;

use super::desk::{Alarm, Desk, Outcome};

#[derive(Debug)]
pub(super) enum ServerInvite {
    /// No final response. Holds the last provisional one.
    Proceeding { last: Option<Bytes> },
    /// 300 to 699 was sent, and is again until ACK comes. Timers G and H run.
    Completed { response: Bytes, interval: Duration },
    /// ACK has come; others are absorbed. Timer I runs.
    Confirmed,
    /// 2xx was sent; its user sends it again until ACK comes. Timer L runs.
    Accepted,
}

impl ServerInvite {
    pub(super) fn start() -> Self {
        Self::Proceeding { last: None }
    }

    /// The INVITE came again.
    pub(super) fn again<C>(&self, desk: &mut Desk<'_, C>) {
        if let Self::Proceeding {
            last: Some(response),
        }
        | Self::Completed { response, .. } = self
        {
            desk.send(response);
        }
    }

    pub(super) fn respond<C>(&mut self, status: u16, response: Bytes, desk: &mut Desk<'_, C>) {
        match (&mut *self, status) {
            (Self::Proceeding { last }, ..200) => {
                desk.send(&response);
                *last = Some(response);
            }
            (Self::Proceeding { .. }, 200..300) => {
                desk.send(&response);
                desk.arm(Alarm::Expire, desk.timings.lifetime());
                *self = Self::Accepted;
            }
            (Self::Proceeding { .. }, _) => self.refuse(response, desk),
            (Self::Accepted, 200..300) => desk.send(&response),
            _ => {}
        }
    }

    fn refuse<C>(&mut self, response: Bytes, desk: &mut Desk<'_, C>) {
        let interval = desk.timings.t1;
        desk.send(&response);
        if !desk.is_reliable() {
            desk.arm(Alarm::Retransmit, interval);
        }
        desk.arm(Alarm::Expire, desk.timings.lifetime());
        *self = Self::Completed { response, interval };
    }

    /// `Told` if the ACK is one for the user, which is where a 2xx was sent.
    pub(super) fn ack<C>(&mut self, desk: &mut Desk<'_, C>) -> Outcome {
        match self {
            Self::Completed { .. } if desk.is_reliable() => Outcome::Ended,
            Self::Completed { .. } => {
                desk.disarm();
                desk.arm(Alarm::Expire, desk.timings.t4);
                *self = Self::Confirmed;
                Outcome::Absorbed
            }
            Self::Accepted => Outcome::Told,
            Self::Proceeding { .. } | Self::Confirmed => Outcome::Absorbed,
        }
    }

    /// Whether no final response has been sent.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Proceeding { .. })
    }

    pub(super) fn alarm<C>(&mut self, alarm: Alarm, desk: &mut Desk<'_, C>) -> Outcome {
        match (self, alarm) {
            (Self::Completed { response, interval }, Alarm::Retransmit) => {
                *interval = (*interval * 2).min(desk.timings.t2);
                desk.send(response);
                desk.arm(Alarm::Retransmit, *interval);
                Outcome::Absorbed
            }
            (_, Alarm::Retransmit) => Outcome::Absorbed,
            (_, Alarm::Expire) => Outcome::Ended,
        }
    }
}

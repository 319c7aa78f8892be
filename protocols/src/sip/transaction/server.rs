//! The server transaction of every request but INVITE (RFC 3261 §17.2.2).

use bytes::Bytes;

use super::desk::{Alarm, Desk};

#[derive(Debug)]
pub(super) enum Server {
    /// No final response. Holds the last provisional one.
    Trying { last: Option<Bytes> },
    /// The final response, which is sent again as often as the request comes. Timer J runs.
    Completed { response: Bytes },
    /// The same over a reliable transport, where the request does not come again.
    Done,
}

impl Server {
    pub(super) fn start() -> Self {
        Self::Trying { last: None }
    }

    /// The request came again.
    pub(super) fn again<C>(&self, desk: &mut Desk<'_, C>) {
        if let Self::Trying {
            last: Some(response),
        }
        | Self::Completed { response } = self
        {
            desk.send(response);
        }
    }

    pub(super) fn respond<C>(&mut self, status: u16, response: Bytes, desk: &mut Desk<'_, C>) {
        let Self::Trying { last } = self else {
            return;
        };
        desk.send(&response);
        if status < 200 {
            *last = Some(response);
            return;
        }
        desk.arm(Alarm::Expire, desk.timer_j());
        *self = if desk.is_reliable() {
            Self::Done
        } else {
            // It stays for long, and is to take no more memory than it has bytes.
            let response = Bytes::copy_from_slice(&response);
            Self::Completed { response }
        };
    }
}

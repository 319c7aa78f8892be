//! What goes in and out of a user agent.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use codecs::sip::{HeaderName, Message};

use crate::sip::{Hop, TransactionConfig, Transmit};

/// How a user agent behaves.
#[derive(Debug, Clone)]
pub struct AgentConfig {
    /// Its transaction layer.
    pub transactions: TransactionConfig,
    /// The user part of its Contact, if that has one.
    pub user: Option<String>,
    /// Its name, for the header fields User-Agent and Server.
    pub product: String,
    /// Whether calls go on from here, so that an INVITE with Max-Forwards 0 is refused with 483.
    pub bridges: bool,
}

/// A header field to add to a message.
pub type Header = (HeaderName<'static>, String);

/// A message body with its type.
#[derive(Debug, Clone)]
pub struct Body {
    /// Content-Type.
    pub content_type: Cow<'static, str>,
    /// The body itself.
    pub bytes: Bytes,
}

/// A call to be placed. It carries a session description: the answer is expected in the response.
#[derive(Debug, Clone)]
pub struct Invite {
    /// Request URI, `tel:` or `sip:`.
    pub request_uri: String,
    /// Where the request goes.
    pub target: Hop,
    /// From, a name-addr without tag.
    pub from: String,
    /// To, a name-addr.
    pub to: String,
    /// More header fields, such as P-Asserted-Identity, Privacy, Route.
    pub headers: Vec<Header>,
    /// The session description.
    pub body: Option<Body>,
}

/// Names a session; not used again for another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId {
    pub(super) slot: usize,
    pub(super) serial: u32,
}

/// What a user agent puts out.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // moved once; a box would cost an allocation per message
pub enum Output {
    /// To be sent.
    Transmit(Transmit),
    /// Something has happened.
    Event(Event),
}

/// What has happened.
///
/// The last event of every session is [`Event::Terminated`]. Where neither `Rejected`, `Bye` nor
/// `Cancelled` came before it and the owner did not end the session, an answer was never
/// acknowledged.
#[derive(Debug)]
pub enum Event {
    /// A call has come in. 100 was sent.
    Invite {
        /// Its session.
        session: SessionId,
        /// The INVITE.
        request: Message,
        /// Who sent it.
        source: Hop,
    },
    /// 101 to 199 has come, of any branch of a forked call.
    Progress {
        /// Its session.
        session: SessionId,
        /// The response.
        response: Message,
    },
    /// 2xx has come. ACK was sent.
    Answered {
        /// Its session.
        session: SessionId,
        /// The response.
        response: Message,
    },
    /// The call was refused, or could not be delivered.
    Rejected {
        /// Its session.
        session: SessionId,
        /// 300 to 699.
        status: u16,
        /// The response; `None` for 408 and 503 made here, because nothing came in time or the
        /// request could not be sent.
        response: Option<Message>,
    },
    /// ACK for the 2xx has come, to an INVITE or a re-INVITE.
    Acknowledged {
        /// Its session.
        session: SessionId,
        /// The ACK, with the answer where the 2xx had the offer.
        request: Message,
    },
    /// A re-INVITE has come, to be answered or rejected. 100 was sent. If it is withdrawn before,
    /// answering has no effect.
    Reinvited {
        /// Its session.
        session: SessionId,
        /// The re-INVITE.
        request: Message,
    },
    /// BYE has come. 200 was sent.
    Bye {
        /// Its session.
        session: SessionId,
        /// The BYE.
        request: Message,
    },
    /// CANCEL has come. 200 was sent, and 487 to the INVITE.
    Cancelled {
        /// Its session.
        session: SessionId,
        /// The CANCEL.
        request: Message,
    },
    /// A neighbour was asked OPTIONS.
    Probed {
        /// Which.
        target: Hop,
        /// Its final response; `None` if there is none.
        status: Option<u16>,
        /// For how long it wants no requests (Retry-After).
        rest: Option<Duration>,
    },
    /// The session is over and its name means nothing any more.
    Terminated {
        /// Its session.
        session: SessionId,
    },
}

//! What goes in and out of a user agent.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use codecs::sip::{HeaderName, Message};

use crate::sip::{Hop, Proofs, ServerId, TransactionConfig, Transmit};

/// How a user agent behaves.
#[derive(Debug, Clone)]
pub struct AgentConfig {
    /// Its transaction layer.
    pub transactions: TransactionConfig,
    /// The user part of its Contact, if that has one.
    pub user: Option<String>,
    /// Its name, for the header fields User-Agent and Server.
    pub product: String,
    /// Whether calls go on from here: the owner then also gets those for services (RFC 5031), and
    /// refuses what may go no further (483).
    pub bridges: bool,
    /// What the owner understands besides what the agent does by itself (`100rel`, `timer`,
    /// `199`): option tags such as `precondition`, announced in Supported and let pass in Require.
    /// With `replaces` calls may take the place of others ([`Event::Invite`]).
    pub options: Vec<Cow<'static, str>>,
    /// How sessions are kept alive (RFC 4028); `None`: not at all.
    pub session_timer: Option<SessionTimer>,
    /// Who proves who they are, and to whom we do (RFC 3261 §22).
    pub proofs: Proofs,
}

/// How often a session is refreshed, so that one whose peer is gone does not last (RFC 4028).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimer {
    /// The session interval that is asked for: no less than `minimum`.
    pub interval: Duration,
    /// The shortest that is accepted: no less than 90 s (§5).
    pub minimum: Duration,
}

impl Default for SessionTimer {
    /// 1800 s and 90 s.
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(1800),
            minimum: Duration::from_secs(90),
        }
    }
}

impl AgentConfig {
    /// A user agent where calls end, with the standard's session timers.
    pub fn new(transactions: TransactionConfig) -> Self {
        Self {
            transactions,
            user: None,
            product: "tandem".into(),
            bridges: false,
            options: Vec::new(),
            session_timer: Some(SessionTimer::default()),
            proofs: Proofs::new(),
        }
    }
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

/// What a message says beside its meaning. Header fields alone will do: `&headers` is one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Content<'a> {
    /// Header fields to add.
    pub headers: &'a [Header],
    /// The body, where it has one.
    pub body: Option<&'a Body>,
}

impl<'a> Content<'a> {
    /// A body, where there is one, and nothing else.
    pub(super) const fn of(body: Option<&'a Body>) -> Self {
        Self { headers: &[], body }
    }
}

impl<'a> From<&'a [Header]> for Content<'a> {
    fn from(headers: &'a [Header]) -> Self {
        Self {
            headers,
            body: None,
        }
    }
}

impl<'a, const N: usize> From<&'a [Header; N]> for Content<'a> {
    fn from(headers: &'a [Header; N]) -> Self {
        headers.as_slice().into()
    }
}

impl<'a> From<&'a Vec<Header>> for Content<'a> {
    fn from(headers: &'a Vec<Header>) -> Self {
        headers.as_slice().into()
    }
}

/// A [`Content`] that is said later.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    headers: Vec<Header>,
    body: Option<Body>,
}

impl From<Content<'_>> for Kept {
    fn from(content: Content<'_>) -> Self {
        Self {
            headers: content.headers.to_vec(),
            body: content.body.cloned(),
        }
    }
}

impl Kept {
    pub(super) fn content(&self) -> Content<'_> {
        Content {
            headers: &self.headers,
            body: self.body.as_ref(),
        }
    }
}

/// A call to be placed. Without a session description the peer is asked for its offer
/// ([`Event::Answered::offers`], [`Event::Progress::offers`]).
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

/// Names a dialog within its session, for as long as that lasts. A call placed has one with every
/// end that has answered, provisionally at first (RFC 3261 §12.1); a call received has only
/// [`DialogId::FIRST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DialogId(pub(super) u16);

impl DialogId {
    /// The first dialog of a session.
    pub const FIRST: Self = Self(0);
}

/// Whether a provisional response is to be acknowledged, so that it is not lost (RFC 3262 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reliability {
    /// Only if the caller requires it.
    WhenRequired,
    /// Whenever the caller supports it.
    WhenSupported,
}

/// A request of ours within a dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Asked {
    /// INVITE.
    Reinvite,
    /// UPDATE.
    Update,
    /// INFO.
    Info,
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
/// `Cancelled` came before it and the owner did not end the session, the peer has gone: it never
/// acknowledged an answer or a reliable provisional response, did not refresh the session, or left
/// a request of ours without a response ([`Event::Replied`] with 408 or 481).
///
/// A *transaction* in an event is to be answered with [`UserAgent::respond`]; where it is `None`,
/// 200 was sent.
///
/// [`UserAgent::respond`]: crate::sip::UserAgent::respond
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
        /// The call whose place it is to take, which is the owner's to end (RFC 3891): one that
        /// is answered, or was placed here.
        replaces: Option<SessionId>,
    },
    /// 101 to 199 has come.
    Progress {
        /// Its session.
        session: SessionId,
        /// The dialog it belongs to; `None` where it has no tag, or there are too many of them.
        dialog: Option<DialogId>,
        /// The response.
        response: Message,
        /// It has an offer, to be answered with [`UserAgent::prack`]. All other reliable
        /// responses were acknowledged.
        ///
        /// [`UserAgent::prack`]: crate::sip::UserAgent::prack
        offers: bool,
    },
    /// 2xx has come. ACK was sent, unless it offers something.
    Answered {
        /// Its session.
        session: SessionId,
        /// The dialog that is the call from here on.
        dialog: DialogId,
        /// The response.
        response: Message,
        /// It has an offer, to be answered with [`UserAgent::acknowledge`].
        ///
        /// [`UserAgent::acknowledge`]: crate::sip::UserAgent::acknowledge
        offers: bool,
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
    /// PRACK has come: a reliable provisional response has reached the caller.
    Prack {
        /// Its session.
        session: SessionId,
        /// The PRACK, with the answer where our response had the offer.
        request: Message,
        /// It has an offer.
        transaction: Option<ServerId>,
    },
    /// UPDATE has come (RFC 3311).
    Updated {
        /// Its session.
        session: SessionId,
        /// Its dialog.
        dialog: DialogId,
        /// The UPDATE.
        request: Message,
        /// It has an offer.
        transaction: Option<ServerId>,
    },
    /// INFO has come (RFC 6086 §3, legacy usage).
    Info {
        /// Its session.
        session: SessionId,
        /// Its dialog.
        dialog: DialogId,
        /// The INFO.
        request: Message,
        /// It has a body.
        transaction: Option<ServerId>,
    },
    /// A request of ours within a dialog has its final response, or will have none.
    Replied {
        /// Its session.
        session: SessionId,
        /// Its dialog.
        dialog: DialogId,
        /// Which request.
        asked: Asked,
        /// 200 to 699. After 408 and 481 the session is ended.
        status: u16,
        /// The response; `None` where the status was made here: 408, 503, and 491 for what cannot
        /// be sent while another offer is open.
        response: Option<Message>,
        /// It has an offer, to be answered with [`UserAgent::acknowledge`].
        ///
        /// [`UserAgent::acknowledge`]: crate::sip::UserAgent::acknowledge
        offers: bool,
    },
    /// The session is to be refreshed with a re-INVITE, as the peer has no UPDATE; without one the
    /// session ends (RFC 4028 §10).
    Refresh {
        /// Its session.
        session: SessionId,
    },
    /// A re-INVITE has come, to be answered or rejected. 100 was sent. If it is withdrawn before,
    /// answering has no effect.
    Reinvited {
        /// Its session.
        session: SessionId,
        /// The re-INVITE.
        request: Message,
    },
    /// REFER has come: the peer wants the call to go on with somebody else (RFC 3515). To be
    /// accepted with [`UserAgent::accept_referral`].
    ///
    /// [`UserAgent::accept_referral`]: crate::sip::UserAgent::accept_referral
    Referred {
        /// Its session.
        session: SessionId,
        /// The REFER, which has one Refer-To.
        request: Message,
        /// What is to be answered.
        transaction: ServerId,
    },
    /// BYE has come. 200 was sent. Where the peer awaits what comes of its REFER, the session goes
    /// on until it was told.
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
    /// A peer that has to prove who it is does not know the secret. 401 was sent.
    NotProven {
        /// Who.
        source: Hop,
    },
    /// The session is over and its name means nothing any more.
    Terminated {
        /// Its session.
        session: SessionId,
    },
}

impl Event {
    /// The message that it is about, and its session.
    pub fn message_mut(&mut self) -> Option<(SessionId, &mut Message)> {
        Some(match self {
            Self::Invite {
                session, request, ..
            }
            | Self::Acknowledged { session, request }
            | Self::Prack {
                session, request, ..
            }
            | Self::Updated {
                session, request, ..
            }
            | Self::Info {
                session, request, ..
            }
            | Self::Referred {
                session, request, ..
            }
            | Self::Reinvited { session, request }
            | Self::Bye { session, request }
            | Self::Cancelled { session, request } => (*session, request),
            Self::Progress {
                session, response, ..
            }
            | Self::Answered {
                session, response, ..
            } => (*session, response),
            Self::Rejected {
                session, response, ..
            }
            | Self::Replied {
                session, response, ..
            } => (*session, response.as_mut()?),
            Self::Refresh { .. }
            | Self::Probed { .. }
            | Self::NotProven { .. }
            | Self::Terminated { .. } => return None,
        })
    }
}

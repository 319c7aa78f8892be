//! What a transaction layer tells its user, and the names of transactions.

use codecs::sip::Message;

use crate::sip::{Hop, Transmit};

macro_rules! identity {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name {
            slot: usize,
            serial: u32,
        }

        impl $name {
            pub(super) fn new(slot: usize, serial: u32) -> Self {
                Self { slot, serial }
            }

            pub(super) fn slot(self) -> usize {
                self.slot
            }

            pub(super) fn serial(self) -> u32 {
                self.serial
            }
        }
    };
}

identity! {
    /// Names a client transaction; not used again for another one.
    ClientId
}

identity! {
    /// Names a server transaction; not used again for another one.
    ServerId
}

/// What a transaction layer puts out.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // moved once; a box would cost an allocation per message
pub enum TransactionOutput<C> {
    /// To be sent.
    Transmit(Transmit),
    /// Something has happened.
    Event(TransactionEvent<C>),
}

/// What has happened. Messages have passed [`Message::check`].
#[derive(Debug)]
pub enum TransactionEvent<C> {
    /// A request other than ACK and CANCEL, for the first time.
    Request {
        /// Answer it here.
        transaction: ServerId,
        /// The request.
        request: Message,
        /// Who sent it.
        source: Hop,
    },
    /// A CANCEL, for the first time.
    Cancel {
        /// Answer the CANCEL here, not its INVITE.
        transaction: ServerId,
        /// The INVITE it means, with what was assigned to it; `None` if there is none (481).
        invite: Option<(ServerId, Option<C>)>,
        /// Whether no final response to the INVITE has been sent.
        open: bool,
        /// The CANCEL.
        request: Message,
        /// Who sent it.
        source: Hop,
    },
    /// An ACK for a 2xx, each time it comes.
    Ack {
        /// The ACK.
        request: Message,
        /// Who sent it.
        source: Hop,
    },
    /// A response that its user has not seen, or one more 2xx to INVITE.
    Response {
        /// To this request.
        transaction: ClientId,
        /// What the user gave with the request.
        context: C,
        /// The response.
        response: Message,
        /// Who sent it.
        source: Hop,
    },
    /// No response will come. The transaction is over.
    Failed {
        /// Of this request.
        transaction: ClientId,
        /// What the user gave with the request.
        context: C,
        /// Why.
        failure: Failure,
    },
}

/// Why no response came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    /// None in time (timers B and F); stands for 408 (RFC 3261 §8.1.3.1).
    Timeout,
    /// The request could not be sent; stands for 503.
    Transport,
}

impl Failure {
    /// The status it stands for.
    pub fn status(self) -> u16 {
        match self {
            Self::Timeout => 408,
            Self::Transport => 503,
        }
    }
}

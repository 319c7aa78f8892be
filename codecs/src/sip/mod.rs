//! SIP messages (RFC 3261): a zero-copy index over the receive buffer, and a writer.
//!
//! [`Message::parse`] splits a datagram; the methods of [`Message`] read single header fields as
//! values that borrow from it, each with its own [`Malformed`]. [`Writer`] makes messages.

mod address;
mod authentication;
mod charging;
mod error;
mod fields;
mod grammar;
mod history;
mod host;
mod message;
mod method;
mod multipart;
mod name;
mod params;
mod parse;
mod replaces;
mod status;
mod stream;
mod tel;
mod uri;
mod user_to_user;
mod via;
mod views;
mod writer;

pub use address::NameAddr;
pub use authentication::Authentication;
pub use charging::ChargingVector;
pub use error::{Fault, Malformed};
pub use fields::{CSeq, ContentType, Privacy, Reason};
pub use grammar::{Escaped, Quoted, unescape_percent};
pub use history::HistoryEntry;
pub use host::Host;
pub use message::{Message, Values};
pub use method::Method;
pub use multipart::{Disposition, Handling, MediaPart, NewPart, multipart};
pub use name::HeaderName;
pub use params::Params;
pub use parse::{MAX_FIELDS, MAX_LEN};
pub use replaces::Replaces;
pub use status::phrase;
pub use stream::{Frame, NotFramed, PONG, Stream};
pub use tel::TelUri;
pub use uri::{SipUri, Uri};
pub use user_to_user::UserToUser;
pub use via::{BRANCH_COOKIE, Via};
pub use writer::{Value, Writer};

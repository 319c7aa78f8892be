//! A leg in SIP: requests and responses to the neutral vocabulary and back.

use std::net::SocketAddr;

use codecs::isup::{CallingPartyCategory, TransmissionMediumRequirement};
use codecs::sdp::{Address, Agreement, AudioDescription, Description, Direction, Encoding};
use codecs::sip::{HeaderName, Message, TelUri, Uri};
use routing::{AnalysisError, E164, NumberingArea};

use super::interworking::{identity, medium};
use super::leg::{LineIdentity, Portability, Setup};
use super::{Coding, Remote};

/// Why an INVITE is answered with a failure at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The status.
    pub status: u16,
    /// In words.
    pub reason: String,
}

/// Seconds after which a caller may ask again that was refused for a state of the gateway.
const RETRY_AFTER: &str = "10";

impl Refusal {
    /// The header fields that its status wants: what would be accepted (`RFC 3261 §21.4.13`), when
    /// to ask again (`§21.5.4`), or
    /// what is wrong with the session description (`§21.4.26`, `§20.43`: 399, in words).
    pub(super) fn headers(&self) -> Vec<(HeaderName<'static>, String)> {
        match self.status {
            415 => vec![(HeaderName::Accept, "application/sdp".into())],
            488 => {
                let reason = self.reason.replace(['"', '\\'], " ");
                vec![(HeaderName::Warning, format!("399 tandem \"{reason}\""))]
            }
            503 => vec![(HeaderName::RetryAfter, RETRY_AFTER.into())],
            _ => Vec::new(),
        }
    }

    pub(super) fn new(status: u16, reason: impl ToString) -> Self {
        Self {
            status,
            reason: reason.to_string(),
        }
    }
}

/// What an INVITE asks for.
///
/// # Errors
/// [`Refusal`] if the request URI is no telephone number (416), or one that names nobody here
/// (404, incomplete ones 484).
pub(super) fn setup(request: &Message, area: &NumberingArea) -> Result<Setup, Refusal> {
    let uri = request.uri().map_err(|error| Refusal::new(400, error))?;
    // RFC 3261 §8.2.2.1: a scheme nobody here knows, or a user nobody here is.
    let number = uri.telephone().ok_or_else(|| match uri {
        Uri::Other(_) => Refusal::new(416, "the request URI's scheme is not sip, sips or tel"),
        _ => Refusal::new(404, "the request URI is no telephone number"),
    })?;
    let called = global(&number, area).map_err(|error| match error {
        AnalysisError::Incomplete => Refusal::new(484, error),
        _ => Refusal::new(404, error),
    })?;
    Ok(Setup {
        called,
        portability: Portability::default(),
        carrier: None,
        calling: calling(request, area),
        additional_calling: None,
        category: CallingPartyCategory::ORDINARY,
        medium: TransmissionMediumRequirement::AUDIO_3K1,
        priority: None,
        redirection: None,
        user_to_user: None,
        wants_connected: false,
        hops: None,
        rerouted: false,
        isup: None,
    })
}

/// The global number of a `tel:` URI: itself, or completed by its context (`RFC 3966 §5.1.5`), or
/// as dialled here.
fn global(number: &TelUri<'_>, area: &NumberingArea) -> Result<E164, AnalysisError> {
    let digits = number.digits().map_err(routing::E164Error::from)?;
    if digits.is_empty() {
        return Err(AnalysisError::Incomplete);
    }
    if number.is_global() {
        return Ok(E164::new(digits)?);
    }
    match number
        .phone_context()
        .and_then(|context| context.strip_prefix('+'))
    {
        Some(prefix) => {
            let prefix: codecs::number::Digits =
                prefix.parse().map_err(routing::E164Error::from)?;
            Ok(E164::new(
                prefix.join(&digits).map_err(routing::E164Error::from)?,
            )?)
        }
        None => area.dialled(&digits),
    }
}

/// The first telephone number that a 3xx names.
pub(super) fn redirection(response: &Message, area: &NumberingArea) -> Option<E164> {
    response
        .addresses(HeaderName::Contact)
        .find_map(|contact| global(&contact.ok()?.uri.telephone()?, area).ok())
}

/// The first asserted identity that is a telephone number, and whether it may be shown.
fn calling(request: &Message, area: &NumberingArea) -> LineIdentity {
    let asserted = request
        .addresses(HeaderName::PAssertedIdentity)
        .find_map(|address| global(&address.ok()?.uri.telephone()?, area).ok());
    identity::calling(asserted, request.privacy())
}

/// What we can carry of a medium, `packet_ms` in a packet.
pub(super) fn local_audio(
    address: SocketAddr,
    packet_ms: u16,
    medium: TransmissionMediumRequirement,
) -> AudioDescription {
    AudioDescription {
        address: Address::Ip(address.ip()),
        port: address.port(),
        payloads: medium::codecs(medium).to_vec(),
        ptime: Some(packet_ms),
        maxptime: None,
        direction: Direction::SendRecv,
    }
}

/// The far end of the RTP stream that was agreed upon.
///
/// # Errors
/// [`Refusal`] (488) if it is no address we can send to.
pub(super) fn remote(agreement: &Agreement) -> Result<Remote, Refusal> {
    let Address::Ip(ip) = agreement.address else {
        return Err(Refusal::new(
            488,
            "the session description has no IP address",
        ));
    };
    let coding = match agreement.send.encoding {
        Encoding::Pcma => Coding::Pcma,
        Encoding::Pcmu => Coding::Pcmu,
        Encoding::Clearmode => Coding::Clear(agreement.send.number),
        _ => return Err(Refusal::new(488, "no codec in common")),
    };
    Ok(Remote {
        address: SocketAddr::new(ip, agreement.port),
        coding,
    })
}

/// The session description of a message, where it has one.
pub(super) fn description(message: &Message) -> Option<Result<Description, Refusal>> {
    if message.body().is_empty() {
        return None;
    }
    let is_sdp = message
        .content_type()
        .ok()
        .flatten()
        .is_some_and(|content_type| content_type.is("application", "sdp"));
    if !is_sdp {
        return Some(Err(Refusal::new(415, "the body is no session description")));
    }
    let parsed = Description::parse(message.body());
    Some(parsed.map_err(|error| Refusal::new(488, error)))
}

//! A leg in SIP: requests and responses to the neutral vocabulary and back.

use std::net::SocketAddr;

use codecs::isup::{CauseIndicators, TransmissionMediumRequirement};
use codecs::sdp::{Address, Agreement, AudioDescription, Direction, Encoding};
use codecs::sip::{HeaderName, Message, Uri};
use protocols::sip::{ACCEPT, Header};
use routing::{AnalysisError, E164, NumberingArea};

use super::interworking::identity::{self, Caller, Identity};
use super::interworking::rows::Rules;
use super::interworking::subaddress::{Subaddress, Subaddresses};
use super::interworking::{
    charging, early_media, history, hops, medium, priority, uri, user_to_user,
};
use super::leg::{Indication, Portability, Priority, Setup, Signal};
use super::settings::{DiversionFields, Identities, PeerId, Reliable, Settings};
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
            421 => vec![(HeaderName::Require, RELIABLE.into())],
            415 => vec![(HeaderName::Accept, ACCEPT.into())],
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

    /// Of a number that names nobody here (`RFC 3261 §21.4.5`, `§21.4.22`).
    pub(super) fn of_number(error: AnalysisError) -> Self {
        match error {
            AnalysisError::Incomplete => Self::new(484, error),
            _ => Self::new(404, error),
        }
    }
}

/// The option tag of reliable provisional responses (`RFC 3262`).
pub(super) const RELIABLE: &str = "100rel";

impl Reliable {
    /// Whether provisional responses to an INVITE are acknowledged.
    ///
    /// # Errors
    /// [`Refusal`] (421) if they have to be and cannot.
    pub(super) fn of(self, request: &Message) -> Result<bool, Refusal> {
        let required = request.lists(HeaderName::Require, RELIABLE);
        let supported = required || request.lists(HeaderName::Supported, RELIABLE);
        match self {
            Self::No => Ok(required),
            Self::Required if !supported => Err(Refusal::new(421, "100rel is required")),
            Self::Supported | Self::Required => Ok(supported),
        }
    }
}

/// What an INVITE asks for.
///
/// # Errors
/// [`Refusal`] if the request URI is no telephone number (416), or one that names nobody here
/// (404, incomplete ones 484), or the call may go no further (483).
pub(super) fn setup(request: &Message, settings: &Settings, id: PeerId) -> Result<Setup, Refusal> {
    let peer = settings.sip.peer(id);
    let (area, identities) = (&settings.numbering, &peer.identities);
    let trusted = peer.trusted;
    let called = called(request, area, identities)?;
    let uri = request.uri().map_err(|error| Refusal::new(400, error))?;
    let number = uri.telephone();
    let emergency = priority::is_emergency(uri.as_str());
    let portability = match (&number, trusted) {
        (Some(number), true) => uri::portability(number),
        _ => Portability::default(),
    };
    let leading = portability.leading_digits(&called);
    let rules = settings.rules(settings.towards(leading, id));
    let caller = match (trusted, identities.numbers.as_slice()) {
        (true, _) => Caller::of(request, area, rules),
        (false, []) => Caller::UNKNOWN,
        (false, numbers) => Caller::of_user(request, numbers, area, rules),
    };
    let believed = Some(request).filter(|_| trusted);
    let network = identities.network.as_deref();
    let hops = request.max_forwards().ok().flatten();
    let hops = hops.map(|hops| hops::counter(hops, identities.hop_factor));
    if hops.is_some_and(|hops| hops.value() == 0) {
        return Err(Refusal::new(483, "the call may go no further"));
    }
    Ok(Setup {
        called,
        portability,
        subaddresses: Subaddresses {
            called: number.as_ref().and_then(Subaddress::of_uri),
            calling: caller.subaddress,
        },
        carrier: number.as_ref().and_then(uri::carrier),
        calling: caller.calling,
        additional_calling: caller.additional,
        category: caller.category,
        medium: TransmissionMediumRequirement::AUDIO_3K1,
        priority: match emergency {
            true => Some(Priority::Emergency),
            false => believed.and_then(priority::of_request),
        },
        redirection: believed
            .and_then(|request| history::of_request(request, area, rules))
            .map(Box::new),
        user_to_user: user_to_user::of_message(request),
        wants_connected: true,
        hops,
        charging: believed.and_then(|request| charging::answer(request, network)),
        rerouted: false,
        isup: None,
    })
}

/// The number that an INVITE is for.
///
/// # Errors
/// [`Refusal`] as for [`setup`].
pub(super) fn called(
    request: &Message,
    area: &NumberingArea,
    identities: &Identities,
) -> Result<E164, Refusal> {
    let uri = request.uri().map_err(|error| Refusal::new(400, error))?;
    if priority::is_emergency(uri.as_str()) {
        let numbers = &identities.emergency;
        return priority::emergency_number(uri.as_str(), numbers)
            .ok_or_else(|| Refusal::new(404, "no number serves this call for help"));
    }
    // RFC 3261 §8.2.2.1: a scheme nobody here knows, or a user nobody here is.
    let number = uri.telephone().ok_or_else(|| match uri {
        Uri::Other(_) => Refusal::new(416, "the request URI's scheme is not sip, sips or tel"),
        _ => Refusal::new(404, "the request URI is no telephone number"),
    })?;
    uri::of_tel(&number, area).map_err(Refusal::of_number)
}

/// The header fields that say who calls whom, but for `From`; `peer` is the host name of whom it is
/// sent to.
pub(super) fn invite_headers(
    setup: &Setup,
    identity: Identity,
    peer: &str,
    identities: &Identities,
    rules: Rules<'_>,
) -> Vec<Header> {
    let mut headers = Vec::with_capacity(6);
    let mut add = |name, value: Option<String>| headers.extend(value.map(|value| (name, value)));
    let hops = setup
        .hops
        .map(|hops| hops::max_forwards(hops, identities.hop_factor));
    add(HeaderName::MaxForwards, hops.map(|hops| hops.to_string()));
    add(HeaderName::PAssertedIdentity, identity.asserted);
    add(HeaderName::Privacy, identity.privacy.map(str::to_owned));
    add(
        HeaderName::AcceptLanguage,
        identity.language.map(str::to_owned),
    );
    let fields = identities.diversions;
    if let Some(redirection) = &setup.redirection {
        if matches!(fields, DiversionFields::HistoryInfo | DiversionFields::Both) {
            let history = history::history_info(redirection, &setup.called, peer, rules);
            add(HeaderName::HistoryInfo, Some(history));
        }
        if matches!(fields, DiversionFields::Diversion | DiversionFields::Both) {
            add(HeaderName::Diversion, Some(history::diversion(redirection)));
        }
    }
    let priority = setup.priority.and_then(priority::value);
    add(HeaderName::ResourcePriority, priority.map(str::to_owned));
    add(
        HeaderName::UserToUser,
        setup.user_to_user.as_ref().map(user_to_user::value),
    );
    headers
}

/// The header fields of an INVITE that are for an IMS only (`TS 24.229 §5.5.3`); no other call is
/// `charged_as` it.
pub(super) fn ims_headers(charged_as: u128, identities: &Identities) -> [Header; 2] {
    let charging = charging::begin(charged_as, identities.network.as_deref());
    let early_media = early_media::SUPPORTED.to_owned();
    [
        (HeaderName::PEarlyMedia, early_media),
        (HeaderName::PChargingVector, charging),
    ]
}

/// What a response to our INVITE says, beside its meaning.
pub(super) fn indication(
    signal: Signal,
    response: &Message,
    setup: &Setup,
    area: &NumberingArea,
    rules: Rules<'_>,
    trusted: bool,
) -> Indication {
    let before = setup.redirection.as_ref().map_or(0, |before| before.count);
    let believed = Some(response).filter(|_| trusted);
    Indication {
        signal,
        connected: believed.and_then(|response| identity::connected(response, area, rules)),
        forwarding: believed
            .and_then(|response| history::of_response(response, before, area, rules)),
        user_to_user: user_to_user::of_message(response),
        isup: None,
    }
}

/// The first telephone number that a 3xx names.
pub(super) fn redirection(response: &Message, area: &NumberingArea) -> Option<E164> {
    response
        .addresses(HeaderName::Contact)
        .find_map(|contact| uri::of_tel(&contact.ok()?.uri.telephone()?, area).ok())
}

/// What a request or response that ends a call says.
pub(super) fn release(cause: CauseIndicators, said: Option<&Message>) -> Indication {
    Indication {
        user_to_user: said.and_then(user_to_user::of_message),
        ..Signal::Release(cause).into()
    }
}

/// The header fields of a response to an INVITE that say who answers it, or where the call is sent;
/// `domain` is the host of our numbers in URIs.
pub(super) fn response_headers(
    indication: &Indication,
    setup: &Setup,
    identities: &Identities,
    domain: &str,
    rules: Rules<'_>,
) -> Vec<Header> {
    let mut headers = Vec::new();
    let mut add = |name, value: Option<String>| headers.extend(value.map(|value| (name, value)));
    let charging = setup.charging.as_deref();
    add(HeaderName::PChargingVector, charging.map(str::to_owned));
    if indication.signal == Signal::Answer
        && let Some(connected) = &indication.connected
    {
        let (asserted, privacy) =
            identity::of_connected(connected, identities.asserted, domain, rules);
        add(HeaderName::PAssertedIdentity, asserted);
        add(HeaderName::Privacy, privacy.map(str::to_owned));
    }
    if let Some(forwarding) = &indication.forwarding {
        let history = history::forwarded(forwarding, &setup.called, domain, rules);
        add(HeaderName::HistoryInfo, Some(history));
    }
    let user_to_user = indication.user_to_user.as_ref().map(user_to_user::value);
    add(HeaderName::UserToUser, user_to_user);
    headers
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
        preconditions: None,
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

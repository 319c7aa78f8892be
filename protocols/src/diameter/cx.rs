//! Location queries of Cx over a peer (3GPP TS 29.228 §6.1.4).

use std::time::Instant;

use codecs::diameter::cx::{LocationInfoAnswer, LocationInfoRequest};
use codecs::diameter::{Avp, Fault, Key, Message, Outcome};

use super::{Failure, Peer, RequestId};

/// Which HSS to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// Its realm.
    pub realm: String,
    /// Its host, if it is to be one in particular.
    pub host: Option<String>,
}

/// Asks where the user with this public identity, a SIP or tel URI, is served. Read the answer with
/// [`read_answer`].
///
/// # Errors
/// [`Failure`] if the question cannot be sent.
pub fn location_info(
    peer: &mut Peer,
    hss: &Destination,
    public_identity: &str,
    now: Instant,
) -> Result<RequestId, Failure> {
    let request = LocationInfoRequest {
        session: peer.new_session(),
        origin: peer.config().identity.clone(),
        destination_host: hss.host.clone(),
        destination_realm: hss.realm.clone(),
        originating: false,
        public_identity: public_identity.to_owned(),
        other: Vec::new(),
    };
    peer.request(request.message(), now)
}

/// What the HSS says.
///
/// # Errors
/// [`Failure::Malformed`] if it does not say it as it should.
pub fn read_answer(answer: &Message) -> Result<LocationInfoAnswer, Failure> {
    LocationInfoAnswer::read(&answer.avps).map_err(|_| Failure::Malformed)
}

/// The query in a request; what is wrong with one that cannot be read is answered at once.
pub fn read_request(peer: &mut Peer, request: &Message) -> Option<LocationInfoRequest> {
    let fault = match LocationInfoRequest::read(&request.avps) {
        Ok(query) => return Some(query),
        Err(fault) => fault,
    };
    let Fault { result, failed } = fault;
    let refusal = LocationInfoAnswer::failed(Outcome::Base(result));
    let mut answer = refusal.message(request, &peer.config().identity);
    answer.avps.push(Avp::grouped(Key::FAILED_AVP, &[failed]));
    peer.answer(&answer);
    None
}

/// Answers a query.
pub fn respond(peer: &mut Peer, request: &Message, answer: &LocationInfoAnswer) {
    let answer = answer.message(request, &peer.config().identity);
    peer.answer(&answer);
}

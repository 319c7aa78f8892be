//! The HSS half: location queries of I-CSCFs over Cx (3GPP TS 29.228 §6.1.4).

use codecs::diameter::cx::{LocationInfoAnswer, result};

use super::subscribers::{Subscribers, Unlocated};
use crate::diameter::Query;

/// Answers a query from the subscribers.
pub(super) fn answer(subscribers: &Subscribers, query: Query) {
    let identity = &query.request.public_identity;
    let answer = locate(subscribers, identity);
    match &answer.server_name {
        Some(scscf) => tracing::info!(identity, scscf, "location query answered"),
        None => {
            let code = answer.outcome.code().0;
            tracing::info!(identity, code, "location query refused");
        }
    }
    query.answer(answer);
}

/// What a location query is answered.
fn locate(subscribers: &Subscribers, identity: &str) -> LocationInfoAnswer {
    match subscribers.scscf(identity) {
        Ok(scscf) => LocationInfoAnswer::found(scscf),
        Err(Unlocated::Unknown) => LocationInfoAnswer::failed(result::USER_UNKNOWN),
        Err(Unlocated::NotRegistered) => {
            LocationInfoAnswer::failed(result::IDENTITY_NOT_REGISTERED)
        }
    }
}

//! What the I-CSCF makes of the answers to its Cx queries (3GPP TS 29.228 §6.1.4).

use codecs::diameter::cx::{LocationInfoAnswer, result};
use protocols::diameter::Failure;

use super::cscf::Location;

/// Where the user is; why a call to the user is refused is told to the log.
pub(super) fn locate(identity: &str, answer: Result<LocationInfoAnswer, Failure>) -> Location {
    let reason = match &answer {
        Ok(answer) => answer.outcome.to_string(),
        Err(failure) => failure.to_string(),
    };
    let location = location(answer);
    match location.server() {
        Ok(server) => tracing::debug!(identity, server, "located"),
        Err(status) => tracing::info!(identity, status, %reason, "call refused by the HSS"),
    }
    location
}

/// Where the user is. A user who is not registered may still have an S-CSCF, which serves what the
/// user has then.
fn location(answer: Result<LocationInfoAnswer, Failure>) -> Location {
    let Ok(answer) = answer else {
        return Location::Failed;
    };
    match (answer.outcome, answer.server_name) {
        (result::USER_UNKNOWN, _) => Location::Unknown,
        (result::IDENTITY_NOT_REGISTERED, _) => Location::NotRegistered,
        (outcome, Some(server)) if outcome.code().is_success() => Location::Server(server),
        // To be given an S-CSCF by its capabilities: there is but the one that names itself.
        (result::UNREGISTERED_SERVICE, None) => Location::NotRegistered,
        _ => Location::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use codecs::diameter::{Outcome, ResultCode};

    #[test]
    fn every_outcome_means_something() {
        let server = || LocationInfoAnswer::found("sip:s.example");
        let failed = LocationInfoAnswer::failed;
        let unregistered = LocationInfoAnswer {
            outcome: result::UNREGISTERED_SERVICE,
            ..server()
        };
        let refused = Outcome::Base(ResultCode(5012));
        for (answer, meaning) in [
            (Ok(server()), Location::Server("sip:s.example".into())),
            (Ok(unregistered), Location::Server("sip:s.example".into())),
            (
                Ok(failed(result::UNREGISTERED_SERVICE)),
                Location::NotRegistered,
            ),
            (
                Ok(failed(result::IDENTITY_NOT_REGISTERED)),
                Location::NotRegistered,
            ),
            (Ok(failed(result::USER_UNKNOWN)), Location::Unknown),
            (Ok(failed(refused)), Location::Failed),
            (
                Ok(failed(Outcome::Base(ResultCode::SUCCESS))),
                Location::Failed,
            ),
            (Err(Failure::Timeout), Location::Failed),
        ] {
            assert_eq!(location(answer), meaning);
        }
    }
}

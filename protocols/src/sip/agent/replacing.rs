//! INVITE that takes the place of a dialog there is (RFC 3891 §3).

use codecs::sip::{HeaderName, Message, Replaces};

use super::session::State;
use super::{SessionId, UserAgent};

/// The option tag, and in other spelling the header field.
const REPLACES: &str = "replaces";
const FIELD: HeaderName<'static> = HeaderName::Other("Replaces");
const JOIN: HeaderName<'static> = HeaderName::Other("Join");

impl UserAgent {
    /// The dialog whose place an INVITE is to take. Where the owner does not announce `replaces`
    /// the field means nothing.
    ///
    /// # Errors
    /// The status that refuses the INVITE.
    pub(super) fn replaced(&mut self, invite: &Message) -> Result<Option<SessionId>, u16> {
        let Some(field) = invite.header(FIELD).filter(|_| self.replaces) else {
            return Ok(None);
        };
        if invite.headers(FIELD).nth(1).is_some() || invite.header(JOIN).is_some() {
            return Err(400);
        }
        let replaces = Replaces::parse(field).map_err(|_| 400u16)?;
        let session = self.session_named(replaces).ok_or(481u16)?;
        let state = self.session(session).map(|session| &session.state);
        match state {
            None | Some(State::Offered(..)) => Err(481),
            Some(state) if state.is_over() => Err(603),
            Some(State::Calling(calling)) if calling.phase.is_leaving() => Err(603),
            Some(State::Calling(_)) => Ok(Some(session)),
            Some(_) if replaces.early_only => Err(486),
            Some(_) => Ok(Some(session)),
        }
    }

    /// The session that has a dialog of these identifiers, tags as this end of it has them (RFC 3891
    /// §3).
    pub fn session_named(&mut self, named: Replaces<'_>) -> Option<SessionId> {
        let token = self.transactions.identifiers().read(named.to_tag)?;
        let slot = *self.by_tag.get(&token)?;
        let session = self.sessions.get_mut(slot)?;
        session.dialog_with(named.from_tag)?;
        let id = SessionId {
            slot,
            serial: session.serial,
        };
        (*session.call_id == *named.call_id).then_some(id)
    }

    /// Whether a request other than INVITE names a dialog to take the place of, which it cannot.
    pub(super) fn misplaces(&self, request: &Message) -> bool {
        self.replaces && request.header(FIELD).is_some()
    }
}

/// Whether the owner announces it.
pub(super) fn is_announced(options: &[std::borrow::Cow<'static, str>]) -> bool {
    options.iter().any(|option| option == REPLACES)
}

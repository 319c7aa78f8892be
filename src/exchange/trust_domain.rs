//! The border of the trust domain: what peers outside of it say that only those inside may say is
//! as good as not said, in requests and responses alike (RFC 3325 §5, §7).

use protocols::sip::{Event, Hop, SessionId};

use super::Exchange;
use super::interworking::trust;
use super::settings::{PeerId, Sip};
use super::telemetry::Telemetry;

impl Exchange {
    /// Takes out of the message of an event what its peer may not say.
    pub(super) fn disbelieve(&mut self, event: &mut Event) {
        let source = match event {
            Event::Invite { source, .. } => self.settings.sip.at(source.address.ip()),
            _ => None,
        };
        let Some((session, message)) = event.message_mut() else {
            return;
        };
        let Some(peer) = source.or_else(|| self.peer_of_session(session)) else {
            return;
        };
        let peer = self.settings.sip.peer(peer);
        if peer.trusted {
            return;
        }
        let mut first = None;
        let fields = message.remove(|name| {
            let guarded = trust::is_guarded(name);
            if guarded && first.is_none() {
                first = Some(name.to_string());
            }
            guarded
        });
        if let Some(field) = first {
            let peer = peer.name.clone();
            self.report(Telemetry::NotBelieved {
                peer,
                field,
                fields,
            });
        }
    }

    /// A peer that has to prove who it is does not know its password.
    pub(super) fn not_proven(&mut self, source: Hop) {
        let peer = self.settings.sip.at(source.address.ip());
        let peer = peer.unwrap_or(Sip::UNNAMED);
        let peer = self.settings.sip.peer(peer).name.clone();
        let from = source.address;
        self.report(Telemetry::NotProven { peer, from });
    }

    /// The peer of a session that belongs to a call.
    fn peer_of_session(&self, session: SessionId) -> Option<PeerId> {
        let call = self.calls.get(*self.by_session.get(&session)?)?;
        Some(call.peer.unwrap_or(Sip::UNNAMED))
    }
}

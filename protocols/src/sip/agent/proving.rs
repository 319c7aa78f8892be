//! Requests that prove who sends them: those of peers, and ours (RFC 3261 §22).

use std::net::IpAddr;
use std::time::Instant;

use bytes::Bytes;
use codecs::sip::{Message, Method};

use super::asking::Name;
use super::session::{Calling, Phase, State};
use super::{Context, Event, Header, SessionId, UserAgent};
use crate::sip::digest::{Verdict, Wallet};
use crate::sip::{Account, Hop, ServerId};

/// Whether a response asks for a proof.
pub(super) fn challenges(status: u16) -> bool {
    matches!(status, 401 | 407)
}

fn new_wallet(account: Account) -> Box<Wallet> {
    Box::new(Wallet::new(account))
}

impl UserAgent {
    /// Challenges a request outside of a dialog whose sender has to prove who it is and does not.
    /// Within a dialog it has done so; ACK and CANCEL cannot be sent again (§22.1).
    pub(super) fn is_unproven(
        &mut self,
        transaction: ServerId,
        request: &Message,
        source: Hop,
        now: Instant,
    ) -> bool {
        let proof = self.config.proofs.get(&source.address.ip());
        let Some(demand) = proof.and_then(|proof| proof.demand.as_ref()) else {
            return false;
        };
        let verdict = self.guard.judge(demand, request, now);
        if verdict == Verdict::Proven {
            return false;
        }
        let random = self.transactions.identifiers().token();
        let challenges = self.guard.challenges(demand, verdict, random, now);
        let challenges: Vec<_> = challenges
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        self.refuse(transaction, request, source, 401, &challenges, now);
        if verdict == Verdict::Wrong {
            self.tell(Event::NotProven { source });
        }
        true
    }

    /// Takes a challenge in. Answers whether it can be met.
    pub(super) fn can_prove(&mut self, id: SessionId, to: Hop, response: Option<&Message>) -> bool {
        let account = self.account(to.address.ip());
        let Some((session, response)) = self.sessions.get_mut(id.slot).zip(response) else {
            return false;
        };
        if session.serial != id.serial || !challenges(response.status()) {
            return false;
        }
        if session.wallet.is_none() {
            session.wallet = account.map(new_wallet);
        }
        let wallet = session.wallet.as_mut();
        wallet.is_some_and(|wallet| wallet.challenged(response))
    }

    fn account(&self, peer: IpAddr) -> Option<Account> {
        self.config.proofs.get(&peer)?.account.clone()
    }

    /// What proves that a request of a session is ours, where that has been asked for.
    pub(super) fn proofs(&mut self, id: SessionId, method: &str, uri: &str) -> Vec<Header> {
        let random = self.transactions.identifiers().token();
        let session = self.session(id);
        let wallet = session.and_then(|session| session.wallet.as_mut());
        wallet.map_or_else(Vec::new, |wallet| wallet.prove(method, uri, random))
    }

    /// The same for a request that has been sent before.
    pub(super) fn proofs_again(&mut self, id: SessionId, request: &Bytes) -> Vec<Header> {
        let request = Message::parse(request.clone());
        request.map_or_else(
            |_| Vec::new(),
            |request| self.proofs(id, request.method().as_str(), request.request_uri()),
        )
    }

    /// 401 or 407 to the INVITE: it is sent again with what it asks for, or the call is refused.
    pub(super) fn invite_challenged(
        &mut self,
        id: SessionId,
        calling: Box<Calling>,
        response: Message,
        now: Instant,
    ) {
        if !self.can_prove(id, calling.to, Some(&response)) {
            return self.refused(id, false, response.status(), Some(response), now);
        }
        self.invite_again(id, calling, Vec::new(), now);
    }

    /// Sends the INVITE of a call once more, as a new one, with these header fields changed.
    pub(super) fn invite_again(
        &mut self,
        id: SessionId,
        mut calling: Box<Calling>,
        mut changed: Vec<Header>,
        now: Instant,
    ) {
        changed.extend(self.proofs_again(id, &calling.request));
        let context = Context::Invite(id);
        let (cseq, to) = (calling.cseq + 1, calling.to);
        let sent = self.send_changed(&calling.request, cseq, &changed, to, context, now);
        if let Some((invite, request)) = sent {
            calling.invite = invite;
            calling.request = request;
            calling.cseq = cseq;
            calling.phase = Phase::Sent;
            calling.early.clear();
        }
        self.put(id, State::Calling(calling));
    }

    /// What proves that a request within a dialog is ours, where that has been asked for.
    pub(super) fn proofs_within(&mut self, name: Name, method: Method<'_>) -> Vec<Header> {
        let session = self.session(name.0);
        let Some(session) = session.filter(|session| session.wallet.is_some()) else {
            return Vec::new();
        };
        let uri = session.dialog(name.1).map(|it| it.request_uri().to_owned());
        uri.map_or_else(Vec::new, |uri| self.proofs(name.0, method.as_str(), &uri))
    }

    /// Whether a request within a dialog is to be sent again with a proof.
    pub(super) fn is_asked_for_proof(&mut self, name: Name, response: Option<&Message>) -> bool {
        let dialog = self.session(name.0).and_then(|it| it.dialog(name.1));
        let to = dialog.map(|dialog| dialog.next_hop());
        to.is_some_and(|to| self.can_prove(name.0, to, response))
    }

    /// Keeps a BYE that may have to be sent again with a proof.
    pub(super) fn keep_bye(&mut self, name: Name, bye: Bytes) {
        let dialog = self.session(name.0).and_then(|it| it.dialog(name.1));
        let Some(to) = dialog.map(|dialog| dialog.next_hop()) else {
            return;
        };
        let account = self.account(to.address.ip());
        if let Some((session, account)) = self.session(name.0).zip(account) {
            let wallet = session.wallet.get_or_insert_with(|| new_wallet(account));
            wallet.bye = Some(bye);
        }
    }

    /// 401 or 407 to our BYE. Answers whether it was sent again.
    pub(super) fn bye_again(&mut self, id: SessionId, response: &Message, now: Instant) -> bool {
        let Some(State::Closing(dialog)) = self.session(id).map(|session| &mut session.state)
        else {
            return false;
        };
        dialog.cseq += 1;
        let (cseq, to) = (dialog.cseq, dialog.next_hop());
        if !self.can_prove(id, to, Some(response)) {
            return false;
        }
        let wallet = self.session(id).and_then(|it| it.wallet.as_ref());
        let Some(bye) = wallet.and_then(|wallet| wallet.bye.clone()) else {
            return false;
        };
        let proofs = self.proofs_again(id, &bye);
        let sent = self.send_changed(&bye, cseq, &proofs, to, Context::Bye(id), now);
        sent.is_some()
    }

    /// What the ACK for a 2xx repeats of the INVITE (§22.1).
    pub(super) fn proofs_of_invite(&mut self, response: &Message) -> &[Header] {
        let Ok(from) = response.from() else {
            return &[];
        };
        let token = from
            .tag()
            .and_then(|tag| self.transactions.identifiers().read(tag));
        let slot = token.and_then(|token| self.by_tag.get(&token));
        let session = slot.and_then(|&slot| self.sessions.get(slot));
        let wallet = session.and_then(|session| session.wallet.as_ref());
        wallet.map_or(&[], |wallet| wallet.of_invite())
    }
}

//! Sessions that end from here: CANCEL, a refusal or BYE, as their state demands
//! (RFC 3261 §9.1, §15).

use std::time::Instant;

use codecs::sip::Method;

use super::session::{Phase, State};
use super::{Content, Context, SessionId, Timer, UserAgent};
use crate::sip::ClientId;
use crate::sip::dialog::Dialog;

impl UserAgent {
    pub(super) fn leave(&mut self, id: SessionId, content: Content<'_>, now: Instant) {
        match self.take(id) {
            Some(State::Calling(mut calling)) => {
                calling.phase = match calling.phase {
                    Phase::Sent => Phase::Leaving(content.into()),
                    Phase::Proceeding => self.send_cancel(id, calling.invite, content, now),
                    leaving => leaving,
                };
                self.put(id, State::Calling(calling));
            }
            Some(State::Offered(offer, dialog)) => {
                self.put(id, State::Offered(offer, dialog));
                self.refuse_offer(id, 480, content, now);
            }
            Some(State::Answered(mut answer, dialog)) => {
                answer.leaving.get_or_insert_with(|| content.into());
                self.put(id, State::Answered(answer, dialog));
            }
            Some(State::Owing(cseq, dialog)) => {
                self.put(id, State::Owing(cseq, dialog));
                self.send_answer(id, &[], None);
                self.leave(id, content, now);
            }
            Some(State::Confirmed(dialog) | State::Reinviting(_, dialog)) => {
                self.bye(id, dialog, content, now);
            }
            Some(State::Reoffered(offer, dialog)) => {
                self.reply_to_offer(id, &offer, 487, Content::default(), now);
                self.bye(id, dialog, content, now);
            }
            Some(State::Lingering(_)) => self.terminate(id, now),
            Some(state) => self.put(id, state),
            None => {}
        }
    }

    /// Sends BYE; the session is over when it is answered.
    pub(super) fn bye(
        &mut self,
        id: SessionId,
        dialog: Dialog,
        content: Content<'_>,
        now: Instant,
    ) {
        let name = (id, dialog.id);
        self.put(id, State::Closing(dialog));
        self.drop_pending(id, now);
        let Content { headers, body } = content;
        let sent = self.send_within(name, Method::Bye, headers, body, Context::Bye(id), now);
        if let Some(bye) = sent {
            self.keep_bye(name, bye);
        }
    }

    pub(super) fn send_cancel(
        &mut self,
        id: SessionId,
        invite: ClientId,
        content: Content<'_>,
        now: Instant,
    ) -> Phase {
        self.transactions
            .cancel(invite, content.headers, Context::Loose, now);
        let lifetime = self.transactions.timings().lifetime();
        self.timers.arm(Timer::NoEnd(id), now + lifetime);
        Phase::Cancelled
    }
}

//! What peers settle between themselves: capabilities (RFC 6733 §5.3), watchdog (RFC 3539 §3.4), and
//! taking leave (RFC 6733 §5.4).

use std::time::{Duration, Instant};

use codecs::diameter::base::{Disconnect, DisconnectCause, Watchdog};
use codecs::diameter::{Avp, Capabilities, CommandCode, Key, Message, Outcome, ResultCode};

use super::peer::{Peer, State, Timer};
use super::{Output, Reason, Timers};

/// Watchdog requests that may stay unanswered; at the next one the peer is gone (`RFC 3539 §3.4.1`:
/// one makes it suspect, the second closes).
const UNANSWERED: u32 = 2;

impl Peer {
    pub(super) fn cer(&mut self, request: &Message, now: Instant) {
        let theirs = match Capabilities::read_request(&request.avps) {
            Ok(theirs) => theirs,
            Err(fault) => {
                self.refuse(request, &fault);
                return self.close(Reason::Refused(Outcome::Base(fault.result)));
            }
        };
        let result = self.judge(&theirs);
        self.cea_out(request, result);
        match result {
            ResultCode::SUCCESS => self.open(theirs, now),
            _ => self.close(Reason::Refused(Outcome::Base(result))),
        }
    }

    pub(super) fn cer_again(&mut self, request: &Message) {
        match Capabilities::read_request(&request.avps) {
            Ok(_) => self.cea_out(request, ResultCode::SUCCESS),
            Err(fault) => self.refuse(request, &fault),
        }
    }

    fn cea_out(&mut self, request: &Message, result: ResultCode) {
        let mut avps = vec![Outcome::Base(result).avp()];
        avps.extend(self.config.capabilities().avps());
        self.send(&request.answer(result, avps));
    }

    pub(super) fn cea(&mut self, answer: &Message, now: Instant) {
        let refused = |result| Reason::Refused(Outcome::Base(result));
        // A refusal need not say more than that.
        if let Ok(outcome) = Outcome::of(&answer.avps)
            && !outcome.code().is_success()
        {
            return self.close(Reason::Refused(outcome));
        }
        match Capabilities::read_answer(&answer.avps) {
            Err(fault) => self.close(refused(fault.result)),
            Ok((_, theirs)) => match self.judge(&theirs) {
                ResultCode::SUCCESS => self.open(theirs, now),
                result => self.close(refused(result)),
            },
        }
    }

    fn judge(&self, theirs: &Capabilities) -> ResultCode {
        let host = &theirs.identity.host;
        let known = |name: &String| name.eq_ignore_ascii_case(host);
        if !self.config.peers.is_empty() && !self.config.peers.iter().any(known) {
            return ResultCode::UNKNOWN_PEER;
        }
        match self.config.capabilities().shares_application(theirs) {
            true => ResultCode::SUCCESS,
            false => ResultCode::NO_COMMON_APPLICATION,
        }
    }

    fn open(&mut self, theirs: Capabilities, now: Instant) {
        self.state = State::Open;
        self.timers.cancel(&Timer::Handshake);
        self.unanswered = 0;
        self.rest_watchdog(now);
        self.outputs.push_back(Output::Opened(Box::new(theirs)));
    }

    pub(super) fn dwr(&mut self, request: &Message) {
        match Watchdog::read(&request.avps) {
            Ok(_) => {
                let state = Avp::u32(Key::ORIGIN_STATE_ID, self.config.state);
                self.answer_base(request, ResultCode::SUCCESS, vec![state]);
            }
            Err(fault) => self.refuse(request, &fault),
        }
    }

    pub(super) fn watch(&mut self, now: Instant) {
        if self.unanswered == UNANSWERED {
            return self.close(Reason::Silent);
        }
        self.unanswered += 1;
        let mut avps = Vec::from(self.config.identity.origin());
        avps.push(Avp::u32(Key::ORIGIN_STATE_ID, self.config.state));
        self.ask(CommandCode::DEVICE_WATCHDOG, avps);
        self.rest_watchdog(now);
    }

    /// Tw begins anew, a little longer or shorter each time.
    pub(super) fn rest_watchdog(&mut self, now: Instant) {
        let Timers {
            watchdog, jitter, ..
        } = self.config.timers;
        let spread = u32::try_from(2 * jitter.as_millis()).unwrap_or(u32::MAX);
        let step = self.hop_by_hop.wrapping_mul(2_654_435_761) % spread.saturating_add(1);
        let at = now + watchdog.saturating_sub(jitter) + Duration::from_millis(step.into());
        self.timers.arm(Timer::Watchdog, at);
    }

    pub(super) fn dpr(&mut self, request: &Message, now: Instant) {
        match Disconnect::read(&request.avps) {
            Ok(disconnect) => {
                self.answer_base(request, ResultCode::SUCCESS, Vec::new());
                // Leaves crossed: the answer to ours is on its way, and ends the connection.
                if self.state == State::Leaving {
                    return;
                }
                self.cease(State::Left(disconnect.cause));
                let at = now + self.config.timers.handshake;
                self.timers.arm(Timer::Handshake, at);
            }
            Err(fault) => self.refuse(request, &fault),
        }
    }

    pub(super) fn stop(&mut self, now: Instant) {
        match self.state {
            State::Open => {
                let disconnect = Disconnect {
                    identity: self.config.identity.clone(),
                    cause: DisconnectCause::REBOOTING,
                };
                self.ask(CommandCode::DISCONNECT_PEER, disconnect.avps());
                self.cease(State::Leaving);
                let at = now + self.config.timers.handshake;
                self.timers.arm(Timer::Handshake, at);
            }
            State::Leaving => {}
            _ => self.close(Reason::Stopped),
        }
    }

    pub(super) fn hand_not_shaken(&mut self) {
        self.close(self.parting().unwrap_or(Reason::Timeout));
    }
}

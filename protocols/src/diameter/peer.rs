//! The peer state machine (RFC 6733 §5.6) with its watchdog (RFC 3539 §3.4).

use std::collections::VecDeque;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use codecs::diameter::base::DisconnectCause;
use codecs::diameter::{
    ApplicationId, Avp, CommandCode, Fault, Header, Key, Malformed, Message, Outcome, ResultCode,
    take_message,
};

use super::pending::Pending;
use super::{Config, Failure, Input, Output, Reason, RequestId, Role};
use crate::deadlines::Deadlines;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// There is no connection, or it is being closed.
    Closed,
    /// We sent our capabilities and wait for the peer's.
    WaitCea,
    /// We wait for the peer's capabilities.
    WaitCer,
    /// Requests flow.
    Open,
    /// We took our leave and wait for the answer.
    Leaving,
    /// The peer took its leave and closes the connection.
    Left(DisconnectCause),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Timer {
    Handshake,
    Watchdog,
    Answer(RequestId),
}

/// One Diameter peer.
#[derive(Debug)]
pub struct Peer {
    pub(super) config: Config,
    pub(super) state: State,
    stream: BytesMut,
    pub(super) outputs: VecDeque<Output>,
    pub(super) timers: Deadlines<Timer>,
    pending: Pending,
    /// Watchdog requests since the peer last answered one.
    pub(super) unanswered: u32,
    pub(super) hop_by_hop: u32,
    end_to_end: u32,
    /// Sessions so far.
    sessions: u32,
    seed: u32,
}

impl Peer {
    /// A peer without a connection. `seed` is where its identifiers begin, a random number.
    pub fn new(config: Config, seed: u32) -> Self {
        Self {
            state: State::Closed,
            stream: BytesMut::new(),
            outputs: VecDeque::new(),
            timers: Deadlines::new(),
            pending: Pending::default(),
            unanswered: 0,
            hop_by_hop: seed,
            // Unique for minutes, across restarts too (`RFC 6733 §3`).
            end_to_end: config.state << 20 | seed & 0xF_FFFF,
            sessions: 0,
            seed,
            config,
        }
    }

    /// Takes note of `input`; then drain [`poll_output`](Self::poll_output).
    pub fn handle(&mut self, input: Input, now: Instant) {
        match input {
            Input::Connected(role) => self.connected(role, now),
            Input::Received(octets) => self.received(&octets, now),
            Input::Disconnected => self.closed(),
            Input::Stop => self.stop(now),
        }
    }

    /// Lets timers that are due at `now` expire.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(timer) = self.timers.expire(now) {
            match timer {
                Timer::Handshake => self.hand_not_shaken(),
                Timer::Watchdog => self.watch(now),
                Timer::Answer(request) => self.expired(request),
            }
        }
    }

    /// The next thing to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to call [`handle_timeout`](Self::handle_timeout).
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        self.timers.earliest()
    }

    /// What we are.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Whether requests flow.
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Why the connection is about to be closed in order, if it is: one side took its leave.
    pub fn parting(&self) -> Option<Reason> {
        match self.state {
            State::Leaving => Some(Reason::Stopped),
            State::Left(cause) => Some(Reason::Left(cause)),
            _ => None,
        }
    }

    /// A session identifier never used before (`RFC 6733 §8.8`).
    pub fn new_session(&mut self) -> String {
        self.sessions = self.sessions.wrapping_add(1);
        let (host, state) = (&self.config.identity.host, self.config.state);
        format!("{host};{state};{:x}{:08x}", self.seed, self.sessions)
    }

    /// Sends a request; its answer, or why there is none, comes as an output.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be sent.
    pub fn request(&mut self, mut request: Message, now: Instant) -> Result<RequestId, Failure> {
        if !self.is_open() {
            return Err(Failure::NotOpen);
        }
        if self.pending.len() >= self.config.timers.outstanding {
            return Err(Failure::Overload);
        }
        self.number(&mut request.header);
        if !self.send(&request) {
            return Err(Failure::TooLong);
        }
        let id = self.pending.insert(&request.header);
        let at = now + self.config.timers.answer;
        self.timers.arm(Timer::Answer(id), at);
        Ok(id)
    }

    /// Sends the answer to a request from [`Output::Request`], if the peer still is there.
    pub fn answer(&mut self, answer: &Message) {
        if self.is_open() {
            self.send(answer);
        }
    }

    /// Answers a request whose AVPs are not what they should be.
    pub fn refuse(&mut self, request: &Message, fault: &Fault) {
        let Fault { result, failed } = fault;
        let failed = Avp::grouped(Key::FAILED_AVP, std::slice::from_ref(failed));
        self.answer_base(request, *result, vec![failed]);
    }

    fn connected(&mut self, role: Role, now: Instant) {
        self.closed();
        let at = now + self.config.timers.handshake;
        self.timers.arm(Timer::Handshake, at);
        match role {
            Role::Responder => self.state = State::WaitCer,
            Role::Initiator => {
                self.state = State::WaitCea;
                let avps = self.config.capabilities().avps();
                self.ask(CommandCode::CAPABILITIES_EXCHANGE, avps);
            }
        }
    }

    fn received(&mut self, octets: &Bytes, now: Instant) {
        self.stream.extend_from_slice(octets);
        while self.state != State::Closed {
            match take_message(&mut self.stream, self.config.timers.message) {
                Ok(Some(octets)) => self.octets(&octets, now),
                Ok(None) => return,
                Err(garbage) => self.close(garbage.into()),
            }
        }
        self.stream.clear();
    }

    fn octets(&mut self, octets: &Bytes, now: Instant) {
        match Message::decode(octets) {
            Ok(message) => self.message(message, now),
            Err(Malformed::Avp { header, failed }) if header.request => {
                let request = Message {
                    header,
                    avps: Vec::new(),
                };
                let result = ResultCode::INVALID_AVP_LENGTH;
                self.refuse(&request, &Fault { result, failed });
            }
            Err(Malformed::Avp { header, .. }) => self.unreadable(&header),
            // The stream was cut into messages by these.
            Err(Malformed::Version(_) | Malformed::Length { .. }) => {}
        }
    }

    fn message(&mut self, message: Message, now: Instant) {
        use CommandCode as C;
        let Header {
            request, command, ..
        } = message.header;
        if self.state == State::Open {
            self.rest_watchdog(now);
        }
        match (self.state, request, command) {
            (State::WaitCer, true, C::CAPABILITIES_EXCHANGE) => self.cer(&message, now),
            (State::WaitCea, false, C::CAPABILITIES_EXCHANGE) => self.cea(&message, now),
            (State::WaitCer | State::WaitCea, ..) => self.close(Reason::NoCapabilities),
            (State::Leaving, false, C::DISCONNECT_PEER) => self.close(Reason::Stopped),
            (State::Open | State::Leaving, true, C::DISCONNECT_PEER) => self.dpr(&message, now),
            (State::Open | State::Leaving, true, C::DEVICE_WATCHDOG) => self.dwr(&message),
            (State::Open, false, C::DEVICE_WATCHDOG) => self.unanswered = 0,
            (State::Open, true, C::CAPABILITIES_EXCHANGE) => self.cer_again(&message),
            (State::Open, true, _) => self.app_request(message),
            (State::Open | State::Leaving, false, _) => self.app_answer(message),
            (State::Closed | State::Left(_) | State::Leaving, ..) => {}
        }
    }

    fn app_request(&mut self, request: Message) {
        match self.misfit(&request) {
            Some(result) => self.answer_base(&request, result, Vec::new()),
            None => self.outputs.push_back(Output::Request(request)),
        }
    }

    /// Why a request is not for us (`RFC 6733 §6.1`, `§7.1.3`).
    fn misfit(&self, request: &Message) -> Option<ResultCode> {
        let Header {
            application,
            command,
            error,
            ..
        } = request.header;
        let offered = self.config.applications.iter();
        let offered = offered.map(|offered| offered.application);
        let names = |key, ours: &str| {
            let named = request.find(key).and_then(Avp::as_text);
            named.is_none_or(|named| named.eq_ignore_ascii_case(ours))
        };
        let identity = &self.config.identity;
        if error {
            Some(ResultCode::INVALID_HEADER_BITS)
        } else if application != ApplicationId::BASE && !offered.clone().any(|o| o == application) {
            Some(ResultCode::APPLICATION_UNSUPPORTED)
        } else if !self.config.serves.contains(&(application, command)) {
            Some(ResultCode::COMMAND_UNSUPPORTED)
        } else if !names(Key::DESTINATION_REALM, &identity.realm) {
            Some(ResultCode::REALM_NOT_SERVED)
        } else if !names(Key::DESTINATION_HOST, &identity.host) {
            Some(ResultCode::UNABLE_TO_DELIVER)
        } else {
            None
        }
    }

    fn app_answer(&mut self, answer: Message) {
        if let Some(id) = self.pending.answered(&answer.header) {
            self.timers.cancel(&Timer::Answer(id));
            self.outputs.push_back(Output::Answer(id, answer));
        }
    }

    fn unreadable(&mut self, answer: &Header) {
        if let Some(id) = self.pending.answered(answer) {
            self.timers.cancel(&Timer::Answer(id));
            self.fail(id, Failure::Malformed);
        }
    }

    fn expired(&mut self, id: RequestId) {
        if self.pending.remove(id).is_some() {
            self.fail(id, Failure::Timeout);
        }
    }

    pub(super) fn close(&mut self, reason: Reason) {
        self.closed();
        self.outputs.push_back(Output::Close(reason));
    }

    fn closed(&mut self) {
        self.cease(State::Closed);
        self.timers.cancel(&Timer::Handshake);
        self.stream.clear();
    }

    /// Leaves the open state, if it is the state: what waits for an answer waits in vain.
    pub(super) fn cease(&mut self, state: State) {
        if self.state == State::Open {
            self.outputs.push_back(Output::Down);
        }
        self.state = state;
        self.timers.cancel(&Timer::Watchdog);
        for id in self.pending.drain() {
            self.timers.cancel(&Timer::Answer(id));
            self.fail(id, Failure::Lost);
        }
    }

    fn fail(&mut self, id: RequestId, failure: Failure) {
        self.outputs.push_back(Output::Failed(id, failure));
    }

    /// Sends a request of the base protocol.
    pub(super) fn ask(&mut self, command: CommandCode, avps: Vec<Avp>) {
        let mut header = Header {
            request: true,
            proxiable: false,
            error: false,
            retransmitted: false,
            command,
            application: ApplicationId::BASE,
            hop_by_hop: 0,
            end_to_end: 0,
        };
        self.number(&mut header);
        self.send(&Message { header, avps });
    }

    pub(super) fn answer_base(&mut self, request: &Message, result: ResultCode, more: Vec<Avp>) {
        let mut avps = vec![Outcome::Base(result).avp()];
        avps.extend(self.config.identity.origin());
        avps.extend(more);
        self.send(&request.answer(result, avps));
    }

    fn number(&mut self, header: &mut Header) {
        self.hop_by_hop = self.hop_by_hop.wrapping_add(1);
        self.end_to_end = self.end_to_end.wrapping_add(1);
        header.hop_by_hop = self.hop_by_hop;
        header.end_to_end = self.end_to_end;
    }

    /// Answers whether the message could be written.
    pub(super) fn send(&mut self, message: &Message) -> bool {
        let mut octets = Vec::with_capacity(512);
        let written = message.encode(&mut octets).is_ok();
        if written {
            self.outputs.push_back(Output::Send(octets.into()));
        }
        written
    }
}

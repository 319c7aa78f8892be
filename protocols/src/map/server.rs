//! The answering side of sendRoutingInfo: the HLR (3GPP TS 29.002 §21.2).

use super::envelope::{self, Arrival, Discard, Outgoing, Peer, Received};
use crate::deadlines::Deadlines;
use crate::quick::QuickMap;
use codecs::map::{
    ErrorCode, LOCATION_INFO_RETRIEVAL_V3, SEND_ROUTING_INFO, SendRoutingInfoArg,
    SendRoutingInfoRes, UserError,
};
use codecs::mtp::SignallingPoint;
use codecs::sccp::Address;
use codecs::tcap::{
    AbortSource, Any, Begin, Component, Continue, DecodeProblem, DialoguePortion, End, Fault,
    Invoke, InvokeId, InvokeProblem, Message, OperationCode, PAbortCause, Reject, ReturnError,
    ReturnErrorProblem, ReturnResult, ReturnResultProblem, ReturnResultValue, TransactionId,
};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The most operations open at once in one dialogue.
const MAX_INVOKES: usize = 8;

/// What a [`Server`] needs to know.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// How the HLR presents itself: global title and subsystem 6.
    pub local: Address,
    /// How long a dialogue may stay open.
    pub guard_timer: Duration,
    /// How many dialogues may be open at once.
    pub max_dialogues: usize,
}

impl ServerConfig {
    /// An HLR with this address.
    pub fn new(local: Address) -> Self {
        Self {
            local,
            guard_timer: Duration::from_secs(30),
            max_dialogues: 100_000,
        }
    }
}

/// One question in one dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DialogueId {
    transaction: u32,
    invoke: InvokeId,
}

/// What a [`Server`] wants done or tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerOutput {
    /// Send this message.
    Send(Outgoing),
    /// Somebody asks; [`Server::respond`] answers.
    SendRoutingInfo {
        /// Which question.
        dialogue: DialogueId,
        /// What is asked.
        arg: Box<SendRoutingInfoArg>,
    },
    /// A message was of no use, or the standard answered it.
    Discarded {
        /// From where.
        from: SignallingPoint,
        /// Why.
        why: Discard,
    },
}

/// Answers where calls go.
#[derive(Debug)]
pub struct Server {
    config: ServerConfig,
    dialogues: QuickMap<u32, Dialogue>,
    timers: Deadlines<u32>,
    output: VecDeque<ServerOutput>,
}

#[derive(Debug)]
struct Dialogue {
    peer: Peer,
    dtid: TransactionId,
    /// Whether the peer has been told that the dialogue is accepted.
    confirmed: bool,
    pending: Vec<InvokeId>,
    ready: Vec<Component>,
}

impl Server {
    /// A server with no dialogue open.
    pub fn new(config: ServerConfig) -> Self {
        Self {
            config,
            dialogues: QuickMap::default(),
            timers: Deadlines::new(),
            output: VecDeque::new(),
        }
    }

    /// Takes an SCCP message addressed to this subsystem.
    pub fn handle(&mut self, received: &Received, now: Instant) {
        match envelope::open(received, &self.config.local) {
            Ok(Arrival::Message(peer, message)) => self.handle_message(peer, message, now),
            Ok(Arrival::Problem(peer, problem)) => self.handle_problem(peer, problem, now),
            // Nothing but a Begin asks to be returned, and none is sent here.
            Ok(Arrival::Undelivered(_, cause)) => {
                self.discard(received.from, Discard::Returned(cause));
            }
            Err((why, answer)) => {
                self.output.extend(answer.map(ServerOutput::Send));
                self.discard(received.from, why);
            }
        }
    }

    /// Answers a question; a result too long for one SCCP message becomes systemFailure. Nothing
    /// happens when the dialogue is over.
    pub fn respond(&mut self, question: DialogueId, answer: Result<SendRoutingInfoRes, UserError>) {
        let Some(dialogue) = self.dialogues.get_mut(&question.transaction) else {
            return;
        };
        let Some(at) = dialogue
            .pending
            .iter()
            .position(|&invoke| invoke == question.invoke)
        else {
            return;
        };
        dialogue.pending.swap_remove(at);
        dialogue.ready.push(match answer {
            Ok(result) => result_of(question.invoke, &result),
            Err(error) => error_of(question.invoke, error),
        });
        self.proceed(question.transaction);
    }

    /// Gives up on dialogues nobody ended.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(transaction) = self.timers.expire(now) {
            if let Some(Dialogue { peer, dtid, .. }) = self.dialogues.remove(&transaction) {
                let why = DialoguePortion::abrt(AbortSource::DialogueServiceUser);
                self.send(&peer, &envelope::u_abort(&dtid, Some(why)));
            }
        }
    }

    /// The next thing to do or to know.
    pub fn poll_output(&mut self) -> Option<ServerOutput> {
        self.output.pop_front()
    }

    /// When [`Server::handle_timeout`] is due.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        self.timers.earliest()
    }

    /// How many dialogues are open.
    pub fn open_dialogues(&self) -> usize {
        self.dialogues.len()
    }

    fn handle_message(&mut self, peer: Peer, message: Message, now: Instant) {
        let node = peer.node;
        match message {
            Message::Begin(begin) => self.handle_begin(peer, begin, None, now),
            Message::Continue(message) => self.handle_continue(&peer, message, None),
            Message::End(message) => self.handle_close(node, &message.dtid),
            Message::Abort(message) => self.handle_close(node, &message.dtid),
            Message::Unidirectional(_) => self.discard(node, Discard::Unidirectional),
        }
    }

    fn handle_begin(&mut self, peer: Peer, begin: Begin, fault: Option<Reject>, now: Instant) {
        if self.dialogues.len() >= self.config.max_dialogues {
            let abort = envelope::p_abort(&begin.otid, PAbortCause::RESOURCE_LIMITATION);
            self.send(&peer, &abort);
            return self.discard(peer.node, Discard::Refused);
        }
        if let Err(refusal) = envelope::judge_proposal(&begin, Some(LOCATION_INFO_RETRIEVAL_V3)) {
            self.send(&peer, &refusal);
            return self.discard(peer.node, Discard::Refused);
        }
        let transaction = envelope::unused(|id| self.dialogues.contains_key(id));
        let dialogue = Dialogue {
            peer,
            dtid: begin.otid,
            confirmed: false,
            pending: Vec::new(),
            ready: Vec::new(),
        };
        self.dialogues.insert(transaction, dialogue);
        self.timers.arm(transaction, now + self.config.guard_timer);
        self.read(transaction, begin.components.unwrap_or_default(), fault);
    }

    fn handle_continue(&mut self, peer: &Peer, message: Continue, fault: Option<Reject>) {
        let known = envelope::from_wire(&message.dtid).filter(|transaction| {
            let dialogue = self.dialogues.get(transaction);
            dialogue.is_some_and(|dialogue| dialogue.dtid == message.otid)
        });
        let Some(transaction) = known else {
            let abort = envelope::p_abort(&message.otid, PAbortCause::UNRECOGNIZED_TRANSACTION_ID);
            self.send(peer, &abort);
            return self.discard(peer.node, Discard::UnknownTransaction);
        };
        self.read(transaction, message.components.unwrap_or_default(), fault);
    }

    fn handle_close(&mut self, node: SignallingPoint, dtid: &TransactionId) {
        if !envelope::from_wire(dtid).is_some_and(|transaction| self.close(transaction)) {
            self.discard(node, Discard::UnknownTransaction);
        }
    }

    /// Components before a faulty one count, the faulty one is rejected (Q.774 §3.2.2.2); a fault
    /// above the components ends the dialogue.
    fn handle_problem(&mut self, peer: Peer, problem: Box<DecodeProblem>, now: Instant) {
        let node = peer.node;
        let reject = problem.reject();
        match (&problem.fault, problem.partial.clone()) {
            (Fault::Component { .. }, Some(Message::Begin(begin))) => {
                self.handle_begin(peer, begin, reject, now);
            }
            (Fault::Component { .. }, Some(Message::Continue(message))) => {
                self.handle_continue(&peer, message, reject);
            }
            _ => {
                if let Some(abort) = problem.abort() {
                    self.send(&peer, &Message::Abort(abort));
                }
                if let Some(transaction) = problem.dtid.as_ref().and_then(envelope::from_wire) {
                    self.close(transaction);
                }
            }
        }
        self.discard(node, Discard::Malformed(problem));
    }

    fn read(&mut self, transaction: u32, components: Vec<Component>, fault: Option<Reject>) {
        let Some(dialogue) = self.dialogues.get_mut(&transaction) else {
            return;
        };
        for component in components {
            match dialogue.read(component) {
                Ok(Some((invoke, arg))) => {
                    let dialogue = DialogueId {
                        transaction,
                        invoke,
                    };
                    let arg = Box::new(arg);
                    self.output
                        .push_back(ServerOutput::SendRoutingInfo { dialogue, arg });
                }
                Ok(None) => {}
                Err(reject) => dialogue.ready.push(Component::Reject(reject)),
            }
        }
        dialogue.ready.extend(fault.map(Component::Reject));
        self.proceed(transaction);
    }

    /// Ends a dialogue in which everything is answered; confirms one in which nothing is asked yet.
    fn proceed(&mut self, transaction: u32) {
        let Some(dialogue) = self.dialogues.get_mut(&transaction) else {
            return;
        };
        if !dialogue.pending.is_empty() {
            return;
        }
        let dtid = dialogue.dtid.clone();
        let dialogue_portion =
            (!dialogue.confirmed).then(|| DialoguePortion::aare_accept(LOCATION_INFO_RETRIEVAL_V3));
        let peer = dialogue.peer.clone();
        if dialogue.ready.is_empty() {
            if dialogue.confirmed {
                return;
            }
            dialogue.confirmed = true;
            let confirmation = Message::Continue(Continue {
                otid: envelope::to_wire(transaction),
                dtid,
                dialogue_portion,
                components: None,
            });
            return self.send(&peer, &confirmation);
        }
        let components = std::mem::take(&mut dialogue.ready);
        self.close(transaction);
        self.end(&peer, dtid, dialogue_portion, components);
    }

    fn end(
        &mut self,
        peer: &Peer,
        dtid: TransactionId,
        dialogue_portion: Option<DialoguePortion>,
        components: Vec<Component>,
    ) {
        let end = |components: Vec<Component>| {
            Message::End(End {
                dtid: dtid.clone(),
                dialogue_portion: dialogue_portion.clone(),
                components: Some(components),
            })
        };
        let shortened = || peer.seal(&end(components.iter().map(shorten).collect()));
        let outgoing = peer.seal(&end(components.clone())).or_else(shortened);
        self.output.extend(outgoing.map(ServerOutput::Send));
    }

    /// Forgets a dialogue. Answers whether there was one.
    fn close(&mut self, transaction: u32) -> bool {
        self.timers.cancel(&transaction);
        self.dialogues.remove(&transaction).is_some()
    }

    fn send(&mut self, peer: &Peer, message: &Message) {
        self.output
            .extend(peer.seal(message).map(ServerOutput::Send));
    }

    fn discard(&mut self, from: SignallingPoint, why: Discard) {
        self.output.push_back(ServerOutput::Discarded { from, why });
    }
}

impl Dialogue {
    /// The question a component asks, or why it is rejected (Q.774 §3.2.2.2, Table 6).
    fn read(
        &mut self,
        component: Component,
    ) -> Result<Option<(InvokeId, SendRoutingInfoArg)>, Reject> {
        match component {
            Component::Invoke(invoke) => {
                let id = invoke.invoke_id;
                let arg = self
                    .read_invoke(invoke)
                    .map_err(|problem| Reject::invoke(id, problem))?;
                Ok(Some((id, arg)))
            }
            Component::ReturnResultLast(ReturnResult { invoke_id, .. })
            | Component::ReturnResultNotLast(ReturnResult { invoke_id, .. }) => Err(
                Reject::return_result(invoke_id, ReturnResultProblem::UNRECOGNIZED_INVOKE_ID),
            ),
            Component::ReturnError(error) => Err(Reject::return_error(
                error.invoke_id,
                ReturnErrorProblem::UNRECOGNIZED_INVOKE_ID,
            )),
            Component::Reject(_) => Ok(None),
        }
    }

    fn read_invoke(&mut self, invoke: Invoke) -> Result<SendRoutingInfoArg, InvokeProblem> {
        if self.pending.contains(&invoke.invoke_id) {
            return Err(InvokeProblem::DUPLICATE_INVOKE_ID);
        }
        if invoke.linked_id.is_some() {
            return Err(InvokeProblem::UNRECOGNIZED_LINKED_ID);
        }
        if invoke.operation_code != OperationCode::Local(SEND_ROUTING_INFO) {
            return Err(InvokeProblem::UNRECOGNIZED_OPERATION);
        }
        if self.pending.len() >= MAX_INVOKES {
            return Err(InvokeProblem::RESOURCE_LIMITATION);
        }
        let parameter = invoke.parameter.ok_or(InvokeProblem::MISTYPED_PARAMETER)?;
        let arg = SendRoutingInfoArg::decode(parameter.as_bytes())
            .map_err(|_| InvokeProblem::MISTYPED_PARAMETER)?;
        self.pending.push(invoke.invoke_id);
        Ok(arg)
    }
}

fn result_of(invoke_id: InvokeId, result: &SendRoutingInfoRes) -> Component {
    Component::ReturnResultLast(ReturnResult {
        invoke_id,
        result: Some(ReturnResultValue {
            operation_code: OperationCode::Local(SEND_ROUTING_INFO),
            parameter: Some(Any::new(result.encode())),
        }),
    })
}

fn error_of(invoke_id: InvokeId, error: UserError) -> Component {
    Component::ReturnError(ReturnError {
        invoke_id,
        error_code: codecs::tcap::ErrorCode::Local(error.code.0.into()),
        parameter: error
            .parameter
            .map(|parameter| Any::new(parameter.as_bytes().to_vec())),
    })
}

/// What stands for a result that is too long.
fn shorten(component: &Component) -> Component {
    match component {
        Component::ReturnResultLast(result) => {
            error_of(result.invoke_id, UserError::new(ErrorCode::SYSTEM_FAILURE))
        }
        other => other.clone(),
    }
}

//! The asking side of sendRoutingInfo: the GMSC (3GPP TS 29.002 §21.2).

use super::answer::{INVOKE, Segments, accepted};
use super::envelope::{self, Arrival, Discard, Outgoing, Peer, Received};
use super::{Failure, RoutingInfo};
use crate::deadlines::Deadlines;
use crate::quick::QuickMap;
use codecs::map::{LOCATION_INFO_RETRIEVAL_V3, SEND_ROUTING_INFO, SendRoutingInfoArg};
use codecs::mtp::SignallingPoint;
use codecs::sccp::{self, Address, ReturnCause, SubsystemNumber};
use codecs::tcap::{
    Abort, AbortReason, AbortSource, Any, Begin, Component, Continue, DecodeProblem, DialoguePdu,
    DialoguePortion, End, Fault, Invoke, Message, MessageType, OperationCode, PAbortCause,
    TransactionId,
};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How the HLR is addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HlrAddress {
    /// By the called number as global title: the network finds the HLR. A number that is not
    /// international has no such title and goes to the subsystem.
    GlobalTitle,
    /// By point code and subsystem.
    Subsystem,
}

/// What a [`Client`] needs to know.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// How the GMSC presents itself: global title and subsystem 8.
    pub local: Address,
    /// The HLR, or the signal transfer point that translates global titles.
    pub hlr: SignallingPoint,
    /// How the HLR is addressed.
    pub addressing: HlrAddress,
    /// How long an answer may take: timer m, 15 to 30 s (TS 29.002 §17.1.2).
    pub operation_timer: Duration,
    /// How many dialogues may be open at once.
    pub max_dialogues: usize,
}

impl ClientConfig {
    /// A GMSC with this address that routes on global titles, with the standard's timer.
    pub fn new(local: Address, hlr: SignallingPoint) -> Self {
        Self {
            local,
            hlr,
            addressing: HlrAddress::GlobalTitle,
            operation_timer: Duration::from_secs(15),
            max_dialogues: 100_000,
        }
    }
}

/// One question; its outcome carries the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Invocation(u64);

/// What a [`Client`] wants done or tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientOutput {
    /// Send this message.
    Send(Outgoing),
    /// A question is answered, or is not going to be. Exactly one for each invocation.
    Outcome {
        /// Which question.
        invocation: Invocation,
        /// The answer.
        result: Result<RoutingInfo, Failure>,
    },
    /// A message was of no use.
    Discarded {
        /// From where.
        from: SignallingPoint,
        /// Why.
        why: Discard,
    },
}

/// Asks HLRs where calls go.
#[derive(Debug)]
pub struct Client {
    config: ClientConfig,
    /// Whether the HLR can be reached, as far as the network says.
    available: bool,
    dialogues: QuickMap<u32, Dialogue>,
    timers: Deadlines<u32>,
    invoked: u64,
    output: VecDeque<ClientOutput>,
}

#[derive(Debug)]
struct Dialogue {
    invocation: Invocation,
    /// The peer and its transaction id, once it has answered with a Continue.
    established: Option<(Peer, TransactionId)>,
    segments: Segments,
}

impl Client {
    /// A client with no dialogue open, and with an HLR that cannot be reached yet.
    pub fn new(config: ClientConfig) -> Self {
        Self {
            config,
            available: false,
            dialogues: QuickMap::default(),
            timers: Deadlines::new(),
            invoked: 0,
            output: VecDeque::new(),
        }
    }

    /// A node can be reached (MTP-RESUME, Q.714 §5.2.3). Only the HLR matters.
    pub fn available(&mut self, node: SignallingPoint) {
        self.available |= node == self.config.hlr;
    }

    /// A node cannot be reached any more (MTP-PAUSE, Q.714 §5.2.2). If it is the HLR, whatever waits for its
    /// answer fails now, and whatever is asked until it is back.
    pub fn unavailable(&mut self, node: SignallingPoint) {
        if node != self.config.hlr {
            return;
        }
        self.available = false;
        let mut asked: Vec<(u32, Dialogue)> = self.dialogues.drain().collect();
        asked.sort_by_key(|(_, dialogue)| dialogue.invocation);
        for (transaction, dialogue) in asked {
            self.close(transaction, &dialogue, Err(out_of_reach()));
        }
    }

    /// Asks where a call goes. The outcome comes as an output, at once when the question cannot
    /// be sent.
    pub fn send_routing_info(&mut self, arg: &SendRoutingInfoArg, now: Instant) -> Invocation {
        let invocation = Invocation(self.invoked);
        self.invoked += 1;
        if !self.available {
            self.conclude(invocation, Err(out_of_reach()));
            return invocation;
        }
        if self.dialogues.len() >= self.config.max_dialogues {
            self.conclude(invocation, Err(Failure::Congestion));
            return invocation;
        }
        let transaction = envelope::unused(|id| self.dialogues.contains_key(id));
        let begin = Message::Begin(Begin {
            otid: envelope::to_wire(transaction),
            dialogue_portion: Some(DialoguePortion::aarq(LOCATION_INFO_RETRIEVAL_V3)),
            components: Some(vec![Component::Invoke(Invoke {
                invoke_id: INVOKE,
                linked_id: None,
                operation_code: OperationCode::Local(SEND_ROUTING_INFO),
                parameter: Some(Any::new(arg.encode())),
            })]),
        });
        let Some(outgoing) = self.hlr_of(arg).seal(&begin) else {
            self.conclude(invocation, Err(Failure::TooLong));
            return invocation;
        };
        self.output.push_back(ClientOutput::Send(outgoing));
        self.timers
            .arm(transaction, now + self.config.operation_timer);
        self.dialogues.insert(
            transaction,
            Dialogue {
                invocation,
                established: None,
                segments: Segments::default(),
            },
        );
        invocation
    }

    /// Takes an SCCP message addressed to this subsystem.
    pub fn handle(&mut self, received: &Received, _now: Instant) {
        match envelope::open(received, &self.config.local) {
            Ok(Arrival::Message(peer, message)) => self.handle_message(&peer, message),
            Ok(Arrival::Problem(peer, problem)) => self.handle_problem(&peer, problem),
            Ok(Arrival::Undelivered(otid, cause)) => {
                self.handle_undelivered(received.from, otid.as_ref(), cause);
            }
            Err((why, answer)) => {
                self.output.extend(answer.map(ClientOutput::Send));
                self.discard(received.from, why);
            }
        }
    }

    /// Gives up on what has waited too long.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(transaction) = self.timers.expire(now) {
            let Some(dialogue) = self.dialogues.remove(&transaction) else {
                continue;
            };
            if let Some((peer, dtid)) = &dialogue.established {
                let why = DialoguePortion::abrt(AbortSource::DialogueServiceUser);
                self.send(peer, &envelope::u_abort(dtid, Some(why)));
            }
            self.conclude(dialogue.invocation, Err(Failure::Timeout));
        }
    }

    /// The next thing to do or to know.
    pub fn poll_output(&mut self) -> Option<ClientOutput> {
        self.output.pop_front()
    }

    /// When [`Client::handle_timeout`] is due.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        self.timers.earliest()
    }

    /// How many dialogues are open.
    pub fn open_dialogues(&self) -> usize {
        self.dialogues.len()
    }

    fn hlr_of(&self, arg: &SendRoutingInfoArg) -> Peer {
        let by_title =
            self.config.addressing == HlrAddress::GlobalTitle && arg.msisdn.is_international();
        Peer {
            node: self.config.hlr,
            remote: if by_title {
                sccp::e164(&arg.msisdn.digits(), SubsystemNumber::Hlr)
            } else {
                Address::with_ssn(SubsystemNumber::Hlr, None)
            },
            local: self.config.local.clone(),
        }
    }

    fn handle_message(&mut self, peer: &Peer, message: Message) {
        match message {
            Message::Continue(message) => self.handle_continue(peer, message),
            Message::End(message) => self.handle_end(peer, message),
            Message::Abort(message) => self.handle_abort(peer, message),
            Message::Begin(begin) => {
                if let Err(refusal) = envelope::judge_proposal(&begin, None) {
                    self.send(peer, &refusal);
                }
                self.discard(peer.node, Discard::Refused);
            }
            Message::Unidirectional(_) => self.discard(peer.node, Discard::Unidirectional),
        }
    }

    fn handle_continue(&mut self, peer: &Peer, message: Continue) {
        let Some((transaction, mut dialogue)) = self.take(&message.dtid) else {
            let abort = envelope::p_abort(&message.otid, PAbortCause::UNRECOGNIZED_TRANSACTION_ID);
            self.send(peer, &abort);
            return self.discard(peer.node, Discard::UnknownTransaction);
        };
        if dialogue.established.is_none() {
            if let Err(failure) = accepted(message.dialogue_portion.as_ref()) {
                let why = DialoguePortion::abnormal_dialogue();
                self.send(peer, &envelope::u_abort(&message.otid, Some(why)));
                return self.close(transaction, &dialogue, Err(failure));
            }
            dialogue.established = Some((peer.clone(), message.otid.clone()));
        }
        let reading = dialogue
            .segments
            .read(message.components.unwrap_or_default());
        let rejects = (!reading.rejects.is_empty()).then_some(reading.rejects);
        let dtid = message.otid;
        match reading.answer {
            Some(answer) => {
                let end = Message::End(End {
                    dtid,
                    dialogue_portion: None,
                    components: rejects,
                });
                self.send(peer, &end);
                self.close(transaction, &dialogue, answer);
            }
            None => {
                if rejects.is_some() {
                    let proceed = Message::Continue(Continue {
                        otid: envelope::to_wire(transaction),
                        dtid,
                        dialogue_portion: None,
                        components: rejects,
                    });
                    self.send(peer, &proceed);
                }
                self.dialogues.insert(transaction, dialogue);
            }
        }
    }

    fn handle_end(&mut self, peer: &Peer, message: End) {
        let Some((transaction, mut dialogue)) = self.take(&message.dtid) else {
            return self.discard(peer.node, Discard::UnknownTransaction);
        };
        let acceptance = match dialogue.established {
            Some(_) => Ok(()),
            None => accepted(message.dialogue_portion.as_ref()),
        };
        let answer = acceptance.and_then(|()| {
            dialogue
                .segments
                .read(message.components.unwrap_or_default())
                .answer
                .unwrap_or(Err(Failure::NoResult))
        });
        self.close(transaction, &dialogue, answer);
    }

    fn handle_abort(&mut self, peer: &Peer, message: Abort) {
        let Some((transaction, dialogue)) = self.take(&message.dtid) else {
            return self.discard(peer.node, Discard::UnknownTransaction);
        };
        let failure = match &message.reason {
            Some(AbortReason::PAbort(cause)) => Failure::ProviderAbort(*cause),
            Some(AbortReason::UAbort(portion)) => match portion.dialogue_pdu() {
                Ok(Some(DialoguePdu::Aare { .. })) => Failure::Refused,
                _ => Failure::UserAbort,
            },
            None => Failure::UserAbort,
        };
        self.close(transaction, &dialogue, Err(failure));
    }

    /// A message that cannot be read ends the dialogue it names; the components before a faulty
    /// one count (Q.774 §3.2.2.2).
    fn handle_problem(&mut self, peer: &Peer, problem: Box<DecodeProblem>) {
        let named = problem.dtid.as_ref().and_then(|dtid| self.take(dtid));
        let Some((transaction, mut dialogue)) = named else {
            match problem.partial {
                Some(partial) => self.handle_message(peer, partial),
                None => {
                    self.answer_problem(peer, &problem);
                    self.discard(peer.node, Discard::Malformed(problem));
                }
            }
            return;
        };
        let understood = match (&problem.fault, &problem.partial) {
            (Fault::Component { .. }, Some(partial)) => {
                dialogue.segments.read(partial.components().to_vec()).answer
            }
            _ => None,
        };
        self.answer_problem(peer, &problem);
        let answer = understood.unwrap_or_else(|| Err(Failure::NotUnderstood(problem.to_string())));
        self.close(transaction, &dialogue, answer);
    }

    /// Says what is wrong to a peer that can still hear it.
    fn answer_problem(&mut self, peer: &Peer, problem: &DecodeProblem) {
        let abort = problem.abort().map(Message::Abort);
        let reject = || {
            let dtid = problem.otid.clone()?;
            let reject = Component::Reject(problem.reject()?);
            (problem.message_type == Some(MessageType::Continue)).then(|| {
                Message::End(End {
                    dtid,
                    dialogue_portion: None,
                    components: Some(vec![reject]),
                })
            })
        };
        if let Some(answer) = abort.or_else(reject) {
            self.send(peer, &answer);
        }
    }

    fn handle_undelivered(
        &mut self,
        from: SignallingPoint,
        otid: Option<&TransactionId>,
        cause: ReturnCause,
    ) {
        match otid.and_then(|otid| self.take(otid)) {
            Some((transaction, dialogue)) => {
                self.close(transaction, &dialogue, Err(Failure::Undeliverable(cause)));
            }
            None => self.discard(from, Discard::Returned(cause)),
        }
    }

    fn take(&mut self, id: &TransactionId) -> Option<(u32, Dialogue)> {
        let transaction = envelope::from_wire(id)?;
        Some((transaction, self.dialogues.remove(&transaction)?))
    }

    fn close(
        &mut self,
        transaction: u32,
        dialogue: &Dialogue,
        answer: Result<RoutingInfo, Failure>,
    ) {
        self.timers.cancel(&transaction);
        self.conclude(dialogue.invocation, answer);
    }

    fn conclude(&mut self, invocation: Invocation, result: Result<RoutingInfo, Failure>) {
        self.output
            .push_back(ClientOutput::Outcome { invocation, result });
    }

    fn send(&mut self, peer: &Peer, message: &Message) {
        self.output
            .extend(peer.seal(message).map(ClientOutput::Send));
    }

    fn discard(&mut self, from: SignallingPoint, why: Discard) {
        self.output.push_back(ClientOutput::Discarded { from, why });
    }
}

/// What SCCP reports of a message that MTP cannot carry (Q.714 §4.2).
fn out_of_reach() -> Failure {
    Failure::Undeliverable(ReturnCause::MtpFailure)
}

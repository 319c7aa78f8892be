//! The switch as one machine without IO: circuits, subscribers who are called, calls that are
//! placed.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use codecs::isup::{Cause, Cic, Message};
use media::Timeslot;
use protocols::deadlines::Deadlines;
use protocols::isup::{self, CircuitId, Circuits, Event, GroupId};

use super::call::{Call, Order, Voice};
use super::messages;
use super::settings::Settings;
use crate::party::{CallId, CallReport};

/// A local exchange with its subscribers.
#[derive(Debug)]
pub struct Switch {
    pub(super) circuits: Circuits,
    pub(super) settings: Settings,
    pub(super) calls: HashMap<CircuitId, Call>,
    /// Which circuits send the check tone.
    checked: HashMap<Timeslot, CircuitId>,
    /// Orders for later, counted from the moment their trunk group comes into service.
    scheduled: Vec<(Order, Duration)>,
    in_service: Vec<bool>,
    pub(super) deadlines: Deadlines<Deadline>,
    pub(super) outputs: VecDeque<Output>,
    next_id: u64,
}

/// What the owner of a [`Switch`] is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // short-lived, and a box would be an allocation for each message
pub enum Output {
    /// Send a message to the group's other exchange.
    Send {
        /// The group.
        group: GroupId,
        /// The circuit.
        cic: Cic,
        /// The message.
        message: Message,
    },
    /// Do this for the continuity check of a circuit.
    Check {
        /// Its timeslot.
        timeslot: Timeslot,
        /// What.
        action: isup::Continuity,
    },
    /// Let voice through on a timeslot.
    Voice(Voice),
    /// A call is over.
    Ended {
        /// Which.
        call: CallId,
        /// Where its voice was, if it came to that.
        timeslot: Option<Timeslot>,
        /// What became of it; the voice is for the owner to add.
        report: CallReport,
    },
    /// For the log: what both exchanges think of a circuit that was queried.
    Queried {
        /// The group.
        group: GroupId,
        /// The circuit.
        cic: Cic,
        /// What they think.
        answer: isup::Answer,
    },
    /// For the log.
    Alert {
        /// The group.
        group: GroupId,
        /// The circuit.
        cic: Cic,
        /// What.
        alert: isup::Alert,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Deadline {
    Call(CircuitId),
    Order(usize),
}

impl Switch {
    /// Out of service until the other exchanges are available.
    ///
    /// # Errors
    /// [`isup::ConfigError`]: impossible circuits.
    pub fn new(mut settings: Settings) -> Result<Self, isup::ConfigError> {
        let circuits = Circuits::new(std::mem::take(&mut settings.circuits))?;
        Ok(Self {
            calls: HashMap::new(),
            checked: HashMap::new(),
            in_service: vec![false; settings.timeslots.len()],
            circuits,
            settings,
            scheduled: Vec::new(),
            deadlines: Deadlines::new(),
            outputs: VecDeque::new(),
            next_id: 0,
        })
    }

    /// A message of another exchange, or news of its availability.
    pub fn handle(&mut self, input: isup::Input, now: Instant) {
        self.circuits.handle(input, now);
        self.follow_circuits(now);
    }

    /// Lets every timer act that is due at `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.circuits.handle_timeout(now);
        self.follow_circuits(now);
        while let Some(deadline) = self.deadlines.expire(now) {
            match deadline {
                Deadline::Call(circuit) => self.proceed(circuit, now),
                Deadline::Order(number) => {
                    let order = self.scheduled[number].0.clone();
                    self.place(order, now);
                }
            }
            self.follow_circuits(now);
        }
    }

    /// The next thing for the owner to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Self::handle_timeout`] wants to be called.
    pub fn poll_timeout(&mut self) -> Option<Instant> {
        let circuits = self.circuits.poll_timeout();
        let calls = self.deadlines.earliest();
        circuits.into_iter().chain(calls).min()
    }

    /// Places a call.
    pub fn place(&mut self, order: Order, now: Instant) -> CallId {
        let id = self.new_id();
        let iam = messages::iam(&order, &self.settings.numbering);
        self.dial(Call::placed(id, order, now), iam, now);
        self.follow_circuits(now);
        id
    }

    /// Places a call some time after its trunk group came into service.
    pub fn schedule(&mut self, order: Order, after: Duration) {
        self.scheduled.push((order, after));
    }

    /// Releases every call.
    pub fn hang_up_all(&mut self, now: Instant) {
        let busy: Vec<CircuitId> = self.calls.keys().copied().collect();
        for circuit in busy {
            self.release(circuit, Cause::NORMAL_CLEARING, now);
        }
        self.follow_circuits(now);
    }

    /// Whether every trunk group has been in service, which is when its first circuit was idle.
    pub fn in_service(&self) -> bool {
        self.in_service.iter().all(|&group| group)
    }

    /// Trunk groups that have not been in service, and how many calls wait for that.
    pub fn waiting(&self) -> impl Iterator<Item = (GroupId, usize)> {
        let groups = (0..).map(GroupId).zip(&self.in_service);
        let waiting = groups.filter(|(_, in_service)| !**in_service);
        let calls = |group| {
            let scheduled = self.scheduled.iter();
            scheduled.filter(|(order, _)| order.group == group).count()
        };
        let waiting = waiting.map(move |(group, _)| (group, calls(group)));
        waiting.filter(|(_, calls)| *calls > 0)
    }

    /// How many circuits are in calls or being released.
    pub fn busy_circuits(&self) -> usize {
        let groups = (0..).map(GroupId).take(self.in_service.len());
        let counts = groups.filter_map(|group| self.circuits.counts(group));
        counts
            .map(|counts| counts.outgoing + counts.incoming + counts.answered + counts.releasing)
            .sum()
    }

    /// The circuits, for their configuration and counters.
    pub fn circuits(&self) -> &Circuits {
        &self.circuits
    }

    /// Carries an order of staff out on the circuits, and what follows from it for calls.
    pub fn operate(&mut self, order: impl FnOnce(&mut Circuits), now: Instant) {
        order(&mut self.circuits);
        self.follow_circuits(now);
    }

    /// The call on a circuit.
    pub fn call_on(&self, circuit: CircuitId) -> Option<CallId> {
        self.calls.get(&circuit).map(|call| call.id)
    }
}

impl Switch {
    pub(super) fn new_id(&mut self) -> CallId {
        self.next_id += 1;
        CallId(self.next_id)
    }

    /// Passes on what the circuits say, and acts on what they say to us.
    pub(super) fn follow_circuits(&mut self, now: Instant) {
        while let Some(output) = self.circuits.poll_output() {
            match output {
                isup::Output::Send {
                    group,
                    cic,
                    message,
                } => {
                    self.outputs.push_back(Output::Send {
                        group,
                        cic,
                        message,
                    });
                }
                isup::Output::Continuity { circuit, action } => self.check(circuit, action),
                isup::Output::Queried { group, cic, answer } => {
                    self.outputs
                        .push_back(Output::Queried { group, cic, answer });
                }
                isup::Output::Alert { group, cic, alert } => {
                    self.outputs.push_back(Output::Alert { group, cic, alert });
                }
                isup::Output::Event {
                    circuit,
                    event: Event::Idle,
                } => self.idle(circuit, now),
                isup::Output::Event { circuit, event } => self.hear(circuit, event, now),
            }
        }
    }

    fn check(&mut self, circuit: CircuitId, action: isup::Continuity) {
        let Some(timeslot) = self.timeslot(circuit) else {
            return;
        };
        match action {
            isup::Continuity::SendTone => self.checked.insert(timeslot, circuit),
            isup::Continuity::LoopBack | isup::Continuity::Stop => self.checked.remove(&timeslot),
        };
        self.outputs.push_back(Output::Check { timeslot, action });
    }

    /// The check tone that is being sent in a timeslot began or ended to come back.
    pub fn continuity_heard(&mut self, timeslot: Timeslot, heard: bool, now: Instant) {
        if let Some(&circuit) = self.checked.get(&timeslot) {
            self.handle(isup::Input::ContinuityHeard { circuit, heard }, now);
        }
    }

    /// The first idle circuit brings its group into service and starts what was scheduled for it.
    fn idle(&mut self, circuit: CircuitId, now: Instant) {
        let Some((group, _)) = self.circuits.identity(circuit) else {
            return;
        };
        let Some(in_service) = self.in_service.get_mut(usize::from(group.0)) else {
            return;
        };
        if std::mem::replace(in_service, true) {
            return;
        }
        for (number, (order, after)) in self.scheduled.iter().enumerate() {
            if order.group == group {
                self.deadlines.arm(Deadline::Order(number), now + *after);
            }
        }
    }
}

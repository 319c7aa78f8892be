//! The machine that plays the PT's side of a scenario, without IO.

use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

use codecs::isup::Variant;

use super::message::words;
use super::{Act, Hearing, Listener, Notice, Request, Scenario, Side, Step};

/// How exact the play is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// By how much something may come before its time.
    pub early: Duration,
    /// By how much it may come after it.
    pub late: Duration,
    /// How long `no more messages` listens unless it says so.
    pub quiet: Duration,
    /// For how long the SUT may take over what only a human can do there; nothing if its inside is
    /// seen, and it does at once what it is asked.
    pub by_hand: Option<Duration>,
    /// Whether somebody says when it is done. What follows it in the scenario, unless the SUT shows
    /// it by a message, waits for that.
    pub confirmed: bool,
}

impl Patience {
    /// On virtual time, with a view of the inside of the SUT.
    pub const EXACT: Self = Self {
        early: Duration::ZERO,
        late: Duration::ZERO,
        quiet: Duration::from_secs(3600),
        by_hand: None,
        confirmed: false,
    };

    /// On a live link.
    pub const LIVE: Self = Self {
        early: Duration::from_millis(500),
        late: Duration::from_secs(5),
        quiet: Duration::from_secs(1),
        by_hand: Some(Duration::from_secs(120)),
        confirmed: false,
    };
}

/// What happened outside.
#[derive(Debug, Clone)]
pub enum Input {
    /// The SUT sent a message on a trunk group.
    Received(Side, Vec<u8>),
    /// The SUT told something within itself.
    Noticed(Notice),
    /// What a human was asked to do is done.
    DoneByHand,
}

/// What the owner is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Send a message to the SUT.
    Send(Side, Vec<u8>),
    /// Let the SUT do something.
    Ask(Request),
    /// [`Input::DoneByHand`] is waited for.
    Confirm,
    /// A step is done: its text, for people.
    Done(String),
    /// A step is left out, because it happens within the SUT.
    Unseen(String),
    /// The scenario is over.
    Over(Verdict),
}

/// How a scenario ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// As it is written.
    Passed,
    /// Otherwise.
    Failed {
        /// The line, or the last one where all were played.
        line: usize,
        /// What was expected, and what happened.
        why: String,
    },
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("passed"),
            Self::Failed { line, why } => write!(f, "failed in line {line}: {why}"),
        }
    }
}

/// Plays a scenario.
#[derive(Debug)]
pub struct Player {
    variant: &'static Variant,
    steps: VecDeque<Step>,
    patience: Patience,
    /// The time of the next step, and that nothing may come before.
    not_before: Option<Instant>,
    /// When what is expected must have come.
    deadline: Option<Instant>,
    /// Somebody has been asked to do something at the SUT.
    by_hand: bool,
    /// What goes on when it is done.
    confirming: bool,
    /// The line of the last step that is done.
    last_line: usize,
    over: bool,
    outputs: VecDeque<Output>,
}

impl Player {
    /// Begins with the first step.
    pub fn new(scenario: Scenario, patience: Patience, now: Instant) -> Self {
        let mut player = Self {
            variant: scenario.conditions.variant,
            steps: scenario.steps.into(),
            patience,
            not_before: None,
            deadline: None,
            by_hand: false,
            confirming: false,
            last_line: 0,
            over: false,
            outputs: VecDeque::new(),
        };
        player.go_on(now);
        player
    }

    /// Tells what the SUT did.
    pub fn handle(&mut self, input: Input, now: Instant) {
        if self.over {
            return;
        }
        let heard = match &input {
            Input::DoneByHand => {
                if std::mem::take(&mut self.confirming) {
                    self.by_hand = false;
                    self.go_on(now);
                }
                return;
            }
            Input::Received(side, octets) => {
                format!("{}<- {}", far(*side), words(self.variant, octets))
            }
            Input::Noticed(notice) => notice.words(self.variant),
        };
        let Some(step) = self.steps.front() else {
            return self.fail(&heard);
        };
        let fits = match (&step.act, input) {
            (Act::Expect(side, pattern), Input::Received(from, octets)) if *side == from => {
                pattern.check(&octets)
            }
            (Act::Hear(hearing), Input::Noticed(notice)) => hearing.check(&notice),
            _ => Err("something else".to_owned()),
        };
        let early = self.patience.early;
        match (fits, self.not_before) {
            (Err(difference), _) => self.fail(&format!("{heard} ({difference})")),
            (Ok(()), Some(at)) if now + early < at => {
                let early = at - now;
                self.fail(&format!("{heard} {} s too early", early.as_secs_f64()));
            }
            (Ok(()), _) => {
                self.by_hand = false;
                self.not_before = None;
                self.step_done();
                self.go_on(now);
            }
        }
    }

    /// Goes on when its time has come.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.over {
            return;
        }
        if self.deadline.is_some_and(|at| at <= now) {
            if self.confirming {
                return self.fail("no word that what was asked for is done");
            }
            let by_hand = self.patience.by_hand.filter(|_| self.by_hand);
            let late = by_hand.unwrap_or(self.patience.late);
            match late.is_zero() {
                true => self.fail("nothing"),
                false => self.fail(&format!("nothing within {} s", late.as_secs_f64())),
            }
        } else if self.deadline.is_none() && self.not_before.is_some_and(|at| at <= now) {
            self.go_on(now);
        }
    }

    /// The next thing for the owner to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Whether an IAM is waited for, and this is one, but of another call.
    pub fn awaits_other_call(&self, side: Side, octets: &[u8]) -> bool {
        let awaited = self.steps.front().map(|step| &step.act);
        match awaited {
            Some(Act::Expect(from, pattern)) if *from == side => pattern.is_other_call(octets),
            _ => false,
        }
    }

    /// When [`Self::handle_timeout`] wants to be called.
    pub fn poll_timeout(&self) -> Option<Instant> {
        if self.over {
            return None;
        }
        self.deadline.or(self.not_before)
    }
}

impl Player {
    /// Does what can be done at once, up to a step that waits for something.
    fn go_on(&mut self, now: Instant) {
        self.deadline = None;
        loop {
            let step = self.steps.front().map(|step| step.act.clone());
            match step {
                // What happens within the SUT is not seen from outside.
                Some(Act::Hear(_)) if self.patience.by_hand.is_some() => {
                    let step = self.steps.pop_front();
                    let text = step.map(|step| Output::Unseen(step.text));
                    self.outputs.extend(text);
                }
                Some(Act::Expect(..) | Act::Hear(_)) => return self.listen(now),
                _ if self.not_before.is_some_and(|at| at > now) => return,
                _ if self.confirming => return self.await_hand(now),
                Some(act) => self.act(act, now),
                None => return self.end(Verdict::Passed),
            }
        }
    }

    /// What the SUT shows by a message needs nobody to say it.
    fn is_shown(&self) -> bool {
        let seen = self
            .steps
            .iter()
            .find(|step| !matches!(step.act, Act::Hear(_)));
        seen.is_none_or(|step| matches!(step.act, Act::Expect(..)))
    }

    fn await_hand(&mut self, now: Instant) {
        self.deadline = self.patience.by_hand.and_then(|time| now.checked_add(time));
        self.outputs.push_back(Output::Confirm);
    }

    fn listen(&mut self, now: Instant) {
        let at = self.not_before.map_or(now, |at| at.max(now));
        let late = self.patience.by_hand.filter(|_| self.by_hand);
        self.deadline = at.checked_add(late.unwrap_or(self.patience.late));
    }

    fn act(&mut self, act: Act, now: Instant) {
        self.not_before = None;
        let asked = matches!(act, Act::Ask(_));
        match act {
            Act::Send(side, pattern) => {
                self.outputs.push_back(Output::Send(side, pattern.octets()));
            }
            Act::Ask(request) => {
                self.by_hand = true;
                self.outputs.push_back(Output::Ask(request));
            }
            Act::Wait(time) => self.not_before = now.checked_add(time),
            Act::Quiet(time) => {
                self.not_before = now.checked_add(time.unwrap_or(self.patience.quiet));
            }
            // They are listened to.
            Act::Expect(..) | Act::Hear(_) => return,
        }
        self.step_done();
        self.confirming = asked && self.patience.confirmed && !self.is_shown();
    }

    fn step_done(&mut self) {
        if let Some(step) = self.steps.pop_front() {
            self.last_line = step.line;
            self.outputs.push_back(Output::Done(step.text));
        }
    }

    fn fail(&mut self, got: &str) {
        let (line, why) = match self.steps.front() {
            Some(step) => (step.line, format!("expected {}, got {got}", step.text)),
            None => (self.last_line, format!("expected nothing more, got {got}")),
        };
        self.end(Verdict::Failed { line, why });
    }

    fn end(&mut self, verdict: Verdict) {
        self.over = true;
        self.outputs.push_back(Output::Over(verdict));
    }
}

impl Hearing {
    fn check(&self, notice: &Notice) -> Result<(), String> {
        if (self.to, &self.what) != (notice.to, &notice.what) {
            return Err("another notice".to_owned());
        }
        if self.cic != notice.cic {
            return Err(format!("cic={}", notice.cic));
        }
        match (&self.message, &notice.octets) {
            (Some(pattern), Some(octets)) => pattern.check(octets),
            (Some(_), None) => Err("no message comes along".to_owned()),
            (None, _) => Ok(()),
        }
    }
}

impl Notice {
    fn words(&self, variant: &Variant) -> String {
        let to = match self.to {
            Listener::User => "user hears",
            Listener::Staff => "alert",
            Listener::Media => "media hears",
        };
        let message = self.octets.as_ref();
        let message = message.map(|octets| format!(" {}", words(variant, octets)));
        let (what, cic) = (&self.what, self.cic);
        format!("{to}: {what} cic={cic}{}", message.unwrap_or_default())
    }
}

fn far(side: Side) -> &'static str {
    match side {
        Side::Near => "",
        Side::Far => "far ",
    }
}

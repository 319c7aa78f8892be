//! A scenario played against what is tested, on virtual time.

use std::time::Instant;

use codecs::isup::{Message, Pdu, RangeAndStatus, Rlc, Variant};
use tandem::scenario::{Input, Output, Patience, Player, Request, Scenario, Side, Verdict};

use crate::circuits::Calls;
use crate::exchange::Gateway;

/// What is tested.
pub(crate) trait Sut {
    /// A message of the PT arrives.
    fn receive(&mut self, side: Side, octets: &[u8], now: Instant);
    /// Something happens within; what is to be told of it at once.
    fn carry_out(&mut self, request: Request, now: Instant) -> Option<Input>;
    fn poll_timeout(&mut self) -> Option<Instant>;
    fn handle_timeout(&mut self, now: Instant);
    /// The next thing that it does or tells.
    fn poll(&mut self) -> Option<Input>;
}

struct Bench {
    sut: Box<dyn Sut>,
    player: Player,
    now: Instant,
    /// What has been played so far.
    ladder: String,
}

/// Plays a scenario to its end.
///
/// # Errors
/// What went otherwise, below what went well.
pub(crate) fn play(scenario: Scenario) -> Result<(), String> {
    let now = Instant::now();
    let conditions = &scenario.conditions;
    let sut: Box<dyn Sut> = match conditions.far_circuits {
        Some(_) => Box::new(Gateway::new(conditions, now)),
        None => Box::new(Calls::new(conditions, now)),
    };
    let bench = Bench {
        sut,
        player: Player::new(scenario, Patience::EXACT, now),
        now,
        ladder: String::new(),
    };
    bench.run()
}

impl Bench {
    fn run(mut self) -> Result<(), String> {
        loop {
            match self.follow() {
                Some(Verdict::Passed) => return Ok(()),
                Some(failed) => return Err(format!("{}{failed}", self.ladder)),
                None => self.let_time_pass(),
            }
        }
    }

    /// Carries what the two say to each other until both are silent.
    fn follow(&mut self) -> Option<Verdict> {
        loop {
            if let Some(input) = self.sut.poll() {
                self.player.handle(input, self.now);
                continue;
            }
            match self.player.poll_output()? {
                Output::Send(side, octets) => self.sut.receive(side, &octets, self.now),
                Output::Ask(request) => {
                    if let Some(input) = self.sut.carry_out(request, self.now) {
                        self.player.handle(input, self.now);
                    }
                }
                Output::Done(step) | Output::Unseen(step) => self.ladder += &format!("{step}\n"),
                Output::Confirm => panic!("nobody does anything by hand here"),
                Output::Over(verdict) => return Some(verdict),
            }
        }
    }

    /// To the next timer; what is tested acts at a moment before the player misses it.
    fn let_time_pass(&mut self) {
        let sut = self.sut.poll_timeout();
        let player = self.player.poll_timeout().expect("the player is waiting");
        match sut.filter(|&at| at <= player) {
            Some(at) => {
                self.now = at;
                self.sut.handle_timeout(at);
            }
            None => {
                self.now = player;
                self.player.handle_timeout(player);
            }
        }
    }
}

/// What is answered to the resets at the start.
pub(crate) fn acknowledgement(reset: &Message) -> Message {
    match reset {
        Message::Rsc => Message::Rlc(Rlc::default()),
        Message::Grs(grs) => Message::Gra(codecs::isup::Gra {
            range_and_status: RangeAndStatus::new(grs.range, |_| false),
        }),
        other => panic!("at the start: {other}"),
    }
}

pub(crate) fn octets(variant: &Variant, pdu: &Pdu) -> Vec<u8> {
    let mut octets = Vec::new();
    pdu.encode_as(variant, &mut octets);
    octets
}

//! The links to the exchange under test, and a ladder on them.

use std::collections::BTreeSet;
use std::time::Instant;

use codecs::isup::{Cic, Message, Pdu, RangeAndStatus, Rlc, Variant};
use codecs::mtp::{ServiceIndicator, Transfer};
use protocols::isup::Group;
use tokio::sync::mpsc;

use super::keyboard::Keyboard;
use super::strangers::Strangers;
use super::{Error, Outcome, Rules};
use crate::output;
use crate::pstn::config::Config;
use crate::scenario::{Input, Output, Patience, Player, Scenario, Side, Verdict, instruction};
use crate::ss7::{self, Ss7};
use crate::world::{World, until};

/// The links to the SUT.
pub(super) struct Stage {
    pub(super) ss7: Ss7,
    pub(super) config: ss7::Config,
    events: mpsc::Receiver<ss7::Event>,
    /// The first is the near side, the second the far one.
    groups: Vec<Group>,
    world: World,
    keyboard: Keyboard,
    /// The sides where the SUT can be reached.
    pub(super) reachable: BTreeSet<Side>,
}

impl Stage {
    /// Begins to connect to the SUT.
    pub(super) fn open(config: Config, groups: Vec<Group>, world: World) -> Result<Self, Error> {
        let ss7 = config.ss7.clone().with_users(&[ServiceIndicator::ISUP]);
        let (ss7, events) = Ss7::start(ss7, world.tap.clone())?;
        Ok(Self {
            ss7,
            config: config.ss7,
            events,
            groups,
            world,
            keyboard: Keyboard::open(),
            reachable: BTreeSet::new(),
        })
    }

    pub(super) async fn close(&self) {
        self.ss7.stop().await;
    }

    /// Plays a scenario when the SUT is ready for it.
    pub(super) async fn run(
        &mut self,
        scenario: &Scenario,
        rules: Rules,
    ) -> Result<Outcome, Error> {
        if let Some(outcome) = self.make_ready(scenario, rules.wait).await? {
            return Ok(outcome);
        }
        for condition in &scenario.there {
            output::print(format_args!("  {condition:50} is to be so there"))?;
        }
        let verdict = self.play(scenario.clone(), rules.patience).await?;
        Ok(Outcome::Played(verdict))
    }

    async fn play(&mut self, scenario: Scenario, patience: Patience) -> Result<Verdict, Error> {
        let circuits = scenario.circuits();
        let mut strangers = Strangers::default();
        let mut player = Player::new(scenario, patience, Instant::now());
        loop {
            while let Some(output) = player.poll_output() {
                if let Some(verdict) = self.carry_out(output)? {
                    return Ok(verdict);
                }
            }
            let deadline = player.poll_timeout();
            tokio::select! {
                event = self.events.recv() => {
                    let Some((side, octets)) = self.received(event.ok_or(Error::Ss7Ended)?) else {
                        continue;
                    };
                    if !strangers.take(self, &player, &circuits, (side, &octets))? {
                        player.handle(Input::Received(side, octets), Instant::now());
                    }
                }
                () = self.keyboard.line() => player.handle(Input::DoneByHand, Instant::now()),
                () = until(deadline) => player.handle_timeout(Instant::now()),
                () = self.world.stopped() => return Err(Error::Stopped),
            }
        }
    }

    /// Does what the player wants; the verdict ends the play.
    fn carry_out(&mut self, output: Output) -> Result<Option<Verdict>, Error> {
        match output {
            Output::Send(side, octets) => self.send(side, octets)?,
            Output::Ask(request) => {
                self.keyboard.forget();
                output::print(format_args!("  please: {}", instruction(&request)))?;
            }
            Output::Confirm => output::print("  … and press Enter when it is done")?,
            Output::Done(step) => output::print(format_args!("  {step:50} ok"))?,
            Output::Unseen(step) => output::print(format_args!("  {step:50} not seen"))?,
            Output::Over(verdict) => return Ok(Some(verdict)),
        }
        Ok(None)
    }

    /// Whose ISUP the SUT speaks.
    pub(super) fn variant(&self) -> &'static Variant {
        self.groups
            .first()
            .map_or(&Variant::ITU, |group| group.variant)
    }

    /// Takes the next event; what the SUT does to its circuits is acknowledged.
    pub(super) async fn acknowledge_next(&mut self) -> Result<Option<(Side, Cic, Message)>, Error> {
        let event = tokio::select! {
            event = self.events.recv() => event.ok_or(Error::Ss7Ended)?,
            () = self.world.stopped() => return Err(Error::Stopped),
        };
        let Some((side, octets)) = self.received(event) else {
            return Ok(None);
        };
        let Ok(Pdu { cic, message }) = Pdu::decode_as(self.variant(), &octets) else {
            return Ok(None);
        };
        if let Some(answer) = acknowledgement(&message) {
            self.say(side, cic, answer)?;
        }
        Ok(Some((side, cic, message)))
    }

    /// A message of the SUT, from which side; other news is taken note of.
    fn received(&mut self, event: ss7::Event) -> Option<(Side, Vec<u8>)> {
        match event {
            ss7::Event::Transfer(transfer) if transfer.si == ServiceIndicator::ISUP => {
                let octets = transfer.data.to_vec();
                return Some((self.side_of(&transfer, &octets)?, octets));
            }
            ss7::Event::Available(remote) => {
                let sides: Vec<Side> = self.sides(|group| group.destination() == remote).collect();
                self.reachable.extend(sides);
            }
            ss7::Event::Unavailable(remote) => {
                let sides: Vec<Side> = self.sides(|group| group.destination() == remote).collect();
                self.reachable.retain(|side| !sides.contains(side));
            }
            _ => {}
        }
        None
    }

    /// The side that has the circuit, or where nobody has it the first one towards this exchange.
    fn side_of(&self, transfer: &Transfer, octets: &[u8]) -> Option<Side> {
        let &[low, high] = octets.first_chunk()?;
        let cic = u16::from_le_bytes([low, high]) & self.variant().last_cic().value();
        let there = |group: &Group| group.remote == transfer.opc;
        let has = |group: &Group| group.cics.iter().any(|cics| cics.contains(&cic));
        let mut sides = self.sides(|group| there(group) && has(group));
        sides.next().or_else(|| self.sides(there).next())
    }

    fn sides(&self, fits: impl Fn(&Group) -> bool) -> impl Iterator<Item = Side> {
        let sides = [Side::Near, Side::Far].into_iter().zip(&self.groups);
        sides
            .filter(move |(_, group)| fits(group))
            .map(|(side, _)| side)
    }

    pub(super) fn group(&self, side: Side) -> Result<&Group, Error> {
        let group = match side {
            Side::Near => self.groups.first(),
            Side::Far => self.groups.get(1),
        };
        group.ok_or(Error::NoTrunk)
    }

    pub(super) fn say(&self, side: Side, cic: Cic, message: Message) -> Result<(), Error> {
        let mut octets = Vec::new();
        Pdu { cic, message }.encode_as(self.variant(), &mut octets);
        self.send(side, octets)
    }

    fn send(&self, side: Side, octets: Vec<u8>) -> Result<(), Error> {
        let group = self.group(side)?;
        // Messages of one circuit stay in order (Q.704 §2.2.4).
        let sls = octets.first().copied().unwrap_or_default() & 0xF;
        self.ss7.send(Transfer {
            network: group.network,
            opc: group.local,
            dpc: group.remote,
            si: ServiceIndicator::ISUP,
            ni: group.network_indicator,
            priority: 0,
            sls,
            data: octets.into(),
        });
        Ok(())
    }
}

/// What a friendly exchange answers to the supervision of its circuits.
pub(super) fn acknowledgement(message: &Message) -> Option<Message> {
    Some(match message {
        Message::Rel(_) | Message::Rsc => Message::Rlc(Rlc::default()),
        Message::Grs(grs) => Message::Gra(codecs::isup::Gra {
            range_and_status: RangeAndStatus::new(grs.range, |_| false),
        }),
        Message::Blo => Message::Bla,
        Message::Ubl => Message::Uba,
        Message::Cgb(group) => Message::Cgba(group.clone()),
        Message::Cgu(group) => Message::Cgua(group.clone()),
        _ => return None,
    })
}

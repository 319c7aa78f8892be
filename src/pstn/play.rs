//! Scenarios on a live link: in place of the switch the PT plays its side of each ladder against
//! whatever exchange is at the other end.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use codecs::isup::{Cic, Message, Pdu, RangeAndStatus, Rlc, Variant};
use codecs::mtp::{ServiceIndicator, Transfer};
use protocols::isup::Group;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::config::Config;
use crate::output;
use crate::scenario::{Fault, Input, Output, Patience, Player, Scenario, Side, Verdict};
use crate::ss7::{self, Ss7};
use crate::world::{World, until};

/// How long the circuits must be silent before a scenario begins.
const SILENCE: Duration = Duration::from_millis(500);

/// How long it may take until they are.
const READY: Duration = Duration::from_secs(30);

/// Why scenarios were not played, or not as they are written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error("{}: {error}", file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A file is no scenario.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The configuration has no trunk group to play on.
    #[error("a scenario needs a [[trunk]], and one with \"far\" steps needs two")]
    NoTrunk,
    /// A trunk group speaks another ISUP than scenarios do.
    #[error("scenarios are written in ISUP of ITU-T, and the trunk {trunk:?} speaks {variant}")]
    OtherIsup {
        /// The trunk group.
        trunk: String,
        /// Its variant.
        variant: &'static str,
    },
    /// An address for SCTP cannot be used.
    #[error(transparent)]
    Ss7(#[from] crate::sctp::Error),
    /// The SS7 service ended.
    #[error("the SS7 service ended")]
    Ss7Ended,
    /// The exchange did not become available, or its circuits did not become idle.
    #[error("the other exchange did not bring its circuits into service within {} s", READY.as_secs())]
    NotReady,
    /// The play was told to stop.
    #[error("stopped before the end")]
    Stopped,
    /// Standard output cannot be written.
    #[error(transparent)]
    Output(#[from] std::io::Error),
    /// Some went otherwise than written.
    #[error("{failed} of {all} scenarios failed")]
    Failed {
        /// How many.
        failed: usize,
        /// How many were played.
        all: usize,
    },
}

/// Reads scenarios from files.
///
/// # Errors
/// [`Error::Unreadable`], [`Error::Fault`]
pub fn scenarios(files: &[PathBuf]) -> Result<Vec<Scenario>, Error> {
    files.iter().map(|file| scenario(file)).collect()
}

fn scenario(file: &Path) -> Result<Scenario, Error> {
    let text = std::fs::read_to_string(file).map_err(|error| Error::Unreadable {
        file: file.to_owned(),
        error,
    })?;
    Ok(Scenario::parse(&file.display().to_string(), &text)?)
}

/// Plays scenarios one after the other on the first trunk group, "far" steps on the second, and
/// prints each ladder with what came of it. Call it within a `LocalSet`.
///
/// # Errors
/// [`Error`]; one of them is that a scenario failed.
pub async fn play(config: Config, scenarios: Vec<Scenario>, world: World) -> Result<(), Error> {
    let groups = config.settings().circuits.groups;
    let foreign = |group: &&Group| ![&Variant::ITU, &Variant::ETSI].contains(&group.variant);
    if let Some(group) = groups.iter().take(2).find(foreign) {
        return Err(Error::OtherIsup {
            trunk: group.name.clone(),
            variant: group.variant.name,
        });
    }
    let (ss7, events) = Ss7::start(config.ss7.clone(), world.tap.clone())?;
    let mut stage = Stage {
        ss7,
        events,
        groups,
        world,
        reachable: BTreeSet::new(),
    };
    let (mut failed, all) = (0, scenarios.len());
    for scenario in scenarios {
        output::print(&scenario.title)?;
        stage.make_ready(&scenario).await?;
        let verdict = stage.play(scenario).await?;
        output::print(format_args!("{verdict}\n"))?;
        failed += usize::from(verdict != Verdict::Passed);
    }
    stage.ss7.stop().await;
    match failed {
        0 => Ok(()),
        failed => Err(Error::Failed { failed, all }),
    }
}

/// The links to the SUT.
struct Stage {
    ss7: Ss7,
    events: mpsc::Receiver<ss7::Event>,
    /// The first is the near side, the second the far one.
    groups: Vec<Group>,
    world: World,
    /// The sides where the SUT can be reached.
    reachable: BTreeSet<Side>,
}

impl Stage {
    async fn play(&mut self, scenario: Scenario) -> Result<Verdict, Error> {
        let mut player = Player::new(scenario, Patience::LIVE, Instant::now());
        let mut by_hand = false;
        loop {
            while let Some(output) = player.poll_output() {
                match output {
                    Output::Send(side, octets) => self.send(side, octets)?,
                    Output::Ask(_) => by_hand = true,
                    Output::Done(step) if std::mem::take(&mut by_hand) => {
                        output::print(format_args!("  {step:50} please do this there"))?;
                    }
                    Output::Done(step) => output::print(format_args!("  {step:50} ok"))?,
                    Output::Unseen(step) => output::print(format_args!("  {step:50} not seen"))?,
                    Output::Over(verdict) => return Ok(verdict),
                }
            }
            let deadline = player.poll_timeout();
            tokio::select! {
                event = self.events.recv() => {
                    if let Some((side, octets)) = self.received(event.ok_or(Error::Ss7Ended)?) {
                        player.handle(Input::Received(side, octets), Instant::now());
                    }
                }
                () = until(deadline) => player.handle_timeout(Instant::now()),
                () = self.world.stopped() => return Err(Error::Stopped),
            }
        }
    }

    /// Waits until the SUT is there, and resets the circuits of a scenario, so that whatever
    /// happened on them before is over.
    async fn make_ready(&mut self, scenario: &Scenario) -> Result<(), Error> {
        let ready = timeout(READY, self.reset(scenario.circuits()));
        ready.await.map_err(|_| Error::NotReady)?
    }

    async fn reset(&mut self, circuits: BTreeSet<(Side, u16)>) -> Result<(), Error> {
        let sides: BTreeSet<Side> = circuits.iter().map(|&(side, _)| side).collect();
        sides
            .iter()
            .try_for_each(|&side| self.group(side).map(drop))?;
        while !self.reachable.is_superset(&sides) {
            self.acknowledge_next().await?;
        }
        for &(side, cic) in &circuits {
            self.say(side, Cic(cic), Message::Rsc)?;
        }
        let mut unanswered = circuits;
        loop {
            match timeout(SILENCE, self.acknowledge_next()).await {
                Ok(heard) => {
                    if let Some((side, cic, Message::Rlc(_) | Message::Ucic)) = heard? {
                        unanswered.remove(&(side, cic.0));
                    }
                }
                Err(_) if unanswered.is_empty() => return Ok(()),
                Err(_) => {}
            }
        }
    }

    /// Takes the next event; what the SUT does to its circuits is acknowledged.
    async fn acknowledge_next(&mut self) -> Result<Option<(Side, Cic, Message)>, Error> {
        let event = tokio::select! {
            event = self.events.recv() => event.ok_or(Error::Ss7Ended)?,
            () = self.world.stopped() => return Err(Error::Stopped),
        };
        let Some((side, octets)) = self.received(event) else {
            return Ok(None);
        };
        let Ok(Pdu { cic, message }) = Pdu::decode(&octets) else {
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
                let sides: Vec<Side> = self.sides(|group| group.remote == remote).collect();
                self.reachable.extend(sides);
            }
            _ => {}
        }
        None
    }

    /// The side that has the circuit, or where nobody has it the first one towards this exchange.
    fn side_of(&self, transfer: &Transfer, octets: &[u8]) -> Option<Side> {
        let &[low, high] = octets.first_chunk()?;
        let cic = u16::from_le_bytes([low, high]);
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

    fn group(&self, side: Side) -> Result<&Group, Error> {
        let group = match side {
            Side::Near => self.groups.first(),
            Side::Far => self.groups.get(1),
        };
        group.ok_or(Error::NoTrunk)
    }

    fn say(&self, side: Side, cic: Cic, message: Message) -> Result<(), Error> {
        let mut octets = Vec::new();
        Pdu { cic, message }.encode(&mut octets);
        self.send(side, octets)
    }

    fn send(&self, side: Side, octets: Vec<u8>) -> Result<(), Error> {
        let group = self.group(side)?;
        // Messages of one circuit stay in order (Q.704 §2.2.4).
        let sls = octets.first().copied().unwrap_or_default() & 0xF;
        self.ss7.send(Transfer {
            opc: group.local,
            dpc: group.remote,
            si: ServiceIndicator::ISUP,
            ni: group.network,
            priority: 0,
            sls,
            data: octets.into(),
        });
        Ok(())
    }
}

/// What a friendly exchange answers to the supervision of its circuits.
fn acknowledgement(message: &Message) -> Option<Message> {
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

//! What comes before a ladder: the exchange under test can be reached, and its circuits are reset.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use codecs::isup::{Cic, Message};
use tokio::time::timeout;

use super::stage::Stage;
use super::{Error, Outcome};
use crate::output;
use crate::scenario::{Scenario, Side};

/// How long the circuits must be silent before a scenario begins.
const SILENCE: Duration = Duration::from_millis(500);

/// After how long without an acknowledgement a circuit is reset again: T16, `Q.764 table A.1`.
const RESET_AGAIN: Duration = Duration::from_secs(15);

/// What takes no longer than this is not told.
const SOON: Duration = Duration::from_secs(1);

/// The state of a peer's process that is up, and of one that takes traffic.
const INACTIVE: u8 = 1;
const ACTIVE: u8 = 2;

/// Tells what is being waited for, once.
struct Wait {
    since: Instant,
    until: Duration,
    told: String,
}

impl Wait {
    fn new(until: Duration) -> Self {
        Self {
            since: Instant::now(),
            until,
            told: String::new(),
        }
    }

    /// Why it has taken too long, if it has.
    fn on(&mut self, what: String) -> Result<Option<String>, Error> {
        if self.since.elapsed() >= self.until {
            let seconds = self.until.as_secs_f64();
            return Ok(Some(format!("waited {seconds} s for {what}")));
        }
        if self.since.elapsed() >= SOON && self.told != what {
            output::print(format_args!("  waiting for {what}"))?;
            self.told = what;
        }
        Ok(None)
    }
}

impl Stage {
    /// Waits until the SUT is there, and resets the circuits of a scenario, so that whatever
    /// happened on them before is over. Returns what came of it if that does not succeed.
    pub(super) async fn make_ready(
        &mut self,
        scenario: &Scenario,
        longest: Duration,
    ) -> Result<Option<Outcome>, Error> {
        let circuits = scenario.circuits();
        let mut wait = Wait::new(longest);
        for &(side, _) in &circuits {
            self.group(side)?;
        }
        while let Some(&(side, _)) = circuits.iter().find(|(side, _)| !self.reaches(*side)) {
            if let Some(why) = wait.on(self.way_to(side)?)? {
                return Ok(Some(Outcome::Unreachable(why)));
            }
            self.acknowledge_for(SILENCE).await?;
        }
        let busy = self.reset(circuits, wait).await?;
        Ok(busy.map(Outcome::Busy))
    }

    fn reaches(&self, side: Side) -> bool {
        self.reachable.contains(&side)
    }

    /// What is missing of the way to the SUT.
    fn way_to(&self, side: Side) -> Result<String, Error> {
        let group = self.group(side)?;
        let point_codes = self.config.point_codes();
        let code = point_codes.write(group.destination());
        let peers = self.config.peer.iter();
        let mut names = peers.filter(|peer| {
            let (network, _) = self.config.network(peer.network.as_deref());
            network == group.network && peer.point_codes.contains(&group.remote)
        });
        let Some(peer) = names.next() else {
            return Ok(format!(
                "point code {code}, which no peer is configured for"
            ));
        };
        let (name, counters) = (&peer.name, self.ss7.counters());
        let state = counters.processes().find(|(other, _)| *other == name);
        Ok(match (state.map(|(_, state)| state), peer.remote.first()) {
            (Some(ACTIVE), _) => format!("point code {code}, which peer {name} does not reach yet"),
            (Some(INACTIVE), _) => format!("peer {name} to be active (M3UA ASP Active)"),
            (_, Some(remote)) => format!("an association with peer {name}, {remote}"),
            (_, None) => format!("an association of peer {name}"),
        })
    }

    /// Resets circuits until all are acknowledged and silent; otherwise returns why not.
    async fn reset(
        &mut self,
        mut circuits: BTreeSet<(Side, u16)>,
        mut wait: Wait,
    ) -> Result<Option<String>, Error> {
        let mut asked = None;
        loop {
            if asked.is_none_or(|at: Instant| at.elapsed() >= RESET_AGAIN) {
                // No scenario names a circuit that is none.
                for (side, cic) in circuits
                    .iter()
                    .filter_map(|&(s, c)| Some((s, c.try_into().ok()?)))
                {
                    self.say(side, cic, Message::Rsc)?;
                }
                asked = Some(Instant::now());
            }
            let heard = self.acknowledge_for(SILENCE).await?;
            match heard {
                Some((side, cic, Message::Rlc(_) | Message::Ucic)) => {
                    circuits.remove(&(side, cic.value()));
                }
                None if circuits.is_empty() => return Ok(None),
                _ => {}
            }
            let why = wait.on(match circuits.is_empty() {
                true => "silence on the circuits".to_owned(),
                false => format!("RLC of circuits being reset: {}", list(&circuits)),
            })?;
            if why.is_some() {
                return Ok(why);
            }
        }
    }

    /// The next message within a time; the answer that supervision wants has been given.
    async fn acknowledge_for(
        &mut self,
        time: Duration,
    ) -> Result<Option<(Side, Cic, Message)>, Error> {
        let end = Instant::now() + time;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match timeout(left, self.acknowledge_next()).await {
                Ok(Ok(None)) => {}
                Ok(heard) => return heard,
                Err(_) => return Ok(None),
            }
        }
    }
}

fn list(circuits: &BTreeSet<(Side, u16)>) -> String {
    let names = circuits.iter().map(|(side, cic)| match side {
        Side::Near => cic.to_string(),
        Side::Far => format!("far {cic}"),
    });
    names.collect::<Vec<_>>().join(", ")
}

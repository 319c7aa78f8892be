//! The programs of the bench, each on its own thread, with the configurations of `config/` moved
//! to a loopback network of their own.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::Error;
use super::report::{Call, Message, Voices};
use super::wire::Wire;
use crate::config::{self, Configuration};
use crate::ladder::{Ladder, Nodes};
use crate::party::{CallReport, Handle};
use crate::tap::Tap;
use crate::world::World;
use crate::{gateway, hss, ims, pstn};

const GATEWAY: &str = include_str!("../../config/gateway.toml");
const PSTN: &str = include_str!("../../config/pstn.toml");
const HSS: &str = include_str!("../../config/hss.toml");
const IMS: &str = include_str!("../../config/ims.toml");

/// The loopback network of the configurations.
const NETWORK: &str = "127.0.0.";
/// How long the programs may take to find each other.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a call may take, all in all.
const CALL: Duration = Duration::from_secs(20);
/// What is still under way when both parties are done: the last acknowledgements.
const AFTERMATH: Duration = Duration::from_millis(300);

/// The call from the IMS to the telephone network; all others go the other way.
pub(super) const OUTGOING: &str = "outgoing";

/// The running bench.
pub(super) struct Bench {
    network: String,
    programs: Vec<JoinHandle<()>>,
    ended: mpsc::UnboundedReceiver<(&'static str, String)>,
    stop: watch::Sender<bool>,
    pstn: pstn::Handle,
    pstn_calls: Vec<pstn::CallConfig>,
    ims: ims::Handle,
    ims_calls: Vec<ims::CallConfig>,
    terminals: HashMap<SocketAddr, String>,
}

impl Bench {
    /// Starts all programs, and waits until calls can be placed.
    pub(super) async fn start(wire: &Arc<Wire>) -> Result<Self, Error> {
        let network = free_network().ok_or(Error::NoNetwork)?;
        let mut pstn: pstn::Config = load("config/pstn.toml", PSTN, &network)?;
        let mut ims: ims::Config = load("config/ims.toml", IMS, &network)?;
        let hss: hss::Config = load("config/hss.toml", HSS, &network)?;
        let gateway: gateway::Config = load("config/gateway.toml", GATEWAY, &network)?;
        let (stop, stopped) = watch::channel(false);
        let world = World {
            tap: Tap::new(wire.clone()),
            stop: stopped,
        };
        let (end, ended) = mpsc::unbounded_channel();
        let starter = Starter { world, end };
        let (pstn_handle, pstn_control) = pstn::control();
        let (ims_handle, ims_control) = ims::control();
        let (ready, mut in_service) = watch::channel(false);
        let mut bench = Self {
            network,
            programs: Vec::new(),
            ended,
            stop,
            pstn: pstn_handle,
            pstn_calls: std::mem::take(&mut pstn.call),
            ims: ims_handle,
            ims_calls: std::mem::take(&mut ims.call),
            terminals: ims
                .terminal
                .iter()
                .map(|one| (one.address, one.name.clone()))
                .collect(),
        };
        bench
            .programs
            .push(starter.start("hss", move |world| hss::run(hss, world))?);
        bench.wait_for_hss().await?;
        bench.programs.push(starter.start("ims", move |world| {
            ims::run_controlled(ims, world, ims_control)
        })?);
        bench.programs.push(starter.start("pstn", move |world| {
            pstn::run_controlled(pstn, world, pstn_control)
        })?);
        bench.programs.push(starter.start("gateway", move |world| {
            gateway::run_watched(gateway, world, ready)
        })?);
        let ready = async {
            // Errors mean that a program has ended, which is told apart.
            let _ = bench.pstn.in_service().await;
            let _ = in_service.wait_for(|&ready| ready).await;
        };
        tokio::select! {
            waited = timeout(PATIENCE, ready) => waited.map_err(|_| Error::NotReady(PATIENCE))?,
            Some((program, reason)) = bench.ended.recv() => {
                return Err(Error::Ended(program, reason));
            }
        }
        Ok(bench)
    }

    /// The IMS core looks for the HSS as it starts: until then the HSS must be there.
    async fn wait_for_hss(&mut self) -> Result<(), Error> {
        let address = SocketAddr::new(self.address(30), 3868);
        let patience = Instant::now() + PATIENCE;
        while TcpStream::connect(address).is_err() {
            if let Ok((program, reason)) = self.ended.try_recv() {
                return Err(Error::Ended(program, reason));
            }
            if Instant::now() > patience {
                return Err(Error::NotReady(PATIENCE));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// Places one call and waits until both parties are done with it.
    pub(super) async fn call(&mut self, name: &'static str, wire: &Wire) -> Result<Call, Error> {
        let mut ladder = Ladder::new(SystemTime::now(), self.nodes());
        wire.forget();
        let (placed, answered) = self.both_reports(name).await?;
        tokio::time::sleep(AFTERMATH).await;
        let messages = wire.rungs(&mut ladder).into_iter().map(Message).collect();
        let (calling, called) = (placed.calling.clone(), placed.called.clone());
        let (answer, delay) = (placed.answered, placed.post_dial_delay);
        let (pstn, ims) = match name {
            OUTGOING => (answered, Some(placed)),
            _ => (Some(placed), answered),
        };
        // The telephone network always knows a cause.
        let mut known = pstn.iter().chain(&ims);
        let cause = known.find_map(|report| report.release_cause);
        Ok(Call {
            name,
            calling: calling.unwrap_or_else(|| "unknown".into()),
            called,
            answered: answer,
            release_cause: cause.map_or(0, |cause| cause.value()),
            post_dial_delay: delay,
            messages,
            voice: Voices {
                pstn_to_ims: ims.into(),
                ims_to_pstn: pstn.into(),
            },
        })
    }

    /// What its caller, and who answered, say of a call that is placed now.
    async fn both_reports(&mut self, name: &'static str) -> Result<Reports, Error> {
        if name == OUTGOING {
            let named = |call: &&ims::CallConfig| call.name.as_deref() == Some(name);
            let call = self.ims_calls.iter().find(named).cloned();
            let call = call.ok_or(Error::NoCall("config/ims.toml", name))?;
            place("ims", &self.ims, call, &mut self.pstn).await
        } else {
            let named = |call: &&pstn::CallConfig| call.name.as_deref() == Some(name);
            let call = self.pstn_calls.iter().find(named).cloned();
            let call = call.ok_or(Error::NoCall("config/pstn.toml", name))?;
            place("pstn", &self.pstn, call, &mut self.ims).await
        }
    }

    /// Stops all programs and waits for them.
    pub(super) async fn stop(mut self) -> Result<(), Error> {
        // Programs that have ended do not listen any more.
        let _ = self.stop.send(true);
        let programs = std::mem::take(&mut self.programs);
        for program in programs {
            // A panic of a program has been printed; it shows in the calls, too.
            let _ = tokio::task::spawn_blocking(move || program.join()).await;
        }
        match self.ended.try_recv() {
            Ok((program, reason)) => Err(Error::Ended(program, reason)),
            Err(_) => Ok(()),
        }
    }

    fn nodes(&self) -> Nodes {
        let hosts = [
            (10, "pstn"),
            (20, "gateway"),
            (30, "hss"),
            (40, "icscf1"),
            (41, "icscf2"),
            (42, "scscf"),
        ]
        .map(|(host, name)| (self.address(host), name.to_owned()))
        .into();
        Nodes {
            hosts,
            ports: self.terminals.clone(),
        }
    }

    fn address(&self, host: u8) -> IpAddr {
        // The network is "127.a.b.", so that with a number it is an address.
        format!("{}{host}", self.network)
            .parse()
            .unwrap_or(IpAddr::from([127, 0, 0, host]))
    }
}

/// Of the caller, and of the party that answered.
type Reports = (CallReport, Option<CallReport>);

/// Places one call and waits until both parties are done with it.
async fn place<P, Q>(
    program: &'static str,
    caller: &Handle<P>,
    call: P,
    answerer: &mut Handle<Q>,
) -> Result<Reports, Error> {
    let placed = timeout(CALL, caller.call(call)).await;
    let placed = placed.map_err(|_| Error::NotReady(CALL))?;
    let placed = placed.map_err(|error| Error::Ended(program, error.to_string()))?;
    // A call that was not answered leaves no report of a party that answered it.
    let answered = match placed.answered {
        true => timeout(AFTERMATH * 10, answered(answerer)).await.ok(),
        false => None,
    };
    Ok((placed, answered.flatten()))
}

/// The next report of a party that answered, past those of parties that only rang.
async fn answered<Q>(answerer: &mut Handle<Q>) -> Option<CallReport> {
    loop {
        let report = answerer.report().await?;
        if report.answered {
            return Some(report);
        }
    }
}

fn load<C: Configuration>(name: &str, text: &str, network: &str) -> Result<C, Error> {
    Ok(config::parse(
        Path::new(name),
        &text.replace(NETWORK, network),
    )?)
}

/// A loopback network in which nobody listens where the bench is going to.
fn free_network() -> Option<String> {
    let start = std::process::id() as usize;
    let candidate = |number: usize| {
        let [high, low] = [number / 250 % 250 + 2, number % 250 + 2];
        format!("127.{high}.{low}.")
    };
    let is_free = |network: &String| {
        UdpSocket::bind(format!("{network}10:9899")).is_ok()
            && UdpSocket::bind(format!("{network}20:5060")).is_ok()
    };
    (start..start + 1000).map(candidate).find(is_free)
}

struct Starter {
    world: World,
    end: mpsc::UnboundedSender<(&'static str, String)>,
}

impl Starter {
    /// Runs a program on a thread of its own; an error that ends it is told.
    fn start<E, F>(
        &self,
        name: &'static str,
        run: impl FnOnce(World) -> F + Send + 'static,
    ) -> Result<JoinHandle<()>, Error>
    where
        E: std::fmt::Display,
        F: Future<Output = Result<(), E>>,
    {
        let world = self.world.clone();
        let end = self.end.clone();
        let program = move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let ended = match runtime {
                Ok(runtime) => {
                    let local = tokio::task::LocalSet::new();
                    let ended = local.block_on(&runtime, run(world));
                    ended.map_err(|error| error.to_string())
                }
                Err(error) => Err(error.to_string()),
            };
            if let Err(reason) = ended {
                // Nobody listens only when the demo is over.
                let _ = end.send((name, reason));
            }
        };
        Ok(std::thread::Builder::new()
            .name(name.into())
            .spawn(program)?)
    }
}

//! The gateway program: the exchange between its sockets.
//!
//! ```text
//!   SS7 service ──► ┌──────────┐ ──► SS7 service
//!   SIP service ──► │ Exchange │ ──► SIP service
//!   media events ─► └──────────┘ ──► media gateway (own thread), log, metrics
//! ```

mod config;
mod lists;
mod media_side;
mod metrics;
mod report;

use std::sync::Arc;
use std::time::{Duration, Instant};

use codecs::mtp::ServiceIndicator;
use codecs::sccp::{self, SubsystemNumber};
use media::Gateway as MediaGateway;
use protocols::isup::{self, CircuitId, Circuits};
use protocols::map;
use protocols::sip::{AgentConfig, TransactionConfig, Transmit, UserAgent};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use routing::NumberList;
use tokio::sync::{mpsc, watch};
use tokio::time::interval;
use tracing::info;

pub use config::Config;
pub use lists::{ListsError, read as lists};

use crate::admin::{self, AdminError, Ask, Desk, Operated, State, StateError};
use crate::config::network::SpanConfig;
use crate::exchange::{Exchange, Input, Machines, Output, PRECONDITION, TRANSFER};
use crate::resets::Resets;
use crate::sip::{self, Sip};
use crate::spans;
use crate::ss7::{self, Ss7};
use crate::tap::Tap;
use crate::world::{World, until};
use media_side::Paths;
use metrics::Metrics;
use report::Reporter;

/// Why the gateway could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The spans or threads of the media gateway.
    #[error(transparent)]
    Media(#[from] media::StartError),
    /// The addresses for SIP, or the files of [sip.tls].
    #[error(transparent)]
    Sip(#[from] sip::Error),
    /// The SS7 service.
    #[error("ss7: {0}")]
    Ss7(#[from] crate::sctp::Error),
    /// The trunk groups.
    #[error("trunk: {0}")]
    Circuits(#[from] isup::ConfigError),
    /// Our global title.
    #[error("hss.own_title: {0}")]
    Title(#[from] codecs::map::AddressError),
    /// The metrics.
    #[error("metrics: {0}")]
    Metrics(#[from] prometheus::Error),
    /// The port for operators.
    #[error(transparent)]
    Admin(#[from] AdminError),
    /// The lists of numbers of policies.
    #[error(transparent)]
    Lists(#[from] ListsError),
    /// The signal to read them again.
    #[error("SIGHUP: {0}")]
    Signal(#[from] std::io::Error),
    /// What outlives the program.
    #[error(transparent)]
    State(#[from] StateError),
}

/// How many SIP messages are taken at a time before their answers are sent.
const BATCH: usize = 64;
/// How long a gateway that stops waits for its peers to acknowledge what it releases.
const GRACE: Duration = Duration::from_secs(2);

/// Runs the gateway until it is told to stop.
///
/// # Errors
/// [`Error`] if something of the configuration cannot be used.
pub async fn run(config: Config, world: World) -> Result<(), Error> {
    let (ready, _) = watch::channel(false);
    run_watched(config, world, ready).await
}

/// Like [`run`]; `ready` turns true when every signalling point of the configuration can be
/// reached: trunks and HSS.
///
/// # Errors
/// As [`run`].
pub async fn run_watched(
    config: Config,
    mut world: World,
    ready: watch::Sender<bool>,
) -> Result<(), Error> {
    let metrics = Arc::new(Metrics::new(config.ss7.point_codes())?);
    let mut asked = admin::serve(config.admin.as_ref(), &world).await?;
    let mut missing = config.signalling_points();
    let introduction = config.introduction();
    for &point in &missing {
        metrics.ss7.destination(point, false);
    }
    let mut driver = Driver::start(config, &world.tap, metrics).await?;
    info!("{introduction}");
    let mut closed_by = None;
    let mut looks = interval(spans::LOOK);
    loop {
        let timeout = driver
            .exchange
            .poll_timeout()
            .into_iter()
            .chain(closed_by)
            .min();
        tokio::select! {
            () = world.stopped(), if closed_by.is_none() => {
                let now = Instant::now();
                driver.exchange.close(now);
                closed_by = Some(now + GRACE);
            }
            event = driver.events.recv() => match event {
                Some(event) => {
                    if let ss7::Event::Available(point) = event {
                        missing.remove(&point);
                        ready.send_if_modified(|ready| {
                            missing.is_empty() && !std::mem::replace(ready, true)
                        });
                    }
                    driver.ss7_event(event);
                }
                None => break,
            },
            Some(event) = driver.sip_events.recv() => driver.sip_event(event),
            Some(event) = driver.media_events.recv() => driver.media_event(event),
            () = until(timeout) => driver.exchange.handle_timeout(Instant::now()),
            Some(lists) = driver.lists.recv() => driver.exchange.replace_lists(lists),
            Some(ask) = asked.next() => driver.answer(ask),
            _ = looks.tick() => driver.look(Instant::now()),
        }
        driver.drain();
        if closed_by.is_some_and(|by| driver.exchange.is_quiet() || Instant::now() >= by) {
            break;
        }
    }
    driver.sip.stop().await;
    driver.ss7.stop().await;
    Ok(())
}

struct Driver {
    desk: Desk,
    exchange: Exchange,
    ss7: Ss7,
    events: mpsc::Receiver<ss7::Event>,
    sip: Sip,
    sip_events: mpsc::Receiver<sip::Event>,
    media: MediaGateway,
    spans: Vec<SpanConfig>,
    watch: spans::Watch,
    resets: Resets,
    media_events: mpsc::UnboundedReceiver<media::Event>,
    lists: mpsc::Receiver<Vec<Arc<NumberList>>>,
    paths: Paths,
    reporter: Reporter,
    metrics: Arc<Metrics>,
}

impl Driver {
    async fn start(config: Config, tap: &Tap, metrics: Arc<Metrics>) -> Result<Self, Error> {
        let mut exchange = exchange(&config)?;
        let state = config.state.as_ref().map(|state| State::open(&state.file));
        let desk = Desk::open(
            state.transpose()?,
            config.ss7.point_codes(),
            &mut exchange,
            Instant::now(),
        );
        metrics.rules(exchange.policy_rules());
        let users = match config.hss {
            Some(_) => &[ServiceIndicator::ISUP, ServiceIndicator::SCCP][..],
            None => &[ServiceIndicator::ISUP],
        };
        let ss7 = config.ss7.clone().with_users(users);
        let paths = Paths::new(&config);
        let spans = config.span.clone();
        let resets = Resets::new(config.ss7.point_codes());
        let (media, media_events) = media_side::start(&config, tap)?;
        exchange.start(Instant::now());
        let (sip, sip_events) = Sip::start(config.sip(), tap.clone()).await?;
        let names = config.names();
        if !names.is_empty() {
            sip.follow(&config.dns, config.sip.listen.hops().collect(), names)?;
        }
        for (hop, host) in config.hosts() {
            sip.name(hop, host);
        }
        let (ss7, events) = Ss7::start(ss7, tap.clone())?;
        let desk = desk.with_peers(ss7.clone());
        Ok(Self {
            desk,
            exchange,
            ss7,
            events,
            sip,
            sip_events,
            media,
            resets,
            watch: spans::Watch::new(&spans, Instant::now()),
            spans,
            media_events,
            lists: lists::follow(config)?,
            paths,
            reporter: Reporter::new(metrics.clone()),
            metrics,
        })
    }

    /// Looks at what may be worth a line in the log.
    fn look(&mut self, now: Instant) {
        self.watch.look(&self.media.counters(), now);
        self.resets.look(self.exchange.circuits(), now);
    }

    fn ss7_event(&mut self, event: ss7::Event) {
        self.measure();
        let input = match event {
            ss7::Event::Transfer(transfer) => Input::Transfer(transfer),
            ss7::Event::Available(point) => {
                self.metrics.ss7.destination(point, true);
                Input::Available(point)
            }
            ss7::Event::Unavailable(point) => {
                self.metrics.ss7.destination(point, false);
                Input::Unavailable(point)
            }
            ss7::Event::Congested { point, level } => {
                self.metrics.ss7.congestion(point, level);
                Input::Congested(point, level)
            }
            ss7::Event::UserPartUnavailable {
                point,
                user: ServiceIndicator::ISUP,
                cause,
            } => Input::UserPartUnavailable(point, cause),
            // Of SCCP the locator hears nothing; its questions time out.
            ss7::Event::UserPartUnavailable { .. } => return,
        };
        self.exchange.handle(input, Instant::now());
    }

    /// Tells the exchange how far it is behind.
    fn measure(&mut self) {
        let level = ss7::overload(&self.events).max(ss7::overload(&self.sip_events));
        self.exchange.overloaded(level);
    }

    /// Takes what has come for SIP, some at a time.
    fn sip_event(&mut self, event: sip::Event) {
        self.measure();
        let mut next = Some(event);
        for _ in 0..BATCH {
            let input = match next {
                Some(sip::Event::Received(datagram)) => Input::Datagram(datagram),
                Some(sip::Event::Undeliverable(transmit)) => Input::Undeliverable(transmit),
                Some(sip::Event::Found { name, locations }) => Input::Found {
                    icscf: name,
                    locations,
                },
                None => return,
            };
            self.exchange.handle(input, Instant::now());
            next = self.sip_events.try_recv().ok();
        }
    }

    fn media_event(&mut self, event: media::Event) {
        if let Some(input) = media_side::input(event, &self.paths, &self.metrics) {
            self.exchange.handle(input, Instant::now());
        }
    }

    fn drain(&mut self) {
        while let Some(output) = self.exchange.poll_output() {
            match output {
                Output::Transfer(transfer) => self.ss7.send(transfer),
                Output::Transmit(transmit) => self.transmit(transmit),
                Output::Media(media) => self.media.command(self.paths.command(media)),
                Output::Telemetry(telemetry) => {
                    self.desk.follow(&telemetry);
                    self.reporter.take(telemetry);
                }
            }
        }
    }

    fn transmit(&mut self, transmit: Transmit) {
        if let Err(transmit) = self.sip.send(transmit) {
            self.exchange
                .handle(Input::Undeliverable(transmit), Instant::now());
        }
    }

    fn answer(&mut self, ask: Ask) {
        match ask {
            // Whoever asked may be gone.
            Ask::Metrics(answer) => drop(answer.send(self.metrics())),
            Ask::Question(question, asker) => {
                let now = Instant::now();
                self.desk.take(&question, asker, &mut self.exchange, now);
            }
        }
    }

    fn metrics(&self) -> Result<Vec<u8>, prometheus::Error> {
        self.metrics.ss7.circuits(self.exchange.circuits());
        self.metrics.policies(self.exchange.policy_calls());
        self.metrics.ss7.m3ua(self.ss7.counters());
        self.metrics.sip_transport(&self.sip);
        self.metrics.icscfs(self.exchange.icscfs(Instant::now()));
        self.metrics.spans.set(&self.spans, &self.media.counters());
        self.metrics.rtp_ports(self.exchange.ports_in_use());
        self.metrics.text()
    }
}

impl Operated for Exchange {
    fn circuits(&self) -> &Circuits {
        self.circuits()
    }

    fn operate(&mut self, order: &mut dyn FnMut(&mut Circuits), now: Instant) {
        self.operate(order, now);
    }

    fn call_on(&self, circuit: CircuitId) -> Option<u64> {
        self.call_on(circuit).map(|call| call.0)
    }
}

/// The exchange of a configuration, without its sockets.
///
/// # Errors
/// [`Error`] if something of the configuration cannot be used.
pub fn exchange(config: &Config) -> Result<Exchange, Error> {
    let mut random = rand::rng();
    let mut transactions = TransactionConfig::new(config.sip.listen.first());
    transactions.others = config.sip.listen.others().collect();
    transactions.timings.timer_b = config.sip_answer();
    let agent = AgentConfig {
        product: concat!("tandem/", env!("CARGO_PKG_VERSION")).into(),
        bridges: true,
        options: [PRECONDITION]
            .into_iter()
            .chain(TRANSFER)
            .map(Into::into)
            .collect(),
        session_timer: config.sip.session_timer(),
        proofs: config.sip.proofs(),
        ..AgentConfig::new(transactions)
    };
    let machines = Machines {
        circuits: circuits(config)?,
        agent: UserAgent::new(agent, random.random()),
        locator: config.hss.as_ref().map(|hss| locator(config, hss)),
        random: SmallRng::from_rng(&mut random),
    };
    let mut exchange = Exchange::new(config.settings()?, machines);
    exchange.replace_lists(lists::read(config)?);
    Ok(exchange)
}

fn circuits(config: &Config) -> Result<Circuits, Error> {
    let location = isup::Config::default().location;
    Ok(Circuits::new(config.network().circuits(location))?)
}

fn locator(config: &Config, hss: &config::HssConfig) -> map::Client {
    let own = sccp::e164(&hss.own_title, SubsystemNumber::Msc);
    let mut client = map::ClientConfig::new(own, config.hss_point(hss));
    client.operation_timer = config.hss_timeout();
    map::Client::new(client)
}

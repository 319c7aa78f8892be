//! The driver of the IMS core: sockets, the HSS and RTP on one side, the machines on the other.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use protocols::sip::{ForwardId, Hop};
use tokio::sync::mpsc;
use tokio::time::{Instant as Moment, sleep_until};

use super::config::{CallConfig, Config, IcscfConfig};
use super::element::{Element, Output};
use super::hss::locate;
use super::voice::{Speaker, Voices};
use super::{Icscf, Location, Phone, Scscf};
use crate::diameter::Client;
use crate::party::{self, NotPlaced, Reporter, Request};
use crate::sip::{self, Sip};
use crate::world::{World, until};

/// How long calls that are ended at the end may take to be gone.
const WIND_UP: Duration = Duration::from_secs(2);

/// The hand on a running IMS core.
pub type Handle = party::Handle<CallConfig>;

/// The other end of a [`Handle`], for [`run_controlled`].
pub type Control = party::Control<CallConfig>;

/// A handle and what it handles.
pub fn control() -> (Handle, Control) {
    party::control("IMS core")
}

/// Why the IMS core cannot run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An address for SIP cannot be used.
    #[error("{key} {address}: {source}")]
    Socket {
        /// The key of the configuration.
        key: String,
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// SIP cannot be spoken.
    #[error(transparent)]
    Sip(sip::Error),
    /// A call names a terminal that does not exist.
    #[error(transparent)]
    Call(#[from] NotPlaced),
}

impl Error {
    fn of(config: &Config, error: sip::Error) -> Self {
        match error {
            sip::Error::Listen { hop, source } => Self::Socket {
                key: config.key_of(hop.address),
                address: hop.address,
                source,
            },
            error => Self::Sip(error),
        }
    }
}

/// Runs the IMS core until it is stopped, and prints a line for each call that is over. Call it
/// within a `LocalSet`.
///
/// # Errors
/// [`Error`]
pub async fn run(config: Config, world: World) -> Result<(), Error> {
    let (handle, control) = control();
    tokio::join!(run_controlled(config, world, control), handle.print()).0
}

/// Runs the IMS core until it is stopped; the handle of `control` hears of the calls.
///
/// # Errors
/// [`Error`]
pub async fn run_controlled(config: Config, world: World, control: Control) -> Result<(), Error> {
    let (answers, located) = mpsc::unbounded_channel();
    let elements = elements_of(&config);
    let listen = elements.iter().flat_map(Element::listeners);
    let listen = listen.map(Into::into).collect();
    let service = sip::Config {
        listen,
        ..sip::Config::default()
    };
    let (sip, received) = Sip::start(service, world.tap.clone())
        .await
        .map_err(|error| Error::of(&config, error))?;
    tracing::info!("{}", config.introduction());
    let scheduled = config.call.clone();
    let places = elements.iter().map(Element::address).zip(0..);
    let driver = Driver {
        by_address: places.collect(),
        hss: Client::start(config.cx.clone(), world.tap.clone()),
        voices: Voices::new(world.tap.clone()),
        config,
        sip,
        elements,
        answers,
        calls: Reporter::new(&control),
        control,
    };
    for call in &scheduled {
        driver.config.order(call)?;
    }
    driver.run(scheduled, received, located, world).await;
    Ok(())
}

fn elements_of(config: &Config) -> Vec<Element> {
    let icscf = |IcscfConfig { address, name }: &IcscfConfig| {
        let icscf = Icscf::new(
            *address,
            name.clone(),
            config.servers(),
            config.trusted(),
            rand::random(),
        );
        Element::Icscf(*address, icscf)
    };
    let scscf = Scscf::new(
        config.scscf.address,
        config.scscf.uri.as_deref(),
        config.users(),
        Hop::udp(config.gateway),
        config.trusted(),
        rand::random(),
    );
    let icscfs = config.icscf.iter();
    icscfs
        .map(icscf)
        .chain([Element::Scscf(config.scscf.address, scscf)])
        .chain(config.phones().into_iter().map(|phone| {
            let address = phone.address;
            Element::Phone(
                address,
                phone.name.clone(),
                Phone::new(phone, rand::random()),
            )
        }))
        .collect()
}

/// An answer of the HSS, for this request at this I-CSCF.
type Located = (usize, ForwardId, Location);

struct Driver {
    config: Config,
    sip: Sip,
    elements: Vec<Element>,
    by_address: HashMap<SocketAddr, usize>,
    hss: Client,
    voices: Voices,
    answers: mpsc::UnboundedSender<Located>,
    control: Control,
    calls: Reporter<Speaker>,
}

impl Driver {
    async fn run(
        mut self,
        scheduled: Vec<CallConfig>,
        mut received: mpsc::Receiver<sip::Event>,
        mut located: mpsc::UnboundedReceiver<Located>,
        mut world: World,
    ) {
        let mut scheduled = Schedule::new(scheduled);
        let hss = self.hss.clone();
        let mut reached = std::pin::pin!(hss.opened());
        let mut in_service = false;
        loop {
            self.drain();
            let timeout = self.timeout();
            tokio::select! {
                Some(event) = received.recv() => self.receive(event),
                Some((index, id, location)) = located.recv() => {
                    self.elements[index].located(id, &location, Instant::now());
                }
                Some(Request { call, answer }) = self.control.requests.recv() => {
                    let call = self.place(&call);
                    self.calls.placed(call, answer);
                }
                () = until(scheduled.next()) => {
                    if let Some(call) = scheduled.take() {
                        // It was found good at the start.
                        let _ = self.place(&call);
                    }
                }
                () = until(timeout) => self.handle_timeout(),
                () = &mut reached, if !in_service => {
                    in_service = true;
                    self.control.in_service.send_replace(true);
                }
                () = world.stopped() => break,
            }
        }
        self.wind_up(&mut received).await;
        self.sip.stop().await;
        self.hss.stop().await;
    }

    /// Ends all calls and waits for a while until they are gone.
    async fn wind_up(&mut self, received: &mut mpsc::Receiver<sip::Event>) {
        let end = Moment::now() + WIND_UP;
        for element in &mut self.elements {
            element.hang_up_all(Instant::now());
        }
        self.drain();
        while self.elements.iter().any(|element| element.calls() > 0) {
            let timeout = self.timeout();
            tokio::select! {
                Some(event) = received.recv() => self.receive(event),
                () = until(timeout) => self.handle_timeout(),
                () = sleep_until(end) => return,
            }
            self.drain();
        }
    }

    fn receive(&mut self, event: sip::Event) {
        let now = Instant::now();
        match event {
            sip::Event::Received(datagram) => {
                if let Some(element) = self.element_at(datagram.local) {
                    element.handle(datagram, now);
                }
            }
            sip::Event::Undeliverable(transmit) => {
                if let Some(element) = self.element_at(transmit.local) {
                    element.transport_failed(transmit, now);
                }
            }
            // The core knows everybody by address.
            sip::Event::Found { .. } => {}
        }
    }

    fn element_at(&mut self, address: SocketAddr) -> Option<&mut Element> {
        let &index = self.by_address.get(&address)?;
        self.elements.get_mut(index)
    }

    fn timeout(&mut self) -> Option<Instant> {
        let elements = self.elements.iter_mut();
        elements.filter_map(Element::poll_timeout).min()
    }

    fn handle_timeout(&mut self) {
        let now = Instant::now();
        for element in &mut self.elements {
            element.handle_timeout(now);
        }
    }

    fn place(&mut self, call: &CallConfig) -> Result<Speaker, NotPlaced> {
        let order = self.config.order(call)?;
        let elements = self.elements.iter_mut().enumerate();
        let mut phones = elements.filter_map(|(index, element)| match element {
            Element::Phone(_, name, phone) if *name == call.terminal => Some((index, phone)),
            _ => None,
        });
        let (index, phone) = phones.next().ok_or(NotPlaced::NoSuch("terminal"))?;
        Ok((index, phone.place(order, Instant::now())))
    }

    fn drain(&mut self) {
        for index in 0..self.elements.len() {
            let now = Instant::now();
            while let Some(output) = self.elements[index].poll_output(now) {
                self.output(index, output, now);
            }
        }
    }

    fn output(&mut self, index: usize, output: Output, now: Instant) {
        match output {
            Output::Transmit(transmit) => {
                if let Err(transmit) = self.sip.send(transmit) {
                    self.elements[index].transport_failed(transmit, now);
                }
            }
            Output::Locate { id, identity } => self.locate(index, id, identity),
            Output::Voice(voice) => self.voices.connect((index, voice.call), &voice),
            Output::Ended { call, mut report } => {
                let speaker = (index, call);
                report.voice = self.voices.disconnect(speaker);
                self.calls.over(&speaker, report);
            }
        }
    }

    fn locate(&self, index: usize, id: ForwardId, identity: String) {
        let (hss, answers) = (self.hss.clone(), self.answers.clone());
        tokio::task::spawn_local(async move {
            let location = locate(&identity, hss.location_info(&identity).await);
            // Nobody asks any more where this fails.
            let _ = answers.send((index, id, location));
        });
    }
}

/// Calls of the configuration, the next one last.
struct Schedule(Vec<(Instant, CallConfig)>);

impl Schedule {
    fn new(calls: Vec<CallConfig>) -> Self {
        let now = Instant::now();
        let at = |call: &CallConfig| now + Duration::from_millis(call.after_ms);
        let mut calls: Vec<_> = calls.into_iter().map(|call| (at(&call), call)).collect();
        calls.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        Self(calls)
    }

    fn next(&self) -> Option<Instant> {
        self.0.last().map(|(at, _)| *at)
    }

    fn take(&mut self) -> Option<CallConfig> {
        self.0.pop().map(|(_, call)| call)
    }
}

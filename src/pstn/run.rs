//! The driver of the switch: SS7 and spans on one side, the machine on the other.

use std::time::{Duration, Instant};

use codecs::isup::{Cic, Message, Pdu};
use codecs::mtp::{ServiceIndicator, Transfer};
use protocols::isup::{self, GroupId};
use tokio::sync::mpsc;
use tokio::time::{interval, sleep_until};

use super::config::{CallConfig, Config};
use super::staff::Staff;
use super::switch::{Output, Switch};
use super::voice::{SpanError, Spans};
use super::waits::Waits;
use crate::admin::{self, AdminError, Asked, StateError};
use crate::alerts::Strangers;
use crate::exchange::telemetry::Way;
use crate::party::{self, CallId, NotPlaced, Reporter, Request};
use crate::point_codes::PointCodes;
use crate::resets::Resets;
use crate::spans;
use crate::ss7::{self, Ss7};
use crate::world::{World, until};

/// How long calls that are released at the end may take to be gone.
const WIND_UP: Duration = Duration::from_secs(2);

/// The hand on a running switch.
pub type Handle = party::Handle<CallConfig>;

/// The other end of a [`Handle`], for [`run_controlled`].
pub type Control = party::Control<CallConfig>;

/// A handle and what it handles.
pub fn control() -> (Handle, Control) {
    party::control("switch")
}

/// Why the switch cannot run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The circuits are impossible.
    #[error(transparent)]
    Circuits(#[from] isup::ConfigError),
    /// A call names a trunk that does not exist.
    #[error(transparent)]
    Call(#[from] NotPlaced),
    /// A span's port cannot be used.
    #[error(transparent)]
    Span(#[from] SpanError),
    /// An address for SCTP cannot be used.
    #[error(transparent)]
    Ss7(#[from] crate::sctp::Error),
    /// The SS7 service ended.
    #[error("the SS7 service ended")]
    Ss7Ended,
    /// The port for operators.
    #[error(transparent)]
    Admin(#[from] AdminError),
    /// What outlives the program.
    #[error(transparent)]
    State(#[from] StateError),
    /// The metrics.
    #[error("metrics: {0}")]
    Metrics(#[from] prometheus::Error),
}

/// Runs the switch until it is stopped, and prints a line for each call that is over. Call it
/// within a `LocalSet`.
///
/// # Errors
/// [`Error`]
pub async fn run(config: Config, world: World) -> Result<(), Error> {
    let (handle, control) = control();
    tokio::join!(run_controlled(config, world, control), handle.print()).0
}

/// Runs the switch until it is stopped; the handle of `control` hears of the calls.
///
/// # Errors
/// [`Error`]
pub async fn run_controlled(config: Config, world: World, control: Control) -> Result<(), Error> {
    let ss7 = config.ss7.clone().with_users(&[ServiceIndicator::ISUP]);
    let (ss7, events) = Ss7::start(ss7, world.tap.clone())?;
    let spans = Spans::open(&config.span, &world.tap)?;
    tracing::info!(
        "PSTN switch: {}; {} subscribers, {} calls to place",
        config.ss7.introduction(),
        config.subscriber.len(),
        config.call.len()
    );
    let mut switch = Switch::new(config.settings())?;
    for call in &config.call {
        switch.schedule(config.order(call)?, Duration::from_millis(call.after_ms));
    }
    let asked = admin::serve(config.admin.as_ref(), &world).await?;
    let staff = Staff::new(&config, ss7.clone(), &mut switch)?;
    let driver = Driver {
        asked,
        staff,
        watch: spans::Watch::new(&config.span, Instant::now()),
        resets: Resets::new(config.ss7.point_codes()),
        waits: Waits::new(Instant::now()),
        point_codes: config.ss7.point_codes(),
        config,
        switch,
        ss7,
        spans,
        strangers: Strangers::default(),
        calls: Reporter::new(&control),
        control,
    };
    driver.run(events, world).await
}

struct Driver {
    asked: Asked,
    staff: Staff,
    config: Config,
    point_codes: PointCodes,
    switch: Switch,
    ss7: Ss7,
    spans: Spans,
    strangers: Strangers,
    watch: spans::Watch,
    resets: Resets,
    waits: Waits,
    control: Control,
    calls: Reporter<CallId>,
}

impl Driver {
    async fn run(
        mut self,
        mut events: mpsc::Receiver<ss7::Event>,
        mut world: World,
    ) -> Result<(), Error> {
        let mut heard = self.spans.listen();
        let mut looks = interval(spans::LOOK);
        loop {
            self.drain();
            let timeout = self.switch.poll_timeout();
            tokio::select! {
                Some((timeslot, heard)) = heard.recv() => {
                    self.switch.continuity_heard(timeslot, heard, Instant::now());
                }
                event = events.recv() => self.receive(event.ok_or(Error::Ss7Ended)?),
                Some(request) = self.control.requests.recv() => self.place(request),
                Some(ask) = self.asked.next() => {
                    self.staff.metrics.m3ua(self.ss7.counters());
                    self.staff.spans(self.spans.counters());
                    self.staff.answer(ask, &mut self.switch);
                }
                _ = looks.tick() => self.look(Instant::now()),
                () = until(timeout) => self.switch.handle_timeout(Instant::now()),
                () = world.stopped() => break,
            }
        }
        self.wind_up(&mut events).await;
        self.ss7.stop().await;
        Ok(())
    }

    /// Looks at what may be worth a line in the log.
    fn look(&mut self, now: Instant) {
        self.watch.look(&self.spans.counters().1, now);
        self.resets.look(self.switch.circuits(), now);
        self.waits.look(&self.switch, now);
    }

    /// Releases all calls and waits for a while until they are gone.
    async fn wind_up(&mut self, events: &mut mpsc::Receiver<ss7::Event>) {
        let end = tokio::time::Instant::now() + WIND_UP;
        self.switch.hang_up_all(Instant::now());
        self.drain();
        while self.switch.busy_circuits() > 0 {
            tokio::select! {
                Some(event) = events.recv() => self.receive(event),
                () = sleep_until(end) => return,
            }
            self.drain();
        }
    }

    fn receive(&mut self, event: ss7::Event) {
        let input = match event {
            ss7::Event::Transfer(transfer) if transfer.si == ServiceIndicator::ISUP => {
                let Transfer {
                    network, opc, dpc, ..
                } = transfer;
                let Some(variant) = self.switch.circuits().variant(network, dpc, opc) else {
                    return self.stranger(&transfer);
                };
                match Pdu::decode_as(variant, &transfer.data) {
                    Ok(pdu) => {
                        self.staff
                            .metrics
                            .message(Way::Received, pdu.message.name());
                        isup::Input::Received {
                            network,
                            opc,
                            dpc,
                            pdu,
                        }
                    }
                    Err(error) => {
                        let from = self.point_codes.write(transfer.origin()).to_string();
                        let hint = crate::alerts::misread(variant, &transfer.data);
                        let reason = format!("{error}{hint}");
                        return self.staff.malformed("ISUP", &from, &reason);
                    }
                }
            }
            ss7::Event::Transfer(other) => {
                let from = self.point_codes.write(other.origin()).to_string();
                let reason = format!("service indicator {}", other.si.0);
                return self.staff.malformed("MTP", &from, &reason);
            }
            ss7::Event::Available(remote) => {
                self.staff.metrics.destination(remote, true);
                isup::Input::Available(remote)
            }
            ss7::Event::Unavailable(remote) => {
                self.staff.metrics.destination(remote, false);
                isup::Input::Unavailable(remote)
            }
            ss7::Event::Congested { point, level } => {
                self.staff.metrics.congestion(point, level);
                isup::Input::Congested {
                    remote: point,
                    level,
                }
            }
            ss7::Event::UserPartUnavailable {
                point,
                user: ServiceIndicator::ISUP,
                cause,
            } => isup::Input::UserPartUnavailable {
                remote: point,
                cause,
            },
            // Nobody here uses another one.
            ss7::Event::UserPartUnavailable { .. } => return,
        };
        self.switch.handle(input, Instant::now());
    }

    fn stranger(&mut self, transfer: &Transfer) {
        self.staff.metrics.malformed("ISUP");
        let ends = [transfer.origin(), transfer.destination()];
        if self.strangers.is_new(ends) {
            let [from, to] = ends.map(|end| self.point_codes.write(end));
            tracing::warn!(%from, %to, "ISUP message between point codes that no trunk connects");
        }
    }

    fn place(&mut self, Request { call, answer }: Request<CallConfig>) {
        let order = self.config.order(&call);
        let call = order.map(|order| self.switch.place(order, Instant::now()));
        self.calls.placed(call, answer);
    }

    fn drain(&mut self) {
        while let Some(output) = self.switch.poll_output() {
            match output {
                Output::Send {
                    group,
                    cic,
                    message,
                } => self.send(group, cic, message),
                Output::Check { timeslot, action } => self.spans.check(timeslot, action),
                Output::Voice(voice) => self.spans.connect(voice),
                Output::Ended {
                    call,
                    timeslot,
                    mut report,
                } => {
                    report.voice = timeslot.and_then(|timeslot| self.spans.disconnect(timeslot));
                    self.calls.over(&call, report);
                }
                Output::Queried { group, cic, answer } => {
                    let group = self.switch.circuits().group(group);
                    let trunk = group.map_or("?", |group| &group.name);
                    self.staff.answered(trunk, cic, answer);
                }
                Output::Alert { group, cic, alert } => {
                    let group = self.switch.circuits().group(group);
                    let trunk = group.map_or("?", |group| &group.name);
                    self.staff.alerted(trunk, cic, alert);
                }
            }
        }
        let in_service = self.switch.in_service();
        let announce = |said: &mut bool| in_service && !std::mem::replace(said, in_service);
        self.control.in_service.send_if_modified(announce);
    }

    fn send(&mut self, group: GroupId, cic: Cic, message: Message) {
        let Some(group) = self.switch.circuits().group(group) else {
            return;
        };
        self.staff.metrics.message(Way::Sent, message.name());
        let mut data = Vec::with_capacity(64);
        Pdu { cic, message }.encode_as(group.variant, &mut data);
        self.ss7.send(Transfer {
            network: group.network,
            opc: group.local,
            dpc: group.remote,
            si: ServiceIndicator::ISUP,
            ni: group.network_indicator,
            priority: 0,
            // Messages of one circuit stay in order (Q.704 §2.2.4).
            sls: (cic.value() & 0xF) as u8,
            data: data.into(),
        });
    }
}

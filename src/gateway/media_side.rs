//! Voice paths of the exchange as commands of the media gateway.

use std::collections::HashMap;

use codecs::g711::Law;
use media::{Command, ConnectionId, Event, Mode, Payload};
use tokio::sync::mpsc;

use super::Config;
use super::metrics::Metrics;
use crate::continuity;
use crate::exchange::{Coding, Input, Media, PathId, Through, settings};
use crate::tap::Tap;

/// Starts the media gateway of a configuration.
///
/// # Errors
/// A span's port that cannot be opened, or no thread.
pub(super) fn start(
    config: &Config,
    tap: &Tap,
) -> Result<(media::Gateway, mpsc::UnboundedReceiver<Event>), media::StartError> {
    let mut settings = config.media();
    settings.observer = tap.voice();
    let (sender, events) = mpsc::unbounded_channel();
    let gateway = media::Gateway::start(settings, move |event| {
        // The receiver is gone when the program stops; nobody needs to know then.
        let _ = sender.send(event);
    })?;
    Ok((gateway, events))
}

/// What the media gateway reports that a call must know.
pub(super) fn input(event: Event, paths: &Paths, metrics: &Metrics) -> Option<Input> {
    match event {
        Event::ContinuityHeard { timeslot, heard } => {
            let timeslot = paths.configured(timeslot)?;
            Some(Input::ContinuityHeard { timeslot, heard })
        }
        Event::Failed { id, reason } => Some(Input::PathFailed {
            path: PathId(id.0),
            reason: reason.to_string(),
        }),
        Event::Disconnected { id, statistics } => {
            tracing::debug!(path = id.0, ?statistics, "voice path closed");
            metrics.rtp(&statistics);
            None
        }
        // The watch over all spans tells what lasts.
        Event::Span { span, up, counters } => {
            tracing::debug!(span, up, ?counters, "span");
            None
        }
    }
}

/// The numbering of spans: ids in the configuration, places in the media gateway.
pub(super) struct Paths {
    places: HashMap<u16, u16>,
}

impl Paths {
    pub(super) fn new(config: &Config) -> Self {
        let places = config
            .span
            .iter()
            .zip(0u16..)
            .map(|(span, place)| (span.id, place))
            .collect();
        Self { places }
    }

    /// The command that carries out an order of the exchange.
    pub(super) fn command(&self, media: Media) -> Command {
        match media {
            Media::Open {
                path,
                timeslot,
                local,
            } => Command::Connect {
                id: ConnectionId(path.0),
                timeslot: self.timeslot(timeslot),
                local,
                remote: None,
                payload: payload(Coding::Pcma),
                mode: Mode::Inactive,
            },
            Media::Set {
                path,
                remote,
                through,
            } => Command::Modify {
                id: ConnectionId(path.0),
                remote: Some(remote.address),
                payload: Some(payload(remote.coding)),
                mode: Some(mode(through)),
            },
            Media::Join { path, a, b } => Command::Join {
                id: ConnectionId(path.0),
                a: self.timeslot(a),
                b: self.timeslot(b),
            },
            Media::Check { timeslot, action } => Command::Check {
                timeslot: self.timeslot(timeslot),
                action: continuity::action(action),
            },
            Media::Close(path) => Command::Disconnect {
                id: ConnectionId(path.0),
            },
        }
    }

    /// A timeslot as the configuration calls it.
    fn configured(&self, timeslot: media::Timeslot) -> Option<settings::Timeslot> {
        let (&span, _) = self
            .places
            .iter()
            .find(|(_, place)| **place == timeslot.span)?;
        let slot = timeslot.slot;
        Some(settings::Timeslot { span, slot })
    }

    fn timeslot(&self, timeslot: settings::Timeslot) -> media::Timeslot {
        // The configuration was checked: every circuit is on a span that exists.
        let span = self.places.get(&timeslot.span).copied().unwrap_or(u16::MAX);
        media::Timeslot {
            span,
            slot: timeslot.slot,
        }
    }
}

fn payload(coding: Coding) -> Payload {
    match coding {
        Coding::Pcma => Payload { pt: 8, law: Law::A },
        Coding::Pcmu => Payload {
            pt: 0,
            law: Law::Mu,
        },
        // The law of the timeslots: nothing is converted.
        Coding::Clear(pt) => Payload { pt, law: Law::A },
    }
}

fn mode(through: Through) -> Mode {
    match through {
        Through::ToTimeslot => Mode::RecvOnly,
        Through::ToRtp => Mode::SendOnly,
        Through::Both => Mode::SendRecv,
        Through::Neither => Mode::Inactive,
    }
}

//! A gateway on virtual time, and a ladder against it.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use codecs::isup::{Gra, Message as IsupMessage, Pdu, RangeAndStatus, Rlc};
use codecs::mtp::{ServiceIndicator, SignallingPoint, Transfer};
use codecs::sip::Message;
use protocols::sip::{Datagram, Hop};
use tandem::exchange::{Exchange, Input, Media, Output, Through};
use tandem::gateway::{self, Config};

use crate::ladder::{Act, Isup, Step, Way};
use crate::peer::{self, Peer};
use crate::sip;

const BASE: &str = include_str!("gateway.toml");

pub(crate) struct Bench {
    exchange: Exchange,
    config: Config,
    now: Instant,
    /// What the gateway sent and no step has expected yet, of each protocol in order.
    isup: VecDeque<(SignallingPoint, Bytes)>,
    sip: VecDeque<(SocketAddr, Message)>,
    /// All that the gateway sent, each with the protocol's name.
    sent: Vec<(&'static str, Vec<u8>)>,
    /// Which directions of the latest voice path are through.
    voice: Option<Through>,
    peer: Peer,
}

impl Bench {
    /// A gateway whose circuits are idle.
    ///
    /// # Errors
    /// A setting it cannot have.
    pub(crate) fn new(settings: &[String]) -> Result<Self, String> {
        let config = configuration(settings)?;
        let mut bench = Self {
            exchange: gateway::exchange(&config).map_err(|error| error.to_string())?,
            config,
            now: Instant::now(),
            isup: VecDeque::new(),
            sip: VecDeque::new(),
            sent: Vec::new(),
            voice: None,
            peer: Peer::default(),
        };
        for remote in bench.config.signalling_points() {
            bench.input(Input::Available(remote))?;
        }
        while let Some((from, octets)) = bench.isup.pop_front() {
            let mut pdu = Pdu::decode(&octets).map_err(|error| error.to_string())?;
            pdu.message = acknowledgement(&pdu.message);
            let mut answer = Vec::new();
            pdu.encode(&mut answer);
            bench.transfer(from, answer)?;
        }
        Ok(bench)
    }

    /// Plays the steps; afterwards nothing is left of any call. Answers all that the gateway sent,
    /// each with the protocol's name.
    ///
    /// # Errors
    /// The line, what was expected and what happened.
    pub(crate) fn play(mut self, steps: Vec<Step>) -> Result<Vec<(&'static str, Vec<u8>)>, String> {
        for step in &steps {
            self.take(&step.act)
                .map_err(|got| format!("{}: expected {}, got {got}", step.line, step.text))?;
        }
        let at_end = |got| format!(" at the end: expected nothing more, got {got}");
        let mut counted = self.exchange.policy_calls().filter(|(_, calls)| *calls > 0);
        if let Some((policy, calls)) = counted.next() {
            return Err(at_end(format!("{calls} calls that policy {policy} counts")));
        }
        drop(counted);
        self.is_silent().map_err(at_end)?;
        match (self.exchange.calls_up(), self.exchange.ports_in_use()) {
            (0, 0) => Ok(self.sent),
            (calls, ports) => Err(at_end(format!("{calls} calls and {ports} ports in use"))),
        }
    }

    fn take(&mut self, act: &Act) -> Result<(), String> {
        match act {
            Act::Isup(Way::Out, isup) => self.expect_isup(isup),
            Act::Sip(Way::Out, line) => self.expect_sip(line),
            Act::Isup(Way::In, isup) => {
                self.is_silent()?;
                let from = self.remote(isup)?;
                self.transfer(from, isup.message.octets())
            }
            Act::Sip(Way::In, line) => {
                self.is_silent()?;
                self.send_sip(line)
            }
            Act::Wait(time) => {
                self.is_silent()?;
                self.advance(*time, false)
            }
            Act::Quiet(time) => {
                self.is_silent()?;
                self.advance(*time, true)
            }
            Act::Voice(wanted) if self.voice == *wanted => Ok(()),
            Act::Voice(_) => Err(format!("{:?}", self.voice)),
        }
    }

    fn expect_isup(&mut self, isup: &Isup) -> Result<(), String> {
        let wanted = self.remote(isup)?;
        let Some((to, octets)) = self.isup.pop_front() else {
            return Err(self.nothing());
        };
        let fits = match to == wanted {
            true => isup.message.check(&octets),
            false => Err("on another trunk group".to_owned()),
        };
        fits.map_err(|why| format!("{} ({why})", in_words(&octets)))
    }

    fn expect_sip(&mut self, line: &sip::Line) -> Result<(), String> {
        let Some((to, message)) = self.sip.pop_front() else {
            return Err(self.nothing());
        };
        let fits = match line.peer {
            Some(peer) if peer != to => Err(format!("to {to}")),
            _ => line.check(&message),
        };
        fits.and_then(|()| self.peer.hear(&line.call, &message))
            .map_err(|why| format!("({why})\n{}", readable(&message)))
    }

    fn send_sip(&mut self, line: &sip::Line) -> Result<(), String> {
        let bytes = self.peer.compose(line)?.into();
        let from = Hop::udp(line.peer.unwrap_or(peer::ADDRESS));
        self.input(Input::Datagram(Datagram {
            bytes,
            from,
            local: self.config.sip.listen.first().address,
        }))
    }

    /// What a step that expects something gets if there is nothing of its protocol.
    fn nothing(&self) -> String {
        match self.is_silent() {
            Ok(()) => "nothing".to_owned(),
            Err(other) => format!("nothing but {other}"),
        }
    }

    /// Everything that was sent has been expected.
    fn is_silent(&self) -> Result<(), String> {
        if let Some((_, octets)) = self.isup.front() {
            return Err(format!("ISUP <- {}", in_words(octets)));
        }
        match self.sip.front() {
            Some((_, message)) => Err(format!("SIP <-\n{}", readable(message))),
            None => Ok(()),
        }
    }

    /// Lets time pass, in which nothing is sent; at its very end only if that is not `quiet`.
    fn advance(&mut self, time: Duration, quiet: bool) -> Result<(), String> {
        let until = self.now + time;
        while let Some(at) = self.exchange.poll_timeout().filter(|&at| at <= until) {
            self.now = at.max(self.now);
            self.exchange.handle_timeout(self.now);
            self.drain()?;
            if quiet || self.now < until {
                let early = (until - self.now).as_secs_f64();
                self.is_silent()
                    .map_err(|got| format!("{early} s before its end {got}"))?;
            }
        }
        self.now = until;
        Ok(())
    }

    fn remote(&self, isup: &Isup) -> Result<SignallingPoint, String> {
        let name = isup.trunk.as_deref();
        let mut trunks = self.config.trunk.iter();
        let trunk = trunks.find(|trunk| name.is_none_or(|name| trunk.name == name));
        let trunk = trunk.ok_or_else(|| format!("no trunk group {name:?}"))?;
        Ok(trunk.destination(&self.config.ss7))
    }

    fn transfer(&mut self, from: SignallingPoint, octets: Vec<u8>) -> Result<(), String> {
        let networks = self.config.ss7.networks();
        let network = &networks[usize::from(from.network.0)];
        self.input(Input::Transfer(Transfer {
            network: from.network,
            opc: from.code,
            dpc: network.point_code,
            si: ServiceIndicator::ISUP,
            ni: network.network_indicator,
            priority: 0,
            sls: 0,
            data: octets.into(),
        }))
    }

    fn input(&mut self, input: Input) -> Result<(), String> {
        self.exchange.handle(input, self.now);
        self.drain()
    }

    fn drain(&mut self) -> Result<(), String> {
        while let Some(output) = self.exchange.poll_output() {
            match output {
                Output::Transfer(transfer) => {
                    self.sent.push(("isup", transfer.data.to_vec()));
                    self.isup.push_back((transfer.destination(), transfer.data));
                }
                Output::Transmit(transmit) => {
                    self.sent.push(("sip", transmit.bytes.to_vec()));
                    let message = Message::parse(transmit.bytes.clone());
                    let message = message.map_err(|error| format!("{transmit:?}: {error}"))?;
                    self.sip.push_back((transmit.to.address, message));
                }
                Output::Media(Media::Set { through, .. }) => self.voice = Some(through),
                Output::Media(_) | Output::Telemetry(_) => {}
            }
        }
        Ok(())
    }
}

/// `gateway.toml` with settings such as `trunk.0.overlap = true`.
fn configuration(settings: &[String]) -> Result<Config, String> {
    let mut base: toml::Table = toml::from_str(BASE).map_err(|error| error.to_string())?;
    for setting in settings {
        let fault = || format!("expected a key and its value in TOML, found {setting:?}");
        let (key, value) = setting.split_once('=').ok_or_else(fault)?;
        let value: toml::Table = toml::from_str(&format!("v ={value}")).map_err(|_| fault())?;
        let (path, last) = match key.trim().rsplit_once('.') {
            Some((path, last)) => (path.split('.').collect(), last),
            None => (Vec::new(), key.trim()),
        };
        let mut place = &mut base;
        for name in path {
            place = table(place, name).ok_or_else(fault)?;
        }
        place.insert(last.to_owned(), value["v"].clone());
    }
    let text = toml::to_string(&base).map_err(|error| error.to_string())?;
    tandem::config::parse(Path::new("gateway.toml"), &text).map_err(|error| error.to_string())
}

/// The table of a name, made where there is none; `trunk[1]` is the second one of several.
fn table<'t>(place: &'t mut toml::Table, name: &str) -> Option<&'t mut toml::Table> {
    let Some((name, index)) = name.strip_suffix(']').and_then(|name| name.split_once('[')) else {
        let empty = toml::Value::Table(toml::Table::new());
        return place.entry(name).or_insert(empty).as_table_mut();
    };
    let index: usize = index.parse().ok()?;
    place
        .get_mut(name)?
        .as_array_mut()?
        .get_mut(index)?
        .as_table_mut()
}

/// What is answered to the resets at the start.
fn acknowledgement(reset: &IsupMessage) -> IsupMessage {
    match reset {
        IsupMessage::Grs(grs) => IsupMessage::Gra(Gra {
            range_and_status: RangeAndStatus::new(grs.range, |_| false),
        }),
        _ => IsupMessage::Rlc(Rlc::default()),
    }
}

fn in_words(octets: &[u8]) -> String {
    Pdu::decode(octets).map_or_else(|error| error.to_string(), |pdu| pdu.to_string())
}

fn readable(message: &Message) -> String {
    let text = String::from_utf8_lossy(message.as_bytes());
    text.lines().map(|line| format!("    {line}\n")).collect()
}

//! One peer: its M3UA machine, its association, and when to connect to it again.

use std::collections::{HashSet, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use codecs::m3ua::MaskedPointCode;
use codecs::mtp::{PointCode, Transfer};
use protocols::m3ua::{self, Input, Output, Timers};

use super::config::{Config, PeerConfig, Role};
use crate::sctp::{AssociationId, Connect, Listen, Path};

/// Pauses between attempts to connect after the first, which is made at once.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

pub(super) struct Peer {
    pub(super) config: PeerConfig,
    pub(super) association: Option<AssociationId>,
    /// Whether the association has come up.
    pub(super) is_up: bool,
    /// When to connect again.
    pub(super) retry: Option<Instant>,
    machine: m3ua::Association,
    timers: Timers,
    active: bool,
    /// Point codes the gateway says it cannot reach.
    prohibited: HashSet<PointCode>,
    /// The pause that comes next.
    pause: Duration,
    kept: Kept,
}

/// Messages kept while traffic is interrupted, as a gateway's machine does in AS-PENDING.
#[derive(Default)]
struct Kept {
    messages: VecDeque<Transfer>,
    until: Option<Instant>,
}

impl Peer {
    pub(super) fn new(config: PeerConfig, own: &Config) -> Self {
        let timers = own.m3ua.timers();
        let machine = m3ua::Association::new(m3ua::Config {
            routing_context: config.routing_context,
            network_appearance: config.network_appearance,
            network_indicator: own.network_indicator,
            mode: config.traffic_mode.map(Into::into),
            destinations: vec![own.point_code],
            timers,
            ..m3ua::Config::new(config.role.into())
        });
        Self {
            config,
            association: None,
            is_up: false,
            retry: None,
            machine,
            timers,
            active: false,
            prohibited: HashSet::new(),
            pause: Duration::ZERO,
            kept: Kept::default(),
        }
    }

    pub(super) fn listen(&self) -> Listen {
        Listen {
            local: self.config.local.clone(),
            port: self.config.sctp_port,
        }
    }

    pub(super) fn connect(&self) -> Connect {
        Connect {
            local: self.config.local.clone(),
            local_port: self.config.sctp_port,
            remote: self.config.remote.clone(),
            port: self.config.sctp_port,
        }
    }

    /// How well an association that a peer opened is this peer's: not at all, by default, by
    /// host, or by host and port.
    pub(super) fn claim(&self, path: &Path) -> Option<u8> {
        let PeerConfig {
            role,
            remote,
            sctp_port,
            ..
        } = &self.config;
        if role.connects() || path.local_port != *sctp_port {
            return None;
        }
        let same_host = |address: &SocketAddr| address.ip() == path.peer.ip();
        match () {
            () if remote.contains(&path.peer) => Some(2),
            () if remote.iter().any(same_host) => Some(1),
            () => remote.is_empty().then_some(0),
        }
    }

    /// Whether messages to `code` can go through this peer now.
    pub(super) fn reaches(&self, code: PointCode) -> bool {
        self.active && !self.prohibited.contains(&code)
    }

    pub(super) fn handle(&mut self, input: Input, now: Instant) {
        self.machine.handle(input, now);
    }

    /// Handles what is due. Answers messages that waited too long.
    pub(super) fn handle_timeout(&mut self, now: Instant) -> VecDeque<Transfer> {
        self.machine.handle_timeout(now);
        self.kept.expire(now)
    }

    pub(super) fn poll_output(&mut self) -> Option<Output> {
        self.machine.poll_output()
    }

    pub(super) fn poll_timeout(&mut self) -> Option<Instant> {
        let timers = [self.machine.poll_timeout(), self.retry, self.kept.until];
        timers.into_iter().flatten().min()
    }

    /// Traffic flows: sends what was kept.
    pub(super) fn activate(&mut self, now: Instant) {
        self.active = true;
        self.prohibited.clear();
        self.pause = Duration::ZERO;
        for transfer in self.kept.take() {
            self.machine.handle(Input::Transfer(transfer), now);
        }
    }

    /// Traffic stopped: messages are kept for a while.
    pub(super) fn deactivate(&mut self, now: Instant) {
        self.active = false;
        self.kept.until = Some(now + self.timers.recovery);
    }

    /// Keeps a message that cannot go now, or answers it.
    pub(super) fn keep(&mut self, transfer: Transfer) -> Result<(), Transfer> {
        match self.config.role {
            // The machines of these keep messages themselves.
            Role::Sgp | Role::IpspServer => Err(transfer),
            Role::Asp | Role::IpspClient => self.kept.keep(transfer, self.timers.kept),
        }
    }

    /// The point codes reached through this peer that `affected` names.
    pub(super) fn covered(&self, affected: MaskedPointCode) -> Vec<PointCode> {
        let codes = self.config.point_codes.iter().copied();
        codes.filter(|&code| affected.covers(code)).collect()
    }

    /// Notes what the gateway says of its destinations.
    pub(super) fn prohibit(&mut self, affected: MaskedPointCode, prohibited: bool) {
        for &code in &self.config.point_codes {
            if affected.covers(code) && prohibited {
                self.prohibited.insert(code);
            } else if affected.covers(code) {
                self.prohibited.remove(&code);
            }
        }
    }

    /// The association is gone, or an attempt failed: when to try again.
    pub(super) fn retry_later(&mut self, now: Instant) {
        if self.config.role.connects() {
            self.retry = Some(now + self.pause);
            self.pause = (2 * self.pause).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        }
    }
}

impl Kept {
    fn keep(&mut self, transfer: Transfer, most: usize) -> Result<(), Transfer> {
        if self.until.is_none() || self.messages.len() >= most {
            return Err(transfer);
        }
        self.messages.push_back(transfer);
        Ok(())
    }

    fn take(&mut self) -> VecDeque<Transfer> {
        self.until = None;
        std::mem::take(&mut self.messages)
    }

    fn expire(&mut self, now: Instant) -> VecDeque<Transfer> {
        match self.until {
            Some(until) if until <= now => self.take(),
            _ => VecDeque::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use codecs::mtp::{NetworkIndicator, ServiceIndicator};

    fn peer(role: &str) -> Peer {
        peer_with(role, "")
    }

    fn peer_with(role: &str, m3ua: &str) -> Peer {
        let text = format!(
            r#"
            point_code = "2-2-2"
            m3ua = {{ {m3ua} }}
            [[peer]]
            name = "pstn"
            role = "{role}"
            local = ["127.0.0.1:9899"]
            remote = ["127.0.0.2:9899"]
            point_codes = ["1-1-1"]
            "#
        );
        let own: Config = toml::from_str(&text).unwrap();
        Peer::new(own.peer[0].clone(), &own)
    }

    fn transfer() -> Transfer {
        Transfer {
            opc: PointCode(1),
            dpc: PointCode(2),
            si: ServiceIndicator::ISUP,
            ni: NetworkIndicator::NATIONAL,
            priority: 0,
            sls: 0,
            data: Bytes::from_static(b"IAM"),
        }
    }

    #[test]
    fn messages_are_kept_during_a_short_interruption_only() {
        let now = Instant::now();
        let mut peer = peer("asp");
        assert!(peer.keep(transfer()).is_err(), "nothing was up yet");
        peer.activate(now);
        peer.deactivate(now);
        for _ in 0..256 {
            assert!(peer.keep(transfer()).is_ok());
        }
        assert!(peer.keep(transfer()).is_err(), "room for 256");
        assert_eq!(peer.handle_timeout(now + Duration::from_millis(1999)), []);
        let late = peer.handle_timeout(now + Duration::from_secs(2));
        assert_eq!(late.len(), 256);
        assert!(peer.keep(transfer()).is_err(), "too late");
    }

    #[test]
    fn what_was_kept_goes_first_when_traffic_flows_again() {
        let now = Instant::now();
        let mut peer = peer("asp");
        peer.activate(now);
        peer.deactivate(now);
        assert!(peer.keep(transfer()).is_ok());
        peer.activate(now);
        // The machine itself is down, so it hands the message back.
        assert_eq!(peer.poll_output(), Some(Output::Undelivered(transfer())));
        assert_eq!(peer.poll_timeout(), None);
    }

    #[test]
    fn attempts_begin_at_once_and_grow_rare() {
        let now = Instant::now();
        let mut peer = peer("asp");
        let mut pauses = || {
            peer.retry_later(now);
            peer.retry.map(|at| (at - now).as_secs())
        };
        let pauses: Vec<_> = std::iter::from_fn(&mut pauses).take(9).collect();
        assert_eq!(pauses, [0, 1, 2, 4, 8, 16, 30, 30, 30]);
    }

    /// Sends, as on an association that is up and whose other end says nothing.
    fn sent_in(peer: &mut Peer, now: Instant, time: Duration) -> Vec<u8> {
        let mut kinds = Vec::new();
        while let Some(at) = peer.poll_timeout().filter(|&at| at <= now + time) {
            peer.handle_timeout(at);
            while let Some(output) = peer.poll_output() {
                if let Output::Send { payload, .. } = output {
                    kinds.push(payload[3]);
                }
            }
        }
        kinds
    }

    #[test]
    fn timers_are_those_of_the_configuration() {
        let now = Instant::now();
        let mut asp = peer_with("asp", "ack_ms = 500, attempts = 4");
        asp.handle(Input::Up { streams: 2 }, now);
        // ASP Up, type 1.
        let sent = sent_in(&mut asp, now, Duration::from_secs(9));
        assert_eq!(sent, [1, 1, 1, 1]);
        assert_eq!(asp.poll_timeout(), None, "given up");

        let up = Bytes::from_static(&[1, 0, 3, 1, 0, 0, 0, 8]);
        for (beat_s, beats) in [(5, 1), (0, 0)] {
            let mut sgp = peer_with("sgp", &format!("beat_s = {beat_s}"));
            sgp.handle(Input::Up { streams: 2 }, now);
            let (stream, payload) = (0, up.clone());
            sgp.handle(Input::Received { stream, payload }, now);
            while sgp.poll_output().is_some() {}
            // BEAT, type 3.
            let sent = sent_in(&mut sgp, now, Duration::from_secs(9));
            assert_eq!(sent, vec![3; beats]);
        }
    }

    #[test]
    fn a_listening_peer_is_known_by_its_address() {
        let path = |peer: &str, local_port| Path {
            peer: peer.parse().unwrap(),
            peer_port: 1,
            local_port,
        };
        let sgp = peer("sgp");
        assert_eq!(sgp.claim(&path("127.0.0.2:9899", 2905)), Some(2));
        assert_eq!(sgp.claim(&path("127.0.0.2:1000", 2905)), Some(1));
        assert_eq!(sgp.claim(&path("127.0.0.3:9899", 2905)), None);
        assert_eq!(sgp.claim(&path("127.0.0.2:9899", 2906)), None);
        assert_eq!(peer("asp").claim(&path("127.0.0.2:9899", 2905)), None);
        let mut anyone = peer("sgp");
        anyone.config.remote.clear();
        assert_eq!(anyone.claim(&path("127.0.0.3:9899", 2905)), Some(0));
    }

    #[test]
    fn a_prohibited_point_code_is_not_reached() {
        let mut peer = peer("asp");
        let code = peer.config.point_codes[0];
        assert!(!peer.reaches(code));
        peer.activate(Instant::now());
        peer.prohibit(MaskedPointCode::exact(code), true);
        assert!(!peer.reaches(code));
        peer.prohibit(MaskedPointCode::exact(code), false);
        assert!(peer.reaches(code));
    }
}

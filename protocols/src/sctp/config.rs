//! Protocol parameters (RFC 9260 §16), with values fit for signalling between nearby nodes.

use std::net::IpAddr;
use std::time::Duration;

use dcsctp::api::Options;

use super::Path;

/// Size of the largest message either side may send.
pub(super) const MAX_MESSAGE: usize = 256 * 1024;

/// Parameters of an endpoint, the same for all of its associations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// RTO.Initial, also the first interval of T1-init and T1-cookie, which double.
    pub rto_initial: Duration,
    /// RTO.Min. Must exceed the peer's SACK delay, 200 ms as a rule.
    pub rto_min: Duration,
    /// RTO.Max.
    pub rto_max: Duration,
    /// How long a SACK may wait for more to acknowledge, at most 500 ms (RFC 9260 §6.2).
    pub sack_delay: Duration,
    /// HB.interval.
    pub heartbeat_interval: Duration,
    /// Association.Max.Retrans: unanswered transmissions and heartbeats before the peer counts
    /// as unreachable.
    pub max_retransmissions: u32,
    /// Max.Init.Retransmits.
    pub init_retries: u32,
    /// Valid.Cookie.Life.
    pub cookie_life: Duration,
    /// Streams offered in either direction, 1 or more.
    pub streams: u16,
    /// Bytes that may wait for the peer's acknowledgement, counted in whole packets.
    pub send_buffer: usize,
    /// Bytes the peer may have in flight to us (a_rwnd).
    pub receive_window: usize,
    /// Largest SCTP packet, without UDP and IP headers.
    pub packet_size: usize,
    /// Most associations that exist at once.
    pub max_associations: usize,
    /// Hosts that may open associations; none listed: any.
    pub peers: Vec<IpAddr>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            rto_initial: Duration::from_millis(500),
            rto_min: Duration::from_millis(300),
            rto_max: Duration::from_secs(2),
            sack_delay: Duration::from_millis(200),
            heartbeat_interval: Duration::from_secs(5),
            max_retransmissions: 4,
            init_retries: 4,
            cookie_life: Duration::from_secs(60),
            streams: 17,
            send_buffer: 4 << 20,
            receive_window: 1 << 20,
            packet_size: 1400,
            max_associations: 256,
            peers: Vec::new(),
        }
    }
}

impl Config {
    /// Whether a host may open associations.
    pub fn allows(&self, host: IpAddr) -> bool {
        self.peers.is_empty() || self.peers.contains(&host.to_canonical())
    }

    pub(super) fn options(&self, path: &Path) -> Options {
        Options {
            local_port: path.local_port,
            remote_port: path.peer_port,
            announced_maximum_incoming_streams: self.streams,
            announced_maximum_outgoing_streams: self.streams,
            mtu: self.packet_size,
            max_message_size: MAX_MESSAGE,
            max_receiver_window_buffer_size: self.receive_window,
            // The endpoint keeps the limit itself, where it can still tell the sender.
            max_send_buffer_size: u32::MAX as usize,
            per_stream_send_queue_limit: usize::MAX,
            rto_initial: self.rto_initial,
            rto_min: self.rto_min,
            rto_max: self.rto_max,
            t1_init_timeout: self.rto_initial,
            t1_cookie_timeout: self.rto_initial,
            t2_shutdown_timeout: self.rto_initial,
            max_timer_backoff_duration: Some(self.rto_max),
            delayed_ack_max_timeout: self.sack_delay,
            // A heartbeat every RTO + HB.interval (RFC 9260 §8.3). dcsctp leaves out the RTO, for
            // which it waits; without it a short interval would never see one unanswered.
            heartbeat_interval: self.heartbeat_interval + self.rto_initial,
            max_retransmissions: Some(self.max_retransmissions),
            max_init_retransmits: Some(self.init_retries),
            enable_partial_reliability: false,
            ..Options::default()
        }
    }
}

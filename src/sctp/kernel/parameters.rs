//! Protocol parameters (RFC 9260 §16) as socket options (RFC 6458 §8.1).

use std::io;
use std::time::Duration;

use protocols::sctp::Config;

use super::layout::Record;
use super::notification::WANTED;
use super::option;
use super::socket::Socket;

/// Gives a socket all that an association needs from its beginning.
pub(super) fn set(socket: &Socket, config: &Config, path_retransmissions: u32) -> io::Result<()> {
    set_timers(socket, config, path_retransmissions)?;
    let init = Record::default()
        .half(config.streams)
        .half(config.streams)
        .half(count(config.init_retries))
        .half(count(milliseconds(config.rto_max)));
    socket.set_option(option::INIT_MESSAGE, init.octets())?;
    socket.set_option(option::NO_DELAY, &1_u32.to_ne_bytes())?;
    socket.set_option(option::RECEIVE_INFO, &1_u32.to_ne_bytes())?;
    for kind in WANTED {
        let event = Record::of_association().half(kind).octet(1).align(4);
        socket.set_option(option::EVENT, event.octets())?;
    }
    socket.set_buffers(config.send_buffer, config.receive_window)
}

fn set_timers(socket: &Socket, config: &Config, path_retransmissions: u32) -> io::Result<()> {
    let timeouts = Record::of_association()
        .word(milliseconds(config.rto_initial))
        .word(milliseconds(config.rto_max))
        .word(milliseconds(config.rto_min));
    socket.set_option(option::RTO_INFO, timeouts.octets())?;
    let association = Record::of_association()
        .half(count(config.max_retransmissions))
        .half(0)
        .word(0)
        .word(0)
        .word(milliseconds(config.cookie_life));
    socket.set_option(option::ASSOCIATION_INFO, association.octets())?;
    /// SPP_HB_ENABLE.
    const HEARTBEATS: u32 = 1;
    let paths = Record::of_association()
        .address(None)
        .word(milliseconds(config.heartbeat_interval))
        .half(count(path_retransmissions))
        .word(0)
        .word(0)
        .word(HEARTBEATS)
        .word(0)
        .octet(0)
        .align(4);
    socket.set_option(option::PEER_ADDRESS_PARAMETERS, paths.octets())?;
    // A SACK for every second packet, or later; without delay, for every packet.
    let delay = milliseconds(config.sack_delay);
    let every = if delay == 0 { 1 } else { 2 };
    let sack = Record::of_association().word(delay).word(every);
    socket.set_option(option::DELAYED_SACK, sack.octets())
}

/// A count as the kernel takes it, to which 0 means that its own value stays.
fn count(number: u32) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX).max(1)
}

fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

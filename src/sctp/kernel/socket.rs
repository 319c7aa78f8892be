//! A one-to-one SCTP socket (RFC 6458 §4) with our parameters.

use std::ffi::c_int;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::time::Duration;

use protocols::sctp::{Config, Streams};
use socket2::{Domain, MsgHdr, Protocol, Socket as Descriptor, Type};

use super::control::{self, Label};
use super::layout::{ADDRESS, Record, address, half, packed};
use super::{option, parameters, sys};

/// Flag of a received notification.
const MSG_NOTIFICATION: c_int = 0x8000;
/// Connections the kernel holds until they are accepted.
const BACKLOG: c_int = 128;
/// Room for `sctp_rcvinfo` and what else a kernel may add.
const CONTROL: usize = 128;

/// What a read from the socket brought.
#[derive(Debug)]
pub(super) enum Piece {
    /// Octets of a message; it ends with the piece that is last.
    Message { label: Label, last: bool },
    /// Octets of a notification.
    Notification { last: bool },
    /// The peer sends nothing more.
    End,
}

/// What the kernel says of an established association.
#[derive(Debug, Clone, Copy)]
pub(super) struct Status {
    pub(super) streams: Streams,
    /// Address and SCTP port of the primary path.
    pub(super) primary: SocketAddr,
}

/// The socket.
#[derive(Debug)]
pub(super) struct Socket(Descriptor);

impl AsRawFd for Socket {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

impl Socket {
    /// Whether this kernel has SCTP at all.
    pub(super) fn is_possible() -> bool {
        open(Domain::IPV4).is_ok()
    }

    /// One with these parameters, bound to all of `local`.
    pub(super) fn bound(
        config: &Config,
        path_retransmissions: u32,
        local: &[SocketAddr],
    ) -> Result<Self, (SocketAddr, io::Error)> {
        let any = SocketAddr::from(([0, 0, 0, 0], 0));
        let first = *local.first().unwrap_or(&any);
        let v6 = local.iter().any(SocketAddr::is_ipv6);
        let domain = if v6 { Domain::IPV6 } else { Domain::IPV4 };
        let prepared = open(domain).and_then(|socket| {
            parameters::set(&socket, config, path_retransmissions)?;
            Ok(socket)
        });
        let socket = prepared.map_err(|error| (first, error))?;
        for &address in local {
            socket.bind(address).map_err(|error| (address, error))?;
        }
        Ok(socket)
    }

    /// Binds to one more address; the port is that of the others.
    pub(super) fn bind(&self, address: SocketAddr) -> io::Result<()> {
        self.set_option(option::BIND_ADD, &packed([address].into_iter()))
    }

    pub(super) fn listen(&self) -> io::Result<()> {
        self.0.listen(BACKLOG)
    }

    pub(super) fn accept(&self) -> io::Result<Self> {
        let (socket, _) = self.0.accept()?;
        socket.set_nonblocking(true)?;
        Ok(Self(socket))
    }

    /// Begins to connect; the first address is the primary one.
    pub(super) fn connect(&self, remote: &[SocketAddr]) -> io::Result<()> {
        match self.set_option(option::CONNECT, &packed(remote.iter().copied())) {
            Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => Ok(()),
            other => other,
        }
    }

    /// Sends to the peer in UDP to this port, 0 for plain IP: to one of its addresses, or to all
    /// that an association will have.
    pub(super) fn encapsulate(&self, peer: Option<SocketAddr>, port: u16) -> io::Result<()> {
        let record = Self::encapsulation(peer).half(port.to_be());
        self.set_option(
            option::REMOTE_UDP_PORT,
            record.align(align_of::<libc::sockaddr_storage>()).octets(),
        )
    }

    /// The UDP port that one of the peer's addresses is reached at; 0 for plain IP.
    pub(super) fn udp_port(&self, peer: SocketAddr) -> u16 {
        let alignment = align_of::<libc::sockaddr_storage>();
        let head = Self::encapsulation(Some(peer));
        let at = head.octets().len();
        let mut record = head.half(0).align(alignment);
        // A kernel without the option does not encapsulate.
        match sys::option(self.0.as_fd(), option::REMOTE_UDP_PORT, record.octets_mut()) {
            Ok(()) => half(record.octets(), at).map_or(0, u16::from_be),
            Err(_) => 0,
        }
    }

    /// `struct sctp_udpencaps` as far as its port. It alone is not packed.
    fn encapsulation(peer: Option<SocketAddr>) -> Record {
        let alignment = align_of::<libc::sockaddr_storage>();
        Record::of_association().align(alignment).address(peer)
    }

    /// Sends to this address of the peer as long as it can be reached.
    pub(super) fn prefer(&self, peer: SocketAddr) -> io::Result<()> {
        let record = Record::of_association().address(Some(peer));
        self.set_option(option::PRIMARY_ADDRESS, record.octets())
    }

    /// The association, once it is established and as long as it exists.
    pub(super) fn status(&self) -> io::Result<Status> {
        let mut status = Record::of_association().octets_mut().to_vec();
        // struct sctp_status, which ends with a struct sctp_paddrinfo.
        let primary = 28;
        status.resize(primary + ADDRESS + 20, 0);
        sys::option(self.0.as_fd(), option::STATUS, &mut status)?;
        let read = || {
            let streams = Streams {
                incoming: half(&status, 16)?,
                outgoing: half(&status, 18)?,
            };
            let primary = address(&status, primary)?;
            Some(Status { streams, primary })
        };
        read().ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// Sends one message whole, or nothing; `more` says that another one follows at once.
    pub(super) fn send(&self, label: Label, payload: &[u8], more: bool) -> io::Result<()> {
        let more = if more { libc::MSG_MORE } else { 0 };
        let control = control::send_info(label);
        let buffers = [io::IoSlice::new(payload)];
        let message = MsgHdr::new().with_buffers(&buffers).with_control(&control);
        let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL | more;
        match self.0.sendmsg(&message, flags)? {
            length if length == payload.len() => Ok(()),
            // The kernel takes a message whole. If it did not, the stream would be damaged.
            _ => Err(io::ErrorKind::WriteZero.into()),
        }
    }

    /// Reads what is there into `buffer`, as far as it has room.
    pub(super) fn receive(&self, buffer: &mut [u8]) -> io::Result<(usize, Piece)> {
        let mut control = Control([0; CONTROL]);
        let received = sys::receive(self.0.as_fd(), buffer, &mut control.0)?;
        let last = received.flags & libc::MSG_EOR != 0;
        let piece = match received.length {
            0 => Piece::End,
            _ if received.flags & MSG_NOTIFICATION != 0 => Piece::Notification { last },
            _ => {
                let control = control.0.get(..received.control).unwrap_or_default();
                let label = control::receive_info(control).ok_or(io::ErrorKind::InvalidData)?;
                Piece::Message { label, last }
            }
        };
        Ok((received.length, piece))
    }

    /// One of our addresses.
    pub(super) fn local(&self) -> Option<IpAddr> {
        let local = self.0.local_addr().ok()?;
        local.as_socket().map(|local| local.ip().to_canonical())
    }

    /// Ends the association in order, once the peer has everything.
    pub(super) fn shutdown(&self) -> io::Result<()> {
        self.0.shutdown(std::net::Shutdown::Write)
    }

    /// Ends the association by ABORT.
    pub(super) fn abort(self) -> io::Result<()> {
        self.0.set_linger(Some(Duration::ZERO))
    }

    /// Why the association ended, said once.
    pub(super) fn take_error(&self) -> Option<io::Error> {
        self.0.take_error().ok().flatten()
    }

    pub(super) fn set_option(&self, option: c_int, value: &[u8]) -> io::Result<()> {
        sys::set_option(self.0.as_fd(), option, value)
    }

    /// Room for what waits to be sent and read. The system may grant less.
    pub(super) fn set_buffers(&self, send: usize, receive: usize) -> io::Result<()> {
        self.0.set_send_buffer_size(send)?;
        self.0.set_recv_buffer_size(receive)
    }
}

fn open(domain: Domain) -> io::Result<Socket> {
    let socket = Descriptor::new(domain, Type::STREAM, Some(Protocol::SCTP))?;
    socket.set_nonblocking(true)?;
    // Sockets of ours share a port, some of which connect and some of which listen; and what is
    // left of former associations does not matter.
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    Ok(Socket(socket))
}

/// A control buffer, aligned as its headers are.
#[repr(align(8))]
struct Control([u8; CONTROL]);

/// The UDP port on which this kernel takes encapsulated SCTP (RFC 6951); 0 for none.
pub(super) fn encapsulation_port() -> u16 {
    let text = std::fs::read_to_string("/proc/sys/net/sctp/udp_port");
    text.ok()
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(0)
}

/// Whether somebody listens at this address already. Binding does not tell, as we share ports.
pub(super) fn has_listener(address: SocketAddr) -> bool {
    // Without the list, all that is lost is the warning.
    let listed = std::fs::read_to_string("/proc/net/sctp/eps").unwrap_or_default();
    listed.lines().any(|line| listens(line, address))
}

/// Reads a line of the list of endpoints: two pointers, style, state, hash, port, user, inode and
/// addresses.
fn listens(line: &str, address: SocketAddr) -> bool {
    /// SCTP_SS_LISTENING.
    const LISTENING: &str = "10";
    let mut words = line.split_whitespace().skip(3);
    let state = words.next();
    let port = words.nth(1).and_then(|port| port.parse().ok());
    let mut hosts = words.skip(2).filter_map(|host| host.parse::<IpAddr>().ok());
    state == Some(LISTENING)
        && port == Some(address.port())
        && hosts.any(|host| host == address.ip() || host.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_endpoints_tells_who_listens() {
        // As Linux 6.1 shows them.
        let v6 = "608ebf16 162beb7b 2   10  11   2905      0    77 \
                  fd00:0000:0000:0000:0000:0000:0000:0002 ";
        let v4 = "aa808895 ef3f5cf1 2   10  12   2906      0    78 10.0.0.2 ";
        let listens = |line, address: &str| listens(line, address.parse().unwrap());
        assert!(listens(v6, "[fd00::2]:2905"));
        assert!(listens(v4, "10.0.0.2:2906"));
        assert!(!listens(v4, "10.0.0.2:2905"));
        assert!(!listens(v4, "10.0.0.1:2906"));
        assert!(!listens(
            " ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS",
            "10.0.0.2:2906"
        ));
    }
}

//! Reading captures (pcap, pcapng): what the frames of a file carry, whatever the link.
//!
//! IP fragments are put together, and segments of TCP streams put in order.

use std::collections::HashMap;
use std::fs::File;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::{Duration, SystemTime};

use etherparse::defrag::IpDefragPool;
use etherparse::{EtherType, IpNumber, NetSlice, SlicedPacket, TcpSlice, UdpSlice};
use pcap_parser::traits::{PcapNGPacketBlock, PcapReaderIterator};
use pcap_parser::{Block, Linktype, PcapBlockOwned, PcapError, create_reader};

use super::stream::Stream;

/// Octets of the file held at a time: more than a frame may have.
const BUFFER: usize = 1 << 20;
/// Units of time in a second where a file says nothing else.
const MICROSECONDS: u64 = 1_000_000;

/// MTP level 2 frames with a pseudo-header of 4 octets.
const LINK_MTP2_WITH_HEADER: Linktype = Linktype(139);
/// MTP level 2 frames.
const LINK_MTP2: Linktype = Linktype(140);
/// MTP level 3 messages.
const LINK_MTP3: Linktype = Linktype(141);
/// IPv6 packets.
const LINK_IPV6: Linktype = Linktype(229);

/// What a frame carries, of the transports that signalling uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried<'a> {
    /// A UDP datagram.
    Udp {
        /// From.
        from: SocketAddr,
        /// To.
        to: SocketAddr,
        /// Its payload.
        payload: &'a [u8],
    },
    /// The next octets of a TCP stream.
    Tcp {
        /// From.
        from: SocketAddr,
        /// To.
        to: SocketAddr,
        /// The octets.
        payload: &'a [u8],
        /// Octets before them are missing.
        gap: bool,
    },
    /// An SCTP packet, from its common header on.
    Sctp {
        /// From.
        from: IpAddr,
        /// To.
        to: IpAddr,
        /// The packet.
        packet: &'a [u8],
    },
    /// A message of MTP level 3, from the service information octet on.
    Mtp3(&'a [u8]),
}

/// Why a capture cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be opened.
    #[error("{0}")]
    Open(#[from] std::io::Error),
    /// Neither pcap nor pcapng, or damaged.
    #[error("no capture that can be read: {0}")]
    Format(String),
}

/// Reads a capture frame by frame; what is none of [`Carried`] is left out.
///
/// # Errors
/// [`ReadError`]. The frames before a damaged place have been given by then.
pub fn read(path: &Path, mut each: impl FnMut(SystemTime, Carried<'_>)) -> Result<(), ReadError> {
    let file = File::open(path)?;
    let mut reader = create_reader(BUFFER, file).map_err(format)?;
    let mut frames = Frames::default();
    loop {
        match reader.next() {
            Ok((length, block)) => {
                frames.block(block, &mut each);
                reader.consume(length);
            }
            Err(PcapError::Eof) => {
                frames.finish(&mut each);
                return Ok(());
            }
            Err(PcapError::Incomplete(_)) => refill(reader.as_mut())?,
            Err(error) => return Err(format(error)),
        }
    }
}

fn refill(reader: &mut dyn PcapReaderIterator) -> Result<(), ReadError> {
    if reader.reader_exhausted() {
        return Err(ReadError::Format("the last frame is cut off".to_owned()));
    }
    reader.refill().map_err(format)
}

fn format<I>(error: PcapError<I>) -> ReadError {
    ReadError::Format(match error {
        PcapError::HeaderNotRecognized => "it begins as neither pcap nor pcapng does".to_owned(),
        PcapError::Eof => "it is empty".to_owned(),
        PcapError::ReadError => "it cannot be read to its end".to_owned(),
        _ => "a block is damaged".to_owned(),
    })
}

/// An interface of a capture.
#[derive(Clone, Copy)]
struct Interface {
    link: Linktype,
    /// Units of time in a second.
    resolution: u64,
    /// Seconds to be added.
    offset: i64,
}

#[derive(Default)]
struct Frames {
    interfaces: Vec<Interface>,
    fragments: IpDefragPool,
    /// The directions of TCP connections.
    streams: HashMap<(SocketAddr, SocketAddr), Stream>,
    /// Of the last frame.
    last: Option<SystemTime>,
}

impl Frames {
    fn block(&mut self, block: PcapBlockOwned<'_>, each: &mut impl FnMut(SystemTime, Carried<'_>)) {
        match block {
            PcapBlockOwned::LegacyHeader(header) => self.interfaces.push(Interface {
                link: header.network,
                resolution: match header.is_nanosecond_precision() {
                    true => 1_000_000_000,
                    false => MICROSECONDS,
                },
                offset: 0,
            }),
            PcapBlockOwned::Legacy(frame) => {
                let Some(&interface) = self.interfaces.first() else {
                    return;
                };
                let at = time(&interface, frame.ts_sec.into(), frame.ts_usec.into());
                self.frame(interface.link, at, frame.data, each);
            }
            PcapBlockOwned::NG(Block::SectionHeader(_)) => self.interfaces.clear(),
            PcapBlockOwned::NG(Block::InterfaceDescription(description)) => {
                self.interfaces.push(Interface {
                    link: description.linktype,
                    resolution: description.ts_resolution().unwrap_or(MICROSECONDS),
                    offset: description.ts_offset(),
                });
            }
            PcapBlockOwned::NG(Block::EnhancedPacket(frame)) => {
                let index = usize::try_from(frame.if_id).unwrap_or(usize::MAX);
                let Some(&interface) = self.interfaces.get(index) else {
                    return;
                };
                let units = u64::from(frame.ts_high) << 32 | u64::from(frame.ts_low);
                let resolution = interface.resolution.max(1);
                let at = time(&interface, units / resolution, units % resolution);
                self.frame(interface.link, at, frame.packet_data(), each);
            }
            PcapBlockOwned::NG(_) => {}
        }
    }

    fn frame(
        &mut self,
        link: Linktype,
        at: SystemTime,
        frame: &[u8],
        each: &mut impl FnMut(SystemTime, Carried<'_>),
    ) {
        let sliced = match link {
            Linktype::ETHERNET => SlicedPacket::from_ethernet(frame),
            Linktype::LINUX_SLL => SlicedPacket::from_linux_sll(frame),
            Linktype::LINUX_SLL2 => match *frame {
                [high, low, ..] if frame.len() >= 20 => SlicedPacket::from_ether_type(
                    EtherType(u16::from_be_bytes([high, low])),
                    &frame[20..],
                ),
                _ => return,
            },
            Linktype::RAW | Linktype::IPV4 | LINK_IPV6 => SlicedPacket::from_ip(frame),
            Linktype::NULL => SlicedPacket::from_ip(frame.get(4..).unwrap_or_default()),
            LINK_MTP3 => return each(at, Carried::Mtp3(frame)),
            LINK_MTP2 => return message_unit(frame, |message| each(at, message)),
            LINK_MTP2_WITH_HEADER => {
                let frame = frame.get(4..).unwrap_or_default();
                return message_unit(frame, |message| each(at, message));
            }
            _ => return,
        };
        let Ok(sliced) = sliced else { return };
        self.last = Some(at);
        self.packet(&sliced, |carried| each(at, carried));
    }

    fn packet(&mut self, sliced: &SlicedPacket<'_>, each: impl FnMut(Carried<'_>)) {
        let Some(hosts) = sliced.net.as_ref().and_then(hosts) else {
            return;
        };
        let Some(payload) = sliced.ip_payload() else {
            return;
        };
        if !payload.fragmented {
            return self.transport(hosts, payload.ip_number, payload.payload, each);
        }
        if let Ok(Some(whole)) = self.fragments.process_sliced_packet(sliced, (), ()) {
            self.transport(hosts, whole.ip_number, &whole.payload, each);
        }
    }

    fn transport(
        &mut self,
        (from, to): (IpAddr, IpAddr),
        number: IpNumber,
        payload: &[u8],
        mut each: impl FnMut(Carried<'_>),
    ) {
        match number {
            IpNumber::SCTP => each(Carried::Sctp {
                from,
                to,
                packet: payload,
            }),
            IpNumber::UDP => {
                if let Ok(datagram) = UdpSlice::from_slice(payload) {
                    each(Carried::Udp {
                        from: (from, datagram.source_port()).into(),
                        to: (to, datagram.destination_port()).into(),
                        payload: datagram.payload(),
                    });
                }
            }
            IpNumber::TCP => {
                if let Ok(segment) = TcpSlice::from_slice(payload) {
                    self.segment((from, to), &segment, each);
                }
            }
            _ => {}
        }
    }

    fn segment(
        &mut self,
        (from, to): (IpAddr, IpAddr),
        segment: &TcpSlice<'_>,
        mut each: impl FnMut(Carried<'_>),
    ) {
        let from = SocketAddr::new(from, segment.source_port());
        let to = SocketAddr::new(to, segment.destination_port());
        let sequence = segment.sequence_number();
        if segment.syn() {
            let stream = Stream::new(sequence.wrapping_add(1));
            self.streams.insert((from, to), stream);
            return;
        }
        let stream = self.streams.entry((from, to));
        let stream = stream.or_insert_with(|| Stream::new(sequence));
        stream.take(sequence, segment.payload(), |payload, gap| {
            each(Carried::Tcp {
                from,
                to,
                payload,
                gap,
            });
        });
    }

    /// What waited for segments that never came.
    fn finish(&mut self, each: &mut impl FnMut(SystemTime, Carried<'_>)) {
        let Some(at) = self.last else { return };
        for (&(from, to), stream) in &mut self.streams {
            stream.finish(|payload, gap| {
                each(
                    at,
                    Carried::Tcp {
                        from,
                        to,
                        payload,
                        gap,
                    },
                );
            });
        }
    }
}

fn hosts(net: &NetSlice<'_>) -> Option<(IpAddr, IpAddr)> {
    match net {
        NetSlice::Ipv4(ip) => {
            let header = ip.header();
            Some((
                header.source_addr().into(),
                header.destination_addr().into(),
            ))
        }
        NetSlice::Ipv6(ip) => {
            let header = ip.header();
            Some((
                header.source_addr().into(),
                header.destination_addr().into(),
            ))
        }
        NetSlice::Arp(_) => None,
    }
}

/// A message signal unit of MTP level 2 (Q.703 §2.2) holds a message behind its header of three
/// octets; a length indicator below 3 is a fill-in or status unit.
fn message_unit(unit: &[u8], mut each: impl FnMut(Carried<'_>)) {
    if let [_, _, length, message @ ..] = unit
        && length & 0x3F > 2
    {
        each(Carried::Mtp3(message));
    }
}

fn time(interface: &Interface, seconds: u64, units: u64) -> SystemTime {
    let nanoseconds = u128::from(units) * 1_000_000_000 / u128::from(interface.resolution.max(1));
    let seconds = seconds.saturating_add_signed(interface.offset);
    let since = Duration::from_secs(seconds).saturating_add(Duration::from_nanos(
        u64::try_from(nanoseconds).unwrap_or(0),
    ));
    SystemTime::UNIX_EPOCH
        .checked_add(since)
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

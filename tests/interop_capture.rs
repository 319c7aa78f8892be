//! Wireshark reads what `tandem::capture` writes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use codecs::cesopsn::{self, Condition};
use codecs::rtp::{Header, PayloadType};
use protocols::sctp::MadeUp;
use tandem::capture::{Capture, Scope};
use tandem::tap::{Seen, Tap, Transport};

/// One line per packet, or nothing where there is no Wireshark.
fn tshark(file: &Path, arguments: &[&str]) -> Option<Vec<String>> {
    let output = match Command::new("tshark")
        .arg("-n")
        .arg("-r")
        .arg(file)
        .args(arguments)
        .output()
    {
        Ok(output) => output,
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "tshark: {error}");
            println!("skipped: tshark: {error}");
            return None;
        }
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(Into::into)
            .collect(),
    )
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pcapng"))
}

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

const SUMS: [&str; 6] = [
    "-o",
    "ip.check_checksum:TRUE",
    "-o",
    "udp.check_checksum:TRUE",
    "-o",
    "tcp.check_checksum:TRUE",
];
const FIELDS: [&str; 12] = [
    "-T",
    "fields",
    "-e",
    "frame.protocols",
    "-e",
    "_ws.expert.message",
    "-e",
    "ip.checksum.status",
    "-e",
    "udp.checksum.status",
    "-e",
    "tcp.checksum.status",
];

const OPTIONS: &str = "OPTIONS sip:ims.example SIP/2.0\r\n\
    Via: SIP/2.0/UDP 127.0.0.20:5060;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n\
    From: <sip:a@example>;tag=1\r\nTo: <sip:ims.example>\r\nCall-ID: 1\r\n\
    CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";

/// Device-Watchdog-Request and its answer (RFC 6733 §5.5) with the AVPs they must have.
fn watchdog(request: bool) -> Vec<u8> {
    let mut avps = Vec::new();
    let mut avp = |code: u32, value: &[u8]| {
        avps.extend_from_slice(&code.to_be_bytes());
        avps.extend_from_slice(&((0x40 << 24) | (8 + value.len() as u32)).to_be_bytes());
        avps.extend_from_slice(value);
        avps.resize(avps.len().next_multiple_of(4), 0);
    };
    if !request {
        avp(268, &2001u32.to_be_bytes());
    }
    avp(264, b"hss.example.org");
    avp(296, b"example.org");
    let length = (1 << 24) | (20 + avps.len() as u32);
    let flags = if request { 0x80 << 24 } else { 0 };
    let header = [length, flags | 280, 0, 1, 1]
        .map(u32::to_be_bytes)
        .concat();
    [header, avps].concat()
}

/// A packet as the media gateway makes it.
fn rtp(marker: bool, sequence: u16) -> Vec<u8> {
    let header = Header {
        marker,
        payload_type: PayloadType::PCMA,
        sequence,
        timestamp: 0xDEAD_BEEF,
        ssrc: 0x0102_0304,
    };
    [&header.to_bytes()[..], &[0xD5; 160]].concat()
}

/// A packet of a span.
fn cesopsn(condition: Condition, receive_fault: bool, sequence: u16) -> Vec<u8> {
    let payload = &[0xD5; 248];
    let packet = cesopsn::Packet {
        condition,
        receive_fault,
        sequence,
        payload: Some(payload),
    };
    [&packet.control_word()[..], payload].concat()
}

#[test]
fn udp_tcp_and_tdm_are_recognised_and_their_sums_are_right() {
    let path = file("protocols");
    let tap = Tap::new(Arc::new(Capture::create(&path, Scope::All).unwrap()));
    for (a, b) in [("127.0.0.20", "127.0.0.30"), ("[::1]", "[fd00::2]")] {
        let [sip, ims, client, hss, span, far] = [
            (a, 5060),
            (b, 5060),
            (a, 49152),
            (b, 3868),
            (a, 40000),
            (b, 40001),
        ]
        .map(|(ip, port)| address(&format!("{ip}:{port}")));
        tap.packet(Transport::Udp, Seen::Sent, sip, ims, OPTIONS.as_bytes());
        tap.packet(
            Transport::Tcp,
            Seen::Sent,
            client,
            hss,
            &watchdog(true)[..20],
        );
        tap.packet(
            Transport::Tcp,
            Seen::Sent,
            client,
            hss,
            &watchdog(true)[20..],
        );
        tap.packet(
            Transport::Tcp,
            Seen::Received,
            hss,
            client,
            &watchdog(false),
        );
        tap.packet(
            Transport::Tdm,
            Seen::Received,
            far,
            span,
            &cesopsn(Condition::Good, false, 0),
        );
    }
    drop(tap);
    let Some(lines) = tshark(&path, &[&SUMS[..], &FIELDS].concat()) else {
        return;
    };
    let v4 = [
        "raw:ip:udp:sip\t\t1\t1\t",
        "raw:ip:tcp\tConnection establish request (SYN): server port 3868\t1\t\t1",
        "raw:ip:tcp\tConnection establish acknowledge (SYN+ACK): server port 3868\t1\t\t1",
        "raw:ip:tcp\t\t1\t\t1",
        "raw:ip:tcp\t\t1\t\t1",
        "raw:ip:tcp:diameter\t\t1\t\t1",
        "raw:ip:tcp:diameter\t\t1\t\t1",
        "exported_pdu:pwcesopsn\t\t\t\t",
    ];
    let v6 = v4
        .map(|line| {
            line.replace("raw:ip:", "raw:ipv6:")
                .replace("\t1\t1\t", "\t\t1\t")
        })
        .map(|line| line.replace("\t1\t\t1", "\t\t\t1"));
    assert_eq!(lines[..8], v4);
    assert_eq!(lines[8..], v6);
}

/// M3UA DATA with an RLC from 1-1-1 to 2-2-2, circuit 1.
const RLC: &[u8] = &[
    1, 0, 1, 1, 0, 0, 0, 32, 2, 16, 0, 21, 0, 0, 8, 9, 0, 0, 16, 18, 5, 2, 0, 1, 1, 0, 16, 0, 0, 0,
    0, 0,
];

#[test]
fn messages_of_a_kernels_sctp_are_recognised_in_packets_made_up() {
    let path = file("sctp");
    let tap = Tap::new(Arc::new(Capture::create(&path, Scope::All).unwrap()));
    let mut long = RLC.to_vec();
    // A parameter of a later version, so long that the message takes several packets.
    long[6..8].copy_from_slice(&(32 + 4000u16).to_be_bytes());
    long.extend([0xF0, 0, 0x0F, 0xA0]);
    long.resize(32 + 4000, 0);
    for (a, b, tag) in [
        ("10.0.0.1:0", "10.0.0.2:0", 1),
        ("[fd00::1]:0", "[fd00::2]:0", 2),
    ] {
        let [from, to] = [a, b].map(address);
        let mut packets = MadeUp::new((2905, 2906), tag);
        for message in [RLC, &long] {
            for packet in packets.packets(1, 3, message) {
                tap.packet(Transport::Sctp, Seen::Sent, from, to, &packet);
            }
        }
    }
    drop(tap);
    let arguments = [
        "-o",
        "sctp.checksum:CRC 32c",
        "-Y",
        "isup",
        "-T",
        "fields",
        "-e",
        "frame.protocols",
        "-e",
        "sctp.checksum.status",
        "-e",
        "sctp.data_sid",
        "-e",
        "isup.message_type",
        "-e",
        "_ws.expert.message",
    ];
    let Some(lines) = tshark(&path, &arguments) else {
        return;
    };
    let v4 = "raw:ip:sctp:m3ua:isup\t1\t0x0001\t16\t";
    let v6 = v4.replace(":ip:", ":ipv6:");
    assert_eq!(lines, [v4, v4, &v6, &v6]);
}

#[test]
fn rtp_is_recognised_by_the_description_before_it() {
    let path = file("rtp");
    let tap = Tap::new(Arc::new(Capture::create(&path, Scope::All).unwrap()));
    let (gateway, terminal) = (address("127.0.0.20:5060"), address("127.0.0.43:5061"));
    let body = "v=0\r\no=- 1 1 IN IP4 127.0.0.20\r\ns=-\r\nc=IN IP4 127.0.0.20\r\nt=0 0\r\n\
        m=audio 30000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n";
    let invite = OPTIONS.replace("OPTIONS", "INVITE").replace(
        "Length: 0",
        &format!("Length: {}\r\nContent-Type: application/sdp", body.len()),
    );
    tap.packet(
        Transport::Udp,
        Seen::Sent,
        gateway,
        terminal,
        (invite + body).as_bytes(),
    );
    let (port, far) = (address("127.0.0.20:30000"), address("127.0.0.43:4000"));
    tap.packet(Transport::Udp, Seen::Received, far, port, &rtp(true, 65535));
    tap.packet(Transport::Udp, Seen::Sent, port, far, &rtp(false, 9));
    drop(tap);
    let fields: Vec<&str> = ["-T", "fields"]
        .into_iter()
        .chain([
            "-e",
            "frame.protocols",
            "-e",
            "rtp.marker",
            "-e",
            "rtp.p_type",
            "-e",
            "rtp.seq",
        ])
        .chain(["-e", "rtp.timestamp", "-e", "rtp.ssrc"])
        .collect();
    let Some(lines) = tshark(&path, &fields) else {
        return;
    };
    assert_eq!(
        lines[1..],
        [
            "raw:ip:udp:rtp\t1\t8\t65535\t3735928559\t0x01020304",
            "raw:ip:udp:rtp\t0\t8\t9\t3735928559\t0x01020304",
        ]
    );
}

#[test]
fn the_control_word_of_a_span_is_read_as_it_was_meant() {
    let path = file("span");
    let tap = Tap::new(Arc::new(Capture::create(&path, Scope::All).unwrap()));
    let (from, to) = (address("127.0.0.10:40000"), address("127.0.0.20:40000"));
    for (condition, receive_fault, sequence) in [
        (Condition::Good, false, 0),
        (Condition::RemoteDefect, true, 4660),
        (Condition::Fault, false, 65535),
    ] {
        let packet = cesopsn(condition, receive_fault, sequence);
        tap.packet(Transport::Tdm, Seen::Sent, from, to, &packet);
    }
    drop(tap);
    let fields: Vec<&str> = ["-T", "fields", "-e", "_ws.expert.message"]
        .into_iter()
        .chain([
            "-e",
            "pwcesopsn.cw.lm",
            "-e",
            "pwcesopsn.cw.rbit",
            "-e",
            "pwcesopsn.cw.seqno",
        ])
        .chain(["-e", "pwcesopsn.payload.len", "-e", "exported_pdu.ipv4_src"])
        .collect();
    let Some(lines) = tshark(&path, &fields) else {
        return;
    };
    assert_eq!(
        lines,
        [
            "\t0x00\t0\t0\t248\t127.0.0.10",
            "\t0x02\t1\t4660\t248\t127.0.0.10",
            "\t0x08\t0\t65535\t248\t127.0.0.10",
        ]
    );
}

#[test]
fn a_long_stream_in_one_direction_keeps_within_its_window() {
    let path = file("stream");
    let tap = Tap::new(Arc::new(Capture::create(&path, Scope::All).unwrap()));
    let (from, to) = (address("127.0.0.40:49152"), address("127.0.0.30:3868"));
    let many = watchdog(true).repeat(3000);
    tap.packet(Transport::Tcp, Seen::Sent, from, to, &many);
    tap.packet(Transport::Tcp, Seen::Sent, from, to, &many);
    drop(tap);
    let fields = [
        "-T",
        "fields",
        "-e",
        "_ws.expert.message",
        "-Y",
        "tcp.analysis.flags",
    ];
    let Some(lines) = tshark(&path, &fields) else {
        return;
    };
    assert_eq!(lines, [""; 0]);
}

#[test]
fn a_capture_of_all_programs_has_each_packet_once() {
    let path = file("once");
    let capture = Arc::new(Capture::create(&path, Scope::Sent).unwrap());
    let tap = Tap::new(capture.clone());
    let (from, to) = (address("127.0.0.20:5060"), address("127.0.0.30:5060"));
    tap.packet(Transport::Udp, Seen::Sent, from, to, OPTIONS.as_bytes());
    tap.packet(Transport::Udp, Seen::Received, from, to, OPTIONS.as_bytes());
    capture.flush().unwrap();
    let Some(lines) = tshark(&path, &[]) else {
        return;
    };
    assert_eq!(lines.len(), 1);
}

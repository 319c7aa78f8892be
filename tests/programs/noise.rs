//! Noise on every port is answered as the standard says, or not at all, and survived.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Write;
use std::net::{SocketAddr, TcpStream};

use codecs::mtp::{
    NetworkId, NetworkIndicator, PointCode, PointCodeFormat, ServiceIndicator, Transfer,
};
use tandem::ss7::{self, Event, Ss7};
use tandem::tap::Tap;

use crate::bench::is_good;
use crate::caller::{Caller, status_of};
use crate::metrics::{IDLE, Metrics};
use crate::programs::{Bench, PATIENCE};
use crate::sounds::{self, Noise};

/// Every UDP port of the bench: who listens, the host that its peer is, and what is spoken there.
const PORTS: &[(&str, &str, Spoken)] = &[
    ("20:9899", "10:9898", Spoken::Sctp),
    ("10:9899", "20:9898", Spoken::Sctp),
    ("30:9899", "20:9898", Spoken::Sctp),
    ("20:5060", "42:5099", Spoken::Sip),
    ("40:5060", "20:5061", Spoken::Sip),
    ("41:5060", "20:5061", Spoken::Sip),
    ("42:5060", "20:5061", Spoken::Sip),
    ("43:5061", "42:5099", Spoken::Sip),
    ("43:5064", "42:5099", Spoken::Sip),
    ("20:2142", "10:2143", Spoken::Tdm),
    ("10:2142", "20:2143", Spoken::Tdm),
    ("20:20000", "43:4000", Spoken::Rtp),
    ("20:20002", "43:4000", Spoken::Rtp),
    ("43:40000", "20:4000", Spoken::Rtp),
    ("43:43000", "20:4000", Spoken::Rtp),
];

#[derive(Clone, Copy)]
enum Spoken {
    Sctp,
    Sip,
    Tdm,
    Rtp,
}

impl Spoken {
    fn noise(self, noise: &mut Noise) -> Vec<Vec<u8>> {
        match self {
            Self::Sctp => {
                let packets = noise.messages(sounds::INIT, 150).into_iter();
                packets.map(sounds::with_checksum).collect()
            }
            Self::Sip => {
                let invite = sounds::invite(&sounds::MANDATORY);
                noise.messages(invite.as_bytes(), 150)
            }
            Self::Tdm => noise.messages(&sounds::cesopsn(), 150),
            Self::Rtp => noise.messages(&sounds::rtp(), 150),
        }
    }
}

fn make_noise(bench: &Bench, noise: &mut Noise) {
    for &(to, from, spoken) in PORTS {
        let messages = spoken.noise(noise);
        sounds::send(bench.address(from), &[bench.address(to)], &messages);
    }
    for port in ["20:9090", "10:9090", "30:3868"] {
        for message in noise.messages(sounds::CER, 30) {
            shout(bench.address(port), &message);
        }
    }
}

/// Says something to a TCP port and hangs up.
fn shout(address: SocketAddr, bytes: &[u8]) {
    let mut stream = TcpStream::connect(address).unwrap();
    // The other end may have had enough of it before.
    let _ = stream.write_all(bytes);
}

/// Two calls from the telephone network, with voice.
const CALLS: &str = r#"
[[call]]
name = "mobile"
called = "+49 171 5407090"
calling = "+49 89 12345678"
conversation = { tone_hz = 440, expect_hz = 620, hang_up_after_ms = 1000 }
[[call]]
name = "fixed"
called = "+49 721 9578290"
calling = "+49 89 12345678"
conversation = { tone_hz = 440, expect_hz = 620, hang_up_after_ms = 1000 }
"#;

fn nothing_leaks(admin: SocketAddr) {
    for (gauge, value) in [
        ("tandem_calls_up", 0.0),
        ("tandem_rtp_ports", 0.0),
        (IDLE, 31.0),
    ] {
        Metrics::await_value(admin, gauge, value);
    }
}

#[test]
fn noise_on_every_port_is_survived_before_and_during_calls() {
    let bench = Bench::new();
    let admin = bench.address("20:9090");
    let mut noise = Noise::new(1);
    let hss = bench.start_example("hss");
    let ims = bench.start("ims", &bench.example("ims").without_calls());
    let gateway = bench.start_example("gateway");
    let quiet = bench.example("pstn").without_calls();
    let exchange = bench.start("pstn", &quiet);
    Metrics::await_value(admin, IDLE, 31.0);
    ims.logs("Diameter connection open");

    let mut caller = Caller::new(&bench, "42:5098");
    let mut call = caller.invite("+493090026000");
    call.answered();
    make_noise(&bench, &mut noise);
    call.hang_up();
    nothing_leaks(admin);
    let other = "tandem_sip_messages_total{message=\"other\",way=\"received\"}";
    assert!(Metrics::fetch(admin).get(other) > 20.0);
    exchange.stop();

    let exchange = bench.start("pstn", &quiet.and(CALLS));
    Metrics::await_value(admin, "tandem_rtp_ports", 2.0);
    make_noise(&bench, &mut noise);
    for name in ["mobile", "fixed"] {
        is_good(&exchange.says(&format!("{name}: outgoing")));
    }
    for terminal in ["mobile", "desk"] {
        is_good(&ims.says(&format!("{terminal}: incoming +498912345678")));
    }
    nothing_leaks(admin);
    for program in [exchange, gateway, ims, hss] {
        program.stop();
    }
}

#[test]
fn sip_without_what_it_must_have_is_answered_400() {
    let bench = Bench::new();
    let gateway = bench.start_example("gateway");
    Metrics::fetch(bench.address("20:9090"));
    let mut caller = Caller::new(&bench, "42:5099");
    // All of them, each time without one; Via says where the answer goes, and without
    // Max-Forwards a request is as good.
    for missing in 2..sounds::MANDATORY.len() {
        let mut headers = sounds::MANDATORY.to_vec();
        let name = headers.remove(missing);
        assert_eq!(refusal(&caller, &headers, missing), 400, "without {name}");
    }
    for (number, (place, nonsense)) in [
        (5, "CSeq: 1 BYE"),
        (5, "CSeq: first INVITE"),
        (3, "To: nobody"),
        (4, "Call-ID: one\r\nCall-ID: another"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut headers = sounds::MANDATORY.to_vec();
        headers[place] = nonsense;
        assert_eq!(refusal(&caller, &headers, 100 + number), 400, "{nonsense}");
    }
    // It goes on: no exchange is there, which is another matter.
    assert_eq!(caller.invite("+493090026000").refused(480), 38);
    gateway.stop();
}

/// The status that an INVITE with these header fields gets; `number` tells it from others.
fn refusal(caller: &Caller, headers: &[&str], number: usize) -> u16 {
    let branch = format!("z9hG4bK-noise-{number}-");
    let invite = sounds::invite(headers).replace("z9hG4bK-noise", &branch);
    let mut answer = caller.ask(invite.as_bytes());
    // Earlier answers come again as long as nobody acknowledges them.
    while !answer.contains(&branch) || status_of(&answer) == Some(100) {
        answer = caller.receive();
    }
    status_of(&answer).unwrap()
}

/// An exchange at the other end of the trunk, run by the test.
const EXCHANGE: &str = r#"
point_code = "1-1-1"
[[peer]]
name = "gateway"
role = "sgp"
local = ["127.0.0.10:9899"]
routing_context = 100
point_codes = ["2-2-2"]
"#;

const GATEWAY: &str = r#"
point_code = "2-2-2"
[[peer]]
name = "switch"
role = "asp"
local = ["127.0.0.20:9899"]
remote = ["127.0.0.10:9899"]
routing_context = 100
point_codes = ["1-1-1"]
"#;

fn transfer(si: ServiceIndicator, data: Vec<u8>) -> Transfer {
    Transfer {
        network: NetworkId::default(),
        opc: PointCodeFormat::ITU.read("1-1-1").unwrap(),
        dpc: PointCodeFormat::ITU.read("2-2-2").unwrap(),
        si,
        ni: NetworkIndicator::NATIONAL,
        priority: 0,
        sls: 0,
        data: data.into(),
    }
}

/// Says malformed things in ISUP and SCCP, then sets up a call on a circuit the gateway has not.
async fn talk_nonsense(config: ss7::Config) {
    let (ss7, mut events) = Ss7::start(config, Tap::default()).unwrap();
    while !matches!(events.recv().await.unwrap(), Event::Available(_)) {}
    let mut noise = Noise::new(2);
    let isup = noise.messages(sounds::IAM, 300).into_iter();
    let sccp = noise.messages(&[9, 0x80, 3, 5, 9, 2, 0x42, 6, 2, 0x42, 8, 1, 0x65], 300);
    // What is altered stays away from the circuits there are.
    for message in isup.filter(|message| message.first().is_none_or(|&cic| cic == 99)) {
        ss7.send(transfer(ServiceIndicator::ISUP, message));
    }
    for message in sccp {
        ss7.send(transfer(ServiceIndicator::SCCP, message));
    }
    ss7.send(transfer(ServiceIndicator(13), vec![1, 2, 3]));
    let [low, high, ..] = *sounds::IAM else {
        unreachable!()
    };
    ss7.send(transfer(ServiceIndicator::ISUP, sounds::IAM.to_vec()));
    // Unequipped circuit identification code (Q.764 §2.12).
    let unequipped = [low, high, 0x2E];
    loop {
        match events.recv().await.unwrap() {
            Event::Transfer(transfer) if transfer.data[..] == unequipped => break,
            Event::Unavailable(_) => panic!("the association is lost"),
            _ => {}
        }
    }
    ss7.stop().await;
}

/// Says an ISUP message that ends too early, one of somebody else, and one for another user part.
async fn talk_nonsense_to_the_switch(config: ss7::Config, admin: SocketAddr) {
    let (ss7, mut events) = Ss7::start(config, Tap::default()).unwrap();
    while !matches!(events.recv().await.unwrap(), Event::Available(_)) {}
    let to_switch = |si, data: &[u8]| {
        let Transfer { opc, dpc, .. } = transfer(si, Vec::new());
        Transfer {
            network: NetworkId::default(),
            opc: dpc,
            dpc: opc,
            ..transfer(si, data.to_vec())
        }
    };
    ss7.send(to_switch(ServiceIndicator::ISUP, &sounds::IAM[..9]));
    ss7.send(Transfer {
        network: NetworkId::default(),
        opc: PointCode::new(77),
        ..to_switch(ServiceIndicator::ISUP, sounds::IAM)
    });
    ss7.send(to_switch(ServiceIndicator(13), &[1, 2, 3]));
    let counted = tokio::task::spawn_blocking(move || {
        for (protocol, count) in [("ISUP", 2.0), ("MTP", 1.0)] {
            let name = format!("tandem_malformed_messages_total{{protocol=\"{protocol}\"}}");
            Metrics::await_value(admin, &name, count);
        }
    });
    counted.await.unwrap();
    // Who is no user part there is told so (`RFC 4666 §3.4.5`).
    let told = |event| matches!(event, Event::UserPartUnavailable { user, .. } if user.0 == 13);
    while !told(events.recv().await.unwrap()) {}
    ss7.stop().await;
}

#[test]
fn nonsense_is_counted_by_the_switch() {
    let bench = Bench::new();
    let switch = bench.start("pstn", &bench.example("pstn").without_calls());
    let config = toml::from_str(&bench.moved(GATEWAY)).unwrap();
    let admin = bench.address("10:9090");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, talk_nonsense_to_the_switch(config, admin));
    drop((local, runtime));
    switch.logs("message of no use");
    switch.logs("between point codes that no trunk connects");
    switch.stop();
}

#[test]
fn nonsense_of_the_exchange_is_counted_and_calls_succeed_once_it_talks_sense() {
    let bench = Bench::new();
    let admin = bench.address("20:9090");
    let gateway = bench.start_example("gateway");
    let config = toml::from_str(&bench.moved(EXCHANGE)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let exchange = async { tokio::time::timeout(PATIENCE, talk_nonsense(config)).await };
    let local = tokio::task::LocalSet::new();
    local
        .block_on(&runtime, exchange)
        .expect("the gateway answers");
    drop((local, runtime));

    let metrics = Metrics::fetch(admin);
    for protocol in ["ISUP", "SCCP", "MTP"] {
        let name = format!("tandem_malformed_messages_total{{protocol=\"{protocol}\"}}");
        assert!(metrics.get(&name) > 0.0, "{protocol}");
    }
    let unequipped = "tandem_isup_messages_total{message=\"UCIC\",way=\"sent\"}";
    assert!(metrics.get(unequipped) > 0.0);

    let exchange = bench.start("pstn", &bench.example("pstn").without_calls());
    Metrics::await_value(admin, IDLE, 31.0);
    let mut caller = Caller::new(&bench, "42:5099");
    let mut call = caller.invite("+493090026000");
    call.answered();
    call.hang_up();
    nothing_leaks(admin);
    exchange.stop();
    gateway.stop();
}

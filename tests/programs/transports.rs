//! The gateway where SIP comes over IPv6 and TLS, with `openssl` as the peer (RFC 3261 §18, §26.2).
#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use crate::bench::is_good;
use crate::metrics::Metrics;
use crate::programs::{Bench, Program};
use crate::tshark;

/// A gateway that listens in all ways.
struct Gateway {
    bench: Bench,
    program: Program,
    v6: SocketAddr,
    capture: PathBuf,
}

impl Gateway {
    fn start() -> Self {
        let bench = Bench::new();
        certify(&bench);
        let free = TcpListener::bind("[::1]:0").unwrap();
        let v6 = free.local_addr().unwrap();
        drop(free);
        let listen = format!(
            "listen = [\"127.0.0.20:5060\", \"tls:127.0.0.20:5061\", \"tcp:{v6}\", \"udp:{v6}\"]"
        );
        let file = |name: &str| bench.file(name, "").display().to_string();
        let folder = file("x");
        let folder = folder.trim_end_matches('x');
        let tls = format!(
            "\n[sip.tls]\ncertificate = \"{folder}gateway.pem\"\nkey = \"{folder}gateway-key.pem\"\n\
             ca = \"{folder}ca.pem\"\nclient_auth = \"required\"\n"
        );
        let config = bench.example("gateway");
        let config = config
            .with(
                &bench.moved("listen = \"127.0.0.20:5060\""),
                &bench.moved(&listen),
            )
            .and(&tls);
        let capture = PathBuf::from(file("sip.pcapng"));
        let program = bench.start_with(
            "gateway",
            &config,
            &["--pcap", &capture.display().to_string()],
        );
        program.logs("SIP at");
        Self {
            bench,
            program,
            v6,
            capture,
        }
    }

    /// `openssl s_client` to the TLS port, and what it hears of an OPTIONS.
    fn over_tls(&self, certificate: &[&str]) -> String {
        let folder = self.capture.parent().unwrap();
        let address = self.bench.address("20:5061");
        let mut client = Command::new("openssl")
            .args([
                "s_client",
                "-quiet",
                "-verify_return_error",
                "-CAfile",
                "ca.pem",
            ])
            .args(["-connect", &address.to_string()])
            .args(["-verify_ip", &address.ip().to_string()])
            .args(certificate)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let options = options("TLS", address);
        // A client that was turned away reads no more.
        let _ = client.stdin.as_mut().unwrap().write_all(options.as_bytes());
        let heard = until_empty_line(client.stdout.as_mut().unwrap());
        end(client);
        heard
    }
}

/// An authority, and certificates of the gateway and of a client, in the folder of the bench.
fn certify(bench: &Bench) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let name = &mut authority.distinguished_name;
    name.push(DnType::CommonName, "authority");
    let key = KeyPair::generate().unwrap();
    bench.file("ca.pem", &authority.self_signed(&key).unwrap().pem());
    let issuer = Issuer::new(authority, key);
    for name in ["gateway", "client"] {
        let subject = bench.address("20:0").ip().to_string();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![subject]).unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap();
        bench.file(&format!("{name}.pem"), &certificate.pem());
        bench.file(&format!("{name}-key.pem"), &key.serialize_pem());
    }
}

fn options(transport: &str, to: SocketAddr) -> String {
    format!(
        "OPTIONS sip:{to} SIP/2.0\r\nVia: SIP/2.0/{transport} client.example;branch=z9hG4bKo;rport\r\n\
         Max-Forwards: 0\r\nFrom: <sip:client.example>;tag=1\r\nTo: <sip:{to}>\r\nCall-ID: o\r\n\
         CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    )
}

/// Reads up to the end of a header, or of the stream.
fn until_empty_line(stream: &mut impl Read) -> String {
    let mut heard = Vec::new();
    let mut octet = [0];
    while !heard.ends_with(b"\r\n\r\n") && stream.read(&mut octet).unwrap_or(0) > 0 {
        heard.push(octet[0]);
    }
    String::from_utf8(heard).unwrap()
}

fn end(mut child: Child) {
    let _ = child.kill();
    child.wait().unwrap();
}

fn has_openssl() -> bool {
    let found = Command::new("openssl")
        .arg("version")
        .stdout(Stdio::null())
        .status();
    if let Err(error) = &found {
        assert!(
            std::env::var_os("CI").is_none(),
            "openssl is missing: {error}"
        );
        println!("skipped: openssl is missing ({error})");
    }
    found.is_ok()
}

#[test]
fn sip_is_spoken_by_ipv6_and_over_tls_to_those_with_a_certificate() {
    let gateway = Gateway::start();
    let mut stream = TcpStream::connect(gateway.v6).unwrap();
    stream
        .write_all(options("TCP", gateway.v6).as_bytes())
        .unwrap();
    let heard = until_empty_line(&mut stream);
    assert!(heard.starts_with("SIP/2.0 200 "), "{heard}");
    assert!(heard.contains(";received=::1;rport="), "{heard}");

    if has_openssl() {
        let heard = gateway.over_tls(&["-cert", "client.pem", "-key", "client-key.pem"]);
        assert!(heard.starts_with("SIP/2.0 200 "), "{heard}");
        assert_eq!(gateway.over_tls(&[]), "", "without a certificate");
        let admin = gateway.bench.address("20:9090");
        let failed = "tandem_sip_transport_total{what=\"tls_failed\"}";
        Metrics::await_value(admin, failed, 1.0);
        let accepted = "tandem_sip_transport_total{what=\"accepted\"}";
        assert_eq!(Metrics::fetch(admin).get(accepted), 3.0);
    }
    gateway.program.stop();

    // The capture shows what went over TLS, too: two requests, two answers, or one of each.
    let sip = ["-Y", "sip"];
    if let Some(verdicts) = tshark::judge_capture(&gateway.capture, &sip) {
        let statuses = verdicts.iter().flat_map(|v| v.all("sip.Status-Code"));
        let expected = if has_openssl() { 2 } else { 1 };
        assert_eq!(statuses.count(), expected);
        assert_eq!(verdicts.len(), 2 * expected);
        for verdict in &verdicts {
            assert_eq!(verdict.problems, Vec::<String>::new());
        }
    }
}

#[test]
fn calls_go_over_tcp_to_the_core_of_the_ims() {
    let bench = Bench::new();
    let listen = "listen = \"127.0.0.20:5060\"";
    let both = "listen = [\"127.0.0.20:5060\", \"tcp:127.0.0.20:5060\"]";
    let (udp, tcp) = ("5060\"\nweight", "5060\"\ntransport = \"tcp\"\nweight");
    let config = bench
        .example("gateway")
        .with(&bench.moved(listen), &bench.moved(both))
        .with(udp, tcp)
        .with(udp, tcp)
        .with("# keepalive_s", "keepalive_s");
    let hss = bench.start_example("hss");
    let ims = bench.start("ims", &bench.example("ims").without_calls());
    let gateway = bench.start("gateway", &config);
    let pstn = bench.start_example("pstn");
    for call in ["mobile: outgoing", "fixed: outgoing"] {
        is_good(&pstn.says(call));
    }
    let admin = bench.address("20:9090");
    for icscf in ["icscf1", "icscf2"] {
        let state = format!("tandem_sip_peer_state{{peer=\"{icscf}.ims.example\"}}");
        Metrics::await_value(admin, &state, 2.0);
    }
    let opened = "tandem_sip_transport_total{what=\"opened\"}";
    assert_eq!(Metrics::fetch(admin).get(opened), 2.0);
    for program in [pstn, gateway, ims, hss] {
        program.stop();
    }
}

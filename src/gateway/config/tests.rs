use std::path::Path;
use std::time::Duration;

use protocols::isup::GroupId;

use super::*;
use crate::config::parse;
use crate::exchange::settings::Destination;

const EXAMPLE: &str = include_str!("../../../config/gateway.toml");

fn example(from: &str, to: &str) -> Result<Config, String> {
    assert!(EXAMPLE.contains(from), "{from}");
    let text = EXAMPLE.replacen(from, to, 1);
    parse(Path::new("gateway.toml"), &text).map_err(|error| error.to_string())
}

#[test]
fn a_route_may_say_how_long_its_numbers_are() {
    let route = "prefix = \"49721\"\nto = \"fixed\"";
    let config = example(route, &format!("{route}\ndigits = 12")).unwrap();
    let lengths = config.settings().unwrap().lengths;
    let length = |called: &str| lengths.longest(&called.parse().unwrap()).copied();
    assert_eq!((length("497219578"), length("4917154")), (Some(12), None));
}

#[test]
fn a_route_names_its_trunks_in_order_of_choice() {
    let more = "[[trunk]]\nname = \"south\"\npoint_code = \"1-1-1\"\n\
                circuits = [{ first_cic = 101, last_cic = 131, span = 1, first_timeslot = 1 }]\n\n\
                [[span]]\nid = 1\nlocal = \"127.0.0.20:2143\"\nremote = \"127.0.0.10:2143\"\n\n";
    let text = EXAMPLE.replacen("[[span]]", &format!("{more}[[span]]"), 1);
    let text = text.replacen("trunk = \"pstn\"", "trunk = [\"south\", \"pstn\"]", 1);
    let config: Config = parse(Path::new("gateway.toml"), &text).unwrap();
    let routes = config.settings().unwrap().routes;
    let groups = [GroupId(1), GroupId(0)];
    assert_eq!(
        routes.longest(&"81312345678".parse().unwrap()),
        Some(&Destination::Trunk(groups.into()))
    );
}

#[test]
fn the_example_says_what_it_says() {
    let config = example("", "").unwrap();
    let settings = config.settings().unwrap();
    assert_eq!(settings.trunks.len(), 1);
    let called = "491715407090".parse().unwrap();
    assert_eq!(settings.routes.longest(&called), Some(&Destination::Mobile));
    assert_eq!(settings.early_acm, Duration::from_secs(10));
    let media = config.media();
    assert_eq!(media.spans.len(), 1);
    assert_eq!(media.jitter_depth, Duration::from_millis(100));
    assert_eq!(media.joint_depth, Duration::from_millis(100));
}

#[test]
fn what_is_not_said_is_as_usual() {
    let lines = [
        "jitter_ms = 100",
        "[transit]\njitter_ms = 100",
        "packet_ms = 20",
    ];
    let text = lines
        .iter()
        .rev()
        .fold(EXAMPLE.to_owned(), |text, line| text.replacen(line, "", 1));
    let config: Config = parse(Path::new("gateway.toml"), &text).unwrap();
    let usual = media::Config::new(Vec::new());
    let media = config.media();
    assert_eq!(media.packet_time, usual.packet_time);
    assert_eq!(media.jitter_depth, usual.jitter_depth);
    assert_eq!(media.joint_depth, usual.joint_depth);
}

#[test]
fn a_packet_time_is_sent_and_told() {
    let config = example("packet_ms = 20", "packet_ms = 30").unwrap();
    assert_eq!(config.media().packet_time, Duration::from_millis(30));
    assert_eq!(config.settings().unwrap().rtp.packet_ms, 30);
}

#[test]
fn faults_are_named() {
    for (from, to, expected) in [
        (
            "packet_ms = 20",
            "packet_ms = 5",
            "rtp.packet_ms: 5 ms, expected 10 to 60 ms",
        ),
        (
            "jitter_ms = 100",
            "jitter_ms = 301",
            "rtp.jitter_ms: 301 ms, expected 0 to 300 ms",
        ),
        (
            "[transit]\njitter_ms = 100",
            "[transit]\njitter_ms = 0",
            "transit.jitter_ms: 0 ms, expected 1 to 200 ms",
        ),
        (
            "timeout_s = 15",
            "timeout_s = 31",
            "hss.timeout_s: 31 s, expected 1 to 30 s",
        ),
        (
            "answer_s = 4",
            "answer_s = 0",
            "sip.answer_s: 0 s, expected 1 to 32 s",
        ),
        (
            "answer_s = 4",
            "answer_s = 4\nsession_s = 300\nsession_minimum_s = 301",
            "sip.session_s: 300, expected 0, or session_minimum_s to 86400",
        ),
        (
            "answer_s = 4",
            "answer_s = 4\nsession_minimum_s = 89",
            "sip.session_minimum_s: 89 s, expected 90 to 86400 s",
        ),
        (
            "early_acm_s = 10",
            "early_acm_s = 3",
            "interworking.early_acm_s: 3 s, expected 4 to",
        ),
        (
            "hop_factor = 3",
            "hop_factor = 0",
            "interworking.hop_factor: 0, expected 1 to 8",
        ),
        (
            "hop_factor = 3",
            "ioi = \"pstn example\"",
            "interworking.ioi: \"pstn example\", expected a host name",
        ),
        (
            "hop_factor = 3",
            "emergency = { \"urn:service:sos\" = \"110\" }",
            "interworking.emergency.urn:service:sos: a global number begins with +",
        ),
        (
            "hop_factor = 3",
            "emergency = { \"urn:service:help\" = \"+49110\" }",
            "interworking.emergency: \"urn:service:help\", expected urn:service:sos",
        ),
        (
            "last_port = 29999",
            "last_port = 20000",
            "rtp.last_port: expected more than",
        ),
        (
            "prefix = \"49721\"",
            "prefix = \"+49721\"",
            "route[1].prefix: \"+49721\": expected decimal digits without the +",
        ),
        (
            "prefix = \"49721\"",
            "prefix = \"49721AF\"",
            "route[1].prefix: \"49721AF\": expected decimal digits, 0 to 9",
        ),
        (
            "prefix = \"49721\"",
            "prefix = \"49721\"\ndigits = 3",
            "route[1].digits: 3, expected at least the 5 of the prefix",
        ),
        (
            "own_title = \"491710000020\"",
            "own_title = \"0171 0000020\"",
            "hss.own_title: \"01710000020\", expected an international number",
        ),
        (
            "trunk = \"pstn\"",
            "trunk = [\"pstn\", \"pstn\"]",
            "route[2].trunk: \"pstn\" is named twice",
        ),
        (
            "prefix = \"49721\"",
            "prefix = \"49171\"",
            "route[1].prefix: \"49171\" has a route",
        ),
        (
            "trunk = \"pstn\"",
            "trunk = \"psnt\"",
            "route[2].trunk: there is no [[trunk]] \"psnt\", expected \"pstn\"",
        ),
        (
            "trunk = \"pstn\"",
            "trunk = [\"pstn\", \"psnt\"]",
            "route[2].trunk: there is no [[trunk]] \"psnt\", expected \"pstn\"",
        ),
        (
            "trunk = \"pstn\"",
            "trunk = []",
            "route[2].trunk: expected the name",
        ),
        (
            "trunk = \"pstn\"",
            "trunk = 1",
            "expected a name or a list of names",
        ),
        (
            "[\"3-3-3\"]",
            "[\"3-3-4\"]",
            "hss.point_code: no [[ss7.peer]] has 3-3-3",
        ),
        (
            "[\"1-1-1\"]",
            "[\"1-1-2\"]",
            "trunk[0].point_code: no [[ss7.peer]] has 1-1-1",
        ),
        ("weight = 1", "wieght = 1", "unknown key `wieght`"),
    ] {
        let refusal = example(from, to).unwrap_err();
        assert!(refusal.contains(expected), "{refusal}");
    }
}

#[test]
fn sip_is_listened_for_at_several_addresses() {
    let one = "listen = \"127.0.0.20:5060\"";
    let config = example(one, one).unwrap();
    let listeners = |config: &Config| {
        config
            .sip
            .listen
            .hops()
            .map(|hop| hop.to_string())
            .collect()
    };
    let listen: Vec<String> = listeners(&config);
    assert_eq!(listen, ["udp:127.0.0.20:5060"]);
    let several = "listen = [\"127.0.0.20:5060\", \"tcp:[::1]:5060\"]";
    let config = example(one, several).unwrap();
    let listen: Vec<String> = listeners(&config);
    assert_eq!(listen, ["udp:127.0.0.20:5060", "tcp:[::1]:5060"]);
    let guarded = "listen = [{ address = \"127.0.0.20:5060\", allow = [\"127.0.0.0/8\"] }]";
    let config = example(one, guarded).unwrap();
    let allows = |address: &str| config.sip.listen.allows(address.parse().unwrap());
    assert_eq!((allows("127.0.0.40"), allows("192.0.2.40")), (true, false));
}

#[test]
fn what_sip_cannot_be_spoken_by_is_named() {
    let listen = "listen = \"127.0.0.20:5060\"";
    let icscf = "address = \"127.0.0.40:5060\"";
    for (from, to, said) in [
        (
            listen,
            "listen = \"sctp:127.0.0.20:5060\"",
            &["sip.listen", "\"sctp\": expected"][..],
        ),
        (
            listen,
            "listen = { address = \"127.0.0.20:5060\", allow = [\"127.0.0.9/24\"] }",
            &["sip.listen", "\"127.0.0.9/24\": expected 127.0.0.0/24"],
        ),
        (
            listen,
            "listen = { address = \"127.0.0.20:5060\", allow = [] }",
            &["allow is empty, so nobody could speak to it"],
        ),
        (
            listen,
            "listen = [{ address = \"127.0.0.20:5060\", allow = [\"127.0.0.40/31\"] }]",
            &["sip.trusted: no listener in sip.listen allows 127.0.0.42"],
        ),
        (
            listen,
            "listen = []",
            &["sip.listen", "at least one address"],
        ),
        (
            listen,
            "listen = 5060",
            &["sip.listen", "an address or a list"],
        ),
        (
            listen,
            "listen = \"tcp:0.0.0.0:5060\"",
            &["sip.listen", "tcp:0.0.0.0:5060: expected the address"],
        ),
        (
            listen,
            "listen = [\"127.0.0.1:1\", \"udp:127.0.0.1:1\"]",
            &["udp:127.0.0.1:1 is there twice"],
        ),
        (
            listen,
            "listen = \"tls:127.0.0.20:5061\"",
            &["needs [sip.tls]"],
        ),
        (icscf, "", &["icscf[0].address", "or the host"]),
        (
            icscf,
            &format!("{icscf}\nport = 5060"),
            &["icscf[0].port", "has the port already"],
        ),
        (
            "[rtp]",
            "[dns]\nservers = [\"ns.example\"]\n[rtp]",
            &["dns.servers", "\"ns.example\": expected an IP"],
        ),
        (
            icscf,
            &format!("{icscf}\ntransport = \"tcp\""),
            &["icscf[0].transport", "needs a tcp: address"],
        ),
        (
            icscf,
            &format!("{icscf}\ntransport = \"tls\""),
            &["icscf[0].transport", "in [sip.tls]"],
        ),
        (
            icscf,
            &format!("{icscf}\ntransport = \"sctp\""),
            &["icscf[0].transport", "\"udp\", \"tcp\" or \"tls\""],
        ),
        (
            "[rtp]",
            "[sip.tcp]\nidle_s = 1\n[rtp]",
            &["sip.tcp.idle_s", "1, expected 10 to 86400"],
        ),
        (
            "[rtp]",
            "[sip.tls]\ncertificate = \"a\"\nkey = \"b\"\nclient_auth = \"required\"\n[rtp]",
            &["sip.tls.client_auth", "needs the ca"],
        ),
    ] {
        let error = example(from, to).unwrap_err();
        for part in said {
            assert!(error.contains(part), "{to}: {error}");
        }
    }
}

#[test]
fn peers_and_rows_of_causes_that_cannot_be_are_faults() {
    let said = |text: &str| {
        let config: Result<Config, _> =
            parse(Path::new("gateway.toml"), &(EXAMPLE.to_owned() + text));
        config.unwrap_err().to_string()
    };
    let peer = "\n[[sip.peer]]\nname = ";
    let row = "\n[[interworking.cause]]\n";
    for (text, expected) in [
        (
            format!("{peer}\"sip\"\naddresses = [\"192.0.2.1\"]"),
            "sip.peer[0].name: \"sip\" is taken",
        ),
        (
            format!("{peer}\"a\"\naddresses = [\"192.0.2.1\"]\nisup_base = \"ansi88\""),
            "sip.peer[0].isup_base: only profile = \"c\" has ISUP in SIP",
        ),
        (
            format!("{peer}\"a\"\naddresses = [\"192.0.2.1\"]\nprofile = \"c\"\ntrusted = false"),
            "sip.peer[0].profile: ISUP in SIP is for trusted peers",
        ),
        (
            format!(
                "{peer}\"a\"\naddresses = [\"192.0.2.1\"]\nprofile = \"c\"\nisup_version = \"X-ours\""
            ),
            "sip.peer[0].isup_version: \"X-ours\", expected a standard of RFC 3204 table 1 for isup_base",
        ),
        (
            format!(
                "{peer}\"a\"\naddresses = [\"192.0.2.1\"]\nprofile = \"c\"\nisup_base = \"ttc87\""
            ),
            "sip.peer[0].isup_base: \"ttc87\", expected a standard",
        ),
        (
            format!(
                "{peer}\"a\"\naddresses = [\"192.0.2.1\"]\nprofile = \"c\"\nisup_version = \"a b\"\nisup_base = \"ansi88\""
            ),
            "sip.peer[0].isup_version: \"a b\", expected a token",
        ),
        (
            format!("{peer}\"a\"\naddresses = []"),
            "sip.peer[0].addresses: expected at least one",
        ),
        (
            format!("{peer}\"a\"\naddresses = [\"127.0.0.40\"]"),
            "sip.peer[0].addresses: 127.0.0.40 is in sip.trusted or another [[sip.peer]]",
        ),
        (
            format!(
                "{peer}\"a\"\naddresses = [\"192.0.2.1\"]\naccount = {{ user = \"\", password = \"p\" }}"
            ),
            "sip.peer[0].account.user: expected a text without control characters",
        ),
        (
            format!(
                "{peer}\"a\"\naddresses = [\"192.0.2.1\"]\nchallenge = {{ realm = \"r\", user = \"u\", password = \"p\", algorithms = [] }}"
            ),
            "sip.peer[0].challenge.algorithms: expected at least one",
        ),
        (
            format!("{row}cause = 0\nstatus = 503"),
            "cause[0].cause: 0, expected 1 to 127",
        ),
        (
            format!("{row}cause = 34\nstatus = 200"),
            "cause[0].status: 200, expected 300 to 699",
        ),
        (
            format!("{row}cause = 34\nstatus = 503\npeer = \"b\""),
            "cause[0].peer: expected the name of a [[sip.peer]]",
        ),
        (
            format!("{row}cause = 34\nstatus = 503{row}cause = 34\nstatus = 480"),
            "cause[1].cause: 34 has a row for these calls already",
        ),
    ] {
        let fault = said(&text);
        assert!(fault.contains(expected), "{fault}");
    }
}

#[test]
fn peers_prove_who_they_are_at_each_of_their_addresses() {
    let peer = "[[sip.peer]]\nname = \"carrier\"\naddresses = [\"192.0.2.1\", \"192.0.2.2\"]\n\
        challenge = { realm = \"r\", user = \"u\", password = \"p\" }\n\
        [[sip.peer]]\nname = \"other\"\naddresses = [\"192.0.2.3\"]\n\n[rtp]";
    let proofs = example("[rtp]", peer).unwrap().sip.proofs();
    assert_eq!(proofs.len(), 2);
    let proof = &proofs[&"192.0.2.2".parse::<IpAddr>().unwrap()];
    let demand = proof.demand.as_ref().unwrap();
    assert_eq!((&*demand.realm, &*demand.account.user), ("r", "u"));
    assert_eq!(demand.algorithms, protocols::sip::Algorithm::ALL);
    assert!(proof.account.is_none());
}

#[test]
fn a_row_before_a_table_is_of_its_kind() {
    let faults = |row: &str| {
        let text = format!("{EXAMPLE}\n[[interworking.row]]\n{row}\n");
        let parsed = parse::<Config>(Path::new("gateway.toml"), &text);
        parsed.map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(
        faults("table = \"cpc\"\nfrom = \"prison\"\nto = 15"),
        Ok(())
    );
    for (row, expected) in [
        (
            "table = \"cpc\"\nfrom = 15\nto = 15",
            "row[0].from: 15, expected a word",
        ),
        (
            "table = \"location\"\nfrom = 3\nto = 16",
            "row[0].to: 16, expected 0 to 15",
        ),
        (
            "table = \"privacy\"\nfrom = \"critical\"\nto = \"allowed\"",
            "critical, expected one of none, id, user, header",
        ),
        (
            "table = \"medium\"\nfrom = 4\nto = 3\npeer = \"sip\"",
            "before its peer is chosen",
        ),
        (
            "table = \"inn\"\nfrom = 3\nto = 0\ntrunk = \"x\"",
            "name of a [[trunk]]",
        ),
        ("table = \"colour\"\nfrom = 3\nto = 0", "colour"),
    ] {
        let fault = faults(row).unwrap_err();
        assert!(fault.contains(expected), "{row}: {fault}");
    }
}

use std::time::Duration;

use codecs::mtp::PointCode;
use protocols::isup::{Control, Hunting, Role, Timer, Timers};

use super::*;
use crate::exchange::settings::CircuitRange;

#[derive(Deserialize)]
struct Exchange {
    numbering: NumberingConfig,
    ss7: ss7::Config,
    trunk: Vec<TrunkConfig>,
    span: Vec<SpanConfig>,
    #[serde(default)]
    isup: IsupConfig,
}

const SOUND: &str = r#"
[numbering]
country_code = "49"
[ss7]
point_code = "2-2-2"
[[ss7.peer]]
name = "a"
role = "asp"
local = ["127.0.0.20:9899"]
remote = ["127.0.0.10:9899"]
point_codes = ["1-1-1", "1-1-2"]
[[trunk]]
name = "a"
point_code = "1-1-1"
circuits = [
    { first_cic = 1, last_cic = 15, span = 0, first_timeslot = 1 },
    { first_cic = 17, last_cic = 31, span = 0, first_timeslot = 17 },
]
[[trunk]]
name = "b"
point_code = "1-1-2"
circuits = [{ first_cic = 1, last_cic = 31, span = 7, first_timeslot = 1 }]
hunting = "circular"
control = "odd"
continuity_check_percent = 10
overlap = true
role = "transit"
timers = { t7 = "25s", t1 = "20s" }
[[span]]
id = 0
local = "127.0.0.20:2142"
remote = "127.0.0.10:2142"
[[span]]
id = 7
local = "127.0.0.20:2143"
remote = "127.0.0.11:2142"
"#;

fn network<T>(text: &str, ask: impl FnOnce(Network<'_>) -> T) -> T {
    let exchange: Exchange = toml::from_str(text).unwrap();
    ask(Network {
        numbering: &exchange.numbering,
        ss7: &exchange.ss7,
        trunk: &exchange.trunk,
        span: &exchange.span,
        isup: &exchange.isup,
    })
}

#[test]
fn a_trunk_becomes_a_group_and_ranges_of_timeslots() {
    network(SOUND, |network| {
        assert_eq!(network.faults(), []);
        let groups = network.circuits(Location::TRANSIT).groups;
        assert_eq!(groups[0].cics, [1..=15, 17..=31]);
        assert_eq!(groups[0].timers, Timers::default());
        let [_, second] = &groups[..] else { panic!() };
        assert_eq!(second.remote, PointCode::new(1 << 11 | 1 << 3 | 2));
        assert_eq!(second.hunting, Hunting::Circular);
        assert_eq!(second.control, Control::Odd);
        assert_eq!((second.continuity_check, second.overlap), (10, true));
        let roles = (groups[0].role, second.role);
        assert_eq!(roles, (Role::EndNode, Role::Transit));
        let timers = Timers::default().with(Timer::T1, Duration::from_secs(20));
        assert_eq!(
            second.timers,
            timers.with(Timer::T7, Duration::from_secs(25))
        );
        assert_eq!(network.warnings(), []);
        let range = CircuitRange {
            cics: 1..=31,
            span: 7,
            first_timeslot: 1,
        };
        assert_eq!(network.trunk[1].ranges(), [range]);
    });
}

#[test]
fn the_same_codes_towards_the_same_exchange_are_other_circuits_from_another_own_point_code() {
    let text = SOUND
        .replacen("\"2-2-2\"", "\"2-2-2\"\nalso = [\"2-2-3\"]", 1)
        .replacen(
            "point_code = \"1-1-2\"",
            "point_code = \"1-1-1\"\nown_point_code = \"2-2-3\"",
            1,
        );
    network(&text, |network| {
        assert_eq!(network.faults(), []);
        let circuits = network.circuits(Location::TRANSIT);
        let locals: Vec<_> = circuits.groups.iter().map(|group| group.local).collect();
        let own = |point: u16| PointCode::new(2 << 11 | 2 << 3 | point);
        assert_eq!(locals, [own(2), own(3)]);
        assert!(isup::Circuits::new(circuits).is_ok());
    });
}

#[test]
fn the_same_codes_are_other_circuits_in_another_network() {
    let networks = "[[ss7.network]]\nname = \"home\"\npoint_code = \"2-2-2\"\n\
                    [[ss7.network]]\nname = \"abroad\"\npoint_code = \"2-2-2\"\n\
                    network_indicator = 0\n";
    let peer = "[[ss7.peer]]\nname = \"b\"\nnetwork = \"abroad\"\nrole = \"asp\"\n\
                local = [\"127.0.0.20:9899\"]\nremote = [\"127.0.0.11:9899\"]\n\
                point_codes = [\"1-1-1\"]\n[[trunk]]";
    let text = SOUND
        .replacen("[ss7]\npoint_code = \"2-2-2\"\n", networks, 1)
        .replacen(
            "name = \"a\"\nrole",
            "name = \"a\"\nnetwork = \"home\"\nrole",
            1,
        )
        .replacen("[[trunk]]", peer, 1)
        .replacen("point_code = \"1-1-2\"", "point_code = \"1-1-1\"", 1)
        .replacen(
            "name = \"b\"\npoint",
            "name = \"b\"\nnetwork = \"abroad\"\npoint",
            1,
        );
    network(&text, |network| {
        assert_eq!(network.faults(), []);
        let circuits = network.circuits(Location::TRANSIT);
        let groups = circuits.groups.iter();
        let networks: Vec<_> = groups
            .map(|group| (group.network.0, group.network_indicator.0))
            .collect();
        assert_eq!(networks, [(0, 2), (1, 0)]);
        assert!(isup::Circuits::new(circuits).is_ok());
    });
    // The exchange is one of the other network.
    let strange = text.replacen("\"1-1-1\", \"1-1-2\"", "\"1-1-2\"", 1);
    network(&strange, |network| {
        let message = "no [[ss7.peer]] has home:1-1-1 among its point_codes";
        let fault = Fault::new("trunk[0].point_code", message);
        assert_eq!(network.faults(), [fault]);
    });
}

/// Digits that come in SAM would get lost.
#[test]
fn overlap_is_refused_where_there_is_no_sam() {
    let text = SOUND.replacen("overlap = true", "overlap = true\nvariant = \"ansi\"", 1);
    network(&text, |network| {
        let fault = Fault::new("trunk[1].overlap", "ANSI T1.113 has no SAM");
        assert_eq!(network.faults(), [fault]);
    });
}

#[test]
fn what_a_standard_does_not_have_is_accepted_with_a_warning() {
    for (from, to, expected) in [
        ("25s", "5s", "trunk[1].timers.t7: 5 s, Q.764 has 20–30 s"),
        (
            "overlap = true",
            "variant = \"ansi\"",
            "trunk[1].variant: \"ansi\", but its network's point_code_format is \"itu\": \
             networks of ANSI T1.113 write \"ansi\"",
        ),
        (
            "overlap = true",
            "variant = \"etsi\"\nloop_back_acknowledgement = true",
            "trunk[1].loop_back_acknowledgement: has no effect: \
             ETSI EN 300 356-1 has no LPA",
        ),
        (
            "overlap = true",
            "variant = \"etsi\"\nunequipped_circuit_message = true",
            "trunk[1].unequipped_circuit_message: has no effect: \
             ETSI EN 300 356-1 has no UCIC",
        ),
        (
            "overlap = true",
            "variant = \"ansi\"",
            "trunk[1].timers.t1: 20 s, T1.113.4 has 4–15 s",
        ),
        (
            "t1 = \"20s\"",
            "t5 = \"15s\"",
            "trunk[1].timers.t5: 15 s, Q.764 has 5–15 min",
        ),
        (
            "t1 = \"20s\"",
            "t5 = \"15s\"",
            "trunk[1].timers.t5: REL is never repeated: T1 (15 s) does not expire before T5 (15 s)",
        ),
        (
            "t1 = \"20s\"",
            "t31 = \"10min\"",
            "trunk[1].timers.t31: has no effect: there is no end-to-end signalling over SCCP",
        ),
    ] {
        let warnings = network(&SOUND.replacen(from, to, 1), |network| {
            assert_eq!(network.faults(), []);
            network.warnings()
        });
        let text = |fault: &Fault| format!("{}: {}", fault.key, fault.message);
        let warnings: Vec<_> = warnings.iter().map(text).collect();
        assert!(
            warnings.iter().any(|warning| warning == expected),
            "{warnings:?}"
        );
    }
}

#[test]
fn faults_are_named() {
    let cases = [
        (
            "\"49\"",
            "\"4949\"",
            "numbering.country_code: \"4949\", expected 1 to 3 digits",
        ),
        (
            "\"49\"",
            "\"0\"",
            "numbering.country_code: \"0\", expected 1 to 3 digits, the first not 0",
        ),
        (
            "\"a\"\npoint",
            "\"b\"\npoint",
            "trunk[1].name: \"b\" is already the name",
        ),
        (
            "\"1-1-1\", \"1-1-2\"",
            "\"1-1-1\"",
            "trunk[1].point_code: no [[ss7.peer]] has 1-1-2",
        ),
        (
            "\"1-1-1\", \"1-1-2\"",
            "\"2-2-2\", \"1-1-1\", \"1-1-2\"",
            "ss7.peer[0].point_codes: our own point code",
        ),
        (
            "local = [\"127.0.0.20:9899\"]",
            "local = [\"127.0.0.20\"]",
            "ss7.peer[0].remote: 127.0.0.10:9899 has a UDP port, 127.0.0.20 has none",
        ),
        (
            "[[ss7.peer]]\nname = \"a\"",
            "[[ss7.peer]]\nname = \"b\"\nrole = \"asp\"\nlocal = [\"127.0.0.20:9899\"]\n\
             remote = [\"127.0.0.10:9899\"]\npoint_codes = [\"1-1-2\"]\n\
             [[ss7.peer]]\nname = \"a\"",
            "ss7.peer[1].remote: \"b\" has the same local and remote address",
        ),
        (
            "first_cic = 17",
            "first_cic = 32",
            "trunk[0].circuits[1]: first_cic 32, last_cic 31: expected first_cic <=",
        ),
        (
            "last_cic = 31",
            "last_cic = 4096",
            "trunk[0].circuits[1]: first_cic 17, last_cic 4096: expected first_cic <= last_cic <= 4095 (Q.763 §1.2)",
        ),
        (
            "first_timeslot = 17",
            "first_timeslot = 18",
            "trunk[0].circuits[1]: circuits 17 to 31 would be on timeslots 18 to 32: a span has 1 to 31",
        ),
        (
            "first_timeslot = 1 }",
            "first_timeslot = 0 }",
            "trunk[0].circuits[0]: circuits 1 to 15 would be on timeslots 0 to 14: a span has 1 to 31",
        ),
        (
            "span = 7",
            "span = 8",
            "trunk[1].circuits[0]: there is no [[span]] with id 8",
        ),
        (
            "first_timeslot = 17",
            "first_timeslot = 15",
            "trunk[0].circuits[1]: timeslot 15 of span 0 carries a circuit of trunk \"a\"",
        ),
        (
            "\"1-1-2\"\ncirc",
            "\"1-1-1\"\ncirc",
            "trunk[1].circuits[0]: circuit 1 is listed",
        ),
        (
            "id = 7",
            "id = 0",
            "span[1].id: 0 is already the id of another span",
        ),
        (
            ":2143",
            ":2142",
            "span[1].local: another span has this address",
        ),
        (
            "127.0.0.20:2143",
            "127.0.0.20:9899",
            "span[1].local: an [[ss7.peer]] has this address",
        ),
        (
            "\"1-1-2\"\ncirc",
            "\"1-1-1\"\nvariant = \"ansi\"\ncirc",
            "trunk[1].circuits[0]: another trunk towards that exchange speaks another variant",
        ),
        (
            "percent = 10",
            "percent = 101",
            "trunk[1].continuity_check_percent: 101, expected 0 to 100",
        ),
        (
            "point_code = \"1-1-2\"",
            "point_code = \"1-1-2\"\nown_point_code = \"2-2-3\"",
            "trunk[1].own_point_code: expected point_code of its network or one of its also",
        ),
        (
            "point_code = \"1-1-2\"",
            "point_code = \"1-1-1\"\nown_point_code = \"2-2-2\"",
            "trunk[1].circuits[0]: circuit 1 is listed",
        ),
        (
            "\"25s\"",
            "\"0s\"",
            "trunk[1].timers.t7: expected more than 0 and at most 24 hours",
        ),
    ];
    for (from, to, expected) in cases {
        assert!(SOUND.contains(from), "{from}");
        let faults = network(&SOUND.replacen(from, to, 1), |network| network.faults());
        let faults: Vec<_> = faults
            .iter()
            .map(|fault| format!("{}: {}", fault.key, fault.message))
            .collect();
        let found = faults.iter().any(|fault| fault.starts_with(expected));
        assert!(found, "{expected}: {faults:?}");
    }
}

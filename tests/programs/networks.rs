//! A gateway between two signalling networks, whose switches and circuits have the same codes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::bench::is_good;
use crate::metrics::Metrics;
use crate::programs::{Bench, Example, run};

/// In place of the point code of the gateway's example.
const NETWORKS: &str = r#"
[[ss7.network]]
name = "national"
point_code = "2-2-2"
[[ss7.network]]
name = "international"
point_code = "2-2-2"
network_indicator = 0
[[ss7.peer]]
name = "abroad"
network = "international"
role = "asp"
local = ["127.0.0.20:9899"]
remote = ["127.0.0.11:9899"]
routing_context = 100
point_codes = ["1-1-1"]
[[trunk]]
name = "abroad"
network = "international"
point_code = "1-1-1"
role = "transit"
circuits = [{ first_cic = 1, last_cic = 31, span = 7, first_timeslot = 1 }]
[[span]]
id = 7
local = "127.0.0.20:2143"
remote = "127.0.0.11:2142"
[[route]]
prefix = "33"
to = "trunk"
trunk = "abroad"
"#;

const SUBSCRIBER: &str = r#"
[[subscriber]]
number = "+33 1 40000000"
ring_ms = 500
conversation = { tone_hz = 620, expect_hz = 440 }
"#;

const CALL: &str = r#"
[[call]]
name = "abroad"
called = "+33 1 40000000"
calling = "+49 89 12345678"
conversation = { tone_hz = 440, expect_hz = 620, hang_up_after_ms = 2000 }
"#;

fn gateway(bench: &Bench) -> Example {
    let named = "[[ss7.peer]]\nnetwork = \"national\"\n";
    let Example(text) = bench.example("gateway");
    let text = text
        .replace("[[ss7.peer]]\n", named)
        .replace("[[trunk]]\n", "[[trunk]]\nnetwork = \"national\"\n")
        .replace("[hss]\n", "[hss]\nnetwork = \"national\"\n");
    Example(text)
        .with("point_code = \"2-2-2\"\n", "")
        .with("network_indicator = 2 ", "# ")
        .and(&bench.moved(NETWORKS))
}

/// The switch of the example, in the other network and at another host.
fn switch_abroad(bench: &Bench) -> Example {
    let example = bench.example("pstn").without_calls().and(SUBSCRIBER);
    let Example(text) = example
        .with("network_indicator = 2 ", "network_indicator = 0 ")
        .with("country_code = \"49\"", "country_code = \"33\"")
        .with("20:2142", "20:2143");
    let [here, there] = ["10:", "11:"].map(|host| bench.moved(&format!("127.0.0.{host}")));
    Example(text.replace(&here, &there))
}

#[test]
fn a_call_passes_between_two_networks_with_the_same_codes() {
    let bench = Bench::new();
    let admin = bench.address("20:9090");
    let abroad = bench.start("pstn", &switch_abroad(&bench));
    let gateway = bench.start("gateway", &gateway(&bench));
    gateway.logs("destination available code=international:1-1-1");
    let reached = |network, reached| {
        let label = format!("point_code=\"{network}:1-1-1\"");
        let name = format!("tandem_ss7_destination_available{{{label}}}");
        Metrics::await_value(admin, &name, reached);
    };
    reached("international", 1.0);
    reached("national", 0.0);
    let idle = |trunk| {
        let name = format!("tandem_circuits{{state=\"idle\",trunk=\"{trunk}\"}}");
        Metrics::await_value(admin, &name, 31.0);
    };
    idle("abroad");
    let home = bench.start("pstn", &bench.example("pstn").without_calls().and(CALL));

    let placed = home.says("abroad: outgoing");
    let taken = abroad.says("+498912345678 -> +33140000000: ");
    for (report, by) in [(&placed, "released here"), (&taken, "released there")] {
        is_good(report);
        assert!(report.contains(by), "{report}");
    }
    // What ends in one network is nothing to the other.
    abroad.stop();
    reached("international", 0.0);
    reached("national", 1.0);
    idle("pstn");
    for program in [gateway, home] {
        program.stop();
    }
}

#[test]
fn a_check_names_the_network_that_is_missing() {
    let bench = Bench::new();
    let missing = gateway(&bench).with("[hss]\nnetwork = \"national\"\n", "[hss]\n");
    let path = bench.file("gateway.toml", &missing.0);
    let output = run(&["check", path.to_str().unwrap()]);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    let fault = "hss.point_code: expected network beside it, the name of an [[ss7.network]]: \
                 \"national\" or \"international\"";
    assert!(said.contains(fault), "{said}");
}

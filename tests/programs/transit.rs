//! Calls from trunk to trunk: the HSS answers with a number of the telephone network.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::bench::is_good;
use crate::metrics::Metrics;
use crate::programs::{Bench, Example, Program};

/// A second switch, where subscribers on GSM roam: +49 172.
const VISITED: &str = r#"
[[ss7.peer]]
name = "visited"
role = "asp"
local = ["127.0.0.20:9899"]
remote = ["127.0.0.11:9899"]
routing_context = 100
point_codes = ["1-1-2"]
[[trunk]]
name = "visited"
point_code = "1-1-2"
circuits = [{ first_cic = 1, last_cic = 31, span = 7, first_timeslot = 1 }]
[[span]]
id = 7
local = "127.0.0.20:2143"
remote = "127.0.0.11:2142"
[[route]]
prefix = "49172"
to = "trunk"
trunk = "visited"
"#;

/// A call to the roaming number, and one to the mailbox, of config/hss.toml.
const HOME: &str = r#"
[[call]]
name = "roaming"
called = "+49 171 5407093"
calling = "+49 89 12345678"
conversation = { tone_hz = 440, expect_hz = 620, hang_up_after_ms = 2000 }
[[call]]
name = "forwarded"
called = "+49 171 5407094"
calling = "+49 89 12345678"
after_ms = 1000
conversation = { tone_hz = 440, expect_hz = 620 }
"#;

fn start(bench: &Bench, program: &'static str, more: &str) -> Program {
    let example = bench.example(program);
    let example = match program {
        "pstn" => example.without_calls(),
        _ => example,
    };
    bench.start(program, &example.and(&bench.moved(more)))
}

/// The example of a switch, but the one at 1-1-2.
fn visited(bench: &Bench) -> Program {
    let example = bench.example("pstn").without_calls();
    let [home, there] = ["10:", "11:"].map(|host| bench.moved(&format!("127.0.0.{host}")));
    let Example(text) = example
        .with("point_code = \"1-1-1\"", "point_code = \"1-1-2\"")
        .with("20:2142", "20:2143");
    bench.start("pstn", &Example(text.replace(&home, &there)))
}

#[test]
fn calls_pass_to_the_visited_switch_and_back_to_the_home_switch() {
    let bench = Bench::new();
    let admin = bench.address("20:9090");
    let hss = bench.start_example("hss");
    let visited = visited(&bench);
    let gateway = start(&bench, "gateway", VISITED);
    gateway.logs("destination available code=3-3-3");
    let idle = |trunk| {
        let name = format!("tandem_circuits{{state=\"idle\",trunk=\"{trunk}\"}}");
        Metrics::await_value(admin, &name, 31.0);
    };
    idle("visited");
    let home = start(&bench, "pstn", HOME);

    // To the roaming number, on the other trunk and its span; the caller hangs up.
    let placed = home.says("roaming: outgoing");
    let taken = visited.says("-> +491720000123: ");
    assert!(placed.contains("+498912345678 -> +491715407093: "));
    assert!(taken.contains("incoming +498912345678"), "{taken}");
    for (report, by) in [(&placed, "released here"), (&taken, "released there")] {
        is_good(report);
        assert!(report.contains(by), "{report}");
    }

    // To the mailbox, back on the same trunk and span; the mailbox hangs up.
    let placed = home.says("forwarded: outgoing");
    let taken = home.says("-> +493090026001: ");
    for (report, by) in [(&placed, "released there"), (&taken, "released here")] {
        is_good(report);
        assert!(report.contains(by), "{report}");
    }

    let transit = "tandem_calls_total{cause=\"16\",direction=\"transit\"}";
    Metrics::await_value(admin, transit, 2.0);
    Metrics::await_value(admin, "tandem_calls_up", 0.0);
    idle("pstn");
    idle("visited");
    for program in [gateway, home, visited, hss] {
        program.stop();
    }
}

//! Calls from trunk to trunk: the HSS answers with a number of the telephone network.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::bench::is_good;
use crate::metrics::Metrics;
use crate::programs::Bench;
use crate::second_switch;

/// To the second switch, where subscribers on GSM roam.
const VISITED: &str = r#"
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

#[test]
fn calls_pass_to_the_visited_switch_and_back_to_the_home_switch() {
    let bench = Bench::new();
    let admin = bench.address("20:9090");
    let hss = bench.start_example("hss");
    let visited = bench.start("pstn", &second_switch::switch(&bench));
    let example = second_switch::gateway(&bench, "visited");
    let gateway = bench.start("gateway", &example.and(VISITED));
    gateway.logs("destination available code=3-3-3");
    let idle = |trunk| {
        let name = format!("tandem_circuits{{state=\"idle\",trunk=\"{trunk}\"}}");
        Metrics::await_value(admin, &name, 31.0);
    };
    idle("visited");
    let home = bench.example("pstn").without_calls().and(HOME);
    let home = bench.start("pstn", &home);

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

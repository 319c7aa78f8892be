//! A second switch beside the one of `config/`: host 11, point code 1-1-2, 31 circuits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::programs::{Bench, Example};

/// What a gateway's file gets for it: peer, trunk and span.
const TRUNK: &str = r#"
[[ss7.peer]]
name = "second"
role = "asp"
local = ["127.0.0.20:9899"]
remote = ["127.0.0.11:9899"]
routing_context = 100
point_codes = ["1-1-2"]
[[trunk]]
name = "second"
point_code = "1-1-2"
circuits = [{ first_cic = 1, last_cic = 31, span = 7, first_timeslot = 1 }]
[[span]]
id = 7
local = "127.0.0.20:2143"
remote = "127.0.0.11:2142"
"#;

/// The example of a gateway with a trunk of this name to the second switch.
pub(crate) fn gateway(bench: &Bench, trunk: &str) -> Example {
    let name = format!("name = \"{trunk}\"");
    let more = TRUNK.replace("name = \"second\"", &name);
    bench.example("gateway").and(&bench.moved(&more))
}

/// The example of a switch that places no calls, moved to where the second one is.
pub(crate) fn switch(bench: &Bench) -> Example {
    let example = bench.example("pstn").without_calls();
    let [first, second] = ["10:", "11:"].map(|host| bench.moved(&format!("127.0.0.{host}")));
    let Example(text) = example
        .with("point_code = \"1-1-1\"", "point_code = \"1-1-2\"")
        .with("20:2142", "20:2143");
    Example(text.replace(&first, &second))
}

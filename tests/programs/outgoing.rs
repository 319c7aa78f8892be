//! Calls from the IMS into the telephone network: one of each outcome.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::caller::Caller;
use crate::metrics::{IDLE, Metrics};
use crate::programs::Bench;

#[test]
fn subscribers_answer_are_busy_reject_and_do_not_exist() {
    let bench = Bench::new();
    let pstn = bench.start("pstn", &bench.example("pstn").without_calls());
    let gateway = bench.start_example("gateway");
    let admin = bench.address("20:9090");
    Metrics::await_value(admin, IDLE, 31.0);
    let mut caller = Caller::new(&bench, "42:5099");

    let mut call = caller.invite("+493090026000");
    call.response(180);
    call.answered();
    call.hang_up();
    pstn.says("+493090026000: answered");

    assert_eq!(caller.invite("+493090026017").refused(486), 17);
    assert_eq!(caller.invite("+493090026021").refused(480), 21);
    assert_eq!(caller.invite("+493090026099").refused(404), 1);

    let mut call = caller.invite("+493090026019");
    call.response(180);
    call.give_up();

    for (cause, calls) in [(16, 1.0), (17, 1.0), (21, 1.0), (1, 1.0), (31, 1.0)] {
        let name = format!("tandem_calls_total{{cause=\"{cause}\",direction=\"to_pstn\"}}");
        Metrics::await_value(admin, &name, calls);
    }
    Metrics::await_value(admin, IDLE, 31.0);
    Metrics::await_value(admin, "tandem_calls_up", 0.0);
    gateway.stop();
    pstn.stop();
}

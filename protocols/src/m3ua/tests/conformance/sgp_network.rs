//! The gateway: management of the SS7 network (SSNM).

use super::*;

/// A gateway that relays to another gateway, which told it how destinations are, and to which the
/// tester is active.
fn informed() -> Bench {
    let mut config = gateway();
    config.relays = true;
    config.associations.push(AssociationConfig::new(Role::Asp));
    let codes = [UNAVAILABLE, AVAILABLE, CONGESTED, RESTRICTED];
    config.servers.push(ServerConfig {
        reaches: codes.map(|code| (point_code(code), 0)).into(),
        ..ServerConfig::new(Side::Ours, 1)
    });
    let mut bench = Bench::new(config);
    for said in [
        aspup_ack(),
        aspac_ack(&[]),
        message(2, 1, &[affected(0, UNAVAILABLE)]),
        message(2, 4, &[affected(0, CONGESTED), word(0x0205, 2)]),
        message(2, 6, &[affected(0, RESTRICTED)]),
    ] {
        bench.send_at(1, 0, &said);
    }
    bench.send(&aspup());
    bench.send(&aspac(&[]));
    bench.received.iter_mut().for_each(VecDeque::clear);
    bench
}

fn audit(mask: u8, code: u32) -> Bytes {
    message(2, 3, &[affected(mask, code)])
}

/// An answer of this type about a point code.
fn answer(kind: u8, code: u32) -> Bytes {
    message(2, kind, &[rc(&[1]), affected(0, code)])
}

#[test]
fn m3ua_sgp_ssnm_001() {
    let mut bench = informed();
    bench.send(&audit(0, CONGESTED));
    let level = word(0x0205, 2);
    bench.expect(&message(2, 4, &[rc(&[1]), affected(0, CONGESTED), level]));
    bench.expect(&answer(2, CONGESTED));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_ssnm_002() {
    let mut bench = informed();
    bench.send(&audit(0, RESTRICTED));
    bench.expect(&answer(6, RESTRICTED));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_ssnm_003() {
    let mut bench = informed();
    bench.send(&audit(0, UNAVAILABLE));
    bench.expect(&answer(1, UNAVAILABLE));
    bench.expect_no_more();
}

/// The suite has this name twice; the second time all bits of the point code are wild.
#[test]
fn m3ua_sgp_ssnm_004() {
    let mut bench = informed();
    bench.send(&audit(0, AVAILABLE));
    bench.expect(&answer(2, AVAILABLE));
    bench.expect_no_more();
    bench.send(&audit(255, AVAILABLE));
    bench.expect(&message(2, 2, &[rc(&[1]), affected(255, AVAILABLE)]));
    bench.expect_no_more();
}

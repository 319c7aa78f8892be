//! The gateway: ASP state maintenance (ASPSM).

use super::*;

#[test]
fn m3ua_sgp_aspsm_v_001() {
    let mut bench = Bench::new(gateway());
    bench.send(&aspup());
    bench.expect(&aspup_ack());
}

#[test]
fn m3ua_sgp_aspsm_v_003() {
    let mut bench = Bench::new(gateway());
    bench.send(&aspup());
    bench.expect(&aspup_ack());
    bench.expect(&as_inactive());
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_aspsm_v_005() {
    let mut bench = inactive();
    bench.send(&aspdn());
    bench.expect(&aspdn_ack());
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_aspsm_v_009() {
    let mut bench = Bench::new(gateway());
    bench.input(lock(true));
    bench.send(&aspup());
    bench.expect(&err(0x0d, &aspup()));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_aspsm_i_001() {
    let mut bench = Bench::new(gateway());
    let wrong = of_version_2(&aspup());
    bench.send(&wrong);
    bench.expect(&err(0x01, &wrong));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_aspsm_i_002() {
    let mut bench = Bench::new(gateway());
    let wrong = message(3, 7, &[]);
    bench.send(&wrong);
    bench.expect(&err(0x04, &wrong));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_aspsm_i_003() {
    let mut bench = Bench::new(gateway());
    bench.send(&aspac(&[]));
    bench.expect(&err(0x06, &aspac(&[])));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_aspsm_i_004() {
    let mut bench = inactive();
    let wrong = message(3, 7, &[]);
    bench.send(&wrong);
    bench.expect(&err(0x04, &wrong));
    bench.send(&aspac(&[]));
    bench.expect(&aspac_ack(&[rc(&[1])]));
}

#[test]
fn m3ua_sgp_aspsm_o_001() {
    let mut bench = inactive();
    bench.send(&aspup());
    bench.expect(&aspup_ack());
    bench.expect_no_more();
}

/// The standard keeps messages for T(r) first; without a T(r) the server is inactive at once.
#[test]
fn m3ua_sgp_aspsm_o_003() {
    let mut config = gateway();
    config.timers.recovery = Duration::ZERO;
    let mut bench = active_at(config);
    bench.send(&aspup());
    bench.expect(&err(0x06, &aspup()));
    bench.expect(&aspup_ack());
    bench.expect(&as_inactive());
    let mut bench = active();
    bench.send(&aspup());
    bench.expect(&err(0x06, &aspup()));
    bench.expect(&aspup_ack());
    bench.expect(&as_pending());
    bench.seconds(2);
    bench.expect(&as_inactive());
}

#[test]
fn m3ua_sgp_aspsm_o_004() {
    let mut bench = Bench::new(gateway());
    bench.send(&aspdn());
    bench.expect(&aspdn_ack());
    bench.expect_no_more();
}

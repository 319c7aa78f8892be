//! The gateway: routing key management (RKM).

use super::*;

/// A gateway where the tester may register the provisioned key of its point code, and so many
/// others.
fn registrar(others: usize) -> Bench {
    registrar_with(others, |_| {})
}

fn registrar_with(others: usize, change: impl FnOnce(&mut Config)) -> Bench {
    let mut config = gateway();
    config.registrations = Some(others);
    config.servers[0].registered = true;
    change(&mut config);
    let mut bench = Bench::new(config);
    bench.send(&aspup());
    bench.expect(&aspup_ack());
    bench.received[0].clear();
    bench
}

/// REG REQ of one key.
fn request(local: u32, parameters: &[Vec<u8>]) -> Bytes {
    let key = [vec![word(0x020a, local)], parameters.to_vec()].concat();
    message(9, 1, &[parameter(0x0207, &key.concat())])
}

fn dpc(code: u32) -> Vec<u8> {
    word(0x020b, code)
}

/// REG RSP about one key.
fn response(local: u32, status: u32, context: u32) -> Bytes {
    let result = [word(0x020a, local), word(0x0212, status), rc(&[context])];
    message(9, 2, &[parameter(0x0208, &result.concat())])
}

fn deregister(context: u32) -> Bytes {
    message(9, 3, &[rc(&[context])])
}

fn deregistered(context: u32, status: u32) -> Bytes {
    let result = [rc(&[context]), word(0x0213, status)];
    message(9, 4, &[parameter(0x0209, &result.concat())])
}

/// Registers the tester's own key.
fn register(bench: &mut Bench) {
    bench.send(&request(1, &[dpc(TESTER)]));
    bench.expect(&response(1, 0, 1));
    bench.received[0].clear();
}

/// Asks for a key that is not registered, and why.
fn refused(bench: &mut Bench, parameters: &[Vec<u8>], status: u32) {
    bench.send(&request(1, parameters));
    bench.expect(&response(1, status, 0));
    bench.expect_no_more();
}

/// Registers a key in one traffic mode, then the same in another.
fn in_two_modes(first: u32, second: u32) {
    let mut bench = registrar(0);
    bench.send(&request(1, &[mode(first), dpc(TESTER)]));
    bench.expect(&response(1, 0, 1));
    bench.received[0].clear();
    bench.send(&request(2, &[mode(second), dpc(TESTER)]));
    bench.expect(&response(2, 10, 0));
}

#[test]
fn m3ua_sgp_rkm_v_001() {
    let mut bench = registrar(0);
    bench.send(&request(1, &[dpc(TESTER)]));
    bench.expect(&response(1, 0, 1));
}

#[test]
fn m3ua_sgp_rkm_v_002() {
    let mut bench = registrar(1);
    bench.send(&request(7, &[dpc(TESTER_2)]));
    bench.expect(&response(7, 0, 0x8000_0001));
    bench.received[0].clear();
    bench.send(&aspac(&[rc(&[0x8000_0001])]));
    bench.expect(&aspac_ack(&[rc(&[0x8000_0001])]));
}

#[test]
fn m3ua_sgp_rkm_v_003() {
    let mut bench = registrar(0);
    register(&mut bench);
    bench.send(&deregister(1));
    bench.expect(&deregistered(1, 0));
    bench.send(&deregister(1));
    bench.expect(&deregistered(1, 4));
}

#[test]
fn m3ua_sgp_rkm_v_004() {
    let mut bench = inactive();
    let wrong = request(1, &[dpc(TESTER)]);
    bench.send(&wrong);
    bench.expect(&err(0x03, &wrong));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_rkm_i_003() {
    refused(&mut registrar(1), &[], 4);
}

#[test]
fn m3ua_sgp_rkm_i_004() {
    refused(&mut registrar(1), &[dpc(SUT)], 2);
    refused(&mut registrar(1), &[dpc(3 << 24 | TESTER)], 2);
}

#[test]
fn m3ua_sgp_rkm_i_005() {
    refused(&mut registrar(1), &[dpc(TESTER), word(0x0200, 2)], 3);
}

/// A second key for the same messages. The standard has a status of its own, 12, for a repeated
/// key; one that is not the same but overlaps gets the status the suite expects.
#[test]
fn m3ua_sgp_rkm_i_006() {
    let mut bench = registrar(1);
    register(&mut bench);
    bench.send(&request(2, &[dpc(TESTER)]));
    bench.expect(&response(2, 12, 0));
    let of_isup = parameter(0x020c, &[5]);
    bench.send(&request(3, &[dpc(TESTER), of_isup]));
    bench.expect(&response(3, 6, 0));
}

#[test]
fn m3ua_sgp_rkm_i_007() {
    let mut bench = registrar_with(0, |config| {
        config.associations.push(AssociationConfig::new(Role::Sgp));
        config.servers.push(ServerConfig {
            routing_context: Some(2),
            key: Key {
                destinations: vec![PointCode::new(103)],
                ..Key::default()
            },
            registered: true,
            ..ServerConfig::new(Side::Theirs, 1)
        });
    });
    refused(&mut bench, &[dpc(103)], 5);
}

#[test]
fn m3ua_sgp_rkm_i_008() {
    refused(&mut registrar(0), &[dpc(104)], 7);
}

#[test]
fn m3ua_sgp_rkm_i_009() {
    let mut bench = registrar(1);
    bench.send(&request(1, &[dpc(TESTER_2)]));
    bench.expect(&response(1, 0, 0x8000_0001));
    bench.received[0].clear();
    refused(&mut bench, &[dpc(104)], 8);
}

#[test]
fn m3ua_sgp_rkm_i_010() {
    let range = [TESTER.to_be_bytes(), [0; 4]].concat();
    let parameters = [dpc(TESTER), parameter(0x020f, &range)];
    refused(&mut registrar(1), &parameters, 9);
}

#[test]
fn m3ua_sgp_rkm_i_011() {
    in_two_modes(1, 2);
}

#[test]
fn m3ua_sgp_rkm_i_012() {
    in_two_modes(1, 3);
}

#[test]
fn m3ua_sgp_rkm_i_013() {
    refused(&mut registrar(1), &[mode(4), dpc(TESTER)], 10);
}

#[test]
fn m3ua_sgp_rkm_i_014() {
    in_two_modes(2, 1);
}

#[test]
fn m3ua_sgp_rkm_i_015() {
    in_two_modes(2, 3);
}

#[test]
fn m3ua_sgp_rkm_i_017() {
    in_two_modes(3, 1);
}

#[test]
fn m3ua_sgp_rkm_i_018() {
    in_two_modes(3, 2);
}

/// A context of which the tester is no member; one that nobody has is another status.
#[test]
fn m3ua_sgp_rkm_i_020() {
    let mut bench = registrar_with(0, |config| {
        config.servers.push(ServerConfig {
            routing_context: Some(3),
            associations: Vec::new(),
            ..ServerConfig::new(Side::Theirs, 0)
        });
    });
    register(&mut bench);
    bench.send(&deregister(3));
    bench.expect(&deregistered(3, 4));
    bench.send(&deregister(77));
    bench.expect(&deregistered(77, 2));
}

#[test]
fn m3ua_sgp_rkm_i_021() {
    let mut bench = registrar_with(0, |config| config.servers[0].registered = false);
    register(&mut bench);
    bench.send(&deregister(1));
    bench.expect(&deregistered(1, 3));
}

#[test]
fn m3ua_sgp_rkm_i_022() {
    let mut bench = registrar(0);
    register(&mut bench);
    bench.send(&aspac(&[rc(&[1])]));
    bench.expect(&aspac_ack(&[rc(&[1])]));
    bench.expect(&as_active());
    bench.send(&deregister(1));
    bench.expect(&deregistered(1, 5));
}

#[test]
fn m3ua_sgp_rkm_i_023() {
    let mut bench = registrar(0);
    let wrong = message(9, 5, &[]);
    bench.send(&wrong);
    bench.expect(&err(0x04, &wrong));
    bench.expect_no_more();
}

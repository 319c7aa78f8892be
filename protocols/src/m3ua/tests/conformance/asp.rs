//! The application server process.

use super::*;

fn process() -> Config {
    let codes = [TESTER, UNAVAILABLE, AVAILABLE, CONGESTED, RESTRICTED];
    Config {
        associations: vec![AssociationConfig::new(Role::Asp)],
        servers: vec![ServerConfig {
            routing_context: Some(1),
            key: Key {
                destinations: vec![point_code(SUT)],
                ..Key::default()
            },
            reaches: codes.map(|code| (point_code(code), 0)).into(),
            ..ServerConfig::new(Side::Ours, 0)
        }],
        own: vec![point_code(SUT).into()],
        timers: timers(),
        ..Config::default()
    }
}

/// It asked to come up.
fn coming_up() -> Bench {
    let mut bench = Bench::new(process());
    bench.expect(&aspup());
    bench
}

/// It came up and asked for traffic.
fn activating() -> Bench {
    let mut bench = coming_up();
    bench.send(&aspup_ack());
    bench.expect(&aspac(&[rc(&[1])]));
    bench
}

fn active() -> Bench {
    let mut bench = activating();
    bench.send(&aspac_ack(&[rc(&[1])]));
    bench.expect_no_more();
    bench
}

/// It was told to stop.
fn stopping() -> Bench {
    let mut bench = active();
    bench.input(Input::Stop);
    bench.expect(&aspia(&[rc(&[1])]));
    bench
}

/// It came up, waits for traffic, and was told to stop.
fn stopping_while_inactive() -> Bench {
    let mut config = process();
    config.associations[0].standby = true;
    let mut bench = Bench::new(config);
    bench.expect(&aspup());
    bench.send(&aspup_ack());
    bench.expect_no_more();
    bench.input(Input::Stop);
    bench.expect(&aspdn());
    bench
}

/// It says that what the tester sent is wrong, and nothing else.
fn complains(mut bench: Bench, wrong: &Bytes, code: u32) {
    bench.send(wrong);
    bench.expect(&err(code, wrong));
    bench.expect_no_more();
}

#[test]
fn m3ua_asp_aspsm_v_002() {
    let mut bench = Bench::new(process());
    bench.expect(&aspup());
}

#[test]
fn m3ua_asp_aspsm_v_005() {
    stopping_while_inactive();
}

#[test]
fn m3ua_asp_aspsm_v_005_alternate() {
    let mut bench = stopping();
    bench.send(&aspia_ack(&[rc(&[1])]));
    bench.expect(&aspdn());
    bench.send(&aspdn_ack());
    bench.expect_no_more();
}

#[test]
fn m3ua_asp_aspsm_i_001() {
    complains(coming_up(), &of_version_2(&aspup_ack()), 0x01);
}

#[test]
fn m3ua_asp_aspsm_i_002() {
    let bench = stopping_while_inactive();
    complains(bench, &of_version_2(&aspdn_ack()), 0x01);
}

#[test]
fn m3ua_asp_aspsm_i_002_alternate() {
    let mut bench = stopping();
    bench.send(&aspia_ack(&[rc(&[1])]));
    bench.expect(&aspdn());
    complains(bench, &of_version_2(&aspdn_ack()), 0x01);
}

#[test]
fn m3ua_asp_aspsm_i_003() {
    complains(coming_up(), &message(3, 7, &[]), 0x04);
}

#[test]
fn m3ua_asp_aspsm_o_001() {
    let mut bench = coming_up();
    bench.send(&aspdn_ack());
    bench.expect_no_more();
    bench.seconds(2);
    bench.expect(&aspup());
    bench.expect_no_more();
}

#[test]
fn m3ua_asp_aspsm_o_002() {
    complains(coming_up(), &aspac_ack(&[]), 0x06);
}

#[test]
fn m3ua_asp_asptm_v_001() {
    active();
}

#[test]
fn m3ua_asp_asptm_v_002() {
    let mut bench = coming_up();
    bench.send(&aspup_ack());
    let (stream, request) = bench.received[0].pop_front().unwrap();
    assert_eq!((stream, request[0]), (0, 1));
    assert_eq!(request, aspac(&[rc(&[1])]));
}

#[test]
fn m3ua_asp_asptm_v_005() {
    let mut bench = active();
    bench.input(Input::Stop);
    let (stream, request) = bench.received[0].pop_front().unwrap();
    assert_eq!((stream, request[0]), (0, 1));
    assert_eq!(request, aspia(&[rc(&[1])]));
}

#[test]
fn m3ua_asp_asptm_v_007() {
    let mut bench = active();
    let data = vec![0xA5; 5000];
    bench.send(&beat(&data));
    bench.expect(&beat_ack(&data));
}

#[test]
fn m3ua_asp_asptm_v_008() {
    let mut bench = active();
    let data: Vec<u8> = (0..600u32).map(|octet| (octet * 7) as u8).collect();
    bench.send(&beat(&data));
    bench.expect(&beat_ack(&data));
    bench.expect_no_more();
}

#[test]
fn m3ua_asp_asptm_i_001() {
    let wrong = of_version_2(&aspac_ack(&[rc(&[1])]));
    complains(activating(), &wrong, 0x01);
}

#[test]
fn m3ua_asp_asptm_i_002() {
    let wrong = of_version_2(&aspia_ack(&[rc(&[1])]));
    complains(stopping(), &wrong, 0x01);
}

#[test]
fn m3ua_asp_asptm_i_003() {
    complains(activating(), &message(4, 5, &[]), 0x04);
}

/// A second acknowledgement, as a repeated ASP Up begets, is no reason to complain, nor to send.
#[test]
fn m3ua_asp_asptm_o_001() {
    let mut bench = activating();
    bench.send(&aspup_ack());
    bench.expect_no_more();
    bench.input(Input::Transfer(super::transfer("early")));
    bench.expect_no_more();
    bench.seconds(2);
    bench.expect(&aspac(&[rc(&[1])]));
}

/// A message to the tester, as it arrives there, and on which stream.
fn sent(sls: u8) -> (u16, Bytes) {
    let mut bench = active();
    bench.input(Input::Transfer(Transfer {
        network: NetworkId::default(),
        opc: point_code(SUT),
        dpc: point_code(TESTER),
        si: ServiceIndicator(0),
        sls,
        data: Bytes::from_static(&[11, 34, 45, 67, 67, 89]),
        ..super::transfer("")
    }));
    bench.received[0].pop_front().unwrap()
}

#[test]
fn m3ua_asp_mtr_v_001() {
    let (_, data) = sent(0);
    assert_eq!(data[..4], [1, 0, 1, 1]);
    assert_eq!(data[8..16], rc(&[1]));
}

#[test]
fn m3ua_asp_mtr_v_002() {
    let (_, data) = sent(5);
    assert_eq!(
        data,
        message(1, 1, &[rc(&[1]), protocol_data(SUT, TESTER, 5)])
    );
}

#[test]
fn m3ua_asp_mtr_v_003() {
    for sls in 0..=255 {
        let (stream, _) = sent(sls);
        assert!((1..16).contains(&stream), "stream {stream} for SLS {sls}");
    }
}

#[test]
fn m3ua_asp_mtr_i_001() {
    let wrong = of_version_2(&message(1, 1, &[protocol_data(0, 0, 0)]));
    complains(active(), &wrong, 0x01);
}

#[test]
fn m3ua_asp_mtr_i_002() {
    complains(active(), &message(99, 0, &[]), 0x03);
}

#[test]
fn m3ua_asp_mtr_i_003() {
    complains(active(), &message(1, 2, &[]), 0x04);
}

/// It registers its key: what it sends, with 1 as the key's local identifier.
fn registering() -> Bench {
    let mut config = process();
    config.servers[0].registered = true;
    config.servers[0].routing_context = None;
    let mut bench = Bench::new(config);
    bench.expect(&aspup());
    bench.send(&aspup_ack());
    let key = [word(0x020a, 1), word(0x020b, SUT)].concat();
    bench.expect(&message(9, 1, &[parameter(0x0207, &key)]));
    bench
}

/// It registered it with context 42, became active, and was told to stop.
fn deregistering() -> Bench {
    let mut bench = registering();
    let result = [word(0x020a, 1), word(0x0212, 0), rc(&[42])].concat();
    bench.send(&message(9, 2, &[parameter(0x0208, &result)]));
    bench.expect(&aspac(&[rc(&[42])]));
    bench.send(&aspac_ack(&[rc(&[42])]));
    bench.input(Input::Stop);
    bench.expect(&aspia(&[rc(&[42])]));
    bench.send(&aspia_ack(&[rc(&[42])]));
    bench
}

#[test]
fn m3ua_asp_rkm_v_002() {
    registering();
}

#[test]
fn m3ua_asp_rkm_v_003() {
    let mut bench = deregistering();
    let (stream, request) = bench.received[0].pop_front().unwrap();
    assert_eq!((stream, &request[2..4]), (0, &[9, 3][..]));
}

#[test]
fn m3ua_asp_rkm_v_004() {
    let mut bench = deregistering();
    bench.expect(&message(9, 3, &[rc(&[42])]));
    let result = [rc(&[42]), word(0x0213, 0)].concat();
    bench.send(&message(9, 4, &[parameter(0x0209, &result)]));
    bench.expect(&aspdn());
}

#[test]
fn m3ua_asp_rkm_i_001() {
    complains(registering(), &message(9, 5, &[]), 0x04);
}

/// After news of this type it asks how the destinations are.
fn asks_after(kind: u8, parameters: &[Vec<u8>], about: &[u32]) {
    let mut bench = active();
    bench.send(&message(2, kind, parameters));
    bench.seconds(10);
    let codes: Vec<u8> = about.iter().flat_map(|code| code.to_be_bytes()).collect();
    bench.expect(&message(2, 3, &[rc(&[1]), parameter(0x0012, &codes)]));
    bench.expect_no_more();
}

const ALL: [u32; 5] = [TESTER, UNAVAILABLE, AVAILABLE, CONGESTED, RESTRICTED];

#[test]
fn m3ua_asp_ssnm_001() {
    asks_after(1, &[affected(0, UNAVAILABLE)], &[UNAVAILABLE]);
}

#[test]
fn m3ua_asp_ssnm_002() {
    asks_after(1, &[affected(255, UNAVAILABLE)], &ALL);
}

#[test]
fn m3ua_asp_ssnm_003() {
    asks_after(6, &[affected(0, RESTRICTED)], &[RESTRICTED]);
}

#[test]
fn m3ua_asp_ssnm_004() {
    asks_after(6, &[affected(255, RESTRICTED)], &ALL);
}

#[test]
fn m3ua_asp_ssnm_005() {
    asks_after(4, &[affected(0, CONGESTED)], &[CONGESTED]);
}

#[test]
fn m3ua_asp_ssnm_006() {
    asks_after(4, &[affected(255, CONGESTED)], &ALL);
}

/// Unequipped remote user, ISUP.
fn unequipped() -> Vec<u8> {
    word(0x0204, 1 << 16 | 5)
}

#[test]
fn m3ua_asp_ssnm_007() {
    asks_after(5, &[affected(0, CONGESTED), unequipped()], &[CONGESTED]);
}

#[test]
fn m3ua_asp_ssnm_008() {
    let wrong = message(2, 5, &[affected(255, CONGESTED), unequipped()]);
    complains(active(), &wrong, 0x11);
}

//! The gateway: ASP traffic maintenance (ASPTM) and message transfer (MTR).

use super::*;

/// Makes a process of the tester active that calls itself so. Answers with what it was told of the
/// application server in between left out.
fn activate(bench: &mut Bench, association: usize, identifier: u32, traffic: u32) {
    bench.send_at(association, 0, &message(3, 1, &[id(identifier)]));
    bench.expect_at(association, &message(3, 4, &[id(identifier)]));
    bench.send_at(association, 0, &aspac(&[mode(traffic)]));
    let ack = aspac_ack(&[mode(traffic), rc(&[1])]);
    let is_ack = |(_, payload): &(u16, Bytes)| *payload == ack;
    assert!(bench.received[association].iter().any(is_ack));
    bench.received.iter_mut().for_each(VecDeque::clear);
}

#[test]
fn m3ua_sgp_asptm_v_001() {
    let mut bench = inactive();
    bench.send(&aspac(&[]));
    bench.expect(&aspac_ack(&[rc(&[1])]));
}

#[test]
fn m3ua_sgp_asptm_v_003() {
    let mut bench = inactive();
    bench.send(&aspac(&[]));
    bench.expect(&aspac_ack(&[rc(&[1])]));
    bench.expect(&as_active());
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_asptm_v_005() {
    let mut bench = inactive();
    bench.send(&aspac(&[rc(&[1])]));
    bench.expect(&aspac_ack(&[rc(&[1])]));
}

#[test]
fn m3ua_sgp_asptm_v_006() {
    let mut bench = active();
    bench.send(&aspia(&[]));
    bench.expect(&aspia_ack(&[rc(&[1])]));
}

#[test]
fn m3ua_sgp_asptm_v_008() {
    let mut bench = active();
    bench.send(&aspia(&[]));
    bench.expect(&aspia_ack(&[rc(&[1])]));
    bench.expect(&as_pending());
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_asptm_v_010() {
    let mut bench = active();
    bench.send(&beat(b"anybody there?"));
    bench.expect(&beat_ack(b"anybody there?"));
}

#[test]
fn m3ua_sgp_asptm_v_011() {
    let mut bench = active();
    let odd: Vec<u8> = (200..213).collect();
    bench.send(&beat(&odd));
    bench.expect(&beat_ack(&odd));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_asptm_v_013() {
    let mut bench = gateway_of_two(TrafficMode::BROADCAST, 2);
    activate(&mut bench, 0, 1, 3);
    activate(&mut bench, 1, 2, 3);
    bench.send(&aspia(&[]));
    bench.expect(&aspia_ack(&[rc(&[1])]));
    bench.expect(&ntfy(2, 1));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_asptm_v_014() {
    let mut bench = gateway_of_two(TrafficMode::OVERRIDE, 1);
    bench.send(&message(3, 1, &[id(1)]));
    bench.received[0].clear();
    activate(&mut bench, 1, 2, 1);
    bench.send(&aspac(&[mode(1)]));
    bench.expect(&aspac_ack(&[mode(1), rc(&[1])]));
    assert!(!bench.received[1].is_empty());
}

#[test]
fn m3ua_sgp_asptm_v_015() {
    let mut bench = gateway_of_two(TrafficMode::OVERRIDE, 1);
    bench.send(&message(3, 1, &[id(1)]));
    bench.received[0].clear();
    activate(&mut bench, 1, 2, 1);
    bench.send(&aspac(&[mode(1)]));
    let alternate = word(0x000d, 2 << 16 | 2);
    bench.expect_at(1, &message(0, 1, &[alternate, id(1), rc(&[1])]));
}

#[test]
fn m3ua_sgp_asptm_i_001() {
    let mut bench = inactive();
    let wrong = of_version_2(&aspac(&[]));
    bench.send(&wrong);
    bench.expect(&err(0x01, &wrong));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_asptm_i_003() {
    let mut config = gateway();
    config.servers[0].mode = Some(TrafficMode::LOADSHARE);
    let mut bench = inactive_at(config);
    let wrong = aspac(&[mode(3)]);
    bench.send(&wrong);
    bench.expect(&err(0x05, &wrong));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_asptm_i_004() {
    let mut bench = inactive();
    let wrong = aspac(&[mode(4)]);
    bench.send(&wrong);
    bench.expect(&err(0x05, &wrong));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_asptm_i_005() {
    let mut bench = inactive();
    let wrong = aspac(&[rc(&[3])]);
    bench.send(&wrong);
    let diagnostic = parameter(0x0007, &wrong);
    bench.expect(&message(0, 0, &[word(0x000c, 0x19), rc(&[3]), diagnostic]));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_asptm_i_006() {
    let mut bench = inactive();
    let wrong = message(4, 5, &[]);
    bench.send(&wrong);
    bench.expect(&err(0x04, &wrong));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_asptm_i_008() {
    let mut bench = active();
    let wrong = message(4, 5, &[]);
    bench.send(&wrong);
    bench.expect(&err(0x04, &wrong));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_asptm_i_009() {
    let mut bench = gateway_of_two(TrafficMode::OVERRIDE, 1);
    activate(&mut bench, 0, 1, 1);
    activate(&mut bench, 1, 2, 1);
    bench.input(down());
    let failure = word(0x000d, 2 << 16 | 3);
    bench.expect_at(1, &message(0, 1, &[failure, id(1), rc(&[1])]));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_asptm_i_010() {
    let mut bench = active();
    bench.send(&aspia(&[]));
    bench.expect(&aspia_ack(&[rc(&[1])]));
    bench.send(&message(1, 1, &[protocol_data(TESTER, SUT, 0)]));
    // On stream 0, which is no place for DATA, and after traffic ended.
    assert!(
        bench.received[0]
            .iter()
            .any(|(_, payload)| payload[2..4] == [0, 0])
    );
}

#[test]
fn m3ua_sgp_asptm_o_001() {
    let mut bench = active();
    bench.send(&aspac(&[]));
    bench.expect(&aspac_ack(&[rc(&[1])]));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_asptm_o_003() {
    let mut bench = inactive();
    bench.send(&aspia(&[]));
    bench.expect(&aspia_ack(&[rc(&[1])]));
    bench.expect_no_more();
}

/// Two application servers of the tester, between which the gateway relays. `both`: the second
/// process carries the two.
fn relay(both: bool) -> Bench {
    let mut config = gateway();
    config.relays = true;
    config.associations.push(AssociationConfig::new(Role::Sgp));
    config.servers.push(ServerConfig {
        routing_context: Some(2),
        reaches: vec![(point_code(TESTER_2), 0)],
        ..ServerConfig::new(Side::Theirs, 1)
    });
    if both {
        config.servers[0].associations.push(1);
        config.servers[0].mode = Some(TrafficMode::LOADSHARE);
    }
    let mut bench = Bench::new(config);
    bench.send(&aspup());
    bench.send_at(1, 0, &aspup());
    bench.send(&aspac(&[]));
    bench.send_at(1, 0, &aspac(&[]));
    bench.received.iter_mut().for_each(VecDeque::clear);
    bench
}

/// The first process sends a message to the second: what arrives there, and on which stream.
fn relayed(bench: &mut Bench, sls: u8) -> (u16, Bytes) {
    let sent = message(1, 1, &[rc(&[1]), protocol_data(TESTER, TESTER_2, sls)]);
    bench.send_at(0, 1, &sent);
    let arrived = bench.received[1].pop_front().unwrap();
    bench.expect_no_more();
    arrived
}

#[test]
fn m3ua_sgp_mtr_v_001() {
    let mut bench = relay(true);
    for sls in 0..16 {
        let (_, arrived) = relayed(&mut bench, sls);
        assert_eq!(arrived[8..16], rc(&[2]));
    }
}

#[test]
fn m3ua_sgp_mtr_v_002() {
    let mut bench = relay(false);
    for sls in 0..16 {
        let (_, arrived) = relayed(&mut bench, sls);
        let expected = [rc(&[2]), protocol_data(TESTER, TESTER_2, sls)];
        assert_eq!(arrived, message(1, 1, &expected));
    }
}

#[test]
fn m3ua_sgp_mtr_v_002_alternate() {
    let mut bench = active();
    bench.send_at(
        0,
        1,
        &message(1, 1, &[rc(&[1]), protocol_data(TESTER, SUT, 0)]),
    );
    bench.expect_no_more();
    let wrong = message(1, 1, &[rc(&[1])]);
    bench.send_at(0, 1, &wrong);
    bench.expect(&err(0x16, &wrong));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_mtr_v_003() {
    let mut bench = relay(false);
    for sls in 0..16 {
        let (stream, _) = relayed(&mut bench, sls);
        assert!((1..16).contains(&stream), "stream {stream} for SLS {sls}");
    }
}

#[test]
fn m3ua_sgp_mtr_v_003_alternate() {
    let mut bench = active();
    let data = message(1, 1, &[rc(&[1]), protocol_data(TESTER, SUT, 0)]);
    bench.send_at(0, 1, &data);
    bench.expect_no_more();
    bench.send_at(0, 0, &data);
    bench.expect(&err(0x09, &data));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_mtr_v_004() {
    let mut bench = relay(false);
    for sls in 0..16 {
        let (first, _) = relayed(&mut bench, sls);
        let (second, _) = relayed(&mut bench, sls);
        assert_eq!(first, second);
    }
}

#[test]
fn m3ua_sgp_mtr_i_001() {
    let mut bench = active();
    let wrong = of_version_2(&message(1, 1, &[protocol_data(TESTER, SUT, 4)]));
    bench.send_at(0, 1, &wrong);
    bench.expect(&err(0x01, &wrong));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_mtr_i_002() {
    let mut bench = active();
    let wrong = message(10, 1, &[protocol_data(TESTER, SUT, 4)]);
    bench.send(&wrong);
    bench.expect(&err(0x03, &wrong));
    bench.expect_no_more();
}

#[test]
fn m3ua_sgp_mtr_i_003() {
    let mut bench = active();
    let wrong = message(1, 2, &[protocol_data(TESTER, SUT, 4)]);
    bench.send_at(0, 1, &wrong);
    bench.expect(&err(0x04, &wrong));
    bench.expect_no_more();
}

//! Application servers with several processes, and processes of several servers (RFC 4666 §4.3.2,
//! §4.3.4.3–§4.3.4.5).

use super::*;

/// A gateway to an application server of several processes, all of them inactive.
fn gateway(processes: usize, mode: TrafficMode, required: usize) -> End {
    let mut config = config(Role::Sgp);
    config.associations = vec![AssociationConfig::new(Role::Sgp); processes];
    config.servers[0].associations = (0..processes).collect();
    config.servers[0].mode = Some(mode);
    config.servers[0].required = required;
    let mut sgp = End::new(config);
    for association in 0..processes {
        sgp.input(up_at(association, 17));
        sgp.hears_at(association, aspup());
    }
    sgp.says();
    sgp
}

fn active(processes: usize, mode: TrafficMode, required: usize) -> End {
    let mut sgp = gateway(processes, mode, required);
    for association in 0..processes {
        sgp.hears_at(association, aspac(&[100]));
    }
    sgp.says();
    sgp
}

fn of_sls(sls: u8) -> Input {
    Input::Transfer(Transfer {
        sls,
        ..transfer("IAM")
    })
}

/// To which process each SLS goes.
fn shares(sgp: &mut End, selections: std::ops::Range<u8>) -> Vec<usize> {
    let share = |sls| {
        sgp.input(of_sls(sls));
        match sgp.layer.poll_output() {
            Some(Output::Send { association, .. }) => association,
            other => panic!("{other:?}"),
        }
    };
    selections.map(share).collect()
}

#[test]
fn override_has_one_active_process_and_the_former_one_is_told_who_took_over() {
    let mut sgp = gateway(2, TrafficMode::OVERRIDE, 1);
    sgp.hears_at(0, aspac(&[100]));
    sgp.says();
    assert_eq!(shares(&mut sgp, 0..4), [0; 4]);
    sgp.hears_at(1, aspac(&[100]));
    assert_eq!(
        sgp.says(),
        ["#1 0 ASPAC Ack rc=[100]", "#0 0 NTFY 2/2 rc=[100]"]
    );
    assert_eq!(shares(&mut sgp, 0..4), [1; 4]);
    sgp.hears_at(0, aspac(&[100]));
    sgp.says();
    assert_eq!(shares(&mut sgp, 0..4), [0; 4]);
}

#[test]
fn loadshare_gives_each_process_its_selections() {
    let mut sgp = active(3, TrafficMode::LOADSHARE, 1);
    assert_eq!(shares(&mut sgp, 0..9), [0, 1, 2, 0, 1, 2, 0, 1, 2]);
}

#[test]
fn when_a_process_fails_the_others_keep_their_selections_and_share_its_own() {
    let mut sgp = active(3, TrafficMode::LOADSHARE, 1);
    sgp.input(Input::Down { association: 1 });
    assert_eq!(
        sgp.says(),
        ["#0 0 NTFY 2/3 rc=[100]", "#2 0 NTFY 2/3 rc=[100]"]
    );
    assert_eq!(shares(&mut sgp, 0..9), [0, 0, 2, 0, 2, 2, 0, 0, 2]);
    sgp.input(up_at(1, 17));
    sgp.hears_at(1, aspup());
    sgp.hears_at(1, aspac(&[100]));
    assert_eq!(
        sgp.says(),
        [
            "#1 0 ASPUP Ack",
            "#1 0 NTFY 1/3 rc=[100]",
            "#1 0 ASPAC Ack rc=[100]"
        ]
    );
    assert_eq!(shares(&mut sgp, 0..6), [0, 1, 2, 0, 1, 2]);
}

#[test]
fn traffic_waits_for_as_many_processes_as_are_required_and_goes_on_with_fewer() {
    let mut sgp = gateway(3, TrafficMode::LOADSHARE, 2);
    sgp.hears_at(0, aspac(&[100]));
    assert_eq!(sgp.says(), ["#0 0 ASPAC Ack rc=[100]"]);
    sgp.input(of_sls(0));
    assert_eq!(sgp.says(), ["Undelivered b\"IAM\""]);
    sgp.hears_at(1, aspac(&[100]));
    assert_eq!(
        sgp.says(),
        [
            "#1 0 ASPAC Ack rc=[100]",
            "Active",
            "#0 0 NTFY 1/3 rc=[100]",
            "#1 0 NTFY 1/3 rc=[100]",
            "#2 0 NTFY 1/3 rc=[100]"
        ]
    );
    sgp.hears_at(1, aspia(&[100]));
    assert_eq!(
        sgp.says(),
        [
            "#1 0 ASPIA Ack rc=[100]",
            "#1 0 NTFY 2/1 rc=[100]",
            "#2 0 NTFY 2/1 rc=[100]"
        ]
    );
    assert_eq!(shares(&mut sgp, 0..2), [0, 0]);
}

#[test]
fn broadcast_gives_everything_to_all_and_marks_the_first_message_of_each_flow() {
    let mut sgp = active(2, TrafficMode::BROADCAST, 1);
    let mut correlations = |sls| {
        sgp.input(of_sls(sls));
        let outputs = std::iter::from_fn(|| sgp.layer.poll_output());
        let correlation = |output| match output {
            Output::Send {
                association,
                payload,
                ..
            } => match Message::decode(&payload) {
                Ok(Message::Data(data)) => (association, data.correlation),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        };
        outputs.map(correlation).collect::<Vec<_>>()
    };
    assert_eq!(correlations(5), [(0, Some(1)), (1, Some(1))]);
    assert_eq!(correlations(5), [(0, None), (1, None)]);
    assert_eq!(correlations(6), [(0, Some(2)), (1, Some(2))]);
    sgp.hears_at(1, aspia(&[100]));
    sgp.hears_at(1, aspac(&[100]));
    sgp.says();
    sgp.input(of_sls(5));
    let said = sgp.says();
    assert_eq!(said.len(), 2, "{said:?}");
}

#[test]
fn the_last_process_leaves_the_server_pending_and_every_one_that_is_there_is_told() {
    let mut sgp = active(2, TrafficMode::LOADSHARE, 1);
    sgp.hears_at(0, aspia(&[100]));
    assert_eq!(sgp.says(), ["#0 0 ASPIA Ack rc=[100]"]);
    sgp.hears_at(1, aspia(&[100]));
    assert_eq!(
        sgp.says(),
        [
            "#1 0 ASPIA Ack rc=[100]",
            "Inactive",
            "#0 0 NTFY 1/4 rc=[100]",
            "#1 0 NTFY 1/4 rc=[100]"
        ]
    );
    sgp.input(of_sls(3));
    assert_eq!(sgp.says(), [""; 0]);
    sgp.hears_at(0, aspac(&[100]));
    assert_eq!(
        sgp.says(),
        [
            "#0 0 ASPAC Ack rc=[100]",
            "Active",
            "#0 0 NTFY 1/3 rc=[100]",
            "#1 0 NTFY 1/3 rc=[100]",
            "#0 4 DATA rc=100 b\"IAM\""
        ]
    );
}

#[test]
fn the_first_active_process_decides_where_no_mode_is_configured() {
    let mut sgp = End::with(Role::Sgp, |config| {
        config.associations = vec![AssociationConfig::new(Role::Sgp); 2];
        config.servers[0].associations = vec![0, 1];
    });
    let of_mode = |mode| {
        Message::AspActive(AspActive {
            mode: Some(mode),
            ..super::active(&[100])
        })
    };
    for association in 0..2 {
        sgp.input(up_at(association, 17));
        sgp.hears_at(association, aspup());
    }
    sgp.hears_at(0, of_mode(TrafficMode::LOADSHARE));
    sgp.says();
    sgp.hears_at(1, of_mode(TrafficMode::BROADCAST));
    assert_eq!(sgp.says(), ["Rejected 0x05", "#1 0 ERR 0x05"]);
    sgp.hears_at(1, of_mode(TrafficMode::LOADSHARE));
    assert_eq!(sgp.says(), ["#1 0 ASPAC Ack rc=[100]"]);
}

#[test]
fn two_processes_of_a_server_have_two_identifiers() {
    let mut sgp = gateway(2, TrafficMode::LOADSHARE, 1);
    let named = |asp_identifier| {
        Message::AspUp(AspUp {
            asp_identifier,
            ..AspUp::default()
        })
    };
    sgp.hears_at(0, named(Some(7)));
    sgp.says();
    sgp.hears_at(1, named(Some(7)));
    assert_eq!(sgp.says(), ["Rejected 0x0f", "#1 0 ERR 0x0f"]);
}

/// One association with two application servers, 100 and 200, to point codes 1 and 3.
fn of_two_servers(role: Role) -> End {
    End::with(role, |config| {
        let second = ServerConfig {
            routing_context: Some(200),
            reaches: vec![(PointCode::new(3), 0)],
            ..config.servers[0].clone()
        };
        config.servers.push(second);
    })
}

#[test]
fn a_process_of_two_servers_asks_for_both_at_once_and_gets_them_one_by_one() {
    let mut asp = of_two_servers(Role::Asp);
    asp.input(up(17));
    asp.hears(aspup_ack());
    assert_eq!(asp.says(), ["0 ASPUP", "0 ASPAC rc=[100, 200]"]);
    asp.hears(aspac_ack(&[200]));
    assert_eq!(asp.says(), ["#1 Active"]);
    asp.seconds(2);
    assert_eq!(asp.says(), ["0 ASPAC rc=[100]"]);
    asp.hears(aspac_ack(&[100]));
    assert_eq!(asp.says(), ["#0 Active"]);
    asp.input(of_sls(3));
    assert_eq!(asp.says(), ["4 DATA rc=100 b\"IAM\""]);
    asp.input(Input::Transfer(Transfer {
        dpc: PointCode::new(3),
        ..transfer("IAM")
    }));
    assert_eq!(asp.says(), ["4 DATA rc=200 b\"IAM\""]);
    asp.seconds(3600);
    assert_eq!(asp.says(), [""; 0]);
}

#[test]
fn a_process_that_gets_one_of_two_servers_goes_on_with_it() {
    let mut asp = of_two_servers(Role::Asp);
    asp.input(up(17));
    asp.hears(aspup_ack());
    asp.hears(aspac_ack(&[100]));
    asp.says();
    asp.seconds(3600);
    assert_eq!(asp.says(), ["0 ASPAC rc=[200]"; 4]);
    asp.hears(notify(Status::AS_ACTIVE));
    asp.hears(Message::Data(data("IAM")));
    assert_eq!(asp.says(), ["Transfer b\"IAM\""]);
}

#[test]
fn each_server_of_a_process_has_its_own_traffic() {
    let mut sgp = of_two_servers(Role::Sgp);
    sgp.input(up(17));
    sgp.hears(aspup());
    assert_eq!(
        sgp.says(),
        ["0 ASPUP Ack", "0 NTFY 1/2 rc=[100]", "0 NTFY 1/2 rc=[200]"]
    );
    sgp.hears(aspac(&[200]));
    assert_eq!(
        sgp.says(),
        ["0 ASPAC Ack rc=[200]", "#1 Active", "0 NTFY 1/3 rc=[200]"]
    );
    sgp.hears(Message::Data(data("IAM")));
    assert_eq!(sgp.says(), ["Rejected 0x06", "0 ERR 0x06"]);
    let unnamed = Data {
        routing_context: None,
        ..data("IAM")
    };
    sgp.hears(Message::Data(unnamed));
    assert_eq!(sgp.says(), ["Rejected 0x1a", "0 ERR 0x1a"]);
    sgp.hears(aspac(&[]));
    assert_eq!(
        sgp.says(),
        [
            "0 ASPAC Ack rc=[100, 200]",
            "#0 Active",
            "0 NTFY 1/3 rc=[100]"
        ]
    );
}

#[test]
fn a_peer_of_no_server_is_told_so() {
    let mut sgp = End::with(Role::Sgp, |config| config.servers.clear());
    sgp.input(up(17));
    sgp.hears(aspup());
    sgp.says();
    sgp.hears(aspac(&[]));
    assert_eq!(sgp.says(), ["Rejected 0x1a", "0 ERR 0x1a"]);
    sgp.hears(aspac(&[7]));
    assert_eq!(sgp.says(), ["Rejected 0x19", "0 ERR 0x19 rc=[7]"]);
}

#[test]
fn a_standby_process_takes_the_traffic_when_nobody_has_it() {
    let mut asp = End::with(Role::Asp, |config| config.associations[0].standby = true);
    asp.input(up(17));
    asp.hears(aspup_ack());
    asp.hears(notify(Status::AS_ACTIVE));
    assert_eq!(asp.says(), ["0 ASPUP"]);
    asp.hears(notify(Status::AS_PENDING));
    asp.hears(aspac_ack(&[100]));
    assert_eq!(asp.says(), ["0 ASPAC rc=[100]", "Active"]);
    asp.hears(notify(Status::ALTERNATE_ASP_ACTIVE));
    asp.hears(notify(Status::INSUFFICIENT_ASPS));
    assert_eq!(asp.says(), ["Inactive", "0 ASPAC rc=[100]"]);
}

/// Where keys narrow what a server takes, messages go to the one whose key they match.
#[test]
fn user_part_and_origin_choose_among_servers_of_one_destination() {
    let mut sgp = End::with(Role::Sgp, |config| {
        let of_sccp = Key {
            services: vec![ServiceIndicator::SCCP],
            ..Key::default()
        };
        let from_9 = Key {
            services: vec![ServiceIndicator::ISUP],
            originators: vec![PointCode::new(9)],
            ..Key::default()
        };
        config.servers[0].key = of_sccp;
        let second = ServerConfig {
            routing_context: Some(200),
            key: from_9,
            ..config.servers[0].clone()
        };
        config.servers.push(second);
    });
    sgp.input(up(17));
    sgp.hears(aspup());
    sgp.hears(aspac(&[]));
    sgp.says();
    let mut send = |si, opc| {
        sgp.input(Input::Transfer(Transfer {
            si,
            opc: PointCode::new(opc),
            ..transfer("UDT")
        }));
        sgp.says()
    };
    let to_second = ["4 DATA rc=200 b\"UDT\""];
    assert_eq!(send(ServiceIndicator::SCCP, 2), ["4 DATA rc=100 b\"UDT\""]);
    assert_eq!(send(ServiceIndicator::ISUP, 9), to_second);
    assert_eq!(send(ServiceIndicator::ISUP, 2), ["Undelivered b\"UDT\""]);
}

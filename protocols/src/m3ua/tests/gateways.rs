//! Several gateways as a process sees them, and the state of each destination (RFC 4666 §4.5).

use super::*;

fn code(code: u16) -> PointCode {
    PointCode::new(code)
}

/// A process at two gateways that both lead to point codes 7 and 8, with these priorities.
fn process(first: u8, second: u8) -> End {
    let mut config = config(Role::Asp);
    config.associations.push(AssociationConfig::new(Role::Asp));
    config.servers = [first, second]
        .into_iter()
        .enumerate()
        .map(|(association, priority)| ServerConfig {
            routing_context: Some(100),
            reaches: vec![(code(7), priority), (code(8), priority)],
            ..ServerConfig::new(Side::Ours, association)
        })
        .collect();
    let mut asp = End::new(config);
    for association in 0..2 {
        asp.input(up_at(association, 17));
        asp.hears_at(association, aspup_ack());
    }
    asp
}

fn active(first: u8, second: u8) -> End {
    let mut asp = process(first, second);
    asp.hears_at(0, aspac_ack(&[100]));
    asp.hears_at(1, aspac_ack(&[100]));
    asp.says();
    asp
}

fn scon(codes: &[u16], level: Option<u32>) -> Message {
    let named = destinations(codes);
    Message::Scon(Congestion {
        network_appearance: None,
        routing_contexts: named.routing_contexts,
        affected: named.affected,
        concerned: None,
        level: level.map(CongestionLevel),
        info: None,
        other: Vec::new(),
    })
}

/// What users are told.
fn news(end: &mut End) -> Vec<Output> {
    let outputs = std::iter::from_fn(|| end.layer.poll_output());
    let is_news = |output: &Output| {
        matches!(
            output,
            Output::Resume(_)
                | Output::Pause(_)
                | Output::Congestion(..)
                | Output::UserPartUnavailable(..)
        )
    };
    outputs.filter(is_news).collect()
}

/// On which associations messages of these selections to 7 leave.
fn ways(end: &mut End, selections: std::ops::Range<u8>) -> Vec<usize> {
    let way = |sls| {
        end.input(Input::Transfer(Transfer {
            dpc: code(7),
            sls,
            ..transfer("IAM")
        }));
        match end.layer.poll_output() {
            Some(Output::Send { association, .. }) => association,
            other => panic!("{other:?}"),
        }
    };
    selections.map(way).collect()
}

#[test]
fn a_destination_is_there_when_one_gateway_reaches_it() {
    let mut asp = process(0, 0);
    assert_eq!(news(&mut asp), []);
    asp.hears_at(0, aspac_ack(&[100]));
    let both = [
        Output::Resume(code(7).into()),
        Output::Resume(code(8).into()),
    ];
    assert_eq!(news(&mut asp), both);
    asp.hears_at(1, aspac_ack(&[100]));
    asp.hears_at(0, Message::Duna(destinations(&[7])));
    assert_eq!(news(&mut asp), []);
    asp.hears_at(1, Message::Duna(destinations(&[7])));
    assert_eq!(news(&mut asp), [Output::Pause(code(7).into())]);
    asp.hears_at(1, Message::Duna(destinations(&[7])));
    assert_eq!(news(&mut asp), []);
    asp.hears_at(0, Message::Dava(destinations(&[7])));
    assert_eq!(news(&mut asp), [Output::Resume(code(7).into())]);
}

#[test]
fn gateways_of_one_priority_share_by_selection_and_one_that_reaches_no_more_is_left_out() {
    let mut asp = active(0, 0);
    assert_eq!(ways(&mut asp, 0..4), [0, 1, 0, 1]);
    asp.hears_at(0, Message::Duna(destinations(&[7])));
    assert_eq!(ways(&mut asp, 0..4), [1; 4]);
    asp.hears_at(0, Message::Drst(destinations(&[7])));
    assert_eq!(ways(&mut asp, 0..4), [1; 4], "restricted");
    asp.hears_at(1, Message::Duna(destinations(&[7])));
    assert_eq!(ways(&mut asp, 0..4), [0; 4], "better than none");
    asp.hears_at(0, Message::Dava(destinations(&[7])));
    asp.hears_at(1, Message::Dava(destinations(&[7])));
    assert_eq!(ways(&mut asp, 0..4), [0, 1, 0, 1]);
}

#[test]
fn the_second_gateway_is_used_while_the_first_is_away() {
    let mut asp = active(0, 1);
    assert_eq!(ways(&mut asp, 0..4), [0; 4]);
    asp.input(down());
    assert_eq!(news(&mut asp), [], "the other one leads there, too");
    assert_eq!(ways(&mut asp, 0..4), [1; 4]);
    asp.input(up(17));
    asp.hears(aspup_ack());
    asp.hears(aspac_ack(&[100]));
    asp.says();
    assert_eq!(ways(&mut asp, 0..4), [0; 4]);
}

#[test]
fn messages_kept_for_one_gateway_leave_by_the_other_if_it_returns_first() {
    let mut asp = active(0, 1);
    asp.input(Input::Down { association: 1 });
    asp.input(down());
    asp.input(Input::Transfer(Transfer {
        dpc: code(7),
        ..transfer("IAM")
    }));
    asp.says();
    asp.advance(Duration::from_millis(1500));
    asp.input(up_at(1, 17));
    asp.hears_at(1, aspup_ack());
    asp.says();
    asp.hears_at(1, aspac_ack(&[100]));
    assert_eq!(asp.says(), ["#1 Active", "#1 4 DATA rc=100 b\"IAM\""]);
    asp.seconds(10);
    assert!(!asp.says().iter().any(|line| line.contains("IAM")));
}

#[test]
fn several_processes_of_one_gateway_share_by_selection() {
    let mut config = config(Role::Asp);
    config.associations.push(AssociationConfig::new(Role::Asp));
    config.servers[0].associations.push(1);
    config.servers[0].reaches = vec![(code(7), 0)];
    let mut asp = End::new(config);
    for association in 0..2 {
        asp.input(up_at(association, 17));
        asp.hears_at(association, aspup_ack());
        asp.hears_at(association, aspac_ack(&[100]));
    }
    asp.says();
    assert_eq!(ways(&mut asp, 0..4), [0, 1, 0, 1]);
    // What one process says holds for its gateway.
    asp.hears_at(1, Message::Duna(destinations(&[7])));
    assert_eq!(news(&mut asp), [Output::Pause(code(7).into())]);
    asp.hears_at(0, Message::Dava(destinations(&[7])));
    asp.input(down());
    assert_eq!(news(&mut asp), [Output::Resume(code(7).into())]);
    assert_eq!(ways(&mut asp, 0..4), [1; 4]);
}

#[test]
fn congestion_and_user_parts_are_told_to_users() {
    let mut asp = active(0, 1);
    asp.hears_at(0, scon(&[7], Some(2)));
    assert_eq!(news(&mut asp), [Output::Congestion(code(7).into(), 2)]);
    asp.hears_at(0, scon(&[7], Some(2)));
    assert_eq!(news(&mut asp), []);
    asp.hears_at(0, scon(&[7], Some(0)));
    assert_eq!(news(&mut asp), [Output::Congestion(code(7).into(), 0)]);
    asp.hears_at(0, scon(&[8], None));
    assert_eq!(news(&mut asp), [Output::Congestion(code(8).into(), 1)]);
    let user_cause = UserCause { cause: 1, user: 5 };
    asp.hears_at(
        0,
        Message::Dupu(UserPartUnavailable {
            network_appearance: None,
            routing_contexts: vec![],
            affected: MaskedPointCode::exact(code(8)),
            user_cause,
            info: None,
            other: Vec::new(),
        }),
    );
    let expected = Output::UserPartUnavailable(code(8).into(), user_cause);
    assert_eq!(news(&mut asp), [expected]);
}

#[test]
fn congestion_ends_when_an_audit_is_answered_without_a_word_of_it() {
    let mut asp = active(0, 1);
    asp.hears_at(0, scon(&[7], None));
    asp.hears_at(0, Message::Dava(destinations(&[7])));
    assert_eq!(
        news(&mut asp),
        [Output::Congestion(code(7).into(), 1)],
        "not asked"
    );
    asp.seconds(10);
    assert_eq!(asp.says(), ["#0 0 DAUD"]);
    asp.hears_at(0, scon(&[7], None));
    asp.hears_at(0, Message::Dava(destinations(&[7])));
    assert_eq!(news(&mut asp), [], "still congested");
    asp.seconds(10);
    assert_eq!(asp.says(), ["#0 0 DAUD"]);
    asp.hears_at(0, Message::Dava(destinations(&[7])));
    assert_eq!(news(&mut asp), [Output::Congestion(code(7).into(), 0)]);
    asp.seconds(3600);
    assert_eq!(asp.says(), [""; 0]);
}

#[test]
fn a_gateway_that_returns_is_believed_to_reach_everything_again() {
    let mut asp = active(0, 1);
    asp.hears_at(0, Message::Duna(destinations(&[7])));
    asp.input(down());
    asp.input(up(17));
    asp.hears(aspup_ack());
    asp.hears(aspac_ack(&[100]));
    asp.says();
    assert_eq!(ways(&mut asp, 0..2), [0, 0]);
    asp.seconds(3600);
    assert_eq!(asp.says(), [""; 0], "nothing to audit");
}

#[test]
fn news_of_strange_contexts_networks_and_before_traffic_is_refused() {
    let mut asp = process(0, 1);
    let of = |routing_contexts: &[u32], network_appearance| {
        Message::Duna(Destinations {
            routing_contexts: routing_contexts.to_vec(),
            network_appearance,
            ..destinations(&[7])
        })
    };
    asp.hears_at(0, aspac_ack(&[100]));
    asp.says();
    asp.hears_at(0, of(&[100, 7], None));
    assert_eq!(asp.says(), ["Rejected 0x19", "#0 0 ERR 0x19 rc=[7]"]);
    asp.hears_at(0, of(&[100], Some(3)));
    assert_eq!(asp.says(), ["Rejected 0x15", "#0 0 ERR 0x15 na=3"]);
    assert_eq!(ways(&mut asp, 0..1), [0]);
    let mut gone = active(0, 1);
    gone.hears_at(0, aspdn_ack());
    gone.says();
    gone.hears_at(0, of(&[100], None));
    assert_eq!(gone.says(), ["Rejected 0x06", "#0 0 ERR 0x06"]);
}

/// A relay: gateway to a process at association 0, and itself a process at the gateway at
/// association 1, which leads to 7 and 8.
fn relay() -> End {
    let mut end = End::with(Role::Sgp, |config| {
        config.relays = true;
        config.servers[0].reaches = vec![(code(1), 0)];
        config.associations.push(AssociationConfig::new(Role::Asp));
        config.servers.push(ServerConfig {
            routing_context: Some(200),
            reaches: vec![(code(7), 0), (code(8), 0)],
            ..ServerConfig::new(Side::Ours, 1)
        });
    });
    end.input(up_at(1, 17));
    end.hears_at(1, aspup_ack());
    end.input(up(17));
    end.hears(aspup());
    end.hears(aspac(&[100]));
    assert_eq!(end.says().last().unwrap(), "#0 0 DUNA [7, 8]");
    end.hears_at(1, aspac_ack(&[200]));
    assert_eq!(end.says()[1..], ["#0 0 DAVA [7]", "#0 0 DAVA [8]"]);
    end
}

fn of_200(message: Destinations) -> Destinations {
    Destinations {
        routing_contexts: vec![200],
        ..message
    }
}

#[test]
fn a_relay_passes_messages_on_in_both_directions() {
    let mut relay = relay();
    let from_process = Data {
        transfer: Transfer {
            dpc: code(7),
            opc: code(1),
            ..transfer("IAM")
        },
        ..data("")
    };
    relay.hears_at(0, Message::Data(from_process));
    assert_eq!(relay.says(), ["#1 4 DATA rc=200 b\"IAM\""]);
    let from_gateway = Data {
        routing_context: Some(200),
        transfer: Transfer {
            dpc: code(1),
            opc: code(7),
            ..transfer("ACM")
        },
        ..data("")
    };
    relay.hears_at(1, Message::Data(from_gateway.clone()));
    assert_eq!(relay.says(), ["#0 4 DATA rc=100 b\"ACM\""]);
    let mut circle = from_gateway;
    circle.transfer.dpc = code(8);
    relay.hears_at(1, Message::Data(circle.clone()));
    assert_eq!(
        relay.layer.poll_output(),
        Some(Output::Unroutable(circle.transfer))
    );
}

#[test]
fn a_relay_passes_on_how_destinations_are() {
    let mut relay = relay();
    relay.hears_at(1, Message::Duna(of_200(destinations(&[7]))));
    assert_eq!(relay.says(), ["#0 0 DUNA [7]"]);
    relay.hears_at(1, Message::Drst(of_200(destinations(&[7]))));
    assert_eq!(relay.says(), ["#0 0 DRST"]);
    let Message::Scon(congestion) = scon(&[8], Some(3)) else {
        unreachable!()
    };
    relay.hears_at(
        1,
        Message::Scon(Congestion {
            routing_contexts: vec![200],
            ..congestion
        }),
    );
    assert_eq!(relay.says(), ["Congestion 8 3", "#0 0 SCON"]);
    relay.hears(Message::Daud(destinations(&[7, 8, 2])));
    assert_eq!(relay.says(), ["#0 0 SCON", "#0 0 DAVA [8, 2]", "#0 0 DRST"]);
    relay.input(Input::Down { association: 1 });
    let said = relay.says();
    assert_eq!(said[1..], ["#0 0 DUNA [7]", "#0 0 DUNA [8]"], "{said:?}");
}

#[test]
fn a_process_is_not_told_of_what_is_its_own() {
    let mut relay = relay();
    relay.hears(aspia(&[100]));
    relay.says();
    relay.seconds(2);
    let said = relay.says();
    assert!(!said.iter().any(|line| line.contains("DUNA")), "{said:?}");
}

#[test]
fn a_gateway_answers_an_audit_with_what_it_knows() {
    let mut sgp = End::active(Role::Sgp);
    sgp.hears(Message::Daud(destinations(&[2, 77])));
    assert_eq!(sgp.says(), ["0 DAVA [2]", "0 DUNA [77]"]);
    let cluster = MaskedPointCode {
        mask: 3,
        code: code(0),
    };
    sgp.hears(Message::Daud(Destinations {
        affected: vec![cluster],
        ..destinations(&[])
    }));
    assert_eq!(sgp.says(), ["0 DAVA [0]"]);
}

#[test]
fn a_gateway_tells_that_it_is_congested_and_that_it_has_no_such_user() {
    let mut sgp = End::with(Role::Sgp, |config| {
        config.users = vec![ServiceIndicator::ISUP];
    });
    sgp.activate();
    sgp.input(Input::Congestion(2));
    sgp.input(Input::Congestion(2));
    assert_eq!(sgp.says(), ["0 SCON"]);
    sgp.hears(Message::Daud(destinations(&[2])));
    assert_eq!(sgp.says(), ["0 SCON", "0 DAVA [2]"]);
    sgp.input(Input::Congestion(0));
    assert_eq!(sgp.says(), ["0 SCON"]);
    let mut to_sccp = data("UDT");
    to_sccp.transfer.si = ServiceIndicator::SCCP;
    sgp.hears(Message::Data(to_sccp));
    sgp.hears(Message::Data(data("IAM")));
    let delivered = ["Transfer b\"UDT\"", "Transfer b\"IAM\""];
    assert_eq!(sgp.says(), [&["0 DUPU"], &delivered[..]].concat());
}

#[test]
fn an_asp_may_say_that_it_is_congested() {
    let mut sgp = End::active(Role::Sgp);
    sgp.hears(scon(&[1], Some(1)));
    assert_eq!(sgp.says(), ["Congestion 1 1"]);
}

/// Every state of two gateways: whether the destination is there, and which way is taken.
#[test]
fn the_better_gateway_is_taken_in_every_combination_of_states() {
    let message: [fn(Destinations) -> Message; 3] = [Message::Dava, Message::Drst, Message::Duna];
    for first in 0..3 {
        for second in 0..3 {
            let mut asp = active(0, 1);
            asp.hears_at(0, message[first](destinations(&[7])));
            asp.hears_at(1, message[second](destinations(&[7])));
            asp.says();
            match (first, second) {
                (2, 2) => {
                    asp.input(Input::Transfer(Transfer {
                        dpc: code(7),
                        ..transfer("IAM")
                    }));
                    assert_eq!(asp.says(), ["Undelivered b\"IAM\""]);
                }
                _ => assert_eq!(ways(&mut asp, 0..2), [usize::from(second < first); 2]),
            }
        }
    }
}

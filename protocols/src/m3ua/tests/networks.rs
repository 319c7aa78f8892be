//! Two networks on one association, with the same point codes in both (`§1.4.2.4`, `§3.3.1`).

use codecs::mtp::SignallingPoint;

use super::*;

const INTERNATIONAL: NetworkId = NetworkId(0);
const NATIONAL: NetworkId = NetworkId(1);

/// In the international network with routing context 100 and network appearance 1, in the national
/// one with 200 and 2; we are 2 in both, and 1 is reached.
fn both(role: Role) -> End {
    let mut end = End::with(role, |config| {
        let international = &mut config.servers[0];
        international.key.network_appearance = Some(1);
        international.network_indicator = NetworkIndicator::INTERNATIONAL;
        let mut national = international.clone();
        national.network = NATIONAL;
        national.network_indicator = NetworkIndicator::NATIONAL;
        national.routing_context = Some(200);
        national.key.network_appearance = Some(2);
        config.servers.push(national);
        config.own.push(NATIONAL.point(PointCode::new(2)));
    });
    end.input(up(16));
    let said = match role.asks() {
        true => [aspup_ack(), aspac_ack(&[100]), aspac_ack(&[200])],
        false => [aspup(), aspac(&[100]), aspac(&[200])],
    };
    said.into_iter().for_each(|message| end.hears(message));
    end.says();
    end
}

/// A message to us that names its network so.
fn named(context: Option<u32>, appearance: Option<u32>, ni: NetworkIndicator) -> Message {
    let mut data = data("IAM");
    (data.routing_context, data.network_appearance) = (context, appearance);
    data.transfer.ni = ni;
    Message::Data(data)
}

/// The networks of the messages that the user parts get.
fn delivered(end: &mut End) -> Vec<NetworkId> {
    let outputs = std::iter::from_fn(|| end.layer.poll_output());
    let network = |output| match output {
        Output::Transfer(transfer) => Some(transfer.network),
        _ => None,
    };
    outputs.filter_map(network).collect()
}

#[test]
fn a_message_belongs_to_the_network_of_its_context_or_of_its_appearance() {
    for role in [Role::Asp, Role::Sgp] {
        let mut end = both(role);
        for (context, appearance, ni, network) in [
            (
                Some(100),
                None,
                NetworkIndicator::INTERNATIONAL,
                INTERNATIONAL,
            ),
            (Some(200), None, NetworkIndicator::NATIONAL, NATIONAL),
            (Some(200), Some(2), NetworkIndicator::NATIONAL, NATIONAL),
            (
                None,
                Some(1),
                NetworkIndicator::INTERNATIONAL,
                INTERNATIONAL,
            ),
            (None, Some(2), NetworkIndicator::NATIONAL, NATIONAL),
        ] {
            end.hears(named(context, appearance, ni));
            assert_eq!(delivered(&mut end), [network], "{context:?} {appearance:?}");
        }
    }
}

#[test]
fn a_message_of_no_network_or_of_another_one_is_refused() {
    let mut end = both(Role::Asp);
    for (context, appearance, ni, error) in [
        (None, None, NetworkIndicator::NATIONAL, "0 ERR 0x15"),
        (None, Some(3), NetworkIndicator::NATIONAL, "0 ERR 0x15 na=3"),
        (
            Some(200),
            Some(1),
            NetworkIndicator::NATIONAL,
            "0 ERR 0x15 na=1",
        ),
        // The octet before the label says another kind of network.
        (
            Some(200),
            None,
            NetworkIndicator::INTERNATIONAL,
            "0 ERR 0x11",
        ),
        (None, Some(1), NetworkIndicator::NATIONAL, "0 ERR 0x11"),
    ] {
        end.hears(named(context, appearance, ni));
        assert_eq!(end.says()[1], error, "{context:?} {appearance:?}");
    }
}

#[test]
fn a_message_goes_into_its_network() {
    let mut end = both(Role::Asp);
    for (network, context, appearance, ni) in [
        (INTERNATIONAL, 100, 1, NetworkIndicator::INTERNATIONAL),
        (NATIONAL, 200, 2, NetworkIndicator::NATIONAL),
    ] {
        end.input(Input::Transfer(Transfer {
            network,
            ..transfer("IAM")
        }));
        let Some(Output::Send { payload, .. }) = end.layer.poll_output() else {
            panic!("nothing sent");
        };
        let Message::Data(data) = Message::decode(&payload).unwrap() else {
            panic!("no DATA");
        };
        assert_eq!(data.routing_context, Some(context));
        assert_eq!(data.network_appearance, Some(appearance));
        assert_eq!(data.transfer.ni, ni);
    }
    end.input(Input::Transfer(Transfer {
        network: NetworkId(2),
        ..transfer("IAM")
    }));
    let output = end.layer.poll_output();
    assert!(matches!(output, Some(Output::Unroutable(_))), "{output:?}");
}

#[test]
fn what_a_gateway_says_of_a_point_code_holds_for_its_network() {
    let point = |network: NetworkId| network.point(PointCode::new(1));
    let mut end = both(Role::Asp);
    let mut hears = |message: Message| {
        end.hears(message);
        let outputs = std::iter::from_fn(|| end.layer.poll_output());
        let told: Vec<Output> = outputs
            .filter(|output| !matches!(output, Output::Send { .. }))
            .collect();
        told
    };
    let of = |context, appearance| Destinations {
        routing_contexts: vec![context],
        network_appearance: appearance,
        ..destinations(&[1])
    };
    assert_eq!(
        hears(Message::Duna(of(200, Some(2)))),
        [Output::Pause(point(NATIONAL))]
    );
    assert_eq!(
        hears(Message::Duna(of(100, None))),
        [Output::Pause(point(INTERNATIONAL))]
    );
    assert_eq!(
        hears(Message::Dava(of(200, None))),
        [Output::Resume(point(NATIONAL))]
    );
    // Without a routing context the network appearance tells; without that, nothing does.
    let nameless = |appearance| Destinations {
        network_appearance: appearance,
        ..without_context(&[1])
    };
    assert_eq!(
        hears(Message::Dava(nameless(Some(1)))),
        [Output::Resume(point(INTERNATIONAL))]
    );
    for (appearance, theirs) in [(None, None), (Some(3), Some(3))] {
        let told = hears(Message::Duna(nameless(appearance)));
        let [
            Output::Mismatch { mismatch, .. },
            Output::Rejected { code, .. },
        ] = &told[..]
        else {
            panic!("{told:?}");
        };
        assert_eq!(mismatch.ours, [1, 2]);
        assert_eq!(mismatch.theirs, Some(Vec::from_iter(theirs)));
        assert_eq!(*code, ErrorCode::INVALID_NETWORK_APPEARANCE);
    }
    let user_cause = UserCause { cause: 1, user: 5 };
    let dupu = UserPartUnavailable {
        network_appearance: None,
        routing_contexts: vec![200],
        affected: MaskedPointCode::exact(PointCode::new(1)),
        user_cause,
        info: None,
        other: Vec::new(),
    };
    assert_eq!(
        hears(Message::Dupu(dupu)),
        [Output::UserPartUnavailable(point(NATIONAL), user_cause)]
    );
}

#[test]
fn an_audit_is_about_the_network_it_names() {
    let mut end = both(Role::Sgp);
    for (appearance, said) in [
        (Some(2), ["0 DAVA [2]"].to_vec()),
        (None, ["Rejected 0x15", "0 ERR 0x15"].to_vec()),
    ] {
        end.hears(Message::Daud(Destinations {
            network_appearance: appearance,
            ..without_context(&[2])
        }));
        assert_eq!(end.says(), said);
    }
}

/// The two networks of a gateway are strangers to each other.
#[test]
fn a_gateway_tells_a_process_of_its_own_network_only() {
    let mut config = config(Role::Sgp);
    config.relays = true;
    for (association, network, code) in [(1, INTERNATIONAL, 7), (2, NATIONAL, 7)] {
        config.associations.push(AssociationConfig::new(Role::Asp));
        config.servers.push(ServerConfig {
            network,
            reaches: vec![(PointCode::new(code), 0)],
            ..ServerConfig::new(Side::Ours, association)
        });
    }
    let mut end = End::new(config);
    end.input(up(16));
    for association in [1, 2] {
        end.input(up_at(association, 16));
        end.hears_at(association, aspup_ack());
        end.hears_at(association, aspac_ack(&[]));
    }
    end.hears(aspup());
    end.hears(aspac(&[100]));
    end.says();
    end.hears_at(2, Message::Duna(without_context(&[7])));
    let told: Vec<Output> = std::iter::from_fn(|| end.layer.poll_output()).collect();
    let gone: SignallingPoint = NATIONAL.point(PointCode::new(7));
    assert_eq!(told, [Output::Pause(gone)]);
    end.hears(Message::Daud(Destinations {
        routing_contexts: vec![100],
        ..destinations(&[7])
    }));
    assert_eq!(end.says(), ["#0 0 DAVA [7]"]);
    end.hears_at(1, Message::Duna(without_context(&[7])));
    assert_eq!(end.says(), ["#0 0 DUNA [7]"]);
}

fn without_context(codes: &[u16]) -> Destinations {
    Destinations {
        routing_contexts: Vec::new(),
        ..destinations(codes)
    }
}

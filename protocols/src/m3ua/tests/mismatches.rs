//! Where the two ends are set up differently, the owner learns which setting, and both values.

use super::*;

/// The differences told since the last time, as `setting ours theirs`.
fn differences(end: &mut End) -> Vec<String> {
    let outputs = std::iter::from_fn(|| end.layer.poll_output());
    let told = outputs.filter(|output| matches!(output, Output::Mismatch { .. }));
    told.map(|output| words(&output)).collect()
}

fn after(mut end: End, message: Message) -> Vec<String> {
    end.says();
    end.hears(message);
    differences(&mut end)
}

fn coming_up(role: Role, change: impl FnOnce(&mut Config)) -> End {
    let mut end = End::with(role, change);
    end.input(up(16));
    end
}

#[test]
fn of_messages() {
    for role in [Role::Asp, Role::Sgp, Role::IpspClient, Role::IpspServer] {
        let heard = |change: fn(&mut Data)| {
            let mut data = data("IAM");
            change(&mut data);
            after(End::active(role), Message::Data(data))
        };
        let none: [&str; 0] = [];
        assert_eq!(heard(|_| {}), none);
        assert_eq!(
            heard(|data| data.routing_context = Some(7)),
            ["RoutingContext [100] Some([7])"]
        );
        assert_eq!(
            heard(|data| data.network_appearance = Some(5)),
            ["NetworkAppearance [] Some([5])"]
        );
        assert_eq!(
            heard(|data| data.transfer.ni = NetworkIndicator::INTERNATIONAL),
            ["NetworkIndicator [2] Some([0])"]
        );
        assert_eq!(
            heard(|data| data.transfer.dpc = PointCode::new(6)),
            ["OwnPointCode [2] Some([6])"]
        );
        assert_eq!(
            heard(|data| data.transfer.opc = PointCode::new(6)),
            ["PointCodes [1, 8] Some([6])"]
        );
    }
}

#[test]
fn of_a_process_that_comes_up() {
    let three = |config: &mut Config| config.associations[0].asp_identifier = Some(3);
    let called = |asp_identifier| {
        Message::AspUp(AspUp {
            asp_identifier,
            ..AspUp::default()
        })
    };
    let sgp = || coming_up(Role::Sgp, three);
    assert_eq!(
        after(sgp(), called(Some(4))),
        ["AspIdentifier [3] Some([4])"]
    );
    assert_eq!(after(sgp(), called(None)), ["AspIdentifier [3] Some([])"]);
}

#[test]
fn of_the_traffic_mode_at_either_end() {
    let loadshare = |config: &mut Config| config.servers[0].mode = Some(TrafficMode::LOADSHARE);
    let mode = AspActive {
        mode: Some(TrafficMode::OVERRIDE),
        ..active(&[100])
    };
    let mut sgp = coming_up(Role::Sgp, loadshare);
    sgp.hears(aspup());
    let asked = Message::AspActive(mode.clone());
    assert_eq!(after(sgp, asked), ["TrafficMode [2] Some([1])"]);
    let mut asp = coming_up(Role::Asp, loadshare);
    asp.hears(aspup_ack());
    let answered = Message::AspActiveAck(mode);
    assert_eq!(after(asp, answered), ["TrafficMode [2] Some([1])"]);
}

#[test]
fn of_what_the_other_end_complains_about() {
    let asp = || {
        coming_up(Role::Asp, |config| {
            config.associations[0].asp_identifier = Some(3);
            config.servers[0].key.network_appearance = Some(5);
            config.servers[0].mode = Some(TrafficMode::OVERRIDE);
        })
    };
    for (code, expected) in [
        (
            ErrorCode::INVALID_ROUTING_CONTEXT,
            "RoutingContext [100] None",
        ),
        (ErrorCode::NO_CONFIGURED_AS, "RoutingContext [100] None"),
        (
            ErrorCode::INVALID_NETWORK_APPEARANCE,
            "NetworkAppearance [5] None",
        ),
        (ErrorCode::UNSUPPORTED_TRAFFIC_MODE, "TrafficMode [1] None"),
        (ErrorCode::INVALID_ASP_IDENTIFIER, "AspIdentifier [3] None"),
    ] {
        assert_eq!(after(asp(), error(code)), [expected]);
    }
    let none: [&str; 0] = [];
    assert_eq!(after(asp(), error(ErrorCode::PROTOCOL_ERROR)), none);
}

#[test]
fn of_a_routing_key() {
    let key = |change: fn(&mut RoutingKey)| {
        let mut key = RoutingKey {
            local_identifier: 1,
            routing_context: None,
            mode: Some(TrafficMode::OVERRIDE),
            network_appearance: Some(5),
            destinations: vec![RoutingKeyDestination {
                code: MaskedPointCode::exact(PointCode::new(1)),
                services: Vec::new(),
                originators: Vec::new(),
            }],
            other: Vec::new(),
        };
        change(&mut key);
        let mut sgp = coming_up(Role::Sgp, |config| {
            config.registrations = Some(0);
            let server = &mut config.servers[0];
            server.registered = true;
            server.mode = Some(TrafficMode::OVERRIDE);
            server.key.network_appearance = Some(5);
            server.key.destinations = vec![PointCode::new(1)];
        });
        sgp.hears(aspup());
        let keys = vec![key];
        let other = Vec::new();
        after(
            sgp,
            Message::RegistrationRequest(RegistrationRequest { keys, other }),
        )
    };
    let none: [&str; 0] = [];
    assert_eq!(key(|_| {}), none);
    assert_eq!(
        key(|key| key.network_appearance = Some(6)),
        ["NetworkAppearance [5] Some([6])"]
    );
    assert_eq!(
        key(|key| key.mode = Some(TrafficMode::BROADCAST)),
        ["TrafficMode [1] Some([3])"]
    );
    assert_eq!(
        key(|key| key.destinations[0].code.code = PointCode::new(6)),
        ["PointCodes [1] Some([6])"]
    );
}

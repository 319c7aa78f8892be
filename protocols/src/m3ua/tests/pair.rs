//! Both ends against each other.

use super::*;

struct Pair {
    asks: End,
    answers: End,
}

impl Pair {
    fn new(asks: Role, answers: Role) -> Self {
        Self {
            asks: End::of(asks),
            answers: End::with(answers, |config| {
                config.own = vec![PointCode::new(1).into()];
                config.servers[0].reaches = vec![(PointCode::new(2), 0)];
            }),
        }
    }

    fn both(&mut self, input: &Input) {
        self.asks.input(input.clone());
        self.answers.input(input.clone());
    }

    /// Each sends the other a message.
    fn talk(&mut self, text: &'static str) {
        self.asks.input(Input::Transfer(transfer(text)));
        self.answers.input(Input::Transfer(data(text).transfer));
    }

    /// Carries messages until both are quiet; what else they say, each by itself.
    fn settle(&mut self) -> (Vec<String>, Vec<String>) {
        let (mut asks, mut answers) = (Vec::new(), Vec::new());
        loop {
            let carried = carry(&mut self.asks, &mut self.answers, &mut asks)
                + carry(&mut self.answers, &mut self.asks, &mut answers);
            if carried == 0 {
                return (asks, answers);
            }
        }
    }
}

fn carry(from: &mut End, to: &mut End, rest: &mut Vec<String>) -> usize {
    let mut carried = 0;
    while let Some(output) = from.layer.poll_output() {
        match output {
            Output::Send {
                stream, payload, ..
            } => {
                to.hears_bytes(stream, payload);
                carried += 1;
            }
            other => rest.extend(from.line(&other)),
        }
    }
    carried
}

#[test]
fn they_come_up_talk_lose_each_other_and_recover() {
    for (asks, answers) in [(Role::Asp, Role::Sgp), (Role::IpspClient, Role::IpspServer)] {
        let mut pair = Pair::new(asks, answers);
        for _ in 0..3 {
            pair.both(&up(4));
            let (asks, answers) = pair.settle();
            assert_eq!(
                (asks, answers),
                (vec!["Active".into()], vec!["Active".into()])
            );
            pair.talk("hello");
            let (asks, answers) = pair.settle();
            assert_eq!(asks, ["Transfer b\"hello\""]);
            assert_eq!(answers, asks);
            pair.both(&down());
            let (asks, answers) = pair.settle();
            assert_eq!(
                (asks, answers),
                (vec!["Inactive".into()], vec!["Inactive".into()])
            );
        }
    }
}

#[test]
fn they_part_in_order() {
    let mut pair = Pair::new(Role::Asp, Role::Sgp);
    pair.both(&up(4));
    pair.settle();
    pair.asks.input(Input::Stop);
    let (asks, answers) = pair.settle();
    assert_eq!(asks, ["Inactive", "Stopped"]);
    assert_eq!(answers, ["Inactive"]);
}

#[test]
fn two_that_stop_at_once_do_not_complain() {
    for (asks, answers) in [(Role::Asp, Role::Sgp), (Role::IpspClient, Role::IpspServer)] {
        let mut pair = Pair::new(asks, answers);
        pair.both(&up(4));
        pair.settle();
        pair.talk("bye");
        pair.both(&Input::Stop);
        let (asks, answers) = pair.settle();
        assert_eq!(asks, ["Inactive", "Transfer b\"bye\""]);
        assert_eq!(answers, ["Inactive", "Stopped", "Transfer b\"bye\""]);
        // The gateway shut the association down, which ends the matter for both.
        pair.both(&down());
        let silence = (Vec::<String>::new(), Vec::<String>::new());
        assert_eq!(pair.settle(), silence);
        pair.both(&up(4));
        let (asks, answers) = pair.settle();
        assert_eq!(
            (asks, answers),
            (vec!["Active".into()], vec!["Active".into()])
        );
    }
}

#[test]
fn a_restarted_asp_is_taken_back() {
    let mut pair = Pair::new(Role::Asp, Role::Sgp);
    pair.both(&up(4));
    pair.settle();
    pair.asks = End::of(Role::Asp);
    pair.both(&up(4));
    let (asks, answers) = pair.settle();
    assert_eq!(asks, ["Active"]);
    assert_eq!(answers, ["Inactive", "Active"]);
}

#[test]
fn in_a_double_exchange_each_asks_for_its_own_direction() {
    let end = |inbound, outbound, own, far| {
        End::new(Config {
            associations: vec![AssociationConfig::new(Role::IpspDouble)],
            servers: vec![
                ServerConfig {
                    routing_context: Some(inbound),
                    ..ServerConfig::new(Side::Ours, 0)
                },
                ServerConfig {
                    routing_context: Some(outbound),
                    reaches: vec![(PointCode::new(far), 0)],
                    ..ServerConfig::new(Side::Theirs, 0)
                },
            ],
            own: vec![PointCode::new(own).into()],
            timers: timers(),
            ..Config::default()
        })
    };
    let mut pair = Pair {
        asks: end(10, 20, 2, 1),
        answers: end(20, 10, 1, 2),
    };
    pair.both(&up(4));
    let (one, other) = pair.settle();
    assert_eq!(one.len(), 2, "{one:?}");
    assert_eq!(other.len(), 2, "{other:?}");
    pair.talk("hello");
    let (one, other) = pair.settle();
    assert_eq!(one, ["Transfer b\"hello\""]);
    assert_eq!(other, one);
    // One stops taking messages; the other direction is not concerned until it leaves.
    pair.asks.hears(aspia_ack(&[10]));
    pair.asks.input(Input::Transfer(transfer("still")));
    let (_, other) = pair.settle();
    assert!(
        other.contains(&"Transfer b\"still\"".to_owned()),
        "{other:?}"
    );
    pair.asks.input(Input::Stop);
    let (one, _) = pair.settle();
    assert_eq!(one.last().unwrap(), "Stopped");
}

#[test]
fn a_key_is_registered_used_and_taken_back() {
    for others in [0, 1] {
        let mut pair = Pair::new(Role::Asp, Role::Sgp);
        let key = Key {
            destinations: vec![PointCode::new(2)],
            ..Key::default()
        };
        pair.asks = End::with(Role::Asp, |config| {
            config.servers[0].routing_context = None;
            config.servers[0].registered = true;
            config.servers[0].key = key.clone();
        });
        pair.answers = End::with(Role::Sgp, |config| {
            config.own = vec![PointCode::new(1).into()];
            config.registrations = Some(others);
            config.servers[0].registered = true;
            config.servers[0].key = key.clone();
            config.servers[0].reaches = vec![(PointCode::new(2), 0)];
            if others > 0 {
                config.servers.clear();
            }
        });
        for _ in 0..3 {
            pair.both(&up(4));
            let (asks, answers) = pair.settle();
            assert_eq!(
                (asks, answers),
                (vec!["Active".into()], vec!["Active".into()])
            );
            pair.talk("hello");
            let (asks, answers) = pair.settle();
            assert_eq!(asks, ["Transfer b\"hello\""]);
            assert_eq!(answers, asks);
            pair.both(&down());
            pair.settle();
        }
        pair.both(&up(4));
        pair.settle();
        pair.asks.input(Input::Stop);
        let (asks, answers) = pair.settle();
        assert_eq!(asks, ["Inactive", "Stopped"]);
        assert_eq!(answers, ["Inactive"]);
    }
}

#[test]
fn a_key_that_is_not_registered_is_reported() {
    let mut asp = End::with(Role::Asp, |config| {
        config.servers[0].routing_context = None;
        config.servers[0].registered = true;
    });
    asp.input(up(4));
    asp.hears(aspup_ack());
    asp.says();
    asp.hears(Message::RegistrationResponse(RegistrationResponse {
        results: vec![RegistrationResult {
            local_identifier: 1,
            status: RegistrationStatus::PERMISSION_DENIED,
            routing_context: 0,
            other: Vec::new(),
        }],
        other: Vec::new(),
    }));
    let status = RegistrationStatus::PERMISSION_DENIED;
    let expected = Output::NotRegistered { server: 0, status };
    assert_eq!(asp.layer.poll_output(), Some(expected));
    asp.seconds(3600);
    assert_eq!(asp.says(), [""; 0]);
}

//! What each end does in every state on every message: reviewed as a table.

use std::fmt::Write;

use super::*;

fn messages() -> Vec<Message> {
    let masked = MaskedPointCode::exact(PointCode::new(8));
    vec![
        error(ErrorCode::PROTOCOL_ERROR),
        notify(Status::AS_INACTIVE),
        notify(Status::AS_ACTIVE),
        notify(Status::AS_PENDING),
        notify(Status::ALTERNATE_ASP_ACTIVE),
        Message::Data(data("IAM")),
        Message::Duna(destinations(&[8])),
        Message::Dava(destinations(&[8])),
        Message::Daud(destinations(&[8])),
        Message::Scon(Congestion {
            network_appearance: None,
            routing_contexts: Vec::new(),
            affected: vec![masked],
            concerned: None,
            level: None,
            info: None,
            other: Vec::new(),
        }),
        Message::Dupu(UserPartUnavailable {
            network_appearance: None,
            routing_contexts: Vec::new(),
            affected: masked,
            user_cause: UserCause { cause: 0, user: 5 },
            info: None,
            other: Vec::new(),
        }),
        Message::Drst(destinations(&[8])),
        aspup(),
        aspup_ack(),
        aspdn(),
        aspdn_ack(),
        Message::Beat(beat(b"tick")),
        Message::BeatAck(beat(b"tick")),
        aspac(&[100]),
        aspac_ack(&[100]),
        aspia(&[100]),
        aspia_ack(&[100]),
        Message::DeregistrationRequest(DeregistrationRequest {
            routing_contexts: vec![100],
            other: Vec::new(),
        }),
        Message::DeregistrationResponse(DeregistrationResponse {
            results: vec![DeregistrationResult {
                routing_context: 100,
                status: DeregistrationStatus::SUCCESS,
                other: Vec::new(),
            }],
            other: Vec::new(),
        }),
    ]
}

/// A state by its name, and how to get there.
type State = (&'static str, fn() -> End);

fn table(states: &[State]) -> String {
    let mut table = String::new();
    for (name, make) in states {
        writeln!(table, "{name}").unwrap();
        for message in messages() {
            let mut end = make();
            end.says();
            let event = format!("{}{}", message.name(), details(&message));
            end.hears(message);
            writeln!(table, "  {event:28} {}", end.says().join(", ")).unwrap();
        }
        let mut end = make();
        end.says();
        end.seconds(2);
        writeln!(table, "  {:28} {}", "2 seconds", end.says().join(", ")).unwrap();
    }
    table
}

fn coming_up() -> End {
    let mut end = End::of(Role::Asp);
    end.input(up(16));
    end
}

fn activating() -> End {
    let mut end = coming_up();
    end.hears(aspup_ack());
    end
}

fn standby() -> End {
    let mut end = End::active(Role::Asp);
    end.hears(notify(Status::ALTERNATE_ASP_ACTIVE));
    end
}

fn deactivating() -> End {
    let mut end = End::active(Role::Asp);
    end.input(Input::Stop);
    end
}

fn going_down() -> End {
    let mut end = deactivating();
    end.hears(aspia_ack(&[100]));
    end
}

fn stopped() -> End {
    let mut end = going_down();
    end.hears(aspdn_ack());
    end
}

#[test]
fn the_end_that_asks() {
    insta::assert_snapshot!(table(&[
        ("coming up", coming_up),
        ("activating", activating),
        ("active", || End::active(Role::Asp)),
        ("standby", standby),
        ("deactivating", deactivating),
        ("going down", going_down),
        ("stopped", stopped),
    ]));
}

fn asp_down() -> End {
    let mut end = End::of(Role::Sgp);
    end.input(up(16));
    end
}

fn asp_inactive() -> End {
    let mut end = asp_down();
    end.hears(aspup());
    end
}

fn pending() -> End {
    let mut end = End::active(Role::Sgp);
    end.hears(aspia(&[100]));
    end
}

fn gateway_stopped() -> End {
    let mut end = End::active(Role::Sgp);
    end.input(Input::Stop);
    end
}

#[test]
fn the_end_that_answers() {
    insta::assert_snapshot!(table(&[
        ("ASP down", asp_down),
        ("ASP inactive", asp_inactive),
        ("ASP active", || End::active(Role::Sgp)),
        ("ASP inactive, AS pending", pending),
        ("stopped", gateway_stopped),
    ]));
}

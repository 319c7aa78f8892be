//! The user agent against SIPp, over UDP sockets: calls placed and taken, given up and refused, over
//! a network that loses messages, and all that may happen within a session.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::HashSet;
use std::time::Instant;

use codecs::sdp::{Description, Payload};
use codecs::sip::HeaderName;
use protocols::sip::{Event, Reliability};

mod agent;
mod proofs;
mod sessions;
#[path = "../support/sipp.rs"]
mod sipp;

use agent::{Agent, Conduct};
use sipp::{Scenario, Sipp};

/// SIPp calls the agent.
pub(crate) fn called_by(
    scenario: Scenario<'_>,
    conduct: Conduct,
) -> Option<Vec<Vec<&'static str>>> {
    meet(scenario, false, false, conduct)
}

/// The agent calls SIPp.
pub(crate) fn calling(scenario: Scenario<'_>, conduct: Conduct) -> Option<Vec<Vec<&'static str>>> {
    meet(scenario, true, false, conduct)
}

fn meet(
    scenario: Scenario<'_>,
    agent_calls: bool,
    messages_get_lost: bool,
    conduct: Conduct,
) -> Option<Vec<Vec<&'static str>>> {
    if !sipp::is_installed() {
        return None;
    }
    let (local, peer) = sipp::two_addresses();
    let mut agent = Agent::new(local);
    agent.lost = messages_get_lost.then(HashSet::new);
    let sipp = Sipp::start(&Scenario {
        local: peer,
        remote: (!agent_calls).then_some(local),
        ..scenario
    });
    if agent_calls {
        for _ in 0..scenario.calls {
            agent.call(peer, scenario.name != "called_offers");
        }
        agent.drain(conduct);
    }
    agent.run(sipp, conduct);
    Some(agent.stories())
}

fn pick_up(agent: &mut Agent, event: &Event) {
    if let Event::Invite {
        session, request, ..
    } = event
    {
        agent.pick_up(*session, request);
    }
}

/// Hangs up on who answers, having looked at the answer.
fn hang_up(agent: &mut Agent, event: &Event) {
    if let Event::Answered {
        session, response, ..
    } = event
    {
        let answer = Description::parse(response.body()).unwrap();
        let agreement = Description::offer(agent.audio()).agree(&answer).unwrap();
        assert_eq!(agreement.send, Payload::PCMA);
        agent.agent.hang_up(*session, &[], Instant::now());
    }
}

const TAKEN: [&str; 4] = ["invite", "acknowledged", "bye", "terminated"];
const PLACED: [&str; 3] = ["progress", "answered", "terminated"];

#[test]
fn calls_taken_and_ended_by_the_caller() {
    let scenario = Scenario {
        calls: 5,
        ..Scenario::default()
    };
    if let Some(stories) = called_by(scenario, pick_up) {
        assert_eq!(stories, vec![TAKEN; 5]);
    }
}

#[test]
fn a_call_given_up_while_it_rings() {
    let scenario = Scenario {
        name: "caller_gives_up",
        ..Scenario::default()
    };
    let ring = |agent: &mut Agent, event: &Event| {
        if let Event::Invite { session, .. } = event {
            agent.agent.progress(
                *session,
                180,
                &[],
                None,
                Reliability::WhenRequired,
                Instant::now(),
            );
        }
    };
    if let Some(stories) = called_by(scenario, ring) {
        assert_eq!(stories, [["invite", "cancelled", "terminated"]]);
    }
}

#[test]
fn a_call_refused() {
    let scenario = Scenario {
        name: "caller_meets_busy",
        ..Scenario::default()
    };
    let refuse = |agent: &mut Agent, event: &Event| {
        if let Event::Invite { session, .. } = event {
            let reason = (HeaderName::Reason, "Q.850;cause=17".into());
            agent.agent.reject(*session, 486, &[reason], Instant::now());
        }
    };
    if let Some(stories) = called_by(scenario, refuse) {
        assert_eq!(stories, [["invite", "terminated"]]);
    }
}

#[test]
fn calls_placed_and_ended_by_the_caller() {
    let scenario = Scenario {
        name: "called",
        calls: 5,
        ..Scenario::default()
    };
    if let Some(stories) = calling(scenario, hang_up) {
        assert_eq!(stories, vec![PLACED; 5]);
    }
}

#[test]
fn a_call_placed_and_ended_by_the_called() {
    let scenario = Scenario {
        name: "called_hangs_up",
        ..Scenario::default()
    };
    if let Some(stories) = calling(scenario, |_, _| {}) {
        assert_eq!(stories, [["answered", "bye", "terminated"]]);
    }
}

#[test]
fn a_placed_call_given_up_while_it_rings() {
    let scenario = Scenario {
        name: "called_rings_only",
        ..Scenario::default()
    };
    let give_up = |agent: &mut Agent, event: &Event| {
        if let Event::Progress { session, .. } = event {
            agent.agent.hang_up(*session, &[], Instant::now());
        }
    };
    if let Some(stories) = calling(scenario, give_up) {
        let [story] = &stories[..] else {
            panic!("one call: {stories:?}")
        };
        assert_eq!(
            (story[0], story[story.len() - 1]),
            ("progress", "terminated")
        );
        assert!(!story.contains(&"answered"), "{story:?}");
    }
}

#[test]
fn a_placed_call_refused() {
    let scenario = Scenario {
        name: "called_is_busy",
        ..Scenario::default()
    };
    let see = |_: &mut Agent, event: &Event| {
        if let Event::Rejected {
            status, response, ..
        } = event
        {
            let cause = response.as_ref().unwrap().reasons().next().unwrap().q850();
            assert_eq!((*status, cause), (486, Some(17)));
        }
    };
    if let Some(stories) = calling(scenario, see) {
        assert_eq!(stories, [["rejected", "terminated"]]);
    }
}

/// The first copy of every message is lost, each way. What is sent again arrives.
#[test]
fn calls_taken_over_a_network_that_loses() {
    let scenario = Scenario {
        pause: 3000, // long enough for ACK to be sent again before BYE
        ..Scenario::default()
    };
    if let Some(stories) = meet(scenario, false, true, pick_up) {
        assert_eq!(stories, [TAKEN]);
    }
}

#[test]
fn calls_placed_over_a_network_that_loses() {
    let scenario = Scenario {
        name: "called_hangs_up",
        ..Scenario::default()
    };
    if let Some(stories) = meet(scenario, true, true, |_, _| {}) {
        assert_eq!(stories, [["answered", "bye", "terminated"]]);
    }
}

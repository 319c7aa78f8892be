//! Within sessions: PRACK, UPDATE, re-INVITE, late offers, forks, session timers.

use std::time::Instant;

use codecs::sdp::{Description, Payload};
use protocols::sip::{DialogId, Event, Reliability};

use crate::agent::Agent;
use crate::sipp::Scenario;
use crate::{called_by, calling};

fn scenario(name: &str) -> Scenario<'_> {
    Scenario {
        name,
        ..Scenario::default()
    }
}

/// Answers what is asked within a session; hangs up on who answers.
fn converse(agent: &mut Agent, event: &Event) {
    let now = Instant::now();
    match event {
        Event::Updated {
            session,
            request,
            transaction: Some(transaction),
            ..
        } => {
            let answer = agent.answer(request);
            agent
                .agent
                .respond(*session, *transaction, 200, &[], Some(&answer), now);
        }
        Event::Answered { session, .. } => agent.agent.hang_up(*session, &[], now),
        _ => {}
    }
}

#[test]
fn reliable_progress_is_acknowledged_and_an_early_session_updated() {
    if let Some(stories) = calling(scenario("called_reliably"), converse) {
        let story = ["progress", "updated", "progress", "answered", "terminated"];
        assert_eq!(stories, [story]);
    }
}

#[test]
fn the_end_that_answers_first_is_the_call() {
    if let Some(stories) = calling(scenario("called_forks"), |_, _| {}) {
        let story = ["progress", "progress", "answered", "bye", "terminated"];
        assert_eq!(stories, [story]);
    }
}

#[test]
fn an_offer_of_the_called_is_answered_in_ack() {
    let conduct = |agent: &mut Agent, event: &Event| {
        if let Event::Answered {
            session,
            response,
            offers: true,
            ..
        } = event
        {
            let (answer, now) = (agent.answer(response), Instant::now());
            agent.agent.acknowledge(*session, &[], &answer, now);
            agent.agent.hang_up(*session, &[], now);
        }
    };
    if let Some(stories) = calling(scenario("called_offers"), conduct) {
        assert_eq!(stories, [["answered", "terminated"]]);
    }
}

#[test]
fn a_reinvite_that_meets_another_comes_again() {
    let conduct = |agent: &mut Agent, event: &Event| {
        let (offer, now) = (agent.offer(), Instant::now());
        match event {
            Event::Answered { session, .. } => {
                agent.agent.reinvite(*session, &[], Some(&offer), now);
            }
            Event::Replied {
                session, status, ..
            } => {
                assert_eq!(*status, 200);
                agent.agent.hang_up(*session, &[], now);
            }
            _ => {}
        }
    };
    if let Some(stories) = calling(scenario("called_meets_glare"), conduct) {
        assert_eq!(stories, [["answered", "replied", "terminated"]]);
    }
}

#[test]
fn a_longer_session_interval_is_agreed_upon_and_refreshed() {
    if let Some(stories) = calling(scenario("called_wants_longer"), |_, _| {}) {
        assert_eq!(stories, [["answered", "updated", "bye", "terminated"]]);
    }
}

/// Takes a call with its answer in a reliable 183.
fn pick_up_reliably(agent: &mut Agent, event: &Event) {
    let now = Instant::now();
    match event {
        Event::Invite {
            session, request, ..
        } => {
            let (answer, reliability) = (agent.answer(request), Reliability::WhenRequired);
            let agent = &mut agent.agent;
            agent.progress(*session, 183, &[], Some(&answer), reliability, now);
            agent.progress(*session, 180, &[], None, reliability, now);
        }
        Event::Updated {
            session, dialog, ..
        } => {
            assert_eq!(*dialog, DialogId::FIRST);
            converse(agent, event);
            agent.agent.answer(*session, &[], None, now);
        }
        // It leaves the offer to us.
        Event::Reinvited { session, .. } => {
            let offer = agent.offer();
            agent.agent.answer(*session, &[], Some(&offer), now);
        }
        Event::Acknowledged { request, .. } if !request.body().is_empty() => {
            let answer = Description::parse(request.body()).unwrap();
            let agreed = Description::offer(agent.audio()).agree(&answer).unwrap();
            assert_eq!(agreed.send, Payload::PCMA);
        }
        _ => {}
    }
}

#[test]
fn who_requires_reliable_progress_gets_it_and_updates_the_session() {
    if let Some(stories) = called_by(scenario("caller_reliably"), pick_up_reliably) {
        let story = [
            "invite",
            "prack",
            "prack",
            "updated",
            "acknowledged",
            "updated",
            "reinvited",
            "acknowledged",
            "bye",
            "terminated",
        ];
        assert_eq!(stories, [story]);
    }
}

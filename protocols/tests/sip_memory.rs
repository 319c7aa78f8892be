//! What a call leaves behind in the transaction layer, where it lingers for 32 s (RFC 3261 §17).
#![allow(unreachable_pub, clippy::unwrap_used)]

use std::time::{Duration, Instant};

use bytes::Bytes;
use protocols::sip::{
    AgentConfig, Body, Datagram, Event, Hop, Invite, Output, Reliability, TransactionConfig,
    UserAgent,
};

#[path = "../../tests/support/counting.rs"]
mod counting;

use counting::Counts;

/// The budget for a transaction that lingers, in octets.
const BUDGET: i64 = 1500;

const CALLS: u32 = 2000;

const SDP: &[u8] = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n\
    m=audio 20000 RTP/AVP 8 0\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\n";

fn hop(last: u8) -> Hop {
    Hop::udp(([192, 0, 2, last], 5060).into())
}

fn agent(last: u8) -> UserAgent {
    UserAgent::new(
        AgentConfig::new(TransactionConfig::new(hop(last))),
        [last; 32],
    )
}

fn body() -> Body {
    Body {
        content_type: "application/sdp".into(),
        bytes: Bytes::from_static(SDP),
    }
}

/// Passes on what an agent sends, and lets its owner act.
fn turn(from: &mut UserAgent, source: Hop, to: &mut UserAgent, now: Instant) -> bool {
    let mut moved = false;
    while let Some(output) = from.poll_output() {
        moved = true;
        match output {
            Output::Transmit(transmit) => {
                let datagram = Datagram {
                    // A copy: what was received does not share memory with what was sent.
                    bytes: Bytes::copy_from_slice(&transmit.bytes),
                    from: source,
                    local: transmit.to.address,
                };
                to.handle(datagram, now);
            }
            Output::Event(Event::Invite { session, .. }) => {
                let reliability = Reliability::WhenSupported;
                from.progress(session, 183, &[], Some(&body()), reliability, now);
                from.answer(session, &[], None, now);
            }
            Output::Event(Event::Answered { session, .. }) => from.hang_up(session, &[], now),
            Output::Event(_) => {}
        }
    }
    moved
}

#[test]
fn a_transaction_that_lingers_keeps_within_its_budget() {
    let (mut caller, mut called) = (agent(1), agent(2));
    let now = Instant::now();
    let before = Counts::now().live;
    for _ in 0..CALLS {
        let invite = Invite {
            request_uri: "tel:+491715407090".into(),
            target: hop(2),
            from: "<sip:+498912345678@example.com;user=phone>".into(),
            to: "<tel:+491715407090>".into(),
            headers: Vec::new(),
            body: Some(body()),
        };
        caller.invite(invite, now);
        while turn(&mut caller, hop(1), &mut called, now)
            || turn(&mut called, hop(2), &mut caller, now)
        {}
    }
    assert_eq!(caller.sessions() + called.sessions(), 0);
    let lingering = caller.transactions() + called.transactions();
    // INVITE, PRACK and BYE at both ends.
    assert_eq!(lingering, usize::try_from(6 * CALLS).unwrap());
    let each = (Counts::now().live - before) / i64::try_from(lingering).unwrap();
    println!("{each} octets each");
    assert!(each <= BUDGET, "{each} octets each");

    let later = now + Duration::from_secs(60);
    caller.handle_timeout(later);
    called.handle_timeout(later);
    assert_eq!(caller.transactions() + called.transactions(), 0);
}

//! Whatever comes in, nothing panics and nothing is left behind.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// What an owner or the network does next.
#[derive(Debug, Clone)]
enum Move {
    Call {
        offers: bool,
    },
    Command {
        party: usize,
        which: Index,
        what: u8,
    },
    Noise {
        to: usize,
        bytes: Vec<u8>,
    },
    /// A message that was on the way comes again, changed.
    Again {
        to: usize,
        which: Index,
        at: Index,
        byte: u8,
        cut: bool,
    },
    Wait(u16),
}

fn a_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        2 => any::<bool>().prop_map(|offers| Move::Call { offers }),
        6 => (0..2usize, any::<Index>(), 0..COMMANDS)
            .prop_map(|(party, which, what)| Move::Command { party, which, what }),
        1 => (0..2usize, vec(any::<u8>(), 1..200))
            .prop_map(|(to, bytes)| Move::Noise { to, bytes }),
        6 => (0..2usize, any::<Index>(), any::<Index>(), any::<u8>(), any::<bool>())
            .prop_map(|(to, which, at, byte, cut)| Move::Again { to, which, at, byte, cut }),
        4 => (0..2000u16).prop_map(Move::Wait),
    ]
}

const COMMANDS: u8 = 14;

fn command(agent: &mut UserAgent, session: SessionId, what: u8, now: Instant) {
    let (body, dialog) = (sdp("v=0"), DialogId(u16::from(what % 2)));
    let pending = agent.session(session).unwrap().pending.first();
    let pending = pending.map(|pending| pending.transaction);
    match what {
        0 => agent.progress(session, 183, &[], None, Reliability::WhenRequired, now),
        1 => {
            let reliability = Reliability::WhenSupported;
            agent.progress(session, 183, &[], Some(&body), reliability, now);
        }
        2 => agent.progress(session, 180, &[], None, Reliability::WhenSupported, now),
        3 => agent.answer(session, &[], None, now),
        4 => agent.answer(session, &[], Some(&body), now),
        5 => agent.reject(session, 486, &[], now),
        6 => agent.prack(session, dialog, &[], &body, now),
        7 => agent.acknowledge(session, &[], &body, now),
        8 => agent.update(session, DialogId::FIRST, &[], Some(&body), now),
        9 => agent.reinvite(session, &[], Some(&body), now),
        10 => agent.reinvite(session, &[], None, now),
        11 => agent.info(session, dialog, &[], &body, now),
        12 => {
            if let Some(transaction) = pending {
                agent.respond(session, transaction, 200, &[], Some(&body), now);
            }
        }
        _ => agent.hang_up(session, &[], now),
    }
}

fn play(moves: Vec<Move>, lost: Vec<bool>) {
    let mut net = Net::new();
    let mut seen = Vec::<Bytes>::new();
    let mut lost = lost.into_iter().cycle();
    net.lose(move |_| lost.next().unwrap_or(false));
    for a_move in moves {
        match a_move {
            Move::Call { offers: true } => {
                net.call(BOB);
            }
            Move::Call { offers: false } => {
                net.call_without_offer(BOB);
            }
            Move::Command { party, which, what } => {
                let sessions = net.agent(party).all_sessions();
                if !sessions.is_empty() {
                    let session = *which.get(&sessions);
                    net.act(party, |agent, now| command(agent, session, what, now));
                }
            }
            Move::Noise { to, bytes } => net.inject(CAROL, to, bytes.into()),
            Move::Again {
                to,
                which,
                at,
                byte,
                cut,
            } => {
                seen.extend(
                    net.in_flight()
                        .into_iter()
                        .filter(|bytes| !bytes.is_empty()),
                );
                if !seen.is_empty() {
                    let mut bytes = which.get(&seen).to_vec();
                    let at = at.index(bytes.len());
                    bytes[at] = byte;
                    bytes.truncate(if cut { at } else { usize::MAX });
                    net.inject(CAROL, to, bytes.into());
                }
            }
            Move::Wait(ms) => net.run(u32::from(ms) * MS),
        }
    }
    net.lose(|_| false);
    net.run(200 * S);
    for party in [ALICE, BOB] {
        for session in net.agent(party).all_sessions() {
            net.act(party, |agent, now| agent.hang_up(session, &[], now));
        }
    }
    net.rest();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_left_behind(moves in vec(a_move(), 1..60), lost in vec(prop::bool::weighted(0.2), 1..40)) {
        play(moves, lost);
    }
}

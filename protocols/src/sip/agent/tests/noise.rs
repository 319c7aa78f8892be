//! Whatever comes in, nothing panics and nothing is left behind.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// What an owner or the network does next.
#[derive(Debug, Clone)]
enum Move {
    Call,
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
        2 => Just(Move::Call),
        6 => (0..2usize, any::<Index>(), 0..5u8)
            .prop_map(|(party, which, what)| Move::Command { party, which, what }),
        1 => (0..2usize, vec(any::<u8>(), 1..200))
            .prop_map(|(to, bytes)| Move::Noise { to, bytes }),
        6 => (0..2usize, any::<Index>(), any::<Index>(), any::<u8>(), any::<bool>())
            .prop_map(|(to, which, at, byte, cut)| Move::Again { to, which, at, byte, cut }),
        4 => (0..2000u16).prop_map(Move::Wait),
    ]
}

fn command(agent: &mut UserAgent, session: SessionId, what: u8, now: Instant) {
    match what {
        0 => agent.progress(session, 183, &[], None, Reliability::WhenRequired, now),
        1 | 2 => agent.answer(session, &[], None, now),
        3 => agent.reject(session, 486, &[], now),
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
            Move::Call => {
                net.call(BOB);
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

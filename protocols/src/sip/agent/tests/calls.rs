//! Calls as they should go (RFC 3665 §3).

use super::*;

#[test]
fn a_call_rings_is_answered_and_hung_up_by_the_caller() {
    let mut net = Net::new();
    let alice = net.call(BOB);
    net.run(LATENCY);
    let bob = net.incoming(BOB);
    net.act(BOB, |agent, now| agent.progress(bob, 180, &[], None, now));
    net.run(LATENCY);
    let answer = sdp("v=1");
    net.act(BOB, |agent, now| agent.answer(bob, &[], Some(&answer), now));
    net.run(S);
    net.act(ALICE, |agent, now| agent.hang_up(alice, &[], now));
    net.run(S);
    assert_eq!(
        net.says(),
        [
            "alice>bob INVITE",
            "bob>alice 100 INVITE",
            "bob: Invite",
            "bob>alice 180 INVITE",
            "alice: Progress 180",
            "bob>alice 200 INVITE",
            "alice>bob ACK",
            "alice: Answered",
            "bob: Acknowledged",
            "alice>bob BYE",
            "bob>alice 200 BYE",
            "bob: Bye",
            "bob: Terminated",
            "alice: Terminated",
        ]
    );
    net.rest();
}

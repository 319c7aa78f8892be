//! Those whom a listener does not allow are not heard.

use super::*;

fn only(hop: Hop, block: &str) -> Listener {
    Listener {
        hop,
        allow: Some(vec![block.parse().unwrap()]),
    }
}

#[test]
fn datagrams_come_in_from_those_who_are_allowed_only() {
    run(async {
        let hop = free(Transport::Udp, "127.0.0.1");
        let mut guarded = End::start(only(hop, "127.0.0.2"), None, |_| {}).await;
        let stranger = End::at(Transport::Udp, "127.0.0.3").await;
        let friend = End::at(Transport::Udp, "127.0.0.2").await;
        stranger.send(hop, request(stranger.hop, "")).unwrap();
        guarded.counted(Tally::Denied, 1).await;
        friend.send(hop, request(friend.hop, "")).unwrap();
        assert_eq!(guarded.received().await.1, friend.hop);
        assert_eq!(guarded.sip.counters().get(Tally::Denied), 1);
    });
}

#[test]
fn connections_are_closed_to_those_who_are_not_allowed() {
    run(async {
        let hop = free(Transport::Tcp, "127.0.0.1");
        let mut guarded = End::start(only(hop, "127.0.0.0/30"), None, |_| {}).await;
        let mut stranger = End::at(Transport::Tcp, "127.0.0.4").await;
        stranger.send(hop, request(stranger.hop, "")).unwrap();
        guarded.counted(Tally::Denied, 1).await;
        let friend = End::at(Transport::Tcp, "127.0.0.3").await;
        friend.send(hop, request(friend.hop, "")).unwrap();
        let from = guarded.received().await.1;
        assert_eq!(from.address.ip(), friend.hop.address.ip());
        assert_eq!(guarded.sip.counters().get(Tally::Accepted), 1);
        // Our own connections to them are ours to open.
        let ask = request(hop, "ours");
        guarded.send(stranger.hop, ask.clone()).unwrap();
        assert_eq!(stranger.received().await.0, ask);
    });
}

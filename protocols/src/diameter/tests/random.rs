//! Octets that mean nothing, and messages in pieces.

use proptest::prelude::*;

use super::*;

#[test]
fn octets_that_are_not_diameter_close_the_connection() {
    for garbage in [&b"GET / HTTP/1.1\r\n"[..], &[1, 0, 0, 19, 0], &[1, 1, 0, 4]] {
        let mut hss = End::open_hss();
        hss.input(Input::Received(Bytes::copy_from_slice(garbage)));
        let said = hss.says();
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[1].starts_with("Close: not Diameter"), "{said:?}");
        hss.hears(&lir());
        assert_eq!(hss.says(), [""; 0]);
    }
}

#[test]
fn a_message_may_come_octet_by_octet() {
    let mut hss = End::hss();
    hss.input(Input::Connected(Role::Responder));
    let mut octets = Vec::new();
    cer().encode(&mut octets).unwrap();
    dwr().encode(&mut octets).unwrap();
    for octet in octets {
        hss.input(Input::Received(vec![octet].into()));
    }
    let expected = [
        "257 answer 2001",
        "Opened icscf.ims.example",
        "280 answer 2001",
    ];
    assert_eq!(hss.says(), expected);
}

/// Messages of the protocol with an octet or two changed, and plain noise.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let whole = prop::sample::select(vec![cer(), dwr(), dpr(), lir(), done(&lir()), done(&cer())]);
    let damage = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3);
    let damaged = (whole, damage).prop_map(|(message, damage)| {
        let mut octets = Vec::new();
        message.encode(&mut octets).unwrap();
        for (at, value) in damage {
            let at = at.index(octets.len());
            octets[at] = value;
        }
        octets
    });
    prop_oneof![
        8 => damaged,
        1 => prop::collection::vec(any::<u8>(), 0..64),
    ]
}

proptest! {
    #[test]
    fn nothing_panics_or_is_said_without_end(
        role in prop::sample::select(vec![Role::Initiator, Role::Responder]),
        pieces in prop::collection::vec(piece(), 0..12),
        waits in prop::collection::vec(0u64..40, 12),
    ) {
        let mut end = End::hss();
        end.input(Input::Connected(role));
        for (piece, wait) in pieces.into_iter().zip(waits) {
            let limit = 4 + piece.len() / 20;
            end.says();
            end.input(Input::Received(piece.into()));
            prop_assert!(end.says().len() <= limit);
            end.seconds(wait);
        }
        end.says();
        end.input(Input::Disconnected);
        end.says();
        prop_assert_eq!(end.peer.poll_timeout(), None);
    }
}

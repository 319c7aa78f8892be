//! Messages are read within the memory they came in.
#![allow(unreachable_pub, clippy::unwrap_used)]

#[path = "../../tests/support/counting.rs"]
mod counting;
#[path = "../benches/samples/invite.rs"]
mod invite;

use codecs::sip::Message;
use counting::Counts;

#[test]
fn to_read_an_invite_and_use_its_headers_takes_no_allocation() {
    let octets = invite::invite();
    assert!(octets.len() > 2000, "{}", octets.len());
    let before = Counts::now();
    let message = Message::parse(octets).unwrap();
    let used = invite::use_headers(&message);
    assert_eq!(Counts::now(), before);
    assert!(used > message.body().len());
}

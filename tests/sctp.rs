//! SCTP in user space does what every backend has to do.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/sctp_suite.rs"]
mod sctp_suite;

use sctp_suite::Lab;
use tandem::sctp::Userspace;
use tandem::tap::Tap;

#[tokio::test]
async fn the_userspace_backend_passes_the_suite() {
    let lab = Lab {
        stack: |config| Userspace::new(config, Tap::default()),
        network: 127,
        udp_port: 9899,
        silent: "127.63.255.254:9899".parse().unwrap(),
        opposite_silent: "127.63.255.253:9899".parse().unwrap(),
    };
    sctp_suite::all(&lab).await;
}

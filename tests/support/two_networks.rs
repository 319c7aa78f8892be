//! Two nodes and two networks between them, in a guest: this node and the namespace `far`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::net::SocketAddr;
use std::os::fd::AsRawFd;
use std::process::Command;
use std::sync::mpsc;
use std::thread::JoinHandle;

/// Makes the nodes: 10.0.n.1 is ours and 10.0.n.2 the far one's, n being 0 and 1.
pub(crate) fn build() {
    sh("ip netns add far
        ip netns exec far ip link set lo up");
    for network in 0..2 {
        sh(&format!(
            "ip link add near{network} type veth peer name far{network} netns far
             ip addr add 10.0.{network}.1/24 dev near{network}
             ip link set near{network} up
             ip netns exec far ip addr add 10.0.{network}.2/24 dev far{network}
             ip netns exec far ip link set far{network} up"
        ));
    }
}

/// Our addresses, or the far node's, with a UDP port.
pub(crate) fn near(port: u16) -> Vec<SocketAddr> {
    (0..2)
        .map(|network| ([10, 0, network, 1], port).into())
        .collect()
}

pub(crate) fn far(port: u16) -> Vec<SocketAddr> {
    (0..2)
        .map(|network| ([10, 0, network, 2], port).into())
        .collect()
}

/// What a network does to packets, either way, in the words of netem.
pub(crate) fn set(network: u8, netem: &str) {
    sh(&format!(
        "tc qdisc replace dev near{network} root netem {netem}
         ip netns exec far tc qdisc replace dev far{network} root netem {netem}"
    ));
}

/// A network loses everything, without a word.
pub(crate) fn cut(network: u8) {
    set(network, "loss 100%");
}

/// A network works again.
pub(crate) fn mend(network: u8) {
    set(network, "loss 0%");
}

/// Makes something on the far node, waits for it, and lets it run there.
pub(crate) fn on_far<M, T: Send + 'static>(
    make: impl FnOnce() -> M + Send + 'static,
    run: impl AsyncFnOnce(M) -> T + Send + 'static,
) -> JoinHandle<T> {
    let (say, made) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        let namespace = fs::File::open("/run/netns/far").unwrap();
        // SAFETY: it takes two numbers, and changes the network of this thread only.
        let entered = unsafe { libc::setns(namespace.as_raw_fd(), libc::CLONE_NEWNET) };
        assert_eq!(entered, 0, "{}", std::io::Error::last_os_error());
        block_on(async {
            let made = make();
            say.send(()).unwrap();
            run(made).await
        })
    });
    made.recv().expect("the far node is ready");
    thread
}

/// Runs something on this node.
pub(crate) fn block_on<T>(body: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(body)
}

/// Runs commands, one a line.
pub(crate) fn sh(script: &str) {
    let status = Command::new("sh").args(["-e", "-c", script]).status();
    assert!(status.unwrap().success(), "{script}");
}

/// A counter of this node's SCTP, as in `/proc/net/sctp/snmp`.
pub(crate) fn counter(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/net/sctp/snmp").unwrap();
    let mut words = text.split_whitespace();
    words.find(|&word| word == name).expect("a counter of SCTP");
    words.next().unwrap().parse().unwrap()
}

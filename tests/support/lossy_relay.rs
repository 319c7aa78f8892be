//! A relay for datagrams that loses every third one, each way, and no more than so many.
#![allow(clippy::unwrap_used)]

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;

use tokio::net::UdpSocket;
use tokio::task::{JoinHandle, spawn_local};

/// The most that get lost one way: whatever is sent again in time arrives.
const LOSSES: u32 = 12;

/// Between two that each take it for the other; ended when dropped.
pub(crate) struct LossyRelay {
    tasks: [JoinHandle<()>; 2],
    lost: [Rc<Cell<u32>>; 2],
}

impl LossyRelay {
    /// Each pair: where the relay stands for somebody, and where that somebody is.
    pub(crate) async fn start(ends: [(SocketAddr, SocketAddr); 2]) -> Self {
        let [(here, near), (there, far)] = ends;
        let here = Rc::new(UdpSocket::bind(here).await.unwrap());
        let there = Rc::new(UdpSocket::bind(there).await.unwrap());
        let lost: [Rc<Cell<u32>>; 2] = Default::default();
        let tasks = [
            spawn_local(pass(here.clone(), there.clone(), far, lost[0].clone())),
            spawn_local(pass(there, here, near, lost[1].clone())),
        ];
        Self { tasks, lost }
    }

    /// How many got lost, towards the second end and towards the first.
    pub(crate) fn lost(&self) -> [u32; 2] {
        [self.lost[0].get(), self.lost[1].get()]
    }
}

impl Drop for LossyRelay {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Loses the first of each three: the first INVITE, too, is sent again.
async fn pass(from: Rc<UdpSocket>, out: Rc<UdpSocket>, to: SocketAddr, lost: Rc<Cell<u32>>) {
    let mut buffer = vec![0; 65_535];
    for number in 0.. {
        // A port that nobody holds yet, or any more, is an error here; its datagram is gone.
        let Ok((length, _)) = from.recv_from(&mut buffer).await else {
            continue;
        };
        if number % 3 == 0 && lost.get() < LOSSES {
            lost.set(lost.get() + 1);
        } else {
            let _ = out.send_to(&buffer[..length], to).await;
        }
    }
}

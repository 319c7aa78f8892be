//! The RTP ports of a gateway: which are free, handed out in turn.

use std::collections::VecDeque;
use std::ops::RangeInclusive;

/// Even UDP ports for RTP (`RFC 3550 §11`: RTP uses the even port, RTCP the next odd one). A port
/// that is given back is used again last, so that late packets of the old call meet no new one.
#[derive(Debug)]
pub(super) struct Ports {
    free: VecDeque<u16>,
    total: usize,
}

impl Ports {
    /// All even ports of a range.
    pub(super) fn new(range: RangeInclusive<u16>) -> Self {
        let free: VecDeque<u16> = range.filter(|port| port % 2 == 0).collect();
        Self {
            total: free.len(),
            free,
        }
    }

    /// A free port.
    pub(super) fn take(&mut self) -> Option<u16> {
        self.free.pop_front()
    }

    /// Gives a port back.
    pub(super) fn give_back(&mut self, port: u16) {
        self.free.push_back(port);
    }

    /// How many ports are in use.
    pub(super) fn in_use(&self) -> usize {
        self.total - self.free.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_even_run_out_and_come_back_last() {
        let mut ports = Ports::new(20001..=20006);
        assert_eq!((ports.take(), ports.take()), (Some(20002), Some(20004)));
        ports.give_back(20002);
        assert_eq!(
            (ports.take(), ports.take(), ports.take()),
            (Some(20006), Some(20002), None)
        );
        assert_eq!(ports.in_use(), 3);
    }
}

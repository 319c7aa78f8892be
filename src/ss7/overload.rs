//! How far a program is behind with what its networks bring, as the level of congestion that it
//! tells other exchanges (`Q.764 §2.11`).

use tokio::sync::mpsc;

/// 1 when a quarter of the places for events is taken, 2 when half of them are.
pub(crate) fn overload<T>(events: &mpsc::Receiver<T>) -> u8 {
    level(events.len(), events.max_capacity())
}

fn level(waiting: usize, places: usize) -> u8 {
    match 4 * waiting / places.max(1) {
        0 => 0,
        1 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_rises_with_the_events_that_wait() {
        let levels = [0, 24, 25, 49, 50, 100].map(|waiting| level(waiting, 100));
        assert_eq!(levels, [0, 0, 1, 1, 2, 2]);
    }
}

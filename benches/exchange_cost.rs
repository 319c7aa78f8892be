//! What a complete call through the exchange costs: processor time, allocations, memory.
//!
//! `cargo bench --bench exchange_cost -- [KIND STANDING RATE]` prints a table, or one row of it.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::panic)]

#[path = "../tests/support/counting.rs"]
mod counting;
mod rig;

use counting::Counts;
use rig::{Kind, Rig};

/// Processor time of this thread; what else runs on the machine does not count.
fn processor_ns() -> u64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the pointer is to a timespec of ours.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

struct Cost {
    us: f64,
    allocations: f64,
    bytes: f64,
}

fn measure(rig: &mut Rig, turns: u32) -> Cost {
    let (before, start) = (Counts::now(), processor_ns());
    for _ in 0..turns {
        rig.turn();
    }
    let (ns, after) = (processor_ns() - start, Counts::now());
    let per_turn = |n: u64| n as f64 / f64::from(turns);
    Cost {
        us: per_turn(ns) / 1000.0,
        allocations: per_turn(after.calls - before.calls),
        bytes: per_turn(after.bytes - before.bytes),
    }
}

fn row(kind: Kind, standing: usize, rate: u32, turns: u32) {
    let before = Counts::now().live;
    let mut rig = Rig::new(kind, 0, rate);
    let empty = Counts::now().live;
    drop(rig);
    assert!(Counts::now().live - before < 1 << 20, "an exchange leaks");
    rig = Rig::new(kind, standing, rate);
    rig.settle();
    let (full, timeouts) = (Counts::now().live, rig.timeouts());
    let cost = measure(&mut rig, turns);
    assert_eq!(rig.calls_up(), standing);
    let timeouts = (rig.timeouts() - timeouts) as f64 / f64::from(turns);
    rig.go_without_exchange();
    let far = measure(&mut rig, turns);
    println!(
        "{:9} {standing:7} {rate:7} {:9.2} {:8.2} {:8.1} {:9.0} {:10.1} {timeouts:8.1}",
        kind.name(),
        cost.us - far.us,
        far.us,
        cost.allocations - far.allocations,
        cost.bytes - far.bytes,
        (full - empty) as f64 / (1 << 20) as f64,
    );
}

fn main() {
    let arguments: Vec<String> = std::env::args().filter(|a| !a.starts_with("--")).collect();
    println!("call          up  call/s   µs/call  far end   allocs     bytes  MiB in use timeouts");
    if let [_, kind, standing, rate] = &arguments[..] {
        let kind = Kind::ALL.into_iter().find(|k| k.name() == kind).unwrap();
        return row(
            kind,
            standing.parse().unwrap(),
            rate.parse().unwrap(),
            20_000,
        );
    }
    // As a test only see that it runs.
    let test = std::env::args().any(|argument| argument == "--test");
    let rates: &[u32] = if test { &[10] } else { &[100, 1000, 10_000] };
    let turns = if test { 10 } else { 50_000 };
    for kind in Kind::ALL {
        for &rate in rates {
            row(kind, 0, rate, turns);
        }
        row(kind, 10_000, rates[rates.len() - 1], turns);
    }
}

//! Timers of the ISDN user part (`Q.764 annex A`): names, purposes, ranges, defaults, values.

use std::ops::RangeInclusive;
use std::time::Duration;

use codecs::isup::Procedures;

/// Declares the timers: number, default and range in milliseconds, what starts and stops it, what
/// happens when it expires.
macro_rules! timers {
    ($($name:ident: $default:literal, $range:expr, $runs:literal, $expires:literal;)*) => {
        /// A timer (`Q.764 table A.1`, and of T1.113.4 where its name has letters).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Timer {
            $(
                #[doc = concat!("Runs from ", $runs, ". Then: ", $expires, ".")]
                $name,
            )*
        }

        impl Timer {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name, such as "T7".
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// What starts and what stops it.
            pub fn runs(self) -> &'static str {
                match self { $(Self::$name => $runs,)* }
            }

            /// What happens when it expires.
            pub fn expires(self) -> &'static str {
                match self { $(Self::$name => $expires,)* }
            }

            fn of_q764(self) -> (u64, RangeInclusive<u64>) {
                match self { $(Self::$name => ($default, $range),)* }
            }
        }
    };
}

// Ranges of "Q.118" are those of its §4: 10–120 s for a calling party who replaces the handset in
// time (T6, T38), 2–4 min without answer (T9).
timers! {
    T1: 15_000, 15_000..=60_000, "REL sent until RLC", "REL is sent again";
    T2: 180_000, 180_000..=180_000, "SUS (user) received until RES (user)", "the call is released";
    T3: 120_000, 120_000..=120_000, "OLM received", "the call is released";
    T4: 300_000, 300_000..=900_000, "MTP-STATUS remote user unavailable until UPA or any other message", "UPT is sent again";
    T5: 300_000, 300_000..=900_000, "first REL sent until RLC", "the circuit is reset, maintenance is alerted";
    T6: 60_000, 10_000..=120_000, "SUS (network) received until RES (network) or REL", "the call is released";
    T7: 20_000, 20_000..=30_000, "latest address message sent until ACM or CON", "the call is released";
    T8: 10_000, 10_000..=15_000, "IAM with continuity check received until COT", "the call is released";
    T9: 120_000, 120_000..=240_000, "ACM received until ANM", "the call is released";
    T10: 4_000, 4_000..=6_000, "last digit received in interworking until the number is complete", "ACM is sent";
    T11: 15_000, 15_000..=20_000, "latest address message received in interworking until ACM is sent", "ACM is sent";
    T12: 15_000, 15_000..=60_000, "BLO sent until BLA", "BLO is sent again";
    T13: 300_000, 300_000..=900_000, "first BLO sent until BLA", "BLO is sent at this interval, maintenance is alerted";
    T14: 15_000, 15_000..=60_000, "UBL sent until UBA", "UBL is sent again";
    T15: 300_000, 300_000..=900_000, "first UBL sent until UBA", "UBL is sent at this interval, maintenance is alerted";
    T16: 15_000, 15_000..=60_000, "RSC sent until RLC", "RSC is sent again";
    T17: 300_000, 300_000..=900_000, "first RSC sent until RLC", "RSC is sent at this interval, maintenance is alerted";
    T18: 15_000, 15_000..=60_000, "CGB sent until CGBA", "CGB is sent again";
    T19: 300_000, 300_000..=900_000, "first CGB sent until CGBA", "CGB is sent at this interval, maintenance is alerted";
    T20: 15_000, 15_000..=60_000, "CGU sent until CGUA", "CGU is sent again";
    T21: 300_000, 300_000..=900_000, "first CGU sent until CGUA", "CGU is sent at this interval, maintenance is alerted";
    T22: 15_000, 15_000..=60_000, "GRS sent until GRA", "GRS is sent again";
    T23: 300_000, 300_000..=900_000, "first GRS sent until GRA", "GRS is sent at this interval, maintenance is alerted";
    T24: 1_000, 0..=2_000, "check tone sent until it comes back", "the continuity check has failed: COT (failed), the call tries another circuit";
    T25: 1_000, 1_000..=10_000, "continuity check failed", "CCR is sent and the check is repeated";
    T26: 60_000, 60_000..=180_000, "second or later continuity check failed", "CCR is sent and the check is repeated";
    T27: 240_000, 240_000..=240_000, "COT (failed) received until CCR", "the circuit is reset";
    T28: 10_000, 10_000..=10_000, "CQM sent until CQR", "maintenance is alerted";
    T29: 300, 300..=600, "congestion indication received for the first time", "congestion indications count again";
    T30: 5_000, 5_000..=10_000, "congestion indication received", "traffic is raised by one step";
    T31: 360_000, 360_000..=3_600_000, "call reference of an ISUP signalling connection released", "the call reference may be used again";
    T32: 3_000, 3_000..=5_000, "end-to-end message sent until its response", "the end-to-end transfer has failed";
    T33: 12_000, 12_000..=15_000, "INR sent until INF", "the call is released, maintenance is alerted";
    T34: 2_000, 2_000..=4_000, "message received that announces a segment until SGM", "the call goes on without the segment";
    T35: 15_000, 15_000..=20_000, "latest digit received, number incomplete", "the call is released with cause 28";
    T36: 10_000, 10_000..=15_000, "CCR received until COT or REL", "the circuit is reset";
    T37: 2_000, 2_000..=4_000, "echo control device requested until it is confirmed", "the call goes on without it";
    T38: 60_000, 10_000..=120_000, "SUS (network) sent until RES or REL", "the call is released";
    T39: 4_000, 4_000..=15_000, "IDR sent until IRS", "the call goes on without the identification";
    TCRA: 20_000, 20_000..=20_000, "CRM acknowledged until COT or IAM (ANSI)", "the circuit is released";
}

/// What T1.113.4 has in place of 15–60 s and 5–15 min, in milliseconds.
const SECONDS: (u64, RangeInclusive<u64>) = (10_000, 4_000..=15_000);
const MINUTE: (u64, RangeInclusive<u64>) = (60_000, 60_000..=60_000);

impl Timer {
    /// The value it has unless another one is configured.
    pub fn default_value(self, procedures: Procedures) -> Duration {
        Duration::from_millis(self.of(procedures).0)
    }

    /// The values the standard allows.
    pub fn range(self, procedures: Procedures) -> RangeInclusive<Duration> {
        let (_, range) = self.of(procedures);
        Duration::from_millis(*range.start())..=Duration::from_millis(*range.end())
    }

    /// Default and range in milliseconds.
    fn of(self, procedures: Procedures) -> (u64, RangeInclusive<u64>) {
        match (procedures, self) {
            (Procedures::Q764, _) => self.of_q764(),
            (Procedures::T1113, Self::T1 | Self::T12 | Self::T14 | Self::T16) => SECONDS,
            (Procedures::T1113, Self::T18 | Self::T20 | Self::T22) => SECONDS,
            (Procedures::T1113, Self::T5 | Self::T13 | Self::T15 | Self::T17) => MINUTE,
            (Procedures::T1113, Self::T19 | Self::T21 | Self::T23) => MINUTE,
            (Procedures::T1113, _) => self.of_q764(),
        }
    }

    /// Why nothing starts it here; none for those that run.
    pub fn unused(self) -> Option<&'static str> {
        match self {
            Self::T11 => Some("T(oiw2) of the interworking with SIP sends the early ACM"),
            Self::T31 | Self::T32 => Some("there is no end-to-end signalling over SCCP"),
            Self::T37 => Some("there are no echo control devices"),
            _ => None,
        }
    }
}

/// Timer values of a trunk group; [`Default`] is that of each [`Timer`] in Q.764.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timers([Duration; Timer::ALL.len()]);

impl Timers {
    /// The value of each timer in a standard.
    pub fn of(procedures: Procedures) -> Self {
        let mut timers = Self([Duration::ZERO; Timer::ALL.len()]);
        for &timer in Timer::ALL {
            timers.set(timer, timer.default_value(procedures));
        }
        timers
    }

    /// The value of one timer.
    pub fn value(&self, timer: Timer) -> Duration {
        self.0[timer as usize]
    }

    /// Sets the value of one timer.
    pub fn set(&mut self, timer: Timer, value: Duration) {
        self.0[timer as usize] = value;
    }

    /// The timers with another value for one of them.
    #[must_use]
    pub fn with(mut self, timer: Timer, value: Duration) -> Self {
        self.set(timer, value);
        self
    }
}

impl Default for Timers {
    fn default() -> Self {
        Self::of(Procedures::Q764)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_lies_in_its_range() {
        for procedures in [Procedures::Q764, Procedures::T1113] {
            for &timer in Timer::ALL {
                let default = Timers::of(procedures).value(timer);
                let range = timer.range(procedures);
                assert!(range.contains(&default), "{}", timer.name());
            }
        }
        assert_eq!(Timer::ALL.len(), 40);
    }

    /// T1, T16 and T17 as the timers of ANSI's ISUP in vendors' manuals are.
    #[test]
    fn t1_113_repeats_and_alerts_earlier() {
        let ansi = Timers::of(Procedures::T1113);
        let seconds =
            [Timer::T1, Timer::T16, Timer::T17, Timer::T7].map(|t| ansi.value(t).as_secs());
        assert_eq!(seconds, [10, 10, 60, 20]);
        let minute = Duration::from_secs(60);
        assert_eq!(Timer::T17.range(Procedures::T1113), minute..=minute);
    }
}

//! Spans of time as people write them: `"300ms"`, `"20s"`, `"5min"`.

use std::time::Duration;

/// The units, in milliseconds, the finest first.
const UNITS: [(&str, u64); 3] = [("ms", 1), ("s", 1000), ("min", 60_000)];

/// What is expected where a span of time is to be written.
pub(crate) const EXPECTED: &str =
    "expected a time with its unit, such as \"300ms\", \"20s\" or \"5min\"";

/// A span of time read from text.
///
/// # Errors
/// [`EXPECTED`]
pub(crate) fn parse(text: &str) -> Result<Duration, &'static str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = UNITS.iter().find(|(name, _)| *name == unit.trim());
    let milliseconds = unit.and_then(|(_, unit)| number.parse::<u64>().ok()?.checked_mul(*unit));
    milliseconds.map(Duration::from_millis).ok_or(EXPECTED)
}

/// Spans of time in the coarsest unit that is exact for all of them, joined by `between`: `15 s`,
/// `5–15 min`.
pub(crate) fn text<const N: usize>(times: [Duration; N], between: &str) -> String {
    let milliseconds = times.map(|time| time.as_millis());
    let exact = |unit: u64| milliseconds.iter().all(|time| time % u128::from(unit) == 0);
    // One minute is better said as 60 s, one second not as 1000 ms.
    let fits = |unit: u64| {
        let most = milliseconds.iter().max().copied().unwrap_or_default();
        most > u128::from(unit) || unit == 1000 && most == 1000
    };
    let unit = UNITS.iter().rfind(|(_, unit)| exact(*unit) && fits(*unit));
    let (name, unit) = unit.unwrap_or(&UNITS[0]);
    let numbers = milliseconds.map(|time| (time / u128::from(*unit)).to_string());
    format!("{} {name}", numbers.join(between))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_unit() {
        for (written, milliseconds) in [("300ms", 300), ("20s", 20_000), ("5 min", 300_000)] {
            assert_eq!(parse(written), Ok(Duration::from_millis(milliseconds)));
        }
        for wrong in [
            "20",
            "s",
            "",
            "-1s",
            "1.5s",
            "20 hours",
            "99999999999999999999s",
        ] {
            assert_eq!(parse(wrong), Err(EXPECTED), "{wrong}");
        }
        let most = format!("{}min", u64::MAX);
        assert_eq!(parse(&most), Err(EXPECTED));
    }

    #[test]
    fn times_are_said_in_one_unit() {
        let ms = Duration::from_millis;
        assert_eq!(text([ms(15_000)], ""), "15 s");
        assert_eq!(text([ms(60_000)], ""), "60 s");
        assert_eq!(text([ms(1_000)], ""), "1 s");
        assert_eq!(text([ms(300_000), ms(900_000)], "–"), "5–15 min");
        assert_eq!(text([ms(10_000), ms(120_000)], "–"), "10–120 s");
        assert_eq!(text([ms(0)], ""), "0 ms");
    }
}

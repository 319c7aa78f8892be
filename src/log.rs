//! The log: what `--log` may say, and where lines go.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

/// Why there is no log as it is wanted.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// A word that means nothing.
    #[error(
        "--log (TANDEM_LOG): {0:?} is no level: expected error, warn, info, debug, trace or off, \
         or a level for one module as in tandem::gateway=debug, separated by commas"
    )]
    Word(String),
    /// Words that do not go together.
    #[error("--log (TANDEM_LOG): {0}")]
    Filter(#[from] ParseError),
}

/// Logs to stderr from now on. The SCTP library prints every packet at level info: it speaks only
/// where it is asked to by name.
///
/// # Errors
/// [`LogError`]
pub fn start(wanted: &str) -> Result<(), LogError> {
    check(wanted)?;
    let quiet = if wanted.contains("dcsctp") {
        ""
    } else {
        ",dcsctp=warn"
    };
    let filter = EnvFilter::try_new(format!("{wanted}{quiet}"))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        // Complaints would go to stderr, too, and must not end the program.
        .log_internal_errors(false)
        .init();
    Ok(())
}

/// The filter takes any word for the name of a module, and is silent then.
fn check(wanted: &str) -> Result<(), LogError> {
    let wrong = |part: &&str| match part.split_once('=') {
        Some((target, level)) => target.is_empty() || !is_level(level),
        None => !is_level(part),
    };
    match wanted.split(',').map(str::trim).find(wrong) {
        Some(word) => Err(LogError::Word(word.to_owned())),
        None => Ok(()),
    }
}

fn is_level(word: &str) -> bool {
    const LEVELS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "off"];
    LEVELS.iter().any(|level| level.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_levels_of_modules_are_taken() {
        for sound in [
            "info",
            "OFF",
            "warn,tandem::gateway=debug",
            "dcsctp=trace, info",
        ] {
            assert!(check(sound).is_ok(), "{sound}");
        }
    }

    #[test]
    fn words_that_would_silence_the_log_are_refused() {
        for word in ["nonsense", "inof", "", "tandem", "tandem=loud", "=info"] {
            let refused = check(&format!("info,{word}")).unwrap_err().to_string();
            assert!(
                refused.contains(&format!("{word:?} is no level")),
                "{refused}"
            );
        }
    }
}

//! Text for a terminal, and standard output, whose reader may go before we do.

use std::fmt::Display;
use std::io::{self, Write};

/// Prints one line on standard output.
///
/// # Errors
/// The output cannot be written; [`io::ErrorKind::BrokenPipe`]: nobody reads it any more.
pub fn print(text: impl Display) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{text}")?;
    output.flush()
}

/// Prints one line on standard error, where there is one.
pub fn tell(text: impl Display) {
    // Where even this cannot be written nobody can be told.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Words on lines of no more than `width` letters; a longer word has a line of its own.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

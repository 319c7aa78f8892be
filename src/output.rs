//! Standard output, whose reader may go before we do.

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

//! What runs begin with: well-formed input of each target, from the files in `seeds/`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where the files are.
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds")
}

/// The seeds of a target: one a line in hexadecimal; spaces and what follows a `#` are ignored.
///
/// # Errors
/// The file cannot be read, or a line is not hexadecimal.
pub fn of(target: &str) -> io::Result<Vec<Vec<u8>>> {
    let path = directory().join(target).with_extension("txt");
    let text = fs::read_to_string(&path)?;
    let lines = text.lines().map(|line| {
        let digits = line.split('#').next().unwrap_or_default();
        digits.split_whitespace().collect::<String>()
    });
    lines
        .filter(|digits| !digits.is_empty())
        .map(|digits| {
            octets(&digits).ok_or_else(|| io::Error::other(format!("{path:?}: {digits}")))
        })
        .collect()
}

fn octets(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

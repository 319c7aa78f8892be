//! Configuration files: TOML whose faults are reported with file, line, key and what was expected.

mod admin;
mod isup;
mod mend;
pub mod network;
mod place;
pub(crate) mod point_code;
pub(crate) mod span_of_time;
pub(crate) mod timers;
mod trunk;
mod value;

use std::fmt;
use std::path::{Path, PathBuf};

use codecs::map::AddressString;
use codecs::number::{Digits, DigitsError};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub use admin::{AdminConfig, DEFAULT_ADMIN, StateConfig};
pub use isup::IsupConfig;
use place::{key_at, line_of, locate};
pub use trunk::{CircuitsConfig, TrunkConfig};

/// The configuration of one program.
pub trait Configuration: DeserializeOwned {
    /// What the file's `program` key says.
    const PROGRAM: &'static str;

    /// The keys that stand before all tables; `program` need not be named.
    const PLAIN_KEYS: &'static [&'static str] = &[];

    /// Everything that is well-formed but cannot work: ranges, references, duplicates.
    fn faults(&self) -> Vec<Fault>;

    /// What is wrong, on this machine and now, with the files it names. Whoever runs the program
    /// finds out by itself.
    fn file_faults(&self) -> Vec<Fault> {
        Vec::new()
    }

    /// What works, but hardly as it is meant.
    fn warnings(&self) -> Vec<Fault> {
        Vec::new()
    }
}

/// A configuration that can work, and what is odd about it.
#[derive(Debug)]
pub struct Loaded<C> {
    /// The configuration.
    pub config: C,
    /// Values that whoever wrote them may not have meant.
    pub warnings: Vec<Warning>,
}

/// A value that is well-formed but cannot work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Path of the key, such as `trunk[0].cics`.
    pub key: String,
    /// What is wrong and what was expected.
    pub message: String,
}

impl Fault {
    /// A fault of the value at `key`.
    pub fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            message: message.into(),
        }
    }
}

/// Why a configuration was refused: every fault that was found.
#[derive(Debug)]
pub struct ConfigError(Vec<Located>);

/// A value that works, but hardly as it is meant.
#[derive(Debug)]
pub struct Warning(Located);

/// A fault and where it is.
#[derive(Debug)]
struct Located {
    file: PathBuf,
    line: Option<usize>,
    fault: Fault,
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.fault.key.is_empty() {
            write!(f, ": {}", self.fault.key)?;
        }
        write!(f, ": {}", self.fault.message)
    }
}

impl ConfigError {
    /// These faults, in the order of their lines.
    fn of(mut faults: Vec<Located>) -> Self {
        faults.sort_by_key(|located| located.line);
        Self(faults)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for ConfigError {}

/// Reads and validates the configuration file of program `C`.
///
/// # Errors
/// [`ConfigError`] with every fault found: unreadable file, TOML syntax, unknown key, wrong type,
/// another program's file, values that cannot work.
pub fn load<C: Configuration>(path: &Path) -> Result<Loaded<C>, ConfigError> {
    examine(path, &read(path)?, |_| Vec::new())
}

/// Like [`load`], and looks at the files that the configuration names.
///
/// # Errors
/// As for [`load`], and for files that cannot be used.
pub fn check<C: Configuration>(path: &Path) -> Result<Loaded<C>, ConfigError> {
    examine(path, &read(path)?, C::file_faults)
}

/// Which program a configuration file is for: the one of `programs` that its `program` key names.
///
/// # Errors
/// [`ConfigError`] if the file cannot be read, is not TOML or names none of them.
pub fn program<T>(
    path: &Path,
    programs: impl IntoIterator<Item = (&'static str, T)>,
) -> Result<(&'static str, T), ConfigError> {
    let text = read(path)?;
    let mut table = DeTable::parse(&text).map_err(|error| syntax(path, &text, &error))?;
    let named = take_program(path, &text, table.get_mut())?;
    let mut names = Vec::new();
    for (name, program) in programs {
        if name == named.get_ref() {
            return Ok((name, program));
        }
        names.push(format!("{name:?}"));
    }
    let message = format!(
        "expected {}, found {:?}",
        names.join(" or "),
        named.get_ref()
    );
    let line = line_of(&text, &named.span());
    Err(one(path, line, Fault::new("program", message)))
}

/// Like [`load`], from text and without warnings; `path` only names it in errors.
///
/// # Errors
/// As [`load`].
pub fn parse<C: Configuration>(path: &Path, text: &str) -> Result<C, ConfigError> {
    examine(path, text, |_| Vec::new()).map(|loaded| loaded.config)
}

fn examine<C: Configuration>(
    path: &Path,
    text: &str,
    more: fn(&C) -> Vec<Fault>,
) -> Result<Loaded<C>, ConfigError> {
    let mut table = DeTable::parse(text).map_err(|error| syntax(path, text, &error))?;
    let program = take_program(path, text, table.get_mut())?;
    if program.get_ref() != C::PROGRAM {
        let message = format!("expected {:?}, found {:?}", C::PROGRAM, program.get_ref());
        return Err(one(
            path,
            line_of(text, &program.span()),
            Fault::new("program", message),
        ));
    }
    let document = table.clone();
    let document = document.get_ref();
    let mut faults = Vec::new();
    let misfits = point_code::number(table.get_mut());
    let sound = misfits.is_empty();
    for (span, message) in misfits {
        let mut key = String::new();
        key_at(document, span.start, &mut key);
        faults.push(Located {
            file: path.into(),
            line: line_of(text, &span),
            fault: Fault::new(key, message),
        });
    }
    let mend::Outcome { config, errors } = mend::read::<C>(table, text.len(), sound);
    let mistyped = errors
        .iter()
        .map(|error| mistyped::<C>(path, text, document, error));
    faults.extend(mistyped);
    let Some(config) = config else {
        return Err(ConfigError::of(faults));
    };
    let located = |fault: Fault| Located {
        file: path.into(),
        line: locate(text, document, &fault.key),
        fault,
    };
    let told: Vec<_> = faults.iter().map(|told| told.fault.key.clone()).collect();
    let is_new = |fault: &Fault| !told.contains(&fault.key);
    let unfit = config.faults().into_iter().chain(more(&config));
    faults.extend(unfit.filter(is_new).map(located));
    if !faults.is_empty() {
        return Err(ConfigError::of(faults));
    }
    let warnings = config.warnings().into_iter().map(located).map(Warning);
    Ok(Loaded {
        warnings: warnings.collect(),
        config,
    })
}

const PROGRAMS: &str = "expected the name of a program: \"gateway\", \"pstn\", \"hss\" or \"ims\"";

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|error| {
        one(
            path,
            None,
            Fault::new("", format!("cannot be read: {error}")),
        )
    })
}

fn take_program(
    path: &Path,
    text: &str,
    table: &mut DeTable<'_>,
) -> Result<Spanned<String>, ConfigError> {
    let missing = |line| one(path, line, Fault::new("program", PROGRAMS));
    let value = table.remove("program").ok_or_else(|| missing(Some(1)))?;
    let span = value.span();
    match value.into_inner() {
        DeValue::String(name) => Ok(Spanned::new(span, name.into_owned())),
        _ => Err(missing(line_of(text, &span))),
    }
}

fn one(path: &Path, line: Option<usize>, fault: Fault) -> ConfigError {
    ConfigError(vec![Located {
        file: path.into(),
        line,
        fault,
    }])
}

fn syntax(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let line = error.span().and_then(|span| line_of(text, &span));
    one(path, line, Fault::new("", error.message()))
}

fn mistyped<C: Configuration>(
    path: &Path,
    text: &str,
    table: &DeTable<'_>,
    error: &toml::de::Error,
) -> Located {
    let span = error.span().unwrap_or(0..0);
    let mut key = String::new();
    key_at(table, span.start, &mut key);
    let located = |line, fault| Located {
        file: path.into(),
        line,
        fault,
    };
    match mend::missing(error) {
        // What is missing at the top is on no line.
        Some(name) if key.is_empty() => {
            let message = match C::PLAIN_KEYS.contains(&name) {
                true => "the key is missing; it stands before all tables".into(),
                false => format!("the table [{name}] is missing"),
            };
            located(None, Fault::new(name, message))
        }
        Some(name) => {
            let fault = Fault::new(format!("{key}.{name}"), "the key is missing");
            located(line_of(text, &span), fault)
        }
        None => {
            let message = value::in_plain_words(error.message());
            located(line_of(text, &span), Fault::new(key, message))
        }
    }
}

/// A `Deserialize` text that is read by `FromStr`, for types written as words in the file.
///
/// # Errors
/// What the type's `FromStr` says.
pub fn from_text<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: std::str::FromStr<Err: fmt::Display>,
{
    String::deserialize(deserializer)?
        .parse()
        .map_err(serde::de::Error::custom)
}

/// That there is no such table, and which there are.
pub(crate) fn no_such<'a>(
    table: &str,
    name: &str,
    known: impl IntoIterator<Item = &'a String>,
) -> String {
    let known: Vec<_> = known.into_iter().map(|name| format!("{name:?}")).collect();
    match known.is_empty() {
        true => format!("there is no [[{table}]] {name:?}, nor any other"),
        false => format!(
            "there is no [[{table}]] {name:?}, expected {}",
            known.join(" or ")
        ),
    }
}

/// What is wrong with our global title, if it is no international number.
pub(crate) fn title_fault(title: Digits) -> Option<String> {
    if title.signals().next() == Some(0) {
        return Some(format!(
            "\"{title}\", expected an international number without +: no country code begins with 0"
        ));
    }
    let error = AddressString::international(title).err()?;
    Some(format!("\"{title}\": {error}"))
}

/// Decimal digits, with or without visual separators.
///
/// # Errors
/// Another character stands among them, or there are more than a number has.
pub(crate) fn decimal<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Digits, D::Error> {
    let text = String::deserialize(deserializer)?;
    let fault = |message: &str| serde::de::Error::custom(format!("{text:?}: {message}"));
    if text.starts_with('+') {
        return Err(fault("expected decimal digits without the +"));
    }
    if text.contains(|c: char| c.is_ascii_alphabetic()) {
        return Err(fault("expected decimal digits, 0 to 9"));
    }
    text.parse().map_err(|error: DigitsError| match error {
        DigitsError::NotADigit(_) => fault("expected decimal digits, 0 to 9"),
        DigitsError::TooLong => fault(&error.to_string()),
    })
}

#[cfg(test)]
mod tests;

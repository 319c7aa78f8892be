//! What outlives the program: which circuits its operators have blocked, in a file.
//!
//! The file is written beside its place and renamed into it, each time an operator blocks or
//! unblocks, so that it is whole whenever the program dies. One that cannot be read as what it is
//! was not written by us: the program does not start with it, as nobody would know which circuits
//! are blocked no more. What belongs to circuits that the configuration does not have stays in it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use codecs::isup::Supervision;
use protocols::isup::{CircuitId, Circuits};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use super::desk::group_named;
use super::outcome::ranges;
use super::words;

/// Why the state cannot be kept.
#[derive(Debug, thiserror::Error)]
#[error("state.file {}: {why}", file.display())]
pub struct StateError {
    file: PathBuf,
    why: Why,
}

impl StateError {
    /// What is wrong, for whoever names the key.
    pub(crate) fn message(&self) -> String {
        format!("{}: {}", self.file.display(), self.why)
    }
}

#[derive(Debug, thiserror::Error)]
enum Why {
    #[error("cannot be read: {0}")]
    Unreadable(io::Error),
    #[error("cannot be written: {0}")]
    Unwritable(io::Error),
    #[error("its folder {} does not exist", .0.display())]
    NoFolder(PathBuf),
    #[error("damaged: {0}; put it right, or remove it to start with all circuits unblocked")]
    Damaged(serde_json::Error),
    #[error("is of version {0}, expected {VERSION}")]
    Version(u64),
    #[error("nothing can write it: {0}")]
    NoWriter(io::Error),
}

/// Of the file's content.
const VERSION: u64 = 1;

/// The file's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    version: u64,
    blocked: Vec<Blocked>,
}

/// What is read first: a content of another version has other fields.
#[derive(Debug, Deserialize)]
struct Header {
    version: u64,
}

/// Circuits of a trunk group that are blocked for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Blocked {
    trunk: String,
    reason: Reason,
    cics: Vec<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Reason {
    Maintenance,
    Hardware,
}

impl Reason {
    fn of(kind: Supervision) -> Self {
        match kind {
            Supervision::HARDWARE_FAILURE => Self::Hardware,
            _ => Self::Maintenance,
        }
    }

    fn kind(self) -> Supervision {
        match self {
            Self::Maintenance => Supervision::MAINTENANCE,
            Self::Hardware => Supervision::HARDWARE_FAILURE,
        }
    }
}

/// The file, written by a thread of its own: a disk may be slower than signalling.
#[derive(Debug)]
pub(crate) struct State {
    writer: mpsc::Sender<Order>,
    content: Content,
    /// What it says of circuits that the configuration does not have.
    foreign: Vec<Blocked>,
}

struct Order {
    content: Content,
    done: oneshot::Sender<io::Result<()>>,
}

impl State {
    /// Reads the file, and writes it, to find out now whether it can be. A disk that is full keeps
    /// no exchange from starting.
    ///
    /// # Errors
    /// [`StateError`]: it cannot be read, is damaged or of another version, or cannot be written
    /// for another reason.
    pub(crate) fn open(file: &Path) -> Result<Self, StateError> {
        let failed = |why| StateError {
            file: file.into(),
            why,
        };
        let content = read(file).map_err(failed)?;
        match write(file, &content) {
            Err(error) if is_full(&error) => failed_later(file, &error),
            Err(error) => return Err(failed(unwritable(file, error))),
            Ok(()) => {}
        }
        let (writer, orders) = mpsc::channel();
        let path = file.to_path_buf();
        thread::Builder::new()
            .name("state".into())
            .spawn(move || keep(&path, &orders))
            .map_err(|error| failed(Why::NoWriter(error)))?;
        Ok(Self {
            writer,
            content,
            foreign: Vec::new(),
        })
    }

    /// Whether it could be opened, found out without changing it.
    ///
    /// # Errors
    /// [`StateError`], as for [`Self::open`].
    pub(crate) fn check(file: &Path) -> Result<(), StateError> {
        let probe = with_suffix(file, &format!("check-{}", std::process::id()));
        let made = File::create_new(&probe).and_then(|_| fs::remove_file(&probe));
        let written = made.map_err(|error| unwritable(file, error));
        let why = read(file).and(written);
        why.map_err(|why| StateError {
            file: file.into(),
            why,
        })
    }

    /// The circuits that were blocked. Of what the configuration no longer has the log tells.
    pub(crate) fn blocked(&mut self, circuits: &Circuits) -> Vec<(CircuitId, Supervision)> {
        let mut blocked = Vec::new();
        for entry in &self.content.blocked {
            let group = group_named(circuits, &entry.trunk);
            let mut unknown = Vec::new();
            for &cic in &entry.cics {
                let code = cic.try_into().ok();
                match group.and_then(|group| circuits.circuit(group, code?)) {
                    Some(id) => blocked.push((id, entry.reason.kind())),
                    None => unknown.push(cic),
                }
            }
            if !unknown.is_empty() {
                tracing::warn!(
                    trunk = entry.trunk,
                    cic = ranges(&unknown),
                    reason = words::reason(entry.reason.kind()),
                    "were blocked, but are not configured any more"
                );
                self.foreign.push(Blocked {
                    cics: unknown,
                    ..entry.clone()
                });
            }
        }
        blocked
    }

    /// Writes what is blocked now; the receiver hears when that is done.
    pub(crate) fn save(&self, circuits: &Circuits) -> oneshot::Receiver<io::Result<()>> {
        let mut blocked = blocked_now(circuits);
        blocked.extend(self.foreign.iter().cloned());
        let content = Content {
            version: VERSION,
            blocked,
        };
        let (done, saved) = oneshot::channel();
        // A writer that is gone drops the sender, which tells whoever waits.
        let _ = self.writer.send(Order { content, done });
        saved
    }
}

fn blocked_now(circuits: &Circuits) -> Vec<Blocked> {
    let mut blocked: Vec<Blocked> = Vec::new();
    for (id, kind) in circuits.blocking_snapshot() {
        let Some((group, cic)) = circuits.identity(id) else {
            continue;
        };
        let trunk = circuits.group(group).map_or("", |group| &group.name);
        let reason = Reason::of(kind);
        let same = |entry: &&mut Blocked| entry.trunk == trunk && entry.reason == reason;
        match blocked.iter_mut().rev().take(2).find(same) {
            Some(entry) => entry.cics.push(cic.value()),
            None => blocked.push(Blocked {
                trunk: trunk.into(),
                reason,
                cics: vec![cic.value()],
            }),
        }
    }
    blocked
}

/// Writes until the program drops its end.
fn keep(file: &Path, orders: &mpsc::Receiver<Order>) {
    while let Ok(order) = orders.recv() {
        let result = write(file, &order.content);
        if let Err(error) = &result {
            failed_later(file, error);
        }
        // Who does not wait any more does not miss it.
        let _ = order.done.send(result);
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

fn failed_later(file: &Path, error: &io::Error) {
    tracing::error!(file = %file.display(), %error, "blocking of circuits not saved");
}

/// Nothing is blocked where there is no file yet.
fn read(file: &Path) -> Result<Content, Why> {
    let text = match fs::read(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Content {
                version: VERSION,
                blocked: Vec::new(),
            });
        }
        Err(error) => return Err(Why::Unreadable(error)),
    };
    let Header { version } = serde_json::from_slice(&text).map_err(Why::Damaged)?;
    match version {
        VERSION => serde_json::from_slice(&text).map_err(Why::Damaged),
        other => Err(Why::Version(other)),
    }
}

fn unwritable(file: &Path, error: io::Error) -> Why {
    let folder = folder_of(file);
    match folder.is_dir() {
        true => Why::Unwritable(error),
        false => Why::NoFolder(folder.into()),
    }
}

fn folder_of(file: &Path) -> &Path {
    let folder = file.parent();
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Writes a file so that there is always the old one or the new one.
fn write(file: &Path, content: &Content) -> io::Result<()> {
    let new = with_suffix(file, "new");
    let mut text = serde_json::to_vec_pretty(content)?;
    text.push(b'\n');
    let mut output = File::create(&new)?;
    output.write_all(&text)?;
    output.sync_all()?;
    fs::rename(&new, file)?;
    File::open(folder_of(file))?.sync_all()
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

//! What outlives the program: which circuits its operators have blocked, in a file.
//!
//! The file is written beside its place and renamed into it, each time an operator blocks or
//! unblocks, so that it is whole whenever the program dies. One that cannot be read as what it is
//! was not written by us: it is put aside, and circuits start unblocked. An exchange without its
//! blocking is a lesser evil than none.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use codecs::isup::{Cic, Supervision};
use protocols::isup::{CircuitId, Circuits};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use super::desk::group_named;

/// Why the state cannot be kept.
#[derive(Debug, thiserror::Error)]
#[error("state.file {file}: {source}")]
pub struct StateError {
    file: PathBuf,
    source: io::Error,
}

/// The file's content.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    blocked: Vec<Blocked>,
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
    /// [`StateError`]: it cannot be read, or not be written for another reason.
    pub(crate) fn open(file: &Path) -> Result<Self, StateError> {
        let failed = |source| StateError {
            file: file.into(),
            source,
        };
        let content = read(file).map_err(failed)?;
        match write(file, &content) {
            Err(error) if is_full(&error) => failed_later(file, &error),
            written => written.map_err(failed)?,
        }
        let (writer, orders) = mpsc::channel();
        let path = file.to_path_buf();
        thread::Builder::new()
            .name("state".into())
            .spawn(move || keep(&path, &orders))
            .map_err(failed)?;
        Ok(Self { writer, content })
    }

    /// The circuits that were blocked. What the configuration no longer has is left out.
    pub(crate) fn blocked(&self, circuits: &Circuits) -> Vec<(CircuitId, Supervision)> {
        let mut blocked = Vec::new();
        for entry in &self.content.blocked {
            let group = group_named(circuits, &entry.trunk);
            for &cic in &entry.cics {
                match group.and_then(|group| circuits.circuit(group, Cic(cic))) {
                    Some(id) => blocked.push((id, entry.reason.kind())),
                    None => tracing::warn!(
                        trunk = entry.trunk,
                        cic,
                        "was blocked, but is not configured any more"
                    ),
                }
            }
        }
        blocked
    }

    /// Writes what is blocked now; the receiver hears when that is done.
    pub(crate) fn save(&self, circuits: &Circuits) -> oneshot::Receiver<io::Result<()>> {
        let content = content(circuits);
        let (done, saved) = oneshot::channel();
        // A writer that is gone drops the sender, which tells whoever waits.
        let _ = self.writer.send(Order { content, done });
        saved
    }
}

fn content(circuits: &Circuits) -> Content {
    let mut blocked: Vec<Blocked> = Vec::new();
    for (id, kind) in circuits.blocking_snapshot() {
        let Some((group, cic)) = circuits.identity(id) else {
            continue;
        };
        let trunk = circuits.group(group).map_or("", |group| &group.name);
        let reason = Reason::of(kind);
        let same = |entry: &&mut Blocked| entry.trunk == trunk && entry.reason == reason;
        match blocked.iter_mut().rev().take(2).find(same) {
            Some(entry) => entry.cics.push(cic.0),
            None => blocked.push(Blocked {
                trunk: trunk.into(),
                reason,
                cics: vec![cic.0],
            }),
        }
    }
    Content { blocked }
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

fn read(file: &Path) -> io::Result<Content> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Content::default()),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => String::new(),
        Err(error) => return Err(error),
    };
    match serde_json::from_str(&text) {
        Ok(content) => Ok(content),
        Err(error) => {
            let aside = with_suffix(file, "damaged");
            tracing::error!(
                file = %file.display(),
                %error,
                "damaged: circuits start unblocked; the file is kept as {}",
                aside.display()
            );
            fs::rename(file, aside)?;
            Ok(Content::default())
        }
    }
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
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

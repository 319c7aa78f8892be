//! The files of numbers that policies look into: read at the start, and again when the process is
//! told so by SIGHUP.

use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use routing::NumberList;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tracing::{info, warn};

use super::config::Config;
use crate::config::Fault;

/// Why the lists cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", said(.0))]
pub struct ListsError(Vec<Fault>);

fn said(faults: &[Fault]) -> String {
    let faults = faults.iter();
    let faults = faults.map(|Fault { key, message }| format!("{key}: {message}"));
    faults.collect::<Vec<_>>().join("; ")
}

/// All lists of a configuration, in their order.
///
/// # Errors
/// [`ListsError`] if a file cannot be read, or has a line that is no entry.
pub fn read(config: &Config) -> Result<Vec<Arc<NumberList>>, ListsError> {
    let mut faults = Vec::new();
    let mut lists = Vec::new();
    for (key, list) in config.lists(read_file) {
        match list {
            Ok(list) => lists.push(Arc::new(list)),
            Err(message) => faults.push(Fault::new(key, message)),
        }
    }
    match faults.is_empty() {
        true => Ok(lists),
        false => Err(ListsError(faults)),
    }
}

fn read_file(path: &Path) -> Result<NumberList, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    NumberList::parse(&text)
        .map_err(|(line, error)| format!("{}: line {line}: {error}", path.display()))
}

/// Reads the lists again whenever the process is sent SIGHUP; nothing comes where no list is in a
/// file.
///
/// # Errors
/// The signal cannot be waited for.
pub(super) fn follow(config: Config) -> io::Result<mpsc::Receiver<Vec<Arc<NumberList>>>> {
    let (lists, receiver) = mpsc::channel(1);
    if !config.has_list_files() {
        return Ok(receiver);
    }
    let mut hangups = signal(SignalKind::hangup())?;
    let config = Arc::new(config);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = lists.closed() => return,
                hangup = hangups.recv() => if hangup.is_none() { return },
            }
            let config = config.clone();
            match spawn_blocking(move || read(&config)).await {
                Ok(Ok(read)) => {
                    info!("lists of numbers read again");
                    // Nobody takes them any more: the gateway stops.
                    let _ = lists.send(read).await;
                }
                Ok(Err(error)) => warn!(%error, "lists of numbers stay as they were"),
                // Reading was cut off: the program ends.
                Err(_) => return,
            }
        }
    });
    Ok(receiver)
}

impl ListsError {
    /// What is wrong with each file.
    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::process::Command;

    use super::*;
    use crate::config::parse;

    const EXAMPLE: &str = include_str!("../../config/gateway.toml");

    /// A place for a file, with nothing there.
    fn file(name: &str) -> PathBuf {
        let name = format!("tandem-lists-{}-{name}.txt", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_file(&path);
        path
    }

    fn with_file(path: &Path) -> Config {
        let policy = format!(
            "[[policy]]\nname = \"pstn\"\ntrunk = \"pstn\"\nscreen = [\
             {{ name = \"premium\", called = [\"49900\"] }},\
             {{ name = \"nuisance\", calling_file = {:?} }}]\n",
            path.display().to_string()
        );
        let text = EXAMPLE.to_owned() + &policy;
        parse(Path::new("gateway.toml"), &text).unwrap()
    }

    #[test]
    fn lists_come_from_the_configuration_and_from_files() {
        let path = file("read");
        let config = with_file(&path);
        let missing = read(&config).unwrap_err().to_string();
        assert!(
            missing.starts_with("policy[0].screen[1].calling_file: "),
            "{missing}"
        );
        fs::write(&path, "+497215550001\n+4972155x\n").unwrap();
        let fault = read(&config).unwrap_err().to_string();
        assert!(
            fault.ends_with("line 2: 'x' is not a digit (0-9, A-F)"),
            "{fault}"
        );
        fs::write(&path, "+497215550001\n+49721555010*\n").unwrap();
        let lengths: Vec<usize> = read(&config)
            .unwrap()
            .iter()
            .map(|list| list.len())
            .collect();
        assert_eq!(lengths, [1, 2]);
        fs::remove_file(&path).unwrap();
    }

    #[tokio::test]
    async fn sighup_brings_what_the_files_say_now() {
        let path = file("followed");
        let mut lists = follow(with_file(&path)).unwrap();
        let hang_up = || {
            let kill = format!("kill -HUP {}", std::process::id());
            assert!(
                Command::new("sh")
                    .args(["-c", &kill])
                    .status()
                    .unwrap()
                    .success()
            );
        };
        fs::write(&path, "+497215550001\n").unwrap();
        hang_up();
        assert_eq!(lists.recv().await.unwrap()[1].len(), 1);
        fs::write(&path, "+497215550001\n+497215550002\n").unwrap();
        hang_up();
        assert_eq!(lists.recv().await.unwrap()[1].len(), 2);
        fs::remove_file(&path).unwrap();
    }
}

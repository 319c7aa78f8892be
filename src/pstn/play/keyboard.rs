//! Whoever sits at the terminal, and says when what was asked for is done.

use std::io::{self, BufRead, IsTerminal};

use tokio::sync::mpsc;

/// The lines that come from the terminal.
pub(super) struct Keyboard {
    lines: Option<mpsc::Receiver<()>>,
}

impl Keyboard {
    /// Whether somebody sits there.
    pub(super) fn is_there() -> bool {
        io::stdin().is_terminal()
    }

    /// Listens to the terminal, if there is one, on a thread of its own: reading from it cannot be
    /// broken off.
    pub(super) fn open() -> Self {
        if !Self::is_there() {
            return Self { lines: None };
        }
        let (sender, lines) = mpsc::channel(1);
        std::thread::spawn(move || {
            let lines = io::stdin().lock().lines();
            for _ in lines.map_while(Result::ok) {
                if sender.blocking_send(()).is_err() {
                    return;
                }
            }
        });
        Self { lines: Some(lines) }
    }

    /// Forgets what was typed before anything was asked.
    pub(super) fn forget(&mut self) {
        while let Some(Ok(())) = self.lines.as_mut().map(mpsc::Receiver::try_recv) {}
    }

    /// The next line; never where nobody types.
    pub(super) async fn line(&mut self) {
        let line = match &mut self.lines {
            Some(lines) => lines.recv().await,
            None => None,
        };
        if line.is_none() {
            std::future::pending().await
        }
    }
}

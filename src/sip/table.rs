//! The connections there are, how many of them others have opened, and the way onto each.

use std::cell::Cell;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use bytes::Bytes;
use protocols::sip::{Hop, Transmit};
use tokio::sync::mpsc;

use super::TcpConfig;

/// Octets that may wait on a connection: a peer that does not read gets no more.
const UNSENT: usize = 1024 * 1024;
/// What an item costs beside its octets.
const ITEM: usize = 64;

/// Both ends of a connection: our listener's address, and the peer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) local: SocketAddr,
    pub(super) peer: Hop,
}

/// Who has opened a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opened {
    Here,
    There,
}

/// What waits on a connection.
#[derive(Debug)]
pub(super) enum Item {
    Message(Transmit),
    /// The answer to a keepalive.
    Pong,
}

impl Item {
    pub(super) fn octets(&self) -> Bytes {
        match self {
            Self::Message(transmit) => transmit.bytes.clone(),
            Self::Pong => Bytes::from_static(codecs::sip::PONG),
        }
    }

    fn cost(&self) -> usize {
        let octets = match self {
            Self::Message(transmit) => transmit.bytes.len(),
            Self::Pong => codecs::sip::PONG.len(),
        };
        octets + ITEM
    }
}

/// What waits on a connection, for its task.
#[derive(Debug)]
pub(super) struct Waiting {
    items: mpsc::UnboundedReceiver<Item>,
    unsent: Rc<Cell<usize>>,
}

impl Waiting {
    /// The next item; `None` when the connection is to be closed.
    pub(super) async fn next(&mut self) -> Option<Item> {
        let item = self.items.recv().await?;
        self.unsent.set(self.unsent.get() - item.cost());
        Some(item)
    }

    /// The messages that nobody will send any more.
    pub(super) fn rest(mut self) -> impl Iterator<Item = Transmit> {
        self.items.close();
        std::iter::from_fn(move || self.items.try_recv().ok()).filter_map(|item| match item {
            Item::Message(transmit) => Some(transmit),
            Item::Pong => None,
        })
    }
}

struct Entry {
    serial: u64,
    opened: Opened,
    items: mpsc::UnboundedSender<Item>,
    unsent: Rc<Cell<usize>>,
}

impl Entry {
    /// Puts an item in, unless too much waits already.
    fn push(&self, item: Item) -> Result<(), Item> {
        let unsent = self.unsent.get() + item.cost();
        if unsent > UNSENT {
            return Err(item);
        }
        self.items.send(item).map_err(|error| error.0)?;
        self.unsent.set(unsent);
        Ok(())
    }
}

/// All connections.
#[derive(Default)]
pub(super) struct Table {
    entries: HashMap<Place, Entry>,
    /// How many others have opened, by their address.
    peers: HashMap<IpAddr, usize>,
    incoming: usize,
    serial: u64,
}

impl Table {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn has(&self, place: &Place) -> bool {
        self.entries.contains_key(place)
    }

    /// Puts an item on a connection, unless too much waits there already.
    ///
    /// # Errors
    /// The item.
    pub(super) fn push(&self, place: &Place, item: Item) -> Result<(), Item> {
        match self.entries.get(place) {
            Some(entry) => entry.push(item),
            None => Err(item),
        }
    }

    /// A place for one more connection, unless there are as many as there may be. One that was
    /// there is replaced: its peer has forgotten it.
    pub(super) fn enter(
        &mut self,
        place: Place,
        opened: Opened,
        limits: &TcpConfig,
    ) -> Option<(u64, Waiting)> {
        let ip = place.peer.address.ip();
        let full = match opened {
            Opened::There => {
                let of_peer = self.peers.get(&ip).copied().unwrap_or_default();
                self.incoming >= limits.connections || of_peer >= limits.connections_per_peer
            }
            Opened::Here => self.entries.len() - self.incoming >= limits.connections,
        };
        if full {
            return None;
        }
        self.remove(&place);
        if opened == Opened::There {
            self.incoming += 1;
            *self.peers.entry(ip).or_default() += 1;
        }
        let (items, receiver) = mpsc::unbounded_channel();
        let unsent = Rc::new(Cell::new(0));
        self.serial += 1;
        let entry = Entry {
            serial: self.serial,
            opened,
            items,
            unsent: unsent.clone(),
        };
        self.entries.insert(place, entry);
        let waiting = Waiting {
            items: receiver,
            unsent,
        };
        Some((self.serial, waiting))
    }

    /// The connection is gone.
    pub(super) fn leave(&mut self, place: &Place, serial: u64) {
        if self
            .entries
            .get(place)
            .is_some_and(|entry| entry.serial == serial)
        {
            self.remove(place);
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self {
            serial: self.serial,
            ..Self::default()
        };
    }

    fn remove(&mut self, place: &Place) {
        let Some(entry) = self.entries.remove(place) else {
            return;
        };
        if entry.opened == Opened::Here {
            return;
        }
        self.incoming -= 1;
        let ip = place.peer.address.ip();
        if let Some(count) = self.peers.get_mut(&ip) {
            *count -= 1;
            if *count == 0 {
                self.peers.remove(&ip);
            }
        }
    }
}

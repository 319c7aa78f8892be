//! The service's associations: whose they are, and what comes and goes on them.

use std::time::Instant;

use bytes::Bytes;
use codecs::m3ua::{Message, PAYLOAD_PROTOCOL};
use protocols::m3ua::Input;
use tracing::{debug, info, warn};

use super::service::Service;
use crate::sctp::{self, AssociationId, Error, Path, PathChange, Sctp, SendError, Streams};

/// Message class of DATA (RFC 4666 §3.1.2).
const CLASS_TRANSFER: u8 = 1;
/// Message class of what is about the SS7 network.
const CLASS_MANAGEMENT: u8 = 2;

impl<S: Sctp> Service<S> {
    /// Listens for a peer, or begins to connect to it.
    pub(super) fn open(&mut self, index: usize) -> Result<(), Error> {
        let peer = &mut self.peers[index];
        if !peer.config.role.connects() {
            return self.sctp.listen(&peer.listen());
        }
        let association = self.sctp.connect(&peer.connect())?;
        peer.association = Some(association);
        self.associations.insert(association, index);
        Ok(())
    }

    pub(super) fn sctp_event(&mut self, event: sctp::Event) {
        use sctp::Event as E;
        let known = self.associations.get(&event.association()).copied();
        match (event, known) {
            (
                E::Up {
                    association,
                    path,
                    streams,
                    ..
                },
                known,
            ) => self.up(association, path, streams, known),
            (
                E::Message {
                    stream,
                    ppid: PAYLOAD_PROTOCOL,
                    payload,
                    ..
                },
                Some(association),
            ) => {
                if payload.get(2) == Some(&CLASS_MANAGEMENT) {
                    self.counters.management_received.add();
                }
                self.handle(Input::Received {
                    association,
                    stream,
                    payload,
                });
            }
            (E::Message { ppid, .. }, Some(index)) => {
                self.counters.other_protocol.add();
                let peer = (index, &*self.peers[index].config.name);
                self.complaints.other_protocol(peer, ppid, Instant::now());
            }
            (E::Message { .. }, None) => {}
            (E::Restarted { streams, .. }, Some(index)) => {
                warn!(peer = %self.peers[index].config.name, "the peer has started again");
                self.handle(up_with(index, streams));
            }
            (E::Path { peer, change, .. }, Some(index)) => {
                let name = &self.peers[index].config.name;
                match change {
                    PathChange::Unreachable => warn!(peer = %name, address = %peer, "path lost"),
                    PathChange::Reachable => info!(peer = %name, address = %peer, "path answers"),
                    PathChange::Primary => info!(peer = %name, address = %peer, "primary path"),
                }
            }
            (E::Closed { association }, Some(index)) => {
                info!(peer = %self.peers[index].config.name, "association closed");
                self.down(association, index);
            }
            (
                E::Lost {
                    association,
                    reason,
                },
                Some(index),
            ) => {
                self.counters.associations_lost.add();
                let peer = &self.peers[index];
                let name = &peer.config.name;
                match (peer.is_up, peer.config.remote.first()) {
                    (false, Some(remote)) => {
                        warn!(peer = %name, "cannot connect to {remote} yet, retrying: {reason}");
                    }
                    _ => warn!(peer = %name, %reason, "association lost"),
                }
                self.down(association, index);
            }
            (E::Restarted { .. } | E::Path { .. } | E::Closed { .. } | E::Lost { .. }, None) => {}
        }
    }

    fn up(
        &mut self,
        association: AssociationId,
        path: Path,
        streams: Streams,
        known: Option<usize>,
    ) {
        let claimed = known.or_else(|| self.claimed(&path));
        let Some(index) = claimed.filter(|_| self.stopping.is_none()) else {
            warn!(peer = %path.peer, port = path.peer_port, "no such peer: association refused");
            self.sctp.abort(association);
            return;
        };
        self.counters.associations_up.add();
        let peer = &mut self.peers[index];
        let in_use = streams.incoming.min(streams.outgoing);
        info!(peer = %peer.config.name, address = %path.peer, streams = in_use, "association up");
        peer.is_up = true;
        if let Some(former) = peer.association.replace(association)
            && former != association
        {
            warn!(peer = %peer.config.name, "it has a new association: the former is aborted");
            self.associations.remove(&former);
            self.sctp.abort(former);
        }
        self.associations.insert(association, index);
        self.handle(up_with(index, streams));
    }

    /// The peer that an association it opened belongs to.
    fn claimed(&self, path: &Path) -> Option<usize> {
        let claims = self.peers.iter().enumerate();
        let claims = claims.filter_map(|(index, peer)| Some((peer.claim(path)?, index)));
        claims
            .max_by_key(|(claim, _)| *claim)
            .map(|(_, index)| index)
    }

    fn down(&mut self, association: AssociationId, index: usize) {
        self.associations.remove(&association);
        self.peers[index].association = None;
        self.peers[index].is_up = false;
        self.handle(Input::Down { association: index });
        if self.stopping.is_none() {
            self.peers[index].retry_later(Instant::now());
        }
    }

    /// Ends a peer's association in order.
    pub(super) fn leave(&mut self, index: usize) {
        if let Some(association) = self.peers[index].association {
            self.sctp.shutdown(association);
        }
    }

    /// Sends an M3UA message on a peer's association.
    pub(super) fn send(&mut self, index: usize, stream: u16, payload: Bytes) {
        let Some(association) = self.peers[index].association else {
            return;
        };
        let class = payload.get(2).copied();
        let is_data = class == Some(CLASS_TRANSFER);
        if class == Some(CLASS_MANAGEMENT) {
            self.counters.management_sent.add();
        }
        let message = is_data.then(|| payload.clone());
        let sent = self
            .sctp
            .send(association, stream, PAYLOAD_PROTOCOL, payload);
        match (sent, message) {
            (Ok(()), Some(_)) => {
                self.counters.sent.add();
            }
            (Ok(()), None) => {}
            (Err(SendError::Closing | SendError::NotUp), Some(message)) => {
                self.send_elsewhere(index, &message);
            }
            (Err(error), _) => self.unsent(index, error, is_data),
        }
    }

    /// The association is ending, as the event that follows will say: its messages take another
    /// way, or wait for one.
    fn send_elsewhere(&mut self, index: usize, message: &Bytes) {
        let now = Instant::now();
        self.layer.handle(Input::Down { association: index }, now);
        if let Ok(Message::Data(data)) = Message::decode(message) {
            self.layer.handle(Input::Transfer(data.transfer), now);
        }
    }

    fn unsent(&self, index: usize, error: SendError, is_data: bool) {
        let noteworthy = match error {
            SendError::Full => self.counters.dropped_overload.add(),
            // What is not DATA was about an association that is ending anyway.
            _ => is_data && self.counters.dropped_unavailable.add(),
        };
        let peer = &self.peers[index].config.name;
        // When leaves crossed, nobody needs an answer any more.
        match noteworthy && self.stopping.is_none() {
            true => warn!(%peer, %error, "message dropped"),
            false => debug!(%peer, %error, "message dropped"),
        }
    }
}

fn up_with(association: usize, streams: Streams) -> Input {
    Input::Up {
        association,
        streams: streams.incoming.min(streams.outgoing),
    }
}

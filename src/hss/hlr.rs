//! The HLR half: SCCP in the message transfer part on one side, subscribers on the other.

use std::time::Instant;

use codecs::mtp::{ServiceIndicator, Transfer};
use protocols::map::{Outgoing, Received, Server, ServerOutput};

use super::config::Config;
use super::subscribers::Subscribers;
use crate::point_codes::PointCodes;
use crate::ss7::NetworkConfig;

/// Answers sendRoutingInfo from the subscribers.
pub(super) struct Hlr {
    server: Server,
    /// In the order of their numbers.
    networks: Vec<NetworkConfig>,
    written: PointCodes,
    sent: u8,
}

impl Hlr {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            server: Server::new(config.server()),
            networks: config.ss7.networks(),
            written: config.ss7.point_codes(),
            sent: 0,
        }
    }

    pub(super) fn receive(&mut self, transfer: Transfer, now: Instant) {
        if transfer.si != ServiceIndicator::SCCP {
            let opc = self.written.write(transfer.origin());
            tracing::warn!(%opc, si = transfer.si.0, "not for the SCCP");
            return;
        }
        let received = Received {
            from: transfer.origin(),
            message: transfer.data,
        };
        self.server.handle(&received, now);
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) {
        self.server.handle_timeout(now);
    }

    pub(super) fn poll_timeout(&mut self) -> Option<Instant> {
        self.server.poll_timeout()
    }

    /// Answers what is asked; what is to be sent.
    pub(super) fn drain(&mut self, subscribers: &mut Subscribers) -> Vec<Transfer> {
        let mut transfers = Vec::new();
        while let Some(output) = self.server.poll_output() {
            match output {
                ServerOutput::Send(outgoing) => transfers.extend(self.transfer(outgoing)),
                ServerOutput::SendRoutingInfo { dialogue, arg } => {
                    let answer = subscribers.routing_info(&arg);
                    let msisdn = arg.msisdn.digits();
                    match &answer {
                        Ok(result) => {
                            let icscf = result.icscf().map(tracing::field::display);
                            tracing::info!(%msisdn, icscf, "sendRoutingInfo answered");
                        }
                        Err(error) => tracing::info!(%msisdn, %error, "sendRoutingInfo refused"),
                    }
                    self.server.respond(dialogue, answer);
                }
                ServerOutput::Discarded { from, why } => {
                    let from = self.written.write(from);
                    tracing::warn!(%from, %why, "message discarded");
                }
            }
        }
        transfers
    }

    /// Any signalling link will do for class 0, so all get their turn.
    fn transfer(&mut self, Outgoing { to, message }: Outgoing) -> Option<Transfer> {
        let network = self.networks.get(usize::from(to.network.0))?;
        self.sent = self.sent.wrapping_add(1);
        Some(Transfer {
            network: to.network,
            opc: network.point_code,
            dpc: to.code,
            si: ServiceIndicator::SCCP,
            ni: network.network_indicator,
            priority: 0,
            sls: self.sent & 0xF,
            data: message,
        })
    }
}

//! The HLR half: SCCP in the message transfer part on one side, subscribers on the other.

use std::time::Instant;

use codecs::mtp::{NetworkIndicator, PointCode, PointCodeFormat, ServiceIndicator, Transfer};
use protocols::map::{Outgoing, Received, Server, ServerOutput};

use super::config::Config;
use super::subscribers::Subscribers;

/// Answers sendRoutingInfo from the subscribers.
pub(super) struct Hlr {
    server: Server,
    point_code: PointCode,
    written: &'static PointCodeFormat,
    network: NetworkIndicator,
    sent: u8,
}

impl Hlr {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            server: Server::new(config.server()),
            point_code: config.ss7.point_code,
            written: config.ss7.point_code_format,
            network: config.ss7.network_indicator,
            sent: 0,
        }
    }

    pub(super) fn receive(&mut self, transfer: Transfer, now: Instant) {
        if transfer.si != ServiceIndicator::SCCP {
            let opc = self.written.write(transfer.opc);
            tracing::warn!(%opc, si = transfer.si.0, "not for the SCCP");
            return;
        }
        let received = Received {
            from: transfer.opc,
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
                ServerOutput::Send(outgoing) => transfers.push(self.transfer(outgoing)),
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
    fn transfer(&mut self, outgoing: Outgoing) -> Transfer {
        self.sent = self.sent.wrapping_add(1);
        Transfer {
            opc: self.point_code,
            dpc: outgoing.to,
            si: ServiceIndicator::SCCP,
            ni: self.network,
            priority: 0,
            sls: self.sent & 0xF,
            data: outgoing.message,
        }
    }
}

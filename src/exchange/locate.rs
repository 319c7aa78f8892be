//! Where a mobile subscriber is: the question to the HSS, and what its answer means for the call
//! (`TS 23.018 §7.2`, `TS 29.002 §10.1`; for the I-CSCF see `docs/map-icscf.md`).

use std::time::Instant;

use codecs::isup::RedirectionReason;
use codecs::map::{AddressString, ForwardingOptions, SendRoutingInfoArg};
use codecs::mtp::{ServiceIndicator, Transfer};
use codecs::number::NumberingPlan;
use protocols::map::{ClientOutput, Failure, Invocation, Outgoing, Received, Route, RoutingInfo};
use routing::E164;

use super::call::Phase;
use super::interworking::located;
use super::interworking::release::Own;
use super::telemetry::{Lookup, Telemetry};
use super::{Exchange, Output};

impl Exchange {
    /// Asks the HSS where the called subscriber is.
    pub(super) fn locate(&mut self, key: usize, now: Instant) {
        let msisdn = AddressString::international(*self.calls[key].setup.called.digits());
        let (Some(locator), Some(hss), Ok(msisdn)) =
            (&mut self.locator, &self.settings.hss, msisdn)
        else {
            return self.end(key, Own::NoRoute, now);
        };
        let arg = SendRoutingInfoArg::basic_call(msisdn, hss.own_title);
        let invocation = locator.send_routing_info(&arg, now);
        self.by_lookup.insert(invocation, key);
        // The calling exchange's T7 (20-30 s) runs while the HSS is asked, too.
        self.arm_early_acm(key, now);
        let call = &mut self.calls[key];
        call.phase = Phase::Locating {
            invocation,
            since: now,
        };
    }

    pub(super) fn received_sccp(&mut self, transfer: Transfer, now: Instant) {
        match &mut self.locator {
            Some(locator) => {
                locator.handle(
                    &Received {
                        from: transfer.origin(),
                        message: transfer.data,
                    },
                    now,
                );
            }
            None => {
                let from = self.settings.point_codes.write(transfer.origin());
                self.malformed("SCCP", format!("from {from}: no HSS is configured"));
            }
        }
    }

    pub(super) fn locator_output(&mut self, output: ClientOutput, now: Instant) {
        match output {
            ClientOutput::Send(outgoing) => self.send_sccp(outgoing),
            ClientOutput::Outcome { invocation, result } => {
                self.located(invocation, result, now);
            }
            ClientOutput::Discarded { from, why } => {
                let from = self.settings.point_codes.write(from);
                self.malformed("SCCP", format!("from {from}: {why}"));
            }
        }
    }

    fn send_sccp(&mut self, Outgoing { to, message }: Outgoing) {
        let Some(hss) = &self.settings.hss else {
            return;
        };
        let transfer = Transfer {
            network: to.network,
            opc: hss.own_point_code,
            dpc: to.code,
            si: ServiceIndicator::SCCP,
            ni: hss.network_indicator,
            priority: 0,
            sls: 0,
            data: message,
        };
        self.outputs.push_back(Output::Transfer(transfer));
    }

    /// The HSS has answered, or will not. An answer for a call that is gone changes nothing.
    fn located(
        &mut self,
        invocation: Invocation,
        outcome: Result<RoutingInfo, Failure>,
        now: Instant,
    ) {
        let Some(key) = self.by_lookup.remove(&invocation) else {
            return;
        };
        let call = &mut self.calls[key];
        let Phase::Locating { since, .. } = call.phase else {
            return;
        };
        call.phase = Phase::Connecting;
        let (call, after) = (call.number, now - since);
        let route = outcome.map(|info| info.route);
        self.report(Telemetry::Located {
            call,
            lookup: lookup(&route),
            after,
        });
        match route {
            Ok(route) => self.follow(key, route, now),
            Err(Failure::UserError(error)) => self.fail(key, located::cause(error.code), now),
            Err(Failure::Congestion) => self.end(key, Own::Congestion, now),
            Err(_) => self.end(key, Own::NoLocation, now),
        }
    }

    fn follow(&mut self, key: usize, route: Route, now: Instant) {
        match route {
            Route::Icscf(host) => {
                let preferred = self.peers.find(host.as_str());
                if preferred.is_none() {
                    let reason = format!("I-CSCF {host} is not configured, another one is taken");
                    self.malformed("MAP", reason);
                }
                self.connect_ims(key, preferred, now);
            }
            Route::RoamingNumber(number) => match self.global(&number) {
                Some(number) if self.is_ims(&number) => self.connect_ims(key, None, now),
                Some(number) => {
                    self.calls[key].setup.reroute(number);
                    self.route_to_trunk(key, now);
                }
                None => self.end(key, Own::NoSuchNumber, now),
            },
            Route::Forwarded { to, reason } => match self.global(&to) {
                Some(to) => self.forward(key, to, redirection_reason(reason), now),
                None => self.end(key, Own::NoSuchNumber, now),
            },
            Route::Camel | Route::Nowhere => {
                self.end(key, Own::NoLocation, now);
            }
        }
    }

    fn global(&self, number: &AddressString) -> Option<E164> {
        let (nature, digits) = (number.isup_nature(), number.digits());
        self.settings
            .numbering
            .globalise(nature, NumberingPlan::E164, &digits)
            .ok()
    }

    /// Whether a roaming number stands for the IMS itself.
    fn is_ims(&self, number: &E164) -> bool {
        let prefix = self.settings.ims_roaming_prefix.as_ref();
        prefix.is_some_and(|prefix| number.digits().starts_with(prefix))
    }
}

//= TS 29.002 §17.7.3 ForwardingReason: why a call is forwarded, as ISUP says it (TS 23.082)
fn redirection_reason(reason: u8) -> RedirectionReason {
    match reason {
        ForwardingOptions::NOT_REACHABLE => RedirectionReason::NOT_REACHABLE,
        ForwardingOptions::BUSY => RedirectionReason::USER_BUSY,
        ForwardingOptions::NO_REPLY => RedirectionReason::NO_REPLY,
        _ => RedirectionReason::UNCONDITIONAL,
    }
}

fn lookup(route: &Result<Route, Failure>) -> Lookup {
    match route {
        Ok(Route::Icscf(host)) => Lookup::Icscf(host.as_str().to_owned()),
        Ok(Route::RoamingNumber(number)) => Lookup::RoamingNumber(number.digits().to_string()),
        Ok(Route::Forwarded { to, .. }) => Lookup::Forwarded(to.digits().to_string()),
        Ok(Route::Camel | Route::Nowhere) => Lookup::Failed("no destination in the answer".into()),
        Err(failure) => Lookup::Failed(failure.to_string()),
    }
}

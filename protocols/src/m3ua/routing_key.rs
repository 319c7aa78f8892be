//! Routing keys: how we write ours, what makes sense of one that is asked for, and how two compare
//! (RFC 4666 §3.6.1, §4.4).

use codecs::m3ua::{
    MaskedPointCode, RegistrationStatus, RoutingKey, RoutingKeyDestination, TrafficMode,
};
use codecs::mtp::{NetworkId, PointCode, ServiceIndicator};

use super::config::{Key, ServerConfig};
use super::layer::Layer;

/// The largest service indicator (4 bits).
pub(super) const MAX_SERVICE: u8 = 15;

/// The server whose key goes by this local identifier.
pub(super) fn server_of(local_identifier: u32) -> Option<usize> {
    usize::try_from(local_identifier).ok()?.checked_sub(1)
}

/// The key of a server, as we register it.
pub(super) fn of_server(server: usize, config: &ServerConfig) -> RoutingKey {
    let exact = |codes: &[PointCode]| codes.iter().copied().map(MaskedPointCode::exact).collect();
    let key = &config.key;
    let destination = |&code: &PointCode| RoutingKeyDestination {
        code: MaskedPointCode::exact(code),
        services: key.services.clone(),
        originators: exact(&key.originators),
    };
    RoutingKey {
        local_identifier: u32::try_from(server + 1).unwrap_or(u32::MAX),
        routing_context: None,
        mode: config.mode,
        network_appearance: key.network_appearance,
        destinations: key.destinations.iter().map(destination).collect(),
        other: Vec::new(),
    }
}

impl Layer {
    /// A key that makes sense, or why not.
    pub(super) fn read_key(
        &self,
        asked: &RoutingKey,
        network: NetworkId,
    ) -> Result<Key, RegistrationStatus> {
        use RegistrationStatus as S;
        if !asked.other.is_empty() {
            return Err(S::UNSUPPORTED_PARAMETER);
        }
        let Some(first) = asked.destinations.first() else {
            return Err(S::INVALID_ROUTING_KEY);
        };
        let is_invalid = |at: &RoutingKeyDestination| {
            at.code.mask != 0 || self.own.contains(&network.point(at.code.code))
        };
        if asked.destinations.iter().any(is_invalid) {
            return Err(S::INVALID_DPC);
        }
        let appearance = asked.network_appearance;
        let mut servers = self.servers.iter();
        if appearance.is_some()
            && !servers.any(|server| server.config.key.network_appearance == appearance)
        {
            return Err(S::INVALID_NETWORK_APPEARANCE);
        }
        if asked
            .mode
            .is_some_and(|mode| !matches!(mode, TrafficMode(1..=3)))
        {
            return Err(S::UNSUPPORTED_TRAFFIC_MODE);
        }
        // One server has one set of users and of origins, whatever the destination.
        let is_mixed = |at: &RoutingKeyDestination| {
            at.services != first.services || at.originators != first.originators
        };
        let too_large = |service: &ServiceIndicator| service.0 > MAX_SERVICE;
        let is_cluster = |from: &MaskedPointCode| from.mask != 0;
        if asked.destinations.iter().any(is_mixed)
            || first.services.iter().any(too_large)
            || first.originators.iter().any(is_cluster)
        {
            return Err(S::INVALID_ROUTING_KEY);
        }
        Ok(Key {
            network_appearance: appearance,
            destinations: asked.destinations.iter().map(|at| at.code.code).collect(),
            services: first.services.clone(),
            originators: first.originators.iter().map(|from| from.code).collect(),
        })
    }
}

impl Key {
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.network_appearance == other.network_appearance
            && is_same_set(&self.destinations, &other.destinations)
            && is_same_set(&self.services, &other.services)
            && is_same_set(&self.originators, &other.originators)
    }

    /// Whether one message could belong to both.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.network_appearance == other.network_appearance
            && meet(&self.destinations, &other.destinations)
            && may_meet(&self.services, &other.services)
            && may_meet(&self.originators, &other.originators)
    }
}

fn is_same_set<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    one.iter().all(|item| other.contains(item)) && other.iter().all(|item| one.contains(item))
}

fn meet<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    one.iter().any(|item| other.contains(item))
}

/// An empty list stands for all there are.
fn may_meet<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    one.is_empty() || other.is_empty() || meet(one, other)
}

//! Which application servers lead to a point code, and which of them are to be used (RFC 4666
//! §4.5, §1.4.2.5).

use codecs::m3ua::MaskedPointCode;
use codecs::mtp::{PointCode, ServiceIndicator, SignallingPoint, Transfer};

use super::config::Key;
use crate::quick::QuickMap;

/// What is known of a destination; the better, the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    Available,
    Restricted,
    Unavailable,
}

/// A destination whose status or congestion level changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) point: SignallingPoint,
    /// Status and level it had.
    pub(super) from: (Status, u8),
    /// And has now.
    pub(super) to: (Status, u8),
}

/// All destinations that servers lead to.
#[derive(Debug, Default)]
pub(super) struct Routes {
    by_point: QuickMap<SignallingPoint, Route>,
}

#[derive(Debug)]
struct Route {
    vias: Vec<Via>,
    /// The best of them that can be used; all of them, best first, where keys narrow them.
    usable: Vec<usize>,
    is_narrow: bool,
    status: Status,
    level: u8,
}

/// One server on the way.
#[derive(Debug)]
struct Via {
    server: usize,
    priority: u8,
    services: Vec<ServiceIndicator>,
    originators: Vec<PointCode>,
    is_active: bool,
    status: Status,
    level: u8,
    /// Since it was last asked about, nothing was heard of congestion.
    is_quiet: bool,
}

impl Via {
    fn takes(&self, transfer: &Transfer) -> bool {
        let Self {
            services,
            originators,
            ..
        } = self;
        (services.is_empty() || services.contains(&transfer.si))
            && (originators.is_empty() || originators.contains(&transfer.opc))
    }

    fn is_usable(&self) -> bool {
        self.is_active && self.status != Status::Unavailable
    }

    fn rank(&self) -> (Status, u8) {
        (self.status, self.priority)
    }

    fn is_in_trouble(&self) -> bool {
        self.is_active && (self.status != Status::Available || self.level > 0)
    }
}

impl Route {
    fn new() -> Self {
        Self {
            vias: Vec::new(),
            usable: Vec::new(),
            is_narrow: false,
            status: Status::Unavailable,
            level: 0,
        }
    }

    fn choose(&self, transfer: &Transfer) -> Option<usize> {
        let turn = |count: usize| usize::from(transfer.sls) % count;
        if !self.is_narrow {
            let count = self.usable.len();
            return (count > 0).then(|| self.vias[self.usable[turn(count)]].server);
        }
        let takes = |&&via: &&usize| self.vias[via].takes(transfer);
        let best = self.vias[*self.usable.iter().find(takes)?].rank();
        let best = |via: &&usize| takes(via) && self.vias[**via].rank() == best;
        let count = self.usable.iter().filter(best).count();
        let mut equals = self.usable.iter().filter(best);
        equals.nth(turn(count)).map(|&via| self.vias[via].server)
    }

    /// Finds the ways that can be used anew. Answers what changed by it.
    fn refresh(&mut self, point: SignallingPoint) -> Option<Change> {
        let from = (self.status, self.level);
        let vias = &self.vias;
        self.usable = (0..vias.len())
            .filter(|&via| vias[via].is_usable())
            .collect();
        self.usable.sort_by_key(|&via| vias[via].rank());
        let best = self.usable.first().map(|&via| vias[via].rank());
        if !self.is_narrow {
            self.usable.retain(|&via| Some(vias[via].rank()) == best);
        }
        self.status = best.map_or(Status::Unavailable, |(status, _)| status);
        let levels = self.usable.iter().map(|&via| vias[via].level);
        self.level = levels.max().unwrap_or(0);
        let to = (self.status, self.level);
        (from != to).then_some(Change { point, from, to })
    }
}

impl Routes {
    pub(super) fn add(&mut self, point: SignallingPoint, server: usize, priority: u8, key: &Key) {
        let route = self.by_point.entry(point).or_insert_with(Route::new);
        route.is_narrow |= !key.services.is_empty() || !key.originators.is_empty();
        route.vias.push(Via {
            server,
            priority,
            services: key.services.clone(),
            originators: key.originators.clone(),
            is_active: false,
            status: Status::Available,
            level: 0,
            is_quiet: false,
        });
    }

    /// Takes a server away that is not active any more.
    pub(super) fn remove(&mut self, point: SignallingPoint, server: usize) {
        if let Some(route) = self.by_point.get_mut(&point) {
            route.vias.retain(|via| via.server != server);
            route.refresh(point);
        }
    }

    pub(super) fn knows(&self, point: SignallingPoint) -> bool {
        self.by_point.contains_key(&point)
    }

    /// The server for a message: among the best that reach its destination, the one of its SLS.
    pub(super) fn choose(&self, transfer: &Transfer) -> Option<usize> {
        self.by_point.get(&transfer.destination())?.choose(transfer)
    }

    /// All servers that may take a message, whether they can now or not.
    pub(super) fn candidates(&self, transfer: &Transfer) -> impl Iterator<Item = usize> {
        let vias = self.by_point.get(&transfer.destination()).into_iter();
        let vias = vias.flat_map(|route| &route.vias);
        vias.filter(|via| via.takes(transfer)).map(|via| via.server)
    }

    /// The servers that lead to a destination.
    pub(super) fn servers(&self, point: SignallingPoint) -> impl Iterator<Item = usize> {
        let vias = self.by_point.get(&point).into_iter();
        vias.flat_map(|route| &route.vias).map(|via| via.server)
    }

    /// Status and congestion level of a destination.
    pub(super) fn state(&self, point: SignallingPoint) -> (Status, u8) {
        let route = self.by_point.get(&point);
        route.map_or((Status::Unavailable, 0), |route| {
            (route.status, route.level)
        })
    }

    /// All destinations, with status and congestion level.
    pub(super) fn states(&self) -> impl Iterator<Item = (SignallingPoint, (Status, u8))> {
        let states = self.by_point.iter();
        states.map(|(&point, route)| (point, (route.status, route.level)))
    }

    /// Traffic of a server that leads to `points` flows from now on, or ceases to.
    pub(super) fn activate(
        &mut self,
        server: usize,
        points: &[SignallingPoint],
        is_active: bool,
    ) -> Vec<Change> {
        self.update(server, points, |via| {
            via.is_active = is_active;
            (via.status, via.level) = (Status::Available, 0);
        })
    }

    /// A gateway says how some of these destinations are.
    pub(super) fn report(
        &mut self,
        server: usize,
        points: &[SignallingPoint],
        status: Status,
    ) -> Vec<Change> {
        self.update(server, points, |via| {
            via.status = status;
            // An answer to an audit tells of congestion, too, if there is any (`§4.5.3`).
            if std::mem::take(&mut via.is_quiet) {
                via.level = 0;
            }
        })
    }

    /// A gateway says how congested the way to some of these destinations is.
    pub(super) fn congest(
        &mut self,
        server: usize,
        points: &[SignallingPoint],
        level: u8,
    ) -> Vec<Change> {
        self.update(server, points, |via| {
            via.level = level;
            via.is_quiet = false;
        })
    }

    fn update(
        &mut self,
        server: usize,
        points: &[SignallingPoint],
        update: impl Fn(&mut Via),
    ) -> Vec<Change> {
        let mut changes = Vec::new();
        for &point in points {
            let Some(route) = self.by_point.get_mut(&point) else {
                continue;
            };
            route
                .vias
                .iter_mut()
                .filter(|via| via.server == server)
                .for_each(&update);
            changes.extend(route.refresh(point));
        }
        changes
    }

    /// Whether a gateway reported one of `points` to be other than available.
    pub(super) fn is_in_trouble(&self, server: usize, points: &[SignallingPoint]) -> bool {
        let routes = points.iter().filter_map(|point| self.by_point.get(point));
        let mut vias = routes.flat_map(|route| &route.vias);
        vias.any(|via| via.server == server && via.is_in_trouble())
    }

    /// Those of `points` to ask the gateway behind a server about.
    pub(super) fn audit(
        &mut self,
        server: usize,
        points: &[SignallingPoint],
    ) -> Vec<MaskedPointCode> {
        let mut troubled = Vec::new();
        for point in points {
            let Some(route) = self.by_point.get_mut(point) else {
                continue;
            };
            for via in &mut route.vias {
                if via.server == server && via.is_in_trouble() {
                    via.is_quiet = true;
                    troubled.push(MaskedPointCode::exact(point.code));
                }
            }
        }
        troubled
    }
}

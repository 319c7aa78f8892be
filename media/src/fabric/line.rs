//! A span for a millisecond: what its timeslots say goes to their owners, what those have goes back.

use std::collections::VecDeque;

use codecs::cesopsn::{FRAMES, TIMESLOTS};
use slab::Slab;

use super::{Lines, Owner};
use crate::command::{Event, Timeslot};
use crate::connection::{Connection, SPAN_LAW};
use crate::continuity::Check;
use crate::joint::Joint;
use crate::span::{Transmitter, scatter};

/// One span while a millisecond passes through it.
pub(super) struct Line<'a, L> {
    pub(super) number: usize,
    pub(super) lines: &'a mut L,
    pub(super) owners: &'a [Option<Owner>; TIMESLOTS],
    pub(super) checks: &'a mut Vec<(u8, Check)>,
    pub(super) connections: &'a mut Slab<Connection>,
    pub(super) joints: &'a mut Slab<Joint>,
    pub(super) events: &'a mut VecDeque<Event>,
}

impl<L: Lines> Line<'_, L> {
    /// Gives each owner the octets of its timeslot.
    pub(super) fn send_on(&mut self, octets: impl Fn(u8) -> [u8; FRAMES]) {
        self.send_on_checks(&octets);
        for (slot, owner) in (1..).zip(self.owners) {
            let said = || match is_checked(self.checks, slot) {
                true => [SPAN_LAW.silence(); FRAMES],
                false => octets(slot),
            };
            match *owner {
                Some(Owner::Connection(number)) => {
                    if let Some((to, packet)) = self.connections[number].timeslot_said(said()) {
                        self.lines.rtp(number, to, packet);
                    }
                }
                Some(Owner::Joint(number, end)) => {
                    self.joints[number].timeslot_said(end, said());
                }
                None => {}
            }
        }
    }

    fn send_on_checks(&mut self, octets: impl Fn(u8) -> [u8; FRAMES]) {
        for (slot, check) in &mut *self.checks {
            if let Some(heard) = check.timeslot_said(octets(*slot)) {
                let (span, slot) = (self.number as u16, *slot);
                let timeslot = Timeslot { span, slot };
                self.events
                    .push_back(Event::ContinuityHeard { timeslot, heard });
            }
        }
    }

    /// Sends a packet with what the owners have for their timeslots.
    pub(super) fn answer(&mut self, transmitter: &mut Transmitter, receive_fault: bool) {
        for (slot, owner) in (1..).zip(self.owners) {
            let octets = match *owner {
                Some(Owner::Connection(number)) => self.connections[number].timeslot_hears(),
                Some(Owner::Joint(number, end)) => self.joints[number].timeslot_hears(end),
                None => continue,
            };
            scatter(&octets, transmitter.timeslots(), slot);
        }
        for (slot, check) in &mut *self.checks {
            scatter(&check.timeslot_hears(), transmitter.timeslots(), *slot);
        }
        self.lines
            .tdm(self.number, transmitter.packet(receive_fault));
    }
}

fn is_checked(checks: &[(u8, Check)], slot: u8) -> bool {
    checks.iter().any(|(checked, _)| *checked == slot)
}

//! Indicators that describe a call and its connection (`Q.763 §3.5`, `§3.23`, `§3.35`, `§3.37`, `§3.38`).

use super::wire::Field;

/// Nature of connection indicators (`Q.763 §3.35`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NatureOfConnection {
    /// Satellite circuits in the connection: 0, 1 or 2.
    pub satellites: u8,
    /// Continuity check: 0 not required, 1 required on this circuit, 2 performed on a previous one.
    pub continuity_check: u8,
    /// An outgoing half echo control device is included.
    pub echo_control: bool,
}

impl Field for NatureOfConnection {
    const NAME: &'static str = "nature of connection indicators";
    const CLAUSE: &'static str = "Q.763 §3.35";

    fn read(contents: &[u8]) -> Option<Self> {
        let &octet = contents.first()?;
        Some(Self {
            satellites: bits(octet, 0, 2),
            continuity_check: bits(octet, 2, 2),
            echo_control: bit(octet, 4),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(
            put(self.satellites, 0, 2)
                | put(self.continuity_check, 2, 2)
                | flag(self.echo_control, 4),
        );
    }
}

/// Forward call indicators (`Q.763 §3.23`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ForwardCallIndicators {
    /// The call is to be treated as an international call.
    pub international: bool,
    /// End-to-end method: 0 none, 1 pass-along, 2 SCCP, 3 both.
    pub end_to_end_method: u8,
    /// Interworking encountered.
    pub interworking: bool,
    /// End-to-end information available.
    pub end_to_end_information: bool,
    /// ISDN user part used all the way.
    pub isup_all_the_way: bool,
    /// ISDN user part: 0 preferred, 1 not required, 2 required all the way.
    pub isup_preference: u8,
    /// Originating access is ISDN.
    pub isdn_access: bool,
    /// SCCP method: 0 none, 1 connectionless, 2 connection oriented, 3 both.
    pub sccp_method: u8,
    /// Bits M–P: national use.
    pub national: u8,
}

impl Field for ForwardCallIndicators {
    const NAME: &'static str = "forward call indicators";
    const CLAUSE: &'static str = "Q.763 §3.23";

    fn read(contents: &[u8]) -> Option<Self> {
        let &[first, second] = contents.first_chunk()?;
        Some(Self {
            international: bit(first, 0),
            end_to_end_method: bits(first, 1, 2),
            interworking: bit(first, 3),
            end_to_end_information: bit(first, 4),
            isup_all_the_way: bit(first, 5),
            isup_preference: bits(first, 6, 2),
            isdn_access: bit(second, 0),
            sccp_method: bits(second, 1, 2),
            national: bits(second, 4, 4),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let first = flag(self.international, 0)
            | put(self.end_to_end_method, 1, 2)
            | flag(self.interworking, 3)
            | flag(self.end_to_end_information, 4)
            | flag(self.isup_all_the_way, 5)
            | put(self.isup_preference, 6, 2);
        let second =
            flag(self.isdn_access, 0) | put(self.sccp_method, 1, 2) | put(self.national, 4, 4);
        out.extend_from_slice(&[first, second]);
    }
}

/// Optional forward call indicators (`Q.763 §3.38`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OptionalForwardCallIndicators {
    /// Closed user group: 0 none, 2 outgoing access allowed, 3 not allowed.
    pub closed_user_group: u8,
    /// Additional information will be sent in a segmentation message.
    pub segmentation: bool,
    /// The connected line identity is requested.
    pub connected_line_requested: bool,
}

impl Field for OptionalForwardCallIndicators {
    const NAME: &'static str = "optional forward call indicators";
    const CLAUSE: &'static str = "Q.763 §3.38";

    fn read(contents: &[u8]) -> Option<Self> {
        let &octet = contents.first()?;
        Some(Self {
            closed_user_group: bits(octet, 0, 2),
            segmentation: bit(octet, 2),
            connected_line_requested: bit(octet, 7),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(
            put(self.closed_user_group, 0, 2)
                | flag(self.segmentation, 2)
                | flag(self.connected_line_requested, 7),
        );
    }
}

/// Backward call indicators (`Q.763 §3.5`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BackwardCallIndicators {
    /// Charge: 0 no indication, 1 no charge, 2 charge.
    pub charge: u8,
    /// Called party's status: 0 no indication, 1 subscriber free, 2 connect when free.
    pub called_status: u8,
    /// Called party's category: 0 no indication, 1 ordinary, 2 payphone.
    pub called_category: u8,
    /// End-to-end method.
    pub end_to_end_method: u8,
    /// Interworking encountered.
    pub interworking: bool,
    /// End-to-end information available.
    pub end_to_end_information: bool,
    /// ISDN user part used all the way.
    pub isup_all_the_way: bool,
    /// Holding requested.
    pub holding: bool,
    /// Terminating access is ISDN.
    pub isdn_access: bool,
    /// An incoming half echo control device is included.
    pub echo_control: bool,
    /// SCCP method.
    pub sccp_method: u8,
}

impl Field for BackwardCallIndicators {
    const NAME: &'static str = "backward call indicators";
    const CLAUSE: &'static str = "Q.763 §3.5";

    fn read(contents: &[u8]) -> Option<Self> {
        let &[first, second] = contents.first_chunk()?;
        Some(Self {
            charge: bits(first, 0, 2),
            called_status: bits(first, 2, 2),
            called_category: bits(first, 4, 2),
            end_to_end_method: bits(first, 6, 2),
            interworking: bit(second, 0),
            end_to_end_information: bit(second, 1),
            isup_all_the_way: bit(second, 2),
            holding: bit(second, 3),
            isdn_access: bit(second, 4),
            echo_control: bit(second, 5),
            sccp_method: bits(second, 6, 2),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let first = put(self.charge, 0, 2)
            | put(self.called_status, 2, 2)
            | put(self.called_category, 4, 2)
            | put(self.end_to_end_method, 6, 2);
        let second = flag(self.interworking, 0)
            | flag(self.end_to_end_information, 1)
            | flag(self.isup_all_the_way, 2)
            | flag(self.holding, 3)
            | flag(self.isdn_access, 4)
            | flag(self.echo_control, 5)
            | put(self.sccp_method, 6, 2);
        out.extend_from_slice(&[first, second]);
    }
}

/// Optional backward call indicators (`Q.763 §3.37`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OptionalBackwardCallIndicators {
    /// In-band information or an appropriate pattern is now available.
    pub in_band: bool,
    /// Call diversion may occur.
    pub diversion_may_occur: bool,
    /// Additional information will be received in a segmentation message.
    pub segmentation: bool,
    /// MLPP user.
    pub mlpp: bool,
    /// Bits E–H: national use.
    pub national: u8,
}

impl Field for OptionalBackwardCallIndicators {
    const NAME: &'static str = "optional backward call indicators";
    const CLAUSE: &'static str = "Q.763 §3.37";

    fn read(contents: &[u8]) -> Option<Self> {
        let &octet = contents.first()?;
        Some(Self {
            in_band: bit(octet, 0),
            diversion_may_occur: bit(octet, 1),
            segmentation: bit(octet, 2),
            mlpp: bit(octet, 3),
            national: bits(octet, 4, 4),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(
            flag(self.in_band, 0)
                | flag(self.diversion_may_occur, 1)
                | flag(self.segmentation, 2)
                | flag(self.mlpp, 3)
                | put(self.national, 4, 4),
        );
    }
}

/// Bit `at` (0 = bit A of the standard).
pub(super) fn bit(octet: u8, at: u32) -> bool {
    octet >> at & 1 == 1
}

/// `width` bits from bit `at` upwards.
pub(super) fn bits(octet: u8, at: u32, width: u32) -> u8 {
    octet >> at & ((1 << width) - 1)
}

/// A flag in bit `at`.
pub(super) fn flag(value: bool, at: u32) -> u8 {
    u8::from(value) << at
}

/// The low `width` bits of `value`, from bit `at` upwards.
pub(super) fn put(value: u8, at: u32, width: u32) -> u8 {
    (value & ((1 << width) - 1)) << at
}

//! Indicators of IAM and of the first backward message, where the other side of the call is in SIP
//! (`TS 29.163 §7.2.3.1.2.2`–`3`, `§7.2.3.2.5.1`; `Q.1912.5 §6.1.3.2`–`3`).

use codecs::isup::{
    BackwardCallIndicators, CalledCategory, CalledStatus, Charge, ForwardCallIndicators,
    IsupPreference, Message, NatureOfConnection, OptionalBackwardCallIndicators,
    TransmissionMediumRequirement as Medium,
};

use super::medium::is_unrestricted;
use super::table::{Direction, Heading, Table};

/// Nature of connection of a call from SIP: no satellite, no check of continuity, and no echo
/// control device, as this gateway has none (`TS 29.163 §7.2.3.1.2.2`).
pub const NATURE_OF_CONNECTION: NatureOfConnection = NatureOfConnection {
    satellites: codecs::isup::Satellites::NONE,
    continuity_check: codecs::isup::ContinuityCheck::NOT_REQUIRED,
    echo_control: false,
};

/// Forward call indicators of a call from SIP (`TS 29.163 §7.2.3.1.2.3`): interworking was
/// encountered, ISUP is not used nor required all the way, and the access is none of ISDN. Where
/// data is carried unrestricted the far end must not think otherwise: all of it is ISDN.
pub fn forward_call(medium: Medium) -> ForwardCallIndicators {
    let isdn = is_unrestricted(medium);
    ForwardCallIndicators {
        interworking: !isdn,
        isup_all_the_way: isdn,
        isup_preference: IsupPreference::NOT_REQUIRED,
        isdn_access: isdn,
        ..ForwardCallIndicators::default()
    }
}

/// Backward call indicators of a call that goes on in SIP (`TS 29.163 §7.2.3.2.5.1`), the status of
/// the called party apart.
pub fn backward_call(medium: Medium) -> BackwardCallIndicators {
    let isdn = is_unrestricted(medium);
    BackwardCallIndicators {
        charge: Charge::CHARGE,
        called_category: CalledCategory::ORDINARY,
        interworking: !isdn,
        isup_all_the_way: isdn,
        isdn_access: isdn,
        ..BackwardCallIndicators::default()
    }
}

/// Optional backward call indicators of a call that goes on in SIP, where there is something to hear
/// of it (`TS 29.163 §7.2.3.2.5.2`); otherwise there are none.
pub fn optional_backward_call() -> OptionalBackwardCallIndicators {
    OptionalBackwardCallIndicators {
        in_band: true,
        ..OptionalBackwardCallIndicators::default()
    }
}

/// Gives the first backward message the indicators of the medium.
pub fn adapt(message: &mut Message, medium: Medium) {
    let indicators = match message {
        Message::Acm(acm) => &mut acm.backward_call,
        Message::Con(con) => &mut con.backward_call,
        _ => return,
    };
    *indicators = BackwardCallIndicators {
        called_status: indicators.called_status,
        ..backward_call(medium)
    };
}

/// The rules as they are shown.
pub(super) fn tables() -> Vec<Table> {
    vec![nature(), forward(), backward(), optional_backward()]
}

const MEDIA: [Medium; 2] = [Medium::AUDIO_3K1, Medium::UNRESTRICTED_64K];

const COLUMNS: [&str; 4] = [
    "bits",
    "indicator",
    "speech, 3.1 kHz audio",
    "64 kbit/s unrestricted",
];

fn nature() -> Table {
    let heading = Heading {
        subject: "indicators",
        title: "Nature of connection indicators in IAM",
        clause: "TS 29.163 §7.2.3.1.2.2, Q.763 §3.35",
        direction: Direction::ToIsup,
    };
    let NatureOfConnection {
        satellites,
        continuity_check,
        echo_control,
    } = NATURE_OF_CONNECTION;
    let rows = [
        ("BA", "satellites", satellites.name()),
        ("DC", "continuity check", continuity_check.name()),
        ("E", "outgoing echo control device", included(echo_control)),
    ];
    let rows = rows.map(|(bits, indicator, value)| [bits, indicator, value].map(str::to_owned));
    Table::new(heading, ["bits", "indicator", "value"], rows)
}

fn forward() -> Table {
    let heading = Heading {
        subject: "indicators",
        title: "Forward call indicators in IAM",
        clause: "TS 29.163 §7.2.3.1.2.3, Q.763 §3.23",
        direction: Direction::ToIsup,
    };
    let of = |value: fn(&ForwardCallIndicators) -> &'static str| {
        MEDIA.map(|medium| value(&forward_call(medium)).to_owned())
    };
    let rows = [
        (
            "A",
            "treatment",
            of(|i| {
                if i.international {
                    "international"
                } else {
                    "national"
                }
            }),
        ),
        (
            "CB",
            "end-to-end method",
            of(|i| i.end_to_end_method.name()),
        ),
        ("D", "interworking", of(|i| encountered(i.interworking))),
        ("F", "ISUP", of(|i| all_the_way(i.isup_all_the_way))),
        ("HG", "ISUP preference", of(|i| i.isup_preference.name())),
        ("I", "originating access", of(|i| access(i.isdn_access))),
        ("KJ", "SCCP method", of(|i| i.sccp_method.name())),
    ];
    Table::new(heading, COLUMNS, rows.map(row))
}

fn backward() -> Table {
    let heading = Heading {
        subject: "indicators",
        title: "Backward call indicators in ACM and CON",
        clause: "TS 29.163 §7.2.3.2.5.1, Q.763 §3.5",
        direction: Direction::ToIsup,
    };
    let of = |value: fn(&BackwardCallIndicators) -> &'static str| {
        MEDIA.map(|medium| value(&backward_call(medium)).to_owned())
    };
    let status = [
        CalledStatus::SUBSCRIBER_FREE.name(),
        CalledStatus::NO_INDICATION.name(),
    ];
    let status = format!("{} after 180, else {}", status[0], status[1]);
    let rows = [
        ("BA", "charge", of(|i| i.charge.name())),
        ("DC", "called party's status", [status.clone(), status]),
        (
            "FE",
            "called party's category",
            of(|i| i.called_category.name()),
        ),
        (
            "HG",
            "end-to-end method",
            of(|i| i.end_to_end_method.name()),
        ),
        ("I", "interworking", of(|i| encountered(i.interworking))),
        ("K", "ISUP", of(|i| all_the_way(i.isup_all_the_way))),
        ("M", "terminating access", of(|i| access(i.isdn_access))),
        (
            "N",
            "incoming echo control device",
            of(|i| included(i.echo_control)),
        ),
        ("PO", "SCCP method", of(|i| i.sccp_method.name())),
    ];
    Table::new(heading, COLUMNS, rows.map(row))
}

fn optional_backward() -> Table {
    let heading = Heading {
        subject: "indicators",
        title: "Optional backward call indicators in ACM, CON and CPG, where SIP is heard",
        clause: "TS 29.163 §7.2.3.2.5.2, Q.763 §3.37",
        direction: Direction::ToIsup,
    };
    let indicators = optional_backward_call();
    let rows = [
        ("A", "in-band information available", indicators.in_band),
        (
            "B",
            "call diversion may occur",
            indicators.diversion_may_occur,
        ),
        ("C", "segmentation", indicators.segmentation),
        ("D", "MLPP user", indicators.mlpp),
    ];
    let row = |(bit, indicator, value): (&str, &str, bool)| {
        let value = if value { "yes" } else { "no" };
        [bit, indicator, value].map(str::to_owned)
    };
    Table::new(heading, ["bit", "indicator", "value"], rows.map(row))
}

fn row((bits, indicator, [voice, data]): (&str, &str, [String; 2])) -> [String; 4] {
    [bits.into(), indicator.into(), voice, data]
}

const fn included(included: bool) -> &'static str {
    if included { "included" } else { "not included" }
}

const fn encountered(encountered: bool) -> &'static str {
    if encountered {
        "encountered"
    } else {
        "not encountered"
    }
}

const fn all_the_way(used: bool) -> &'static str {
    if used {
        "used all the way"
    } else {
        "not used all the way"
    }
}

const fn access(isdn: bool) -> &'static str {
    if isdn { "ISDN" } else { "non-ISDN" }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `TS 29.163 §7.2.3.1.2.3`, `§7.2.3.2.5.1`, by the bits of `Q.763 §3.23` and `§3.5`.
    #[test]
    fn the_bits_are_those_of_the_standard() {
        let forward = MEDIA.map(|medium| {
            let i = forward_call(medium);
            [
                i.international,
                i.interworking,
                i.isup_all_the_way,
                i.isdn_access,
            ]
        });
        assert_eq!(
            forward,
            [[false, true, false, false], [false, false, true, true]]
        );
        let preference = MEDIA.map(|medium| forward_call(medium).isup_preference.value());
        assert_eq!(preference, [0b01, 0b01]);
        let backward = MEDIA.map(|medium| {
            let i = backward_call(medium);
            [
                i.interworking,
                i.isup_all_the_way,
                i.isdn_access,
                i.echo_control,
            ]
        });
        assert_eq!(
            backward,
            [[true, false, false, false], [false, true, true, false]]
        );
        let i = backward_call(Medium::SPEECH);
        assert_eq!((i.charge.value(), i.called_category.value()), (0b10, 0b01));
    }
}

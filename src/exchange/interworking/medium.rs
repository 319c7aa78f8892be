//! The medium of a call: transmission medium requirement of ISUP, codecs of the session description
//! (`TS 29.163 §7.2.3.1.2.5`, tables 2a and 10a; RFC 4040).

use codecs::isup::{
    Iam, Parameter, TransmissionMediumRequirement as Medium, UserServiceInformation,
};
use codecs::sdp::{Description, Payload, Stream};

use super::rows::Rules;
use super::table::{Direction, Heading, Table};

/// G.711, the law of our timeslots first, which needs no conversion.
const VOICE: &[Payload] = &[Payload::PCMA, Payload::PCMU];

/// The octets of the timeslot as they are (RFC 4040).
const CLEAR: &[Payload] = &[Payload::CLEARMODE];

//= TS 29.163 table 10a: what a medium becomes in a session description; table 2a: the other way,
//= where the first row with a codec counts
const ROWS: [(Medium, &[Payload]); 3] = [
    (Medium::AUDIO_3K1, VOICE),
    (Medium::SPEECH, VOICE),
    (Medium::UNRESTRICTED_64K, CLEAR),
];

/// The codecs of a medium, the one that is liked best first; none for media that SIP cannot have.
pub fn codecs(medium: Medium) -> &'static [Payload] {
    let row = ROWS.iter().find(|(known, _)| *known == medium);
    row.map_or(&[], |&(_, codecs)| codecs)
}

/// The medium of a call from SIP: that of the first codec in the offer which has one, and voice
/// where there is no offer.
pub fn of_offer(offer: Option<&Description>, rules: Rules<'_>) -> Medium {
    let streams = offer.map_or(&[][..], |offer| offer.streams.as_slice());
    let audio = streams.iter().filter_map(|stream| match stream {
        Stream::Audio(audio) => Some(&audio.payloads),
        Stream::Unused { .. } => None,
    });
    let understood = audio
        .flatten()
        .find_map(|codec| Some((codec, of_codec(codec)?)));
    let own = rules.medium(understood.map(|(codec, _)| codec.encoding.as_str()));
    own.unwrap_or(understood.map_or(Medium::AUDIO_3K1, |(_, medium)| medium))
}

fn of_codec(codec: &Payload) -> Option<Medium> {
    let has = |codecs: &[Payload]| codecs.iter().any(|own| own.is_same_encoding(codec));
    let row = ROWS.iter().find(|(_, codecs)| has(codecs))?;
    Some(row.0)
}

/// The medium of a call that goes on in SIP: the one required, or for 64 kbit/s preferred the one to
/// fall back to (`Q.764 §2.5`). None if SIP cannot have it.
pub fn towards_sip(iam: &Iam, rules: Rules<'_>) -> Option<Medium> {
    let medium = match iam.medium {
        Medium::PREFERRED_64K => iam.optional.iter().find_map(|parameter| match parameter {
            Parameter::TransmissionMediumRequirementPrime(prime) => Some(*prime),
            _ => None,
        })?,
        required => required,
    };
    let medium = rules.offered(medium);
    (!codecs(medium).is_empty()).then_some(medium)
}

/// What tells the calling exchange that another medium than it preferred is used
/// (`Q.764 §2.5.2`).
pub fn fallen_back(iam: &Iam, medium: Medium) -> Option<Parameter> {
    let fell = iam.medium == Medium::PREFERRED_64K && medium != iam.medium;
    fell.then_some(Parameter::TransmissionMediumUsed(medium))
}

/// The bearer capability of a call from SIP, where the medium does not say it all
/// (`TS 29.163 table 2a`).
pub fn user_service(medium: Medium) -> Option<Parameter> {
    is_unrestricted(medium)
        .then(|| Parameter::UserServiceInformation(UserServiceInformation::unrestricted_64k()))
}

/// Whether the medium carries data, so that nothing on the way may change an octet.
pub fn is_unrestricted(medium: Medium) -> bool {
    medium == Medium::UNRESTRICTED_64K
}

/// The rules as they are shown.
pub(super) fn tables() -> Vec<Table> {
    vec![shown_to_sip(), shown_to_isup()]
}

fn shown_to_sip() -> Table {
    let heading = Heading {
        subject: "media",
        title: "What is offered for a transmission medium requirement",
        clause: "TS 29.163 §7.2.3.2.2.2, table 10a; RFC 4040",
        direction: Direction::ToSip,
    };
    let row =
        |medium: Medium, offer: String| [medium.value().to_string(), medium.name().into(), offer];
    let rows = ROWS
        .iter()
        .map(|&(medium, codecs)| row(medium, names(codecs)));
    let preferred = row(
        Medium::PREFERRED_64K,
        "as for the medium to fall back to (TMR prime), told by TMU".into(),
    );
    let others = [
        "others".into(),
        String::new(),
        "none: REL with cause 65".into(),
    ];
    let rows = rows.chain([preferred, others]);
    Table::new(heading, ["TMR", "name", "offer"], rows)
}

fn shown_to_isup() -> Table {
    let heading = Heading {
        subject: "media",
        title: "The transmission medium requirement of an offer's first codec that has one",
        clause: "TS 29.163 §7.2.3.1.2.5, table 2a; RFC 4040",
        direction: Direction::ToIsup,
    };
    let codecs = VOICE.iter().chain(CLEAR).filter_map(|codec| {
        let medium = of_codec(codec)?;
        let service = match user_service(medium) {
            Some(_) => "unrestricted digital information, 64 kbit/s",
            None => "",
        };
        Some([codec.to_string(), medium.name().into(), service.into()])
    });
    let none = [
        "no offer".into(),
        of_offer(None, Rules::STANDARD).name().into(),
        String::new(),
    ];
    let other = ["others".into(), "none: 488".into(), String::new()];
    Table::new(
        heading,
        ["offer", "TMR", "USI"],
        codecs.chain([none, other]),
    )
}

fn names(codecs: &[Payload]) -> String {
    let names: Vec<_> = codecs.iter().map(ToString::to_string).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(formats: &str) -> Medium {
        let text = format!(
            "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n\
             m=audio 6000 RTP/AVP {formats}\r\na=rtpmap:98 CLEARMODE/8000\r\n\
             a=rtpmap:99 AMR/8000\r\n"
        );
        of_offer(
            Some(&Description::parse(text.as_bytes()).unwrap()),
            Rules::STANDARD,
        )
    }

    #[test]
    fn the_first_codec_that_has_a_medium_counts() {
        assert_eq!(offered("0 8"), Medium::AUDIO_3K1);
        assert_eq!(offered("98"), Medium::UNRESTRICTED_64K);
        assert_eq!(offered("99 98 8"), Medium::UNRESTRICTED_64K);
        assert_eq!(offered("8 98"), Medium::AUDIO_3K1);
        assert_eq!(offered("99"), Medium::AUDIO_3K1);
        assert_eq!(of_offer(None, Rules::STANDARD), Medium::AUDIO_3K1);
    }

    #[test]
    fn every_medium_is_offered_by_its_codecs_or_not_at_all() {
        for value in 0..=255 {
            let medium = Medium::try_from(value).unwrap();
            let expected: &[u8] = match value {
                0 | 3 => &[8, 0],
                2 => &[97],
                _ => &[],
            };
            let numbers: Vec<_> = codecs(medium).iter().map(|codec| codec.number).collect();
            assert_eq!(numbers, expected, "{value}");
        }
    }
}

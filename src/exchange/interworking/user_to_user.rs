//! What the users tell each other: the parameter of ISUP and the `User-to-User` field of SIP, both
//! with the protocol discriminator first (`Q.737.1 §1`, `Q.763 §3.61`; RFC 7433, RFC 7434 §9).

use codecs::isup::{UserProtocol, UserToUserInformation};
use codecs::sip::{HeaderName, Message, UserToUser};

use super::table::{Direction, Heading, Table};

/// The ISDN user-to-user information of a message. Other packages mean nothing in ISUP, and more than
/// its 129 octets are not cut.
pub fn of_message(message: &Message) -> Option<UserToUserInformation> {
    let values = message.headers(HeaderName::UserToUser);
    let mut octets = values.filter_map(|value| UserToUser::parse(value).ok()?.isdn());
    octets.find_map(|octets| {
        let (&protocol, data) = octets.split_first()?;
        UserToUserInformation::new(UserProtocol(protocol), data).ok()
    })
}

/// The field's value for it.
pub fn value(information: &UserToUserInformation) -> String {
    let hex: String = information.octets().map(|o| format!("{o:02x}")).collect();
    hex + ";encoding=hex;purpose=isdn-uui"
}

/// The rules as they are shown.
pub(super) fn tables() -> Vec<Table> {
    let heading = Heading {
        subject: "user-to-user",
        title: "user-to-user information and User-to-User",
        clause: "RFC 7434 §9; Q.737.1 §1",
        direction: Direction::Both,
    };
    let rows = [
        [
            "parameter without indicators in IAM, or in ACM, CPG, ANM, CON",
            "INVITE, 1xx, 200",
        ],
        ["REL", "BYE, final response"],
        [
            "with a request for service 1, 2 or 3",
            "none; the request is answered or refused",
        ],
        [
            "none",
            "purpose other than isdn-uui, encoding other than hex, over 129 octets",
        ],
    ];
    let rows = rows.map(|row| row.map(str::to_owned));
    vec![Table::new(heading, ["ISUP", "SIP"], rows)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Option<UserToUserInformation> {
        let text = format!("INVITE sip:a@b SIP/2.0\r\nUser-to-User: {value}\r\n\r\n");
        of_message(&Message::parse(text.into_bytes().into()).unwrap())
    }

    #[test]
    fn hexadecimal_octets_are_the_parameter() {
        let information = UserToUserInformation::new(UserProtocol::IA5, &[0x41, 0xFF]).unwrap();
        assert_eq!(value(&information), "0441ff;encoding=hex;purpose=isdn-uui");
        assert_eq!(read(&value(&information)), Some(information.clone()));
        assert_eq!(read("01;purpose=other, 0441FF"), Some(information));
        assert_eq!(read(&"00".repeat(130)), None);
        assert_eq!(read("0441ff;purpose=other"), None);
    }
}

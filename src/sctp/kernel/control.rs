//! What goes with a message: stream and payload protocol, in control messages (RFC 6458 §5.3).

use std::ffi::c_int;

use super::layout::{Record, half, word};

/// `cmsg_type`.
const SEND_INFO: c_int = 2;
const RECEIVE_INFO: c_int = 3;
/// Size of a `struct cmsghdr`.
const CONTROL_HEADER: usize = size_of::<libc::cmsghdr>();
/// What a message needs besides its octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) stream: u16,
    pub(super) ppid: u32,
}

/// A control message with `struct sctp_sndinfo`.
pub(super) fn send_info(Label { stream, ppid }: Label) -> Vec<u8> {
    let info = Record::default()
        .half(stream)
        .half(0)
        .word(ppid.to_be())
        .word(0)
        .word(0);
    control_message(SEND_INFO, info.octets())
}

fn control_message(kind: c_int, value: &[u8]) -> Vec<u8> {
    let length = CONTROL_HEADER + value.len();
    let level = libc::IPPROTO_SCTP.to_ne_bytes();
    let header = [&length.to_ne_bytes()[..], &level, &kind.to_ne_bytes()];
    [&header.concat()[..], value].concat()
}

/// Finds `struct sctp_rcvinfo` among control messages.
pub(super) fn receive_info(mut control: &[u8]) -> Option<Label> {
    const WORD: usize = size_of::<usize>();
    loop {
        let length = usize::from_ne_bytes(control.get(..WORD)?.try_into().ok()?);
        let value = control.get(CONTROL_HEADER..length)?;
        let level = word(control, WORD)?;
        let kind = word(control, WORD + 4)?;
        if (level, kind) == (libc::IPPROTO_SCTP as u32, RECEIVE_INFO as u32) {
            let stream = half(value, 0)?;
            let ppid = word(value, 8).map(u32::from_be)?;
            return Some(Label { stream, ppid });
        }
        control = control.get(length.next_multiple_of(WORD)..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(stream: u16, ppid: u32) -> Vec<u8> {
        let record = Record::default().half(stream).half(7).half(0).half(0);
        let record = record.word(ppid.to_be()).word(1).word(1).word(0).word(0);
        control_message(RECEIVE_INFO, record.octets())
    }

    #[test]
    fn stream_and_protocol_are_found_behind_other_control_messages() {
        let other = control_message(9, &[1, 2, 3, 4, 5, 6, 7, 8]);
        let control = [other, info(5, 3)].concat();
        let expected = Label { stream: 5, ppid: 3 };
        assert_eq!(receive_info(&control), Some(expected));
    }

    #[test]
    fn control_messages_that_lie_about_their_length_are_not_followed() {
        let whole = info(5, 3);
        for length in 0..CONTROL_HEADER + 12 {
            assert_eq!(receive_info(&whole[..length]), None);
        }
        for length in [0, 1, CONTROL_HEADER - 1, usize::MAX] {
            let mut lying = control_message(9, &[0; 16]);
            lying[..8].copy_from_slice(&length.to_ne_bytes());
            assert_eq!(receive_info(&lying), None);
        }
    }
}

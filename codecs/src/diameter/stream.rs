//! Messages in a byte stream (RFC 6733 §2.1): the header says how long each one is.

use bytes::{Bytes, BytesMut};

use super::message::LENGTH;

/// A stream that no longer can be told apart into messages; the connection is to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FramingError {
    /// A version other than 1.
    #[error("version {0} instead of 1")]
    Version(u8),
    /// A length below the header's, no multiple of four, or above the limit.
    #[error("a message of {0} octets")]
    Length(usize),
}

/// Takes the first message off `stream` once all of it is there. As long as this answers `None`,
/// `stream` holds less than `limit` octets.
///
/// # Errors
/// [`FramingError`] as soon as the first four octets show that no message of at most `limit`
/// octets begins here.
pub fn take_message(stream: &mut BytesMut, limit: usize) -> Result<Option<Bytes>, FramingError> {
    let Some(&[version, l0, l1, l2]) = stream.first_chunk() else {
        return Ok(None);
    };
    if version != 1 {
        return Err(FramingError::Version(version));
    }
    let length = u32::from_be_bytes([0, l0, l1, l2]) as usize;
    if length < LENGTH || !length.is_multiple_of(4) || length > limit {
        return Err(FramingError::Length(length));
    }
    if stream.len() < length {
        return Ok(None);
    }
    Ok(Some(stream.split_to(length).freeze()))
}

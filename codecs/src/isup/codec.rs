//! From octets to messages and back (`Q.763 §1`).

use super::wire::{Reader, Writer};
use super::*;

impl Pdu {
    /// Reads a message of ITU-T Q.763 from the octets MTP carries: CIC, type, parts.
    ///
    /// Reading is as tolerant as `Q.764 §2.9.5` asks: parts are found by their pointers, an optional
    /// parameter without a type of its own (or whose contents have not its format) is kept as
    /// [`Parameter::Other`], a message without a type as [`Message::Other`]. Spare bits, and octets
    /// that a parameter has beyond its type, are kept beside the optional part and written again.
    ///
    /// Octets after the end of optional parameters are ignored: that octet ends the optional part
    /// (`Q.763 §1.8`), and what `Q.764 §2.9.5` has passed on are messages and parameters. What
    /// follows it is neither.
    ///
    /// # Errors
    /// [`Malformed`] if a mandatory part is missing, a pointer or a length leads out of the
    /// message, or a mandatory parameter has not its format.
    pub fn decode(octets: &[u8]) -> Result<Self, Malformed> {
        Self::decode_as(&Variant::ITU, octets)
    }

    /// Reads a message of a variant; see [`Pdu::decode`].
    ///
    /// # Errors
    /// As [`Pdu::decode`].
    pub fn decode_as(variant: &Variant, octets: &[u8]) -> Result<Self, Malformed> {
        Self::read(&mut Reader::new(variant, octets))
    }

    /// Reads a message, and gives the octets behind its last part, which [`Pdu::decode`] ignores:
    /// for those who look for what an exchange does wrong.
    ///
    /// # Errors
    /// As [`Pdu::decode`].
    pub fn decode_with_rest<'a>(
        variant: &Variant,
        octets: &'a [u8],
    ) -> Result<(Self, &'a [u8]), Malformed> {
        let mut reader = Reader::new(variant, octets);
        let pdu = Self::read(&mut reader)?;
        Ok((pdu, octets.get(reader.extent()..).unwrap_or_default()))
    }

    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let variant = reader.variant;
        let cic = u16::from_le_bytes(reader.octets("CIC", "Q.763 §1.2")?);
        Ok(Self {
            cic: Cic::within(cic, variant.last_cic()),
            message: Message::read_typed(reader)?,
        })
    }

    /// Appends the octets MTP carries.
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.encode_as(&Variant::ITU, out);
    }

    /// Appends the octets of the message in a variant. A CIC beyond [`Variant::last_cic`] is none of
    /// its circuits': whoever is given circuits refuses it, here it is written whole.
    pub fn encode_as(&self, variant: &Variant, out: &mut Vec<u8>) {
        out.reserve(64);
        out.extend_from_slice(&self.cic.value().to_le_bytes());
        self.message.encode_as(variant, out);
    }
}

/// A message that is about no circuit, as SIP carries it (RFC 3204 §3.1): type and parts.
///
/// ```
/// use codecs::isup::{Message, Variant};
///
/// let release = [0x0C, 0x02, 0x00, 0x02, 0x80, 0x90];
/// let message = Message::decode_as(&Variant::ITU, &release).unwrap();
/// assert_eq!(message.name(), "REL");
/// let mut octets = Vec::new();
/// message.encode_as(&Variant::ITU, &mut octets);
/// assert_eq!(octets, release);
/// ```
impl Message {
    /// Reads a message of a variant from its type on; see [`Pdu::decode`].
    ///
    /// # Errors
    /// As [`Pdu::decode`].
    pub fn decode_as(variant: &Variant, octets: &[u8]) -> Result<Self, Malformed> {
        Self::read_typed(&mut Reader::new(variant, octets))
    }

    /// Reads a message from its type on; see [`Pdu::decode_with_rest`].
    ///
    /// # Errors
    /// As [`Pdu::decode`].
    pub fn decode_with_rest<'a>(
        variant: &Variant,
        octets: &'a [u8],
    ) -> Result<(Self, &'a [u8]), Malformed> {
        let mut reader = Reader::new(variant, octets);
        let message = Self::read_typed(&mut reader)?;
        Ok((message, octets.get(reader.extent()..).unwrap_or_default()))
    }

    /// Appends the octets of the message in a variant, its type first.
    pub fn encode_as(&self, variant: &Variant, out: &mut Vec<u8>) {
        out.push(self.code());
        self.write(Writer::new(variant, out));
    }

    #[inline]
    fn read_typed(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let [code] = reader.octets("message type", "Q.763 §1.3")?;
        Self::read(MessageType(code), reader)
    }
}

//! SIP messages (RFC 3261): a zero-copy index over the receive buffer, and a writer.

//! M3UA messages (RFC 4666).

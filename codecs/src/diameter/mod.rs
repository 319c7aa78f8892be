//! Diameter messages (RFC 6733) and the Cx application (3GPP TS 29.229).

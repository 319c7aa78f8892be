//! RTP packets (RFC 3550).

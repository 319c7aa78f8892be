//! SCTP in user space: associations over UDP (RFC 6951) without sockets.

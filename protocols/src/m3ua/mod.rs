//! M3UA ASP, SGP and IPSP (RFC 4666) state machines.

//! The media gateway: timeslots to RTP and back.

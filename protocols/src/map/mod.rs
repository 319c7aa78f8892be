//! TCAP dialogues and the MAP operations that ride on them.

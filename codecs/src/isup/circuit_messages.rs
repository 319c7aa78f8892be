//! The messages about circuits and user parts rather than calls (`Q.763 §4`, ANSI T1.113.3).

use super::parts::{Parts, parts};
use super::wire::{Reader, Writer};
use super::*;

parts! {
    /// Circuit group blocking and unblocking messages and their acknowledgements (`Q.763 table 40`).
    CircuitGroup {
        fixed {
            /// Maintenance or hardware failure oriented.
            supervision: Supervision = 1;
        }
        variable {
            /// The circuits, and one status bit a circuit: it is meant.
            range_and_status: RangeAndStatus;
        }
    }

    /// Circuit group reset message (`Q.763 table 41`).
    Grs {
        variable {
            /// How many circuits after the first one (`Q.763 §3.43`), 1–31.
            range: u8 as Range;
        }
    }

    /// Circuit group reset acknowledgement (`Q.763 table 25`).
    Gra {
        variable {
            /// The range of the reset, and one status bit a circuit: blocked for maintenance.
            range_and_status: RangeAndStatus;
        }
    }

    /// Circuit group query message (`Q.763 table 41`).
    Cqm {
        variable {
            /// How many circuits after the first one (`Q.763 §3.43`), 0–31.
            range: u8 as Range;
        }
    }

    /// Circuit group query response message (`Q.763 table 24`).
    Cqr {
        variable {
            /// The range of the query.
            range: u8 as Range;
            /// The state of each circuit of the range.
            states: CircuitStates;
        }
    }

    /// User part test message (`Q.763 table 44`).
    #[derive(Default)]
    Upt { ..optional }

    /// User part available message (`Q.763 table 44`).
    #[derive(Default)]
    Upa { ..optional }

    /// Exit message (`T1.113.3`): the call has left by an outgoing trunk.
    #[derive(Default)]
    Exm { ..optional }

    /// Circuit reservation message (`T1.113.3`).
    Crm {
        fixed {
            /// Satellite, continuity check, echo control.
            nature_of_connection: NatureOfConnection = 1;
        }
    }

    /// Circuit validation response message (`T1.113.3`).
    Cvr {
        fixed {
            /// Whether the circuit was found as the test expects it.
            response: ValidationResponse = 1;
            /// How both ends see the group of the circuit.
            characteristics: GroupCharacteristics = 1;
        }
        ..optional
    }
}

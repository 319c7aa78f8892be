//! What a system under test tells within itself, in the words of scenarios.

use protocols::isup::{Alert, Continuity};

macro_rules! words {
    ($(#[$doc:meta])* $function:ident $all:ident $kind:ident { $($variant:ident $words:literal;)* }) => {
        $(#[$doc])*
        pub fn $function(what: $kind) -> &'static str {
            match what {
                $($kind::$variant => $words,)*
            }
        }

        pub(super) const $all: &[&str] = &[$($words,)*];
    };
}

words! {
    /// What staff is told.
    alert ALERTS Alert {
        ReleaseUnacknowledged "release unacknowledged";
        ResetUnacknowledged "reset unacknowledged";
        BlockingUnacknowledged "blocking unacknowledged";
        UnblockingUnacknowledged "unblocking unacknowledged";
        AcknowledgedInPart "acknowledged in part";
        AcknowledgedUnasked "acknowledged unasked";
        QueryUnanswered "query unanswered";
        UserPartUnavailable "user part unavailable";
        UserPartUnequipped "user part unequipped";
        TrafficReduced "traffic reduced";
        Flooded "flooded";
        UnequippedThere "unequipped there";
        UnequippedInCall "unequipped in call";
        UnequippedHere "unequipped here";
        NoCircuitSelected "no circuit selected";
        ContinuityFailed "continuity failed";
        ContinuityPassed "continuity passed";
        ContinuityUnresolved "continuity unresolved";
        InformationMissing "information missing";
        UnreasonableMessage "unreasonable message";
    }
}

words! {
    /// What the sender and receiver of check tones is told.
    continuity ACTIONS Continuity {
        SendTone "send tone";
        LoopBack "loop back";
        Stop "stop";
    }
}

//! What peers outside of the trust domain say that is not theirs to say is reported.

use super::bench::*;
use super::from_ims::invite_with;
use crate::exchange::telemetry::Telemetry;

/// How many fields of an INVITE are not believed, and the first of them.
fn not_believed(trusted: bool, extra: &str) -> Vec<(String, String, usize)> {
    let mut bench = Bench::new();
    bench.exchange.settings.sip.unnamed().trusted = trusted;
    bench.receive_sip(ICSCF1, &invite_with(extra, SDP));
    let told = bench.telemetry.iter().filter_map(|told| match told {
        Telemetry::NotBelieved {
            peer,
            field,
            fields,
        } => Some((peer.clone(), field.clone(), *fields)),
        _ => None,
    });
    told.collect()
}

#[test]
fn fields_of_the_trust_domain_are_counted_and_named() {
    let extra = "P-Served-User: <tel:+1>\nResource-Priority: esnet.0\n";
    assert_eq!(not_believed(true, extra), []);
    // With the P-Asserted-Identity that the INVITE has.
    let first = ("sip".into(), "P-Asserted-Identity".into(), 3);
    assert_eq!(not_believed(false, extra), [first]);
}

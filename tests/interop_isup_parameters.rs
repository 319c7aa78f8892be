//! Every ISUP parameter, judged by Wireshark and by pycrate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use codecs::isup::*;

#[path = "support/isup_parameters.rs"]
mod parameters;
#[path = "support/isup_parameters_ansi.rs"]
mod parameters_ansi;
#[path = "support/pycrate.rs"]
mod pycrate;
#[path = "support/isup_samples.rs"]
#[allow(dead_code)]
mod samples;
#[path = "support/tshark.rs"]
mod tshark;

use parameters::{Sample, samples_of_q763};
use parameters_ansi::samples_of_t1113;

/// An answer message with the parameter alone.
fn answer(sample: &Sample) -> Vec<u8> {
    let cic = Cic::try_from(1).unwrap();
    let optional = Parameters::new().with(sample.parameter.clone());
    let message = Message::Anm(Anm { optional });
    let mut octets = Vec::new();
    Pdu { cic, message }.encode(&mut octets);
    octets
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[test]
fn parameters_take_the_octets_of_the_standard_and_are_read_from_them() {
    let of_q763 = samples_of_q763().into_iter().map(|s| (&Variant::ITU, s));
    let of_t1113 = samples_of_t1113().into_iter().map(|s| (&Variant::ANSI, s));
    for (variant, sample) in of_q763.chain(of_t1113) {
        let octets = answer(&sample);
        let contents = &octets[6..octets.len() - 1];
        assert_eq!(hex(contents), sample.octets, "{:?}", sample.parameter);
        let Message::Anm(read) = Pdu::decode_as(variant, &octets).unwrap().message else {
            panic!("not an ANM")
        };
        assert_eq!(read.optional.iter().next(), Some(&sample.parameter));
    }
}

/// Wireshark 4.0.17 reads one octet more of the map than there are circuits for.
const MISREAD_BY_WIRESHARK: ParameterCode = ParameterCode::CIRCUIT_ASSIGNMENT_MAP;

#[test]
fn wireshark_reads_every_parameter_as_it_was_meant() {
    agrees_with_wireshark(&samples_of_q763(), &[]);
    let ansi = ["-o", "mtp3.standard:ANSI"];
    agrees_with_wireshark(&samples_of_t1113(), &ansi);
}

fn agrees_with_wireshark(samples: &[Sample], options: &[&str]) {
    let written: Vec<_> = samples.iter().map(answer).collect();
    let asked: Vec<_> = written.iter().map(|m| ("isup", m.as_slice())).collect();
    let Some(verdicts) = tshark::judge_with(&asked, options) else {
        return;
    };
    for (sample, verdict) in samples.iter().zip(&verdicts) {
        let (name, code) = (sample.parameter.name(), sample.parameter.code());
        let sound = verdict.problems.is_empty() || code == MISREAD_BY_WIRESHARK;
        assert!(sound, "{name}: {:?}", verdict.problems);
        for shown in sample.wireshark.split_whitespace() {
            let (field, value) = shown.split_once('=').unwrap();
            let long = format!("isup.{field}");
            let values = [verdict.all(field), verdict.all(&long)].concat();
            assert!(values.contains(&value), "{name}: {field} {values:?}");
        }
    }
}

#[test]
fn pycrate_reads_every_parameter_as_it_was_meant() {
    let samples = samples_of_q763();
    let asked: Vec<_> = samples
        .iter()
        .map(|sample| format!("{:02x} {}", sample.parameter.code().0, sample.octets))
        .collect();
    let Some(answers) = pycrate::read(&asked) else {
        return;
    };
    assert_eq!(answers.len(), samples.len());
    for (sample, answer) in samples.iter().zip(&answers) {
        let name = sample.parameter.name();
        let known = !sample.pycrate.is_empty();
        assert_eq!(answer.starts_with("same"), known, "{name}: {answer}");
        for field in sample.pycrate.split_whitespace() {
            assert!(
                answer.split(' ').any(|f| f == field),
                "{name}: {field} in {answer}"
            );
        }
    }
}

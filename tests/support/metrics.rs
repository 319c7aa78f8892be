//! The gateway's metrics, read as Prometheus reads them.
#![allow(dead_code)] // every test uses a part of it
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, HashMap};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use crate::metrics_document::documented;
use crate::programs::{PATIENCE, eventually};

/// How many circuits of the example's trunk are idle.
pub(crate) const IDLE: &str = "tandem_circuits{state=\"idle\",trunk=\"pstn\"}";

/// What was counted at one moment.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    /// Kind of each family: counter, gauge, histogram.
    pub(crate) kinds: HashMap<String, String>,
    samples: BTreeMap<Name, f64>,
}

/// A metric's name and its labels, sorted.
type Name = (String, Vec<(String, String)>);

impl Metrics {
    /// Asks the admin port.
    pub(crate) fn fetch(address: SocketAddr) -> Self {
        let answer = http(
            address,
            "GET /metrics HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n",
        );
        let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        assert!(
            head.to_lowercase()
                .contains("content-type: text/plain; version=0.0.4"),
            "{head}"
        );
        Self::parse(body)
    }

    /// Asks until the metric has the value.
    pub(crate) fn await_value(address: SocketAddr, name: &str, value: f64) {
        let what = format!("{name} {value}");
        eventually(&what, || {
            (Self::fetch(address).get(name) == value).then_some(())
        });
    }

    /// The value of a metric written as in the text, such as `tandem_calls_up` or
    /// `tandem_circuits{state="idle",trunk="pstn"}`; what never happened is zero.
    pub(crate) fn get(&self, name: &str) -> f64 {
        let (name, value) = sample(&format!("{name} 0")).expect("a metric's name");
        assert_eq!(value, 0.0);
        self.samples.get(&name).copied().unwrap_or_default()
    }

    /// Reads the text format, and insists on its rules.
    fn parse(text: &str) -> Self {
        let mut metrics = Self::default();
        assert!(text.ends_with('\n'), "the last line ends");
        for line in text.lines() {
            let words: Vec<&str> = line.splitn(4, ' ').collect();
            match words[..] {
                ["#", "HELP", _, help] => assert!(!help.is_empty(), "{line}"),
                ["#", "TYPE", family, kind] => {
                    assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
                    let other = metrics.kinds.insert(family.into(), kind.into());
                    assert_eq!(other, None, "{family} comes twice");
                }
                _ => {
                    let (name, value) = sample(line).unwrap_or_else(|| panic!("no sample: {line}"));
                    let family = metrics.family(&name.0);
                    assert!(family.is_some(), "no TYPE before {line}");
                    assert_eq!(metrics.samples.insert(name, value), None, "twice: {line}");
                }
            }
        }
        metrics.check_histograms();
        metrics.check_document();
        metrics
    }

    /// `docs/metrics.md` has every family with its type and labels.
    fn check_document(&self) {
        let document = documented();
        for (family, kind) in &self.kinds {
            let written = document.get(family).map(|(kind, _)| kind);
            assert_eq!(written, Some(kind), "docs/metrics.md: {family}");
        }
        for (name, labels) in self.samples.keys() {
            if let Some((_, written)) = document.get(name) {
                let mut written = written.clone();
                written.sort();
                let labels: Vec<_> = labels.iter().map(|(label, _)| label.clone()).collect();
                assert_eq!(labels, written, "docs/metrics.md: {name}");
            }
        }
    }

    fn family(&self, name: &str) -> Option<&String> {
        let suffixes = ["", "_bucket", "_sum", "_count"];
        let mut families = suffixes
            .iter()
            .filter_map(|suffix| name.strip_suffix(suffix));
        families.find_map(|family| self.kinds.get(family))
    }

    /// Buckets are cumulative, and the last one is the count.
    fn check_histograms(&self) {
        for (family, _) in self.kinds.iter().filter(|(_, kind)| *kind == "histogram") {
            let bucket = format!("{family}_bucket");
            let mut buckets: Vec<(f64, f64)> = self
                .samples
                .iter()
                .filter(|((name, _), _)| *name == bucket)
                .map(|((_, labels), count)| (bound(labels), *count))
                .collect();
            buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert!(
                buckets.windows(2).all(|pair| pair[0].1 <= pair[1].1),
                "{family}"
            );
            let (last, count) = *buckets.last().expect("buckets");
            assert_eq!(last, f64::INFINITY);
            assert_eq!(count, self.get(&format!("{family}_count")));
        }
    }
}

fn bound(labels: &[(String, String)]) -> f64 {
    let (_, bound) = labels.iter().find(|(name, _)| name == "le").expect("le");
    bound.replace("+Inf", "inf").parse().unwrap()
}

/// `name value` or `name{label="value",…} value`.
fn sample(line: &str) -> Option<(Name, f64)> {
    let (name, value) = line.rsplit_once(' ')?;
    let value = value.replace("+Inf", "inf").parse().ok()?;
    let (name, labels) = match name.split_once('{') {
        Some((name, labels)) => (name, labels.strip_suffix('}')?),
        None => (name, ""),
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    let mut labels: Vec<_> = labels
        .split_terminator("\",")
        .map(|label| {
            let (name, value) = label.split_once("=\"")?;
            Some((name.to_owned(), value.trim_end_matches('"').to_owned()))
        })
        .collect::<Option<_>>()?;
    labels.sort();
    Some(((name.into(), labels), value))
}

/// Sends bytes to an HTTP port and reads until the end.
fn http(address: SocketAddr, request: &str) -> String {
    let mut stream = eventually("the admin port is open", || {
        TcpStream::connect(address).ok()
    });
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

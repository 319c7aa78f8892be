//! Holds the rooms apart: what each may depend on, and that machines read no clock and do no IO.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Room, and which of ours it may use.
const ROOMS: [(&str, &[&str]); 4] = [
    ("tandem-codecs", &[]),
    ("tandem-protocols", &["tandem-codecs"]),
    ("tandem-routing", &["tandem-codecs"]),
    ("tandem-media", &["tandem-codecs"]),
];

/// Rooms without IO and clock.
const PURE: [&str; 3] = ["tandem-codecs", "tandem-protocols", "tandem-routing"];

/// What does IO: not even by way of another crate.
const IO: [&str; 7] = [
    "tokio",
    "mio",
    "socket2",
    "axum",
    "hyper",
    "async-std",
    "tracing-subscriber",
];

/// What a pure room must not name itself.
const SYSTEM: [&str; 3] = ["libc", "nix", "rustix"];

/// Traces of IO, threads and clocks in source text.
const IMPURE: [&str; 13] = [
    "UdpSocket",
    "TcpStream",
    "TcpListener",
    "std::fs",
    "File::open",
    "std::io::stdin",
    "tokio",
    "Instant::now",
    "SystemTime::now",
    "std::thread",
    "std::env",
    "std::process",
    "println!",
];

struct Metadata(Value);

impl Metadata {
    fn load() -> Self {
        let host = rustc_host();
        let output = Command::new(env!("CARGO"))
            .args([
                "metadata",
                "--format-version",
                "1",
                "--filter-platform",
                &host,
            ])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Self(serde_json::from_slice(&output.stdout).unwrap())
    }

    fn packages(&self) -> impl Iterator<Item = &Value> {
        self.0["packages"].as_array().unwrap().iter()
    }

    /// Package id → its name and the ids of its normal and build dependencies.
    fn graph(&self) -> BTreeMap<&str, (&str, Vec<&str>)> {
        let names: BTreeMap<_, _> = self
            .packages()
            .map(|package| (text(&package["id"]), text(&package["name"])))
            .collect();
        let nodes = self.0["resolve"]["nodes"].as_array().unwrap().iter();
        nodes
            .map(|node| {
                let id = text(&node["id"]);
                let dependencies = node["deps"].as_array().unwrap().iter();
                let shipped = dependencies.filter(|dependency| {
                    let kinds = dependency["dep_kinds"].as_array().unwrap();
                    kinds.iter().any(|kind| kind["kind"] != "dev")
                });
                let ids = shipped.map(|dependency| text(&dependency["pkg"])).collect();
                (id, (names[id], ids))
            })
            .collect()
    }

    /// The names a package depends on directly, and those it depends on at all.
    fn dependencies(&self, name: &str) -> (BTreeSet<&str>, BTreeSet<&str>) {
        let graph = self.graph();
        let root = graph.values().find(|(candidate, _)| *candidate == name);
        let (_, direct) = root.unwrap_or_else(|| panic!("no package {name}"));
        let mut all = BTreeSet::new();
        let mut queue = direct.clone();
        while let Some(id) = queue.pop() {
            if all.insert(graph[id].0) {
                queue.extend(&graph[id].1);
            }
        }
        (direct.iter().map(|id| graph[id].0).collect(), all)
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn rustc_host() -> String {
    let output = Command::new("rustc").arg("-vV").output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.unwrap().to_owned()
}

#[test]
fn rooms_use_only_the_rooms_below_them() {
    let metadata = Metadata::load();
    for (room, allowed) in ROOMS {
        let (direct, _) = metadata.dependencies(room);
        let ours: Vec<_> = direct
            .into_iter()
            .filter(|name| name.starts_with("tandem"))
            .filter(|name| !allowed.contains(name))
            .collect();
        assert!(ours.is_empty(), "{room} uses {ours:?}");
    }
}

#[test]
fn pure_rooms_depend_on_nothing_that_does_io() {
    let metadata = Metadata::load();
    let (_, all) = metadata.dependencies("tandem");
    assert!(all.contains("tokio"), "the check sees dependencies at all");
    for room in PURE {
        let (direct, all) = metadata.dependencies(room);
        let found: Vec<_> = IO.iter().filter(|name| all.contains(*name)).collect();
        assert!(found.is_empty(), "{room} depends on {found:?}");
        let found: Vec<_> = SYSTEM
            .iter()
            .filter(|name| direct.contains(*name))
            .collect();
        assert!(found.is_empty(), "{room} names {found:?}");
    }
}

#[test]
fn licences_are_permissive() {
    let deny = std::fs::read_to_string(root().join("deny.toml")).unwrap();
    let deny: toml::Table = deny.parse().unwrap();
    let allowed: Vec<_> = deny["licenses"]["allow"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    let metadata = Metadata::load();
    let reachable = metadata.graph();
    for package in metadata.packages() {
        if !reachable.contains_key(text(&package["id"])) {
            continue;
        }
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(
            is_allowed(licence, &allowed),
            "{}: licence {licence:?}",
            package["name"]
        );
    }
}

/// Every part joined by AND offers an allowed alternative.
fn is_allowed(licence: &str, allowed: &[&str]) -> bool {
    let plain = licence.replace(['(', ')'], "").replace('/', " OR ");
    plain.split(" AND ").all(|part| {
        part.split(" OR ")
            .any(|name| allowed.contains(&name.trim()))
    })
}

#[test]
fn licence_expressions_are_understood() {
    let allowed = ["MIT", "Unicode-3.0"];
    assert!(is_allowed("GPL-3.0 OR MIT", &allowed));
    assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0", &allowed));
    assert!(!is_allowed("MIT AND GPL-3.0", &allowed));
    assert!(!is_allowed("", &allowed));
}

#[test]
fn machines_read_no_clock_and_do_no_io() {
    for room in [
        "codecs/src",
        "protocols/src",
        "routing/src",
        "src/exchange",
        "src/scenario",
    ] {
        let files = sources(&root().join(room));
        assert!(!files.is_empty(), "{room}");
        for file in files {
            let source = std::fs::read_to_string(&file).unwrap();
            let found = impurities(&source);
            assert!(found.is_empty(), "{}: {found:?}", file.display());
        }
    }
}

#[test]
fn routing_knows_numbers_and_no_protocol() {
    let files = sources(&root().join("routing/src"));
    assert!(!files.is_empty());
    for file in files {
        let source = std::fs::read_to_string(&file).unwrap();
        let mut uses = source.split("codecs::").skip(1);
        assert!(
            uses.all(|used| used.starts_with("number")),
            "{} uses more of codecs than numbers",
            file.display()
        );
    }
}

#[test]
fn impurities_are_seen_in_code_but_not_in_comments_and_tests() {
    assert_eq!(impurities("let now = Instant::now();"), ["Instant::now"]);
    assert!(impurities("// Instant::now\n/// tokio\n").is_empty());
    assert!(impurities("fn f() {}\n#[cfg(test)]\nmod tests {\n Instant::now()\n}").is_empty());
}

fn impurities(source: &str) -> Vec<&'static str> {
    let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code: String = lines.collect::<Vec<_>>().join("\n");
    IMPURE
        .into_iter()
        .filter(|trace| code.contains(trace))
        .collect()
}

/// The Rust sources below a folder, but for those that are tests only.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("test") || name.ends_with("_tests.rs") {
            continue;
        }
        if path.is_dir() {
            files.extend(sources(&path));
        } else if name.ends_with(".rs") {
            files.push(path);
        }
    }
    files
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

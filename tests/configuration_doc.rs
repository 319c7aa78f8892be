//! `docs/configuration.md` names every key that a configuration file may have.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

/// Where the tables of configuration files are.
const SOURCES: &[&str] = &[
    "src/config/admin.rs",
    "src/config/isup.rs",
    "src/config/network.rs",
    "src/config/trunk.rs",
    "src/sip/config.rs",
    "src/sip/location.rs",
    "src/sip/tls.rs",
    "src/ss7/config.rs",
    "src/ss7/networks.rs",
    "src/ss7/servers.rs",
    "src/diameter/config.rs",
    "src/gateway/config.rs",
    "src/gateway/config/interworking.rs",
    "src/gateway/config/proof.rs",
    "src/gateway/config/policy.rs",
    "src/gateway/config/peer.rs",
    "src/gateway/config/row.rs",
    "src/party/config.rs",
    "src/pstn/config.rs",
    "src/hss/config.rs",
    "src/hss/entry.rs",
    "src/ims/config.rs",
];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The fields of the structs that are read from files.
fn keys(source: &str) -> Vec<String> {
    let mut keys = Vec::new();
    let mut structs = source.split("deny_unknown_fields");
    structs.next();
    for text in structs {
        let (body, _) = text.split_once("\n}\n").unwrap();
        for line in body.lines().filter(|line| line.starts_with("    ")) {
            let line = line.trim_start();
            let field = match line.split_once(") ") {
                Some((visibility, field)) if visibility.starts_with("pub(") => field,
                _ => line.strip_prefix("pub ").unwrap_or(line),
            };
            let name = field.split_once(": ").map_or("", |(name, _)| name);
            if !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
                keys.push(name.to_owned());
            }
        }
    }
    keys
}

#[test]
fn every_key_is_documented() {
    let document = read("docs/configuration.md");
    let mut found = 0;
    for source in SOURCES {
        for key in keys(&read(source)) {
            found += 1;
            let names = [format!("`{key}`"), format!("[{key}]"), format!(".{key}]")];
            assert!(
                names.iter().any(|name| document.contains(name)),
                "{source}: {key} is not in docs/configuration.md"
            );
        }
    }
    assert!(
        found > 100,
        "{found} keys found: the structs are written otherwise"
    );
}

//! An authority and the certificates it issues, in files.

use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use super::TlsConfig;

/// A folder of PEM files; gone when it is dropped.
pub(super) struct Certificates(PathBuf);

impl Certificates {
    /// Certificates of a gateway at loopback addresses and of a host, `icscf1.ims.example`.
    pub(super) fn make(name: &str) -> Self {
        let folder = format!("tandem-certificates-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = authority.self_signed(&key).unwrap();
        std::fs::write(folder.join("ca.pem"), certificate.pem()).unwrap();
        let issuer = Issuer::new(authority, key);
        let these = Self(folder);
        these.issue("gateway", &["127.0.0.1", "::1"], &issuer);
        these.issue("icscf", &["icscf1.ims.example"], &issuer);
        these
    }

    fn issue(&self, name: &str, subjects: &[&str], issuer: &Issuer<'_, KeyPair>) {
        let subjects: Vec<String> = subjects.iter().map(ToString::to_string).collect();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(subjects).unwrap();
        let certificate = params.signed_by(&key, issuer).unwrap();
        let file = |suffix: &str| self.0.join(format!("{name}{suffix}.pem"));
        std::fs::write(file(""), certificate.pem()).unwrap();
        std::fs::write(file("-key"), key.serialize_pem()).unwrap();
    }

    /// The configuration of who has this certificate and this key.
    pub(super) fn config(&self, certificate: &str, key: &str, client_auth: &str) -> TlsConfig {
        let folder = self.0.display();
        let text = format!(
            "certificate = \"{folder}/{certificate}.pem\"\nkey = \"{folder}/{key}-key.pem\"\n\
             ca = \"{folder}/ca.pem\"\nclient_auth = \"{client_auth}\"\n"
        );
        toml::from_str(&text).unwrap()
    }
}

impl Drop for Certificates {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

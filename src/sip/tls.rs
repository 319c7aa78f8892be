//! Keys and certificates (RFC 3261 §26.2.1, RFC 5922): what we show, and whom we believe.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::config::Fault;

/// `[sip.tls]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// PEM file of our certificate, and of those between it and its authority.
    certificate: PathBuf,
    /// PEM file of its private key.
    key: PathBuf,
    /// PEM file of the authorities whose certificates we believe.
    ca: Option<PathBuf>,
    /// Whether those who connect to us must show a certificate.
    #[serde(default)]
    client_auth: ClientAuth,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ClientAuth {
    #[default]
    None,
    Required,
}

/// What TLS connections are made with.
#[derive(Clone)]
pub(super) struct Tls {
    pub(super) acceptor: TlsAcceptor,
    pub(super) connector: TlsConnector,
}

impl TlsConfig {
    /// Whether there is anybody whose certificate we believe.
    pub(crate) fn has_authorities(&self) -> bool {
        self.ca.is_some()
    }

    pub(crate) fn faults(&self, key: &str) -> Vec<Fault> {
        if self.client_auth == ClientAuth::Required && self.ca.is_none() {
            let message = "\"required\" needs the ca that certificates of clients are from";
            return vec![Fault::new(format!("{key}.client_auth"), message)];
        }
        Vec::new()
    }

    /// What is wrong with the files.
    pub(crate) fn file_fault(&self, key: &str) -> Option<Fault> {
        self.load(key).err()
    }

    /// Reads the files; a [`Fault`] is that of the key whose file cannot be used.
    pub(super) fn load(&self, key: &str) -> Result<Tls, Fault> {
        let fault = |name: &str, path: &Path, error: &dyn std::fmt::Display| {
            Fault::new(
                format!("{key}.{name}"),
                format!("{}: {error}", path.display()),
            )
        };
        let in_certificate =
            |error: &dyn std::fmt::Display| fault("certificate", &self.certificate, error);
        let chain = certificates(&self.certificate).map_err(|error| in_certificate(&error))?;
        let secret = PrivateKeyDer::from_pem_file(&self.key)
            .map_err(|error| fault("key", &self.key, &error))?;
        let mut roots = RootCertStore::empty();
        if let Some(ca) = &self.ca {
            let in_ca = |error: &dyn std::fmt::Display| fault("ca", ca, error);
            for certificate in certificates(ca).map_err(|error| in_ca(&error))? {
                roots.add(certificate).map_err(|error| in_ca(&error))?;
            }
        }
        let make = || -> Result<Tls, Box<dyn std::error::Error>> {
            let provider = Arc::new(ring::default_provider());
            let roots = Arc::new(roots);
            let server = self.server(&provider, &roots, &chain, secret.clone_key())?;
            let client = ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()?
                .with_root_certificates(roots)
                .with_client_auth_cert(chain, secret)?;
            Ok(Tls {
                acceptor: Arc::new(server).into(),
                connector: Arc::new(client).into(),
            })
        };
        make().map_err(|error| in_certificate(&error))
    }

    fn server(
        &self,
        provider: &Arc<CryptoProvider>,
        roots: &Arc<RootCertStore>,
        chain: &[CertificateDer<'static>],
        secret: PrivateKeyDer<'static>,
    ) -> Result<ServerConfig, Box<dyn std::error::Error>> {
        let builder = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()?;
        let builder = match self.client_auth {
            ClientAuth::None => builder.with_no_client_auth(),
            ClientAuth::Required => builder.with_client_cert_verifier(
                WebPkiClientVerifier::builder_with_provider(roots.clone(), provider.clone())
                    .build()?,
            ),
        };
        Ok(builder.with_single_cert(chain.to_vec(), secret)?)
    }
}

/// The certificates in a PEM file, one at least.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Box<dyn std::error::Error>> {
    let certificates = CertificateDer::pem_file_iter(path)?.collect::<Result<Vec<_>, _>>()?;
    if certificates.is_empty() {
        return Err("no certificate in it".into());
    }
    Ok(certificates)
}

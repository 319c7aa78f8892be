//! Where a SIP server is, by its name (RFC 3263 §4): NAPTR, SRV, A and AAAA records.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, RecordType};
use hickory_resolver::{Resolver, TokioResolver};
use protocols::sip::{Hop, Transport};
use routing::Location;
use serde::Deserialize;

/// How long records without a time to live of their own hold.
const USUAL: Duration = Duration::from_secs(60);

/// `[dns]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DnsConfig {
    /// The servers to ask; those of the system if none is named.
    #[serde(default)]
    servers: Vec<Server>,
}

/// A DNS server: an IP address, with or without a port.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Server(SocketAddr);

impl TryFrom<String> for Server {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let with_port = text.parse().or_else(|_| {
            let ip: IpAddr = text.parse()?;
            Ok::<_, std::net::AddrParseError>(SocketAddr::new(ip, 53))
        });
        with_port
            .map(Self)
            .map_err(|_| format!("{text:?}: expected an IP address, with a port if it is not 53"))
    }
}

/// What is known of a server before its name is resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Its domain name.
    pub host: String,
    /// Its port, which then needs no SRV record.
    pub port: Option<u16>,
    /// Its transport, which then needs no NAPTR record.
    pub transport: Option<Transport>,
}

/// Resolves names.
pub(super) struct Locator {
    resolver: TokioResolver,
    listeners: Vec<Hop>,
}

/// Where a server is, and until when that holds.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) locations: Vec<Location<Hop>>,
    pub(super) until: Instant,
}

/// A name that addresses are to be found for.
struct Target {
    name: String,
    port: u16,
    transport: Transport,
    /// Which NAPTR record led here, and the priority of the SRV record.
    rank: (usize, u16),
    weight: u16,
}

impl Locator {
    pub(super) fn new(config: &DnsConfig, listeners: Vec<Hop>) -> Result<Self, NetError> {
        let builder = if config.servers.is_empty() {
            Resolver::builder_tokio()?
        } else {
            let servers = config.servers.iter().map(|server| name_server(server.0));
            let config = ResolverConfig::from_name_servers(servers.collect());
            Resolver::builder_with_config(config, TokioRuntimeProvider::default())
        };
        Ok(Self {
            resolver: builder.build()?,
            listeners,
        })
    }

    /// Looks a server up.
    pub(super) async fn locate(&self, name: &Name) -> Result<Found, NetError> {
        let mut until = Instant::now() + Duration::from_secs(86_400);
        let targets = self.targets(name, &mut until).await?;
        let ranks: BTreeSet<_> = targets.iter().map(|target| target.rank).collect();
        let mut locations = Vec::new();
        for target in &targets {
            let priority = ranks.range(..target.rank).count();
            for address in self.addresses(target, &mut until).await? {
                locations.push(Location {
                    target: Hop {
                        transport: target.transport,
                        address,
                    },
                    priority: u16::try_from(priority).unwrap_or(u16::MAX),
                    weight: target.weight,
                });
            }
        }
        Ok(Found { locations, until })
    }

    /// The names that addresses are looked up for (§4.1, §4.2).
    async fn targets(&self, name: &Name, until: &mut Instant) -> Result<Vec<Target>, NetError> {
        let plain = |port: Option<u16>| {
            let transport = name.transport.unwrap_or_else(|| self.usual_transport());
            Target {
                name: name.host.clone(),
                port: port.unwrap_or(transport.default_port()),
                transport,
                rank: (0, 0),
                weight: 0,
            }
        };
        if name.port.is_some() {
            return Ok(vec![plain(name.port)]);
        }
        let mut targets = Vec::new();
        let services = self.services(name, until).await?;
        for (rank, (service, transport)) in services.into_iter().enumerate() {
            for record in self.records(&service, RecordType::SRV, until).await? {
                if let RData::SRV(srv) = record
                    && !srv.target.is_root()
                {
                    targets.push(Target {
                        name: srv.target.to_string(),
                        port: srv.port,
                        transport,
                        rank: (rank, srv.priority),
                        weight: srv.weight,
                    });
                }
            }
        }
        if targets.is_empty() {
            targets.push(plain(None));
        }
        Ok(targets)
    }

    /// Names of SRV records with their transports, the preferred first (§4.1).
    async fn services(
        &self,
        name: &Name,
        until: &mut Instant,
    ) -> Result<Vec<(String, Transport)>, NetError> {
        let service = |transport| {
            let prefix = match transport {
                Transport::Udp => "_sip._udp",
                Transport::Tcp => "_sip._tcp",
                Transport::Tls => "_sips._tcp",
            };
            (format!("{prefix}.{}", name.host), transport)
        };
        if let Some(transport) = name.transport {
            return Ok(vec![service(transport)]);
        }
        let mut offered = Vec::new();
        for record in self.records(&name.host, RecordType::NAPTR, until).await? {
            let RData::NAPTR(naptr) = record else {
                continue;
            };
            let transport = match &*naptr.services.to_ascii_uppercase() {
                b"SIP+D2U" => Transport::Udp,
                b"SIP+D2T" => Transport::Tcp,
                b"SIPS+D2T" => Transport::Tls,
                _ => continue,
            };
            if self.speaks(transport) && naptr.flags.eq_ignore_ascii_case(b"s") {
                let rank = (naptr.order, naptr.preference);
                offered.push((rank, naptr.replacement.to_string(), transport));
            }
        }
        offered.sort_by_key(|(rank, ..)| *rank);
        if !offered.is_empty() {
            let offered = offered.into_iter();
            return Ok(offered
                .map(|(_, name, transport)| (name, transport))
                .collect());
        }
        // Nobody asked for TLS; it is taken where we speak nothing else.
        let plain = [Transport::Udp, Transport::Tcp].into_iter();
        let plain: Vec<_> = plain.filter(|&transport| self.speaks(transport)).collect();
        let transports = if plain.is_empty() {
            vec![Transport::Tls]
        } else {
            plain
        };
        Ok(transports.into_iter().map(service).collect())
    }

    fn speaks(&self, transport: Transport) -> bool {
        let mut listeners = self.listeners.iter();
        listeners.any(|listener| listener.transport == transport)
    }

    /// UDP (§4.1), unless we do not speak it.
    fn usual_transport(&self) -> Transport {
        let spoken = |transport: &Transport| self.speaks(*transport);
        let first = Transport::ALL.into_iter().find(spoken);
        first.unwrap_or(Transport::Udp)
    }

    /// Addresses of a target, of the versions of IP we have.
    async fn addresses(
        &self,
        target: &Target,
        until: &mut Instant,
    ) -> Result<Vec<SocketAddr>, NetError> {
        let of_transport = |listener: &&Hop| listener.transport == target.transport;
        let listeners = || self.listeners.iter().filter(of_transport);
        let mut addresses = Vec::new();
        for (kind, wanted) in [
            (
                RecordType::AAAA,
                listeners().any(|one| one.address.is_ipv6()),
            ),
            (RecordType::A, listeners().any(|one| one.address.is_ipv4())),
        ] {
            if !wanted {
                continue;
            }
            for record in self.records(&target.name, kind, until).await? {
                match record {
                    RData::A(ip) => addresses.push(SocketAddr::new(ip.0.into(), target.port)),
                    RData::AAAA(ip) => addresses.push(SocketAddr::new(ip.0.into(), target.port)),
                    _ => {}
                }
            }
        }
        Ok(addresses)
    }

    /// The records of a kind; none where there is no such name.
    async fn records(
        &self,
        name: &str,
        kind: RecordType,
        until: &mut Instant,
    ) -> Result<Vec<RData>, NetError> {
        let full = match name.ends_with('.') {
            true => name.to_owned(),
            false => format!("{name}."),
        };
        match self.resolver.lookup(full, kind).await {
            Ok(lookup) => {
                *until = (*until).min(lookup.valid_until());
                Ok(data(&lookup))
            }
            Err(error) if error.is_no_records_found() => {
                *until = (*until).min(Instant::now() + USUAL);
                Ok(Vec::new())
            }
            Err(error) => Err(error),
        }
    }
}

fn data(lookup: &Lookup) -> Vec<RData> {
    let records = lookup.answers().iter();
    records.map(|record| record.data.clone()).collect()
}

fn name_server(address: SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
    let connections = connections.map(|mut connection| {
        connection.port = address.port();
        connection
    });
    NameServerConfig::new(address.ip(), true, connections.into())
}

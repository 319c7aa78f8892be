//! The roles of the call session control functions (3GPP TS 24.229 §5.3.2, §5.4): what an I-CSCF
//! and an S-CSCF decide about the requests that their proxy puts before them.

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use codecs::sip::{HeaderName, Host, Message, Uri};
use protocols::sip::{
    ForwardId, Hop, Proxy, ProxyConfig, ProxyOutput, Target, TransactionConfig, Transmit, Transport,
};

/// How long a branch may ring, more than three minutes (RFC 3261 §16.6).
const TIMER_C: Duration = Duration::from_secs(185);

/// What the HSS says of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// The SIP URI of the S-CSCF that serves the user.
    Server(String),
    /// There is no such user.
    Unknown,
    /// The user has no S-CSCF at present.
    NotRegistered,
    /// No answer, or none that helps.
    Failed,
}

impl Location {
    /// The S-CSCF, or the status that refuses a call to the user (TS 24.229 §5.3.2.1).
    pub fn server(&self) -> Result<&str, u16> {
        match self {
            Self::Server(uri) => Ok(uri),
            Self::Unknown => Err(404),
            Self::NotRegistered => Err(480),
            Self::Failed => Err(504),
        }
    }
}

/// What the owner of a CSCF is to do.
#[derive(Debug)]
pub enum CscfOutput {
    /// Send a datagram.
    Transmit(Transmit),
    /// Ask the HSS, and give the answer to [`Icscf::located`].
    Locate {
        /// For this request.
        id: ForwardId,
        /// Where this user is: a public identity, `tel:+…` or `sip:…`.
        identity: String,
    },
}

/// An interrogating CSCF: finds the S-CSCF of whoever is called.
#[derive(Debug)]
pub struct Icscf {
    proxy: Proxy,
    /// S-CSCFs by their SIP URI, for those that are no IP address.
    servers: HashMap<String, Hop>,
    outputs: VecDeque<CscfOutput>,
}

impl Icscf {
    /// At `address`, also known under the host name `name`; `servers` are the addresses of S-CSCFs
    /// with a name, `trusted` the elements of the network as opposed to its users.
    pub fn new(
        address: SocketAddr,
        name: String,
        servers: HashMap<String, Hop>,
        trusted: HashSet<SocketAddr>,
        seed: [u8; 32],
    ) -> Self {
        Self {
            proxy: proxy(address, Some(name), false, trusted, seed),
            servers,
            outputs: VecDeque::new(),
        }
    }

    /// The proxy, for datagrams and timers; then `settle`.
    pub fn proxy(&mut self) -> &mut Proxy {
        &mut self.proxy
    }

    /// The HSS has answered, or not (TS 24.229 §5.3.2.1).
    pub fn located(&mut self, id: ForwardId, location: &Location, now: Instant) {
        let target = match location.server() {
            Ok(uri) => self.target(uri).ok_or_else(|| {
                tracing::info!(uri, status = 500, "call refused: no address for the S-CSCF");
                500
            }),
            Err(status) => Err(status),
        };
        match target {
            Ok(target) => self.proxy.forward(id, &[target], now),
            Err(status) => self.proxy.reject(id, status, now),
        }
    }

    /// The next thing for the owner to do.
    pub fn poll_output(&mut self, now: Instant) -> Option<CscfOutput> {
        self.settle(now);
        self.outputs.pop_front()
    }

    fn settle(&mut self, now: Instant) {
        while let Some(output) = self.proxy.poll_output() {
            match output {
                ProxyOutput::Transmit(transmit) => {
                    self.outputs.push_back(CscfOutput::Transmit(transmit));
                }
                ProxyOutput::Request { id, request, .. } => match identity(&request) {
                    Some(identity) => self.outputs.push_back(CscfOutput::Locate { id, identity }),
                    None => self.proxy.reject(id, 404, now),
                },
            }
        }
    }

    fn target(&self, server: &str) -> Option<Target> {
        let to = self
            .servers
            .get(server)
            .copied()
            .or_else(|| Hop::of_uri(&Uri::parse(server).ok()?))?;
        Some(Target {
            uri: None,
            route: Some(format!("<{server};lr>")),
            headers: Vec::new(),
            to,
        })
    }
}

/// A user of the IMS, as its S-CSCF knows it.
#[derive(Debug, Clone)]
pub struct User {
    /// Public identities, `tel:+…` or `sip:…`; the first is asserted when the user calls.
    pub identities: Vec<String>,
    /// Contacts and addresses of the terminals.
    pub terminals: Vec<(String, SocketAddr)>,
}

/// A serving CSCF: rings the terminals of its users, and sends their calls to others on their way.
#[derive(Debug)]
pub struct Scscf {
    proxy: Proxy,
    users: Vec<User>,
    by_identity: HashMap<String, usize>,
    by_address: HashMap<SocketAddr, usize>,
    gateway: Hop,
    outputs: VecDeque<Transmit>,
}

impl Scscf {
    /// At `address`, also known under `uri`, with its users and the gateway to the telephone
    /// network; `trusted` are the elements of the network as opposed to its users.
    pub fn new(
        address: SocketAddr,
        uri: Option<&str>,
        users: Vec<User>,
        gateway: Hop,
        trusted: HashSet<SocketAddr>,
        seed: [u8; 32],
    ) -> Self {
        let mut by_identity = HashMap::new();
        let mut by_address = HashMap::new();
        for (index, user) in users.iter().enumerate() {
            by_identity.extend(user.identities.iter().map(|id| (id.clone(), index)));
            by_address.extend(user.terminals.iter().map(|(_, at)| (*at, index)));
        }
        Self {
            proxy: proxy(address, uri.and_then(host_name), true, trusted, seed),
            users,
            by_identity,
            by_address,
            gateway,
            outputs: VecDeque::new(),
        }
    }

    /// The proxy, for datagrams and timers.
    pub fn proxy(&mut self) -> &mut Proxy {
        &mut self.proxy
    }

    /// The next datagram to send.
    pub fn poll_output(&mut self, now: Instant) -> Option<Transmit> {
        while let Some(output) = self.proxy.poll_output() {
            match output {
                ProxyOutput::Transmit(transmit) => self.outputs.push_back(transmit),
                ProxyOutput::Request {
                    id,
                    request,
                    source,
                } => match self.targets(&request, source) {
                    Some(targets) => self.proxy.forward(id, &targets, now),
                    None => {
                        let uri = request.request_uri();
                        tracing::info!(
                            uri,
                            status = 404,
                            "call refused: not a user, nor a call of one to a telephone"
                        );
                        self.proxy.reject(id, 404, now);
                    }
                },
            }
        }
        self.outputs.pop_front()
    }

    /// Where a request goes: to all terminals of a user of ours at once, or, from one of these to
    /// anybody else's telephone, to the gateway (the part of a BGCF, TS 24.229 §5.6).
    fn targets(&self, request: &Message, source: Hop) -> Option<Vec<Target>> {
        let caller = self
            .by_address
            .get(&source.address)
            .map(|&index| &self.users[index]);
        let headers = match caller.and_then(|user| user.identities.first()) {
            Some(identity) => {
                vec![(HeaderName::PAssertedIdentity, format!("<{identity}>"))]
            }
            None => Vec::new(),
        };
        let identity = identity(request)?;
        let target = |uri: Option<&String>, to: Hop| Target {
            uri: uri.cloned(),
            route: None,
            headers: headers.clone(),
            to,
        };
        if let Some(&called) = self.by_identity.get(&identity) {
            let terminals = self.users[called].terminals.iter();
            return Some(
                terminals
                    .map(|(uri, to)| target(Some(uri), Hop::udp(*to)))
                    .collect(),
            );
        }
        let is_telephone = identity.starts_with("tel:");
        (caller.is_some() && is_telephone).then(|| vec![target(None, self.gateway)])
    }
}

/// The listeners of a CSCF: UDP and TCP.
pub(super) fn both(address: SocketAddr) -> [Hop; 2] {
    [Transport::Udp, Transport::Tcp].map(|transport| Hop { transport, address })
}

/// The host name in a SIP URI.
fn host_name(uri: &str) -> Option<String> {
    match Uri::parse(uri).ok()?.sip()?.host {
        Host::Name(name) => Some(name.to_owned()),
        Host::Ip(_) => None,
    }
}

fn proxy(
    address: SocketAddr,
    name: Option<String>,
    record_route: bool,
    trusted: HashSet<SocketAddr>,
    seed: [u8; 32],
) -> Proxy {
    let [local, tcp] = both(address);
    let mut transactions = TransactionConfig::new(local);
    transactions.others = vec![tcp];
    let config = ProxyConfig {
        transactions,
        name,
        record_route,
        trusted,
        timer_c: TIMER_C,
    };
    Proxy::new(config, seed)
}

/// The public identity in the request URI (TS 23.003 §13.4): without parameters and visual
/// separators, a telephone number in its `tel:` form.
fn identity(request: &Message) -> Option<String> {
    let uri = request.uri().ok()?;
    if let Some(number) = uri.telephone().filter(|number| number.is_global()) {
        return Some(format!("tel:+{}", number.digits().ok()?));
    }
    match uri {
        Uri::Sip(uri) => Some(format!("sip:{}@{}", uri.user?, uri.host)),
        Uri::Tel(_) | Uri::Other(_) => None,
    }
}

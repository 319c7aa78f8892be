//! A SIP terminal in a few lines of text, which calls through the gateway.
#![allow(dead_code)] // every test uses a part of it
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::{SocketAddr, UdpSocket};
use std::time::Instant;

use crate::programs::{Bench, PATIENCE};

/// Someone who calls.
pub(crate) struct Caller {
    socket: UdpSocket,
    own: SocketAddr,
    gateway: SocketAddr,
    calls: u32,
}

/// A call under way.
pub(crate) struct Call<'a> {
    caller: &'a Caller,
    id: String,
    called: String,
    /// The `To` of the last response, with its tag.
    to: String,
    branch: String,
}

impl Caller {
    /// A caller at an address, which the gateway trusts if it begins with 42.
    pub(crate) fn new(bench: &Bench, address: &str) -> Self {
        let own = bench.address(address);
        let socket = UdpSocket::bind(own).unwrap();
        Self {
            socket,
            own,
            gateway: bench.address("20:5060"),
            calls: 0,
        }
    }

    /// Sends an INVITE to a number.
    pub(crate) fn invite(&mut self, called: &str) -> Call<'_> {
        self.calls += 1;
        let call = Call {
            id: format!("{}@{}", self.calls, self.own),
            called: called.into(),
            to: format!("<tel:{called}>"),
            branch: format!("z9hG4bK-{}", self.calls),
            caller: self,
        };
        let ip = self.own.ip();
        let body = format!(
            "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\n\
             m=audio 5200 RTP/AVP 8 0\r\n"
        );
        call.send(
            "INVITE",
            &call.branch,
            "Content-Type: application/sdp\r\n",
            &body,
        );
        call
    }

    /// Sends bytes as they are, and returns the next thing that comes from the gateway.
    pub(crate) fn ask(&self, bytes: &[u8]) -> String {
        self.send(bytes);
        self.receive()
    }

    /// Sends bytes as they are.
    pub(crate) fn send(&self, bytes: &[u8]) {
        self.socket.send_to(bytes, self.gateway).unwrap();
    }

    /// The next thing that comes from the gateway.
    pub(crate) fn receive(&self) -> String {
        self.socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut buffer = [0; 65_535];
        let length = self.socket.recv(&mut buffer).expect("the gateway answers");
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    }
}

impl Call<'_> {
    fn send(&self, method: &str, branch: &str, headers: &str, body: &str) {
        let Self {
            caller: Caller { own, gateway, .. },
            id,
            called,
            to,
            ..
        } = self;
        let (sequence, uri) = match method {
            "BYE" => (2, format!("sip:{gateway}")),
            _ => (1, format!("tel:{called}")),
        };
        let message = format!(
            "{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch={branch}\r\n\
             Max-Forwards: 70\r\nFrom: <tel:+497219578290>;tag=caller\r\nTo: {to}\r\n\
             Call-ID: {id}\r\nCSeq: {sequence} {method}\r\nContact: <sip:{own}>\r\n\
             P-Asserted-Identity: <tel:+497219578290>\r\n{headers}\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.caller.send(message.as_bytes());
    }

    /// The next response of this status, or a final one. Answers it whole.
    pub(crate) fn response(&mut self, status: u16) -> String {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let message = self.caller.receive();
            let is_this = header(&message, "Call-ID") == Some(&self.id);
            let Some(got) = status_of(&message).filter(|_| is_this) else {
                continue;
            };
            let invited = header(&message, "CSeq").is_some_and(|cseq| cseq.ends_with("INVITE"));
            if invited && got > 100 {
                self.to = header(&message, "To").unwrap().into();
            }
            if invited && got >= 300 {
                self.send("ACK", &self.branch, "", "");
            }
            if got == status {
                return message;
            }
            assert!(got < 200, "expected {status}: {message}");
        }
        panic!("no response {status}");
    }

    /// Waits for the answer and acknowledges it.
    pub(crate) fn answered(&mut self) {
        self.response(200);
        self.send("ACK", &format!("{}-ack", self.branch), "", "");
    }

    /// Waits for a final failure; answers its status and cause (`Reason`, RFC 6432).
    pub(crate) fn refused(&mut self, status: u16) -> u8 {
        let response = self.response(status);
        cause(&response)
    }

    /// Hangs up, and waits until the gateway has agreed.
    pub(crate) fn hang_up(mut self) {
        self.send("BYE", &format!("{}-bye", self.branch), "", "");
        self.response(200);
    }

    /// Gives up before an answer: CANCEL, 200, 487, ACK.
    pub(crate) fn give_up(mut self) {
        let to = std::mem::replace(&mut self.to, format!("<tel:{}>", self.called));
        self.send("CANCEL", &self.branch, "", "");
        self.to = to;
        self.response(200);
        self.response(487);
    }

    /// Waits until the gateway hangs up; answers the cause.
    pub(crate) fn hung_up(self) -> u8 {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let message = self.caller.receive();
            if message.starts_with("BYE ") && header(&message, "Call-ID") == Some(&self.id) {
                let mut response = "SIP/2.0 200 OK\r\n".to_owned();
                for name in ["Via", "From", "To", "Call-ID", "CSeq"] {
                    let value = header(&message, name).unwrap();
                    response += &format!("{name}: {value}\r\n");
                }
                self.caller
                    .send((response + "Content-Length: 0\r\n\r\n").as_bytes());
                return cause(&message);
            }
        }
        panic!("no BYE");
    }
}

/// The status of a response.
pub(crate) fn status_of(message: &str) -> Option<u16> {
    message.strip_prefix("SIP/2.0 ")?.get(..3)?.parse().ok()
}

fn header<'a>(message: &'a str, name: &str) -> Option<&'a str> {
    let (head, _) = message.split_once("\r\n\r\n")?;
    let mut headers = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "));
    headers
        .find(|(header, _)| header.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

fn cause(message: &str) -> u8 {
    let reason = header(message, "Reason").expect("a Reason");
    let cause = reason.split_once("cause=").expect("a cause").1;
    cause.split(';').next().unwrap().parse().unwrap()
}

//! What the standard library lacks: waiting for many sockets, many datagrams per system call.

use std::io;
use std::mem::{MaybeUninit, zeroed};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6, UdpSocket};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::time::{Duration, Instant};

/// Longest datagram that is taken whole; nothing of ours is longer than 500 octets.
const DATAGRAM: usize = 2048;
/// Datagrams per system call.
const BATCH: usize = 32;
/// Asked of the system for every socket, so that a delayed thread loses nothing.
const RECEIVE_BUFFER: usize = 4 << 20;

/// A UDP socket that never waits, with a large receive buffer as far as the system permits.
pub(crate) fn bind(local: SocketAddr) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind(local)?;
    socket.set_nonblocking(true)?;
    socket2::SockRef::from(&socket).set_recv_buffer_size(RECEIVE_BUFFER)?;
    Ok(socket)
}

/// Wakes a thread that waits.
pub(crate) struct Waker(OwnedFd);

impl Waker {
    pub(crate) fn new() -> io::Result<Self> {
        // SAFETY: no pointers are passed; the descriptor is owned by nobody else.
        unsafe { owned(libc::eventfd(0, libc::EFD_NONBLOCK | libc::EFD_CLOEXEC)) }.map(Self)
    }

    pub(crate) fn wake(&self) {
        let one = 1u64.to_ne_bytes();
        // SAFETY: the pointer is to `one`, which is that long. If the counter is full the thread
        // has been woken already, so there is no failure to look at.
        unsafe { libc::write(self.0.as_raw_fd(), one.as_ptr().cast(), one.len()) };
    }

    pub(crate) fn clear(&self) {
        let mut count = [0u8; 8];
        // SAFETY: the pointer is to `count`, which is that long.
        unsafe { libc::read(self.0.as_raw_fd(), count.as_mut_ptr().cast(), count.len()) };
    }
}

impl AsRawFd for Waker {
    fn as_raw_fd(&self) -> i32 {
        self.0.as_raw_fd()
    }
}

/// # Safety
/// `descriptor` is -1 or open and owned by nobody else.
unsafe fn owned(descriptor: i32) -> io::Result<OwnedFd> {
    if descriptor < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: as the caller promises.
    Ok(unsafe { OwnedFd::from_raw_fd(descriptor) })
}

/// Waits until one of two descriptors can be read, or until `deadline`, to the microsecond.
pub(crate) fn wait_until(one: &impl AsRawFd, other: &impl AsRawFd, deadline: Instant) {
    let poll = |fd| libc::pollfd {
        fd,
        events: libc::POLLIN,
        revents: 0,
    };
    let mut watched = [poll(one.as_raw_fd()), poll(other.as_raw_fd())];
    let left = deadline.saturating_duration_since(Instant::now());
    let timeout = libc::timespec {
        tv_sec: left.as_secs() as libc::time_t,
        tv_nsec: left.subsec_nanos().into(),
    };
    // SAFETY: the pointers are to two descriptors and a time which outlive the call. Whatever it
    // returns, the caller looks at its sockets and its clock next.
    unsafe { libc::ppoll(watched.as_mut_ptr(), 2, &timeout, std::ptr::null()) };
}

/// Tells which of many descriptors can be read. Closing a descriptor forgets it.
pub(crate) struct Poller {
    epoll: OwnedFd,
    ready: Vec<libc::epoll_event>,
}

impl Poller {
    pub(crate) fn new() -> io::Result<Self> {
        // SAFETY: no pointers are passed; the descriptor is owned by nobody else.
        let epoll = unsafe { owned(libc::epoll_create1(libc::EPOLL_CLOEXEC)) }?;
        Ok(Self {
            epoll,
            ready: Vec::with_capacity(1024),
        })
    }

    /// Watches a descriptor under the name `token`.
    pub(crate) fn add(&self, descriptor: &impl AsRawFd, token: u64) -> io::Result<()> {
        let mut event = libc::epoll_event {
            events: libc::EPOLLIN as u32,
            u64: token,
        };
        let (epoll, descriptor) = (self.epoll.as_raw_fd(), descriptor.as_raw_fd());
        // SAFETY: the pointer is to `event`, read before the call returns.
        let result = unsafe { libc::epoll_ctl(epoll, libc::EPOLL_CTL_ADD, descriptor, &mut event) };
        if result < 0 {
            Err(io::Error::last_os_error())
        } else {
            Ok(())
        }
    }

    /// Waits until something can be read, but not longer than `timeout` rounded up to a
    /// millisecond.
    pub(crate) fn wait(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        let timeout = timeout.map_or(-1, |timeout| {
            timeout.as_micros().div_ceil(1000).min(i32::MAX as u128) as i32
        });
        self.ready.clear();
        let room = self.ready.capacity() as i32;
        // SAFETY: the vector has room for as many events as are asked for.
        let count = unsafe {
            libc::epoll_wait(
                self.epoll.as_raw_fd(),
                self.ready.as_mut_ptr(),
                room,
                timeout,
            )
        };
        match usize::try_from(count) {
            // SAFETY: the system has written `count` events.
            Ok(count) => unsafe { self.ready.set_len(count) },
            Err(_) => {
                let error = io::Error::last_os_error();
                if error.kind() != io::ErrorKind::Interrupted {
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// The names of what can be read.
    pub(crate) fn ready(&self) -> impl Iterator<Item = u64> {
        self.ready.iter().map(|event| event.u64)
    }
}

/// Room for a batch of datagrams.
pub(crate) struct Batch {
    data: Vec<[u8; DATAGRAM]>,
    names: Box<[MaybeUninit<libc::sockaddr_storage>; BATCH]>,
}

impl Batch {
    pub(crate) fn new() -> Self {
        Self {
            data: vec![[0; DATAGRAM]; BATCH],
            names: Box::new([const { MaybeUninit::zeroed() }; BATCH]),
        }
    }

    /// Hands every datagram that waits in `socket` to `take`. Errors an earlier sending brought
    /// about are passed over.
    pub(crate) fn drain(&mut self, socket: &UdpSocket, mut take: impl FnMut(SocketAddr, &[u8])) {
        loop {
            let mut lengths = [0usize; BATCH];
            let count = self.receive(socket, &mut lengths);
            for ((name, data), length) in self.names.iter().zip(&self.data).zip(&lengths[..count]) {
                // SAFETY: zeroed at first, and a name the system has written since.
                let name = unsafe { name.assume_init_ref() };
                if let Some(from) = address(name) {
                    take(from, &data[..*length]);
                }
            }
            if count < BATCH {
                return;
            }
        }
    }

    fn receive(&mut self, socket: &UdpSocket, lengths: &mut [usize; BATCH]) -> usize {
        // SAFETY: these are plain C structures for which all zeroes are valid.
        let mut pieces: [libc::iovec; BATCH] = unsafe { zeroed() };
        // SAFETY: as above.
        let mut headers: [libc::mmsghdr; BATCH] = unsafe { zeroed() };
        for (i, header) in headers.iter_mut().enumerate() {
            pieces[i].iov_base = self.data[i].as_mut_ptr().cast();
            pieces[i].iov_len = DATAGRAM;
            header.msg_hdr.msg_iov = &mut pieces[i];
            header.msg_hdr.msg_iovlen = 1;
            header.msg_hdr.msg_name = self.names[i].as_mut_ptr().cast();
            header.msg_hdr.msg_namelen = size_of::<libc::sockaddr_storage>() as u32;
        }
        // SAFETY: every header points to a piece, a buffer and a name of the lengths it states,
        // all of which outlive the call.
        let count = unsafe {
            libc::recvmmsg(
                socket.as_raw_fd(),
                headers.as_mut_ptr(),
                BATCH as u32,
                libc::MSG_DONTWAIT,
                std::ptr::null_mut(),
            )
        };
        for (length, header) in lengths.iter_mut().zip(&headers) {
            *length = header.msg_len as usize;
        }
        usize::try_from(count).unwrap_or(0)
    }
}

fn address(name: &libc::sockaddr_storage) -> Option<SocketAddr> {
    let name: *const libc::sockaddr_storage = name;
    // SAFETY: a sockaddr_storage is large and aligned enough to be read as either.
    let (family, v4, v6) = unsafe {
        (
            (*name).ss_family,
            &*name.cast::<libc::sockaddr_in>(),
            &*name.cast::<libc::sockaddr_in6>(),
        )
    };
    match i32::from(family) {
        libc::AF_INET => {
            let ip = Ipv4Addr::from(v4.sin_addr.s_addr.to_ne_bytes());
            Some(SocketAddrV4::new(ip, u16::from_be(v4.sin_port)).into())
        }
        libc::AF_INET6 => {
            let ip = Ipv6Addr::from(v6.sin6_addr.s6_addr);
            let port = u16::from_be(v6.sin6_port);
            // The flow label tells no source from another.
            Some(SocketAddrV6::new(ip, port, 0, v6.sin6_scope_id).into())
        }
        _ => None,
    }
}

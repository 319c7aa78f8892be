//! The system calls that no crate wraps, each in a function that is safe to call.

use std::ffi::c_int;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use tokio::io::unix::AsyncFd;

use super::socket::Socket;

/// What one call of recvmsg answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Received {
    /// Octets in the buffer.
    pub(super) length: usize,
    /// Octets in the control buffer.
    pub(super) control: usize,
    /// `MSG_EOR`, `MSG_NOTIFICATION`.
    pub(super) flags: c_int,
}

/// Sets an option of level IPPROTO_SCTP; `value` is laid out as the kernel's structure.
pub(super) fn set_option(socket: BorrowedFd<'_>, name: c_int, value: &[u8]) -> io::Result<()> {
    // SAFETY: the pointer and the length are those of `value`, which the kernel only reads.
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::IPPROTO_SCTP,
            name,
            value.as_ptr().cast(),
            value.len() as libc::socklen_t,
        )
    };
    // SCTP_SOCKOPT_CONNECTX answers the number of the association.
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// Reads an option of level IPPROTO_SCTP; `value` holds what the kernel's structure asks for, and
/// then what it answers.
pub(super) fn option(socket: BorrowedFd<'_>, name: c_int, value: &mut [u8]) -> io::Result<()> {
    let mut length = value.len() as libc::socklen_t;
    // SAFETY: `length` says how much of `value` the kernel may write, and outlives the call.
    let result = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::IPPROTO_SCTP,
            name,
            value.as_mut_ptr().cast(),
            &raw mut length,
        )
    };
    match result {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Receives a message, a piece of one or a notification, without waiting.
pub(super) fn receive(
    socket: BorrowedFd<'_>,
    buffer: &mut [u8],
    control: &mut [u8],
) -> io::Result<Received> {
    let mut piece = libc::iovec {
        iov_base: buffer.as_mut_ptr().cast(),
        iov_len: buffer.len(),
    };
    // SAFETY: all fields are numbers or pointers, for which zero is a value.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_iov = &raw mut piece;
    header.msg_iovlen = 1;
    header.msg_control = control.as_mut_ptr().cast();
    header.msg_controllen = control.len() as _;
    // SAFETY: the header points to `piece`, by it to `buffer`, and to `control`, with their
    // lengths; all of them outlive the call, and nothing else uses them.
    let result = unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut header, libc::MSG_DONTWAIT) };
    let length = usize::try_from(result).map_err(|_| io::Error::last_os_error())?;
    Ok(Received {
        length,
        control: header.msg_controllen as usize,
        flags: header.msg_flags,
    })
}

/// Has tokio watch a socket.
pub(super) fn watch(socket: Socket) -> io::Result<AsyncFd<Socket>> {
    // SAFETY: a `Socket` owns one descriptor, which is the same and open until it is dropped.
    Ok(unsafe { AsyncFd::register(socket) }?)
}

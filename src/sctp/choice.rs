//! Which SCTP stack a program uses.

use std::net::SocketAddr;

use super::{Error, Kernel};

/// The operator's choice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// As the addresses ask for, see [`Backend::choose`].
    #[default]
    Auto,
    /// The kernel's.
    Kernel,
    /// The embedded one.
    Userspace,
}

/// A stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stack {
    /// [`Kernel`].
    Kernel,
    /// [`super::Userspace`].
    Userspace,
}

impl Backend {
    /// The stack for associations with these local addresses, on this machine.
    ///
    /// Addresses without UDP port mean SCTP over IP, which only the kernel does. With UDP ports
    /// `Auto` means the stack in user space, which needs no set-up, unless all of them are the
    /// UDP port that the kernel was given for SCTP, and that nobody else can have therefore.
    ///
    /// # Errors
    /// [`Error::NoKernel`].
    pub fn choose(self, local: impl Iterator<Item = SocketAddr>) -> Result<Stack, Error> {
        let kernel = Kernel::is_possible().then(Kernel::encapsulation_port);
        self.decide(local.map(|address| address.port()).collect(), kernel)
    }

    /// The same, told the UDP port of a kernel that has SCTP.
    fn decide(self, ports: Vec<u16>, kernel: Option<u16>) -> Result<Stack, Error> {
        let wants_kernel = match self {
            Self::Kernel => true,
            Self::Userspace => false,
            Self::Auto => {
                ports.contains(&0)
                    || kernel.is_some_and(|port| ports.iter().all(|&other| other == port))
            }
        };
        match (wants_kernel, kernel) {
            (false, _) => Ok(Stack::Userspace),
            (true, Some(_)) => Ok(Stack::Kernel),
            (true, None) => Err(Error::NoKernel),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_kernel_decide_unless_the_operator_does() {
        use Backend::{Auto, Kernel, Userspace};
        let (kernel, userspace, refused) = (Some(Stack::Kernel), Some(Stack::Userspace), None);
        let cases: [(_, &[u16], _, _); 11] = [
            (Auto, &[0, 0], Some(0), kernel),
            (Auto, &[0, 0], None, refused),
            (Auto, &[9899], None, userspace),
            (Auto, &[9899], Some(0), userspace),
            (Auto, &[9899, 9899], Some(9899), kernel),
            (Auto, &[9899, 9900], Some(9899), userspace),
            (Auto, &[0, 9899], Some(9899), kernel),
            (Auto, &[0, 9899], None, refused),
            (Kernel, &[9899], Some(0), kernel),
            (Kernel, &[9899], None, refused),
            (Userspace, &[9899], Some(9899), userspace),
        ];
        for (backend, ports, udp_port, expected) in cases {
            let decided = backend.decide(ports.to_vec(), udp_port);
            assert_eq!(decided.ok(), expected, "{backend:?} {ports:?} {udp_port:?}");
        }
    }
}

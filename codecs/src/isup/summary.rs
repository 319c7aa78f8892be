//! A message in one line of text, for ladders and logs: "REL cause=16 normal call clearing (user)".

use std::fmt;

use super::*;

/// "cic=7 IAM called=…".
impl fmt::Display for Pdu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cic={} {}", self.cic.value(), self.message)
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            "unknown" => write!(f, "type {}", self.code())?,
            name => f.write_str(name)?,
        }
        match self {
            Self::Iam(iam) => iam.fmt_details(f),
            Self::Sam(sam) => write!(f, " digits={}", sam.subsequent.without_st().0),
            Self::Acm(acm) => fmt_backward(f, &acm.backward_call, &acm.optional),
            Self::Con(con) => fmt_backward(f, &con.backward_call, &con.optional),
            Self::Cpg(cpg) => {
                write!(f, " {}", cpg.event.event.name())?;
                fmt_progress(f, &cpg.optional)
            }
            Self::Anm(Anm { optional }) | Self::Rlc(Rlc { optional }) => fmt_progress(f, optional),
            Self::Rel(Rel { cause, .. }) | Self::Cfn(Cfn { cause, .. }) => write!(f, " {cause}"),
            Self::Cot(cot) if cot.successful => f.write_str(" successful"),
            Self::Cot(_) => f.write_str(" failed"),
            Self::Sus(Sus { initiator, .. }) | Self::Res(Res { initiator, .. }) => {
                match initiator {
                    SuspendResume::Subscriber => f.write_str(" by subscriber"),
                    SuspendResume::Network => f.write_str(" by network"),
                }
            }
            Self::Grs(grs) => write!(f, " range={}", grs.range),
            Self::Gra(gra) => write!(f, " {}", gra.range_and_status),
            Self::Cgb(group) | Self::Cgba(group) | Self::Cgu(group) | Self::Cgua(group) => {
                let hardware = group.supervision == Supervision::HARDWARE_FAILURE;
                let kind = if hardware { "hardware" } else { "maintenance" };
                write!(f, " {} {kind}", group.range_and_status)
            }
            Self::Cqm(cqm) => write!(f, " range={}", cqm.range),
            Self::Cqr(cqr) => write!(f, " range={} {}", cqr.range, cqr.states),
            Self::Far(Far { facility, .. }) | Self::Faa(Faa { facility, .. }) => {
                write!(f, " facility={}", facility.0)
            }
            Self::Frj(frj) => write!(f, " facility={} {}", frj.facility.0, frj.cause),
            Self::Usr(usr) => write!(f, " ({} octets)", usr.information.octets().count()),
            Self::Pam(pam) => write!(f, " {} ({} octets)", pam.message_type, pam.body.len()),
            Self::Crg(crg) => write!(f, " ({} octets)", crg.body.len()),
            Self::Cvr(cvr) if cvr.response == ValidationResponse::SUCCESSFUL => {
                f.write_str(" successful")
            }
            Self::Cvr(_) => f.write_str(" failed"),
            Self::Other(other) => write!(f, " ({} octets)", other.body.len()),
            Self::Inr(_) | Self::Inf(_) | Self::Fot(_) | Self::Fac(_) | Self::Nrm(_) => Ok(()),
            Self::Idr(_) | Self::Irs(_) | Self::Sgm(_) | Self::Lop(_) | Self::Apm(_) => Ok(()),
            Self::Pri(_) | Self::Sdm(_) | Self::Upt(_) | Self::Upa(_) | Self::Olm => Ok(()),
            Self::Rsc | Self::Ccr | Self::Lpa | Self::Blo | Self::Bla | Self::Ubl => Ok(()),
            Self::Uba | Self::Ucic | Self::Cra | Self::Crm(_) | Self::Cvt | Self::Exm(_) => Ok(()),
        }
    }
}

impl Iam {
    fn fmt_details(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " called={}", self.called.digits.without_st().0)?;
        if let Some(calling) = self.optional.calling_party_number() {
            match calling.presentation {
                Presentation::ALLOWED => write!(f, " calling={}", calling.digits)?,
                Presentation::NOT_AVAILABLE => f.write_str(" calling=not available")?,
                _ => write!(f, " calling={} (restricted)", calling.digits)?,
            }
        }
        write!(f, " medium={}", self.medium.name())
    }
}

impl fmt::Display for CauseIndicators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cause={} ({})", self.cause, self.location)
    }
}

/// "range=29 set=3": how many circuits follow the first, how many have their status bit set.
impl fmt::Display for RangeAndStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = (0..=self.range).filter(|&circuit| self.is_set(circuit));
        write!(f, "range={} set={}", self.range, set.count())
    }
}

/// "idle=29 busy=1 blocked=2 unequipped=0": how many circuits are in which state; a blocked one
/// counts as blocked only.
impl fmt::Display for CircuitStates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [mut idle, mut busy, mut blocked, mut unequipped, mut other] = [0; 5];
        for state in self.iter() {
            *match state {
                CircuitState::Equipped {
                    maintenance: BlockedBy::Nobody,
                    processing: CallProcessing::Idle,
                    hardware: BlockedBy::Nobody,
                } => &mut idle,
                CircuitState::Equipped {
                    maintenance: BlockedBy::Nobody,
                    hardware: BlockedBy::Nobody,
                    ..
                } => &mut busy,
                CircuitState::Equipped { .. } => &mut blocked,
                CircuitState::Unequipped => &mut unequipped,
                CircuitState::Transient | CircuitState::Spare(_) => &mut other,
            } += 1;
        }
        write!(f, "idle={idle} busy={busy} blocked={blocked}")?;
        write!(f, " unequipped={unequipped} other={other}")
    }
}

fn fmt_backward(
    f: &mut fmt::Formatter<'_>,
    backward_call: &BackwardCallIndicators,
    optional: &Parameters,
) -> fmt::Result {
    if backward_call.called_status == CalledStatus::SUBSCRIBER_FREE {
        f.write_str(" subscriber free")?;
    }
    fmt_progress(f, optional)
}

fn fmt_progress(f: &mut fmt::Formatter<'_>, optional: &Parameters) -> fmt::Result {
    if optional.optional_backward_call().is_some_and(|o| o.in_band) {
        f.write_str(" in-band information")?;
    }
    match optional.cause() {
        Some(cause) => write!(f, " {cause}"),
        None => Ok(()),
    }
}

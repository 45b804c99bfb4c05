//! What the parent tells a child to do, and within which limits: the first
//! bytes on its standard input.
//!
//! Both sides are one program, so the format has no version.

use std::io::{self, Read};
use std::time::Duration;

/// What a child does with its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// Compiles a component.
    Compile,
    /// Removes the types of a TypeScript source.
    StripTypes,
    /// Tries what a child must not be able to do, and reports.
    Probe,
}

impl Job {
    const ALL: [Self; 3] = [Self::Compile, Self::StripTypes, Self::Probe];

    /// Its byte in an order.
    fn byte(self) -> u8 {
        match self {
            Self::Compile => 1,
            Self::Probe => 2,
            Self::StripTypes => 3,
        }
    }
}

/// What a child may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChildLimits {
    /// Bytes of address space.
    pub address_bytes_max: u64,
    /// Seconds of processor time, of all its threads together.
    pub processor_s_max: u64,
    /// From its start to its end.
    pub wall_max: Duration,
    /// Bytes that it may answer.
    pub output_bytes_max: u64,
}

impl Default for ChildLimits {
    /// Enough for components of the largest toolchains. Compiled code is some
    /// two to four times as large as its component.
    fn default() -> Self {
        Self {
            address_bytes_max: 4 << 30,
            processor_s_max: 60,
            wall_max: Duration::from_secs(90),
            output_bytes_max: 256 << 20,
        }
    }
}

/// A job and its limits. The parent keeps watch over wall time and output; the
/// child sets the others for itself.
pub(super) struct Order {
    pub(super) job: Job,
    pub(super) limits: ChildLimits,
}

impl Order {
    const BYTES: usize = 17;

    /// One byte for the job, eight for the address space, eight for the
    /// processor time.
    pub(super) fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[0] = self.job.byte();
        bytes[1..9].copy_from_slice(&self.limits.address_bytes_max.to_le_bytes());
        bytes[9..].copy_from_slice(&self.limits.processor_s_max.to_le_bytes());
        bytes
    }

    /// # Errors
    /// The input ended, or names no job.
    pub(super) fn read(input: &mut impl Read) -> io::Result<Self> {
        let [mut job, mut address, mut processor] = [[0; 8]; 3];
        input.read_exact(&mut job[..1])?;
        input.read_exact(&mut address)?;
        input.read_exact(&mut processor)?;
        let found = Job::ALL.into_iter().find(|known| known.byte() == job[0]);
        Ok(Self {
            job: found.ok_or(io::ErrorKind::InvalidData)?,
            limits: ChildLimits {
                address_bytes_max: u64::from_le_bytes(address),
                processor_s_max: u64::from_le_bytes(processor),
                ..ChildLimits::default()
            },
        })
    }
}

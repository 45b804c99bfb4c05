//! What the parent tells a child to do, and within which limits: the first
//! bytes on its standard input.
//!
//! Both sides are one program, so the format has no version.

use crate::caps::ChildLimits;
use std::io::{self, Read};

/// What a child does with its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Compiles a component.
    Compile,
    /// Removes the types of a TypeScript source.
    StripTypes,
    /// Tries what a child must not be able to do, and reports.
    Probe,
}

impl Task {
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

/// A task and its limits. The parent keeps watch over wall time and output; the
/// child sets the others for itself.
pub(super) struct Order {
    pub(super) task: Task,
    pub(super) limits: ChildLimits,
}

impl Order {
    const BYTES: usize = 17;

    /// One byte for the task, eight for the address space, eight for the
    /// processor time.
    pub(super) fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[0] = self.task.byte();
        bytes[1..9].copy_from_slice(&self.limits.address_bytes_max.to_le_bytes());
        bytes[9..].copy_from_slice(&self.limits.processor_s_max.to_le_bytes());
        bytes
    }

    /// # Errors
    /// The input ended, or names no task.
    pub(super) fn read(input: &mut impl Read) -> io::Result<Self> {
        let [mut task, mut address, mut processor] = [[0; 8]; 3];
        input.read_exact(&mut task[..1])?;
        input.read_exact(&mut address)?;
        input.read_exact(&mut processor)?;
        let found = Task::ALL.into_iter().find(|known| known.byte() == task[0]);
        Ok(Self {
            task: found.ok_or(io::ErrorKind::InvalidData)?,
            limits: ChildLimits {
                address_bytes_max: u64::from_le_bytes(address),
                processor_s_max: u64::from_le_bytes(processor),
                ..ChildLimits::default()
            },
        })
    }
}

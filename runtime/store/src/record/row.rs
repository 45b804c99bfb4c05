//! A row of the catalog: a key's new value, or its end.
//!
//! key (length4, bytes), value1 (0 it is gone; 1 then length4, bytes).

use super::codec::{Damaged, Fields, Put as _};
use crate::journal::frame::Frame;

/// The record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) key: Vec<u8>,
    /// None when it is gone.
    pub(crate) value: Option<Vec<u8>>,
}

impl Row {
    pub(crate) fn frame(&self) -> Frame {
        let bytes = self.key.len() + self.value.as_ref().map_or(0, Vec::len) + 9;
        Frame::new(super::ROW, bytes, |to| {
            to.put_data(&self.key);
            match &self.value {
                None => to.put_u8(0),
                Some(value) => {
                    to.put_u8(1);
                    to.put_data(value);
                }
            }
        })
    }

    pub(crate) fn decode(record: &[u8]) -> Result<Self, Damaged> {
        let mut fields = Fields::new(record);
        let key = fields.data()?.to_vec();
        let value = match fields.u8()? {
            0 => None,
            _ => Some(fields.data()?.to_vec()),
        };
        fields.end()?;
        Ok(Self { key, value })
    }
}

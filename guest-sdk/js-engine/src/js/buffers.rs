//! Bytes in JavaScript's memory: buffers and the views of them.

use rquickjs::qjs;

use super::{Js, Species, Thrown, Value};

/// The part of a buffer that a typed array or a `DataView` shows.
#[derive(Clone, Copy)]
pub(crate) struct View {
    /// With a reference of its own.
    pub(crate) buffer: Value,
    pub(crate) offset: usize,
    pub(crate) bytes: usize,
    /// Bytes of one element.
    pub(crate) width: usize,
    /// The typed array's type; none for a `DataView`.
    pub(crate) kind: Option<u32>,
}

// SAFETY, for every block below: see the parent module.
#[allow(clippy::undocumented_unsafe_blocks)]
impl Js {
    /// Whether it is a buffer, a typed array or a `DataView`.
    pub(crate) fn has_bytes(self, value: Value) -> bool {
        use Species::{ArrayBuffer, DataView, SharedArrayBuffer, TypedArray};
        matches!(
            self.species(value),
            ArrayBuffer | SharedArrayBuffer | TypedArray | DataView
        )
    }

    pub(crate) fn is_uint8_array(self, value: Value) -> bool {
        let kind = unsafe { qjs::JS_GetTypedArrayType(value.0) };
        kind == qjs::JSTypedArrayEnum_JS_TYPED_ARRAY_UINT8 as i32
    }

    /// Lends the bytes of a buffer or a view; none for any other value.
    /// Detached ones are empty. The program must not run meanwhile.
    pub(crate) fn with_buffer<R>(
        self,
        value: Value,
        look: impl FnOnce(&mut [u8]) -> R,
    ) -> Option<R> {
        if !self.has_bytes(value) {
            return None;
        }
        let Some(view) = self.view(value) else {
            return Some(look(self.buffer_slice(value)));
        };
        let bytes = self.buffer_slice(view.buffer);
        let end = view.offset.saturating_add(view.bytes).min(bytes.len());
        let result = look(bytes.get_mut(view.offset..end).unwrap_or_default());
        self.free(view.buffer);
        Some(result)
    }

    /// A copy of the bytes of a buffer or a view; none for any other value.
    /// Throws when they were moved elsewhere.
    pub(crate) fn bytes_of(self, value: Value) -> Result<Option<Vec<u8>>, Thrown> {
        let buffer = self.view(value).map_or(value, |view| view.buffer);
        if self.species(buffer) == Species::ArrayBuffer {
            let detached = self.intrinsics().buffer_detached;
            let detached = self.call(detached, buffer, &[])?;
            if self.is_truthy(detached) {
                return Err(self.throw_type_error("the bytes of the ArrayBuffer were moved away"));
            }
        }
        Ok(self.with_buffer(value, |bytes| bytes.to_vec()))
    }

    /// What a typed array or a `DataView` shows; none for other values. Of a
    /// detached buffer nothing is shown.
    pub(crate) fn view(self, value: Value) -> Option<View> {
        let intrinsics = self.intrinsics();
        let number = |getter| match self.call(getter, value, &[]) {
            Ok(number) => self.number_of(number).unwrap_or(0.0) as usize,
            Err(Thrown) => {
                self.free(self.take_exception());
                0
            }
        };
        match self.species(value) {
            Species::TypedArray => {
                let buffer = self.call(intrinsics.typed_buffer, value, &[]).ok()?;
                let kind = unsafe { qjs::JS_GetTypedArrayType(value.0) } as u32;
                Some(View {
                    buffer,
                    offset: number(intrinsics.typed_offset),
                    bytes: number(intrinsics.typed_bytes),
                    width: width(kind),
                    kind: Some(kind),
                })
            }
            Species::DataView => {
                let buffer = self.call(intrinsics.view_buffer, value, &[]).ok()?;
                Some(View {
                    buffer,
                    offset: number(intrinsics.view_offset),
                    bytes: number(intrinsics.view_bytes),
                    width: 1,
                    kind: None,
                })
            }
            _ => None,
        }
    }

    fn buffer_slice<'a>(self, buffer: Value) -> &'a mut [u8] {
        let mut length: qjs::size_t = 0;
        let start = unsafe { qjs::JS_GetArrayBuffer(self.0, &mut length, buffer.0) };
        if start.is_null() {
            if unsafe { qjs::JS_HasException(self.0) } {
                self.free(self.take_exception());
            }
            return &mut [];
        }
        unsafe { core::slice::from_raw_parts_mut(start, length as usize) }
    }

    /// A typed array of this type on a buffer.
    pub(crate) fn typed_array(
        self,
        kind: u32,
        buffer: Value,
        offset: usize,
        length: Option<usize>,
    ) -> Result<Value, Thrown> {
        let number = |number: usize| Value::number(number as f64);
        let length = length.map_or(Value::UNDEFINED, number);
        let mut arguments = [buffer.0, number(offset).0, length.0];
        let first = arguments.as_mut_ptr();
        self.check(unsafe { qjs::JS_NewTypedArray(self.0, 3, first, kind as _) })
    }

    /// Takes a buffer's memory away.
    pub(crate) fn detach(self, buffer: Value) {
        unsafe { qjs::JS_DetachArrayBuffer(self.0, buffer.0) };
    }
}

/// Bytes of an element of a typed array's type.
fn width(kind: u32) -> usize {
    match kind {
        qjs::JSTypedArrayEnum_JS_TYPED_ARRAY_UINT8C
        | qjs::JSTypedArrayEnum_JS_TYPED_ARRAY_INT8
        | qjs::JSTypedArrayEnum_JS_TYPED_ARRAY_UINT8 => 1,
        qjs::JSTypedArrayEnum_JS_TYPED_ARRAY_INT16
        | qjs::JSTypedArrayEnum_JS_TYPED_ARRAY_UINT16
        | qjs::JSTypedArrayEnum_JS_TYPED_ARRAY_FLOAT16 => 2,
        qjs::JSTypedArrayEnum_JS_TYPED_ARRAY_INT32
        | qjs::JSTypedArrayEnum_JS_TYPED_ARRAY_UINT32
        | qjs::JSTypedArrayEnum_JS_TYPED_ARRAY_FLOAT32 => 4,
        _ => 8,
    }
}

/// Whether a typed array's elements are integers.
pub(crate) fn holds_integers(kind: u32) -> bool {
    kind <= qjs::JSTypedArrayEnum_JS_TYPED_ARRAY_BIG_UINT64
}

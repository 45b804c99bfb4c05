//! One JavaScript value, and what its own bits tell.

use rquickjs::qjs;

/// A JavaScript value, alive as long as the instance is.
#[derive(Clone, Copy, PartialEq)]
#[repr(transparent)]
pub(crate) struct Value(pub(super) qjs::JSValue);

impl Value {
    pub(crate) const UNDEFINED: Value = Value(qjs::JS_UNDEFINED);
    pub(crate) const NULL: Value = Value(qjs::JS_NULL);

    pub(crate) fn bool(value: bool) -> Self {
        Self(if value { qjs::JS_TRUE } else { qjs::JS_FALSE })
    }

    pub(crate) fn integer(value: i32) -> Self {
        Self(qjs::JS_MKVAL(qjs::JS_TAG_INT, value))
    }

    pub(crate) fn number(value: f64) -> Self {
        Self(qjs::JS_NewFloat64(value))
    }

    pub(crate) fn is_undefined(self) -> bool {
        self.tag() == qjs::JS_TAG_UNDEFINED
    }

    pub(crate) fn is_null(self) -> bool {
        self.tag() == qjs::JS_TAG_NULL
    }

    pub(crate) fn is_object(self) -> bool {
        self.tag() == qjs::JS_TAG_OBJECT
    }

    pub(crate) fn is_string(self) -> bool {
        matches!(self.tag(), qjs::JS_TAG_STRING | qjs::JS_TAG_STRING_ROPE)
    }

    pub(crate) fn is_symbol(self) -> bool {
        self.tag() == qjs::JS_TAG_SYMBOL
    }

    pub(crate) fn is_bigint(self) -> bool {
        matches!(self.tag(), qjs::JS_TAG_BIG_INT | qjs::JS_TAG_SHORT_BIG_INT)
    }

    pub(crate) fn is_number(self) -> bool {
        // SAFETY: looks at the value's own bits only.
        unsafe { qjs::JS_IsNumber(self.0) }
    }

    pub(crate) fn as_integer(self) -> Option<i32> {
        // SAFETY: looks at the value's own bits only.
        (self.tag() == qjs::JS_TAG_INT).then(|| unsafe { qjs::JS_VALUE_GET_INT(self.0) })
    }

    pub(crate) fn as_bool(self) -> Option<bool> {
        match self.0 {
            qjs::JS_TRUE => Some(true),
            qjs::JS_FALSE => Some(false),
            _ => None,
        }
    }

    /// Where an object lies.
    pub(super) fn address(self) -> u32 {
        self.0 as u32
    }

    /// What tells an object from any other that is alive.
    pub(crate) fn key(self) -> u64 {
        self.0
    }

    pub(super) fn tag(self) -> i32 {
        // SAFETY: looks at the value's own bits only.
        unsafe { qjs::JS_VALUE_GET_TAG(self.0) }
    }
}

//! The reader as serde sees it: values, and the items of arrays and objects.
//!
//! Generic over every type that is read, so what is not generic stands in
//! `reader.rs`, once in the module and not once for each type.

use super::error::Error;
use super::key::Key;
use super::reader::{Number, Reader};
use super::skip;
use super::variant::Variant;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, Expected, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use std::borrow::Cow;

impl<'de> Reader<'de> {
    fn visit_string<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        match self.string()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn visit_integer<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        let number = self.number()?;
        match number.integer() {
            Some(Ok(number)) => visitor.visit_u64(number),
            Some(Err(number)) => visitor.visit_i64(number),
            None => Err(Error::new("expected an integer of 64 bits")),
        }
    }

    fn visit_number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        let number = self.number()?;
        match number.integer() {
            // An integer has no negative zero; a floating-point number does.
            Some(Err(0)) | None => {}
            Some(Ok(number)) => return visitor.visit_u64(number),
            Some(Err(number)) => return visitor.visit_i64(number),
        }
        let float = number.text.parse::<f64>().ok();
        match float.filter(|float| float.is_finite()) {
            Some(float) => visitor.visit_f64(float),
            None => Err(Error::new("a number out of range")),
        }
    }

    fn visit_array<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        self.enter()?;
        let mut items = Items::new(self);
        let value = visitor.visit_seq(&mut items)?;
        items.reader.expect(b']', "more items than expected")?;
        self.leave();
        Ok(value)
    }

    fn visit_object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        self.enter()?;
        let mut items = Items::new(self);
        let value = visitor.visit_map(&mut items)?;
        items.reader.expect(b'}', "more keys than expected")?;
        self.leave();
        Ok(value)
    }

    /// The error for the next value, which has not the type that is expected.
    #[cold]
    fn other_type(&mut self, expected: &dyn Expected) -> Error {
        let found = match self.peek() {
            Some(b'"') => Unexpected::Str(""),
            Some(b'{') => Unexpected::Map,
            Some(b'[') => Unexpected::Seq,
            Some(b'-' | b'0'..=b'9') => Unexpected::Signed(0),
            Some(b'n') => Unexpected::Unit,
            Some(b't' | b'f') => Unexpected::Bool(true),
            _ => return self.refuse("expected a value"),
        };
        Error::invalid_type(found, expected)
    }
}

impl Number<'_> {
    /// The integer, `Err` when it is negative. `None` when it is none of 64
    /// bits.
    fn integer(&self) -> Option<Result<u64, i64>> {
        let magnitude = self.magnitude?;
        if self.is_negative {
            0_i64.checked_sub_unsigned(magnitude).map(Err)
        } else {
            Some(Ok(magnitude))
        }
    }
}

/// Methods for types that are read from one kind of value each: knowing the
/// kind keeps the code for all others out of the module.
macro_rules! one_kind {
    ($($method:ident: $first:pat => $visit:ident,)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.peek() {
                Some($first) => self.$visit(visitor),
                _ => Err(self.other_type(&visitor)),
            }
        })+
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.peek() {
            Some(b'"') => self.visit_string(visitor),
            Some(b'{') => self.visit_object(visitor),
            Some(b'[') => self.visit_array(visitor),
            Some(b'-' | b'0'..=b'9') => self.visit_number(visitor),
            Some(b'n') => self.deserialize_unit(visitor),
            Some(b't' | b'f') => self.deserialize_bool(visitor),
            _ => Err(self.refuse("expected a value")),
        }
    }

    one_kind! {
        deserialize_str: b'"' => visit_string,
        deserialize_string: b'"' => visit_string,
        deserialize_char: b'"' => visit_string,
        deserialize_identifier: b'"' => visit_string,
        deserialize_seq: b'[' => visit_array,
        deserialize_map: b'{' => visit_object,
        deserialize_i8: b'-' | b'0'..=b'9' => visit_integer,
        deserialize_i16: b'-' | b'0'..=b'9' => visit_integer,
        deserialize_i32: b'-' | b'0'..=b'9' => visit_integer,
        deserialize_i64: b'-' | b'0'..=b'9' => visit_integer,
        deserialize_u8: b'-' | b'0'..=b'9' => visit_integer,
        deserialize_u16: b'-' | b'0'..=b'9' => visit_integer,
        deserialize_u32: b'-' | b'0'..=b'9' => visit_integer,
        deserialize_u64: b'-' | b'0'..=b'9' => visit_integer,
        deserialize_f32: b'-' | b'0'..=b'9' => visit_number,
        deserialize_f64: b'-' | b'0'..=b'9' => visit_number,
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.peek() {
            Some(b't') => {
                self.word("true")?;
                visitor.visit_bool(true)
            }
            Some(b'f') => {
                self.word("false")?;
                visitor.visit_bool(false)
            }
            _ => Err(self.other_type(&visitor)),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.peek() {
            Some(b'n') => {
                self.word("null")?;
                visitor.visit_unit()
            }
            _ => Err(self.other_type(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.peek() == Some(b'n') {
            self.word("null")?;
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.peek() {
            Some(b'"') => visitor.visit_enum(self.string()?.into_deserializer()),
            Some(b'{') => {
                self.enter()?;
                let value = visitor.visit_enum(Variant(self))?;
                self.expect(b'}', "expected one key")?;
                self.leave();
                Ok(value)
            }
            _ => Err(self.other_type(&visitor)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        skip::value(self)?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i128 u128 bytes byte_buf unit_struct tuple_struct
    }
}

/// The items of an array or an object, after the opening bracket.
struct Items<'r, 'de> {
    reader: &'r mut Reader<'de>,
    is_first: bool,
}

impl<'r, 'de> Items<'r, 'de> {
    fn new(reader: &'r mut Reader<'de>) -> Self {
        Self {
            reader,
            is_first: true,
        }
    }

    /// Goes to the next item; whether there is one. The closing bracket stays.
    fn advance(&mut self, closing: u8, otherwise: &str) -> Result<bool, Error> {
        if self.reader.peek() == Some(closing) {
            return Ok(false);
        }
        if !self.is_first {
            self.reader.expect(b',', otherwise)?;
        }
        self.is_first = false;
        Ok(true)
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        if !self.advance(b']', "expected `,` or `]`")? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        if !self.advance(b'}', "expected `,` or `}`")? {
            return Ok(None);
        }
        seed.deserialize(Key(&mut *self.reader)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        self.reader.expect(b':', "expected `:`")?;
        seed.deserialize(&mut *self.reader)
    }
}

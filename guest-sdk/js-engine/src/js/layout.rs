//! Plain objects and arrays as they lie in the engine's memory.
//!
//! Reading an event's values through the engine's functions costs ten times
//! what the values themselves do: each call checks for proxies, copies names,
//! counts references. What JSON makes is read here in place: an array's items,
//! an object's members in their order. Everything else is `Other` and has to be
//! asked for through the engine.
//!
//! The offsets are those of the pinned engine for this target. [`check`] holds
//! them against the engine's own answers when the shipped memory is made, so
//! that another engine stops the build. Nothing is written, and nothing may be
//! kept while the program's code runs.

use super::{Js, Name, Thrown, Value};

/// Classes of the engine.
const OBJECT: u16 = 1;
const ARRAY: u16 = 2;

/// An object's flags.
const IS_EXOTIC: u8 = 1 << 3;
const IS_FAST_ARRAY: u8 = 1 << 4;

/// A property's flags.
const ENUMERABLE: u32 = 4;
const KIND: u32 = 3 << 4;

/// `JSObject`, as far as it is read.
#[allow(dead_code, reason = "the fields between those that are read")]
#[repr(C)]
struct RawObject {
    link: [u32; 2],
    flags: u8,
    more_flags: u8,
    class: u16,
    shape: *const RawShape,
    values: *const Value,
    weak: u32,
    array_room: u32,
    items: *const Value,
    item_count: u32,
}

/// `JSShape`, without the tables behind it: first that of hashes, then that of
/// properties.
#[allow(dead_code, reason = "the fields between those that are read")]
#[repr(C)]
struct RawShape {
    link: [u32; 2],
    is_hashed: u8,
    hash: u32,
    hash_mask: u32,
    room: u32,
    count: u32,
    deleted: u32,
    next: u32,
    prototype: u32,
}

/// `JSShapeProperty`.
#[repr(C)]
#[derive(Clone, Copy)]
struct RawProperty {
    /// The flags are the upper 6 bits.
    word: u32,
    name: u32,
}

/// What a value is inside.
pub(crate) enum Inside {
    Members(Members),
    Items(Items),
    /// No object, or not one that JSON itself could have made.
    Other,
}

/// An array's items.
#[derive(Clone, Copy)]
pub(crate) struct Items {
    items: *const Value,
    count: usize,
}

impl Items {
    /// How many there are.
    pub(crate) fn count(self) -> usize {
        self.count
    }

    /// An item; its reference stays the array's.
    pub(crate) fn get(self, index: usize) -> Option<Value> {
        // SAFETY: the index is below the count that the engine gives.
        (index < self.count).then(|| unsafe { *self.items.add(index) })
    }
}

/// An object's own properties, in their order.
#[derive(Clone, Copy)]
pub(crate) struct Members {
    properties: *const RawProperty,
    values: *const Value,
    count: usize,
}

/// One of an object's own properties.
#[derive(Clone, Copy)]
pub(crate) enum Member {
    /// Name and value; their references stay the object's.
    Data(Name, Value),
    /// Deleted, or not enumerable.
    Hidden,
    /// An accessor, or something of the engine's own.
    Unusual,
}

impl Members {
    /// How many there are, hidden ones included.
    pub(crate) fn count(self) -> usize {
        self.count
    }

    /// A property; none behind the last.
    pub(crate) fn get(self, index: usize) -> Option<Member> {
        if index >= self.count {
            return None;
        }
        // SAFETY: the index is below the count that the engine gives.
        let (property, value) = unsafe { (*self.properties.add(index), self.values.add(index)) };
        let flags = property.word >> 26;
        Some(if property.name == 0 || flags & ENUMERABLE == 0 {
            Member::Hidden
        } else if flags & KIND != 0 {
            Member::Unusual
        } else {
            // SAFETY: a property of this kind is a value.
            Member::Data(Name(property.name), unsafe { *value })
        })
    }

    /// Whether one of the first properties has this name.
    pub(crate) fn has_before(self, end: usize, name: Name) -> bool {
        let mut before = (0..end).filter_map(|index| self.get(index));
        before.any(|member| matches!(member, Member::Data(found, _) if found == name))
    }

    /// Whether a name is a number: those come first, whatever their order here.
    pub(crate) fn has_numbers(self) -> bool {
        // SAFETY: the indices are below the count that the engine gives.
        (0..self.count).any(|index| unsafe { Name((*self.properties.add(index)).name) }.is_number())
    }
}

/// Looks inside of a value.
pub(crate) fn inside(js: Js, value: Value) -> Inside {
    let intrinsics = js.intrinsics();
    let (object_prototype, array_prototype) =
        (intrinsics.object_prototype, intrinsics.array_prototype);
    if !value.is_object() {
        return Inside::Other;
    }
    // SAFETY: the value is an object, which is alive (see the parent module),
    // and `check` has found it to lie like this.
    unsafe {
        let object = &*(value.address() as *const RawObject);
        let shape = &*object.shape;
        let has_prototype = |expected: Value| shape.prototype == expected.address();
        match object.class {
            OBJECT if object.flags & IS_EXOTIC == 0 && has_prototype(object_prototype) => {
                let hashes = core::ptr::from_ref(shape).add(1).cast::<u32>();
                Inside::Members(Members {
                    properties: hashes.add(shape.hash_mask as usize + 1).cast(),
                    values: object.values,
                    count: shape.count as usize,
                })
            }
            // Of its own it has its length alone, and no holes.
            ARRAY
                if object.flags & IS_FAST_ARRAY != 0
                    && has_prototype(array_prototype)
                    && shape.count == 1
                    && (*object.values).as_integer() == Some(object.item_count as i32) =>
            {
                Inside::Items(Items {
                    items: object.items,
                    count: object.item_count as usize,
                })
            }
            _ => Inside::Other,
        }
    }
}

/// Holds the layout against what the engine itself says; it throws when the
/// engine has another.
pub(crate) fn check(js: Js) -> Result<(), Thrown> {
    let look = |value| inside(js, value);
    let wrong = |what: &str| Err(js.throw_type_error(what));
    let (one, two) = (Value::integer(11), Value::number(2.5));
    let Inside::Items(items) = look(js.array_taking(&[one, two])?) else {
        return wrong("the engine has another layout: an array");
    };
    if (items.get(0), items.get(1), items.get(2)) != (Some(one), Some(two), None) {
        return wrong("the engine has another layout: an array's items");
    }
    let object = js.object()?;
    let names = (0..40).map(|index| js.any_name(&format!("layout{index}")));
    let names = names.collect::<Result<Vec<_>, _>>()?;
    for (index, name) in names.iter().enumerate() {
        js.define(object, *name, Value::integer(index as i32))?;
        let Inside::Members(members) = look(object) else {
            return wrong("the engine has another layout: an object");
        };
        for (at, name) in names.iter().enumerate() {
            let expected = (at <= index).then_some((*name, Value::integer(at as i32)));
            let found = match members.get(at) {
                Some(Member::Data(name, value)) => Some((name, value)),
                _ => None,
            };
            if found != expected {
                return wrong("the engine has another layout: an object's members");
            }
        }
    }
    js.define_hidden(object, names[1], Value::NULL)?;
    let Inside::Members(members) = look(object) else {
        return wrong("the engine has another layout: an object after a change");
    };
    if !matches!(members.get(1), Some(Member::Hidden)) || members.has_numbers() {
        return wrong("the engine has another layout: a property's flags");
    }
    js.define(object, js.index(7)?, Value::NULL)?;
    match look(object) {
        Inside::Members(members) if members.has_numbers() => {}
        _ => return wrong("the engine has another layout: a name that is a number"),
    }
    js.free(object);
    names.into_iter().for_each(|name| js.free_name(name));
    let intrinsics = js.intrinsics();
    let others = [
        intrinsics.object_prototype,
        intrinsics.array_prototype,
        Value::NULL,
    ];
    match others
        .into_iter()
        .all(|value| matches!(look(value), Inside::Other))
    {
        true => Ok(()),
        false => wrong("the engine has another layout: what is not plain"),
    }
}

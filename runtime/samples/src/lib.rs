//! The sample events in the binary: those of `samples/dodo`, as they stand
//! there. `hookmill sample` prints them, `demo` publishes some, and uploads are
//! tried on them.

use hookmill_domain::event::{EventBody, MalformedEvent};
use std::sync::LazyLock;

/// A sample event.
#[derive(Debug)]
pub struct Sample {
    /// Its type, or its type, a dot and what is special about it.
    pub name: &'static str,
    /// The type in its body.
    pub event_type: String,
    /// The body, as its source would send it.
    pub body: &'static str,
}

impl Sample {
    /// The sample as an event.
    ///
    /// # Errors
    /// None for the samples as they are.
    pub fn event(&self) -> Result<EventBody, MalformedEvent> {
        EventBody::read(self.body.into())
    }

    /// Whether it is the plain one of its type.
    pub fn is_plain(&self) -> bool {
        self.name == self.event_type
    }
}

/// All samples, ordered by name: each type's plain one before its variants.
pub fn all() -> &'static [Sample] {
    static ALL: LazyLock<Vec<Sample>> = LazyLock::new(|| FILES.iter().map(sample).collect());
    &ALL
}

/// The sample with this name.
pub fn named(name: &str) -> Option<&'static Sample> {
    all().iter().find(|sample| sample.name == name)
}

/// One sample of each type.
pub fn plain() -> impl Iterator<Item = &'static Sample> {
    all().iter().filter(|sample| sample.is_plain())
}

fn sample((name, body): &(&'static str, &'static str)) -> Sample {
    let read = EventBody::read(body.as_bytes().into());
    Sample {
        name,
        event_type: read.map_or_else(|_| String::new(), |it| it.event_type().to_owned()),
        body,
    }
}

include!(concat!(env!("OUT_DIR"), "/samples.rs"));

#[cfg(test)]
mod tests {
    use super::{all, named};

    #[test]
    fn every_type_has_a_plain_sample_and_every_variant_a_type() {
        assert_eq!(all().len(), 65);
        for sample in all() {
            let event_type = &sample.event_type;
            assert!(!event_type.is_empty(), "{}", sample.name);
            let rest = sample.name.strip_prefix(event_type.as_str());
            let rest = rest.expect("a name begins with the type");
            assert!(rest.is_empty() || rest.starts_with('.'), "{}", sample.name);
            let plain = named(event_type).expect("a plain one");
            assert!(plain.is_plain(), "{}", sample.name);
        }
    }
}

//! Modules and components begin alike: which of the two is it?

/// The two kinds of WebAssembly binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    /// A core module.
    Module,
    /// A component.
    Component,
}

impl Layer {
    /// What the bytes' preamble says; none when they are not WebAssembly.
    /// After the magic number come two bytes of version and two of layer.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(b"\0asm")?;
        match rest.get(2..4)? {
            [0, 0] => Some(Self::Module),
            [1, 0] => Some(Self::Component),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Layer;

    #[test]
    fn the_preamble_says_what_a_binary_is() {
        assert_eq!(Layer::of(b"\0asm\x01\0\0\0"), Some(Layer::Module));
        assert_eq!(Layer::of(b"\0asm\x0d\0\x01\0"), Some(Layer::Component));
        assert_eq!(Layer::of(b"\0asm\x0d\0\x02\0"), None);
        assert_eq!(Layer::of(b"\0asm"), None);
        assert_eq!(Layer::of(b"(module)"), None);
    }
}

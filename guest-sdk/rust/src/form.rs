//! The fields of a form, as the WHATWG URL Standard writes them.

/// Appends a name or a value: what is neither a letter, a digit nor one of
/// `*-._` by its bytes in hexadecimal, a space as a plus sign.
pub(crate) fn push(form: &mut String, text: &str) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match byte {
            b' ' => form.push('+'),
            b'*' | b'-' | b'.' | b'_' => form.push(byte.into()),
            _ if byte.is_ascii_alphanumeric() => form.push(byte.into()),
            _ => {
                form.push('%');
                form.push(DIGITS[usize::from(byte >> 4)].into());
                form.push(DIGITS[usize::from(byte & 15)].into());
            }
        }
    }
}

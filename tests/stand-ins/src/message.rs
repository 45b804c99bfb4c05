//! Messages of HTTP/1.1 in a buffer: where their head and their body end.

use httparse::{Header, Request, Response, Status};

/// Header fields of a message; those with more are not understood.
const FIELDS_MAX: usize = 128;

/// The head of a message.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// A request's method.
    pub method: String,
    /// A request's path and query.
    pub path: String,
    /// A response's status code.
    pub status: u16,
    /// Header fields, names in lower case.
    pub headers: Vec<(String, String)>,
}

/// How many bytes of a buffer are a message's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Bytes of its head.
    pub head: usize,
    /// Bytes of its body, by its `content-length`; 0 without one.
    pub body: usize,
}

impl Extent {
    /// Bytes of the whole message.
    #[must_use]
    pub fn end(self) -> usize {
        self.head + self.body
    }
}

/// The request that a buffer begins with; none before its head is there.
#[must_use]
pub fn request(bytes: &[u8]) -> Option<(Head, Extent)> {
    with_request(bytes, |request, extent| {
        let head = Head {
            method: request.method.unwrap_or_default().to_owned(),
            path: request.path.unwrap_or_default().to_owned(),
            headers: owned(request.headers),
            ..Head::default()
        };
        (head, extent)
    })
}

/// How far the request goes that a buffer begins with; none before its head is
/// there. Allocates nothing.
#[must_use]
pub fn request_extent(bytes: &[u8]) -> Option<Extent> {
    with_request(bytes, |_, extent| extent)
}

/// The response that a buffer begins with; none before its head is there.
#[must_use]
pub fn response(bytes: &[u8]) -> Option<(Head, Extent)> {
    with_response(bytes, |response, extent| {
        let head = Head {
            status: response.code.unwrap_or_default(),
            headers: owned(response.headers),
            ..Head::default()
        };
        (head, extent)
    })
}

/// A response's status and how far it goes; none before its head is there.
/// Allocates nothing.
#[must_use]
pub fn response_extent(bytes: &[u8]) -> Option<(u16, Extent)> {
    with_response(bytes, |response, extent| {
        (response.code.unwrap_or_default(), extent)
    })
}

fn with_request<T>(bytes: &[u8], take: impl FnOnce(&Request<'_, '_>, Extent) -> T) -> Option<T> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS_MAX];
    let mut request = Request::new(&mut fields);
    let Ok(Status::Complete(head)) = request.parse(bytes) else {
        return None;
    };
    let body = body_bytes(request.headers);
    Some(take(&request, Extent { head, body }))
}

fn with_response<T>(bytes: &[u8], take: impl FnOnce(&Response<'_, '_>, Extent) -> T) -> Option<T> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS_MAX];
    let mut response = Response::new(&mut fields);
    let Ok(Status::Complete(head)) = response.parse(bytes) else {
        return None;
    };
    let body = body_bytes(response.headers);
    Some(take(&response, Extent { head, body }))
}

fn body_bytes(fields: &[Header<'_>]) -> usize {
    let field = fields
        .iter()
        .find(|field| field.name.eq_ignore_ascii_case("content-length"));
    let length = field.and_then(|field| std::str::from_utf8(field.value).ok()?.parse().ok());
    length.unwrap_or(0)
}

fn owned(fields: &[Header<'_>]) -> Vec<(String, String)> {
    let field = |field: &Header<'_>| {
        let value = String::from_utf8_lossy(field.value).into_owned();
        (field.name.to_ascii_lowercase(), value)
    };
    fields.iter().map(field).collect()
}

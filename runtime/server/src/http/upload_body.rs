//! The body of an upload: a program, alone or with sample events.
//!
//! - a program by itself, as `application/wasm` or `text/javascript`
//! - `multipart/form-data` with the file `program`, any number of files
//!   `event`, and the text `endpoint`
//!
//! Every part is cut off at its own limit while it arrives. What the program
//! is worth is not looked at here, only what it claims to be.

use super::problem::Problem;
use crate::caps::{
    ENDPOINT_NAME_BYTES_MAX, FILE_NAME_CHARS_MAX, QUOTED_CHARS_MAX, UPLOAD_BYTES_MAX,
    UPLOAD_TIMEOUT,
};
use axum::RequestExt as _;
use axum::body::Bytes;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderMap, header};
use hookmill_domain::caps::{COMPONENT_BYTES_MAX, SAMPLES_MAX};
use hookmill_domain::coding::Codings;
use hookmill_domain::program::ProgramKind;
use hookmill_relay::uploads::{Sample, Upload};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

/// What a component begins with.
const WASM_MAGIC: &[u8] = b"\0asm";

/// What to send, for every refusal of what was sent.
const ADVICE: &str = "send a program as `application/wasm` (a component), `text/javascript` or `text/typescript`, or `multipart/form-data` with the file `program` and files `event`";

/// Bytes that an upload announces, or may have.
pub(super) fn announced_bytes(headers: &HeaderMap) -> Result<usize, Problem> {
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    match length {
        Some(length) if length > UPLOAD_BYTES_MAX => Err(too_large("upload", UPLOAD_BYTES_MAX)),
        Some(length) => Ok(length),
        None => Ok(UPLOAD_BYTES_MAX),
    }
}

/// Reads an upload. `default_name` names a program that comes without one.
pub(super) async fn read(
    request: Request,
    default_name: &str,
    event_bytes_max: usize,
) -> Result<Upload, Problem> {
    let whole = async {
        let kind = content_type(request.headers());
        if kind == "multipart/form-data" {
            read_form(request, default_name, event_bytes_max).await
        } else {
            read_program(request, &kind, default_name).await
        }
    };
    tokio::time::timeout(UPLOAD_TIMEOUT, whole)
        .await
        .unwrap_or_else(|_| {
            let minutes = UPLOAD_TIMEOUT.as_secs() / 60;
            let detail = format!("the upload did not arrive within {minutes} minutes");
            Err(Problem::timeout(detail))
        })
}

/// The content type without parameters, in small letters.
fn content_type(headers: &HeaderMap) -> String {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next());
    essence.unwrap_or_default().trim().to_ascii_lowercase()
}

async fn read_program(request: Request, kind: &str, name: &str) -> Result<Upload, Problem> {
    let body = Limited::new(request.into_body(), COMPONENT_BYTES_MAX);
    let program = match body.collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Err(too_large("program", COMPONENT_BYTES_MAX));
        }
        Err(error) => return Err(broken(&error)),
    };
    let kind = kind_of(&program, kind, "")
        .ok_or_else(|| Problem::unsupported(format!("a program can't be `{kind}`: {ADVICE}")))?;
    Ok(Upload {
        file_name: format!("{name}.{}", kind.extension()),
        ..upload(program, kind)?
    })
}

async fn read_form(
    mut request: Request,
    default_name: &str,
    event_bytes_max: usize,
) -> Result<Upload, Problem> {
    // Limits of their own follow, part by part.
    DefaultBodyLimit::max(UPLOAD_BYTES_MAX).apply(&mut request);
    let mut form: Multipart = request
        .extract()
        .await
        .map_err(|error: MultipartRejection| {
            Problem::malformed(format!("{}: {ADVICE}", error.body_text()))
        })?;
    let mut program = None;
    let mut samples = Vec::new();
    let mut endpoint = None;
    while let Some(mut field) = form.next_field().await.map_err(|it| broken_form(&it))? {
        check_plain(field.headers())?;
        match field.name().unwrap_or_default() {
            "program" if program.is_none() => {
                program = Some(form_program(field, default_name).await?)
            }
            "program" => return Err(Problem::malformed("there are two files `program`")),
            "event" if samples.len() == SAMPLES_MAX => {
                let detail = format!("there are more than {SAMPLES_MAX} files `event`");
                return Err(Problem::payload_too_large(detail));
            }
            "event" => {
                let number = samples.len() + 1;
                samples.push(form_event(field, number, event_bytes_max).await?);
            }
            "endpoint" => {
                let text = collect(&mut field, "endpoint", ENDPOINT_NAME_BYTES_MAX).await?;
                endpoint = Some(String::from_utf8_lossy(&text).into_owned());
            }
            other => {
                let other: String = other.chars().take(QUOTED_CHARS_MAX).collect();
                let detail =
                    format!("there is no part `{other}`: {ADVICE}, and the text `endpoint`");
                return Err(Problem::malformed(detail));
            }
        }
    }
    let program = program
        .ok_or_else(|| Problem::malformed(format!("the file `program` is missing: {ADVICE}")))?;
    Ok(Upload {
        samples,
        endpoint,
        ..program
    })
}

/// A part's own encoding is not taken off, and must not be taken for the part.
fn check_plain(headers: &HeaderMap) -> Result<(), Problem> {
    let is_plain = Codings::of(headers).is_ok_and(|codings| codings.is_empty());
    // RFC 7578, section 4.7: not to be sent, and these change nothing.
    let is_binary = headers
        .get_all("content-transfer-encoding")
        .iter()
        .all(|value| {
            ["7bit", "8bit", "binary"]
                .iter()
                .any(|plain| value.as_bytes().eq_ignore_ascii_case(plain.as_bytes()))
        });
    if is_plain && is_binary {
        return Ok(());
    }
    let detail = "a part of the form has a `content-encoding` or `content-transfer-encoding`: send it as it is";
    Err(Problem::unsupported_coding(detail, "identity"))
}

async fn form_program(mut field: Field<'_>, default_name: &str) -> Result<Upload, Problem> {
    let name = file_name(&field);
    let content_type = field.content_type().unwrap_or_default().to_owned();
    let program = collect(&mut field, "program", COMPONENT_BYTES_MAX).await?;
    let kind = kind_of(&program, &content_type, name.as_deref().unwrap_or_default());
    let kind = kind.ok_or_else(|| {
        let what = name.as_deref().unwrap_or("it");
        Problem::unsupported(format!("what `program` is can't be told: {what} is neither .wasm, .js, .mjs, .ts nor .mts, and not a component"))
    })?;
    let default_name = || format!("{default_name}.{}", kind.extension());
    Ok(Upload {
        file_name: name.unwrap_or_else(default_name),
        ..upload(program, kind)?
    })
}

async fn form_event(
    mut field: Field<'_>,
    number: usize,
    bytes_max: usize,
) -> Result<Sample, Problem> {
    let name = file_name(&field).unwrap_or_else(|| format!("event {number}"));
    let body = collect(&mut field, &name, bytes_max).await?;
    Sample::parse(name.clone(), body)
        .map_err(|error| Problem::malformed(format!("{name}: {error}")))
}

/// The name's last part: browsers and tools may send a path.
fn file_name(field: &Field<'_>) -> Option<String> {
    let name = field.file_name()?;
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let printable = name.chars().filter(|character| !character.is_control());
    let name: String = printable.take(FILE_NAME_CHARS_MAX).collect();
    (!name.is_empty()).then_some(name)
}

async fn collect(field: &mut Field<'_>, name: &str, bytes_max: usize) -> Result<Bytes, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken_form(&error))? {
        if bytes.len() + chunk.len() > bytes_max {
            return Err(too_large(name, bytes_max));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.into())
}

/// What it claims to be; a component's first bytes speak for themselves.
fn kind_of(program: &[u8], content_type: &str, file_name: &str) -> Option<ProgramKind> {
    if program.starts_with(WASM_MAGIC) {
        return Some(ProgramKind::Component);
    }
    let extension = file_name.rsplit_once('.').map(|(_, extension)| extension);
    let by_name = extension.and_then(ProgramKind::from_extension);
    by_name.or_else(|| ProgramKind::from_media_type(content_type))
}

fn upload(program: Bytes, kind: ProgramKind) -> Result<Upload, Problem> {
    if program.len() > kind.bytes_max() {
        return Err(too_large("program", kind.bytes_max()));
    }
    Ok(Upload {
        file_name: String::new(),
        kind,
        program,
        samples: Vec::new(),
        endpoint: None,
    })
}

fn too_large(what: &str, bytes_max: usize) -> Problem {
    Problem::payload_too_large(format!("{what} is larger than {bytes_max} bytes"))
}

fn broken(error: &dyn std::fmt::Display) -> Problem {
    Problem::malformed(format!("the body broke off: {error}"))
}

fn broken_form(error: &MultipartError) -> Problem {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        return too_large("the upload", UPLOAD_BYTES_MAX);
    }
    Problem::malformed(error.body_text())
}

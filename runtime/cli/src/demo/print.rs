//! What the demo tells its reader.

use super::folder::Folder;
use super::follow::NewAttempt;
use super::stand_in::{Captured, StandIn};
use hookmill_api::attempt::AttemptOutcome;
use hookmill_domain::EventId;
use std::net::SocketAddr;

/// Headers that every HTTP client sends and that say nothing here.
const UNREMARKABLE: [&str; 3] = ["host", "content-length", "accept-encoding"];

pub(super) fn heading(folder: &Folder, address: SocketAddr, stand_in: SocketAddr) {
    let config = folder.config();
    let config = config.display();
    println!("Hookmill listens on http://{address}; {stand_in} stands in for the vendors.");
    if folder.is_temporary() {
        println!("Configuration: {config} (removed at the end; keep it with --data-dir DIR)");
    } else {
        println!("Configuration: {config}");
    }
}

pub(super) fn event(title: &str, id: EventId) {
    println!("\n=== {title}: accepted as {id}");
}

pub(super) fn attempt(new: &NewAttempt, stand_in: &StandIn) {
    let (attempt, next) = (&new.attempt, &new.next);
    println!("\n--- {} -> {}", new.event_type, new.endpoint);
    match &attempt.outcome {
        Some(AttemptOutcome::Response {
            status, response, ..
        }) => {
            match stand_in.take(response) {
                Some(captured) => request(&captured),
                None => println!("(the request was not captured)"),
            }
            println!("<- {status}, {next}");
        }
        Some(AttemptOutcome::NotSent { error }) => {
            println!("not sent: {}: {}, {next}", error.kind, error.message);
        }
        Some(AttemptOutcome::Faulted { fault }) => {
            let position = fault
                .position
                .as_ref()
                .map_or_else(String::new, |at| format!(" at {}:{}", at.line, at.column));
            println!(
                "the transform failed: {}: {}{position}",
                fault.code, fault.message
            );
        }
        Some(AttemptOutcome::Canceled { .. }) => {
            println!("canceled by the transform: nothing is sent");
        }
        None => println!("{next}"),
    }
    if !attempt.logs.is_empty() {
        println!("log: {}", attempt.logs.trim_end());
    }
    if let Some(usage) = attempt.usage {
        println!(
            "   fuel {}, {} us in the sandbox, {} us in all, attempt {}",
            thousands(usage.fuel),
            usage.sandbox_us.unwrap_or_default(),
            attempt.duration_us,
            attempt.number
        );
    }
}

fn request(captured: &Captured) {
    println!("{} {}", captured.method, captured.url);
    for (name, value) in &captured.headers {
        if UNREMARKABLE.contains(&name.as_str()) {
            continue;
        }
        let value = String::from_utf8_lossy(value.as_bytes());
        if name == "authorization" {
            println!("{name}: {}", masked(&value));
        } else {
            println!("{name}: {value}");
        }
    }
    let pretty = serde_json::from_slice::<serde_json::Value>(&captured.body)
        .and_then(|body| serde_json::to_string_pretty(&body))
        .unwrap_or_else(|_| String::from_utf8_lossy(&captured.body).into_owned());
    println!("\n{pretty}\n");
}

/// The scheme stays, the secret goes.
fn masked(value: &str) -> String {
    let scheme = value.split(' ').next().unwrap_or_default();
    format!("{scheme} ********")
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Invites the reader to publish events, now or the next time.
pub(super) fn invitation(once: bool, address: SocketAddr, folder: &Folder) {
    let words = if once {
        "Without --once the relay keeps running, for events of your own"
    } else {
        "The relay keeps running. Publish an event of your own (end with Ctrl-C)"
    };
    println!("\n{words}:\n");
    println!("{}\n", curl(address, &folder.key_hex()));
}

/// A line for a POSIX shell with curl and openssl that signs and posts an
/// event, as often as it is pasted.
fn curl(address: SocketAddr, key_hex: &str) -> String {
    let body = r#"{"type":"payment.succeeded","timestamp":"2026-01-15T12:34:56Z","data":{"payment_id":"pay_1","total_amount":4200,"currency":"EUR","customer":{"customer_id":"cus_1","email":"ada@example.com","name":"Ada"}}}"#;
    format!(
        r#"body='{body}'; id="msg_$(date +%s%N)"; ts="$(date +%s)"; sig="$(printf '%s.%s.%s' "$id" "$ts" "$body" | openssl dgst -sha256 -mac HMAC -macopt hexkey:{key_hex} -binary | openssl base64)"; curl -sS http://{address}/in/dodo -H 'content-type: application/json' -H "webhook-id: $id" -H "webhook-timestamp: $ts" -H "webhook-signature: v1,$sig" -d "$body"; echo"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_credential_keeps_its_scheme_only() {
        assert_eq!(masked("Bearer abc def"), "Bearer ********");
        assert_eq!(masked("Basic YTpi"), "Basic ********");
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(thousands(7), "7");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }
}

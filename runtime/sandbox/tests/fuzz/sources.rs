//! JavaScript sources: tokens in any order, and handlers that were changed.

use super::{check, try_program};
use crate::common::fixture;
use hookmill_sandbox::Source;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::{Index, select};

const TOKENS: [&str; 64] = [
    "function",
    "handler",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "webhook",
    "return",
    "=>",
    "=",
    ";",
    ",",
    ".",
    "...",
    "?.",
    "??",
    "`",
    "${",
    "'",
    "\"",
    "/",
    "/a+/g",
    "*",
    "**",
    "+",
    "-",
    "let",
    "const",
    "var",
    "class",
    "extends",
    "super",
    "this",
    "new",
    "async",
    "await",
    "yield",
    "for",
    "of",
    "in",
    "while",
    "if",
    "else",
    "switch",
    "case",
    "try",
    "catch",
    "finally",
    "throw",
    "null",
    "undefined",
    "0",
    "1e999",
    "0n",
    "payload",
    "JSON.stringify",
    "Object.assign",
    "Symbol.iterator",
    "Proxy",
    "\n",
    "//",
    "export",
];

/// Handlers as integrations write them.
const HANDLERS: [&str; 3] = [
    "function handler(webhook) {
  const customer = webhook.payload.data?.customer ?? {};
  const name = `${customer.name || ''}`.trim().split(/\\s+/);
  webhook.url = 'https://api.example.com/v1/contacts/' + encodeURIComponent(customer.email);
  webhook.headers = { 'X-Event': webhook.eventType };
  webhook.payload = { first: name[0], rest: name.slice(1), at: new Date(0).toLocaleDateString() };
  return webhook;
}",
    "const amounts = { USD: 100, JPY: 1 };
const handler = (webhook) => {
  const { payload } = webhook;
  if (!payload.type.startsWith('payment.')) { webhook.cancel = true; return webhook; }
  const unit = amounts[payload.currency] ?? 100;
  webhook.payload = { text: `${payload.amount / unit} ${payload.currency}`, tags: [...new Set(['a', 'a'])] };
  return webhook;
};",
    "function handler(webhook) {
  try { for (const key in webhook.payload) { console.log(key, webhook.payload[key]); } }
  catch (error) { throw new Error('no: ' + error.message); }
  finally { webhook.method = 'PUT'; }
  return webhook;
}",
];

fn tokens() -> impl Strategy<Value = String> {
    vec(select(&TOKENS[..]), 0..60).prop_map(|tokens| tokens.join(" "))
}

/// A handler with some characters taken out and others put in.
fn changed() -> impl Strategy<Value = String> {
    let new = prop_oneof![
        select(&TOKENS[..]).prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
        any::<String>(),
    ];
    let changes = vec((any::<Index>(), 0..12_usize, new), 1..4);
    (select(&HANDLERS[..]), changes).prop_map(|(handler, changes)| {
        let mut text: Vec<char> = handler.chars().collect();
        for (at, length, new) in changes {
            let at = at.index(text.len() + 1);
            let end = (at + length).min(text.len());
            text.splice(at..end, new.chars());
        }
        text.into_iter().collect()
    })
}

fn try_source(strategy: &impl Strategy<Value = String>) {
    let fixture = fixture();
    check(300, strategy, |text| {
        let name = "x.js";
        let source = Source::JavaScript { name, text: &text };
        try_program(&fixture, name, fixture.sandbox.load(source));
        Ok(())
    });
}

#[test]
fn tokens_in_any_order_are_loaded_or_refused() {
    let body = tokens().prop_map(|body| format!("function handler(webhook) {{ {body} }}"));
    try_source(&prop_oneof![tokens(), body]);
}

#[test]
fn changed_handlers_are_loaded_or_refused() {
    try_source(&changed());
}

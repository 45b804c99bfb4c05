//! `hookmill`: the command line and the HTTP server around `hookmill-relay`.
#![forbid(unsafe_code)]

mod config;

fn main() {}

//! Looks for files, the environment, arguments, programs and the network.
//! expect: delivered

use hookmill_guest::{Context, Failure, Webhook};
use std::net::{TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
use std::process::Command;

pub(crate) fn handler(webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    let found = [
        ("a file", std::fs::read("/etc/passwd").is_ok()),
        ("a folder", std::fs::read_dir("/").is_ok()),
        ("a new file", std::fs::write("/tmp/hostile", "x").is_ok()),
        ("its folder", std::env::current_dir().is_ok()),
        ("its program", std::env::current_exe().is_ok()),
        ("a variable", std::env::var_os("PATH").is_some()),
        ("an argument", std::env::args_os().next().is_some()),
        ("a program", Command::new("/bin/sh").spawn().is_ok()),
        ("a host", ("localhost", 80).to_socket_addrs().is_ok()),
        ("a connection", TcpStream::connect("127.0.0.1:80").is_ok()),
        ("a port", TcpListener::bind("127.0.0.1:0").is_ok()),
        ("a socket", UdpSocket::bind("127.0.0.1:0").is_ok()),
    ];
    match found.into_iter().find(|(_, is_there)| *is_there) {
        Some((what, _)) => Err(Failure::reject(what)),
        None => Ok(webhook),
    }
}

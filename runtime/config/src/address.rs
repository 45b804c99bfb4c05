//! Addresses as the configuration writes them.

use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// An address and port to listen on.
pub(super) struct Listen(pub(super) SocketAddr);

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| {
            format!("`{text}` is not an address and port: write `127.0.0.1:8080`, or `[::]:8080` for every address")
        })
    }
}

/// A range of addresses, or one address.
pub(super) struct AddressRange(pub(super) IpNet);

impl FromStr for AddressRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let one = || text.parse::<IpAddr>().map(IpNet::from);
        text.parse().or_else(|_| one()).map(Self).map_err(|_| {
            format!(
                "`{text}` is not an address range: write `10.1.0.0/16`, `fd00::/8` or one address"
            )
        })
    }
}

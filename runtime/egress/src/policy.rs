//! Which addresses may be dialled: the public internet, and what the operator
//! allows besides.
//!
//! Tenants choose URLs, and their transforms rewrite them; without this check
//! they could reach the relay's own network and the credentials that a cloud
//! serves on its metadata address. IPv6 has several ways to write an IPv4
//! address, and each leads to the same host, so the address inside is checked
//! by the same policy. Pure: resolves and dials nothing.
//!
//! Standards: the IANA special-purpose registries (RFC 6890), RFC 6052 and
//! RFC 8215 (NAT64), RFC 3056 (6to4), RFC 4380 (Teredo), RFC 5214 (ISATAP).

use ipnet::IpNet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// Decides which addresses may be dialled. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AddressPolicy {
    allowed: Arc<[IpNet]>,
}

/// An address is not to be dialled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the address {address} is not allowed: {reason}")]
pub struct ForbiddenAddress {
    /// The address as it would have been dialled.
    pub address: IpAddr,
    /// What it, or the IPv4 address embedded in it, is.
    pub reason: AddressClass,
}

/// Why an address is not one of the public internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressClass {
    /// This host: 127.0.0.0/8, `::1`.
    Loopback,
    /// "This network": 0.0.0.0/8, `::`. Dialling it reaches this host.
    Unspecified,
    /// Private networks: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16.
    Private,
    /// Carrier-grade NAT: 100.64.0.0/10.
    SharedNat,
    /// The local link: 169.254.0.0/16, `fe80::/10`.
    LinkLocal,
    /// Where a cloud serves its machines' credentials and settings.
    Metadata,
    /// Benchmarking: 198.18.0.0/15, `2001:2::/48`.
    Benchmarking,
    /// Documentation: 192.0.2.0/24 and its like, `2001:db8::/32`, `3fff::/20`.
    Documentation,
    /// Multicast: 224.0.0.0/4, `ff00::/8`.
    Multicast,
    /// 255.255.255.255.
    Broadcast,
    /// IPv6's private networks: `fc00::/7`.
    UniqueLocal,
    /// IPv6's former private networks: `fec0::/10`.
    SiteLocal,
    /// Translation into IPv4 by a network's own prefix: `64:ff9b:1::/48`.
    LocalTranslation,
    /// Reserved or special: 192.0.0.0/24, 192.88.99.0/24, 240.0.0.0/4, and
    /// all of IPv6 that is not global unicast.
    Reserved,
}

impl AddressPolicy {
    /// The public internet and nothing else.
    #[must_use]
    pub fn public_only() -> Self {
        Self {
            allowed: Arc::new([]),
        }
    }

    /// This policy and these ranges besides, whatever they are. A range of
    /// IPv4 addresses also allows their embeddings in IPv6.
    #[must_use]
    pub fn allowing(self, ranges: impl IntoIterator<Item = IpNet>) -> Self {
        Self {
            allowed: self.allowed.iter().copied().chain(ranges).collect(),
        }
    }

    /// Checks an address that is about to be dialled.
    ///
    /// # Errors
    /// [`ForbiddenAddress`] when it is neither public nor in an allowed range.
    pub fn check(&self, address: IpAddr) -> Result<(), ForbiddenAddress> {
        let found = match address {
            IpAddr::V4(v4) => self.refusal_v4(v4),
            IpAddr::V6(v6) => self.refusal_v6(v6),
        };
        found.map_or(Ok(()), |reason| Err(ForbiddenAddress { address, reason }))
    }

    fn refusal_v4(&self, address: Ipv4Addr) -> Option<AddressClass> {
        class_v4(address).filter(|_| !self.allows(IpAddr::V4(address)))
    }

    fn refusal_v6(&self, address: Ipv6Addr) -> Option<AddressClass> {
        if self.allows(IpAddr::V6(address)) {
            return None;
        }
        match embedded_v4(address) {
            Embedded::Is(v4) => self.refusal_v4(v4),
            Embedded::Within(parts) => class_v6(address).or_else(|| {
                parts
                    .into_iter()
                    .flatten()
                    .find_map(|v4| self.refusal_v4(v4))
            }),
        }
    }

    fn allows(&self, address: IpAddr) -> bool {
        self.allowed.iter().any(|range| range.contains(&address))
    }
}

/// What an IPv4 address is, when it is not one of the public internet.
fn class_v4(address: Ipv4Addr) -> Option<AddressClass> {
    use AddressClass as Class;
    Some(match address.octets() {
        // Azure's platform address is public by its number only.
        [169, 254, 169, 254] | [169, 254, 170, 2] | [100, 100, 100, 200] | [168, 63, 129, 16] => {
            Class::Metadata
        }
        [0, ..] => Class::Unspecified,
        [127, ..] => Class::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Class::Private,
        [100, 64..=127, ..] => Class::SharedNat,
        [169, 254, ..] => Class::LinkLocal,
        [198, 18 | 19, ..] => Class::Benchmarking,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Class::Documentation,
        [224..=239, ..] => Class::Multicast,
        [255, 255, 255, 255] => Class::Broadcast,
        [192, 0, 0, _] | [192, 88, 99, _] | [240..=255, ..] => Class::Reserved,
        _ => return None,
    })
}

/// What an IPv6 address is, its embeddings of IPv4 apart.
fn class_v6(address: Ipv6Addr) -> Option<AddressClass> {
    use AddressClass as Class;
    const EC2: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
    const GCE: Ipv6Addr = Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254);
    if address == EC2 || address == GCE {
        return Some(Class::Metadata);
    }
    Some(match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Class::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => Class::Loopback,
        [0x64, 0xff9b, 1, ..] => Class::LocalTranslation,
        [0xfc00..=0xfdff, ..] => Class::UniqueLocal,
        [0xfe80..=0xfebf, ..] => Class::LinkLocal,
        [0xfec0..=0xfeff, ..] => Class::SiteLocal,
        [0xff00..=0xffff, ..] => Class::Multicast,
        [0x2001, 2, 0, ..] => Class::Benchmarking,
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => Class::Documentation,
        // Teredo (2001::/32) is judged by the addresses inside.
        [0x2001, 1..=0x01ff, ..] => Class::Reserved,
        [0x2000..=0x3fff, ..] => return None,
        _ => Class::Reserved,
    })
}

/// The IPv4 addresses in an IPv6 address.
enum Embedded {
    /// It stands for this one and has no standing of its own.
    Is(Ipv4Addr),
    /// It leads through or to these.
    Within([Option<Ipv4Addr>; 2]),
}

fn embedded_v4(address: Ipv6Addr) -> Embedded {
    let v4 = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        // Unspecified and loopback look like IPv4-compatible addresses.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => Embedded::Within([None, None]),
        // IPv4-compatible, IPv4-mapped and the well-known NAT64 prefix.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Embedded::Is(v4(high, low))
        }
        // Teredo: its server, and the client's address with all bits turned.
        [0x2001, 0, high, low, _, _, client_high, client_low] => {
            Embedded::Within([Some(v4(high, low)), Some(v4(!client_high, !client_low))])
        }
        // 6to4, perhaps with ISATAP behind it.
        [0x2002, high, low, _, rest @ ..] => {
            Embedded::Within([Some(v4(high, low)), isatap_v4(rest)])
        }
        [_, _, _, _, rest @ ..] => Embedded::Within([isatap_v4(rest), None]),
    }
}

/// The IPv4 address in an ISATAP interface identifier.
fn isatap_v4(identifier: [u16; 4]) -> Option<Ipv4Addr> {
    match identifier {
        [0 | 0x0200, 0x5efe, high, low] => {
            Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
        }
        _ => None,
    }
}

impl fmt::Display for AddressClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loopback => "loopback",
            Self::Unspecified => "unspecified",
            Self::Private => "a private network",
            Self::SharedNat => "a carrier's NAT",
            Self::LinkLocal => "link-local",
            Self::Metadata => "a cloud's metadata service",
            Self::Benchmarking => "for benchmarking",
            Self::Documentation => "for documentation",
            Self::Multicast => "multicast",
            Self::Broadcast => "broadcast",
            Self::UniqueLocal => "unique-local",
            Self::SiteLocal => "site-local",
            Self::LocalTranslation => "a local translation into IPv4",
            Self::Reserved => "reserved",
        })
    }
}

#[cfg(test)]
mod tests;

//! The address policy, family by family: both edges of every range, and every
//! way to write an IPv4 address in IPv6.

use super::{AddressClass, AddressPolicy, embedded_v4};
use ipnet::IpNet;
use proptest::prelude::*;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

fn class(text: &str) -> Option<AddressClass> {
    let address: IpAddr = text.parse().expect(text);
    let checked = AddressPolicy::public_only().check(address);
    checked.err().map(|forbidden| {
        assert_eq!(forbidden.address, address);
        forbidden.reason
    })
}

#[test]
fn each_forbidden_family_is_named_at_both_its_edges() {
    use AddressClass::*;
    let table = [
        (Unspecified, "0.0.0.0 0.255.255.255 ::"),
        (Private, "10.0.0.0 10.255.255.255 172.16.0.0 172.31.255.255"),
        (Private, "192.168.0.0 192.168.255.255"),
        (SharedNat, "100.64.0.0 100.127.255.255"),
        (Loopback, "127.0.0.0 127.0.0.1 127.255.255.255 ::1"),
        (LinkLocal, "169.254.0.0 169.254.255.255 fe80:: fe80::1"),
        (LinkLocal, "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        (Metadata, "169.254.169.254 169.254.170.2 100.100.100.200"),
        (Metadata, "168.63.129.16 fd00:ec2::254 fd20:ce::254"),
        (Reserved, "192.0.0.0 192.0.0.192 192.0.0.255 192.88.99.1"),
        (Documentation, "192.0.2.0 192.0.2.255 198.51.100.0"),
        (Documentation, "198.51.100.255 203.0.113.0 203.0.113.255"),
        (
            Documentation,
            "2001:db8:: 2001:db8:ffff::1 3fff:: 3fff:fff::",
        ),
        (Benchmarking, "198.18.0.0 198.19.255.255 2001:2::"),
        (Multicast, "224.0.0.0 239.255.255.255 ff00:: ff02::1"),
        (Multicast, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        (Reserved, "240.0.0.0 255.255.255.254"),
        (Broadcast, "255.255.255.255"),
        (UniqueLocal, "fc00:: fd12:3456::1"),
        (UniqueLocal, "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        (SiteLocal, "fec0:: feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        (LocalTranslation, "64:ff9b:1:: 64:ff9b:1::101:101"),
        (LocalTranslation, "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"),
        (Reserved, "100::1 5f00::1 2001:1::1 2001:10::1 2001:1ff::1"),
        (
            Reserved,
            "::ffff:0:1.1.1.1 ::1:0:0 1::1 4000::1 64:ff9b:2::1",
        ),
    ];
    for (expected, addresses) in table {
        for address in addresses.split(' ') {
            assert_eq!(class(address), Some(expected), "{address}");
        }
    }
}

#[test]
fn the_neighbours_of_every_range_are_public() {
    let public = "1.0.0.0 1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 \
        126.255.255.255 128.0.0.0 168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.0 \
        172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.1.255 192.0.3.0 \
        192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 \
        198.51.99.255 198.51.101.0 203.0.112.255 203.0.114.0 223.255.255.255 \
        2000:: 2001:200:: 2001:db7:: 2001:db9:: 2606:4700:4700::1111 2a00:1450::1 \
        3ffe:: 3fff:1000::";
    for address in public.split_whitespace() {
        assert_eq!(class(address), None, "{address}");
    }
}

/// Every form that leads to this IPv4 address.
fn embeddings(v4: Ipv4Addr) -> Vec<Ipv6Addr> {
    let [a, b, c, d] = v4.octets();
    let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    vec![
        Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, high, low),
        Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
        Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
        Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
        Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, high, low),
        Ipv6Addr::new(0x64, 0xff9b, 1, high, low >> 8, low << 8, 0, 0),
        Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
        Ipv6Addr::new(0x2002, high, low, 7, 8, 9, 10, 11),
        Ipv6Addr::new(0x2001, 0, high, low, 0, 0, 0xfefe, 0xfefe),
        Ipv6Addr::new(0x2001, 0, 0x0101, 0x0101, 0, 0, !high, !low),
        Ipv6Addr::new(0x2606, 0x4700, 0, 0, 0, 0x5efe, high, low),
        Ipv6Addr::new(0x2606, 0x4700, 0, 0, 0x0200, 0x5efe, high, low),
        Ipv6Addr::new(0x2002, 0x0101, 0x0101, 0, 0, 0x5efe, high, low),
    ]
}

fn forbidden_v4() -> impl Strategy<Value = Ipv4Addr> {
    const RANGES: &[&str] = &[
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    ];
    (proptest::sample::select(RANGES), any::<u32>()).prop_map(|(range, host)| {
        let range: ipnet::Ipv4Net = range.parse().expect("a range");
        let bits = u32::from(range.network()) | (host & u32::from(range.hostmask()));
        Ipv4Addr::from(bits)
    })
}

proptest! {
    #[test]
    fn every_embedding_of_a_forbidden_address_is_forbidden(v4 in forbidden_v4()) {
        let policy = AddressPolicy::public_only();
        prop_assert!(policy.check(v4.into()).is_err());
        for v6 in embeddings(v4) {
            prop_assert!(policy.check(v6.into()).is_err(), "{v4} in {v6}");
        }
    }

    #[test]
    fn an_allowed_range_allows_itself_and_nothing_outside(bits: u32, length in 8_u8..=32) {
        let range = ipnet::Ipv4Net::new(Ipv4Addr::from(bits), length).expect("a length");
        let policy = AddressPolicy::public_only().allowing([IpNet::V4(range)]);
        prop_assert!(policy.check(range.network().into()).is_ok());
        prop_assert!(policy.check(range.broadcast().into()).is_ok());
        let strict = AddressPolicy::public_only();
        let outside = Ipv4Addr::from(bits ^ (1 << (32 - length)));
        if length > 8 {
            prop_assert_eq!(policy.check(outside.into()), strict.check(outside.into()));
        }
    }

    #[test]
    fn every_address_has_an_answer(bits: u128) {
        let v6 = Ipv6Addr::from(bits);
        let _ = embedded_v4(v6);
        let _ = AddressPolicy::public_only().check(v6.into());
        let _ = AddressPolicy::public_only().check(Ipv4Addr::from(bits as u32).into());
    }
}

#[test]
fn forms_that_lead_to_a_public_address_are_public() {
    for address in [
        "::ffff:1.1.1.1",
        "::1.1.1.1",
        "64:ff9b::1.1.1.1",
        "2002:101:101::1",
        "2001:0:101:101::fefe:fefe",
        "2606:4700::5efe:1.1.1.1",
    ] {
        assert_eq!(class(address), None, "{address}");
    }
}

#[test]
fn an_allowed_range_also_allows_its_embeddings() {
    let range: IpNet = "10.1.0.0/16".parse().expect("a range");
    let policy = AddressPolicy::public_only().allowing([range]);
    let table = [
        ("10.1.2.3", true),
        ("10.2.0.0", false),
        ("::ffff:10.1.2.3", true),
        ("::ffff:10.2.0.0", false),
        ("64:ff9b::10.1.2.3", true),
        ("64:ff9b::10.2.0.0", false),
        ("2002:a01:203::1", true),
        ("2002:a02::1", false),
        ("2001:0:101:101::f5fe:fdfc", true),
        ("2001:0:101:101::f5fd:ffff", false),
        ("127.0.0.1", false),
        ("64:ff9b:1::10.1.2.3", false),
    ];
    for (address, expected) in table {
        let address: IpAddr = address.parse().expect(address);
        assert_eq!(policy.check(address).is_ok(), expected, "{address}");
    }
}

#[test]
fn ranges_of_ipv6_are_allowed_one_by_one() {
    let ranges = ["fd12::/16", "::1/128"].map(|text| text.parse::<IpNet>().expect(text));
    let policy = AddressPolicy::public_only().allowing(ranges);
    for (address, expected) in [
        ("fd12::1", true),
        ("fd13::1", false),
        ("::1", true),
        ("::", false),
        ("127.0.0.1", false),
        ("::ffff:127.0.0.1", false),
    ] {
        let address: IpAddr = address.parse().expect(address);
        assert_eq!(policy.check(address).is_ok(), expected, "{address}");
    }
}

#[test]
fn a_refusal_names_the_address_and_why() {
    let address = "::ffff:10.0.0.1".parse().expect("an address");
    let refusal = AddressPolicy::public_only().check(address);
    assert_eq!(
        refusal.expect_err("private").to_string(),
        "the address ::ffff:10.0.0.1 is not allowed: a private network"
    );
}

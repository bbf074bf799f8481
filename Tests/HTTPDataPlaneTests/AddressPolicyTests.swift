import HTTPDataPlane
import Testing

@Suite struct AddressPolicyTests {
    @Test(
        "addresses that lead inside are blocked",
        arguments: [
            "127.0.0.1", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::7f00:1", "64:ff9b::7f00:1", "2002:7f00:1::1",
            "2001:0:1::1", "fe80::1%1", "0.0.0.0", "169.254.169.254", "100.100.100.200", "168.63.129.16",
        ])
    func mustBlock(text: String) {
        #expect(!AddressPolicy().verdict(forText: text).isAllowed)
    }

    @Test(
        "public addresses pass",
        arguments: ["1.1.1.1", "8.8.8.8", "::ffff:8.8.8.8", "2606:4700::1111", "2001:4860:4860::8888"])
    func mustPass(text: String) {
        #expect(AddressPolicy().verdict(forText: text) == .allowed)
    }

    @Test(
        "each row of the table is blocked at both of its ends and open beside them",
        arguments: [
            ("0.0.0.0", "0.255.255.255", "1.0.0.0"), ("10.0.0.0", "10.255.255.255", "11.0.0.0"),
            ("172.16.0.0", "172.31.255.255", "172.32.0.0"), ("192.168.0.0", "192.168.255.255", "192.169.0.0"),
            ("100.64.0.0", "100.127.255.255", "100.128.0.0"), ("127.0.0.0", "127.255.255.255", "128.0.0.0"),
            ("169.254.0.0", "169.254.255.255", "169.255.0.0"), ("192.0.0.0", "192.0.0.255", "192.0.1.0"),
            ("192.88.99.0", "192.88.99.255", "192.88.100.0"), ("198.18.0.0", "198.19.255.255", "198.20.0.0"),
            ("192.0.2.0", "192.0.2.255", "192.0.3.0"), ("198.51.100.0", "198.51.100.255", "198.51.101.0"),
            ("203.0.113.0", "203.0.113.255", "203.0.114.0"), ("224.0.0.0", "255.255.255.255", "223.255.255.255"),
            ("192.31.196.0", "192.31.196.255", "192.31.197.0"), ("192.52.193.0", "192.52.193.255", "192.52.194.0"),
            ("192.175.48.0", "192.175.48.255", "192.175.49.0"), ("168.63.129.16", "168.63.129.16", "168.63.129.17"),
            ("2001::", "2001:1ff:ffff::", "2001:200::"), ("2001:db8::", "2001:db8:ffff::1", "2001:db9::"),
            ("2002::", "2002:ffff::1", "2003::"), ("3fff::", "3fff:fff:ffff::", "3fff:1000::"),
            ("2620:4f:8000::", "2620:4f:8000:ffff::", "2620:4f:8001::"),
        ])
    func tableRows(first: String, last: String, outside: String) {
        let policy = AddressPolicy()
        #expect(!policy.verdict(forText: first).isAllowed)
        #expect(!policy.verdict(forText: last).isAllowed)
        #expect(policy.verdict(forText: outside) == .allowed)
    }

    @Test(
        "IPv6 outside the global unicast space is blocked",
        arguments: [
            "::", "::2", "64:ff9b::1", "64:ff9b:1::1", "100::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1",
            "fec0::1",
            "ff02::1", "4000::1", "1fff::1",
        ])
    func notGlobal(text: String) {
        #expect(!AddressPolicy().verdict(forText: text).isAllowed)
    }

    @Test("reasons name the range")
    func reasons() {
        let policy = AddressPolicy()
        #expect(policy.verdict(forText: "127.0.0.1") == .blocked(.loopback))
        #expect(policy.verdict(forText: "169.254.169.254") == .blocked(.linkLocal))
        #expect(policy.verdict(forText: "fe80::1%1") == .blocked(.scopeIdentifier))
        #expect(policy.verdict(forText: "nonsense") == .blocked(.notAnAddress))
        #expect(policy.verdict(forText: "64:ff9b::1") == .blocked(.notGlobalUnicast))
    }

    @Test("a private range is opened by CIDR, without the metadata address inside it")
    func privateTier() throws {
        let list = try AddressAllowList(privateRanges: ["10.1.0.0/16", "100.64.0.0/10"])
        let policy = AddressPolicy(allowList: list)
        #expect(policy.verdict(forText: "10.1.2.3") == .allowedByOperator)
        #expect(policy.verdict(forText: "10.2.0.1") == .blocked(.privateNetwork))
        #expect(policy.verdict(forText: "100.64.0.1") == .allowedByOperator)
        #expect(policy.verdict(forText: "100.100.100.200") == .blocked(.carrierNAT))
        #expect(policy.verdict(forText: "::ffff:10.1.2.3") == .allowedByOperator)
        #expect(policy.verdict(forText: "127.0.0.1") == .blocked(.loopback))
    }

    @Test("loopback is opened one address at a time")
    func singleTier() throws {
        let list = try AddressAllowList(privateRanges: [], singleAddresses: ["127.0.0.1"])
        let policy = AddressPolicy(allowList: list)
        #expect(policy.verdict(forText: "127.0.0.1") == .allowedByOperator)
        #expect(policy.verdict(forText: "127.0.0.2") == .blocked(.loopback))
        #expect(policy.verdict(forText: "::1") == .blocked(.loopback))
    }

    @Test("loopback, link-local, public and reserved space cannot be opened by range")
    func refusedRanges() {
        for range in ["127.0.0.0/8", "169.254.0.0/16", "0.0.0.0/0", "8.8.8.0/24", "::/0", "fe80::/10", "10.0.0.0/7"] {
            #expect(throws: AddressAllowListError.self) { try AddressAllowList(privateRanges: [range]) }
        }
        #expect(throws: AddressAllowListError.notARange("10.0.0.1/8")) {
            try AddressAllowList(privateRanges: ["10.0.0.1/8"])
        }
        #expect(throws: AddressAllowListError.neverOpened("224.0.0.1")) {
            try AddressAllowList(privateRanges: [], singleAddresses: ["224.0.0.1"])
        }
        #expect(throws: AddressAllowListError.neverOpened("0.0.0.0")) {
            try AddressAllowList(privateRanges: [], singleAddresses: ["0.0.0.0"])
        }
    }

    @Test("addresses print in their canonical form")
    func text() throws {
        #expect(try IPAddress(parsing: "::FFFF:1.2.3.4").description == "1.2.3.4")
        #expect(try IPAddress(parsing: "[2001:DB8:0::1]").description == "2001:db8::1")
        #expect(try IPAddress(parsing: "2001:db8::1") == IPAddress(v6High: 0x2001_0db8_0000_0000, low: 1))
    }

    @Test(
        "near misses are no addresses",
        arguments: ["", "1.2.3", "01.2.3.4", "1.2.3.4.5", "256.1.1.1", ":::", "1.2.3.4 "])
    func nearMisses(text: String) {
        #expect(throws: IPAddressError.notAnAddress) { try IPAddress(parsing: text) }
    }
}

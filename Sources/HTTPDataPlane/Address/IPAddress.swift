internal import Glibc

/// An IPv4 or IPv6 address as a plain value; an IPv4-mapped IPv6 address (`::ffff:a.b.c.d`) is always held as IPv4.
///
/// Sixteen bytes of address in two words, so that comparing with a range is two masks and no allocation. Scope identifiers
/// (`fe80::1%eth0`) have no place here: parsing refuses them, because an address that means something else on every
/// interface must never be connected to.
public struct IPAddress: Sendable, Hashable {
    /// The address family.
    public enum Family: Sendable, Hashable {
        /// Four bytes, kept in the low half of ``low``.
        case v4
        /// Sixteen bytes.
        case v6
    }

    /// The family after unmapping.
    public let family: Family
    /// The upper 64 bits of an IPv6 address; 0 for IPv4.
    let high: UInt64
    /// The lower 64 bits of an IPv6 address; the 32 bits of an IPv4 address.
    let low: UInt64

    /// An IPv4 address from its 32 bits in host order.
    public init(v4 bits: UInt32) {
        self.init(family: .v4, high: 0, low: UInt64(bits))
    }

    /// An IPv6 address from its two halves in host order, unmapped when it is `::ffff:0:0/96`.
    public init(v6High high: UInt64, low: UInt64) {
        if high == 0, low >> 32 == 0xffff {
            self.init(v4: UInt32(truncatingIfNeeded: low))
        } else {
            self.init(family: .v6, high: high, low: low)
        }
    }

    private init(family: Family, high: UInt64, low: UInt64) {
        self.family = family
        self.high = high
        self.low = low
    }

    /// Parses the textual form, with or without the brackets of a URL.
    ///
    /// Only the strict forms pass: four decimal parts without leading zeros, or RFC 4291 text.
    /// - Throws: ``IPAddressError``.
    public init(parsing text: String) throws(IPAddressError) {
        let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        guard bare.utf8.count <= AddressLimits.addressTextByteCountMax else { throw .notAnAddress }
        guard !bare.utf8.contains(UInt8(ascii: "%")) else { throw .scopeIdentifier }
        guard !bare.utf8.contains(0) else { throw .notAnAddress }
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, bare, &bytes) == 1 {
            self.init(v4: UInt32(truncatingIfNeeded: Self.word(bytes[0..<4])))
        } else if inet_pton(AF_INET6, bare, &bytes) == 1 {
            self.init(v6High: Self.word(bytes[0..<8]), low: Self.word(bytes[8..<16]))
        } else {
            throw .notAnAddress
        }
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text, `192.0.2.1` or `2001:db8::1`.
    public var description: String {
        switch family {
        case .v4:
            return (0..<4).map { String((low >> (24 - 8 * UInt64($0))) & 0xff) }.joined(separator: ".")
        case .v6:
            let bytes = [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            inet_ntop(AF_INET6, bytes, &text, socklen_t(INET6_ADDRSTRLEN))
            return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}

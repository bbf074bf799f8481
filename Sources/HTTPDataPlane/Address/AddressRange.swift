/// A CIDR block: all addresses that share a prefix.
struct AddressRange: Sendable, Hashable {
    /// The first address of the block; bits behind the prefix are zero.
    let base: IPAddress
    /// How many leading bits count, 0...32 or 0...128.
    let prefixBitCount: Int

    init?(base: IPAddress, prefixBitCount: Int) {
        guard (0...Self.bitCount(base.family)).contains(prefixBitCount) else { return nil }
        self.base = base
        self.prefixBitCount = prefixBitCount
        guard Self.masked(base, prefixBitCount) == base else { return nil }
    }

    /// Parses `10.0.0.0/8`; nil when it is no CIDR or has bits set behind the prefix.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
            let bits = Int(parts[1]), let address = try? IPAddress(parsing: String(parts[0]))
        else { return nil }
        self.init(base: address, prefixBitCount: bits)
    }

    /// True when the address has this block's prefix.
    func contains(_ address: IPAddress) -> Bool {
        address.family == base.family && Self.masked(address, prefixBitCount) == base
    }

    /// True when every address of the other block lies in this one.
    func contains(_ other: AddressRange) -> Bool {
        other.prefixBitCount >= prefixBitCount && contains(other.base)
    }

    private static func bitCount(_ family: IPAddress.Family) -> Int {
        family == .v4 ? 32 : 128
    }

    private static func masked(_ address: IPAddress, _ bits: Int) -> IPAddress {
        switch address.family {
        case .v4:
            return IPAddress(v4: UInt32(truncatingIfNeeded: address.low & mask(bits + 32)))
        case .v6:
            return IPAddress(v6High: address.high & mask(bits), low: address.low & mask(bits - 64))
        }
    }

    /// A word whose first `bits` bits are one; out-of-range counts are clamped.
    private static func mask(_ bits: Int) -> UInt64 {
        bits <= 0 ? 0 : bits >= 64 ? .max : .max << UInt64(64 - bits)
    }
}

/// Addresses the operator opens although they are blocked by default, in two tiers (merchant-push §9).
///
/// Private networks may be opened by CIDR. Loopback, link-local and metadata addresses are opened only one by one, so that
/// no generous range ever reaches a cloud's credentials.
public struct AddressAllowList: Sendable, Equatable, CustomStringConvertible {
    private let ranges: [AddressRange]
    private let addresses: Set<IPAddress>

    /// Opens nothing.
    public init() {
        ranges = []
        addresses = []
    }

    /// Opens private ranges by CIDR and single addresses by name.
    /// - Throws: ``AddressAllowListError``, naming the entry.
    public init(privateRanges: [String], singleAddresses: [String] = []) throws(AddressAllowListError) {
        let count = privateRanges.count + singleAddresses.count
        guard count <= AddressLimits.allowListEntryCountMax else { throw .tooManyEntries(count: count) }
        var ranges: [AddressRange] = []
        for text in privateRanges { ranges.append(try Self.privateRange(text)) }
        var addresses: Set<IPAddress> = []
        for text in singleAddresses { addresses.insert(try Self.singleAddress(text)) }
        self.ranges = ranges
        self.addresses = addresses
    }

    /// What is open, for the log line at start.
    public var description: String {
        let texts = ranges.map { "\($0.base)/\($0.prefixBitCount)" } + addresses.map(\.description).sorted()
        return texts.isEmpty ? "none" : texts.joined(separator: ", ")
    }

    func allows(_ address: IPAddress) -> Bool {
        if addresses.contains(address) { return true }
        guard !BlockedRanges.metadataAddresses.contains(where: { $0.contains(address) }) else { return false }
        return ranges.contains { $0.contains(address) }
    }

    private static func privateRange(_ text: String) throws(AddressAllowListError) -> AddressRange {
        guard let range = AddressRange(text) else { throw .notARange(text) }
        guard BlockedRanges.openableByRange.contains(where: { $0.contains(range) }) else { throw .notPrivate(text) }
        return range
    }

    private static func singleAddress(_ text: String) throws(AddressAllowListError) -> IPAddress {
        guard let address = try? IPAddress(parsing: text) else { throw .notAnAddress(text) }
        let openable = BlockedRanges.openableSingly + BlockedRanges.openableByRange
        guard openable.contains(where: { $0.contains(address) }) else { throw .neverOpened(text) }
        return address
    }
}

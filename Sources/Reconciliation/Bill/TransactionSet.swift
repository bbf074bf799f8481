internal import MessageModel

/// Which transaction ids a bill names, as 64-bit hashes: 11 to 22 bytes for each id, whatever its length.
///
/// Of 20 million ids two have one hash with a chance of 1 in 90,000: one line would then be called a duplicate. One owner at a time.
struct TransactionSet {
    /// The same in every run, so that a bill gives the same report.
    private static let sip = SipHash(key0: 0x7469_6c6c_7769_7265, key1: 0x7265_636f_6e63_696c)
    /// Open addressing; 0 is a free place.
    private var places = [UInt64](repeating: 0, count: 1_024)
    private(set) var count = 0

    /// The hash of an id; never 0.
    static func hash(_ transactionID: some Collection<UInt8>) -> UInt64 {
        let bytes = Array(transactionID)
        return max(sip.hash64(bytes.span), 1)
    }

    /// Adds an id; false where it was there.
    mutating func insert(_ hash: UInt64) -> Bool {
        if (count + 1) * 4 > places.count * 3 { grow() }
        let place = place(of: hash)
        guard places[place] == 0 else { return false }
        places[place] = hash
        count += 1
        return true
    }

    /// Whether an id is there.
    func contains(_ hash: UInt64) -> Bool { places[place(of: hash)] != 0 }

    private func place(of hash: UInt64) -> Int {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while places[place] != 0, places[place] != hash { place = (place + 1) & mask }
        return place
    }

    private mutating func grow() {
        let old = places
        places = [UInt64](repeating: 0, count: old.count * 2)
        for hash in old where hash != 0 { places[place(of: hash)] = hash }
    }
}

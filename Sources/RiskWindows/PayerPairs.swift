/// Who paid whom within the hour: a counted slot for every pair of merchant and payer with a remembered event.
///
/// A slot keeps its number for as long as the pair lives, so that an event can carry the number and leave a window
/// without hashing anything. 24 bytes a pair, and 13 to 26 in the index.
struct PayerPairs: Sendable {
    private struct Pair: Sendable {
        /// Of an unused slot, the unused slot before it.
        var payer: UInt64
        var merchant: UInt32
        /// Events of the pair in each window.
        var counts: InlineArray<3, UInt32> = [0, 0, 0]
    }

    private var pairs: ContiguousArray<Pair> = []
    /// The slot given back last, which is the first to be taken since it is still in the cache.
    private var lastUnused: UInt32 = 0
    private var index = PairIndex()
    private let pairCountMax: Int

    /// No pairs; there are never more than `pairCountMax` at once.
    init(pairCountMax: Int) { self.pairCountMax = pairCountMax }

    /// Living pairs.
    var count: Int { index.count }

    var byteCount: Int { pairs.capacity * MemoryLayout<Pair>.stride + index.byteCount }

    /// The slot of a pair, made where there is none. An event must be counted into it at once.
    mutating func slot(merchant: UInt32, payer: UInt64) -> UInt32 {
        let hash = Self.hash(merchant: merchant, payer: payer)
        let found = index.slot(hash: hash) { slot in
            let pair = pairs[Int(slot)]
            return pair.payer == payer && pair.merchant == merchant
        }
        if let found { return found }
        let slot: UInt32
        if pairs.count > index.count {
            slot = lastUnused
            lastUnused = UInt32(truncatingIfNeeded: pairs[Int(slot)].payer)
            pairs[Int(slot)] = Pair(payer: payer, merchant: merchant)
        } else {
            slot = UInt32(pairs.count)
            pairs.reserve(more: 1, countMax: pairCountMax)
            pairs.append(Pair(payer: payer, merchant: merchant))
        }
        index.insert(slot: slot, hash: hash)
        return slot
    }

    /// Counts an event into a window; true where it is the pair's first there.
    mutating func enter(_ slot: UInt32, _ window: Int) -> Bool {
        pairs[Int(slot)].counts[window] += 1
        return pairs[Int(slot)].counts[window] == 1
    }

    /// Counts an event out of a window; true where it was the pair's last there. Out of the hour the pair dies with it.
    mutating func leave(_ slot: UInt32, _ window: Int) -> Bool {
        pairs[Int(slot)].counts[window] -= 1
        guard pairs[Int(slot)].counts[window] == 0 else { return false }
        if window == RiskWindow.hour.rawValue {
            let pair = pairs[Int(slot)]
            index.remove(slot: slot, hash: Self.hash(merchant: pair.merchant, payer: pair.payer))
            pairs[Int(slot)].payer = UInt64(lastUnused)
            lastUnused = slot
        }
        return true
    }

    /// Reads a pair for the sake of the cache.
    @inline(__always)
    func readAhead(slot: UInt32) -> UInt64 { pairs[Int(slot)].payer }

    /// Reads where the index would hold a pair for the sake of the cache.
    @inline(__always)
    func readAhead(merchant: UInt32, payer: UInt64) -> UInt64 {
        index.readAhead(hash: Self.hash(merchant: merchant, payer: payer))
    }

    /// Reads where the index holds a pair for the sake of the cache.
    @inline(__always)
    func readAhead(indexOf slot: UInt32) -> UInt64 {
        let pair = pairs[Int(slot)]
        return index.readAhead(hash: Self.hash(merchant: pair.merchant, payer: pair.payer))
    }

    /// A fixed mixing function, because the order of a seeded one would differ from run to run.
    private static func hash(merchant: UInt32, payer: UInt64) -> UInt32 {
        var mixed = payer &+ UInt64(merchant) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 32) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 29) &* 0x94D0_49BB_1331_11EB
        return UInt32(truncatingIfNeeded: mixed >> 32)
    }
}

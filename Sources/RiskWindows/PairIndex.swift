/// Finds the slot of a pair by its hash: an open-addressing table with linear probing, 8 bytes a place.
///
/// Slots never move; the table holds numbers of them, each with its hash, so that neither growing nor deleting reads
/// the pairs themselves. A deletion shifts back what stands behind it, so there are no tombstones and lookups stay
/// short for ever. A pair's home is the top bits of its hash: to double the table is one sequential pass.
struct PairIndex: Sendable {
    private struct Place: Sendable {
        /// Slot + 1; 0 for an empty place.
        var slotNumber: UInt32 = 0
        var hash: UInt32 = 0
    }

    private var places: ContiguousArray<Place>
    private var shift: UInt32
    private var mask: Int
    private(set) var count = 0

    /// An empty index.
    init() {
        let bitCount = 10
        places = ContiguousArray(repeating: Place(), count: 1 << bitCount)
        shift = UInt32(32 - bitCount)
        mask = 1 << bitCount - 1
    }

    var byteCount: Int { places.capacity * MemoryLayout<Place>.stride }

    /// The slot with this hash for which `matches` holds; nil where there is none.
    @inline(__always)
    func slot(hash: UInt32, where matches: (UInt32) -> Bool) -> UInt32? {
        var position = home(hash)
        while true {
            let place = places[position]
            if place.slotNumber == 0 { return nil }
            if place.hash == hash, matches(place.slotNumber - 1) { return place.slotNumber - 1 }
            position = (position + 1) & mask
        }
    }

    /// Adds a slot that is not in it.
    mutating func insert(slot: UInt32, hash: UInt32) {
        // At most 5 of 8 places are taken: an unsuccessful lookup reads four on average, mostly of one cache line.
        if (count + 1) * 8 > places.count * 5 { grow() }
        place(Place(slotNumber: slot + 1, hash: hash))
        count += 1
    }

    /// Removes a slot that is in it.
    mutating func remove(slot: UInt32, hash: UInt32) {
        var hole = home(hash)
        while places[hole].slotNumber != slot + 1 {
            precondition(places[hole].slotNumber != 0, "the slot is in the index")
            hole = (hole + 1) & mask
        }
        var position = hole
        while true {
            position = (position + 1) & mask
            let place = places[position]
            if place.slotNumber == 0 { break }
            // It may move into the hole unless its home lies behind the hole.
            if (position - home(place.hash)) & mask >= (position - hole) & mask {
                places[hole] = place
                hole = position
            }
        }
        places[hole] = Place()
        count -= 1
    }

    /// Reads the place where a lookup begins for the sake of the cache.
    @inline(__always)
    func readAhead(hash: UInt32) -> UInt64 { UInt64(places[home(hash)].hash) }

    @inline(__always)
    private func home(_ hash: UInt32) -> Int { Int(hash >> shift) }

    private mutating func place(_ new: Place) {
        var position = home(new.hash)
        while places[position].slotNumber != 0 { position = (position + 1) & mask }
        places[position] = new
    }

    @inline(never)
    private mutating func grow() {
        let old = places
        places = ContiguousArray(repeating: Place(), count: old.count * 2)
        mask = places.count - 1
        shift -= 1
        for entry in old where entry.slotNumber != 0 { place(entry) }
    }
}

internal import MessageModel

/// First answers in memory, found by hash: those that stand only in the rows of their groups. A key costs its entry and 16 to 32 bytes.
final class OnceBatch {
    /// Entries, end to end.
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0
    /// The last group it has answers of: rows of groups up to it hold nothing that is not here.
    private(set) var lastGroup: UInt64 = 0
    /// A power of two of places, at most half of them taken: the upper half of the hash's first word, and the entry's offset plus one.
    private var slots: [UInt64]

    /// An empty one, with room for as many answers as `other` has: it will come to as many.
    init(like other: OnceBatch? = nil) {
        slots = Array(repeating: 0, count: other?.slots.count ?? 64)
        bytes.reserveCapacity(other?.bytes.count ?? 0)
    }

    /// Bytes it takes.
    var byteCount: Int { bytes.capacity + slots.count * 8 }

    /// Takes the entries of a group's row, which are known to be such.
    func add(_ entries: RawSpan, group: UInt64) {
        lastGroup = max(lastGroup, group)
        let start = bytes.count
        unsafe entries.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        var offset = start
        while let entry = OnceEntry(bytes.raw, at: offset) {
            if count * 2 >= slots.count { grow() }
            count += 1
            insert(offset, entry.place.first)
            offset = entry.key.upperBound
        }
    }

    /// False where a key is certainly not in it.
    func mayHold(_ place: OncePlace) -> Bool {
        let mask = slots.count - 1
        let tag = place.first >> 32
        var slot = Int(truncatingIfNeeded: place.first) & mask
        while slots[slot] != 0 {
            if slots[slot] >> 32 == tag { return true }
            slot = (slot + 1) & mask
        }
        return false
    }

    /// The answer under a key, where it is still good.
    func answer(_ key: OnceKey, at now: Timestamp) -> SequenceNumber? {
        guard count > 0 else { return nil }
        let bytes = bytes
        let mask = slots.count - 1
        let tag = key.place.first >> 32
        var slot = Int(truncatingIfNeeded: key.place.first) & mask
        while slots[slot] != 0 {
            if slots[slot] >> 32 == tag {
                let entries = bytes.raw
                if let entry = OnceEntry(entries, at: Int(slots[slot] & 0xFFFF_FFFF) - 1), entry.place == key.place,
                    entry.lifetime == key.key.lifetime, entry.expiresAt > now,
                    entry.holds(key.key.bytes.slice, in: entries)
                {
                    return entry.sequence
                }
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private func insert(_ offset: Int, _ first: UInt64) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: first) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = (first >> 32) << 32 | UInt64(offset + 1)
    }

    private func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        var offset = 0
        for _ in 0..<count {
            guard let entry = OnceEntry(bytes.raw, at: offset) else { return }
            insert(offset, entry.place.first)
            offset = entry.key.upperBound
        }
    }
}

extension OnceEntry {
    /// The order of a run; of equal places the one that is good for longer first.
    func stands(before other: OnceEntry) -> Bool {
        place == other.place ? expiresAt > other.expiresAt : place < other.place
    }
}

internal import MessageModel

/// Sequences behind the ready cursor that are visible again, in order. Bounded: what does not fit makes the cursor go back instead, which is
/// always right, because rows hold what is acknowledged and leases are known.
struct ReturnedSequences {
    private var sorted: [SequenceNumber] = []

    var isEmpty: Bool { sorted.isEmpty }
    var first: SequenceNumber? { sorted.first }
    var count: Int { sorted.count }

    /// Adds `sequence`; false where the list is full.
    mutating func insert(_ sequence: SequenceNumber, countMax: Int = Limits.returnedCountPerQueueMax) -> Bool {
        let index = position(of: sequence)
        if index < sorted.count, sorted[index] == sequence { return true }
        guard sorted.count < countMax else { return false }
        sorted.insert(sequence, at: index)
        return true
    }

    /// Empties the list and returns its lowest sequence.
    mutating func clear() -> SequenceNumber? {
        defer { sorted.removeAll(keepingCapacity: true) }
        return sorted.first
    }

    /// Drops `sequence` and all above it: the cursor went back to it.
    mutating func drop(from sequence: SequenceNumber) { sorted.removeSubrange(position(of: sequence)...) }

    /// Takes up to `count` of the lowest out.
    mutating func take(_ count: Int) -> [SequenceNumber] {
        let taken = Array(sorted.prefix(count))
        sorted.removeFirst(taken.count)
        return taken
    }

    private func position(of sequence: SequenceNumber) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

internal import MessageModel

/// The answers of a batch in the order of runs: by bucket of expiry, then by place; of equal ones the one that is good for longest first.
///
/// They are dealt into parts when it is made, O(n) and little for each, and a part is sorted when its turn comes, so that no group waits for all of it.
struct OnceOrder {
    /// One answer.
    struct Item {
        let bucket: UInt32
        let offset: UInt32
        let first: UInt64
    }

    private let batch: OnceBatch
    private var items: [Item] = []
    /// Where each part ends; parts are in order.
    private var ends: [Int] = []
    private var part = -1
    private var next = 0
    /// Keeps ``fetch(_:)`` from being left out as of no effect.
    private var fetched: UInt8 = 0

    /// The answers of a batch that are good at `now`.
    init(_ batch: OnceBatch, at now: Timestamp) {
        self.batch = batch
        var found: [Item] = []
        found.reserveCapacity(batch.count)
        var numbers: [UInt32: Int] = [:]
        let bytes = batch.bytes
        var offset = 0
        while let entry = OnceEntry(bytes.raw, at: offset) {
            if entry.expiresAt > now {
                let bucket = entry.bucket
                if found.last?.bucket != bucket { numbers[bucket] = 0 }
                found.append(Item(bucket: bucket, offset: UInt32(offset), first: entry.place.first))
            }
            offset = entry.key.upperBound
        }
        for (number, bucket) in numbers.keys.sorted().enumerated() { numbers[bucket] = number * 256 }
        deal(found, numbers)
    }

    private mutating func deal(_ found: [Item], _ numbers: [UInt32: Int]) {
        guard let first = found.first else { return }
        var starts = [Int](repeating: 0, count: numbers.count * 256 + 1)
        var (bucket, number) = (first.bucket, numbers[first.bucket] ?? 0)
        var parts: [Int32] = []
        parts.reserveCapacity(found.count)
        for item in found {
            if item.bucket != bucket { (bucket, number) = (item.bucket, numbers[item.bucket] ?? 0) }
            let part = number + Int(item.first >> 56)
            parts.append(Int32(part))
            starts[part + 1] += 1
        }
        for part in 1..<starts.count { starts[part] += starts[part - 1] }
        ends = Array(starts.dropFirst())
        items = found
        for (index, part) in parts.enumerated() {
            items[starts[Int(part)]] = found[index]
            starts[Int(part)] += 1
        }
    }

    /// Bytes it takes beside the batch.
    var byteCount: Int { items.count * MemoryLayout<Item>.stride + ends.count * 8 }

    /// True where none is left.
    var isAtEnd: Bool { next == items.count }

    /// The offset of the next one; nil at the end.
    mutating func takeNext() -> Int? {
        guard next < items.count else { return nil }
        if part < 0 || next == ends[part] { beginPart() }
        defer { next += 1 }
        return Int(items[next].offset)
    }

    private mutating func beginPart() {
        repeat { part += 1 } while ends[part] == next
        let bytes = batch.bytes
        items[next..<ends[part]].sort { left, right in
            if left.first != right.first { return left.first < right.first }
            guard let one = OnceEntry(bytes.raw, at: Int(left.offset)),
                let other = OnceEntry(bytes.raw, at: Int(right.offset))
            else { return false }
            return one.stands(before: other)
        }
        fetch(ends[part])
    }

    /// Reads the first and the last bytes of a part's entries, which stand anywhere: in one loop the processor fetches them side by side.
    private mutating func fetch(_ end: Int) {
        let bytes = batch.bytes
        var sum: UInt8 = 0
        for item in items[next..<end] {
            let offset = Int(item.offset)
            sum &+= bytes[offset] &+ bytes[min(offset + 64, bytes.count - 1)]
        }
        fetched &+= sum
    }
}

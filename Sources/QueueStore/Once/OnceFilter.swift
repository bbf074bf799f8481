internal import MessageModel

/// Says of most first answers that are not in a run that they are not, without a look at the disk: one look into memory, wrong for about one in
/// seventy. It never says so of one that is there.
///
/// Ten bits an answer, in segments that follow the order of the run, so that it is made while the run is written, whatever its length.
struct OnceFilter {
    /// Answers in one segment.
    private static let segmentCountMax = 4_096
    /// A block of eight words is one line of the processor's cache; all bits of an answer stand in one.
    private static let blocksPerSegment: UInt64 = 80
    private static let wordsPerSegment = Int(blocksPerSegment) * 8
    /// Bytes of one segment.
    static let segmentByteCount = wordsPerSegment * 8

    /// The lowest hash of each segment.
    private var starts: [UInt64] = []
    private var words: [UInt64] = []
    private var lastCount = 0
    private var last: UInt64 = 0

    /// Bytes it takes.
    var byteCount: Int { words.count * 8 + starts.count * 8 }

    /// Adds an answer; they come in their order.
    mutating func add(_ place: OncePlace) {
        // Equal hashes stay together: the segment of a hash is one.
        if starts.isEmpty || (lastCount >= Self.segmentCountMax && place.first > last) {
            starts.append(starts.isEmpty ? 0 : place.first)
            words.append(contentsOf: repeatElement(0, count: Self.wordsPerSegment))
            lastCount = 0
        }
        lastCount += 1
        last = place.first
        let block = Self.block(place, of: starts.count - 1)
        var bits = Self.bits(place)
        for _ in 0..<6 {
            words[block + Int(bits >> 6 & 7)] |= 1 << (bits & 63)
            bits >>= 9
        }
    }

    /// False where the answer is certainly not in the run.
    func mayHold(_ place: OncePlace) -> Bool {
        guard !starts.isEmpty else { return false }
        let block = Self.block(place, of: segment(of: place))
        var bits = Self.bits(place)
        for _ in 0..<6 {
            guard words[block + Int(bits >> 6 & 7)] >> (bits & 63) & 1 == 1 else { return false }
            bits >>= 9
        }
        return true
    }

    /// The last segment that begins at or before the hash.
    private func segment(of place: OncePlace) -> Int {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= place.first { low = middle } else { high = middle }
        }
        return low
    }

    /// The low half of the first word says which block: its high half is alike within a segment.
    private static func block(_ place: OncePlace, of segment: Int) -> Int {
        let block = (UInt64(UInt32(truncatingIfNeeded: place.first)) * blocksPerSegment) >> 32
        return segment * wordsPerSegment + Int(block) * 8
    }

    private static func bits(_ place: OncePlace) -> UInt64 {
        place.second ^ (UInt64(place.source.rawValue) &* 0x9E37_79B9_7F4A_7C15)
    }
}

internal import MessageModel

/// Decides how many messages go into one block: by number, by raw bytes, and by an estimate of what deflate will leave.
struct BlockCutter {
    /// Running share of stored in raw bytes, in 1/1024; a wrong one costs one more part.
    private var ratio = 360

    /// How many of `items` from `start` on go into one block, `countMax` at most.
    func count(_ items: [SendItem], from start: Int, atMost countMax: Int = Limits.blockMessageCountMax) -> Int {
        var rawBytes = 0
        for index in start..<items.count {
            rawBytes += items[index].rawByteCount + 4
            let number = index - start
            guard number > 0 else { continue }
            let estimate = rawBytes * ratio / 1024
            if number == countMax || rawBytes > Limits.blockRawByteCountMax
                || estimate > Limits.blockStoredByteCountTarget
            {
                return number
            }
        }
        return items.count - start
    }

    /// Cuts all of `items` into blocks that `packerCount` packers finish at about the same time: even blocks, of a number that all of them share
    /// as long as no block gets smaller than ``MessageModel/Limits/blockSplitMessageCountMin``.
    func cut(_ items: [SendItem], packerCount: Int) -> [Range<Int>] {
        let whole = cut(items, atMost: Limits.blockMessageCountMax)
        let shared = (whole.count + packerCount - 1) / packerCount * packerCount
        let blockCount = items.count >= shared * Limits.blockSplitMessageCountMin ? shared : whole.count
        return blockCount > 1 ? cut(items, atMost: (items.count + blockCount - 1) / blockCount) : whole
    }

    private func cut(_ items: [SendItem], atMost countMax: Int) -> [Range<Int>] {
        var blocks: [Range<Int>] = []
        var start = 0
        while start < items.count {
            let end = start + count(items, from: start, atMost: countMax)
            blocks.append(start..<end)
            start = end
        }
        return blocks
    }

    /// Learns from a block that was packed.
    mutating func learn(_ packed: PackedBlock) {
        let share = min(1024, packed.stored.count * 1024 / max(1, packed.raw.count))
        ratio = max(64, (ratio * 7 + share) / 8)
    }
}

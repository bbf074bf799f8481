internal import LMDB
internal import Tillwire

extension LimitRun {
    /// Rows are read, copied and deleted from the front, 64 a commit, on one thread.
    func rawDrain(_ table: LimitTable) throws -> Measurement {
        let filled = options.fillCount
        for first in stride(from: 0, to: filled, by: BenchLimits.limitFillCommitCount) {
            try table.environment.write { transaction in
                for number in first..<min(filled, first + BenchLimits.limitFillCommitCount) {
                    try table.append(number, corpus[number].slice, transaction)
                }
            }
        }
        var byteCount = 0
        let measurement = try drain(filled) {
            try table.readAndDelete(count: BenchLimits.drainGroupCount) { byteCount += Self.copied($0).count }
        }
        guard byteCount == measurement.messageCount * corpus[0].count else {
            throw WrongCount(description: "raw drain read \(byteCount) bytes")
        }
        try table.expect(rowCount: filled - measurement.messageCount)
        return measurement
    }

    /// A block of 64 is read, inflated, handed out and deleted, one a commit, on one thread.
    func blockDrain(_ table: LimitTable) throws -> Measurement {
        let groupCount = BenchLimits.drainGroupCount
        let blockCount = options.fillCount / groupCount
        var packer = try BlockPacker()
        let blocksPerCommit = BenchLimits.limitFillCommitCount / groupCount
        for first in stride(from: 0, to: blockCount, by: blocksPerCommit) {
            try table.environment.write { transaction in
                for number in first..<min(blockCount, first + blocksPerCommit) {
                    try packer.pack(corpus, from: number * groupCount, count: groupCount)
                    try table.append(number, packer.value[...], transaction)
                }
            }
        }
        let unpacker = try BlockUnpacker()
        var seen = (byteCount: 0, sum: UInt64(0))
        let measurement = try drain(blockCount * groupCount) {
            var value: [UInt8] = []
            guard try table.readAndDelete(count: 1, { value = Self.copied($0) }) == 1 else { return 0 }
            return try unpacker.unpack(value) { seen = (seen.byteCount + $0, seen.sum + UInt64($1)) }
        }
        guard seen.byteCount == measurement.messageCount * corpus[0].count, seen.sum > 0 else {
            throw WrongCount(description: "block drain read \(seen.byteCount) bytes")
        }
        try table.expect(rowCount: blockCount - measurement.messageCount / groupCount)
        return measurement
    }

    private func drain(_ filled: Int, _ step: () throws -> Int) throws -> Measurement {
        var measurement = Measurement()
        let start = Clock.nanos()
        while measurement.messageCount < filled, options.isSmoke || Clock.nanos() - start < options.runNanos {
            let count = try step()
            guard count > 0 else { throw WrongCount(description: "a limit's rows ran out") }
            measurement.messageCount += count
            measurement.commitCount += 1
        }
        measurement.elapsedNanos = Clock.nanos() - start
        return measurement
    }

    private static func copied(_ value: RawSpan) -> [UInt8] { value.withUnsafeBytes { Array($0) } }
}

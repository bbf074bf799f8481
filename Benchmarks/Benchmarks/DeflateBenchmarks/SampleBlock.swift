import BenchmarkSupport
import Deflate

/// Neighbouring bodies of the corpus as one block, raw and deflated. Used by one thread.
final class SampleBlock {
    /// Different blocks of the same size, taken in turn: the processor must not learn one by heart.
    private let raws: [[UInt8]]
    private var packed: [[UInt8]] = []
    private var output: [UInt8] = []
    private let deflater: Deflater
    private let inflater: Inflater
    private var turn = 0

    private static let blockCount = 16

    init(_ corpus: OrderCorpus, messageCount: Int) throws {
        raws = (0..<Self.blockCount).map { corpus.joined(from: $0 * messageCount, count: messageCount) }
        deflater = try Deflater()
        inflater = try Inflater()
        for raw in raws {
            var stored: [UInt8] = []
            _ = try deflater.deflate(raw.span, appendingTo: &stored)
            packed.append(stored)
        }
    }

    /// Deflates the next block; its stored length.
    func deflate() throws -> Int {
        output.removeAll(keepingCapacity: true)
        return try deflater.deflate(next(raws).span, appendingTo: &output)
    }

    /// Inflates the next block; its raw length.
    func inflate() throws -> Int {
        let stored = next(packed)
        inflater.begin(rawByteCount: raws[0].count)
        try inflater.add(stored.span)
        return try inflater.finish().count
    }

    private func next(_ blocks: [[UInt8]]) -> [UInt8] {
        turn = (turn + 1) % blocks.count
        return blocks[turn]
    }
}

internal import Deflate
internal import MessageModel

/// Makes a dictionary from messages of a source and judges it by others.
///
/// A dictionary is some whole typical messages end to end: what they share with a new message, field names above all, costs that message almost
/// nothing. «Typical» is measured, not guessed: each piece is the one that makes the others smallest. Costs about three milliseconds. Used by one
/// thread at a time.
struct DictionaryTrainer {
    private static let candidateCount = 12
    private static let judgeCount = 8

    private let deflater: Deflater

    init() throws(DeflateError) { deflater = try Deflater() }

    /// What became of an attempt.
    enum Verdict: Equatable {
        /// The dictionary in use still serves.
        case keep
        /// Nothing that would save enough was found.
        case none
        /// A dictionary, with what it saves in thousandths.
        case adopt([UInt8], savedPermille: Int)
    }

    /// Learns a dictionary where the present one, if any, has fallen by a tenth since it was adopted, or where there is none.
    ///
    /// - Parameter current: the dictionary in use and what it saved when it was adopted.
    func judge(
        _ samples: DictionarySamples, current: (bytes: [UInt8], savedPermille: Int)?
    ) throws(DeflateError) -> Verdict {
        let plain = try byteCount(samples.probes, nil)
        guard plain > 0, !samples.learned.isEmpty else { return current == nil ? .none : .keep }
        var best = Limits.dictionarySavingPermilleMin
        if let current {
            let saved = try savedPermille(samples.probes, current.bytes, plain)
            guard saved * 10 < current.savedPermille * 9 else { return .keep }
            best = max(best, saved + 1)
        }
        let learned = try train(samples.learned)
        let saved = try savedPermille(samples.probes, learned, plain)
        guard saved >= best else { return current == nil ? .none : .keep }
        return .adopt(learned, savedPermille: saved)
    }

    /// The best pieces end to end, the best one last, where it is nearest to what it will be compared with.
    func train(_ samples: [[UInt8]]) throws(DeflateError) -> [UInt8] {
        let spread = stride(
            from: 0, to: samples.count, by: max(1, samples.count / (Self.candidateCount + Self.judgeCount))
        )
        .map { samples[$0] }
        var candidates = Array(spread.prefix(Self.candidateCount))
        let judges = spread.count > Self.candidateCount ? Array(spread.dropFirst(Self.candidateCount)) : candidates
        var dictionary: [UInt8] = []
        for _ in 0..<Limits.dictionaryPieceCount where !candidates.isEmpty {
            guard dictionary.count < Limits.dictionaryByteCountMax else { break }
            var best: (index: Int, byteCount: Int) = (0, .max)
            for index in candidates.indices {
                let count = try byteCount(judges, Self.fitted(candidates[index] + dictionary))
                if count < best.byteCount { best = (index, count) }
            }
            dictionary = Self.fitted(candidates.remove(at: best.index) + dictionary)
        }
        return dictionary
    }

    /// The end of what is too long, so that the best piece stays whole.
    private static func fitted(_ bytes: [UInt8]) -> [UInt8] { Array(bytes.suffix(Limits.dictionaryByteCountMax)) }

    private func savedPermille(_ probes: [[UInt8]], _ dictionary: [UInt8], _ plain: Int) throws(DeflateError) -> Int {
        1_000 - min(1_000, try byteCount(probes, dictionary) * 1_000 / plain)
    }

    /// Bytes of all samples, each deflated by itself.
    private func byteCount(_ samples: [[UInt8]], _ dictionary: [UInt8]?) throws(DeflateError) -> Int {
        var sum = 0
        var output: [UInt8] = []
        for sample in samples {
            output.removeAll(keepingCapacity: true)
            if let dictionary, !dictionary.isEmpty {
                sum += try deflater.deflate(sample.span, dictionary: dictionary.span, appendingTo: &output)
            } else {
                sum += try deflater.deflate(sample.span, appendingTo: &output)
            }
        }
        return sum
    }
}

/// Samples of a source's messages: properties and body, as they stand in a block.
struct DictionarySamples: Equatable, Sendable {
    /// What a dictionary is made from.
    private(set) var learned: [[UInt8]] = []
    /// Others, which it is judged by.
    private(set) var probes: [[UInt8]] = []
    private var seenCount = 0

    /// Looks at the source's next message; copies every fourth, and of the others every eighth.
    mutating func look(at properties: Bytes, _ body: Bytes) {
        let number = seenCount
        seenCount += 1
        if number % 4 == 0, learned.count < Limits.dictionarySampleCount {
            learned.append(Self.sample(properties, body))
        } else if number % 8 == 1, probes.count < Limits.dictionaryProbeCount {
            probes.append(Self.sample(properties, body))
        }
    }

    /// True once enough was seen.
    var isFull: Bool { seenCount >= Limits.dictionaryLearningMessageCount }

    /// The start of a large message stands for it.
    private static func sample(_ properties: Bytes, _ body: Bytes) -> [UInt8] {
        let head = properties.slice.prefix(Limits.dictionaryByteCountMax)
        return Array(head) + body.slice.prefix(Limits.dictionaryByteCountMax - head.count)
    }
}

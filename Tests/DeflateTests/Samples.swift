import Deflate

/// What the tests deflate.
enum Samples {
    /// Bytes that do not shrink.
    static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SeededGenerator(seed: seed &+ UInt64(count))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            let word = random.next()
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// Bytes that shrink well: lines that differ in a number.
    static func text(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 64)
        var number = 0
        while bytes.count < count {
            bytes += Array("{\"order\":\(number &* 7919),\"state\":\"SUCCESS\"}\n".utf8)
            number += 1
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    static func deflated(_ raw: [UInt8]) throws(DeflateError) -> [UInt8] {
        var output: [UInt8] = []
        _ = try Deflater().deflate(raw.span, appendingTo: &output)
        return output
    }

    /// Feeds `stored` in parts of `partByteCount` bytes.
    static func inflated(
        _ stored: [UInt8], to rawByteCount: Int, partByteCount: Int = .max, with inflater: Inflater? = nil
    ) throws(DeflateError) -> [UInt8] {
        let inflater = if let inflater { inflater } else { try Inflater() }
        inflater.begin(rawByteCount: rawByteCount)
        var offset = 0
        while offset < stored.count {
            let end = partByteCount < stored.count - offset ? offset + partByteCount : stored.count
            try inflater.add(Array(stored[offset..<end]).span)
            offset = end
        }
        return try inflater.finish()
    }
}

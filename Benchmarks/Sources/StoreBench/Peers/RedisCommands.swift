internal import Tillwire

/// Commands to Redis as bytes.
enum RedisCommands {
    /// The streams that stand for queues.
    static func stream(_ number: Int) -> String { "orders-\(number)" }

    /// A command out of words.
    static func command(_ words: [String]) -> [UInt8] {
        Array(("*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()).utf8)
    }

    /// What stands before and behind a body of `byteCount` bytes when it is added to each of `queueCount` streams, all in one transaction
    /// where there are several. A body goes between each two.
    static func add(queueCount: Int, byteCount: Int) -> [[UInt8]] {
        let adds = (0..<queueCount).map { number in
            let stream = stream(number)
            return "*5\r\n$4\r\nXADD\r\n$\(stream.utf8.count)\r\n\(stream)\r\n$1\r\n*\r\n$1\r\nb\r\n$\(byteCount)\r\n"
        }
        var parts = adds.enumerated().map { index, add in index == 0 ? add : "\r\n" + add }
        parts.append("\r\n")
        if queueCount > 1 {
            parts[0] = "*1\r\n$5\r\nMULTI\r\n" + parts[0]
            parts[queueCount] += "*1\r\n$4\r\nEXEC\r\n"
        }
        return parts.map { Array($0.utf8) }
    }

    /// Asks for up to `count` new entries of stream 0, waiting for the first where `blockMillis` says so.
    static func readGroup(consumer: Int, count: Int, blockMillis: UInt64?) -> [UInt8] {
        command(
            ["XREADGROUP", "GROUP", "g", "c\(consumer)", "COUNT", "\(count)"]
                + (blockMillis.map { ["BLOCK", "\($0)"] } ?? []) + ["STREAMS", stream(0), ">"])
    }

    /// Acknowledges and deletes `count` entries of stream 0 whose ids stand in `ids`, each as the protocol writes a string.
    static func acknowledgeAndDelete(_ count: Int, ids: [UInt8]) -> [UInt8] {
        let stream = stream(0)
        let name = "$\(stream.utf8.count)\r\n\(stream)\r\n"
        return Array("*\(count + 3)\r\n$4\r\nXACK\r\n\(name)$1\r\ng\r\n".utf8) + ids
            + Array("*\(count + 2)\r\n$4\r\nXDEL\r\n\(name)".utf8) + ids
    }
}

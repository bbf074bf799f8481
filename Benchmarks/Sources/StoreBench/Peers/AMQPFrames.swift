/// What AMQP 0-9-1 sends, as bytes: the few frames that a confirmed publish needs.
enum AMQPFrames {
    static let greeting = Array("AMQP".utf8) + [0, 0, 9, 1]

    /// Frames by their first byte.
    private enum Kind: UInt8 {
        case method = 1
        case header = 2
        case body = 3
    }

    /// A method's arguments.
    struct Arguments {
        private(set) var bytes: [UInt8] = []

        func octet(_ value: UInt8) -> Arguments { adding([value]) }
        func short(_ value: UInt16) -> Arguments { adding(AMQPFrames.bigEndian(value)) }
        func long(_ value: UInt32) -> Arguments { adding(AMQPFrames.bigEndian(value)) }
        func shortText(_ text: String) -> Arguments { adding([UInt8(text.utf8.count)] + Array(text.utf8)) }
        func longText(_ text: [UInt8]) -> Arguments { adding(AMQPFrames.bigEndian(UInt32(text.count)) + text) }

        /// A table of texts.
        func table(_ pairs: [(name: String, text: String)]) -> Arguments {
            let inner = pairs.reduce(Arguments()) { arguments, pair in
                arguments.shortText(pair.name).octet(UInt8(ascii: "S")).longText(Array(pair.text.utf8))
            }
            return longText(inner.bytes)
        }

        private func adding(_ more: [UInt8]) -> Arguments {
            var arguments = self
            arguments.bytes += more
            return arguments
        }
    }

    /// A method on `channel`.
    static func method(_ channel: UInt16, _ name: AMQPMethod, _ arguments: Arguments = Arguments()) -> [UInt8] {
        frame(.method, channel, bigEndian(name.classNumber) + bigEndian(name.number) + arguments.bytes)
    }

    /// Header and body of a persistent message.
    static func content(_ channel: UInt16, _ body: [UInt8]) -> [UInt8] {
        let persistent: [UInt8] = [0x10, 0x00, 2]
        let header = bigEndian(AMQPMethod.publish.classNumber) + [0, 0] + bigEndian(UInt64(body.count)) + persistent
        return frame(.header, channel, header) + frame(.body, channel, body)
    }

    /// The first method in `bytes`, and how many bytes are used up; other frames, such as heartbeats, are passed over.
    static func method(in bytes: UnsafeRawBufferPointer) -> (answer: AMQPMethod?, usedCount: Int) {
        var place = 0
        while place + 7 <= bytes.count {
            let size = (3..<7).reduce(0) { $0 << 8 | Int(bytes[place + $1]) }
            let end = place + 7 + size + 1
            guard end <= bytes.count else { break }
            defer { place = end }
            guard bytes[place] == Kind.method.rawValue, size >= 4 else { continue }
            let numbers = [7, 9].map { UInt16(bytes[place + $0]) << 8 | UInt16(bytes[place + $0 + 1]) }
            return (AMQPMethod(classNumber: numbers[0], number: numbers[1]), end)
        }
        return (nil, place)
    }

    private static func frame(_ kind: Kind, _ channel: UInt16, _ payload: [UInt8]) -> [UInt8] {
        [kind.rawValue] + bigEndian(channel) + bigEndian(UInt32(payload.count)) + payload + [0xCE]
    }

    private static func bigEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}

/// A method of AMQP 0-9-1 by its numbers.
struct AMQPMethod: Equatable {
    let classNumber: UInt16
    let number: UInt16

    static let startOK = AMQPMethod(classNumber: 10, number: 11)
    static let tune = AMQPMethod(classNumber: 10, number: 30)
    static let start = AMQPMethod(classNumber: 10, number: 10)
    static let tuneOK = AMQPMethod(classNumber: 10, number: 31)
    static let open = AMQPMethod(classNumber: 10, number: 40)
    static let openOK = AMQPMethod(classNumber: 10, number: 41)
    static let channelOpen = AMQPMethod(classNumber: 20, number: 10)
    static let channelOpenOK = AMQPMethod(classNumber: 20, number: 11)
    static let declare = AMQPMethod(classNumber: 50, number: 10)
    static let declareOK = AMQPMethod(classNumber: 50, number: 11)
    static let publish = AMQPMethod(classNumber: 60, number: 40)
    static let acknowledge = AMQPMethod(classNumber: 60, number: 80)
    static let selectConfirms = AMQPMethod(classNumber: 85, number: 10)
    static let selectConfirmsOK = AMQPMethod(classNumber: 85, number: 11)
}

internal import BoundedJSON
internal import PaymentNotice

/// The times around a notice.
struct NoticeTimes: Sendable, Equatable {
    /// When the platform told it, or where that cannot be read when we received it, Unix milliseconds.
    let toldMillis: Int64

    /// Reads them from a message of `platform-notices`.
    init(_ message: JSONValue) {
        let received = message["received_at"]?.string.flatMap(Self.millis) ?? 0
        let created = message["create_time"]?.string.flatMap(Self.millis)
        toldMillis = created ?? received
    }

    /// RFC 3339, digits of Beijing time as some documents show them, or a day, which begins in Beijing; nil for anything else.
    static func millis(_ text: String) -> Int64? {
        if let millis = RFC3339.millis(text) { return millis }
        let bytes = Array(text.utf8)
        if bytes.count == 10 { return RFC3339.millis(text + "T00:00:00+08:00") }
        guard bytes.count == 14, bytes.allSatisfy({ 48...57 ~= $0 }) else { return nil }
        func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        return RFC3339.millis(
            "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))+08:00")
    }
}

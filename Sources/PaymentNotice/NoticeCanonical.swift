/// The bytes that are signed.
public enum NoticeCanonical {
    /// Timestamp, nonce and raw body, each followed by one line feed (wechat-pay §1.9). The rule holds for notices
    /// and for the platform's answers to API calls alike.
    public static func message(timestamp: String, nonce: String, body: [UInt8]) -> [UInt8] {
        var message: [UInt8] = []
        message.reserveCapacity(timestamp.utf8.count + nonce.utf8.count + body.count + 3)
        message.append(contentsOf: timestamp.utf8)
        message.append(0x0A)
        message.append(contentsOf: nonce.utf8)
        message.append(0x0A)
        message.append(contentsOf: body)
        message.append(0x0A)
        return message
    }

    /// The five lines a caller of the platform signs: method, path with query as sent, timestamp, nonce, body.
    public static func request(
        method: String, pathAndQuery: String, timestamp: String, nonce: String, body: [UInt8]
    ) -> [UInt8] {
        var message = Array("\(method)\n\(pathAndQuery)\n".utf8)
        message.append(contentsOf: Self.message(timestamp: timestamp, nonce: nonce, body: body))
        return message
    }
}

internal import AccessControl
internal import HTTPDataPlane
internal import MessageModel

/// What makes the messages of one request repeatable.
///
/// A message's own key, or the request's `Idempotency-Key` field and the message's place in the request, is remembered for 24 hours. Where a
/// signed request gives neither, its nonce is remembered for at least twice the window of its timestamp: whoever saw the request
/// and sends it again stores nothing. Keys of this API never meet those of other ways into the store.
struct NativeSendKeys: Sendable {
    private let fieldKey: String?
    private let nonceKey: String?
    private let isSigned: Bool
    private let nonceLifetime: IdempotencyKey.Lifetime

    /// Reads the fields of a request.
    ///
    /// - Throws: ``NativeFault`` where one of them is not allowed as it is.
    init(
        _ headers: HTTPFields, caller: NativeCaller, nonceLifetime: IdempotencyKey.Lifetime
    ) throws(NativeFault) {
        fieldKey = try Self.field(
            "Idempotency-Key", headers, byteCounts: 1...NativeLimits.headerKeyByteCountMax)
        let nonce = try Self.field("X-Tillwire-Nonce", headers, byteCounts: NativeLimits.nonceByteCounts)
        isSigned = caller.isSigned
        self.nonceLifetime = nonceLifetime
        nonceKey = nonce.map { ":\(caller.key?.id ?? ""):\($0)" }
    }

    /// The key of a message.
    ///
    /// - Parameter index: its place in a batch, from 0; nil where it is the request's only one.
    func key(own: String?, index: Int?) throws(NativeFault) -> IdempotencyKey? {
        let place = index.map { "#\($0)" } ?? ""
        if let own {
            guard fieldKey == nil else {
                throw NativeFault(.invalidValue, "either the Idempotency-Key field or key in the message, not both")
            }
            guard 1...NativeLimits.keyByteCountMax ~= own.utf8.count else {
                throw NativeFault(.invalidValue, "key must have 1 to \(NativeLimits.keyByteCountMax) bytes")
            }
            return try Self.made("n:" + own, .producer)
        }
        // A batch's keys have a letter of their own: no single request's key can spell one.
        if let fieldKey { return try Self.made("\(index == nil ? "f" : "F"):\(fieldKey)\(place)", .producer) }
        if isSigned {
            guard let nonceKey else {
                throw NativeFault(
                    .invalidValue,
                    "a signed send needs the Idempotency-Key or the X-Tillwire-Nonce field, or a key in each message")
            }
            return try Self.made("\(index == nil ? "g" : "G")" + nonceKey + place, nonceLifetime)
        }
        return nil
    }

    private static func made(_ text: String, _ lifetime: IdempotencyKey.Lifetime) throws(NativeFault) -> IdempotencyKey
    {
        do throws(BrokerError) { return try IdempotencyKey(text, lifetime: lifetime) } catch {
            throw NativeFault(error)
        }
    }

    private static func field(
        _ name: String, _ headers: HTTPFields, byteCounts: ClosedRange<Int>
    ) throws(NativeFault) -> String? {
        guard let text = headers[name] else { return nil }
        guard headers.occurrences(of: name) == 1, byteCounts.contains(text.utf8.count),
            text.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
        else {
            throw NativeFault(
                .invalidValue,
                "\(name) must be \(byteCounts.lowerBound) to \(byteCounts.upperBound) visible ASCII characters, given once"
            )
        }
        return text
    }
}

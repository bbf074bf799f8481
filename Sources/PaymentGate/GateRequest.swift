internal import BoundedJSON
internal import PaymentNotice

/// A payment request as it is asked about.
struct GateRequest: Sendable, Equatable {
    /// Why a body is no payment request; the text says what is allowed.
    struct Refusal: Error, Equatable {
        let reason: String
    }

    let merchantID: String
    let storeID: String?
    let deviceID: String?
    let outTradeNo: String
    let amountFen: Int64
    /// The order's end, Unix milliseconds; nil where it was not told.
    let expiresAtMillis: Int64?

    private static let known = ["merchant_id", "store_id", "device_id", "out_trade_no", "amount", "expires"]

    /// Reads a body.
    ///
    /// - Throws: `Refusal` for the first member that breaks its rule.
    init(_ body: [UInt8], nowMillis: Int64) throws(Refusal) {
        let root = try Self.object(body, known: Self.known)
        merchantID = try Self.required(root, "merchant_id")
        outTradeNo = try Self.required(root, "out_trade_no")
        storeID = try Self.id(root, "store_id")
        deviceID = try Self.id(root, "device_id")
        amountFen = try Self.amount(root)
        expiresAtMillis = try Self.expires(root, nowMillis: nowMillis)
    }

    /// A body's object, with no other members than these.
    static func object(_ body: [UInt8], known: [String]) throws(Refusal) -> JSONValue {
        let root = try parse(body)
        guard let members = root.members else { throw Refusal(reason: "the body must be a JSON object") }
        for member in members where !known.contains(member.key) {
            throw Refusal(reason: "unknown member; known are \(known.joined(separator: ", "))")
        }
        return root
    }

    /// The amount, fen.
    static func amount(_ root: JSONValue) throws(Refusal) -> Int64 {
        guard let amount = root["amount"]?.int64, 1...PaymentGateLimits.amountFenMax ~= amount else {
            throw Refusal(reason: "amount must be an integer from 1 to \(PaymentGateLimits.amountFenMax) fen")
        }
        return amount
    }

    /// A moment that has passed is taken: clocks differ, and no payment is refused for that. The book puts it off.
    private static func expires(_ root: JSONValue, nowMillis: Int64) throws(Refusal) -> Int64? {
        guard let value = root["expires"], !value.isNull else { return nil }
        guard let millis = value.string.flatMap(RFC3339.millis),
            millis <= nowMillis + PaymentGateLimits.expiresDaysMax * 86_400_000
        else {
            throw Refusal(
                reason:
                    "expires must be a time with zone (RFC 3339), at most \(PaymentGateLimits.expiresDaysMax) days ahead"
            )
        }
        return millis
    }

    private static func parse(_ body: [UInt8]) throws(Refusal) -> JSONValue {
        let limits = JSONLimits(
            byteCountMax: PaymentGateLimits.bodyByteCountMax, depthMax: PaymentGateLimits.depthMax,
            nodeCountMax: PaymentGateLimits.nodeCountMax)
        do throws(JSONError) {
            return try JSONValue.parse(body, limits: limits)
        } catch {
            throw Refusal(reason: error.description)
        }
    }

    /// A member of 1…``PaymentGateLimits/idByteCountMax`` bytes that must be there.
    static func required(_ root: JSONValue, _ name: String) throws(Refusal) -> String {
        guard let text = try id(root, name) else { throw Refusal(reason: "\(name) is missing") }
        return text
    }

    /// A member of 1…`byteCountMax` bytes; nil where it is missing or null.
    static func id(
        _ root: JSONValue, _ name: String, byteCountMax: Int = PaymentGateLimits.idByteCountMax
    ) throws(Refusal) -> String? {
        guard let value = root[name], !value.isNull else { return nil }
        guard let text = value.string, 1...byteCountMax ~= text.utf8.count else {
            throw Refusal(reason: "\(name) must be a string of 1 to \(byteCountMax) bytes")
        }
        return text
    }
}

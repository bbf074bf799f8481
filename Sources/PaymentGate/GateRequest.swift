internal import BoundedJSON

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

    private static let known = ["merchant_id", "store_id", "device_id", "out_trade_no", "amount"]

    /// Reads a body.
    ///
    /// - Throws: `Refusal` for the first member that breaks its rule.
    init(_ body: [UInt8]) throws(Refusal) {
        let root = try Self.parse(body)
        guard let members = root.members else { throw Refusal(reason: "the body must be a JSON object") }
        for member in members where !Self.known.contains(member.key) {
            throw Refusal(reason: "unknown member; known are \(Self.known.joined(separator: ", "))")
        }
        merchantID = try Self.required(root, "merchant_id")
        outTradeNo = try Self.required(root, "out_trade_no")
        storeID = try Self.id(root, "store_id")
        deviceID = try Self.id(root, "device_id")
        guard let amount = root["amount"]?.int64, 1...PaymentGateLimits.amountFenMax ~= amount else {
            throw Refusal(reason: "amount must be an integer from 1 to \(PaymentGateLimits.amountFenMax) fen")
        }
        amountFen = amount
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

    private static func required(_ root: JSONValue, _ name: String) throws(Refusal) -> String {
        guard let text = try id(root, name) else { throw Refusal(reason: "\(name) is missing") }
        return text
    }

    private static func id(_ root: JSONValue, _ name: String) throws(Refusal) -> String? {
        guard let value = root[name], !value.isNull else { return nil }
        guard let text = value.string, 1...PaymentGateLimits.idByteCountMax ~= text.utf8.count else {
            throw Refusal(reason: "\(name) must be a string of 1 to \(PaymentGateLimits.idByteCountMax) bytes")
        }
        return text
    }
}

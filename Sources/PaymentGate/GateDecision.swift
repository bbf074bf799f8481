internal import BoundedJSON
internal import Merchants
internal import PaymentNotice

/// What the gate answers.
enum GateDecision: Sendable, Equatable {
    /// The payment request may go on.
    case accept(requestID: String)
    /// The refund request may go on.
    case acceptRefund(requestID: String)
    /// The merchant is restricted.
    case restricted(Restriction)
    /// Nobody registered the merchant.
    case unknownMerchant
    /// The request breaks a rule; the text says what is allowed.
    case badRequest(String)
    /// No token, or one without the role.
    case unauthorized
    /// Another method than POST.
    case wrongMethod
    /// Another path than the gate's.
    case unknownPath

    /// The HTTP status.
    var status: Int {
        switch self {
        case .accept, .acceptRefund: 200
        case .badRequest: 400
        case .unauthorized: 401
        case .restricted: 403
        case .unknownMerchant, .unknownPath: 404
        case .wrongMethod: 405
        }
    }

    /// The kind, one of a bounded set, for counting.
    var kind: GateCounters.Kind {
        switch self {
        case .accept: .accepted
        case .acceptRefund: .acceptedRefund
        case .restricted: .restricted
        case .unknownMerchant: .unknownMerchant
        case .unauthorized: .unauthorized
        case .badRequest, .wrongMethod, .unknownPath: .badRequest
        }
    }

    /// The JSON answer.
    var body: [UInt8] {
        switch self {
        case .accept(let requestID), .acceptRefund(let requestID):
            var writer = JSONWriter(reservingByteCount: 64)
            writer.beginObject()
            writer.member("decision", "accept")
            writer.member("request_id", requestID)
            writer.endObject()
            return writer.bytes
        case .restricted(let restriction): return Self.refusal(restriction)
        case .unknownMerchant: return Self.refusal("MERCHANT_UNKNOWN", "nobody registered this merchant")
        case .badRequest(let reason): return Self.refusal("BAD_REQUEST", reason)
        case .unauthorized: return Self.refusal("UNAUTHORIZED", "a bearer token of the gate is needed")
        case .wrongMethod: return Self.refusal("METHOD_NOT_ALLOWED", "only POST is allowed")
        case .unknownPath:
            return Self.refusal(
                "NOT_FOUND",
                "the gate answers at \(PaymentGatePath.paymentRequests) and \(PaymentGatePath.refundRequests)")
        }
    }

    private static func refusal(_ code: String, _ reason: String) -> [UInt8] {
        var writer = JSONWriter(reservingByteCount: 128)
        writer.beginObject()
        writer.member("decision", "refuse")
        writer.member("code", code)
        writer.member("reason", reason)
        writer.endObject()
        return writer.bytes
    }

    private static func refusal(_ restriction: Restriction) -> [UInt8] {
        var writer = JSONWriter(reservingByteCount: 256)
        writer.beginObject()
        writer.member("decision", "refuse")
        writer.member("code", "MERCHANT_RESTRICTED")
        writer.member("reason", restriction.reasonText.isEmpty ? restriction.reasonCode : restriction.reasonText)
        writer.member("reason_code", restriction.reasonCode)
        writer.member("case_id", restriction.caseID)
        switch restriction.scope {
        case .merchant: writer.member("scope", "merchant")
        case .store(let id):
            writer.member("scope", "store")
            writer.member("store_id", id)
        case .device(let id):
            writer.member("scope", "device")
            writer.member("device_id", id)
        }
        writer.member("source", restriction.source.rawValue)
        writer.key("expires")
        if let expires = restriction.expiresAtMillis {
            writer.string(RFC3339.utcText(millis: expires))
        } else {
            writer.null()
        }
        writer.endObject()
        return writer.bytes
    }
}

/// Where the gate answers.
public enum PaymentGatePath {
    /// The path of payment requests.
    public static let paymentRequests = "/gate/v1/payment-requests"
    /// The path of refund requests.
    public static let refundRequests = "/gate/v1/refund-requests"
    /// What all paths of the gate begin with.
    public static let prefix = "/gate/"
}

public import AccessControl
public import HTTPDataPlane
public import Merchants
public import MessageModel
internal import NIOCore
public import PaymentEntry
internal import Synchronization

/// The payment gate: asked before a payment request of a merchant is accepted, it refuses those of restricted and unknown merchants.
///
/// It answers from memory on the event loop, without a hop: the directory and the table are current with every durable change. It keeps
/// nothing and has nothing to finish, so it has no life of its own: the listener starts and stops it. Payments made before a restriction are
/// not its business; their notices are always taken. Thread-safe.
public final class Gatekeeper: DataPlaneHandler {
    private let merchants: MerchantDirectory
    private let restrictions: RestrictionTable
    private let tokens: AccessTokens
    private let time: any TimeSource
    private let announcements: AnnouncementBook?
    private let counters = GateCounters()
    /// Tells the ids of this start from those of others.
    private let startID = String(UInt64.random(in: 0...UInt64.max), radix: 16)
    /// Accepted requests of this start.
    private let acceptedCount = Atomic<UInt64>(0)

    /// A gate over what is registered and restricted.
    ///
    /// - Parameter announcements: where accepted requests are announced; nil where nothing is recovered.
    public init(
        merchants: MerchantDirectory, restrictions: RestrictionTable, tokens: AccessTokens, time: any TimeSource,
        announcements: AnnouncementBook? = nil
    ) {
        self.announcements = announcements
        self.merchants = merchants
        self.restrictions = restrictions
        self.tokens = tokens
        self.time = time
    }

    /// Counts since start.
    public var figures: GateFigures { counters.figures }

    /// Answers every exchange of the batch at once.
    public func handle(_ batch: [DataPlaneExchange]) {
        for exchange in batch {
            let decision = decide(exchange.request)
            counters.count(decision.kind)
            exchange.respond(Self.response(decision))
        }
    }

    func decide(_ request: DataPlaneRequest) -> GateDecision {
        let isRefund = request.path == PaymentGatePath.refundRequests
        guard isRefund || request.path == PaymentGatePath.paymentRequests else { return .unknownPath }
        guard request.method == "POST" else { return .wrongMethod }
        guard request.headers.occurrences(of: "authorization") == 1,
            tokens.allows(.gate, authorization: request.headers["authorization"])
        else { return .unauthorized }
        guard request.body.readableBytes <= PaymentGateLimits.bodyByteCountMax else {
            return .badRequest("at most \(PaymentGateLimits.bodyByteCountMax) bytes of body are allowed")
        }
        do throws(GateRequest.Refusal) {
            let body = Array(request.body.readableBytesView)
            let now = Int64(time.now.milliseconds)
            if isRefund { return decide(try GateRefundRequest(body), nowMillis: now) }
            return decide(try GateRequest(body, nowMillis: now), nowMillis: now)
        } catch {
            return .badRequest(error.reason)
        }
    }

    private func decide(_ request: GateRequest, nowMillis now: Int64) -> GateDecision {
        guard merchants.merchant(request.merchantID) != nil else { return .unknownMerchant }
        // The registry knows where a device stands, so a restricted store cannot pay by leaving its own name out.
        let place = request.deviceID.map { merchants.storeID(merchant: request.merchantID, device: $0) } ?? ""
        for store in [place.isEmpty ? nil : place, request.storeID] {
            let found = restrictions.restriction(
                merchant: request.merchantID, store: store, device: request.deviceID, atMillis: now)
            if let found { return .restricted(found) }
        }
        announcements?.announce(
            .order(merchantID: request.merchantID, outTradeNo: request.outTradeNo), amountFen: request.amountFen,
            expiresAtMillis: request.expiresAtMillis, nowMillis: now)
        return .accept(requestID: nextRequestID())
    }

    /// A merchant's restriction ends no refund of what was paid before it, unless it says so (`wechat-pay.md` §6.7).
    private func decide(_ request: GateRefundRequest, nowMillis now: Int64) -> GateDecision {
        guard merchants.merchant(request.merchantID) != nil else { return .unknownMerchant }
        let found = restrictions.restriction(
            merchant: request.merchantID, store: nil, device: nil, atMillis: now, of: .refund)
        if let found { return .restricted(found) }
        announcements?.announce(
            .refund(merchantID: request.merchantID, outRefundNo: request.outRefundNo), amountFen: request.amountFen,
            orderNumber: request.orderNumber, nowMillis: now)
        return .acceptRefund(requestID: nextRequestID())
    }

    private func nextRequestID() -> String {
        "\(startID)-\(acceptedCount.wrappingAdd(1, ordering: .relaxed).newValue)"
    }

    private static func response(_ decision: GateDecision) -> DataPlaneResponse {
        var headers: HTTPFields = ["Content-Type": "application/json"]
        if case .wrongMethod = decision { headers.append("Allow", "POST") }
        if case .unauthorized = decision { headers.append("WWW-Authenticate", "Bearer") }
        return DataPlaneResponse(status: decision.status, headers: headers, body: ByteBuffer(bytes: decision.body))
    }
}

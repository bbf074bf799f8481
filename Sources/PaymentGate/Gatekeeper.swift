public import AccessControl
public import HTTPDataPlane
public import Merchants
public import MessageModel
internal import NIOCore
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
    private let counters = GateCounters()
    /// Tells the ids of this start from those of others.
    private let startID = String(UInt64.random(in: 0...UInt64.max), radix: 16)
    /// Accepted requests of this start.
    private let acceptedCount = Atomic<UInt64>(0)

    /// A gate over what is registered and restricted.
    public init(
        merchants: MerchantDirectory, restrictions: RestrictionTable, tokens: AccessTokens, time: any TimeSource
    ) {
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
        guard request.path == PaymentGatePath.paymentRequests else { return .unknownPath }
        guard request.method == "POST" else { return .wrongMethod }
        guard request.headers.occurrences(of: "authorization") == 1,
            tokens.allows(.gate, authorization: request.headers["authorization"])
        else { return .unauthorized }
        guard request.body.readableBytes <= PaymentGateLimits.bodyByteCountMax else {
            return .badRequest("at most \(PaymentGateLimits.bodyByteCountMax) bytes of body are allowed")
        }
        do throws(GateRequest.Refusal) {
            return decide(try GateRequest(Array(request.body.readableBytesView)))
        } catch {
            return .badRequest(error.reason)
        }
    }

    private func decide(_ request: GateRequest) -> GateDecision {
        guard merchants.merchant(request.merchantID) != nil else { return .unknownMerchant }
        // The registry knows where a device stands, so a restricted store cannot pay by leaving its own name out.
        let place = request.deviceID.map { merchants.storeID(merchant: request.merchantID, device: $0) } ?? ""
        let now = Int64(time.now.milliseconds)
        for store in [place.isEmpty ? nil : place, request.storeID] {
            let found = restrictions.restriction(
                merchant: request.merchantID, store: store, device: request.deviceID, atMillis: now)
            if let found { return .restricted(found) }
        }
        let number = acceptedCount.wrappingAdd(1, ordering: .relaxed).newValue
        return .accept(requestID: "\(startID)-\(number)")
    }

    private static func response(_ decision: GateDecision) -> DataPlaneResponse {
        var headers: HTTPFields = ["Content-Type": "application/json"]
        if case .wrongMethod = decision { headers.append("Allow", "POST") }
        if case .unauthorized = decision { headers.append("WWW-Authenticate", "Bearer") }
        return DataPlaneResponse(status: decision.status, headers: headers, body: ByteBuffer(bytes: decision.body))
    }
}

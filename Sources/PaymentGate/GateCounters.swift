internal import Synchronization

/// How often the gate answered what, since start. Thread-safe.
final class GateCounters: Sendable {
    /// The answers that are told apart.
    enum Kind {
        case accepted, acceptedRefund, restricted, unknownMerchant, badRequest, unauthorized
    }

    private let accepted = Atomic<UInt64>(0)
    private let acceptedRefunds = Atomic<UInt64>(0)
    private let restricted = Atomic<UInt64>(0)
    private let unknownMerchant = Atomic<UInt64>(0)
    private let badRequest = Atomic<UInt64>(0)
    private let unauthorized = Atomic<UInt64>(0)

    /// Counts one answer.
    func count(_ kind: Kind) {
        switch kind {
        case .accepted: accepted.wrappingAdd(1, ordering: .relaxed)
        case .acceptedRefund: acceptedRefunds.wrappingAdd(1, ordering: .relaxed)
        case .restricted: restricted.wrappingAdd(1, ordering: .relaxed)
        case .unknownMerchant: unknownMerchant.wrappingAdd(1, ordering: .relaxed)
        case .badRequest: badRequest.wrappingAdd(1, ordering: .relaxed)
        case .unauthorized: unauthorized.wrappingAdd(1, ordering: .relaxed)
        }
    }

    /// The present counts.
    var figures: GateFigures {
        GateFigures(
            accepted: accepted.load(ordering: .relaxed),
            acceptedRefunds: acceptedRefunds.load(ordering: .relaxed), restricted: restricted.load(ordering: .relaxed),
            unknownMerchant: unknownMerchant.load(ordering: .relaxed), badRequest: badRequest.load(ordering: .relaxed),
            unauthorized: unauthorized.load(ordering: .relaxed))
    }
}

/// How often the gate answered what, since start.
public struct GateFigures: Sendable, Equatable {
    /// Payment requests that may go on.
    public let accepted: UInt64
    /// Refund requests that may go on.
    public let acceptedRefunds: UInt64
    /// Refusals of restricted merchants.
    public let restricted: UInt64
    /// Refusals of merchants nobody registered.
    public let unknownMerchant: UInt64
    /// Requests that broke a rule, other methods and paths included.
    public let badRequest: UInt64
    /// Requests without a token of the gate.
    public let unauthorized: UInt64
}

/// How one delivery of a notice ended, as the platform sees it.
public enum DeliveryOutcome: Sendable, Equatable {
    /// An answer came in time.
    case answered(status: Int)
    /// An answer to a notice of API v2 came in time, and its body does not say success (wechat-pay §3.3).
    case refusedInBody
    /// No answer within the limit.
    case timedOut
    /// Nobody took the connection, or it broke.
    case unreachable
    /// The delivery was lost on the platform's own side and never reached the provider.
    case lostOnTheWay

    /// 200 and 204 count and nothing else; the body does not matter (wechat-pay §2.1).
    public var isSuccess: Bool {
        switch self {
        case .answered(let status): status == 200 || status == 204
        case .refusedInBody, .timedOut, .unreachable, .lostOnTheWay: false
        }
    }
}

/// The life of one notice on the platform's side: delivered, repeated by the ladder, ended. Pure.
public struct NoticeDeliveryStateMachine: Sendable, Equatable {
    /// Where the notice is.
    public enum State: Sendable, Equatable {
        /// Delivery number `delivery` is to be sent. Can go to: inFlight.
        case due(delivery: Int)
        /// It is sent and not answered. Can go to: due, succeeded, givenUp.
        case inFlight(delivery: Int)
        /// The provider confirmed it. The end.
        case succeeded(deliveries: Int)
        /// The table is exhausted; only a query or the bill tells of the payment. The end.
        case givenUp
    }

    /// What the sender does next.
    public enum Action: Sendable, Equatable {
        /// Send again after this pause.
        case repeatAfter(millis: Int)
        /// The provider has it.
        case stop
        /// Nothing more comes.
        case giveUp
    }

    /// Where the notice is.
    public private(set) var state = State.due(delivery: 1)
    private let ladder: NoticeLadder

    /// A notice that was not sent yet.
    public init(ladder: NoticeLadder) {
        self.ladder = ladder
    }

    /// A delivery begins; its number, 1 is the first.
    public mutating func begin() -> Int {
        guard case .due(let delivery) = state else { preconditionFailure("a notice is sent only when it is due") }
        state = .inFlight(delivery: delivery)
        return delivery
    }

    /// The delivery ended.
    public mutating func finish(_ outcome: DeliveryOutcome) -> Action {
        guard case .inFlight(let delivery) = state else { preconditionFailure("only what was sent can end") }
        if outcome.isSuccess {
            state = .succeeded(deliveries: delivery)
            return .stop
        }
        guard let pause = ladder.pauseMillis(afterDelivery: delivery) else {
            state = .givenUp
            return .giveUp
        }
        state = .due(delivery: delivery + 1)
        return .repeatAfter(millis: pause)
    }
}

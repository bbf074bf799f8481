/// What is special about a merchant of the simulated world.
public enum MerchantRole: String, Sendable, CaseIterable {
    /// Its server answers as servers do.
    case healthy
    /// Its server takes every order and answers later than the platform has patience for.
    case slow
    /// Its server answers 500 for a while and then recovers.
    case failing
    /// Nothing listens at its endpoint.
    case dead
    /// It is registered only in the middle of the run; before, one shop sells by a sticker without asking the gate.
    case late
    /// The operator restricts it for a while.
    case restricted
    /// It is honest until a moment of the run, and fakes orders from then on.
    case faker
    /// It is honest, and has a rush for a while: many shoppers, ordinary amounts.
    case lunchRush = "lunch rush"

    /// Roles whose payments are streams of their own, beside the common ones.
    static let withOwnStream: [MerchantRole] = [.faker, .lunchRush]

    /// How many of a hundred thousand shoppers choose it, relative to the others.
    var weight: Int {
        switch self {
        case .healthy: 3
        case .slow, .failing, .dead, .late, .restricted: 1
        case .faker, .lunchRush: 0
        }
    }

    /// How its server answers at a moment of the run.
    func answer(atMillis millis: Int, timeline: WorldTimeline, answerLimitMillis: Int) -> MerchantAnswer {
        switch self {
        case .failing where timeline.failing.contains(millis): MerchantAnswer(status: 500, delayMillis: 5)
        case .slow: MerchantAnswer(status: 200, delayMillis: answerLimitMillis * 7 / 5)
        default: MerchantAnswer(status: 200, delayMillis: 20)
        }
    }
}

/// One answer of a merchant's server.
struct MerchantAnswer: Sendable, Equatable {
    let status: Int
    let delayMillis: Int

    var isSuccess: Bool { 200..<300 ~= status }
}

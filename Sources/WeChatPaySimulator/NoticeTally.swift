internal import Synchronization

/// What the platform saw of a provider.
public struct NoticeFigures: Sendable, Equatable {
    /// Payments whose notices were begun.
    public var notices = 0
    /// Notices confirmed by the first delivery that left the platform.
    public var firstTrySuccesses = 0
    /// Of the others: how their first delivery failed.
    public var firstTryFailures: [FailureKind: Int] = [:]
    /// Notices confirmed at all.
    public var successes = 0
    /// Notices whose table was exhausted.
    public var givenUp = 0
    /// Deliveries after a failed one.
    public var repeats = 0
    /// Second copies sent at the same time.
    public var copies = 0
    /// Deliberately wrong signatures sent.
    public var probes = 0
    /// Of these: answered with success. Must be 0.
    public var probesAccepted = 0
    /// From sending to the answer, or to the end of the platform's patience; refused connections are not among them.
    public var answerTimes = AnswerTimes()

    /// How a delivery failed.
    public enum FailureKind: String, Sendable, CaseIterable {
        /// Nobody took the connection, or it broke.
        case unreachable
        /// No answer in time.
        case timedOut = "timed out"
        /// Another status than 200 or 204.
        case errorStatus = "error status"
    }

    /// Notices that are neither confirmed nor given up: still repeated.
    public var pending: Int { notices - successes - givenUp }
}

/// Counts what the platform sees. Thread-safe.
final class NoticeTally: Sendable {
    private let figuresBox = Mutex(NoticeFigures())

    var figures: NoticeFigures { figuresBox.withLock { $0 } }

    func update(_ change: (inout NoticeFigures) -> Void) {
        figuresBox.withLock { change(&$0) }
    }

    /// Counts a delivery that left the platform.
    /// - Parameter isFirst: whether it is the first of its notice that did.
    func count(_ outcome: DeliveryOutcome, isFirst: Bool, micros: Int) {
        update { figures in
            if isFirst {
                if outcome.isSuccess { figures.firstTrySuccesses += 1 }
                if let kind = outcome.failureKind { figures.firstTryFailures[kind, default: 0] += 1 }
            }
            switch outcome {
            case .answered, .refusedInBody, .timedOut: figures.answerTimes.add(micros: micros)
            case .unreachable, .lostOnTheWay: break
            }
        }
    }
}

extension DeliveryOutcome {
    /// What a failed delivery counts as; nil for one that did not fail, or never left.
    var failureKind: NoticeFigures.FailureKind? {
        switch self {
        case .answered: isSuccess ? nil : .errorStatus
        case .refusedInBody: .errorStatus
        case .timedOut: .timedOut
        case .unreachable: .unreachable
        case .lostOnTheWay: nil
        }
    }
}

internal import MessageModel
internal import Synchronization

/// Counts what a platform sees. Thread-safe.
final class PlatformTally: Sendable {
    private let time: any TimeSource
    private let figuresBox = Mutex(PlatformFigures())

    init(time: any TimeSource) {
        self.time = time
    }

    var figures: PlatformFigures { figuresBox.withLock { $0 } }

    func update(_ change: (inout PlatformFigures) -> Void) {
        figuresBox.withLock { change(&$0) }
    }

    /// Counts a call of the API.
    func count(call name: String) {
        update { $0.calls[name, default: 0] += 1 }
    }

    /// Counts a delivery that left the platform.
    /// - Parameter isFirst: whether it is the first of its notice, and no copy.
    func count(_ outcome: DeliveryOutcome, isFirst: Bool, micros: Int) {
        let hour = time.unixSeconds / 3_600 * 3_600
        update { figures in
            if isFirst, outcome.isSuccess { figures.firstTrySuccesses += 1 }
            if let kind = outcome.failureKind { figures.failures[kind, default: 0] += 1 }
            Self.count(outcome, micros: micros, in: &figures.total)
            Self.count(outcome, micros: micros, in: &figures.hours[hour, default: PlatformFigures.Hour()])
        }
    }

    private static func count(_ outcome: DeliveryOutcome, micros: Int, in hour: inout PlatformFigures.Hour) {
        hour.deliveries += 1
        if outcome.isSuccess { hour.accepted += 1 }
        switch outcome {
        case .answered, .refusedInBody, .timedOut: hour.answerTimes.add(micros: micros)
        case .unreachable, .lostOnTheWay: break
        }
    }
}

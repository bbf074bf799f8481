public import Telemetry

/// How the platform's deliveries of one period were answered, as the platform sees it. A value type.
///
/// Only what reached this daemon can be counted: a delivery that was lost on the way, or that found no listener, is not among them.
public struct RatingTally: Sendable, Equatable {
    /// Notices answered with success and in time at the first delivery that reached us.
    public internal(set) var firstTry: UInt64 = 0
    /// Notices stored at a later delivery, after one that failed here.
    public internal(set) var afterFailure: UInt64 = 0
    /// Deliveries of notices that were stored before, answered with success: the platform did not see our answer, or sends copies.
    public internal(set) var repeats: UInt64 = 0
    /// The platform's deliberately wrong signatures; no deliveries.
    public internal(set) var probes: UInt64 = 0
    /// Refused before anything showed that the platform sent it; no deliveries. A key of the platform's that we do not know shows here.
    public internal(set) var unverified: UInt64 = 0
    /// From arrival to answer, microseconds, of all deliveries.
    public internal(set) var times = TimeBuckets(uppers: RatingLimits.answerBucketsMicros)
    /// By ``DeliveryFailure/index``.
    var failureCounts = [UInt64](repeating: 0, count: DeliveryFailure.allCases.count)

    /// Nothing was delivered yet.
    public init() {}

    /// Deliveries that failed for this reason.
    public func failures(_ reason: DeliveryFailure) -> UInt64 { failureCounts[reason.index] }

    /// Deliveries that failed; the platform repeats each of them, while its schedule lasts.
    public var failures: UInt64 { failureCounts.reduce(0, +) }

    /// Deliveries answered with success and in time.
    public var successes: UInt64 { firstTry + afterFailure + repeats }

    /// All deliveries of the platform.
    public var deliveries: UInt64 { successes + failures }

    /// Share of deliveries answered with success and in time; nil without deliveries.
    public var successRate: Double? { deliveries == 0 ? nil : Double(successes) / Double(deliveries) }

    /// Share of stored notices that were stored at the first delivery, in time; nil where none was.
    public var firstTryRate: Double? {
        let notices = firstTry + afterFailure + failures(.late)
        return notices == 0 ? nil : Double(firstTry) / Double(notices)
    }

    /// The answer time that this share (0…1) of the deliveries did not exceed, microseconds: the upper end of its bucket. 0 without deliveries.
    public func answerMicros(_ quantile: Double) -> UInt64 { times.quantile(quantile) }

    /// The longest answer time, microseconds.
    public var longestMicros: UInt64 { times.longest }

    /// Nothing happened.
    public var isEmpty: Bool { deliveries == 0 && probes == 0 && unverified == 0 }

    /// Adds another period.
    public mutating func add(_ other: RatingTally) {
        firstTry += other.firstTry
        afterFailure += other.afterFailure
        repeats += other.repeats
        probes += other.probes
        unverified += other.unverified
        times.add(other.times)
        for index in failureCounts.indices { failureCounts[index] += other.failureCounts[index] }
    }

    /// Counts one delivery.
    ///
    /// - Parameter failedBefore: whether an earlier delivery of the same notice failed here.
    mutating func count(_ answer: RatedAnswer, failedBefore: Bool) {
        times.record(answer.micros)
        switch answer.outcome {
        case .failed(let reason): failureCounts[reason.index] += 1
        case .stored, .repeated:
            if answer.micros > RatingLimits.answerMicrosMax {
                failureCounts[DeliveryFailure.late.index] += 1
            } else if answer.outcome == .repeated {
                repeats += 1
            } else if failedBefore {
                afterFailure += 1
            } else {
                firstTry += 1
            }
        }
    }
}

/// How near the rating is to suffering.
public enum RatingLevel: Int, Sendable, Comparable, CaseIterable {
    /// Less than half of what the limits leave room for is used.
    case good = 0
    /// More than half of it is used, or nothing comes but what no known key signed.
    case warning = 1
    /// A limit is passed, or nothing succeeds.
    case alarm = 2

    /// Its name.
    public var name: String {
        switch self {
        case .good: "good"
        case .warning: "warning"
        case .alarm: "alarm"
        }
    }

    /// By severity.
    public static func < (left: RatingLevel, right: RatingLevel) -> Bool { left.rawValue < right.rawValue }
}

/// The limits of the rating.
public struct RatingThresholds: Sendable, Equatable {
    /// Share of deliveries that must be answered with success and in time, below 1.
    public var successRate: Double
    /// Milliseconds within which 99 % of the deliveries must be answered.
    public var p99Millis: UInt64

    /// Joins the members.
    public init(successRate: Double = 0.999, p99Millis: UInt64 = 1_000) {
        self.successRate = successRate
        self.p99Millis = p99Millis
    }

    /// What these figures mean, and why; good where there are too few deliveries to tell, unless all of them failed.
    public func level(of window: RatingTally) -> (level: RatingLevel, reasons: [String]) {
        guard window.deliveries >= RatingLimits.alarmDeliveryCountMin else { return Self.levelOfFew(window) }
        var level = RatingLevel.good
        var reasons: [String] = []
        let failed = Double(window.failures) / Double(window.deliveries)
        let budget = 1 - successRate
        if failed > budget / 2 {
            level = max(level, failed > budget ? .alarm : .warning)
            reasons.append("\(window.failures) of \(window.deliveries) deliveries failed")
        }
        // Slower than 99 % of all: counted in buckets, so what is told is the upper end of the bucket.
        let p99 = window.answerMicros(0.99)
        if p99 > p99Millis * 500 {
            level = max(level, p99 > p99Millis * 1_000 ? .alarm : .warning)
            reasons.append("the 99th percentile of answer times is \(p99 / 1_000) ms")
        }
        return (level, reasons)
    }

    /// At night, and after we lost a key, there are few deliveries: shares say little then, but that not one succeeds says all.
    private static func levelOfFew(_ window: RatingTally) -> (level: RatingLevel, reasons: [String]) {
        if window.successes == 0, window.failures >= RatingLimits.alarmFailureCountMin {
            return (.alarm, ["all \(window.failures) deliveries failed"])
        }
        // Anybody may send us what is not signed; where nothing else comes, the platform's own may be among it.
        if window.deliveries == 0, window.unverified >= RatingLimits.warningUnverifiedCountMin {
            return (.warning, ["no delivery, but \(window.unverified) requests that no known key signed"])
        }
        return (.good, [])
    }
}

/// Whether the rating is in danger: rises at once, falls when the figures were better for ``RatingLimits/alarmFallMillis``. Pure; the caller has the clock.
public struct RatingAlarm: Sendable, Equatable {
    /// The limits.
    public let thresholds: RatingThresholds
    /// Where it stands.
    public private(set) var level = RatingLevel.good
    /// Since when, Unix milliseconds; nil: since the start.
    public private(set) var sinceMillis: Int64?
    /// Why it rose last.
    public private(set) var reasons: [String] = []
    /// Since when the figures are better than the level, and the worst of them.
    private var better: (sinceMillis: Int64, level: RatingLevel)?

    /// All is good.
    public init(_ thresholds: RatingThresholds) { self.thresholds = thresholds }

    /// Looks at the window; true where the level has changed.
    public mutating func look(_ window: RatingTally, nowMillis: Int64) -> Bool {
        let (found, why) = thresholds.level(of: window)
        if found >= level {
            better = nil
            if found > .good { reasons = why }
            guard found > level else { return false }
            return change(to: found, nowMillis)
        }
        let worst = max(better?.level ?? .good, found)
        better = (better?.sinceMillis ?? nowMillis, worst)
        guard nowMillis - (better?.sinceMillis ?? nowMillis) >= RatingLimits.alarmFallMillis else { return false }
        better = nil
        if worst == .good { reasons = [] }
        return change(to: worst, nowMillis)
    }

    private mutating func change(to level: RatingLevel, _ nowMillis: Int64) -> Bool {
        self.level = level
        sinceMillis = nowMillis
        return true
    }

    /// Member by member.
    public static func == (left: RatingAlarm, right: RatingAlarm) -> Bool {
        left.thresholds == right.thresholds && left.level == right.level && left.sinceMillis == right.sinceMillis
            && left.reasons == right.reasons && left.better?.sinceMillis == right.better?.sinceMillis
            && left.better?.level == right.better?.level
    }
}

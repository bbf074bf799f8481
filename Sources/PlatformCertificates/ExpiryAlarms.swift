internal import AccessControl

/// When an operator is told that keys end: 30, 7 and 1 days before the end of each certificate and at its end; daily while the last key of all is within
/// the first of these. At most one alarm a day and key. Pure.
struct ExpiryAlarms {
    /// One alarm.
    struct Alarm: Equatable {
        let serial: String
        /// Negative where it has ended.
        let secondsLeft: Int64
        /// Whether no other key holds longer: afterwards no notice can be checked.
        let isLast: Bool
    }

    private struct Told {
        var atSeconds: Int64
        /// Index in the list of thresholds.
        var stage: Int
    }

    private var told: [String: Told] = [:]

    /// What is to be told now.
    mutating func due(_ keys: PlatformKeysReport, nowSeconds: Int64) -> [Alarm] {
        let lastEnd = keys.lastEndSeconds
        let names = Set(keys.keys.map(\.name))
        told = told.filter { names.contains($0.key) }
        return keys.keys.compactMap { key in
            guard let end = key.notAfterSeconds else { return nil }
            let left = end - nowSeconds
            guard let stage = PlatformCertificatesLimits.alarmSeconds.lastIndex(where: { left <= $0 }) else {
                told[key.name] = nil
                return nil
            }
            let isLast = end == lastEnd
            if let earlier = told[key.name] {
                let isRested = nowSeconds - earlier.atSeconds >= PlatformCertificatesLimits.alarmPauseSeconds
                guard isRested, isLast || stage > earlier.stage else { return nil }
            }
            told[key.name] = Told(atSeconds: nowSeconds, stage: stage)
            return Alarm(serial: key.name, secondsLeft: left, isLast: isLast)
        }
    }
}

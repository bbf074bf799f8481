internal import PaymentNotice

/// How many notices of each event type were stored for the first time: a bounded set of names, though the platform's set is open.
public struct EventCounts: Sendable, Equatable {
    /// Known event types, and the first unknown ones, with their counts.
    public private(set) var counts: [String: UInt64] = [:]
    /// Notices of unknown types beyond the bound of names.
    public private(set) var further: UInt64 = 0
    private var unknownNameCount = 0

    /// Nothing counted yet.
    public init() {}

    /// Counts one; true where its type is unknown and was not met before (or not named any more).
    public mutating func count(_ eventType: String) -> Bool {
        if let count = counts[eventType] {
            counts[eventType] = count + 1
            return false
        }
        if !NoticeEventTypes.known.contains(eventType) {
            guard unknownNameCount < NoticeIngestLimits.unknownEventTypeCountMax else {
                further += 1
                return false
            }
            unknownNameCount += 1
        }
        counts[eventType] = 1
        return !NoticeEventTypes.known.contains(eventType)
    }

    /// The counts by name, those beyond the bound as `(further)`; sorted.
    public var named: [(name: String, count: UInt64)] {
        var list = counts.map { (name: $0.key, count: $0.value) }
        if further > 0 { list.append(("(further)", further)) }
        return list.sorted { $0.name < $1.name }
    }
}

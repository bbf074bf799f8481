internal import BoundedJSON
internal import Telemetry

extension RatingTally {
    /// Version of the row; another one is another meaning of its members or other buckets.
    private static let version: Int64 = 1

    /// Bytes of a row: JSON, below 2,000 bytes.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter(reservingByteCount: 512)
        writer.beginObject()
        writer.member("version", Self.version)
        writer.member("first_try", Int64(clamping: firstTry))
        writer.member("after_failure", Int64(clamping: afterFailure))
        writer.member("repeats", Int64(clamping: repeats))
        writer.member("probes", Int64(clamping: probes))
        writer.member("unverified", Int64(clamping: unverified))
        writer.key("failures")
        writer.beginObject()
        for reason in DeliveryFailure.allCases where failures(reason) > 0 {
            writer.member(reason.rawValue, Int64(clamping: failures(reason)))
        }
        writer.endObject()
        writer.key("times")
        writer.beginArray()
        for count in times.counts { writer.integer(Int64(clamping: count)) }
        writer.endArray()
        writer.member("total_micros", Int64(clamping: times.total))
        writer.member("longest_micros", Int64(clamping: times.longest))
        writer.endObject()
        return writer.bytes
    }

    /// Reads ``encoded()``; nil for anything else.
    public init?(encoded bytes: [UInt8]) {
        guard let root = try? JSONValue.parse(bytes), root["version"]?.int64 == Self.version,
            let failures = root["failures"]?.members, let counts = root["times"]?.array?.map({ Self.count($0) }),
            let total = Self.count(root["total_micros"]), let longest = Self.count(root["longest_micros"]),
            let firstTry = Self.count(root["first_try"]), let afterFailure = Self.count(root["after_failure"]),
            let repeats = Self.count(root["repeats"]), let probes = Self.count(root["probes"]),
            let unverified = Self.count(root["unverified"]), !counts.contains(nil),
            let times = TimeBuckets(
                uppers: RatingLimits.answerBucketsMicros, counts: counts.compactMap(\.self), total: total,
                longest: longest)
        else { return nil }
        self.init()
        for (name, value) in failures {
            guard let reason = DeliveryFailure(rawValue: name), let count = Self.count(value) else { return nil }
            failureCounts[reason.index] = count
        }
        self.firstTry = firstTry
        self.afterFailure = afterFailure
        self.repeats = repeats
        self.probes = probes
        self.unverified = unverified
        self.times = times
    }

    private static func count(_ value: JSONValue?) -> UInt64? { value?.int64.flatMap { UInt64(exactly: $0) } }
}

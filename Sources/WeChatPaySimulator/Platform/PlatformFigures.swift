internal import BoundedJSON

/// What a platform saw of the provider. A value.
struct PlatformFigures: Sendable, Equatable {
    /// One hour of deliveries.
    struct Hour: Sendable, Equatable {
        /// Deliveries that left the platform, copies among them, probes not.
        var deliveries = 0
        /// Of these: confirmed in time.
        var accepted = 0
        /// Of those that were answered, or waited for in vain.
        var answerTimes = AnswerTimes()
    }

    /// Notices begun.
    var notices = 0
    /// Notices that were never sent, on purpose.
    var lost = 0
    /// Notices whose URL is none the simulation may call.
    var unaddressed = 0
    /// Notices confirmed in the end.
    var successes = 0
    /// Of these: by their first delivery.
    var firstTrySuccesses = 0
    /// Notices whose table was exhausted.
    var givenUp = 0
    /// Deliveries after a failed one.
    var repeats = 0
    /// Further copies of a delivery, sent at the same time.
    var copies = 0
    /// Deliberately wrong signatures sent.
    var probes = 0
    /// Of these: answered with success. Must be 0.
    var probesAccepted = 0
    /// How deliveries failed.
    var failures: [NoticeFigures.FailureKind: Int] = [:]
    /// All hours together.
    var total = Hour()
    /// By the hour's beginning, Unix seconds.
    var hours: [Int64: Hour] = [:]
    /// Calls of the API, by what they asked for.
    var calls: [String: Int] = [:]
    /// Calls refused for their signature.
    var refusedCalls = 0

    /// The control interface's answer. Rates have six digits; times are microseconds.
    var json: [UInt8] {
        var writer = JSONWriter(reservingByteCount: 2_048)
        writer.beginObject()
        for (name, count) in [
            ("notices", notices), ("lost", lost), ("unaddressed", unaddressed), ("deliveries", total.deliveries),
            ("accepted_deliveries", total.accepted), ("successes", successes),
            ("first_try_successes", firstTrySuccesses), ("given_up", givenUp), ("repeats", repeats),
            ("copies", copies), ("probes", probes), ("probes_accepted", probesAccepted),
            ("pending", notices - unaddressed - successes - givenUp),
        ] { writer.member(name, count) }
        writer.rate("success_rate", total.accepted, of: total.deliveries)
        writer.rate("notice_success_rate", successes, of: notices)
        writer.rate("first_try_rate", firstTrySuccesses, of: notices)
        writer.times(total.answerTimes)
        writer.object("failures") { writer in
            for kind in NoticeFigures.FailureKind.allCases { writer.member(kind.rawValue, failures[kind] ?? 0) }
        }
        writer.member("queries", (calls["query"] ?? 0) + (calls["v2_query"] ?? 0))
        writer.object("calls") { writer in
            for (name, count) in calls.sorted(by: { $0.key < $1.key }) { writer.member(name, count) }
        }
        writer.member("refused_calls", refusedCalls)
        writer.key("hours")
        writer.beginArray()
        for (start, hour) in hours.sorted(by: { $0.key < $1.key }) {
            writer.beginObject()
            writer.member("from", ChinaTime.text(millis: start * 1_000))
            writer.member("deliveries", hour.deliveries)
            writer.member("accepted_deliveries", hour.accepted)
            writer.rate("success_rate", hour.accepted, of: hour.deliveries)
            writer.times(hour.answerTimes)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}

extension JSONWriter {
    /// A share of 1 with six digits, rounded down; 1 of nothing.
    fileprivate mutating func rate(_ name: String, _ part: Int, of whole: Int) {
        key(name)
        let millionths = whole > 0 ? part * 1_000_000 / whole : 1_000_000
        let digits = Format.leftPadded(String(millionths % 1_000_000), 6, with: "0")
        raw(Array("\(millionths / 1_000_000).\(digits)".utf8))
    }

    fileprivate mutating func times(_ times: AnswerTimes) {
        for (name, micros) in zip(
            ["p50_micros", "p95_micros", "p99_micros"], times.quantilesMicros([0.5, 0.95, 0.99]))
        {
            member(name, micros)
        }
    }
}

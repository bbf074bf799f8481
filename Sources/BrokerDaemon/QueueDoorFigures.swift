internal import AccessControl
internal import Console
internal import HTTPDataPlane
internal import QueueAPI
internal import Telemetry

extension DaemonStatus {
    /// What the queue API reports.
    static func section(_ door: QueueDoor, keys: APIKeyFileFollower?) -> StatusSection {
        StatusSection(name: "queue_api") {
            let native = door.native.figures
            let cmq = door.cmq.figures()
            let server = door.counters.snapshot()
            let counts: (all: Int, enabled: Int) = keys?.book.counts ?? (0, 0)
            return [
                ("keys", .count(counts.all)), ("keys_enabled", .count(counts.enabled)),
                ("keys_file_fault", .text(keys?.fault?.description ?? "")),
                ("connections", .count(server.connectionsOpen)),
                (
                    "cmq",
                    .object([
                        ("answers", .object(answers(cmq))), ("repeats", .count(cmq.repeats)),
                        ("returned_messages", .count(cmq.returnedMessages)),
                        ("abandoned_polls", .count(cmq.abandonedPolls)), ("in_flight", .count(cmq.inFlight)),
                        ("waiting_receives", .count(cmq.waitingPolls)),
                        ("store_p50_micros", .count(cmq.storeTimes.quantile(0.5))),
                        ("store_p99_micros", .count(cmq.storeTimes.quantile(0.99))),
                    ])
                ),
                (
                    "native",
                    .object([
                        ("succeeded", .count(native.succeeded)), ("refused", .count(native.refused)),
                        ("unauthenticated", .count(native.unauthenticated)), ("forbidden", .count(native.forbidden)),
                        ("failed", .count(native.failed)), ("stored", .count(native.stored)),
                        ("duplicates", .count(native.duplicates)), ("received", .count(native.received)),
                        ("settled", .count(native.settled)), ("in_flight", .count(native.inFlight)),
                        ("waiting_receives", .count(native.waitingReceives)), ("streams", .count(native.streams)),
                    ])
                ),
            ]
        }
    }

    /// Answers of all kinds of calls by kind of answer, those that were given.
    private static func answers(_ figures: QueueAPIFigures) -> [(String, StatusValue)] {
        QueueAPIAnswer.allCases.compactMap { answer in
            let count = figures.answers.values.reduce(0) { $0 + ($1[answer] ?? 0) }
            return count == 0 ? nil : (answer.rawValue, .count(count))
        }
    }
}

extension DaemonMetrics {
    /// The queue API's. Labels come from bounded sets; there is none per key or queue.
    static func families(_ door: QueueDoor, keys: APIKeyFileFollower?) -> [MetricFamily] {
        let native = door.native.figures
        let server = door.counters.snapshot()
        var requests = MetricFamily("queue_api_native_requests_total", .counter)
        requests.add([("outcome", "succeeded")], native.succeeded)
        requests.add([("outcome", "refused")], native.refused)
        requests.add([("outcome", "unauthenticated")], native.unauthenticated)
        requests.add([("outcome", "forbidden")], native.forbidden)
        requests.add([("outcome", "failed")], native.failed)
        var messages = MetricFamily("queue_api_native_messages_total", .counter)
        messages.add([("kind", "stored")], native.stored)
        messages.add([("kind", "duplicate")], native.duplicates)
        messages.add([("kind", "received")], native.received)
        messages.add([("kind", "settled")], native.settled)
        var refusals = MetricFamily("queue_api_refusals_total", .counter)
        for (reason, count) in server.refusals.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            refusals.add([("reason", reason.rawValue)], count)
        }
        return cmqFamilies(door.cmq.figures()) + [
            requests, messages, refusals,
            MetricFamily("queue_api_native_in_flight", .gauge, native.inFlight),
            MetricFamily("queue_api_native_waiting_receives", .gauge, native.waitingReceives),
            MetricFamily("queue_api_native_streams", .gauge, native.streams),
            MetricFamily("queue_api_connections", .gauge, server.connectionsOpen),
            MetricFamily("queue_api_keys", .gauge, keys?.book.counts.all ?? 0),
            MetricFamily("queue_api_keys_file_bad", .gauge, keys?.fault == nil ? 0 : 1),
        ]
    }

    /// What CMQ's clients were answered.
    private static func cmqFamilies(_ figures: QueueAPIFigures) -> [MetricFamily] {
        var answers = MetricFamily("queue_api_answers_total", .counter)
        for family in QueueAPIFamily.allCases {
            for answer in QueueAPIAnswer.allCases {
                guard let count = figures.answers[family]?[answer] else { continue }
                answers.add([("call", family.rawValue), ("answer", answer.rawValue)], count)
            }
        }
        var times = MetricFamily("queue_api_store_seconds", .histogram)
        times.add(
            uppers: figures.storeTimes.uppers.map { Double($0) / 1e6 }, counts: figures.storeTimes.counts,
            sum: Double(figures.storeTimes.total) / 1e6)
        return [
            answers, times, MetricFamily("queue_api_repeats_total", .counter, figures.repeats),
            MetricFamily("queue_api_returned_messages_total", .counter, figures.returnedMessages),
            MetricFamily("queue_api_abandoned_receives_total", .counter, figures.abandonedPolls),
            MetricFamily("queue_api_waiting_receives", .gauge, figures.waitingPolls),
            MetricFamily("queue_api_in_flight", .gauge, figures.inFlight),
        ]
    }
}

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
            let server = door.counters.snapshot()
            let counts: (all: Int, enabled: Int) = keys?.book.counts ?? (0, 0)
            return [
                ("keys", .count(counts.all)), ("keys_enabled", .count(counts.enabled)),
                ("keys_file_fault", .text(keys?.fault?.description ?? "")),
                ("connections", .count(server.connectionsOpen)),
                (
                    "native",
                    .object([
                        ("succeeded", .count(native.succeeded)), ("refused", .count(native.refused)),
                        ("unauthenticated", .count(native.unauthenticated)), ("forbidden", .count(native.forbidden)),
                        ("failed", .count(native.failed)), ("stored", .count(native.stored)),
                        ("duplicates", .count(native.duplicates)), ("received", .count(native.received)),
                        ("settled", .count(native.settled)), ("in_flight", .count(native.inFlight)),
                        ("waiting_receives", .count(native.waitingReceives)),
                    ])
                ),
            ]
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
        return [
            requests, messages, refusals,
            MetricFamily("queue_api_native_in_flight", .gauge, native.inFlight),
            MetricFamily("queue_api_native_waiting_receives", .gauge, native.waitingReceives),
            MetricFamily("queue_api_connections", .gauge, server.connectionsOpen),
            MetricFamily("queue_api_keys", .gauge, keys?.book.counts.all ?? 0),
            MetricFamily("queue_api_keys_file_bad", .gauge, keys?.fault == nil ? 0 : 1),
        ]
    }
}

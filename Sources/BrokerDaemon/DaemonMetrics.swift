internal import Engine
internal import HTTPDataPlane
internal import MerchantPush
internal import Merchants
internal import NoticeIngest
internal import PaymentGate
internal import PaymentNotice
internal import PushSchedule
internal import Telemetry
internal import Tillwire

/// Services' figures in the form of metrics (`merchant-push.md` §11). Labels come from bounded sets; there is none per merchant.
enum DaemonMetrics {
    /// The gate's.
    static func families(_ gate: GateFigures) -> [MetricFamily] {
        var decisions = MetricFamily("gate_decisions_total", .counter)
        decisions.add([("decision", "accepted")], gate.accepted)
        decisions.add([("decision", "accepted_refund")], gate.acceptedRefunds)
        decisions.add([("decision", "restricted")], gate.restricted)
        decisions.add([("decision", "unknown_merchant")], gate.unknownMerchant)
        decisions.add([("decision", "bad_request")], gate.badRequest)
        decisions.add([("decision", "unauthorized")], gate.unauthorized)
        return [decisions]
    }

    /// Ingest's.
    static func families(_ notices: NoticeFigures) -> [MetricFamily] {
        var outcomes = MetricFamily("notices_total", .counter)
        outcomes.add([("outcome", "payment")], notices.accepted)
        outcomes.add([("outcome", "other")], notices.acceptedOther)
        outcomes.add([("outcome", "repeat")], notices.repeats)
        outcomes.add([("outcome", "conflict")], notices.conflicts)
        outcomes.add([("outcome", "probe")], notices.probes)
        outcomes.add([("outcome", "overloaded")], notices.overloaded)
        var generations = MetricFamily("notices_received_total", .counter)
        generations.add([("api", "v2")], notices.receivedV2)
        generations.add([("api", "v3")], notices.received - notices.receivedV2)
        var events = MetricFamily("platform_notices_total", .counter)
        for (name, count) in notices.otherEvents.named { events.add([("event_type", name)], count) }
        var refused = MetricFamily("notices_refused_total", .counter)
        for (reason, count) in notices.refused.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            refused.add([("reason", reason.rawValue)], count)
        }
        var notStored = MetricFamily("notices_not_stored_total", .counter)
        for (reason, count) in notices.notStored.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            notStored.add([("reason", reason.rawValue)], count)
        }
        var times = MetricFamily("notice_answer_seconds", .histogram)
        times.add(
            uppers: notices.answerTimes.uppers.map { Double($0) / 1e6 }, counts: notices.answerTimes.counts,
            sum: Double(notices.answerTimes.total) / 1e6)
        return [
            outcomes, generations, events, refused, notStored, times,
            MetricFamily("notices_in_flight", .gauge, notices.inFlight),
        ]
    }

    /// Push's.
    static func families(_ push: PushFigures) -> [MetricFamily] {
        var attempts = MetricFamily("push_attempts_total", .counter)
        for (outcome, count) in push.attempts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            attempts.add([("class", outcome.rawValue), ("owner", "\(outcome.owner)")], count)
        }
        var endpoints = MetricFamily("push_endpoints", .gauge)
        for (state, count) in push.endpoints.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            endpoints.add([("state", state.rawValue)], count)
        }
        var inFlight = MetricFamily("push_inflight", .gauge)
        inFlight.add([("lane", "fast")], push.inFlight - push.inFlightSlow)
        inFlight.add([("lane", "slow")], push.inFlightSlow)
        return [
            attempts, endpoints, inFlight, MetricFamily("push_acked_total", .counter, push.acked),
            MetricFamily("push_lease_ended_total", .counter, push.leaseEnded),
            times("push_time_to_first_attempt_seconds", push.timeToFirstAttempt),
            times("push_time_to_ack_seconds", push.timeToAck),
        ]
    }

    /// The backlog of push.
    static func families(_ backlog: PushBacklog) -> [MetricFamily] {
        [
            MetricFamily("push_waiting", .gauge, backlog.waiting),
            MetricFamily("push_scheduled", .gauge, backlog.delayed),
            MetricFamily("push_dead", .gauge, backlog.dead),
            MetricFamily("push_held", .gauge, backlog.held.values.reduce(0, +)),
        ]
    }

    /// The store's.
    static func families(_ store: EngineFigures) -> [MetricFamily] {
        [
            MetricFamily("store_commits_total", .counter, store.commitCount),
            MetricFamily("store_commands_total", .counter, store.commandCount),
            MetricFamily("store_map_used_bytes", .gauge, store.mapUsedByteCount),
            MetricFamily("store_map_bytes", .gauge, store.mapByteCount),
            MetricFamily("store_disk_free_bytes", .gauge, store.diskFreeByteCount),
            MetricFamily("store_reader_lag_commits", .gauge, store.readerLag),
            MetricFamily("store_corrupted_rows_total", .counter, store.corruptedCount),
            MetricFamily("store_refuses_sends", .gauge, store.refusesSends == nil ? 0 : 1),
        ]
    }

    private static func times(_ name: String, _ times: TimeBuckets) -> MetricFamily {
        var family = MetricFamily(name, .histogram)
        family.add(
            uppers: times.uppers.map { Double($0) / 1_000 }, counts: times.counts,
            sum: Double(times.total) / 1_000)
        return family
    }
}

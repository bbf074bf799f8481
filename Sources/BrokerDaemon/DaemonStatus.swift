internal import Telemetry
internal import Console
internal import Engine
internal import MerchantPush
internal import NoticeIngest
internal import PaymentGate
internal import PaymentNotice
internal import PushSchedule

/// Services' figures in the form of the operator's API.
enum DaemonStatus {
    /// What the gate reports.
    static func section(_ gate: Gatekeeper) -> StatusSection {
        StatusSection(name: "gate") {
            let figures = gate.figures
            return [
                ("accepted", .count(figures.accepted)), ("accepted_refunds", .count(figures.acceptedRefunds)),
                ("restricted", .count(figures.restricted)),
                ("unknown_merchant", .count(figures.unknownMerchant)), ("bad_request", .count(figures.badRequest)),
                ("unauthorized", .count(figures.unauthorized)),
            ]
        }
    }

    /// What ingest reports.
    static func section<E: Engine>(_ ingest: NoticeIngest<E>) -> StatusSection {
        StatusSection(name: "ingest") {
            let figures = ingest.figures()
            return [
                ("received", .count(figures.received)), ("accepted", .count(figures.accepted)),
                ("received_v2", .count(figures.receivedV2)), ("accepted_v2", .count(figures.acceptedV2)),
                ("accepted_other", .count(figures.acceptedOther)),
                ("other_events", named(figures.otherEvents.named.map { ($0.name, $0.count) })),
                ("repeats", .count(figures.repeats)),
                ("conflicts", .count(figures.conflicts)), ("probes", .count(figures.probes)),
                ("overloaded", .count(figures.overloaded)), ("in_flight", .count(figures.inFlight)),
                ("refused", named(figures.refused.map { ($0.key.rawValue, $0.value) })),
                ("not_stored", named(figures.notStored.map { ($0.key.rawValue, $0.value) })),
                ("answer_p50_micros", .count(figures.answerTimes.quantile(0.5))),
                ("answer_p99_micros", .count(figures.answerTimes.quantile(0.99))),
            ]
        }
    }

    /// What push reports.
    static func section<E: Engine>(_ push: MerchantPush<E>) -> StatusSection {
        StatusSection(name: "push") {
            let figures = await push.figures()
            var members: [(name: String, value: StatusValue)] = [
                ("acked", .count(figures.acked)), ("scheduled", .count(figures.scheduled)),
                ("dead", .count(figures.dead)), ("held", .count(figures.held)), ("returned", .count(figures.returned)),
                ("in_flight", .count(figures.inFlight)), ("lease_ended", .count(figures.leaseEnded)),
                ("malformed", .count(figures.malformed)),
                ("attempts", named(figures.attempts.map { ($0.key.rawValue, $0.value) })),
                ("endpoints", named(figures.endpoints.map { ($0.key.rawValue, UInt64($0.value)) })),
                ("time_to_ack_p50_millis", .count(figures.timeToAck.quantile(0.5))),
                ("time_to_ack_p99_millis", .count(figures.timeToAck.quantile(0.99))),
            ]
            if let backlog = try? await push.backlog() { members.append(("backlog", value(backlog))) }
            return members
        }
    }

    private static func value(_ backlog: PushBacklog) -> StatusValue {
        let held = backlog.held.sorted { $0.value > $1.value }.prefix(DaemonLimits.heldMerchantCountMax)
        return .object([
            ("waiting", .count(backlog.waiting)), ("delayed", .count(backlog.delayed)), ("dead", .count(backlog.dead)),
            ("held", named(held.map { ($0.key, $0.value) })),
        ])
    }

    private static func named(_ counts: [(String, UInt64)]) -> StatusValue {
        .object(counts.sorted { $0.0 < $1.0 }.map { ($0.0, .count($0.1)) })
    }
}

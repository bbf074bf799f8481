internal import Console
internal import HTTPDataPlane
internal import Logging
internal import MessageModel
internal import PaymentNotice
internal import QueueStore
internal import ServiceLifecycle
internal import Settings
internal import Telemetry
internal import Tillwire
internal import TopicFanOut

/// The push of topics to HTTP subscribers, with connections of its own: subscribers that hang take none from merchants.
///
/// The operator's switches for merchants' endpoints (`push.*`) hold for subscribers too (`reliability.md` rule 36).
struct TopicPush: Sendable {
    let fanOut: TopicFanOut<Store>
    private let client: OutboundClient

    /// Joins it over the store; nothing runs yet.
    init(
        _ settings: BrokerSettings, policy: EndpointPolicy, broker: EmbeddedBroker, loops: DataPlaneLoops,
        time: any TimeSource
    ) {
        client = OutboundClient(
            settings: OutboundSettings(
                policy: policy, limits: TopicFanOutLimits.outbound, trustedRootsPath: settings.push.trustedRootsFile),
            loops: loops)
        fanOut = TopicFanOut(
            broker: broker, client: client, time: time, logger: Logger(label: "fan-out"),
            settings: TopicFanOutSettings(policy: policy, moneyTopics: Self.moneyTopics))
    }

    /// Topics from which nothing is ever dropped: payments, and refunds and restrictions among the other notices.
    static let moneyTopics = Set(
        [RoadNames.orderPaymentsTopic, RoadNames.platformNoticesTopic].compactMap { try? EntityName($0) })

    /// Closes its connections. Call after all services have ended.
    func shutdown() async { await client.shutdown() }
}

// MARK: - Figures

extension TopicPush {
    /// What the status answers of it: what was done, and subscribers that fail.
    var section: StatusSection {
        StatusSection(name: "topic_push") { [fanOut] in
            let figures = await fanOut.figures()
            let failing = figures.subscribers.filter { $0.failingSince != nil }
            return [
                ("subscribers", .count(UInt64(figures.subscriberCount))),
                ("failing", .count(UInt64(figures.failingCount))),
                ("unusable", .count(UInt64(figures.unusableCount))),
                ("waiting_for_slot", .count(UInt64(figures.waitingForSlotCount))),
            ] + Self.members(figures.counts) + [
                (
                    "failing_subscribers",
                    .object(
                        failing.prefix(DaemonLimits.failingSubscriberCountMax).map {
                            ("\($0.topic)/\($0.subscription)", Self.value($0))
                        })
                )
            ]
        }
    }

    private static func members(_ counts: FanOutCounts) -> [(name: String, value: StatusValue)] {
        [
            ("delivered", .count(counts.delivered)), ("failed_attempts", .count(counts.failedAttempts)),
            ("dropped", .count(counts.dropped)), ("dead_lettered", .count(counts.deadLettered)),
            ("expired", .count(counts.expired)), ("not_sent", .count(counts.notSent)),
            ("not_committed", .count(counts.notCommitted)),
        ]
    }

    private static func value(_ subscriber: SubscriberFigures) -> StatusValue {
        .object([
            ("waiting", .count(subscriber.waiting ?? 0)),
            ("failing_since_millis", .integer(Int64(subscriber.failingSince?.milliseconds ?? 0))),
            ("attempts", .count(UInt64(subscriber.attemptCount))),
            ("next_attempt_millis", .integer(Int64(subscriber.nextAttemptAt?.milliseconds ?? 0))),
            ("last", .text(subscriber.lastOutcome)),
        ])
    }

    /// Its figures in the form of metrics. Labels come from bounded sets; there is none per subscriber.
    func metricFamilies() async -> [MetricFamily] {
        let figures = await fanOut.figures()
        var messages = MetricFamily("topic_push_messages_total", .counter)
        messages.add([("outcome", "delivered")], figures.counts.delivered)
        messages.add([("outcome", "dropped")], figures.counts.dropped)
        messages.add([("outcome", "dead_lettered")], figures.counts.deadLettered)
        messages.add([("outcome", "expired")], figures.counts.expired)
        return [
            messages, MetricFamily("topic_push_failed_attempts_total", .counter, figures.counts.failedAttempts),
            MetricFamily("topic_push_not_committed_total", .counter, figures.counts.notCommitted),
            MetricFamily("topic_push_subscribers", .gauge, figures.subscriberCount),
            MetricFamily("topic_push_failing_subscribers", .gauge, figures.failingCount),
        ]
    }
}

internal import CMQProtocol
internal import Engine
internal import HTTPDataPlane
internal import Logging
internal import MessageModel
internal import Synchronization
internal import Tillwire

/// What all subscribers share. Thread-safe.
final class FanOutContext<E: Engine>: Sendable {
    let broker: Broker<E>
    let client: OutboundClient
    let time: any TimeSource
    let clock: EngineClock
    let logger: Logger
    let settings: TopicFanOutSettings
    let chance: PushChance
    let slots: PushSlots
    /// When a line about this kind of alarm was last logged; kinds are a bounded set.
    private let loggedAtMillis = Mutex<[String: UInt64]>([:])

    init(
        broker: Broker<E>, client: OutboundClient, time: any TimeSource, logger: Logger, settings: TopicFanOutSettings,
        chance: PushChance
    ) {
        self.broker = broker
        self.client = client
        self.time = time
        clock = EngineClock(time)
        self.logger = logger
        self.settings = settings
        self.chance = chance
        slots = PushSlots(count: min(max(settings.slotCountMax, 4), TopicFanOutLimits.slotCountCeiling))
    }

    /// Milliseconds an endpoint has to answer.
    var answerMillisMax: UInt64 { min(max(settings.answerMillisMax, 100), TopicFanOutLimits.answerMillisMax) }

    /// One push. Changes nothing. Waiting for the answer holds up nobody else.
    @concurrent
    func push(_ message: Message<E>, to subscription: HTTPSubscription) async -> PushOutcome {
        guard let text = subscription.annotation.url else { return .notSent("no_endpoint", afterMillis: 0) }
        let url: EndpointURL
        do { url = try EndpointURL.parse(text, policy: settings.policy) } catch {
            // Held, not failed: once the operator allows the address, or the subscriber gives another, the message is still there.
            return .notSent("endpoint_not_allowed", afterMillis: TopicFanOutLimits.senderFaultMillisLong)
        }
        let pushed = PushedMessage(
            topic: subscription.topic, subscription: subscription.name, id: message.id, tags: message.properties.tags,
            body: message.body, publishedAt: message.enqueuedAt)
        let push = PushRequest(pushed, as: subscription.annotation, requestID: chance.requestID())
        let request = OutboundRequest(
            url: url, headers: HTTPFields(push.headers.map { ($0.name, $0.value) }), body: Array(push.body.slice),
            timeLimits: OutboundTimeLimits(totalMillis: Int(answerMillisMax)))
        do throws(OutboundFailure) {
            return PushOutcome(status: try await client.send(request).status)
        } catch { return PushOutcome(error) }
    }

    /// The dead-letter queue of a subscription; made where it is missing.
    func deadLetterQueue(of subscription: HTTPSubscription) async throws(BrokerError) -> QueueID {
        guard let name = HTTPSubscriptionQueue.deadLetterName(for: subscription.queue) else {
            throw .queueNotFound(subscription.queue.text)
        }
        if let entry = broker.topology.queues[name] { return entry.id }
        return try await broker.createQueue(name).id
    }

    /// Lets time pass after a fault of the store; at once where the task is cancelled.
    func pause(millis: UInt64) async {
        try? await Task.sleep(for: .milliseconds(time.realMilliseconds(for: millis) ?? millis))
    }

    /// Whether a line about this kind of alarm may be logged now.
    func mayLog(_ kind: String) -> Bool {
        let now = time.now.milliseconds
        return loggedAtMillis.withLock { logged in
            if let last = logged[kind], now < last + TopicFanOutLimits.alarmLogMillisMin { return false }
            logged[kind] = now
            return true
        }
    }
}

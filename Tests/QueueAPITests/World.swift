import CMQProtocol
import Engine
import MessageModel
import QueueAPI
import QueueStore
import TestSupport
import Testing
import Tillwire

/// The calls of the queue API over a store of their own, on a clock that stands.
struct World: Sendable {
    let broker: EmbeddedBroker
    let operations: QueueOperations<Store>
    let time: ManualTimeSource

    /// Opens a store, lends it, closes and audits it.
    static func with(
        _ adjust: (inout QueueOperationSettings) -> Void = { _ in },
        start: Timestamp = Timestamp(milliseconds: 1_760_000_000_000),
        _ body: @Sendable (World) async throws -> Void
    ) async throws {
        let time = ManualTimeSource(start: start)
        let store = TemporaryStore(mapByteCount: Limits.mapByteCountMin) { $0.time = time }
        var settings = QueueOperationSettings { url in
            url.contains("inside") ? "private addresses are not pushed to" : nil
        }
        adjust(&settings)
        let fixed = settings
        let (_, problems) = try await store.run { broker in
            let operations = QueueOperations(broker: broker, settings: fixed)
            try await body(World(broker: broker, operations: operations, time: time))
        }
        #expect(problems.isEmpty)
    }

    /// A control call's result.
    @discardableResult
    func done(_ request: CMQRequest) async throws -> CMQResult { try await operations.control(request) }

    /// A control call's fault; nil where it succeeded.
    func fault(_ request: CMQRequest) async -> CMQFault? {
        do throws(CMQFault) {
            _ = try await operations.control(request)
            return nil
        } catch { return error }
    }

    /// Asserts that a control call is refused so, and that nothing was changed by it.
    func refuses(
        _ request: CMQRequest, _ fault: CMQFault, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        let before = broker.topology
        let found = await self.fault(request)
        #expect(found == fault, sourceLocation: sourceLocation)
        let after = broker.topology
        #expect(before.queues == after.queues && before.topics == after.topics, sourceLocation: sourceLocation)
    }

    func makeQueue(_ name: EntityName, _ change: (inout QueueSettings) -> Void = { _ in }) async throws {
        var settings = QueueSettings()
        change(&settings)
        try await done(.createQueue(name, settings))
    }

    func queue(_ name: EntityName) async throws -> QueueDescription {
        guard case .queue(let found) = try await done(.describeQueue(name)) else { throw Unexpected() }
        return found
    }

    func topic(_ name: EntityName) async throws -> TopicDescription {
        guard case .topic(let found) = try await done(.describeTopic(name)) else { throw Unexpected() }
        return found
    }

    func subscription(_ topic: EntityName, _ name: EntityName) async throws -> SubscriptionDescription {
        guard case .subscription(let found) = try await done(.describeSubscription(topic: topic, subscription: name))
        else { throw Unexpected() }
        return found
    }

    func send(
        _ queue: EntityName, _ bodies: [String], delaySeconds: UInt64 = 0, keys: [IdempotencyKey] = []
    ) async -> Result<[MessageID], CMQFault> {
        let send = SendMessages(queue: queue, bodies: bodies.map { Bytes($0) }, delaySeconds: delaySeconds)
        return await store(StoreCall(.send(send), keys: keys))
    }

    func publish(
        _ topic: EntityName, _ bodies: [String], tags: [String] = [], routingKey: String = ""
    ) async throws -> Result<[MessageID], CMQFault> {
        let publish = PublishMessages(
            topic: topic, bodies: bodies.map { Bytes($0) }, tags: try tags.map { try MessageTag($0) },
            routingKey: routingKey)
        return await store(StoreCall(.publish(publish)))
    }

    func store(_ call: StoreCall) async -> Result<[MessageID], CMQFault> {
        await operations.store([call])[0].result.map { result in
            guard case .stored(let ids) = result else { return [] }
            return ids
        }
    }

    func receive(_ name: EntityName, _ countMax: Int = 16) async throws -> [ReceivedMessage] {
        let (queue, _) = try operations.target(of: ReceiveMessages(queue: name))
        let found = try await operations.receive(from: queue, countMax: countMax, waitMillis: 0, consumer: "test")
        guard case .received(let messages) = operations.result(of: found) else { throw Unexpected() }
        return messages
    }

    func bodies(_ name: EntityName) async throws -> [String] {
        try await receive(name).map { $0.body.text ?? "" }
    }

    func delete(
        _ queue: EntityName, _ handles: [String], isBatch: Bool = true
    ) async -> Result<CMQResult, CMQFault> {
        await operations.delete([DeleteMessages(queue: queue, receiptHandles: handles, isBatch: isBatch)])[0]
    }
}

/// A result of another kind than the call has.
struct Unexpected: Error {}

extension Result where Success == [MessageID], Failure == CMQFault {
    var fault: CMQFault? { if case .failure(let fault) = self { fault } else { nil } }
    var ids: [MessageID] { (try? get()) ?? [] }
}

extension Result where Success == CMQResult, Failure == CMQFault {
    var fault: CMQFault? {
        switch self {
        case .failure(let fault), .success(.deleteFailed(let fault, _)): fault
        case .success: nil
        }
    }
}

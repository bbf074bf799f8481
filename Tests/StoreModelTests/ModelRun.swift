import Engine
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

/// One seeded run of operations against a store, compared with the model after each.
final class ModelRun {
    let seed: UInt64
    let faults = CommitFaults()
    let store: TemporaryStore
    var generator: SeededGenerator
    var model = ModelStore()
    private(set) var engine: Store
    var broker: EmbeddedBroker { Broker(engine: engine) }
    var stepNumber = 0
    /// False where only the test itself asks for faults.
    var hasFaults = true
    private(set) var failures = 0
    /// The operations so far, for the report of a failure.
    private(set) var log: [String] = []

    init(seed: UInt64) async throws {
        self.seed = seed
        let faults = faults
        store = TemporaryStore { options in
            faults.install(&options)
            // First answers leave memory after every third, and are merged all the time.
            options.onceBounds = .tiny
        }
        generator = SeededGenerator(seed: seed)
        engine = try Store.open(at: store.folder.path, options: store.options)
    }

    var now: UInt64 { store.time.now.milliseconds }

    func random(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
    func pick<Item>(_ items: [Item]) -> Item? { items.isEmpty ? nil : items[random(items.count)] }

    func note(_ text: String) { log.append("\(stepNumber) @\(now - 1_760_000_000_000): \(text)") }

    func fail(_ text: String) {
        failures += 1
        guard failures == 1 else { return }
        let last = log.suffix(40).joined(separator: "\n")
        Issue.record("seed \(seed), step \(stepNumber): \(text)\n\(last)")
    }

    func check(_ condition: Bool, _ text: @autoclosure () -> String) { if !condition { fail(text()) } }

    // MARK: The beginning

    func make() async throws {
        try await makeQueue("dead") { _ in }
        let dead = try broker.queue("dead").id
        try await makeQueue("plain") { _ in }
        try await makeQueue("work") { $0.deadLetter = DeadLetterPolicy(queue: dead, deliveryCountMax: 3) }
        try await makeQueue("kept") {
            $0.rewindMillis = 600_000
            $0.retentionMillis = 1_800_000
        }
        try await makeQueue("short") {
            $0.retentionMillis = 60_000
            $0.deadLetter = DeadLetterPolicy(queue: dead, deliveryCountMax: 4, ageMillisMax: 45_000)
        }
        try await makeQueue("tight") { $0.messageCountMax = 8 }
        _ = try await broker.createTopic("tags")
        _ = try await broker.createTopic("keys", attributes: TopicAttributes(routing: .routingKey))
        for (topic, queue) in [("tags", "plain"), ("tags", "tight"), ("keys", "work"), ("keys", "kept")] {
            try await subscribe(topic, queue)
        }
    }

    func makeQueue(_ name: String, _ change: (inout QueueAttributes) -> Void) async throws {
        var attributes = QueueAttributes(visibilityMillis: ModelQueue.leaseMillisMax)
        change(&attributes)
        let queue = try await broker.createQueue(EntityName(name), attributes: attributes)
        model.queues[name] = ModelQueue(id: queue.id, name: name, attributes: attributes)
    }

    func subscribe(_ topic: String, _ queue: String) async throws {
        let tags = topic == "tags" ? [[], ["a"], ["b", "c"]][random(3)] : []
        let patterns = topic == "keys" ? [["#"], ["x.*"], ["*.y", "w.z"]][random(3)] : []
        try await broker.topic(EntityName(topic)).subscribe(
            broker.queue(EntityName(queue)), as: EntityName(queue), filterTags: tags.map { try MessageTag($0) },
            bindingKeys: patterns.map { try BindingKey($0) })
        model.subscriptions[topic, default: [:]][queue] = .init(queue: queue, tags: Set(tags), patterns: patterns)
    }

    func queue(_ name: String) throws -> Queue<Store> { try broker.queue(EntityName(name)) }

    // MARK: Agreement

    /// Waits until all figures are as the model has them, moving the clock on where steps wait for it.
    func converge() async throws {
        for look in 0..<1_500 {
            model.advance(to: now)
            if try await agrees() {
                model.conclude(at: now)
                return
            }
            if look % 6 == 5 { store.time.advance(milliseconds: look < 60 ? 1 : 100) }
            if look < 50 { await Task.yield() } else { try await Task.sleep(for: .milliseconds(1)) }
        }
        for name in model.names {
            let figures = try await queue(name).figures()
            let bounds = model.bounds(name, at: now)
            check(bounds.admit(figures), "queue \(name): \(figures), the model has \(bounds)")
        }
    }

    private func agrees() async throws -> Bool {
        for name in model.names {
            guard model.bounds(name, at: now).admit(try await queue(name).figures()) else { return false }
        }
        return true
    }

    /// A clean stop and start, audited in between.
    func restart() async throws {
        note("restart")
        await broker.close()
        let problems = try Store.verify(folder: store.folder.path, options: store.options).problems
        check(problems.isEmpty, "verify: \(problems)")
        engine = try Store.open(at: store.folder.path, options: store.options)
        for name in model.names { model.queues[name]?.restart(at: now) }
    }

    /// Runs an operation with a fault armed for the next commit; afterwards the model knows whether it came to that.
    ///
    /// - Returns: the side of the fault where it had its commit.
    func withFault<Value>(
        _ side: CommitFaults.Side?, _ body: () async throws(BrokerError) -> Value
    ) async throws -> (outcome: Result<Value, BrokerError>, fault: CommitFaults.Side?) {
        let before = try await broker.figures().reopenCount
        if let side { faults.arm(side) }
        let outcome: Result<Value, BrokerError>
        do throws(BrokerError) { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        guard let side, faults.disarm() else { return (outcome, nil) }
        note("fault \(side), \(outcome)".prefix(100).description)
        let isBack = try await eventually { (try? await broker.figures().reopenCount) ?? 0 > before }
        check(isBack, "the store did not come back")
        return (outcome, side)
    }

    /// Memory was lost: after the operation's own effect is in the model.
    func forget() {
        model.advance(to: now)
        for name in model.names { model.queues[name]?.fault(at: now) }
    }

    func finish() async throws {
        await broker.close()
        let problems = try Store.verify(folder: store.folder.path, options: store.options).problems
        check(problems.isEmpty, "verify at the end: \(problems)")
    }
}

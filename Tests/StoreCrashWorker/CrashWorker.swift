internal import Glibc
internal import MessageModel
internal import QueueStore
internal import Tillwire

/// Loads a store until it is killed, and tells on standard output what it knows for certain, one line each, written at once:
/// `S n` message n is stored, `R n` message n was delivered here, `A n` its acknowledgement is durable.
///
/// Arguments: folder, first number, senders. Test program: the crash tests start it and send SIGKILL at a random line.
@main
enum CrashWorker {
    static let visibilityMillis: UInt64 = 600_000

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let first = UInt64(arguments[2]), let senderCount = UInt64(arguments[3]) else {
            print("usage: store-crash-worker FOLDER FIRST-NUMBER SENDERS")
            exit(2)
        }
        var options = StoreOptions(mapByteCount: 1 << 30)
        // First answers are merged all the time, so that a kill meets every step of it.
        options.onceBounds.batchCount = 20
        options.onceBounds.fanOut = 2
        options.onceBounds.rowByteCountMax = 300
        let broker = try await EmbeddedBroker.open(at: arguments[1], options: options)
        let topic = try await broker.createTopic("crash")
        let queue = try await broker.createQueue("crash")
        let copy = try await broker.createQueue("crash-copy")
        try await topic.subscribe(queue, as: "crash")
        try await topic.subscribe(copy, as: "copy")
        let strays = try await strayQueue(broker)
        try await topic.subscribe(strays, as: "strays")
        var keeping = QueueAttributes()
        keeping.rewindMillis = 86_400_000
        let kept = try await broker.createQueue("crash-kept", attributes: keeping)
        try await topic.subscribe(kept, as: "kept")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await abandon(strays) }
            group.addTask { try await rewindOften(kept) }
            group.addTask { try await deleteOften(broker, first) }
            for sender in 0..<senderCount {
                group.addTask { try await send(topic, queue, sender, first, step: senderCount) }
            }
            for _ in 0..<4 { group.addTask { try await receive(queue) } }
            try await group.waitForAll()
        }
    }

    /// Publishes with a key, and every fifth time sends to the queue alone with a delay.
    private static func send(
        _ topic: Topic<Store>, _ queue: Queue<Store>, _ sender: UInt64, _ first: UInt64, step: UInt64
    ) async throws {
        var number = first + sender
        while true {
            let body = Bytes("message \(number) " + String(repeating: "x", count: Int(number % 700)))
            if number % 5 == 0 {
                try await queue.send(body, delayMillis: 1 + number % 50)
            } else {
                let key = try IdempotencyKey("k\(number)")
                try await topic.publish(body, key: key)
                try await topic.publish(body, key: key)
            }
            say("S \(number)")
            number += step
        }
    }

    /// Acknowledges two of three deliveries and keeps the third.
    private static func receive(_ queue: Queue<Store>) async throws {
        while true {
            let messages = try await queue.receive(max: 16, visibilityMillis: visibilityMillis, waitMillis: 1_000)
            for message in messages { say("R \(number(message))") }
            let done = messages.filter { number($0) % 3 != 0 }
            guard !done.isEmpty else { continue }
            try await queue.acknowledge(done)
            for message in done { say("A \(number(message))") }
        }
    }

    /// A queue whose messages move to another as soon as one delivery of them ended.
    private static func strayQueue(_ broker: EmbeddedBroker) async throws -> Queue<Store> {
        let dead = try await broker.createQueue("crash-dead")
        var attributes = QueueAttributes(visibilityMillis: 20)
        attributes.deadLetter = DeadLetterPolicy(queue: dead.id, deliveryCountMax: 1)
        return try await broker.createQueue("crash-strays", attributes: attributes)
    }

    /// Takes deliveries and does nothing with them.
    private static func abandon(_ queue: Queue<Store>) async throws {
        while true {
            _ = try await queue.receive(max: 16, waitMillis: 1_000)
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Acknowledges everything, and has it all come back from time to time.
    private static func rewindOften(_ queue: Queue<Store>) async throws {
        while true {
            for _ in 0..<8 {
                let messages = try await queue.receive(max: 64, visibilityMillis: visibilityMillis, waitMillis: 100)
                if !messages.isEmpty { try await queue.acknowledge(messages) }
            }
            let now = SystemTimeSource().now.milliseconds
            // While one rewind is under way another waits.
            try? await queue.rewind(to: Timestamp(milliseconds: now - 3_600_000))
        }
    }

    /// Makes queues with messages and deletes or purges them.
    private static func deleteOften(_ broker: EmbeddedBroker, _ first: UInt64) async throws {
        var number = first
        while true {
            let name = try EntityName("crash-passing-\(number % 3)")
            let queue = try await broker.createQueue(name)
            _ = try await queue.send(
                (0..<100).map { OutgoingMessage(body: Bytes("passing \($0)"), delayMillis: $0 % 7) })
            if number % 2 == 0 { _ = try await queue.purge() } else { try await broker.deleteQueue(name) }
            number += 1
        }
    }

    private static func number(_ message: Message<Store>) -> UInt64 {
        (message.body.text ?? "").split(separator: " ").dropFirst().first.flatMap { UInt64($0) } ?? 0
    }

    private static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }
}

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
        let broker = try await EmbeddedBroker.open(at: arguments[1], options: StoreOptions(mapByteCount: 1 << 30))
        let topic = try await broker.createTopic("crash")
        let queue = try await broker.createQueue("crash")
        let copy = try await broker.createQueue("crash-copy")
        try await topic.subscribe(queue, as: "crash")
        try await topic.subscribe(copy, as: "copy")
        try await withThrowingTaskGroup(of: Void.self) { group in
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

    private static func number(_ message: Message<Store>) -> UInt64 {
        (message.body.text ?? "").split(separator: " ").dropFirst().first.flatMap { UInt64($0) } ?? 0
    }

    private static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }
}

internal import BenchmarkSupport
internal import Synchronization
internal import Tillwire

/// A process of its own that opens the deep store: how soon its first message is there, and how much memory it takes while it works.
///
/// The program starts itself as `store-bench --depth-probe FOLDER STARTED SECONDS`, where STARTED is a moment on the monotonic clock.
enum DepthProbe {
    static let option = "--depth-probe"

    /// What the probe found.
    struct Findings {
        /// From the start of the process to the first message received.
        let firstMessageMillis: Double
        /// The most that was resident at any reading.
        let memoryByteCount: Int
    }

    /// Starts the probe on the closed store in `path` and waits for it.
    static func run(_ path: String, seconds: Double, outputPath: String) throws -> Findings {
        let process = try ChildProcess(
            "/proc/self/exe", [option, path, "\(Clock.nanos())", "\(seconds)"], outputPath: outputPath)
        let status = process.wait()
        let text = TextFile.text(outputPath)
        let words = text.split { $0 == " " || $0 == "\n" }
        guard status == 0, words.count == 2, let nanos = Double(words[0]), let byteCount = Int(words[1]) else {
            throw WrongCount(description: "the depth probe failed: \(text)")
        }
        return Findings(firstMessageMillis: nanos / 1e6, memoryByteCount: byteCount)
    }

    /// The probe itself: prints nanoseconds to the first message, and bytes.
    @concurrent
    static func main(_ arguments: [String]) async throws {
        guard arguments.count == 3, let started = UInt64(arguments[1]), let seconds = Double(arguments[2]) else {
            throw OptionError(description: "\(option) FOLDER STARTED SECONDS")
        }
        let broker = try await EmbeddedBroker.open(at: arguments[0])
        let queue = try broker.queue(DepthRun.queueName)
        let first = try await queue.receive(max: 1)
        let firstNanos = Clock.nanos() - started
        guard first.count == 1 else { throw WrongCount(description: "the deep store gave no message") }
        try await queue.acknowledge(first)
        let memory = try await memoryAtWork(queue, seconds)
        await broker.close()
        print("\(firstNanos) \(memory)")
    }

    /// Drains, then enqueues, each for `seconds`, and reads the memory meanwhile.
    @concurrent
    private static func memoryAtWork(_ queue: Queue<some Engine>, _ seconds: Double) async throws -> Int {
        let corpus = Corpus(OrderCorpus(count: BenchLimits.depthSenderCount, seed: BenchLimits.corpusSeed))
        return try await withThrowingTaskGroup { group in
            let isOver = Atomic<Bool>(false)
            let most = Atomic<Int>(0)
            group.addTask {
                while !isOver.load(ordering: .relaxed) {
                    most.max(ResidentMemory.byteCountWithoutMap(), ordering: .relaxed)
                    try await Task.sleep(for: .milliseconds(BenchLimits.memoryReadingMillis))
                }
            }
            let nanos = UInt64(seconds * 1e9)
            _ = try await DepthRun.drain(queue, Bound(endNanos: Clock.nanos() + nanos))
            _ = try await DepthRun.enqueue(queue, corpus, Bound(endNanos: Clock.nanos() + nanos))
            most.max(ResidentMemory.byteCountWithoutMap(), ordering: .relaxed)
            isOver.store(true, ordering: .relaxed)
            try await group.waitForAll()
            return most.load(ordering: .relaxed)
        }
    }
}

internal import BenchmarkSupport
internal import HTTPDataPlane
internal import PaymentGate
internal import Synchronization

/// How fast the gate decides: alone, and over HTTP on one connection and on 16.
enum GateSpeed {
    /// Requests that are not counted, first.
    private static let warmUpCount = 10_000

    /// Prints a row for each.
    static func run(decisionCount: Int) async throws {
        let world = try GateWorld()
        print(
            "\ngate: \(GateWorld.merchantCount) merchants, \(GateWorld.restrictionCount) restrictions,"
                + " \(decisionCount) decisions a row")
        print("decisions            refused %    p50 µs    p99 µs    p99.9 µs       max µs       per s")
        print(row("in the process", alone(world, decisionCount)))
        let loops = DataPlaneLoops()
        let server = DataPlaneServer(settings: DataPlaneServerSettings(), loops: loops, handler: world.gate)
        let address = try await server.start()
        for connectionCount in [1, 16] {
            let run = GateLoad.run(
                world, port: address.port, connectionCount: connectionCount,
                requestCount: decisionCount / connectionCount, warmUpCount: warmUpCount / connectionCount)
            guard run.failure == nil else { throw OptionError(run.failure ?? "") }
            print(row("HTTP, \(connectionCount) connection\(connectionCount == 1 ? "" : "s")", run))
        }
        await server.stop(graceSeconds: 1)
        await loops.shutdown()
    }

    /// One decision after another: headers, token, JSON, registry, table, answer.
    private static func alone(_ world: GateWorld, _ count: Int) -> GateRun {
        var run = GateRun()
        let keeper = GateWorld.Keeper()
        for number in 0..<warmUpCount { world.gate.handle([world.exchange(number, keeper)]) }
        let began = ContinuousClock.now
        for number in 0..<count {
            let exchange = world.exchange(number, keeper)
            let start = ContinuousClock.now
            world.gate.handle([exchange])
            run.nanos.append(UInt64(start.duration(to: .now) / .nanoseconds(1)))
            if keeper.status.load(ordering: .relaxed) == 403 { run.refusedCount += 1 }
        }
        run.seconds = began.duration(to: .now) / .seconds(1)
        return run
    }

    private static func row(_ name: String, _ run: GateRun) -> String {
        let sorted = run.nanos.sorted()
        func micros(_ share: Double) -> String {
            guard !sorted.isEmpty else { return "-" }
            let nanos = sorted[min(Int(Double(sorted.count) * share), sorted.count - 1)]
            return "\(nanos / 1_000).\(nanos % 1_000 / 100)"
        }
        let cells = [
            pad("\(run.refusedCount * 100 / max(sorted.count, 1))", 12), pad(micros(0.5), 10), pad(micros(0.99), 10),
            pad(micros(0.999), 12), pad(micros(1), 13),
            pad("\(Int(Double(sorted.count) / max(run.seconds, 1e-9)))", 12),
        ]
        return name + String(repeating: " ", count: max(18 - name.utf8.count, 0)) + cells.joined()
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.utf8.count, 0)) + text
    }
}

/// What one row was made of.
struct GateRun: Sendable {
    /// Each decision.
    var nanos: [UInt64] = []
    /// Of them, refusals.
    var refusedCount = 0
    /// All together.
    var seconds = 0.0
    /// Why it means nothing; nil where it does.
    var failure: String?
}

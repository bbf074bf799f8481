import Benchmark
import MessageModel
import TopicRouting

/// Room `TopicRouting`: which routes of a table take a message.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput], scalingFactor: .kilo, maxDuration: .seconds(2))

    for routeCount in [4, Limits.subscriptionCountPerTopicMax] {
        let everything = RoutingTable((0..<routeCount).map { RoutingTable.Route(target: $0, filterTags: []) })
        Benchmark("match, routes: \(routeCount), no filter") { benchmark in
            for _ in benchmark.scaledIterations { blackHole(identity(everything).matches([])) }
        }
        Benchmark(
            "match, routes: \(routeCount), one filter tag each, two tags on the message",
            closure: { (benchmark: Benchmark, sample: TaggedSample) -> Void in
                for _ in benchmark.scaledIterations { blackHole(sample.table.matches(identity(sample.tags))) }
            },
            setup: { try TaggedSample(routeCount: routeCount) })
    }
}

/// Routes that each ask for a tag of their own, and a message that has the last route's tag and one that nobody wants.
struct TaggedSample {
    let table: RoutingTable<Int>
    let tags: [MessageTag]

    init(routeCount: Int) throws {
        let wanted = try (0..<routeCount).map { try MessageTag("store-\($0)") }
        table = RoutingTable(wanted.enumerated().map { RoutingTable.Route(target: $0, filterTags: [$1]) })
        tags = try [MessageTag("nobody")] + wanted.suffix(1)
    }
}

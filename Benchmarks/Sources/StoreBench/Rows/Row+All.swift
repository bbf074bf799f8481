extension Row {
    /// The rows that are ratios, in the order, except that a keyed row follows the row it is compared with. The depth rows come from
    /// ``DepthRun``.
    static let all: [Row] = enqueues + drains + fanOuts + openLoops + [compaction]

    private static let enqueues: [Row] =
        enqueueBlocking
        + enqueue(
            16, "enqueue, 16 outstanding", quiet: 20_000,
            [redisPut(16, 1, needed: 1.0), .limit("group commit", .limit(.groupCommit(producerCount: 16)), 0.8)])
        + enqueue(
            64, "enqueue, 64 outstanding", quiet: 50_000,
            [redisPut(64, 1, needed: 1.5), .limit("group commit", .limit(.groupCommit(producerCount: 64)), 0.75)])
        + enqueue(
            1_024, "enqueue, 1,024 outstanding", quiet: 180_000,
            [redisPut(64, 16, needed: 1.0), .limit("two threads", .limit(.twoThreadBlocks), 0.85)])

    private static let drains = [
        Row(
            name: "drain-16x10", title: "drain in tens, 16 consumers",
            work: .drain(consumerCount: 16, batchCount: 10), quantity: .rate,
            bars: [
                .peer("Redis", .redis(.drain(connectionCount: 16, batchCount: 10)), 1.5),
                .limit("raw drain", .limit(.rawDrain), 0.5),
            ], quiet: 60_000),
        Row(
            name: "drain-1x256", title: "drain in 256s, 1 consumer",
            work: .drain(consumerCount: 1, batchCount: 256), quantity: .rate,
            bars: [
                .peer("Redis", .redis(.drain(connectionCount: 1, batchCount: 256)), 2.0),
                .limit("block drain", .limit(.blockDrain), 0.9),
            ], quiet: 150_000),
    ]

    private static let fanOuts = [
        fanOut(publisherCount: 64, outstandingCount: 1, neededOfRedis: 1.5, quiet: 45_000),
        fanOut(publisherCount: 1_024, outstandingCount: 16, neededOfRedis: 3.0, quiet: 150_000),
    ]

    private static let openLoops = [(50.0, 1.2), (99.0, 8.0)].map { percent, quiet in
        Row(
            name: "e2e-p\(Int(percent))", title: "end to end at 5,000/s, p\(Int(percent))", work: .openLoop,
            quantity: .latency(percent: percent), bars: [.peer("Redis", .redis(.openLoop), 1.0)], quiet: quiet)
    }

    /// What merging sparse blocks may cost those who send meanwhile.
    private static let compaction = Row(
        name: "compaction", title: "enqueue, 64, while blocks are merged", work: .besideSparse(isCompacting: true),
        quantity: .rate, bars: [.limit("no merging", .store(.besideSparse(isCompacting: false)), 0.95)], quiet: nil)

    /// By the blocking door, because one at a time is what a thread of one's own does; beside it the same from a task.
    private static let enqueueBlocking = [
        Row(
            name: "enqueue-1", title: "enqueue, 1 at a time (blocking)", work: .enqueueBlocking(keyed: false),
            quantity: .rate,
            bars: [
                .peer("NATS", .nats, 1.0), .peer("RabbitMQ", .rabbit, 1.5), .limit("raw put", .limit(.rawPut), 0.9),
            ], quiet: 2_400),
        Row(
            name: "enqueue-1-keyed", title: "  with an idempotency key each", work: .enqueueBlocking(keyed: true),
            quantity: .rate, bars: [.limit("without", .store(.enqueueBlocking(keyed: false)), 0.85)], quiet: nil),
        Row(
            name: "enqueue-1-task", title: "  from a task", work: .enqueue(senderCount: 1, keyed: false),
            quantity: .rate, bars: [.limit("blocking", .store(.enqueueBlocking(keyed: false)), 0.75)], quiet: nil),
    ]

    /// A row and the same with a key each.
    private static func enqueue(_ senderCount: Int, _ title: String, quiet: Double, _ bars: [Bar]) -> [Row] {
        let plain = Contestant.Work.enqueue(senderCount: senderCount, keyed: false)
        return [
            Row(
                name: "enqueue-\(senderCount)", title: title, work: plain, quantity: .rate, bars: bars, quiet: quiet),
            Row(
                name: "enqueue-\(senderCount)-keyed", title: "  with an idempotency key each",
                work: .enqueue(senderCount: senderCount, keyed: true), quantity: .rate,
                bars: [.limit("without", .store(plain), 0.85)], quiet: nil),
        ]
    }

    private static func redisPut(_ connectionCount: Int, _ outstandingCount: Int, needed: Double) -> Bar {
        let work = Contestant.RedisWork.put(
            connectionCount: connectionCount, outstandingCount: outstandingCount, queueCount: 1)
        return .peer("Redis", .redis(work), needed)
    }

    private static func fanOut(
        publisherCount: Int, outstandingCount: Int, neededOfRedis: Double, quiet: Double
    ) -> Row {
        let peer = Contestant.RedisWork.put(
            connectionCount: 64, outstandingCount: outstandingCount, queueCount: 4)
        return Row(
            name: "fanout-4-\(publisherCount)",
            title: "fan-out to 4, \(FigureText.grouped(Double(publisherCount))) publishers",
            work: .fanOut(queueCount: 4, publisherCount: publisherCount), quantity: .rate,
            bars: [
                .peer("Redis", .redis(peer), neededOfRedis),
                .limit("fan-out to 1", .store(.fanOut(queueCount: 1, publisherCount: publisherCount)), 0.85),
            ], quiet: quiet)
    }
}

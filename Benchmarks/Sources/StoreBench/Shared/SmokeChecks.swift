internal import BenchmarkSupport

/// What smoke mode checks without a store: the parts that only a run with peers would use otherwise, on bytes written down here.
enum SmokeChecks {
    static func run() throws {
        try stamps()
        try redisReplies()
        try redisCommands()
        try amqpFrames()
        try verdicts()
    }

    private static func stamps() throws {
        var body = [UInt8](repeating: 32, count: OrderCorpus.bodyByteCount)
        try expect(SendStamp.nanos(in: body) == nil, "a body without a stamp")
        SendStamp.write(18_446_744_073_709_551_614, into: &body)
        try expect(SendStamp.nanos(in: body[...]) == 18_446_744_073_709_551_614, "the stamp of a body")
    }

    /// A reply of two entries with the bodies `ab` and `c`, and before its last byte none.
    private static func redisReplies() throws {
        let entry = { (id: String, body: String) in
            "*2\r\n$3\r\n\(id)\r\n*2\r\n$1\r\nb\r\n$\(body.utf8.count)\r\n\(body)\r\n"
        }
        let bytes = Array(("*1\r\n*2\r\n$8\r\norders-0\r\n*2\r\n" + entry("1-0", "ab") + entry("2-0", "c")).utf8)
        try bytes.withUnsafeBytes { whole in
            for count in 0..<whole.count {
                let end = try RespReader(UnsafeRawBufferPointer(rebasing: whole[..<count])).end()
                try expect(end == nil, "a reply cut to \(count) bytes")
            }
            var reader = RespReader(whole)
            try expect(try reader.end() == whole.count, "the end of a reply")
            var bodies: [String] = []
            let found = try RedisConsumers.entries(&reader, whole) {
                bodies.append(String(decoding: $0, as: UTF8.self))
            }
            try expect(found.count == 2 && bodies == ["ab", "c"], "the bodies of a reply")
            try expect(found.ids == Array("$3\r\n1-0\r\n$3\r\n2-0\r\n".utf8), "the ids of a reply")
        }
        var refused = false
        do { _ = try Array("-ERR no\r\n".utf8).withUnsafeBytes { try RespReader($0).end() } } catch { refused = true }
        try expect(refused, "an error of Redis")
    }

    private static func redisCommands() throws {
        let parts = RedisCommands.add(queueCount: 2, byteCount: 1).map { String(decoding: $0, as: UTF8.self) }
        let add = { (number: Int) in "*5\r\n$4\r\nXADD\r\n$8\r\norders-\(number)\r\n$1\r\n*\r\n$1\r\nb\r\n$1\r\nx\r\n" }
        try expect(
            parts.joined(separator: "x") == "*1\r\n$5\r\nMULTI\r\n" + add(0) + add(1) + "*1\r\n$4\r\nEXEC\r\n",
            "two additions in a transaction")
    }

    private static func amqpFrames() throws {
        let heartbeat: [UInt8] = [8, 0, 0, 0, 0, 0, 0, 0xCE]
        let bytes = heartbeat + AMQPFrames.method(1, .acknowledge, .init().long(0).long(7).octet(0))
        try bytes.withUnsafeBytes { whole in
            for count in heartbeat.count..<whole.count {
                let (method, usedCount) = AMQPFrames.method(in: UnsafeRawBufferPointer(rebasing: whole[..<count]))
                try expect(method == nil && usedCount == heartbeat.count, "a frame cut to \(count) bytes")
            }
            let (method, usedCount) = AMQPFrames.method(in: whole)
            try expect(method == .acknowledge && usedCount == whole.count, "a confirm behind a heartbeat")
        }
    }

    /// A ratio of exactly what is needed holds, a little less does not; of latencies the other way round.
    private static func verdicts() throws {
        let latency = Row.Quantity.latency(percent: 50)
        try expect(Row.Quantity.rate.holds(0.9, needed: 0.9) && !Row.Quantity.rate.holds(0.899, needed: 0.9), "rates")
        try expect(latency.holds(1.0, needed: 1.0) && !latency.holds(1.001, needed: 1.0), "latencies")
        guard let row = Row.all.first else { throw WrongCount(description: "there is no row") }
        for (limitCount, holds) in [(1_000, true), (1_200, false)] {
            var results = [Contestant.store(row.work): [measurement(1_000)]]
            results[.limit(.rawPut)] = [measurement(limitCount)]
            var table = SpeedTable()
            table.add(row, results)
            try expect(table.lines.map(\.holds) == [holds], "a row at \(limitCount) of the limit")
        }
    }

    private static func measurement(_ count: Int) -> Measurement {
        var measurement = Measurement()
        measurement.messageCount = count
        measurement.elapsedNanos = 1_000_000_000
        return measurement
    }

    private static func expect(_ isRight: Bool, _ what: String) throws {
        guard isRight else { throw WrongCount(description: "smoke check: \(what)") }
    }
}

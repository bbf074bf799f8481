internal import AccessControl
internal import Deflate
internal import Engine
internal import MessageModel
internal import PaymentNotice
internal import Tillwire
internal import TradeBill

/// Reports as rows of the store (consumer 8): a head for each day, and the report's zipped JSON in parts of 1,900 bytes.
///
/// Parts are committed before the head that names them, so that a head never names what is not there; parts no head names are left by a crash
/// and go with the next report of the day. Keys: `h` day, `p` day generation part, `s` for the day of the beginning. Thread-safe, a value.
struct ReportRows<E: Engine>: Sendable {
    let broker: Broker<E>

    private static var space: RowSpace { .state(ConsumerID(rawValue: 8)) }

    /// Heads of all days.
    ///
    /// - Throws: why the store did not give them; a damaged head is passed over, its day is compared again.
    func heads() async throws(BrokerError) -> [BeijingDay: ReportHead] {
        var heads: [BeijingDay: ReportHead] = [:]
        for row in try await rows(prefix: Self.headPrefix) {
            guard let head = ReportHead(Array(row.value.slice)) else { continue }
            heads[head.standing.day] = head
        }
        return heads
    }

    /// The last day that is not compared by itself: the one on which this store began.
    ///
    /// What was paid before belongs to whoever took notices then. A bill of those days would make all of it «missing» and push it to merchants a
    /// second time. A store that has orders already when it is first asked began on the day on which the first of them was received.
    func beginning(today: BeijingDay) async throws(BrokerError) -> BeijingDay {
        if let row = try await broker.row(Self.space, key: Self.beginningKey),
            let day = row.text.flatMap({ BeijingDay($0) })
        {
            return day
        }
        let oldest = today.adding(days: -ReconciliationLimits.reportDayCountMax)
        let first = try await firstReceipt() ?? today
        let day = min(max(first, oldest), today)
        try await commit([RowChange(space: Self.space, key: Self.beginningKey, value: Bytes(day.description))])
        return day
    }

    /// The day on which the first order was received; nil without orders. One walk over all of them, which lie in the order of their ids.
    ///
    /// Beyond ``ReconciliationLimits/beginningRowCountMax`` orders the walk ends: an earlier day is then compared only where somebody asks for it.
    private func firstReceipt() async throws(BrokerError) -> BeijingDay? {
        var first: Int64?
        var rowCount = 0
        var from = Bytes.empty
        while rowCount < ReconciliationLimits.beginningRowCountMax {
            let rows = try await broker.rows(
                RowRead(space: .orders, from: from, countMax: ReconciliationLimits.scanRowCount))
            for row in rows {
                // A damaged row tells no time; the others do.
                guard let record = try? OrderRecord.decode(Array(row.value.slice)) else { continue }
                first = min(first ?? record.receivedAtMillis, record.receivedAtMillis)
            }
            rowCount += rows.count
            guard rows.count == ReconciliationLimits.scanRowCount, let last = rows.last else { break }
            from = Bytes(Array(last.key.slice) + [0])
            await Task.yield()
        }
        return first.map { BeijingDay(containingMillis: $0) }
    }

    /// The report of a head; nil where its parts are damaged.
    func report(_ head: ReportHead) async throws(BrokerError) -> ReconciliationReport? {
        let prefix = Self.partPrefix(head.standing.day, head.generation)
        var zipped: [UInt8] = []
        var count: Int64 = 0
        for row in try await rows(prefix: prefix) {
            zipped += row.value.slice
            count += 1
        }
        guard count == head.partCount,
            let bytes = try? Gzip.unzipped(zipped, byteCountMax: UInt64(TradeBillLimits.reportByteCountMax)),
            Hashes.hex(Hashes.sha256(bytes)) == head.digest
        else { return nil }
        return ReconciliationReport.decode(bytes)
    }

    /// Stores a report in place of the day's last one. Where it is the same, nothing is changed.
    ///
    /// - Returns: the head that holds now.
    func store(
        _ report: ReconciliationReport, _ standing: ReconciliationStanding, before: ReportHead?
    ) async throws(BrokerError) -> ReportHead {
        let bytes = report.encode()
        let digest = Hashes.hex(Hashes.sha256(bytes))
        if let before, before.digest == digest, before.standing.state == standing.state { return before }
        let parts: [[UInt8]]
        do throws(GzipError) { parts = Self.cut(try Gzip.zipped(bytes)) } catch {
            throw .outOfRange("the report could not be zipped: \(error)")
        }
        let head = ReportHead(
            standing: standing, generation: (before?.generation ?? 0) + 1, partCount: Int64(parts.count),
            digest: digest)
        // What a crash left of this generation would be read with it.
        try await remove(prefix: Self.partPrefix(standing.day, head.generation))
        var changes = parts.enumerated().map { index, part in
            RowChange(
                space: Self.space, key: Self.partKey(standing.day, head.generation, index), value: Bytes(part))
        }
        changes.append(
            RowChange(space: Self.space, key: Self.headKey(standing.day), value: Bytes(head.encode())))
        try await commit(changes)
        try await removeParts(of: standing.day, but: head.generation)
        return head
    }

    /// Forgets a day.
    func forget(_ day: BeijingDay) async throws(BrokerError) {
        try await remove(prefix: Self.headKey(day))
        try await remove(prefix: Self.partPrefix(day))
    }

    // MARK: - Rows

    private func rows(prefix: Bytes) async throws(BrokerError) -> [Row] {
        var all: [Row] = []
        var from = prefix
        while true {
            let rows = try await broker.rows(RowRead(space: Self.space, from: from, prefix: prefix))
            all += rows
            guard rows.count == Limits.rowReadCountMax, let last = rows.last else { return all }
            from = Bytes(Array(last.key.slice) + [0])
        }
    }

    private func remove(prefix: Bytes) async throws(BrokerError) {
        try await commit(
            try await rows(prefix: prefix).map { RowChange(space: Self.space, key: $0.key, value: nil) })
    }

    private func removeParts(of day: BeijingDay, but generation: Int64) async throws(BrokerError) {
        let kept = Self.partPrefix(day, generation).slice
        try await commit(
            try await rows(prefix: Self.partPrefix(day)).filter { !$0.key.slice.starts(with: kept) }
                .map { RowChange(space: Self.space, key: $0.key, value: nil) })
    }

    private func commit(_ changes: [RowChange]) async throws(BrokerError) {
        for start in stride(from: 0, to: changes.count, by: ReconciliationLimits.reportPartsPerCommit) {
            let part = changes[start..<min(start + ReconciliationLimits.reportPartsPerCommit, changes.count)]
            try await broker.commit(Transaction(rows: Array(part)))
        }
    }

    private static func cut(_ bytes: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: ReconciliationLimits.reportPartByteCount).map {
            Array(bytes[$0..<min($0 + ReconciliationLimits.reportPartByteCount, bytes.count)])
        }
    }

    private static var beginningKey: Bytes { Bytes("s") }

    private static var headPrefix: Bytes { Bytes([UInt8(ascii: "h")]) }

    private static func headKey(_ day: BeijingDay) -> Bytes { Bytes("h" + day.description) }

    private static func partPrefix(_ day: BeijingDay) -> Bytes { Bytes("p" + day.description) }

    private static func partPrefix(_ day: BeijingDay, _ generation: Int64) -> Bytes {
        Bytes(Array(("p" + day.description).utf8) + bigEndian(UInt64(bitPattern: generation)))
    }

    private static func partKey(_ day: BeijingDay, _ generation: Int64, _ index: Int) -> Bytes {
        Bytes(Array(partPrefix(day, generation).slice) + bigEndian(UInt64(index)))
    }

    private static func bigEndian(_ value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * $0)) }
    }
}

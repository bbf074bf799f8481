internal import Engine
internal import LMDB
internal import MessageModel

/// Walks every row of a store and compares the tables with one another (`store-design.md` §6), in read transactions of bounded length.
///
/// Memory: about 24 bytes a block. What it finds is reported, never repaired silently.
struct Auditor {
    /// Asked anew for every slice: a running store may be reopened meanwhile, and must not wait for an audit.
    let source: StoreSource
    let tables: Tables
    let blocks: BlockReader
    /// Asked before every slice; what it throws ends the audit.
    private let mayGoOn: () throws(BrokerError) -> Void
    private var findings = AuditFindings()

    init(
        source: StoreSource, blocks: BlockReader, mayGoOn: @escaping () throws(BrokerError) -> Void = {}
    ) throws(BrokerError) {
        self.mayGoOn = mayGoOn
        guard let opened = source.opened else { throw source.absence }
        self.source = source
        tables = opened.tables
        self.blocks = blocks
    }

    /// Runs the audit.
    ///
    /// - Throws: where the store cannot be read at all.
    consuming func run() throws(BrokerError) -> VerifyReport {
        let before = try groupNumber()
        // First: they say which rows count.
        try walk(tables.counters) { (findings, key, value, _, _) throws(LMDBError) in findings.counters(key, value) }
        try walk(tables.entries) { (findings, key, value, transaction, auditor) throws(LMDBError) in
            try auditor.entry(key, value, transaction, &findings)
        }
        try walk(tables.payloads) { (findings, key, _, _, _) throws(LMDBError) in findings.payloadPart(key) }
        try walk(tables.refs) { (findings, key, value, _, _) throws(LMDBError) in findings.owners(key, value) }
        try walk(tables.due) { (findings, key, value, _, _) throws(LMDBError) in findings.due(key, value) }
        for (name, table) in tables.named where ["once", "catalogue", "state", "orders", "trace"].contains(name) {
            try walk(table) { (findings, key, value, _, _) throws(LMDBError) in
                if name == "catalogue" { findings.catalogue(key) }
                findings.sealed(name, key, value)
            }
        }
        let isStill = try groupNumber() == before
        if isStill { findings.compare() }
        return findings.report(comparedCounts: isStill)
    }

    private func entry(
        _ key: RawSpan, _ value: RawSpan, _ transaction: borrowing ReadTransaction, _ findings: inout AuditFindings
    ) throws(LMDBError) {
        guard let id = EntryID(key) else { return findings.problem("entries: a key of \(key.byteCount) bytes") }
        let row: EntryRow
        do throws(RowFault) { row = try EntryRow(value, under: Keys.entry(id).span) } catch {
            return findings.problem("entries, queue \(id.queue.rawValue), sequence \(id.first): \(error.text)")
        }
        if findings.inflated?.id != row.block {
            findings.inflated = try inflate(row.block, transaction, &findings).map { (row.block, $0) }
        }
        findings.entry(id, row, findings.inflated?.block)
    }

    private func inflate(
        _ id: UInt64, _ transaction: borrowing ReadTransaction, _ findings: inout AuditFindings
    ) throws(LMDBError) -> InflatedBlock? {
        switch try blocks.load(id, tables, transaction) {
        case nil:
            findings.problem("payloads: block \(id) is missing")
            return nil
        case .failure(let fault):
            findings.problem("payloads, block \(id): \(fault.text)")
            return nil
        case .success(let stored):
            findings.blockCount += 1
            do throws(RowFault) { return try blocks.inflate(stored) } catch {
                findings.problem("payloads, block \(id): \(error.text)")
                return nil
            }
        }
    }

    private func groupNumber() throws(BrokerError) -> UInt64 {
        try read { (transaction) throws(LMDBError) in
            guard let value = try transaction.value(tables.counters, forKey: Keys.store.span) else { return 0 }
            return (try? StoreCounters(value, under: Keys.store.span))?.groupNumber ?? 0
        }
    }

    private typealias Visit = (
        inout AuditFindings, RawSpan, RawSpan, borrowing ReadTransaction, borrowing Auditor
    ) throws(LMDBError) -> Void

    /// Visits all rows of a table, in slices resumed by key (`reliability.md` rule 24).
    private mutating func walk(_ table: Table, _ visit: Visit) throws(BrokerError) {
        var resume: RowKey?
        var isMore = true
        while isMore {
            try mayGoOn()
            var found = findings
            let from = resume
            let auditor = self
            let last = try read { (transaction) throws(LMDBError) -> RowKey? in
                try auditor.slice(table, after: from, transaction, &found, visit)
            }
            findings = found
            resume = last
            isMore = last != nil
        }
    }

    private func slice(
        _ table: Table, after key: RowKey?, _ transaction: borrowing ReadTransaction, _ findings: inout AuditFindings,
        _ visit: Visit
    ) throws(LMDBError) -> RowKey? {
        var found = findings
        // The cursor's loans end with it, so the transaction is lent to `visit` beside it.
        let last = try transaction.withCursor(table) { (cursor) throws(LMDBError) -> RowKey? in
            var more: Bool
            if let key { more = try cursor.seek(atOrAfter: key.span) } else { more = try cursor.first() }
            if more, let key, cursor.isAt(key.span) { more = try cursor.next() }
            var last: RowKey?
            var visited = 0
            while more {
                last = RowKey(copying: cursor.key)
                found.rowCount += 1
                try visit(&found, cursor.key, cursor.value, transaction, self)
                visited += 1
                if visited >= Limits.scanRowCountPerTransaction { return last }
                more = try cursor.next()
            }
            return nil
        }
        findings = found
        return last
    }

    private func read<Result>(
        _ body: (borrowing ReadTransaction) throws(LMDBError) -> Result
    ) throws(BrokerError) -> Result {
        try source.read { (_, transaction) throws(LMDBError) in try body(transaction) }
    }
}

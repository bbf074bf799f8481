internal import MessageModel

/// A row of `once` that a group is to write.
struct SealedRow {
    let key: RowKey
    let value: [UInt8]
}

/// Makes the rows of runs from answers in order, one run for each bucket of expiry.
struct OnceRunWriter {
    let level: UInt8
    let number: UInt64
    /// Bytes of a row.
    private let rowByteCountMax: Int
    /// Bytes its filters may take; a run that needs more has none.
    private let filterByteCountMax: Int
    /// Bytes of the filters it has made so far.
    var filterBytes: Int { filterByteCount + (filter?.byteCount ?? 0) }
    /// What it has made, the run that is not finished among them.
    private(set) var runs: [OnceRun] = []
    private var row: [UInt8] = []
    private var count = 0
    private var firstPlace: OncePlace?
    /// The last entry of the row that is being made.
    private var last: OnceEntry?
    private var filter: OnceFilter?
    private var filterByteCount = 0

    init(level: UInt8, number: UInt64, rowByteCountMax: Int, filterByteCountMax: Int) {
        self.level = level
        self.number = number
        self.rowByteCountMax = rowByteCountMax
        self.filterByteCountMax = filterByteCountMax
        OnceRows.begin(&row)
    }

    /// Adds the entry that begins at `start` in `bytes`; rows that are full go to `rows`.
    mutating func add(_ entry: OnceEntry, at start: Int, of bytes: [UInt8], _ rows: inout [SealedRow]) {
        if let last, last.place == entry.place {
            // Found twice: in the row of its group and in a run, say, or in a run that a crash left half merged.
            let key = bytes[entry.key]
            guard last.lifetime != entry.lifetime || !last.holds(key, in: row.raw) else { return }
        } else if count > 0, row.count + entry.key.upperBound - start + 4 > rowByteCountMax {
            // Never between equal places: who looks for one reads one row.
            seal(&rows)
        }
        let bucket = entry.bucket
        if runs.last?.id.bucket != bucket { begin(bucket, &rows) }
        if firstPlace == nil { firstPlace = entry.place }
        let offset = row.count
        row.append(contentsOf: bytes[start..<entry.key.upperBound])
        last = OnceEntry(row.raw, at: offset)
        count += 1
        if filter != nil {
            filter?.add(entry.place)
            if let made = filter?.byteCount, filterByteCount + made > filterByteCountMax { filter = nil }
        }
    }

    /// Ends the last run.
    mutating func finish(_ rows: inout [SealedRow]) {
        seal(&rows)
        endRun()
    }

    private mutating func begin(_ bucket: UInt32, _ rows: inout [SealedRow]) {
        seal(&rows)
        endRun()
        runs.append(OnceRun(id: OnceRunID(bucket: bucket, level: level, number: number), filter: nil))
        filter = filterByteCount + OnceFilter.segmentByteCount <= filterByteCountMax ? OnceFilter() : nil
    }

    private mutating func endRun() {
        guard !runs.isEmpty else { return }
        runs[runs.count - 1].filter = filter
        filterByteCount += filter?.byteCount ?? 0
        filter = nil
    }

    private mutating func seal(_ rows: inout [SealedRow]) {
        guard count > 0, let firstPlace, let run = runs.last else { return }
        let key = Keys.onceRun(run.id, from: firstPlace)
        OnceRows.seal(&row, count: count, under: key)
        rows.append(SealedRow(key: key, value: row))
        row = []
        row.reserveCapacity(rowByteCountMax)
        OnceRows.begin(&row)
        (count, self.firstPlace, last) = (0, nil, nil)
    }
}

internal import RiskWindows

/// Layout of the control row, big-endian: version 1 (1 byte), then 8 bytes each: clock; orders, repeats, late, without room; decisions by action;
/// first decision kept; oldest remembered order, next order; evicted; first order of the active rules; then 4 bytes: merchants.
extension RiskDetector {
    private static let version: UInt8 = 1
    /// Bytes of a rule set's text in one row.
    private static let rulesPartByteCount = 1_900
    /// Rows of the longest rule set: as it is stored it may be a little longer than the file it came from.
    private static let rulesPartCountMax = 2 * RiskLimits.ruleFileByteCountMax / rulesPartByteCount

    /// Rows that changed since ``takeChanges()``; an upper bound.
    public var changeCount: Int {
        guard !changes.isEmpty else { return 0 }
        let rulesRows = changes.rules ? Self.rulesPartCountMax : 0
        return 1 + changes.merchants.count + 2 * freshDecisions.count + recent.changeCount + rulesRows
    }

    /// Takes the rows that changed since the last call, and the decisions among them. What rows hold is a function of the orders taken, not of when
    /// this is called; only rows that are to go may go a few calls later.
    public mutating func takeChanges() -> (rows: [DetectorRow], decisions: [RiskDecision]) {
        var rows: [DetectorRow] = []
        if changes.rules { rows += rulesRows() }
        for number in changes.merchants.sorted() {
            let history = merchants[Int(number)]
            rows.append(
                DetectorRow(key: DetectorRow.merchantKey(merchantIDs[Int(number)]), value: history.encoded()))
        }
        for decision in freshDecisions {
            rows.append(DetectorRow(key: DetectorRow.decisionKey(decision.number), value: decision.encoded()))
        }
        while counts.decisionTotal >= firstDecision + UInt64(RiskLimits.decisionCountMax) {
            rows.append(DetectorRow(key: DetectorRow.decisionKey(firstDecision), value: nil))
            firstDecision += 1
        }
        for (segment, value) in recent.takeChanges() {
            rows.append(DetectorRow(key: DetectorRow.segmentKey(segment), value: value))
        }
        if !changes.isEmpty { rows.append(DetectorRow(key: DetectorRow.controlKey, value: control)) }
        let decisions = freshDecisions
        freshDecisions = []
        changes = DetectorChanges()
        return (rows, decisions)
    }

    /// All parts there may be: a set put in place of another at the same order must not leave parts of that one behind.
    private func rulesRows() -> [DetectorRow] {
        let text = rules.text
        return (0..<Self.rulesPartCountMax).map { part in
            let start = part * Self.rulesPartByteCount
            let end = min(start + Self.rulesPartByteCount, text.count)
            return DetectorRow(
                key: DetectorRow.rulesKey(sinceOrder: rulesSinceOrder, part: part),
                value: start < end ? Array(text[start..<end]) : nil)
        }
    }

    private var control: [UInt8] {
        var bytes: [UInt8] = [Self.version]
        bytes.append(bigEndian: clockMillis)
        for count in [counts.orders, counts.repeats, counts.late, counts.withoutRoom] { bytes.append(bigEndian: count) }
        for count in counts.decisions { bytes.append(bigEndian: count) }
        for number in [firstDecision, recent.first, recent.next, recent.evictedCount, rulesSinceOrder] {
            bytes.append(bigEndian: number)
        }
        bytes.append(bigEndian: UInt32(merchants.count))
        return bytes
    }

    // MARK: Restoring

    /// Takes one row back, into a detector that was just made. Rows come in the order of ``DetectorRow/restoringPrefixes``, within each in key order;
    /// ``finishRestoring()`` ends it.
    ///
    /// - Throws: ``DetectorRowError`` for a row that this program did not write.
    public mutating func restore(_ row: DetectorRow) throws(DetectorRowError) {
        guard let value = row.value, let head = row.key.first else { return }
        switch head {
        case 0: try restoreControl(value)
        case 1: try restoreRules(row.key, value)
        case 2: try restoreMerchant(row.key, value)
        case 4: try restoreSegment(row.key, value)
        default: break
        }
    }

    /// Checks that nothing was missing.
    ///
    /// - Parameter hasFallback: whether the rules this detector was made with may stand in for stored ones that cannot be read.
    /// - Throws: ``DetectorRowError``.
    public mutating func finishRestoring(hasFallback: Bool = false) throws(DetectorRowError) {
        guard recent.isRestored else {
            throw DetectorRowError(description: "remembered orders of risk control are missing")
        }
        for (number, history) in merchants.enumerated()
        where history.number != UInt32(number) || merchantIDs[number].isEmpty {
            throw DetectorRowError(description: "merchant number \(number) of risk control is missing")
        }
        guard isControlRestored else { return }
        // Stored rules that cannot be read are no reason to stop where there are others to go on with.
        if let stored = try? RuleSet.parse(restoredRules) {
            rules = stored
        } else if hasFallback {
            changes.rules = true
            changes.control = true
        } else {
            throw DetectorRowError(description: "the stored rules cannot be read, and there is no rule file that can")
        }
        restoredRules = []
    }

    private mutating func restoreControl(_ value: [UInt8]) throws(DetectorRowError) {
        var fields = RowFields(value)
        var numbers: [UInt64] = []
        guard fields.next(UInt8.self) == Self.version, let clock = fields.next(Int64.self) else {
            throw DetectorRowError(description: "the control row of risk control is of another version")
        }
        for _ in 0..<(9 + counts.decisions.count) {
            guard let number = fields.next(UInt64.self) else { break }
            numbers.append(number)
        }
        let kinds = counts.decisions.count
        guard numbers.count == 9 + kinds, let merchantCount = fields.next(UInt32.self), fields.isAtEnd,
            merchantCount <= RiskLimits.merchantCountMax
        else { throw DetectorRowError(description: "the control row of risk control cannot be read") }
        isControlRestored = true
        clockMillis = clock
        if clock > 0 { windows.advance(toMillis: clock) }
        (counts.orders, counts.repeats, counts.late, counts.withoutRoom) = (
            numbers[0], numbers[1], numbers[2], numbers[3]
        )
        counts.decisions = Array(numbers[4..<(4 + kinds)])
        firstDecision = numbers[4 + kinds]
        recent.beginRestoring(
            first: numbers[5 + kinds], next: numbers[6 + kinds], evictedCount: numbers[7 + kinds])
        rulesSinceOrder = numbers[8 + kinds]
        let nobody = MerchantHistory(number: .max, firstMillis: 0)
        merchants = ContiguousArray(repeating: nobody, count: Int(merchantCount))
        merchantIDs = ContiguousArray(repeating: "", count: Int(merchantCount))
        changes = DetectorChanges()
    }

    private mutating func restoreRules(_ key: [UInt8], _ value: [UInt8]) throws(DetectorRowError) {
        // Earlier rule sets stay in the rows for replays; the last one is active.
        guard key.starts(with: DetectorRow.rulesKey(sinceOrder: rulesSinceOrder, part: 0).dropLast()) else { return }
        restoredRules += value
    }

    private mutating func restoreMerchant(_ key: [UInt8], _ value: [UInt8]) throws(DetectorRowError) {
        guard let history = MerchantHistory(encoded: value), Int(history.number) < merchants.count,
            let id = String(validating: key.dropFirst(), as: UTF8.self), merchantIDs[Int(history.number)].isEmpty
        else { throw DetectorRowError(description: "a merchant's row of risk control cannot be read") }
        merchants[Int(history.number)] = history
        merchantIDs[Int(history.number)] = id
        numbers[id] = history.number
    }

    private mutating func restoreSegment(_ key: [UInt8], _ value: [UInt8]) throws(DetectorRowError) {
        var fields = RowFields(Array(key.dropFirst()))
        guard let segment = fields.next(UInt64.self), let orders = recent.restore(segment: segment, value: value),
            orders.allSatisfy({ Int($0.merchant) < merchants.count })
        else { throw DetectorRowError(description: "a row of remembered orders of risk control cannot be read") }
        for order in orders where !order.isLate { enter(order) }
    }
}

public import Engine
public import MessageModel
public import Tillwire

/// All restrictions: durable in the store, readable in a ``RestrictionTable``, every change in an audit trail.
///
/// Cases are independent: a merchant is open only when none is in force. Putting and lifting are idempotent by case id; a lift that comes
/// before its restriction wins (`wechat-pay.md` §6.7). Call ``load()`` once before anything else. Changes pass one at a time; a change is
/// durable before the table shows it.
public actor RestrictionBook<E: Engine> {
    let broker: Broker<E>
    let table: RestrictionTable
    private let time: any TimeSource
    /// Whose turn it is to change a case.
    var turn = ChangeTurn(waitingCountMax: MerchantLimits.waitingChangeCountMax)
    /// All remembered cases.
    var cases: [String: RestrictionCase] = [:]
    /// What was asked for since the start.
    private(set) var attempts = RestrictionAttempts()
    /// Range of the audit trail.
    private var trail: (first: UInt64, next: UInt64) = (1, 1)

    /// A book over the state rows of consumer 2.
    public init(broker: Broker<E>, table: RestrictionTable, time: any TimeSource) {
        self.broker = broker
        self.table = table
        self.time = time
    }

    /// The present moment of the book's clock, Unix milliseconds.
    public nonisolated var nowMillis: Int64 { Int64(time.now.milliseconds) }

    /// Reads all cases of the store into the table.
    ///
    /// - Throws: ``RestrictionError/store(_:)``; a row that cannot be read stops the start, because skipping it would open the gate.
    public func load() async throws(RestrictionError) {
        var from = Bytes.empty
        while true {
            let rows = try await rows(
                RowRead(space: RestrictionRows.space, from: from, prefix: RestrictionRows.casePrefix))
            for row in rows { try show(row) }
            guard rows.count == Limits.rowReadCountMax, let last = rows.last else { break }
            from = Bytes(Array(last.key.slice) + [0])
        }
        if let row = try await rows(.one(RestrictionRows.space, key: RestrictionRows.trailKey)).first {
            guard let range = RestrictionRows.trail(row.value) else {
                throw .store(.corrupted("the range of the audit trail"))
            }
            trail = range
        }
    }

    /// Refuses new payments from its effective time on. Durable when this returns.
    ///
    /// - Parameter actor: who does it, for the audit trail.
    /// - Throws: ``RestrictionError``; nothing was changed.
    public func put(
        _ request: RestrictionRequest, actor: String
    ) async throws(RestrictionError) -> (outcome: RestrictionOutcome, standing: RestrictionCase) {
        try await counted { (book) throws(RestrictionError) in try await book.putNow(request, actor: actor) }
    }

    private func putNow(
        _ request: RestrictionRequest, actor: String
    ) async throws(RestrictionError) -> (outcome: RestrictionOutcome, standing: RestrictionCase) {
        try await takeTurn()
        defer { turn.give() }
        let known = cases[request.caseID]
        let wanted = try request.restriction(existing: known?.restriction, nowMillis: nowMillis)
        if let standing = known?.restriction, standing.merchantID != wanted.merchantID || standing.scope != wanted.scope
        {
            throw .caseDiffers(caseID: wanted.caseID)
        }
        if let known, known.liftedAtMillis != nil { return (.alreadyLifted, known) }
        if let known, known.restriction == wanted { return (.unchanged, known) }
        try checkRoom(for: wanted, isNew: known == nil)
        let changed = RestrictionCase(caseID: wanted.caseID, restriction: wanted, step: known?.step)
        try await commit(changed, .restricted, actor: actor, reason: wanted.reasonCode)
        table.removeExpired(merchant: wanted.merchantID, atMillis: nowMillis)
        table.put(wanted)
        return (.restricted, changed)
    }

    /// Lifts a case; one that was never put is remembered as lifted. Durable when this returns.
    ///
    /// - Throws: ``RestrictionError``; nothing was changed.
    public func lift(
        caseID: String, reason: String = "", actor: String
    ) async throws(RestrictionError) -> (outcome: RestrictionOutcome, standing: RestrictionCase) {
        try await counted { (book) throws(RestrictionError) in
            try await book.liftNow(caseID: caseID, reason: reason, actor: actor)
        }
    }

    private func liftNow(
        caseID: String, reason: String, actor: String
    ) async throws(RestrictionError) -> (outcome: RestrictionOutcome, standing: RestrictionCase) {
        try RestrictionRequest.checkLift(caseID: caseID, reason: reason)
        try await takeTurn()
        defer { turn.give() }
        let known = cases[caseID]
        if let known, known.liftedAtMillis != nil { return (.unchanged, known) }
        if known == nil { try checkCaseCount() }
        let lifted = RestrictionCase(
            caseID: caseID, restriction: known?.restriction, liftedAtMillis: nowMillis, liftReason: reason,
            step: known?.step)
        try await commit(lifted, .lifted, actor: actor, reason: reason)
        if let restriction = known?.restriction { table.remove(caseID: caseID, merchant: restriction.merchantID) }
        return (.lifted, lifted)
    }

    /// Forgets up to ``MerchantLimits/sweepBatchCountMax`` cases that were lifted or expired 100 days ago, those of risk control after a day: its
    /// decisions remember them, and they must not use up the room of everybody's. Returns how many.
    public func sweep() async throws(RestrictionError) -> Int {
        try await takeTurn()
        defer { turn.give() }
        let now = nowMillis
        let old = cases.values.lazy.filter { closed in
            closed.closedAtMillis.map { $0 < now - closed.keptMillis } ?? false
        }
        .prefix(MerchantLimits.sweepBatchCountMax)
        let forgotten = Array(old)
        guard !forgotten.isEmpty else { return 0 }
        let rows = forgotten.map {
            RowChange(space: RestrictionRows.space, key: RestrictionRows.caseKey($0.caseID), value: nil)
        }
        try await commit(rows)
        for old in forgotten {
            cases[old.caseID] = nil
            if let restriction = old.restriction { table.remove(caseID: old.caseID, merchant: restriction.merchantID) }
        }
        return forgotten.count
    }

    private func show(_ row: Row) throws(RestrictionError) {
        guard let known = RestrictionCase(encoded: Array(row.value.slice)) else {
            throw .store(.corrupted("a restriction's row"))
        }
        cases[known.caseID] = known
        if let restriction = known.restriction, known.liftedAtMillis == nil { table.put(restriction) }
    }

    func checkRoom(for restriction: Restriction, isNew: Bool) throws(RestrictionError) {
        guard isNew else { return }
        try checkCaseCount()
        guard !restriction.actions.isEmpty else { return }
        let isPlatform = restriction.source == .wechat
        let most = isPlatform ? MerchantLimits.platformCasesPerMerchantMax : MerchantLimits.casesPerMerchantMax
        let count = table.openCount(merchant: restriction.merchantID, isPlatform: isPlatform, atMillis: nowMillis)
        guard count < most else {
            throw .tooManyCases(
                "merchant \(restriction.merchantID) has \(most) open cases\(isPlatform ? " of the platform" : "")")
        }
    }

    func checkCaseCount() throws(RestrictionError) {
        guard cases.count < MerchantLimits.caseCountMax else {
            throw .tooManyCases("\(MerchantLimits.caseCountMax) cases are remembered, which is the most there may be")
        }
    }

    /// Commits a case together with its audit entry, then remembers it.
    func commit(
        _ changed: RestrictionCase, _ outcome: RestrictionOutcome, actor: String, reason: String
    ) async throws(RestrictionError) {
        let who = MerchantText.isShown(actor, byteCountMax: MerchantLimits.actorByteCountMax) ? actor : "unnamed"
        let entry = AuditEntry(
            sequence: trail.next, atMillis: nowMillis, actor: who, outcome: outcome, caseID: changed.caseID,
            merchantID: changed.restriction?.merchantID ?? "", reason: reason,
            expiresAtMillis: outcome == .restricted ? changed.restriction?.expiresAtMillis : nil)
        let isFull = trail.next - trail.first >= MerchantLimits.auditEntryCountMax
        let range = (first: isFull ? trail.first + 1 : trail.first, next: trail.next + 1)
        let space = RestrictionRows.space
        var rows = [
            RowChange(space: space, key: RestrictionRows.caseKey(changed.caseID), value: Bytes(changed.encoded())),
            RowChange(space: space, key: RestrictionRows.auditKey(entry.sequence), value: Bytes(entry.encoded())),
            RowChange(
                space: space, key: RestrictionRows.trailKey,
                value: RestrictionRows.trail(first: range.first, next: range.next)),
        ]
        if isFull { rows.append(RowChange(space: space, key: RestrictionRows.auditKey(trail.first), value: nil)) }
        try await commit(rows)
        trail = range
        cases[changed.caseID] = changed
    }

    private func commit(_ rows: [RowChange]) async throws(RestrictionError) {
        do throws(BrokerError) {
            try await broker.commit(Transaction(rows: rows))
        } catch {
            throw .store(error)
        }
    }

    func rows(_ read: RowRead) async throws(RestrictionError) -> [Row] {
        do throws(BrokerError) {
            return try await broker.rows(read)
        } catch {
            throw .store(error)
        }
    }

    /// Runs a change and counts what came of it.
    func counted(
        _ change: (isolated RestrictionBook) async throws(RestrictionError) -> (
            outcome: RestrictionOutcome, standing: RestrictionCase
        )
    ) async throws(RestrictionError) -> (outcome: RestrictionOutcome, standing: RestrictionCase) {
        do throws(RestrictionError) {
            let done = try await change(self)
            attempts.count(done.outcome)
            return done
        } catch {
            attempts.refused += 1
            throw error
        }
    }

    func takeTurn() async throws(RestrictionError) {
        if turn.takeIfFree() { return }
        guard turn.hasRoom else { throw .overloaded }
        await withCheckedContinuation { turn.wait($0) }
    }
}

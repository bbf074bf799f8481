internal import BoundedJSON
public import Engine
internal import MessageModel
public import Tillwire

/// The merchants that are registered: durable in the store, readable in a ``MerchantDirectory``.
///
/// Call ``load()`` once before anything else. Changes pass one at a time; a change is durable before the directory shows it.
public actor MerchantRegistry<E: Engine> {
    private let broker: Broker<E>
    private let rules: MerchantRules
    private let directory: MerchantDirectory
    private var turn = ChangeTurn(waitingCountMax: MerchantLimits.waitingChangeCountMax)
    private var lastRevision: UInt64 = 0

    /// A registry over the state rows of consumer 1.
    public init(broker: Broker<E>, rules: MerchantRules, directory: MerchantDirectory) {
        self.broker = broker
        self.rules = rules
        self.directory = directory
    }

    /// Reads all merchants of the store into the directory.
    ///
    /// - Throws: ``MerchantError/store(_:)``, or ``MerchantError/malformed(_:)`` where a row is not one of ours.
    public func load() async throws(MerchantError) {
        var rest: [UInt8] = []
        var from = Bytes.empty
        while true {
            let rows = try await rows(from: from)
            for merchant in try MerchantRows.merchants(rows, rest: &rest) {
                lastRevision = max(lastRevision, merchant.revision)
                directory.replace(merchant)
            }
            guard rows.count == Limits.rowReadCountMax, let last = rows.last else { return }
            from = Bytes(Array(last.key.slice) + [0])
        }
    }

    /// Registers a merchant, or changes it. Durable when this returns; the directory's observers have been told.
    ///
    /// - Throws: ``MerchantError``; nothing was changed.
    public func put(_ registration: MerchantRegistration) async throws(MerchantError) -> Merchant {
        try await takeTurn()
        defer { turn.give() }
        return try await store([registration]).first ?? Merchant(merchantID: registration.merchantID)
    }

    /// Takes a merchant out; its orders are held from then on. Durable when this returns.
    ///
    /// - Returns: false where it was not registered.
    public func delete(_ merchantID: String) async throws(MerchantError) -> Bool {
        try await takeTurn()
        defer { turn.give() }
        guard let stored = directory.merchant(merchantID) else { return false }
        try await commit([Transaction(rows: try MerchantRows.deletion(stored))])
        directory.remove(merchantID)
        return true
    }

    /// Merges a merchants file: an entry replaces the stored merchant of its number, others stay. Checks the whole file before it changes
    /// anything.
    ///
    /// - Throws: ``MerchantError`` naming the entry.
    public func merge(file bytes: [UInt8]) async throws(MerchantError) -> MergeReport {
        let entries = try MerchantRegistration.file(bytes)
        guard Set(entries.map(\.merchantID)).count == entries.count else {
            throw .malformed("the file names one merchant_id twice")
        }
        try await takeTurn()
        defer { turn.give() }
        var report = MergeReport()
        let pending = try differing(entries, &report)
        for start in stride(from: 0, to: pending.count, by: MerchantLimits.mergeBatchCountMax) {
            let end = min(start + MerchantLimits.mergeBatchCountMax, pending.count)
            _ = try await store(Array(pending[start..<end]))
        }
        return report
    }

    private func differing(
        _ entries: [MerchantRegistration], _ report: inout MergeReport
    ) throws(MerchantError) -> [MerchantRegistration] {
        var pending: [MerchantRegistration] = []
        for entry in entries {
            let stored = directory.merchant(entry.merchantID)
            let wanted = try checked(entry, stored: stored, revision: stored?.revision ?? 0)
            if stored == wanted {
                report.unchanged += 1
            } else {
                pending.append(entry)
                if stored == nil { report.added += 1 } else { report.changed += 1 }
            }
        }
        guard directory.count + report.added <= MerchantLimits.merchantCountMax else { throw .tooManyMerchants }
        return pending
    }

    private func checked(
        _ entry: MerchantRegistration, stored: Merchant?, revision: UInt64
    ) throws(MerchantError) -> Merchant {
        do throws(MerchantError) {
            return try rules.merchant(entry, stored: stored, revision: revision)
        } catch {
            throw .malformed("merchant \(entry.merchantID.prefix(MerchantLimits.merchantIDByteCountMax)): \(error)")
        }
    }

    /// Checks, commits and shows registrations, all in one call of the store.
    private func store(_ registrations: [MerchantRegistration]) async throws(MerchantError) -> [Merchant] {
        var merchants: [Merchant] = []
        var transactions: [Transaction<E.Receipt>] = []
        for registration in registrations {
            let stored = directory.merchant(registration.merchantID)
            guard stored != nil || directory.count < MerchantLimits.merchantCountMax else { throw .tooManyMerchants }
            lastRevision += 1
            let merchant = try rules.merchant(registration, stored: stored, revision: lastRevision)
            transactions.append(Transaction(rows: try MerchantRows.changes(merchant, over: stored)))
            merchants.append(merchant)
        }
        try await commit(transactions)
        for merchant in merchants { directory.replace(merchant) }
        return merchants
    }

    private func commit(_ transactions: [Transaction<E.Receipt>]) async throws(MerchantError) {
        do throws(BrokerError) {
            for case .refused(let reason) in try await broker.commit(transactions) { throw reason }
        } catch {
            throw .store(error)
        }
    }

    private func rows(from: Bytes) async throws(MerchantError) -> [Row] {
        do throws(BrokerError) {
            return try await broker.rows(RowRead(space: MerchantRows.space, from: from))
        } catch {
            throw .store(error)
        }
    }

    private func takeTurn() async throws(MerchantError) {
        if turn.takeIfFree() { return }
        guard turn.hasRoom else { throw .overloaded }
        await withCheckedContinuation { turn.wait($0) }
    }
}

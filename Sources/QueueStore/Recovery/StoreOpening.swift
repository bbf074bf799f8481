internal import LMDB
internal import MessageModel

/// Opens the environment of a folder, making it where there was never one, and counts the start.
enum StoreOpening {
    /// Opens, checks the format, raises the clock to the last moment the store saw, counts this start.
    ///
    /// - Throws: ``BrokerError/storeUnusable(_:)`` where the store is damaged, foreign or of a newer format; nothing is changed then.
    static func open(
        _ folder: StoreFolder, _ options: StoreOptions, _ time: any TimeSource, mayNotWrite: Bool = false
    ) throws(BrokerError) -> StoreSource.Opened {
        guard options.mapByteCount >= Limits.mapByteCountMin else {
            throw .outOfRange("map of \(options.mapByteCount) bytes: at least \(Limits.mapByteCountMin) are needed")
        }
        if try !folder.holdsStore() { try create(folder, options) }
        let environment = try Self.environment(folder.environmentPath, options)
        let tables = try openTables(environment, creating: false)
        var catalogue = try read(environment, folder) { (transaction) throws(BrokerError) in
            try Catalogue.load(tables, transaction)
        }
        if catalogue.format.major < FormatRow.major, !mayNotWrite {
            catalogue = try migrate(environment, tables, catalogue, folder)
        }
        let counters = try countStart(environment, tables, folder, options, time, mayNotWrite)
        if !mayNotWrite { try folder.markMade() }
        folder.layBallast()
        catalogue.format.epoch = counters.epoch
        return StoreSource.Opened(environment: environment, tables: tables, catalogue: catalogue, counters: counters)
    }

    /// Opens a stopped store for looking only; its lock is held until `body` has returned.
    static func inspect<Result>(
        _ path: String, _ options: StoreOptions, _ body: (StoreSource) throws(BrokerError) -> Result
    ) throws(BrokerError) -> Result {
        guard StoreFolder.exists(path + "/store/data.mdb") else { throw .storeUnusable("there is no store in \(path)") }
        let folder = try StoreFolder(path: path)
        defer { folder.unlock() }
        return try inspect(folder, options, body)
    }

    /// The same in a folder that is locked already.
    static func inspect<Result>(
        _ folder: StoreFolder, _ options: StoreOptions, _ body: (StoreSource) throws(BrokerError) -> Result
    ) throws(BrokerError) -> Result {
        let environment = try Self.environment(folder.environmentPath, options)
        let tables = try openTables(environment, creating: false)
        let catalogue = try read(environment, folder) { (transaction) throws(BrokerError) in
            try Catalogue.load(tables, transaction)
        }
        let counters = try? read(environment, folder) { (transaction) throws(BrokerError) in
            try storeCounters(tables, transaction)
        }
        return try body(
            StoreSource(
                .init(
                    environment: environment, tables: tables, catalogue: catalogue,
                    counters: counters ?? StoreCounters())))
    }

    private static func environment(_ path: String, _ options: StoreOptions) throws(BrokerError) -> Environment {
        do throws(LMDBError) {
            return try Environment(
                path: path,
                options: .init(
                    mapByteCount: options.mapByteCount, tableCountMax: 16,
                    readerSlotCount: UInt32(Limits.readerSlotCount),
                    readTransactionCountMax: Limits.readTransactionCountMax))
        } catch {
            throw .storeUnusable("\(path) cannot be opened: \(error)")
        }
    }

    private static func create(_ folder: StoreFolder, _ options: StoreOptions) throws(BrokerError) {
        try folder.beginCreation()
        do {
            let environment = try environment(folder.creatingPath, options)
            let tables = try openTables(environment, creating: true)
            try writeFirstRows(environment, tables)
        }
        try folder.finishCreation()
    }

    private static func openTables(_ environment: Environment, creating: Bool) throws(BrokerError) -> Tables {
        let opened = try write(environment) { (transaction) throws(LMDBError) in
            try Tables(transaction, creating: creating)
        }
        guard let opened else {
            throw .storeUnusable("the store lacks a table: it is damaged, or not a store of this program")
        }
        return opened
    }

    private static func writeFirstRows(_ environment: Environment, _ tables: Tables) throws(BrokerError) {
        var random = SystemRandomNumberGenerator()
        let format = FormatRow(keys: (random.next(), random.next(), random.next(), random.next()))
        try write(environment) { (transaction) throws(LMDBError) in
            let key = CatalogueKind.formatKey
            try transaction.put(tables.catalogue, key: key.span, value: format.encoded(under: key).span)
            try transaction.put(
                tables.counters, key: Keys.store.span, value: StoreCounters().encoded(under: Keys.store).span)
        }
    }

    /// One commit at start: the start count makes delivery numbers of this start unlike those of the last 255. A backup that is opened for the
    /// first time gets the next epoch in the same commit, and is no backup any more after it: a crash between the two only raises it once more.
    private static func countStart(
        _ environment: Environment, _ tables: Tables, _ folder: StoreFolder, _ options: StoreOptions,
        _ time: any TimeSource, _ mayNotWrite: Bool
    ) throws(BrokerError) -> StoreCounters {
        let found = try read(environment, folder) { (transaction) throws(BrokerError) in
            try storeCounters(tables, transaction)
        }
        var counters = found
        let behind = counters.clock.millisecondsSince(time.now)
        if behind > 0 {
            time.advance(toAtLeast: counters.clock)
            options.report(.clockBehind(milliseconds: behind))
        }
        let isBackup = folder.isBackup
        if isBackup { counters.epoch += 1 }
        counters.startCount += 1
        counters.groupNumber += 1
        counters.clock = time.now
        let new = counters
        do throws(BrokerError) {
            try write(environment) { (transaction) throws(LMDBError) in
                try transaction.put(tables.counters, key: Keys.store.span, value: new.encoded(under: Keys.store).span)
            }
            if isBackup { try folder.unmarkBackup() }
        } catch {
            // On a full disk the store comes back for reading; the count reaches the disk with the next group that fits.
            guard mayNotWrite else { throw error }
        }
        return new
    }

    private static func storeCounters(
        _ tables: Tables, _ transaction: borrowing ReadTransaction
    ) throws(BrokerError) -> StoreCounters {
        let outcome: Result<StoreCounters, RowFault>
        do throws(LMDBError) {
            guard let value = try transaction.value(tables.counters, forKey: Keys.store.span) else {
                throw LMDBError(code: .invalid, operation: "the store's own counters")
            }
            do throws(RowFault) { outcome = .success(try StoreCounters(value, under: Keys.store.span)) } catch {
                outcome = .failure(error)
            }
        } catch { throw .storeUnusable("\(error)") }
        switch outcome {
        case .success(let counters): return counters
        case .failure(let fault): throw .storeUnusable("the store's own counters are damaged: \(fault.text)")
        }
    }

    private static func read<Result>(
        _ environment: Environment, _ folder: StoreFolder,
        _ body: (borrowing ReadTransaction) throws(BrokerError) -> Result
    ) throws(BrokerError) -> Result {
        do throws(ReadError<BrokerError>) { return try environment.read(body) } catch {
            switch error {
            case .lmdb(let cause): throw .storeUnusable("\(folder.environmentPath): \(cause)")
            case .body(let cause): throw cause
            }
        }
    }

    private static func write<Result>(
        _ environment: Environment, _ body: (borrowing WriteTransaction) throws(LMDBError) -> Result
    ) throws(BrokerError) -> Result {
        do throws(WriteError<LMDBError>) { return try environment.write(body) } catch {
            switch error {
            case .begin(let cause), .body(let cause), .commit(let cause):
                throw .system(operation: "opening the store: \(cause)", code: cause.code.rawValue)
            }
        }
    }
}

internal import Engine
public import MessageModel

extension Store {
    /// Rebuilds what is wrong in a stopped store and follows from other rows: counts, owners of blocks, blocks nobody owns, rows that wake messages,
    /// damaged counters. Every step is named in a log beside the store; what cannot be rebuilt is left as it is and named in the report.
    ///
    /// In commits of bounded size; a repair that was interrupted is simply repeated. Blocks.
    ///
    /// - Parameter droppingDamaged: also give up what is lost: rows and blocks that fail their check. They are kept in the log as they were.
    ///   Where a queue's index is damaged but its messages are not, they come back, acknowledged ones among them; a queue, topic or
    ///   subscription whose row is lost is named `recovered-<id>`.
    /// - Throws: ``BrokerError/storeInUse(path:)`` where a process has it open, ``BrokerError/storeUnusable(_:)`` where there is no store, or
    ///   its format row is damaged or older than this program's, ``BrokerError/system(operation:code:)``.
    public static func repair(
        folder path: String, droppingDamaged: Bool = false, options: StoreOptions = .init()
    ) throws(BrokerError) -> RepairReport {
        try StoreOpening.inspect(path, options) { (source) throws(BrokerError) in
            guard let format = source.opened?.catalogue.format, format.major == FormatRow.major else {
                throw .storeUnusable("the store is of an older format: open it once, then repair it")
            }
            var repair = StoreRepair(
                source: source, folder: path, dropsDamaged: droppingDamaged, now: options.time.now)
            return try repair.run()
        }
    }
}

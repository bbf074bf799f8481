public import Engine
internal import LMDB
public import MessageModel

extension Store {
    /// Checks everything a stopped store knows, without changing it.
    ///
    /// - Throws: ``BrokerError/storeInUse(path:)`` where a process has it open, ``BrokerError/storeUnusable(_:)`` where there is no store or
    ///   it cannot be opened.
    public static func verify(folder path: String, options: StoreOptions = .init()) throws(BrokerError) -> VerifyReport
    {
        try StoreOpening.inspect(path, options) { (environment, tables) throws(BrokerError) in
            try Auditor(environment: environment, tables: tables, blocks: BlockReader()).run()
        }
    }
}

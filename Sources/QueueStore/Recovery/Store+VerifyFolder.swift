public import Engine
public import MessageModel

extension Store {
    /// Checks everything a stopped store knows, without changing it.
    ///
    /// - Throws: ``BrokerError/storeInUse(path:)`` where a process has it open, ``BrokerError/storeUnusable(_:)`` where there is no store or
    ///   it cannot be opened.
    public static func verify(folder path: String, options: StoreOptions = .init()) throws(BrokerError) -> VerifyReport
    {
        try StoreOpening.inspect(path, options) { (source) throws(BrokerError) in
            try Auditor(source: source, blocks: BlockReader()).run()
        }
    }
}

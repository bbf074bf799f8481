internal import Engine
public import MessageModel
public import QueueStore

/// A broker over the store in this process.
public typealias EmbeddedBroker = Broker<Store>

extension Broker where E == Store {
    /// Opens the store in the folder `path`, making it where there was never one.
    ///
    /// - Throws: ``BrokerError/storeInUse(path:)`` where another process has it, ``BrokerError/storeUnusable(_:)`` where it is missing though
    ///   it was made before, or of a newer format.
    public static func open(
        at path: String, options: StoreOptions = .init()
    ) async throws(BrokerError) -> EmbeddedBroker {
        Broker(engine: try Store.open(at: path, options: options))
    }
}

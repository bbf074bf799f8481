public import MessageModel
public import QueueStore

extension Broker where E == Store {
    /// Copies the running broker's store into the folder `path`, which must not exist or be empty; see ``QueueStore/Store/backup(to:acceptingDamage:)``.
    ///
    /// - Throws: what that call throws.
    public func backup(to path: String, acceptingDamage: Bool = false) async throws(BrokerError) -> BackupReport {
        try await engine.backup(to: path, acceptingDamage: acceptingDamage)
    }
}

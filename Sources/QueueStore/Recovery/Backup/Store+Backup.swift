public import MessageModel

extension Store {
    /// Copies the running store into the folder `path`, which must not exist or be empty: an exact snapshot that holds everything
    /// acknowledged before the call, checked row by row, in files closed to others. ``open(at:options:)`` opens it; the first opening raises the
    /// epoch, so that receipts of the original are void in the copy.
    ///
    /// Sending and receiving go on; while it copies, pages that are freed are not used again, so the file grows by the churn. Runs on threads of
    /// the store's own. Cancelling the task, or closing the store, stops it; nothing is left behind then.
    ///
    /// - Parameter acceptingDamage: keep a copy in which the check finds problems; the report names them.
    /// - Throws: ``BrokerError/overloaded(_:)`` where a backup is on its way or the store would have run out of room,
    ///   ``BrokerError/outOfRange(_:)`` where there is no room for it, ``BrokerError/storeUnusable(_:)`` where the folder is not empty,
    ///   ``BrokerError/corrupted(_:)``, ``BrokerError/cancelled``, ``BrokerError/closed``, ``BrokerError/system(operation:code:)``.
    public func backup(to path: String, acceptingDamage: Bool = false) async throws(BrokerError) -> BackupReport {
        let target = try BackupFolder(path: path)
        guard let run = source.backups.begin() else { throw .overloaded("a backup is on its way, one runs at a time") }
        defer { source.backups.end() }
        let backup = StoreBackup(
            source: source, storePath: folder.path, target: target, run: run, options: options,
            acceptsDamage: acceptingDamage, isWrittenTo: true)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in Self.start(backup, continuation) }
        } onCancel: {
            run.stop(.cancelled)
        }
        return try result.get()
    }

    private static func start(
        _ backup: StoreBackup, _ continuation: CheckedContinuation<Result<BackupReport, BrokerError>, Never>
    ) {
        do throws(SystemError) {
            _ = try StoreThread(detached: true) {
                continuation.resume(returning: Result { () throws(BrokerError) in try backup.perform() })
            }
        } catch {
            continuation.resume(returning: .failure(.system(operation: error.operation, code: error.code)))
        }
    }

    /// Copies a stopped store; otherwise as ``backup(to:acceptingDamage:)``. Blocks.
    ///
    /// - Throws: besides, ``BrokerError/storeInUse(path:)`` where a process has the store open.
    public static func backup(
        folder path: String, to target: String, acceptingDamage: Bool = false, options: StoreOptions = .init()
    ) throws(BrokerError) -> BackupReport {
        let target = try BackupFolder(path: target)
        return try StoreOpening.inspect(path, options) { (source) throws(BrokerError) in
            try StoreBackup(
                source: source, storePath: path, target: target, run: BackupRun(), options: options,
                acceptsDamage: acceptingDamage, isWrittenTo: false
            ).perform()
        }
    }
}

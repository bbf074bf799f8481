internal import Engine
internal import LMDB
internal import MessageModel

/// Makes one backup: room, copy, sync, check, rename. Whatever fails, nothing is left behind (`reliability.md` rule 26).
struct StoreBackup: Sendable {
    let source: StoreSource
    let storePath: String
    let target: BackupFolder
    let run: BackupRun
    let options: StoreOptions
    /// Keeps a copy in which the check finds something wrong.
    let acceptsDamage: Bool
    /// False for a stopped store.
    let isWrittenTo: Bool

    /// Blocks until it is done; for a thread of the store's own.
    func perform() throws(BrokerError) -> BackupReport {
        try run.check()
        let space = try BackupSpace(
            source: source, storePath: storePath, targetPath: target.parent, isWrittenTo: isWrittenTo,
            at: options.time.now)
        let folder = try target.begin()
        do throws(BrokerError) {
            let stream = BackupStream(
                source: source, path: folder.environmentPath + "/data.mdb", space: space, run: run)
            let byteCount = try stream.copy()
            let report = try check(folder, byteCount)
            try run.check()
            try target.finish(folder)
            return report
        } catch {
            target.abandon()
            throw error
        }
    }

    /// Checks every row of the copy, every checksum and every count.
    private func check(_ folder: StoreFolder, _ byteCount: UInt64) throws(BrokerError) -> BackupReport {
        try StoreOpening.inspect(folder, options) { (copy) throws(BrokerError) in
            let found = try Auditor(source: copy, blocks: BlockReader(), mayGoOn: run.check).run()
            guard found.problems.isEmpty || acceptsDamage else {
                throw .corrupted(
                    "the copy has \(found.problems.count) problems, which the store has too: \(found.problems[0])")
            }
            return BackupReport(
                path: target.path, byteCount: byteCount, groupNumber: copy.opened?.counters.groupNumber ?? 0,
                rowCount: found.rowCount, messageCount: found.messageCount, problems: found.problems)
        }
    }
}

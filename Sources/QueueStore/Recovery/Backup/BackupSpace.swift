internal import Glibc
internal import LMDB
internal import MessageModel

/// Whether there is room for a backup, and for what the store grows by while it is read (`reliability.md` rule 26): pages freed meanwhile are
/// not used again before the copy is done.
struct BackupSpace {
    private let source: StoreSource
    private let storePath: String
    private let targetPath: String
    private let touchedAtStart: UInt64
    private let reserveByteCount: UInt64

    /// Measures; a store that nobody writes to does not grow.
    ///
    /// - Throws: ``BrokerError/outOfRange(_:)`` with what is there and what is needed.
    init(
        source: StoreSource, storePath: String, targetPath: String, isWrittenTo: Bool, at now: Timestamp
    ) throws(BrokerError) {
        guard let environment = source.opened?.environment else { throw source.absence }
        var space = SpaceGuard(folder: storePath)
        space.refresh(environment, at: now)
        let growth = isWrittenTo ? space.usedBytes / 100 * Limits.backupGrowthPercent : 0
        let reserve = isWrittenTo ? space.reserveBytes : 0
        guard space.roomBytes >= growth + reserve else {
            throw .outOfRange(
                "the map has \(space.roomBytes) bytes left, a backup under load needs \(growth + reserve): a larger map, or a backup of the stopped store"
            )
        }
        let sharesDisk = Self.device(storePath) == Self.device(targetPath)
        let wanted = space.usedBytes + Limits.diskFreeByteCountMin + (sharesDisk ? growth : 0)
        let free = SpaceGuard.freeBytes(of: targetPath)
        guard free >= wanted else {
            throw .outOfRange("\(targetPath) has \(free) bytes free, the backup needs \(wanted)")
        }
        self.source = source
        self.storePath = storePath
        self.targetPath = targetPath
        touchedAtStart = space.space?.touchedPageCount ?? 0
        reserveByteCount = reserve
    }

    /// Looks again while the copy runs.
    ///
    /// - Throws: ``BrokerError/overloaded(_:)`` where going on would have the store refuse messages.
    func check() throws(BrokerError) {
        for path in [storePath, targetPath] where SpaceGuard.freeBytes(of: path) < Limits.diskFreeByteCountMin {
            throw .overloaded(
                "the backup was given up: \(path) has less than \(Limits.diskFreeByteCountMin) bytes free")
        }
        guard reserveByteCount > 0, let space = try? source.opened?.environment.space() else { return }
        // Pages that were free at the start serve first; what counts is the room behind the last page once that one moves.
        let left = space.mapByteCount - min(space.mapByteCount, space.touchedPageCount * space.pageByteCount)
        guard space.touchedPageCount > touchedAtStart, left < reserveByteCount else { return }
        throw .overloaded(
            "the backup was given up: the store grew until \(left) bytes of the map were left, \(reserveByteCount) are kept for acknowledgements"
        )
    }

    private static func device(_ path: String) -> UInt64? {
        var info = stat()
        guard unsafe stat(path, &info) == 0 else { return nil }
        return UInt64(info.st_dev)
    }
}

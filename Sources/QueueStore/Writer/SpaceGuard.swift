internal import Glibc
internal import LMDB
internal import MessageModel

/// Watches the room that is left, and refuses new messages while acknowledgements still fit (`reliability.md` rules 11–13): deletes need fresh
/// pages too, so a store that fills up to the last page can never be emptied.
struct SpaceGuard {
    private let folder: String
    private var checkedAt = Timestamp.zero
    private var groupsSinceCheck = 0
    /// Pages of the groups since the last counting: none of them may be free any more.
    private var pagesSinceCheck: UInt64 = 0
    private var largestGroupPages: UInt64 = 0
    private(set) var freePages: UInt64 = 0
    private(set) var space: Environment.Space?
    private(set) var diskFreeByteCount: UInt64 = .max

    init(folder: String) { self.folder = folder }

    /// Why new messages are refused at this moment; nil where they are taken.
    var refusal: String? {
        guard let space else { return nil }
        if diskFreeByteCount < Limits.diskFreeByteCountMin {
            return "\(diskFreeByteCount) bytes free on the disk, \(Limits.diskFreeByteCountMin) are kept free"
        }
        if usedBytes * 100 > space.mapByteCount * UInt64(Limits.mapUsedPercentMax) {
            return "\(Limits.mapUsedPercentMax) % of the map of \(space.mapByteCount) bytes are in use"
        }
        if roomBytes < reserveBytes {
            return "\(roomBytes) bytes left in the map, \(reserveBytes) are kept for acknowledgements"
        }
        return nil
    }

    /// Percent of the map in use where an operator should know, or nil; reserve and disk count as short at twice what is kept.
    var shortage: UInt64? {
        guard let space, space.mapByteCount > 0 else { return nil }
        let percent = usedBytes * 100 / space.mapByteCount
        let isShort =
            percent >= UInt64(Limits.mapUsedPercentWarn) || roomBytes < 2 * reserveBytes
            || diskFreeByteCount < 2 * Limits.diskFreeByteCountMin
        return isShort ? percent : nil
    }

    /// Bytes of pages in use.
    var usedBytes: UInt64 {
        guard let space else { return 0 }
        return (space.touchedPageCount - min(freePages, space.touchedPageCount) + pagesSinceCheck) * space.pageByteCount
    }

    /// Bytes of pages that are free or were never used.
    var roomBytes: UInt64 {
        guard let space else { return .max }
        return space.mapByteCount - min(usedBytes, space.mapByteCount)
    }

    /// Room that only acknowledgements and the store's own steps may use.
    var reserveBytes: UInt64 {
        let pageByteCount = space?.pageByteCount ?? 4_096
        let perCommand = UInt64(Limits.reservePageCountPerCommand * Limits.groupCommandCountMax) * pageByteCount
        let wanted = max(UInt64(Limits.reserveByteCountMin), perCommand, 2 * largestGroupPages * pageByteCount)
        // One large group must not close a small store for ever.
        return min(wanted, (space?.mapByteCount ?? .max) / 4)
    }

    /// Counts the room anew, at most once a second and at least every thousand groups.
    /// Keeps the figures it has where they cannot be read at this moment.
    mutating func refresh(_ environment: Environment, at now: Timestamp) {
        groupsSinceCheck += 1
        guard space == nil || groupsSinceCheck >= 1_000 || now.millisecondsSince(checkedAt) >= 1_000 else { return }
        checkedAt = now
        groupsSinceCheck = 0
        pagesSinceCheck = 0
        largestGroupPages -= largestGroupPages / 64
        let counted = try? environment.read { (transaction) throws(LMDBError) in try transaction.freePageCount() }
        if let counted { freePages = counted }
        if let found = try? environment.space() { space = found }
        diskFreeByteCount = Self.freeBytes(of: folder)
    }

    /// Forgets what was counted, so that the next group counts anew.
    mutating func invalidate() { space = nil }

    /// Notes the size of a group: the reserve holds the largest twice.
    mutating func note(groupPages: UInt64) {
        largestGroupPages = max(largestGroupPages, groupPages)
        pagesSinceCheck += groupPages
    }

    /// Free bytes of the disk for this user; as many as there can be where the system does not say.
    static func freeBytes(of folder: String) -> UInt64 {
        var info = statvfs()
        guard unsafe statvfs(folder, &info) == 0 else { return .max }
        return UInt64(info.f_bavail) * UInt64(info.f_frsize)
    }
}

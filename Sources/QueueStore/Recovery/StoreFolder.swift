internal import Glibc
internal import MessageModel
internal import Synchronization

/// The folder of a store: `store/` is LMDB's, beside it stand the marker that it was ever made, the lock and the ballast.
///
/// Creation survives a cut (`reliability.md` rule 2): the environment is made in `store.creating/`, committed, synced and renamed into place,
/// the folder is synced, then the marker is written. A store that was made and is missing is never replaced by an empty one (rule 3).
@safe
final class StoreFolder: Sendable {
    let path: String
    /// Held until ``unlock()``; the kernel drops it when the process dies. -1 once it is dropped.
    private let lockDescriptor: Atomic<Int32>

    var environmentPath: String { path + "/store" }
    var creatingPath: String { path + "/store.creating" }
    private var markerPath: String { path + "/store.made" }
    /// Says that the folder is a backup which was never opened.
    private var backupMarkerPath: String { path + "/store.backup" }
    private var ballastPath: String { path + "/ballast" }

    /// Makes the folder where there is none, and locks it against every other opening.
    ///
    /// - Throws: ``BrokerError/storeInUse(path:)``, ``BrokerError/system(operation:code:)``.
    init(path: String) throws(BrokerError) {
        self.path = path
        if unsafe mkdir(path, 0o700) == 0 {
            try Self.sync(Self.parent(of: path))
        } else if errno != EEXIST {
            throw .system(operation: "mkdir \(path)", code: errno)
        }
        let descriptor = unsafe open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(operation: "open \(path)/lock", code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            if code == EWOULDBLOCK { throw .storeInUse(path: path) }
            throw .system(operation: "flock \(path)/lock", code: code)
        }
        lockDescriptor = Atomic(descriptor)
    }

    deinit { unlock() }

    /// Lets another opening have the folder; the environment must be closed.
    func unlock() {
        let descriptor = lockDescriptor.exchange(-1, ordering: .relaxed)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Whether a store stands here; removes what a cut during creation left behind.
    ///
    /// - Throws: ``BrokerError/storeUnusable(_:)`` where one was made and is gone.
    func holdsStore() throws(BrokerError) -> Bool {
        let exists = Self.exists(environmentPath + "/data.mdb")
        if !exists, Self.exists(markerPath) {
            throw .storeUnusable(
                "a store was made in \(path), but \(environmentPath)/data.mdb is missing: restore it from a backup; no empty one is put in its place"
            )
        }
        if !exists { removeCreating() }
        return exists
    }

    /// Makes the folder in which the environment is created.
    func beginCreation() throws(BrokerError) {
        removeCreating()
        guard unsafe mkdir(creatingPath, 0o700) == 0 else {
            throw .system(operation: "mkdir \(creatingPath)", code: errno)
        }
    }

    /// Puts the committed, closed environment in place and marks the store as made.
    func finishCreation() throws(BrokerError) {
        try Self.sync(creatingPath + "/data.mdb")
        try Self.sync(creatingPath)
        guard unsafe rename(creatingPath, environmentPath) == 0 else {
            throw .system(operation: "rename \(creatingPath)", code: errno)
        }
        try Self.sync(path)
    }

    /// Writes the marker where it is missing.
    func markMade() throws(BrokerError) {
        guard !Self.exists(markerPath) else { return }
        try Self.makeFile(markerPath)
        try Self.sync(path)
    }

    /// True where this is a backup which was never opened.
    var isBackup: Bool { Self.exists(backupMarkerPath) }

    /// Marks the folder as a backup.
    func markBackup() throws(BrokerError) {
        try Self.makeFile(backupMarkerPath)
        try Self.sync(path)
    }

    /// The backup has become a store of its own.
    func unmarkBackup() throws(BrokerError) {
        guard unsafe unlink(backupMarkerPath) == 0 || errno == ENOENT else {
            throw .system(operation: "unlink \(backupMarkerPath)", code: errno)
        }
        try Self.sync(path)
    }

    private static func makeFile(_ path: String) throws(BrokerError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(operation: "open \(path)", code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(operation: "fsync \(path)", code: errno) }
    }

    /// Keeps ``MessageModel/Limits/ballastByteCount`` bytes of disk to be freed when nothing else helps. Best effort: a full disk has none to keep.
    func layBallast() {
        guard !Self.exists(ballastPath), SpaceGuard.freeBytes(of: path) > 2 * Limits.diskFreeByteCountMin else {
            return
        }
        let descriptor = unsafe open(ballastPath, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        _ = posix_fallocate(descriptor, 0, Limits.ballastByteCount)
        close(descriptor)
    }

    /// Gives the ballast back to the disk; false where there is none.
    func freeBallast() -> Bool { unsafe unlink(ballastPath) == 0 }

    private func removeCreating() {
        for name in ["data.mdb", "lock.mdb"] { unsafe unlink(creatingPath + "/" + name) }
        unsafe rmdir(creatingPath)
    }

    static func parent(of path: String) -> String {
        guard let cut = path.lastIndex(of: "/") else { return "." }
        return cut == path.startIndex ? "/" : String(path[..<cut])
    }

    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// LMDB never syncs folders, and neither does rename.
    static func sync(_ path: String) throws(BrokerError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(operation: "open \(path)", code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(operation: "fsync \(path)", code: errno) }
    }
}

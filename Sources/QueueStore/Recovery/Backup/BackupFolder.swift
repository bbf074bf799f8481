internal import Glibc
internal import MessageModel

/// Where a backup goes. It is made under a name beside the target and renamed when it is whole: the target is a whole backup or not there.
struct BackupFolder: Sendable {
    /// The target.
    let path: String
    /// The folder the target stands in.
    let parent: String
    private let temporaryPath: String

    /// Names the target; nothing is made.
    ///
    /// - Throws: ``BrokerError/outOfRange(_:)`` for a path that names no folder of its own.
    init(path: String) throws(BrokerError) {
        var path = path[...]
        while path.count > 1, path.last == "/" { path.removeLast() }
        guard let name = path.split(separator: "/").last, name != ".", name != ".." else {
            throw .outOfRange("\"\(path)\" names no folder for a backup")
        }
        self.path = String(path)
        parent = StoreFolder.parent(of: self.path)
        temporaryPath = self.path + ".copying"
    }

    /// Makes the temporary folder and locks it; what an interrupted backup left there is removed.
    ///
    /// - Throws: ``BrokerError/storeUnusable(_:)`` where the target holds something, ``BrokerError/overloaded(_:)`` where another process makes
    ///   the same backup, ``BrokerError/system(operation:code:)``.
    func begin() throws(BrokerError) -> StoreFolder {
        try checkVacant()
        let folder: StoreFolder
        do throws(BrokerError) { folder = try StoreFolder(path: temporaryPath) } catch {
            if case .storeInUse = error { throw .overloaded("another process makes a backup in \(temporaryPath)") }
            throw error
        }
        do throws(BrokerError) {
            removeContents()
            guard unsafe chmod(temporaryPath, 0o700) == 0 else {
                throw .system(operation: "chmod \(temporaryPath)", code: errno)
            }
            guard unsafe mkdir(folder.environmentPath, 0o700) == 0 else {
                throw .system(operation: "mkdir \(folder.environmentPath)", code: errno)
            }
        } catch {
            abandon()
            throw error
        }
        return folder
    }

    /// Marks the checked copy as a backup and puts it in place. Durable when this returns.
    func finish(_ folder: StoreFolder) throws(BrokerError) {
        // Made by checking the copy; they belong to an open store.
        unsafe unlink(folder.environmentPath + "/lock.mdb")
        unsafe unlink(temporaryPath + "/lock")
        try StoreFolder.sync(folder.environmentPath)
        try folder.markBackup()
        try folder.markMade()
        guard unsafe rename(temporaryPath, path) == 0 else {
            throw .system(operation: "rename \(temporaryPath) to \(path)", code: errno)
        }
        try StoreFolder.sync(parent)
    }

    /// Removes what was made so far.
    func abandon() {
        removeContents()
        unsafe unlink(temporaryPath + "/lock")
        unsafe rmdir(temporaryPath)
    }

    private func removeContents() {
        for name in ["store/data.mdb", "store/lock.mdb", "store.made", "store.backup"] {
            unsafe unlink(temporaryPath + "/" + name)
        }
        unsafe rmdir(temporaryPath + "/store")
    }

    private func checkVacant() throws(BrokerError) {
        guard let folder = unsafe opendir(path) else {
            if errno == ENOENT { return }
            throw .system(operation: "open \(path) for a backup", code: errno)
        }
        defer { unsafe closedir(folder) }
        var entryCount = 0
        while unsafe readdir(folder) != nil { entryCount += 1 }
        // «.» and «..» are always there.
        guard entryCount <= 2 else {
            throw .storeUnusable("\(path) is not empty: a backup goes into a new or an empty folder")
        }
    }
}

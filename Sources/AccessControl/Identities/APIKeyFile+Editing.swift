internal import Glibc

extension APIKeyFile {
    /// Changes a key file in one step: readers see the file before or the file after, never half of one, also over a crash.
    ///
    /// Edits of one folder wait for each other. A file that does not exist counts as one without keys. The new file has mode 0600 and is on the
    /// disk when this returns. Where `edit` throws, nothing changes.
    ///
    /// - Throws: ``APIKeyFileError``, or what `edit` throws.
    public static func edit<Value>(
        path: String, _ edit: (inout [APIKeyRecord]) throws -> Value
    ) throws -> Value {
        let cut = path.lastIndex(of: "/")
        let folder = cut.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder, "open") }
        // Closing lets go of the lock.
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw failure(folder, "lock") }
        }
        var records = identity(path: path) == nil ? [] : try read(path: path)
        let value = try edit(&records)
        try checkAll(records)
        try replace(path: path, with: text(records))
        guard fsync(descriptor) == 0 else { throw failure(folder, "fsync") }
        return value
    }

    /// What is written must be readable again.
    private static func checkAll(_ records: [APIKeyRecord]) throws(APIKeyFileError) {
        for (index, record) in records.enumerated() {
            if let fault = record.fault { throw .field(path: "keys[\(index)].\(fault.field)", reason: fault.reason) }
        }
        _ = try parse(text(records))
    }

    private static func replace(path: String, with bytes: [UInt8]) throws(APIKeyFileError) {
        let temporary = path + ".new"
        // Left over from an edit that was killed; nobody else edits now.
        unlink(temporary)
        do throws(SecretFileError) { try SecretFile.create(path: temporary, bytes) } catch { throw .file(error) }
        guard rename(temporary, path) == 0 else {
            let error = failure(path, "rename")
            unlink(temporary)
            throw error
        }
    }

    private static func failure(_ path: String, _ operation: String) -> APIKeyFileError {
        .file(.system(path: path, operation: operation, code: errno))
    }
}

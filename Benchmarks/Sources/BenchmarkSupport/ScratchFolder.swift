internal import Glibc

/// A folder of its own below a given one; it goes away, with what is in it, when ``remove()`` is called or the last
/// reference goes.
public final class ScratchFolder: Sendable {
    /// Its path; the folder exists.
    public let path: String

    /// Where a folder is made unless the user says otherwise: on the disk on every usual Linux, while `/tmp` is memory
    /// on some.
    public static let parentDefault = "/var/tmp"

    /// Makes a folder below `parent`.
    ///
    /// - Throws: ``FolderError`` where that cannot be.
    public init(below parent: String = parentDefault, name: String) throws(FolderError) {
        var template = Array("\(parent)/\(name)-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { base in mkdtemp(base) == nil ? nil : String(cString: base) }
        }
        guard let made else {
            throw FolderError(description: "no folder can be made in \(parent): \(String(cString: strerror(errno)))")
        }
        path = made
    }

    /// Makes a folder inside this one.
    public func makeFolder(_ name: String) throws(FolderError) -> String {
        let inner = "\(path)/\(name)"
        guard mkdir(inner, 0o700) == 0 else {
            throw FolderError(description: "\(inner): \(String(cString: strerror(errno)))")
        }
        return inner
    }

    /// Removes the folder at `path` and everything in it.
    public static func remove(_ path: String) {
        for name in names(in: path) {
            let inner = "\(path)/\(name)"
            if unlink(inner) != 0 { remove(inner) }
        }
        rmdir(path)
    }

    /// Bytes of disk that everything in `path` takes, holes not counted.
    public static func diskByteCount(_ path: String) -> UInt64 {
        names(in: path).reduce(0) { sum, name in
            let inner = "\(path)/\(name)"
            var status = stat()
            guard lstat(inner, &status) == 0 else { return sum }
            return sum + UInt64(status.st_blocks) * 512
                + (status.st_mode & S_IFMT == S_IFDIR ? diskByteCount(inner) : 0)
        }
    }

    /// Removes the folder.
    public func remove() { Self.remove(path) }

    deinit { remove() }

    private static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

/// Why a folder could not be made.
public struct FolderError: Error, Sendable, CustomStringConvertible {
    /// The folder and the system's reason.
    public let description: String
}

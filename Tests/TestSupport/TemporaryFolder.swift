internal import Glibc

/// A folder that goes away with its last reference.
public final class TemporaryFolder: Sendable {
    /// Its path; the folder exists.
    public let path: String

    /// Makes a folder under the system's temporary one.
    public init() {
        var template = Array("/tmp/tillwire-test-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress, let made = mkdtemp(base) else {
                preconditionFailure("no temporary folder: \(errno)")
            }
            return String(cString: made)
        }
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        guard let directory = opendir(path) else {
            unlink(path)
            return
        }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { remove(path + "/" + name) }
        }
        closedir(directory)
        rmdir(path)
    }
}

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Reads the end of small text files that another process writes.
enum TailFile {
    /// The last bytes as text; empty when the file cannot be read.
    static func text(path: String, byteCountMax: Int) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        let end = lseek(descriptor, 0, SEEK_END)
        guard end > 0 else { return "" }
        var bytes = [UInt8](repeating: 0, count: min(Int(end), byteCountMax))
        lseek(descriptor, end - off_t(bytes.count), SEEK_SET)
        let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }
}

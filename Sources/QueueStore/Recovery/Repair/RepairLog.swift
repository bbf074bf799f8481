internal import Glibc
internal import MessageModel

/// The file beside the store that says what a repair did. Rows that are given up stand in it as hexadecimal digits: nothing is destroyed that a
/// person might still read. Made with the first line, closed to others; what was written is on the disk before the store changes.
struct RepairLog {
    let path: String
    private(set) var isMade = false

    init(folder: String, at now: Timestamp) { path = "\(folder)/repair-\(now.milliseconds).log" }

    /// Appends lines. Durable when this returns.
    mutating func append(_ lines: [String]) throws(BrokerError) {
        guard !lines.isEmpty else { return }
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(operation: "open \(path)", code: errno) }
        defer { close(descriptor) }
        isMade = true
        let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.span.extracting(droppingFirst: done).withUnsafeBytes { rest in
                unsafe write(descriptor, rest.baseAddress, rest.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(operation: "write \(path)", code: errno) }
            done += count
        }
        guard fsync(descriptor) == 0 else { throw .system(operation: "fsync \(path)", code: errno) }
    }
}

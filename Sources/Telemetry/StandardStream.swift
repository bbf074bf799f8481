internal import Glibc
internal import Synchronization

/// The process's standard output and standard error, written in whole lines.
public enum StandardStream: Sendable {
    case output, error

    /// Held while a line is written, so that lines of several threads do not mix.
    private static let isWriting = Mutex(())

    /// Writes all bytes; gives up silently where the stream is closed, because there is nobody left to tell. Thread-safe; blocks on the
    /// terminal or pipe.
    public func write(_ bytes: [UInt8]) {
        let descriptor = self == .output ? STDOUT_FILENO : STDERR_FILENO
        Self.isWriting.withLock { _ in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Writes a text and a line end.
    public func write(line text: String) { write(Array(text.utf8) + [0x0A]) }
}

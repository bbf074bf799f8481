import Glibc

/// The person at the terminal.
enum Terminal {
    /// Writes one line at once, whatever standard output is connected to.
    @Sendable
    static func line(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Nobody listens any more; the run goes on for its exit status.
            guard count > 0 else { return }
            written += count
        }
    }
}

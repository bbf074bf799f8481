internal import Glibc

/// A program started with its output in a file. It is killed when the last reference goes.
public final class ChildProcess {
    private let identifier: pid_t
    private var hasEnded = false

    /// Starts `program` (its path, or a name on the `PATH`) with standard output and error in a new file at `outputPath`.
    ///
    /// - Throws: ``ProcessError``.
    public init(_ program: String, _ arguments: [String], outputPath: String) throws(ProcessError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        var words = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var started: pid_t = 0
        let code = posix_spawnp(&started, program, &actions, nil, words, environ)
        guard code == 0 else { throw ProcessError(description: "\(program): \(String(cString: strerror(code)))") }
        identifier = started
    }

    /// Waits for its end.
    ///
    /// - Returns: the exit status, or nil where a signal ended it.
    public func wait() -> Int32? {
        guard !hasEnded else { return nil }
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        hasEnded = true
        return status & 0x7F == 0 ? status >> 8 & 0xFF : nil
    }

    /// Whether it ended by itself.
    public func isGone() -> Bool {
        guard !hasEnded else { return true }
        hasEnded = waitpid(identifier, nil, WNOHANG) == identifier
        return hasEnded
    }

    /// Kills it and waits for its end.
    public func kill() {
        guard !hasEnded else { return }
        Glibc.kill(identifier, SIGKILL)
        _ = wait()
    }

    /// Whether `program` is an executable file on the `PATH`.
    public static func isOnPath(_ program: String) -> Bool {
        guard let path = getenv("PATH") else { return false }
        return String(cString: path).split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
    }

    deinit { kill() }
}

/// Why a program could not be started or used.
public struct ProcessError: Error, Sendable, CustomStringConvertible {
    /// The program and the reason.
    public let description: String

    /// A reason.
    public init(description: String) { self.description = description }
}

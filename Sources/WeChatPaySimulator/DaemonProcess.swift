#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A daemon running as a child process: started, killed, started again, stopped. Its standard output and log go to
/// files.
///
/// A daemon that still runs when this is released is killed: it must not outlive its world.
actor DaemonProcess {
    private let executable: String
    private let folder: KeyFolder
    /// nil while none runs.
    private var pid: pid_t?

    /// A daemon that was not started yet.
    /// - Throws: ``SimulatorError/daemon(_:)`` when there is no such program.
    init(executable: String, folder: KeyFolder) throws(SimulatorError) {
        guard access(executable, X_OK) == 0 else { throw .daemon("\(executable) is no program that can be started") }
        self.executable = executable
        self.folder = folder
    }

    deinit {
        guard let pid else { return }
        Glibc.kill(pid, SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }

    /// Starts it and waits until it says that it serves.
    /// - Returns: how long that took, milliseconds.
    /// - Throws: ``SimulatorError/daemon(_:)``, with the end of its log.
    func start() async throws(SimulatorError) -> Int {
        precondition(pid == nil, "the daemon runs already")
        pid = try spawn()
        let clock = WorldClock.running()
        while clock.millis < SimulatorLimits.daemonReadyMillisMax {
            if saysReady { return clock.millis }
            if endStatus() != nil { throw .daemon("the daemon ended at its start: \(lastWords)") }
            try await pause()
        }
        throw .daemon("the daemon did not serve within \(SimulatorLimits.daemonReadyMillisMax / 1_000) s: \(lastWords)")
    }

    /// Ends it with SIGKILL and waits for the end.
    func kill() async throws(SimulatorError) {
        _ = try await end(by: SIGKILL)
    }

    /// Asks it to stop with SIGTERM and waits for the end.
    /// - Throws: ``SimulatorError/daemon(_:)`` when it does not stop, or not with status 0.
    func stop() async throws(SimulatorError) {
        let status = try await end(by: SIGTERM)
        guard status == 0 else {
            throw .daemon("the daemon ended with wait status \(status) after SIGTERM: \(lastWords)")
        }
    }

    /// Ends it at once, for a world that breaks off. Waits for a killed process only.
    func abandon() {
        guard let pid else { return }
        Glibc.kill(pid, SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        self.pid = nil
    }

    private func end(by signal: Int32) async throws(SimulatorError) -> Int32 {
        guard let pid else { throw .daemon("the daemon is not running: \(lastWords)") }
        Glibc.kill(pid, signal)
        let clock = WorldClock.running()
        while clock.millis < SimulatorLimits.daemonStopMillisMax {
            if let status = endStatus() { return status }
            try await pause()
        }
        throw .daemon(
            "the daemon did not end within \(SimulatorLimits.daemonStopMillisMax / 1_000) s of signal \(signal)")
    }

    /// The wait status once the process has ended; nil while it runs.
    private func endStatus() -> Int32? {
        guard let pid else { return nil }
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        self.pid = nil
        return status
    }

    /// What it logged last, for errors.
    private var lastWords: String {
        let words = TailFile.text(path: folder.daemonLog, byteCountMax: SimulatorLimits.lastWordsByteCount)
        return words.isEmpty ? "it logged nothing" : words
    }

    /// Every start truncates the output file, so an earlier start's line is never seen.
    private var saysReady: Bool {
        TailFile.text(path: folder.daemonOutput, byteCountMax: SimulatorLimits.daemonOutputByteCountMax)
            .split(separator: "\n").contains { $0.hasPrefix("tillwired ready ") }
    }

    private func pause() async throws(SimulatorError) {
        do {
            try await Task.sleep(for: .milliseconds(SimulatorLimits.daemonPollMillis))
        } catch {
            throw .daemon("interrupted")
        }
    }

    private func spawn() throws(SimulatorError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let appending = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, STDOUT_FILENO, folder.daemonOutput, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, folder.daemonLog, appending, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        Self.restoreSignals(&attributes)
        let arguments: [String] = [executable, "--config", folder.configuration]
        let pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, executable, &actions, &attributes, pointers, environ)
        guard code == 0 else { throw .daemon("\(executable) does not start: \(String(cString: strerror(code)))") }
        return pid
    }

    /// Signals this process ignores would be ignored by the child too.
    private static func restoreSignals(_ attributes: inout posix_spawnattr_t) {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    }
}

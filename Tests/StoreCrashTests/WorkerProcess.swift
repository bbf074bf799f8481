import Foundation

/// The crash worker as a child process whose lines are read until it is killed.
final class WorkerProcess {
    private let process = Process()
    private let pipe = Pipe()

    /// Starts the worker that was built beside the tests.
    init(folder: String, firstNumber: UInt64, senders: Int) throws {
        process.executableURL = Self.directory.appendingPathComponent("store-crash-worker")
        process.arguments = [folder, "\(firstNumber)", "\(senders)"]
        process.standardOutput = pipe
        try process.run()
    }

    /// The folder of the running test binary.
    private static var directory: URL {
        URL(
            fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
                ?? CommandLine.arguments[0]
        )
        .deletingLastPathComponent()
    }

    /// Reads lines until there are `count`, sends SIGKILL, and returns all that was said: what the pipe still holds was said before the end.
    func killAfter(lines count: Int) -> [String] {
        var text = Data()
        var lines = 0
        while lines < count {
            let chunk = pipe.fileHandleForReading.availableData
            if chunk.isEmpty { break }
            lines += chunk.count { $0 == 10 }
            text.append(chunk)
        }
        kill(process.processIdentifier, SIGKILL)
        text.append(pipe.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// True where it ended by SIGKILL and not by itself.
    var wasKilled: Bool { process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL }
}

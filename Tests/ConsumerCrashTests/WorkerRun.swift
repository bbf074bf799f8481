import Foundation

/// One run of the worker as a child process.
enum WorkerRun {
    /// Starts the worker that was built beside the tests.
    private static func start(_ folder: String, messages: Int) throws -> (process: Process, pipe: Pipe) {
        let process = Process()
        let pipe = Pipe()
        let tests =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        process.executableURL =
            URL(fileURLWithPath: tests).deletingLastPathComponent().appending(path: "consumer-crash-worker")
        process.arguments = [folder, "\(messages)"]
        process.standardOutput = pipe
        try process.run()
        return (process, pipe)
    }

    /// Reads `lines` lines, sends SIGKILL, and returns whether that was its end.
    static func kill(_ folder: String, messages: Int, afterLines lines: Int) throws -> Bool {
        let (process, pipe) = try start(folder, messages: messages)
        var seen = 0
        while seen < lines {
            let chunk = pipe.fileHandleForReading.availableData
            if chunk.isEmpty { break }
            seen += chunk.count { $0 == 10 }
        }
        Foundation.kill(process.processIdentifier, SIGKILL)
        _ = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL
    }

    /// Runs it to its end; returns whether it said that all is done.
    static func finish(_ folder: String, messages: Int) throws -> Bool {
        let (process, pipe) = try start(folder, messages: messages)
        let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus == 0 && said.hasSuffix("done\n")
    }
}

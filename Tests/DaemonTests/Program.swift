import Foundation

/// A program of this package as a child process.
enum Program {
    /// Runs the program `name`, which was built beside the tests, to its end.
    static func run(
        _ name: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> (
        status: Int32, output: String, errors: String
    ) {
        let process = Process()
        let output = Pipe()
        let errors = FileManager.default.temporaryDirectory.appending(path: "tillwire-errors-\(UUID().uuidString)")
        FileManager.default.createFile(atPath: errors.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: errors) }
        process.executableURL = url(name)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: text, as: UTF8.self),
            String(decoding: (try? Data(contentsOf: errors)) ?? Data(), as: UTF8.self)
        )
    }

    /// Starts a daemon and reads until it says that it serves.
    static func startDaemon(config: String) throws -> (process: Process, ready: String) {
        try start("tillwired", ["--config", config])
    }

    /// Starts a program that says in one line that it serves, and reads that line.
    static func start(_ name: String, _ arguments: [String]) throws -> (process: Process, ready: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = url(name)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var text = Data()
        while !text.contains(10) {
            let chunk = output.fileHandleForReading.availableData
            if chunk.isEmpty { break }
            text.append(chunk)
        }
        return (process, String(decoding: text, as: UTF8.self))
    }

    /// Where a program of this build stands.
    static func url(_ name: String) -> URL {
        URL(
            fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
                ?? CommandLine.arguments[0]
        )
        .deletingLastPathComponent().appending(path: name)
    }
}

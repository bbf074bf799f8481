import Foundation
import TestSupport
import Testing

@Suite("The README's example")
struct EmbeddingTests {
    @Test("a program that depends on the checkout by path is built, runs, and finds its messages")
    func example() throws {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
            path: "Embedding")
        let folder = TemporaryFolder()
        let build = try Self.run([
            "swift", "build", "--package-path", package.path, "--scratch-path", folder.path + "/build",
        ])
        #expect(build.status == 0, "\(build.output.suffix(2_000))")
        let program = folder.path + "/build/debug/embedding-example"
        let first = try Self.run([program, folder.path + "/store"])
        #expect(first.output == "order true: {\"amount\":125000}\nrisk waits for 1\n")
        #expect(first.status == 0)
        // The second run repeats a payment whose key is known: nothing new is stored.
        let second = try Self.run([program, folder.path + "/store"])
        #expect(second.output == "risk waits for 1\n")
    }

    @Test("the example is the one that README shows")
    func sameAsReadme() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let example = try String(
            contentsOf: root.appending(path: "Tests/Embedding/Sources/embedding-example/main.swift"), encoding: .utf8)
        #expect(readme.contains(example.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    private static func run(_ command: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        var environment = ProcessInfo.processInfo.environment
        // The example needs neither HTTP nor crypto; without this the manifest would still fetch what they need.
        environment["TILLWIRE_CORE"] = "1"
        process.environment = environment
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}

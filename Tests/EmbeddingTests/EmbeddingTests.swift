import Foundation
import TestSupport
import Testing

@Suite("The example program")
struct EmbeddingTests {
    @Test("a program that depends on the checkout by path is built, runs, and finds its messages")
    func example() throws {
        let package = Self.root.appending(path: "Tests/Embedding")
        let folder = TemporaryFolder()
        let build = try Self.run([
            "swift", "build", "--package-path", package.path, "--scratch-path", folder.path + "/build",
        ])
        #expect(build.status == 0, "\(build.output.suffix(2_000))")
        let program = folder.path + "/build/debug/embedding-example"
        let first = try Self.run([program, folder.path + "/store"])
        let rest = """
            parcel 1
            parcel 2
            parcel 3
            parcel 4
            dead letter: bad, delivered 3 times
            order 4711 over 1250
            moved aside: not an order

            """
        #expect(
            first.output == "order true: {\"amount\":125000}\nrisk waits for 1\n" + rest
                + "total 2150 of 2 payments\nclosed\n")
        #expect(first.status == 0)
        // The second run repeats a payment whose key is known: nothing new is stored. The total goes on.
        let second = try Self.run([program, folder.path + "/store"])
        #expect(second.output == "risk waits for 1\n" + rest + "total 4300 of 4 payments\nclosed\n")
        #expect(second.status == 0)
    }

    @Test("the code of README and of the articles stands in the example", arguments: shown)
    func sameAsShown(document: String) throws {
        let sources = Self.root.appending(path: "Tests/Embedding/Sources/embedding-example")
        let example = try FileManager.default.contentsOfDirectory(at: sources, includingPropertiesForKeys: nil)
            .map { Self.lines(try String(contentsOf: $0, encoding: .utf8)) }
        let text = try String(contentsOf: Self.root.appending(path: document), encoding: .utf8)
        let blocks = text.components(separatedBy: "```swift\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        #expect(!blocks.isEmpty)
        for block in blocks {
            #expect(example.contains { $0.contains(Self.lines(block)) }, "\(document): \(block)")
        }
    }

    private static let shown =
        ["README.md"] + ["Tillwire", "Receiving", "Transactions"].map { "Sources/Tillwire/Tillwire.docc/\($0).md" }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Without indentation and blank lines at the ends, which differ by where code stands.
    private static func lines(_ code: String) -> String {
        let lines = code.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        return "\n" + lines.joined(separator: "\n").trimmingCharacters(in: .newlines) + "\n"
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

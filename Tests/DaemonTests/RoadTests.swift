import Foundation
import TestSupport
import Testing

@Suite("The whole road, in processes", .serialized)
struct RoadTests {
    @Test("shops, notices, store, push and a SIGKILL in the middle: the account balances, nothing is lost")
    func demo() throws {
        let daemon = Program.url("tillwired").path
        let run = try Program.run(
            "wechatpay-simulator",
            ["demo", "--daemon", daemon, "--seconds", "4", "--rate", "60", "--answer-limit-millis", "2000"])
        #expect(run.status == 0, "\(run.output.suffix(3_000))")
        #expect(run.output.contains("daemon killed with SIGKILL"))
        #expect(run.output.contains("lost 0,"))
        #expect(run.output.contains("the account balances"))
    }

    @Test("a second daemon on the same store is refused with exit 3, and the first goes on")
    func secondDaemon() throws {
        let folder = TemporaryFolder()
        let config = try Self.keys(in: folder)
        let first = try Program.startDaemon(config: config)
        defer {
            first.process.terminate()
            first.process.waitUntilExit()
        }
        #expect(first.ready.hasPrefix("tillwired ready notices="))
        let second = try Program.run("tillwired", ["--config", config])
        #expect(second.status == 3)
        #expect(second.errors.contains("another process uses the store"))
        #expect(first.process.isRunning)
        let verify = try Program.run("tillwire", ["verify", folder.path + "/world/store"])
        #expect(verify.status != 0)
        #expect((verify.errors + verify.output).contains("--admin"))
    }

    @Test("a key that does not exist is refused with exit 2 and the nearest one that does")
    func unknownKey() throws {
        let folder = TemporaryFolder()
        let config = folder.path + "/tillwired.json"
        try Data(#"{"store":{"path":"\#(folder.path)/store"},"push":{"laddder":"standard"}}"#.utf8).write(
            to: URL(fileURLWithPath: config))
        let run = try Program.run("tillwired", ["--config", config])
        #expect(run.status == 2)
        #expect(run.errors.contains("push.laddder"))
        #expect(run.errors.contains("push.ladder"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/store"))
    }

    @Test(
        "a stopped store is verified, repaired and copied; one that is gone is refused with exit 4, and no empty one is put there"
    )
    func missingStore() throws {
        let folder = TemporaryFolder()
        let config = try Self.keys(in: folder)
        let daemon = try Program.startDaemon(config: config)
        daemon.process.terminate()
        daemon.process.waitUntilExit()
        #expect(daemon.process.terminationStatus == 0)
        let clean = try Program.run("tillwire", ["verify", folder.path + "/world/store"])
        #expect(clean.status == 0, "\(clean.output)\(clean.errors)")
        let repaired = try Program.run("tillwire", ["verify", folder.path + "/world/store", "--repair"])
        #expect(repaired.status == 0, "\(repaired.output)\(repaired.errors)")
        let copy = folder.path + "/copy"
        let made = try Program.run("tillwire", ["store", "backup", folder.path + "/world/store", copy])
        #expect(made.status == 0, "\(made.output)\(made.errors)")
        #expect(try Program.run("tillwire", ["store", "backup", folder.path + "/world/store", copy]).status == 1)
        #expect(try Program.run("tillwire", ["verify", copy]).status == 0)
        let data = folder.path + "/world/store/store/data.mdb"
        try FileManager.default.removeItem(atPath: data)
        let run = try Program.run("tillwired", ["--config", config])
        #expect(run.status == 4)
        #expect(!FileManager.default.fileExists(atPath: data))
    }

    /// Keys and settings as `make serve` makes them, on ports the system chooses.
    private static func keys(in folder: TemporaryFolder) throws -> String {
        let made = try Program.run(
            "wechatpay-simulator",
            [
                "keys", "--folder", folder.path + "/world", "--notices-port", "0", "--admin-port", "0", "--queue-port",
                "0",
            ])
        #expect(made.status == 0, "\(made.output)\(made.errors)")
        return folder.path + "/world/tillwired.json"
    }
}

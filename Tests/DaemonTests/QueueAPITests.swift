import Foundation
import TestSupport
import Testing

@Suite("The queue API of a daemon, and its keys", .serialized)
struct QueueAPITests {
    private static func key(_ arguments: [String]) throws -> String {
        let run = try Program.run("tillwire", ["key"] + arguments)
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        return run.output
    }

    /// The words behind `secret id` and `secret key`.
    private static func made(_ output: String) throws -> (id: String, secret: String) {
        let words = output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        try #require(words.count == 2 && words.allSatisfy { $0.count == 3 })
        return (words[0][2], words[1][2])
    }

    @Test("keys are made, listed without secrets, changed and removed; what is wrong is refused and changes nothing")
    func tool() throws {
        let folder = TemporaryFolder()
        let keys = folder.path + "/keys.json"
        let first = try Self.made(
            try Self.key(["create", "--keys", keys, "--role", "producer", "--queues", "pay-*", "--owner", "shop"]))
        #expect(first.id.hasPrefix("AKID") && first.secret.utf8.count == 40)
        let second = try Self.made(try Self.key(["create", "--keys", keys, "--role", "admin", "--hmac-sha1"]))
        let mode = try FileManager.default.attributesOfItem(atPath: keys)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let list = try Self.key(["list", "--keys", keys]).split(separator: "\n").map(String.init)
        try #require(list.count == 2)
        #expect(list[0].contains("\"owner\":\"shop\"") && list[0].contains("\"hmac_sha1\":false"))
        #expect(list[0].contains(#""grants":[{"role":"producer","queues":["pay-*"],"topics":[]}]"#))
        #expect(list[1].contains("\"hmac_sha1\":true") && list[1].contains(#""queues":["*"],"topics":["*"]"#))
        #expect(!list.joined().contains(first.secret) && !list.joined().contains(second.secret))
        _ = try Self.key(["disable", first.id, "--keys", keys])
        #expect(try Self.key(["list", "--keys", keys]).contains("\"enabled\":false"))
        _ = try Self.key(["enable", first.id, "--keys", keys])
        let rotated = try Self.key(["rotate", first.id, "--keys", keys])
        #expect(rotated.hasPrefix("secret key  ") && !rotated.contains(first.secret))
        let file = try String(contentsOfFile: keys, encoding: .utf8)
        #expect(file.contains("\"previous_secret\":\"\(first.secret)\""))
        _ = try Self.key(["rotate", first.id, "--finish", "--keys", keys])
        _ = try Self.key(["delete", second.id, "--keys", keys])
        #expect(try Self.key(["list", "--keys", keys]).split(separator: "\n").count == 1)
        let before = try Data(contentsOf: URL(filePath: keys))
        let wrong = [
            ["create", "--keys", keys], ["create", "--keys", keys, "--role", "king"],
            ["create", "--keys", keys, "--action", "Fly"],
            ["create", "--keys", keys, "--role", "admin", "--queues", "a*b"],
            ["disable", second.id, "--keys", keys], ["delete", "AKIDnobody", "--keys", keys],
            ["rotate", first.id, "--finish", "--keys", keys],
        ]
        for arguments in wrong {
            #expect(try Program.run("tillwire", ["key"] + arguments).status != 0, "\(arguments)")
        }
        #expect(try Data(contentsOf: URL(filePath: keys)) == before)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: keys)
        let open = try Program.run("tillwire", ["key", "list", "--keys", keys])
        #expect(open.status == 1 && open.errors.contains("chmod 600"))
    }

    @Test("a daemon serves both APIs at its queue listener and follows the key file while it runs")
    func daemon() async throws {
        let folder = TemporaryFolder()
        let world = folder.path + "/world"
        let made = try Program.run(
            "wechatpay-simulator",
            ["keys", "--folder", world, "--notices-port", "0", "--admin-port", "0", "--queue-port", "0"])
        #expect(made.status == 0 && made.output.contains("queue API key AKID"))
        let daemon = try Program.startDaemon(config: world + "/tillwired.json")
        defer {
            daemon.process.terminate()
            daemon.process.waitUntilExit()
        }
        func port(_ listener: String) -> Int? {
            let address = daemon.ready.split(separator: " ").first { $0.hasPrefix("\(listener)=") }
            return address?.split(separator: ":").last.flatMap { Int($0.prefix { $0.isNumber }) }
        }
        let (port, adminPort) = (try #require(port("queue")), try #require(port("admin")))
        let keys = world + "/api-keys.json"
        let key = try Self.made(try Self.key(["create", "--keys", keys, "--role", "admin"]))
        let bearer = "Bearer \(key.id).\(key.secret)"
        func ask(_ method: String, _ path: String, _ body: String = "") -> String {
            RawHTTP.ask(port: port, method, path, authorization: bearer, body: body)
        }
        let isKnown = try await eventually { ask("GET", "/v1/queues").hasPrefix("HTTP/1.1 200") }
        #expect(isKnown)
        #expect(ask("PUT", "/v1/queues/hello").hasPrefix("HTTP/1.1 201"))
        #expect(ask("POST", "/v1/queues/hello/messages", #"{"body":"hi"}"#).hasPrefix("HTTP/1.1 201"))
        #expect(ask("POST", "/v1/queues/hello/receive").contains(#""body":"hi""#))
        #expect(ask("DELETE", "/v1/queues/merchant-orders").contains("\"protected\""))
        #expect(ask("PATCH", "/v1/queues/risk", #"{"traced":true}"#).contains("\"protected\""))
        // Everything else is CMQ's: 200, whatever the answer.
        let cmq = ask("POST", "/v2/index.php", "Action=SendMessage")
        #expect(cmq.hasPrefix("HTTP/1.1 200") && cmq.contains("\"code\":4000"))
        // A broken file changes nothing.
        let good = try Data(contentsOf: URL(filePath: keys))
        try Data("{".utf8).write(to: URL(filePath: keys))
        let isSeen = try await eventually {
            RawHTTP.ask(port: adminPort, "GET", "/metrics", authorization: bearer)
                .contains("queue_api_keys_file_bad 1")
        }
        #expect(isSeen)
        #expect(ask("GET", "/v1/queues").hasPrefix("HTTP/1.1 200"))
        try good.write(to: URL(filePath: keys))
        _ = try Self.key(["disable", key.id, "--keys", keys])
        let isRefused = try await eventually { ask("GET", "/v1/queues").hasPrefix("HTTP/1.1 401") }
        #expect(isRefused)
    }

    @Test("a key file that cannot be used keeps the daemon from starting, with its place")
    func badKeys() throws {
        let folder = TemporaryFolder()
        let keys = folder.path + "/keys.json"
        try Data(#"{"keys":[{"id":"AKID0001"}]}"#.utf8).write(to: URL(filePath: keys))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keys)
        let run = try Program.run(
            "tillwired",
            ["--set", "store.path=\(folder.path)/store", "--set", "queue_api.keys_file=\(keys)", "--check"])
        #expect(run.status == 2 && run.errors.contains("keys[0].secret: 16 to 128"))
        let missing = try Program.run("tillwired", ["--set", "queue_api.keys_file=/nowhere/keys.json", "--check"])
        #expect(missing.status == 2 && missing.errors.contains("queue_api.keys_file: /nowhere/keys.json"))
    }
}

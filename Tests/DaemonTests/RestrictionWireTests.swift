import Foundation
import TestSupport
import Testing

@Suite("Restrictions and rating, over the wire")
struct RestrictionWireTests {
    private static let merchant = "1630005678"

    /// A running daemon, where it listens and whose tokens it takes.
    private struct Running {
        let process: Process
        let noticesPort: Int
        let adminPort: Int
        let folder: String

        func ask(
            _ token: String, _ method: String, _ path: String, _ body: String = "", isAdmin: Bool = true
        ) throws
            -> String
        {
            let text = try String(contentsOfFile: folder + "/\(token).token", encoding: .utf8)
            return RawHTTP.ask(
                port: isAdmin ? adminPort : noticesPort, method, path,
                authorization: "Bearer " + text.trimmingCharacters(in: .whitespacesAndNewlines), body: body)
        }

        func gate() throws -> String {
            let body = #"{"merchant_id":"\#(RestrictionWireTests.merchant)","out_trade_no":"T1","amount":100}"#
            return try ask("gate", "POST", "/gate/v1/payment-requests", body, isAdmin: false)
        }

        func stop() {
            process.terminate()
            process.waitUntilExit()
        }
    }

    private static func start(_ folder: String) throws -> Running {
        let (process, ready) = try Program.startDaemon(config: folder + "/tillwired.json")
        func port(_ name: String) throws -> Int {
            let range = try #require(ready.range(of: name + "="), "\(ready)")
            let address = ready[range.upperBound...].prefix { !$0.isWhitespace }
            return try #require(address.split(separator: ":").last.flatMap { Int($0) })
        }
        return Running(
            process: process, noticesPort: try port("notices"), adminPort: try port("admin"), folder: folder)
    }

    /// Keys and settings with a risk system's token and API v2's key of the vectors.
    private static func prepare(_ folder: String) throws {
        let made = try Program.run(
            "wechatpay-simulator",
            ["keys", "--folder", folder, "--notices-port", "0", "--admin-port", "0", "--queue-port", "0"])
        #expect(made.status == 0, "\(made.errors)")
        let config = URL(filePath: folder + "/tillwired.json")
        var root = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: config)) as? [String: Any])
        for (name, text) in [
            ("risk.token", "risk-system-token-0123456789abcdef"), ("v2.key", "8f3b1c6d9e2a47505bd0c7a1e4f69238"),
        ] {
            try Data(text.utf8).write(to: URL(filePath: folder + "/" + name))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder + "/" + name)
        }
        var access = try #require(root["access"] as? [String: Any])
        access["risk_token_files"] = [folder + "/risk.token"]
        root["access"] = access
        var wechat = try #require(root["wechat"] as? [String: Any])
        wechat["sp_mchids"] = ["1620001234"]
        wechat["api_v2_key_file"] = folder + "/v2.key"
        root["wechat"] = wechat
        try JSONSerialization.data(withJSONObject: root).write(to: config)
    }

    /// The body of a notice that carries no time, so that it holds today.
    private static func notice() throws -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/wechat-v2/01-md5-valid.json")
        let root = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let text = try #require(root["body_base64"] as? String)
        return String(decoding: try #require(Data(base64Encoded: text)), as: UTF8.self)
    }

    @Test("a risk system's callback closes the gate, the rating is counted and printed, and a restart keeps both")
    func callbackAndRating() throws {
        let folder = TemporaryFolder()
        let world = folder.path + "/world"
        try Self.prepare(world)
        var daemon = try Self.start(world)
        defer { daemon.stop() }
        let registered = try daemon.ask("operator", "PUT", "/admin/v1/merchants/\(Self.merchant)", "{}")
        #expect(registered.hasPrefix("HTTP/1.1 20"), "\(registered)")
        #expect(try daemon.gate().hasPrefix("HTTP/1.1 200 "))
        let told = try daemon.ask(
            "risk", "PUT", "/callback/v1/restrictions/case-1",
            #"{"state":"PUNISHMENT","business_time":"2025-10-09T16:51:00+08:00","merchant_id":"\#(Self.merchant)","reason_code":"FRAUD","reason":"stolen cards"}"#
        )
        #expect(told.hasPrefix("HTTP/1.1 200 ") && told.contains(#""outcome":"restricted""#), "\(told)")
        #expect(try daemon.ask("risk", "GET", "/admin/v1/status").hasPrefix("HTTP/1.1 401 "))
        for _ in 0..<2 {
            let answer = try daemon.ask(
                "gate", "POST", "/notify/wechat/v2/shop-1", Self.notice(), isAdmin: false)
            #expect(answer.contains("<![CDATA[SUCCESS]]>"), "\(answer)")
        }
        for isSecondStart in [false, true] {
            if isSecondStart {
                daemon.stop()
                daemon = try Self.start(world)
            }
            let refused = try daemon.gate()
            #expect(refused.hasPrefix("HTTP/1.1 403 ") && refused.contains("stolen cards"), "\(refused)")
            let rating = try Program.run(
                "tillwire",
                [
                    "rating", "--json", "--admin", "http://127.0.0.1:\(daemon.adminPort)", "--token-file",
                    world + "/operator.token",
                ])
            #expect(rating.status == 0, "\(rating.errors)")
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(rating.output.utf8)) as? [String: Any])
            let hours = try #require(report["hours"] as? [[String: Any]])
            #expect(hours.reduce(0) { $0 + ($1["deliveries"] as? Int ?? 0) } == 2)
            #expect(hours.reduce(0) { $0 + ($1["repeats"] as? Int ?? 0) } == 1)
        }
        let text = try Program.run(
            "tillwire",
            [
                "rating", "--admin", "http://127.0.0.1:\(daemon.adminPort)", "--token-file", world + "/operator.token",
            ])
        #expect(text.output.hasPrefix("rating: good"))
        let status = try daemon.ask("operator", "GET", "/admin/v1/status")
        #expect(status.contains(#""rating":{"level":"good""#))
        #expect(status.contains(#""restrictions":{"open":1"#))
        #expect(try daemon.ask("operator", "GET", "/metrics").contains("rating_alarm_level 0"))
    }
}

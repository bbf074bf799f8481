import Foundation
import TestSupport
import Testing

@Suite("Recovery of orders, over the wire")
struct RecoveryWireTests {
    private static let merchant = "1630000001"

    /// A simulated WeChat Pay and a daemon that calls it.
    private final class Wire {
        let folder: String
        private let platform: Process
        private let platformPort: Int
        private var daemon: (process: Process, notices: Int, admin: Int)?

        init(_ folder: String) throws {
            self.folder = folder
            let made = try Program.run(
                "wechatpay-simulator",
                ["keys", "--folder", folder, "--notices-port", "0", "--admin-port", "0", "--queue-port", "0"])
            #expect(made.status == 0, "\(made.errors)")
            let (process, line) = try Program.start("wechatpay-simulator", ["platform", "--folder", folder])
            platform = process
            platformPort = try #require(
                line.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: ":").last.flatMap { Int($0) })
            try configure()
        }

        /// Lets the daemon call the platform, a second after an announcement.
        private func configure() throws {
            func read(_ name: String) throws -> [String: Any] {
                let data = try Data(contentsOf: URL(filePath: folder + "/" + name))
                return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            }
            var root = try read("tillwired.json")
            var wechat = try #require(root["wechat"] as? [String: Any])
            wechat["api_url"] = "http://127.0.0.1:\(platformPort)"
            wechat["merchant_serial"] = try read("serials.json")["provider_serial"]
            wechat["merchant_key_file"] = folder + "/provider-key.pem"
            root["wechat"] = wechat
            root["recovery"] = ["first_query_seconds": 1, "write_behind_millis": 20]
            try JSONSerialization.data(withJSONObject: root).write(to: URL(filePath: folder + "/tillwired.json"))
        }

        func start() throws {
            let (process, ready) = try Program.startDaemon(config: folder + "/tillwired.json")
            func port(_ name: String) throws -> Int {
                let range = try #require(ready.range(of: name + "="), "\(ready)")
                let address = ready[range.upperBound...].prefix { !$0.isWhitespace }
                return try #require(address.split(separator: ":").last.flatMap { Int($0) })
            }
            daemon = (process, try port("notices"), try port("admin"))
            let registered = try admin("PUT", "/admin/v1/merchants/\(RecoveryWireTests.merchant)", "{}")
            #expect(registered.hasPrefix("HTTP/1.1 20"), "\(registered)")
        }

        /// Ends the daemon as a power cut would.
        func kill() {
            guard let daemon else { return }
            Foundation.kill(daemon.process.processIdentifier, SIGKILL)
            daemon.process.waitUntilExit()
            self.daemon = nil
        }

        func end() {
            daemon?.process.terminate()
            daemon?.process.waitUntilExit()
            platform.terminate()
            platform.waitUntilExit()
        }

        func admin(_ method: String, _ path: String, _ body: String = "") throws -> String {
            try ask("operator", port: #require(daemon).admin, method, path, body)
        }

        func gate(_ path: String, _ body: String) throws -> String {
            try ask("gate", port: #require(daemon).notices, "POST", "/gate/v1/" + path, body)
        }

        func control(_ path: String, _ body: String) -> String {
            RawHTTP.ask(port: platformPort, "POST", "/control/" + path, authorization: "none", body: body)
        }

        func tool(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
            try Program.run(
                "tillwire",
                arguments + [
                    "--admin", "http://127.0.0.1:\(#require(daemon).admin)", "--token-file",
                    folder + "/operator.token",
                ])
        }

        /// Waits until recovery's report has this part.
        func reports(_ part: String) async throws -> Bool {
            for _ in 0..<600 {
                if try admin("GET", "/admin/v1/recovery").contains(part) { return true }
                try await Task.sleep(for: .milliseconds(50))
            }
            return false
        }

        private func ask(_ token: String, port: Int, _ method: String, _ path: String, _ body: String) throws -> String
        {
            let text = try String(contentsOfFile: folder + "/\(token).token", encoding: .utf8)
            return RawHTTP.ask(
                port: port, method, path,
                authorization: "Bearer " + text.trimmingCharacters(in: .whitespacesAndNewlines), body: body)
        }
    }

    private static func order(_ number: String) -> String {
        #"{"merchant_id":"\#(merchant)","out_trade_no":"\#(number)","amount":1250}"#
    }

    @Test("a lost notice, one lost over a kill, a lost refund and an order asked for by hand are all found")
    func found() async throws {
        let folder = TemporaryFolder()
        let wire = try Wire(folder.path + "/world")
        defer { wire.end() }
        try wire.start()
        // Announced, paid, and nobody tells.
        #expect(try wire.gate("payment-requests", Self.order("WIRE-000001")).hasPrefix("HTTP/1.1 200 "))
        #expect(wire.control("orders", Self.order("WIRE-000001")).hasPrefix("HTTP/1.1 201 "))
        #expect(wire.control("orders/WIRE-000001/pay", #"{"lost":true}"#).hasPrefix("HTTP/1.1 200 "))
        #expect(try await wire.reports(#""found_orders":1"#))
        // Announced and asked for once; killed, paid, and found by the next start.
        #expect(wire.control("orders", Self.order("WIRE-000002")).hasPrefix("HTTP/1.1 201 "))
        #expect(try wire.gate("payment-requests", Self.order("WIRE-000002")).hasPrefix("HTTP/1.1 200 "))
        #expect(try await wire.reports(#""answers":{"open":"#))
        wire.kill()
        #expect(wire.control("orders/WIRE-000002/pay", #"{"lost":true}"#).hasPrefix("HTTP/1.1 200 "))
        try wire.start()
        #expect(try await wire.reports(#""found_orders":1"#))
        // A refund that ends at once and has no notice.
        let refund =
            #"{"merchant_id":"\#(Self.merchant)","out_trade_no":"WIRE-000002","out_refund_no":"WIRE-R1","amount":300}"#
        #expect(try wire.gate("refund-requests", refund).hasPrefix("HTTP/1.1 200 "))
        let begun = wire.control("orders/WIRE-000002/refund", #"{"out_refund_no":"WIRE-R1","amount":300}"#)
        #expect(begun.hasPrefix("HTTP/1.1 201 "), "\(begun)")
        #expect(try await wire.reports(#""found_refunds":1"#))
        // Never announced: the shopper says that it is paid.
        #expect(wire.control("orders", Self.order("WIRE-000003")).hasPrefix("HTTP/1.1 201 "))
        let open = try wire.tool(["recover", Self.merchant, "WIRE-000003"])
        #expect(open.status == 0 && open.output.contains(#""trade_state": "NOTPAY""#), "\(open)")
        #expect(wire.control("orders/WIRE-000003/pay", #"{"lost":true}"#).hasPrefix("HTTP/1.1 200 "))
        let paid = try wire.tool(["recover", Self.merchant, "WIRE-000003"])
        #expect(paid.status == 0 && paid.output.contains(#""entered": "stored""#), "\(paid)")
        let again = try wire.tool(["recover", Self.merchant, "WIRE-000003"])
        #expect(again.output.contains(#""entered": "duplicate""#), "\(again)")
        // Three payments, each once, and one notice of a refund.
        let status = try wire.admin("GET", "/admin/v1/status")
        #expect(status.contains(#""recovery":{"open":0"#), "\(status)")
        let metrics = try wire.admin("GET", "/metrics")
        #expect(metrics.contains(#"recovery_found_total{kind="refund"} 1"#), "\(metrics)")
        #expect(metrics.contains("recovery_open 0"))
    }
}

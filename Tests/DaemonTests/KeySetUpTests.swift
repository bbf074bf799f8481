import Foundation
import TestSupport
import Testing

@Suite("Set-ups of keys, in processes", .serialized)
struct KeySetUpTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/wechat-v3")

    /// A folder with secrets of closed permissions; gives back the settings that every set-up here has.
    private func settings(_ folder: TemporaryFolder, _ wechat: [String: Any]) throws -> String {
        try secret(folder, "operator", "an-operator-of-the-tests-0123456789")
        try secret(folder, "v2", "8f3b1c6d9e2a47505bd0c7a1e4f69238")
        try secret(folder, "v3", "Kx7Qm2Zt9Vb4Nc8Rw1Ys6Hd3Lf5Gj0Pa")
        try secret(
            folder, "merchant.pem",
            String(contentsOf: Self.fixtures.appending(path: "keys/merchant-api.key.pem"), encoding: .utf8))
        let root: [String: Any] = [
            "store": ["path": folder.path + "/store", "map_mib": 256], "notices": ["port": 0], "admin": ["port": 0],
            "access": ["operator_token_files": [folder.path + "/operator"]], "wechat": wechat,
        ]
        let path = folder.path + "/tillwired.json"
        try JSONSerialization.data(withJSONObject: root).write(to: URL(filePath: path))
        return path
    }

    private func secret(_ folder: TemporaryFolder, _ name: String, _ text: String) throws {
        try Data((text + "\n").utf8).write(to: URL(filePath: folder.path + "/" + name))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: folder.path + "/" + name)
    }

    private func port(_ name: String, in ready: String) -> Int? {
        guard let range = ready.range(of: name + "=") else { return nil }
        return ready[range.upperBound...].prefix { !$0.isWhitespace }.split(separator: ":").last.flatMap { Int($0) }
    }

    @Test("with the key of API v2 alone the daemon starts, and notices of API v3 are answered with an error")
    func onlyV2() throws {
        let folder = TemporaryFolder()
        let config = try settings(
            folder, ["sp_mchids": ["1620001234"], "api_v2_key_file": folder.path + "/v2"])
        let (process, ready) = try Program.startDaemon(config: config)
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        let notices = try #require(port("notices", in: ready), "\(ready)")
        let answer = RawHTTP.ask(port: notices, "POST", "/notify/wechat/v3/1", authorization: "none", body: "{}")
        #expect(answer.hasPrefix("HTTP/1.1 401 "), "\(answer)")
    }

    @Test("with the APIv3 key and access to the API alone the daemon starts, and says that it has no key yet")
    func nothingFetchedYet() throws {
        let folder = TemporaryFolder()
        // Nobody listens there.
        let config = try settings(
            folder,
            [
                "sp_mchids": ["1620001234"], "api_v3_key_file": folder.path + "/v3", "api_url": "http://127.0.0.1:1",
                "merchant_serial": "7C1B2A3948576675849302A1B0C9D8E7F6051423",
                "merchant_key_file": folder.path + "/merchant.pem",
            ])
        let (process, ready) = try Program.startDaemon(config: config)
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        let admin = try #require(port("admin", in: ready), "\(ready)")
        let bearer = "Bearer an-operator-of-the-tests-0123456789"
        let keys = RawHTTP.ask(port: admin, "GET", "/admin/v1/platform-keys", authorization: bearer)
        #expect(keys.contains(#"{"keys":[],"#) && keys.contains(#""fetching":{"#), "\(keys)")
        let metrics = RawHTTP.ask(port: admin, "GET", "/metrics", authorization: bearer)
        #expect(
            metrics.contains("platform_keys 0") && metrics.contains("platform_calls_total"), "\(metrics.prefix(400))")
        let status = RawHTTP.ask(port: admin, "GET", "/admin/v1/status", authorization: bearer)
        #expect(status.contains(#""platform_keys":{"#) && status.contains(#""platform_calls":{"#), "\(status)")
    }

    @Test("secrets from the environment are taken and never shown; what is wrong is refused with exit 2")
    func environment() throws {
        let folder = TemporaryFolder()
        let wechat: [String: Any] = [
            "sp_mchids": ["1620001234"], "api_v3_key_file": "env:TEST_API_V3_KEY", "api_url": "https://127.0.0.1:1",
            "merchant_serial": "7C1B2A3948576675849302A1B0C9D8E7F6051423",
            "merchant_key_file": folder.path + "/merchant.pem",
        ]
        let config = try settings(folder, wechat)
        func check(_ environment: [String: String], _ overrides: [String] = []) throws -> (Int32, String) {
            let run = try Program.run(
                "tillwired", ["--check", "--config", config] + overrides.flatMap { ["--set", $0] },
                environment: environment)
            return (run.status, run.errors)
        }
        #expect(try check(["TEST_API_V3_KEY": "Kx7Qm2Zt9Vb4Nc8Rw1Ys6Hd3Lf5Gj0Pa"]) == (0, ""))
        let short = try check(["TEST_API_V3_KEY": "hush-hush"])
        #expect(short.0 == 2 && short.1.contains("the APIv3 key has 9 bytes") && !short.1.contains("hush"))
        let missing = try check([:])
        #expect(missing.0 == 2 && missing.1.contains("env:TEST_API_V3_KEY"), "\(missing.1)")
        let key = ["TEST_API_V3_KEY": "Kx7Qm2Zt9Vb4Nc8Rw1Ys6Hd3Lf5Gj0Pa"]
        for (override, name) in [
            ("wechat.api_url=http://api.mch.weixin.qq.com", "plain http is allowed to this machine only"),
            ("wechat.api_url=https://api.mch.weixin.qq.com/v3", "only scheme, host and port"),
            ("wechat.api_spare_url=https://", "wechat.api_spare_url"),
            ("wechat.merchant_key_file=\(folder.path)/v3", "wechat.merchant_key_file"),
        ] {
            let refused = try check(key, [override])
            #expect(refused.0 == 2 && refused.1.contains(name), "\(refused.1)")
        }
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: folder.path + "/merchant.pem")
        let open = try check(key)
        #expect(open.0 == 2 && open.1.contains("chmod 600"), "\(open.1)")
    }
}

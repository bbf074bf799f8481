import Foundation
import TestSupport
import Testing

@Suite("Notices of API v2, over the wire")
struct NoticeV2WireTests {
    private static func vector(_ name: String) throws -> [UInt8] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/wechat-v2/\(name).json")
        let root = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let text = try #require(root["body_base64"] as? String)
        return [UInt8](try #require(Data(base64Encoded: text)))
    }

    @Test(
        "a daemon with a key of API v2 takes XML notices and answers them in XML; without the key it asks to send again"
    )
    func daemon() throws {
        let folder = TemporaryFolder()
        let made = try Program.run(
            "wechatpay-simulator",
            [
                "keys", "--folder", folder.path + "/world", "--notices-port", "0", "--admin-port", "0", "--queue-port",
                "0",
            ])
        #expect(made.status == 0, "\(made.errors)")
        let config = URL(filePath: folder.path + "/world/tillwired.json")
        for hasKey in [false, true] {
            var root = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: config)) as? [String: Any])
            var wechat = try #require(root["wechat"] as? [String: Any])
            wechat["sp_mchids"] = ["1620001234"]
            // The folder's settings name a key of API v2 of their own.
            wechat["api_v2_key_file"] = nil
            if hasKey {
                let key = folder.path + "/v2.key"
                try Data("8f3b1c6d9e2a47505bd0c7a1e4f69238\n".utf8).write(to: URL(filePath: key))
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
                wechat["api_v2_key_file"] = key
            }
            root["wechat"] = wechat
            try JSONSerialization.data(withJSONObject: root).write(to: config)
            let (process, ready) = try Program.startDaemon(config: config.path)
            defer {
                process.terminate()
                process.waitUntilExit()
            }
            let port = try #require(Self.noticesPort(ready), "\(ready)")
            let right = try Self.post(port, try Self.vector("01-md5-valid"))
            if hasKey {
                #expect(right.hasPrefix("HTTP/1.1 200 ") && right.hasSuffix("</return_msg></xml>"), "\(right)")
                #expect(right.contains("<return_code><![CDATA[SUCCESS]]></return_code>"))
                let wrong = try Self.post(port, try Self.vector("09-md5-bad-sign"))
                #expect(wrong.hasPrefix("HTTP/1.1 200 ") && wrong.contains("<![CDATA[FAIL]]>"), "\(wrong)")
            } else {
                #expect(right.hasPrefix("HTTP/1.1 503 "), "\(right)")
            }
        }
    }

    private static func noticesPort(_ ready: String) -> UInt16? {
        guard let range = ready.range(of: "notices=") else { return nil }
        let address = ready[range.upperBound...].prefix { !$0.isWhitespace }
        return address.split(separator: ":").last.flatMap { UInt16($0) }
    }

    /// Sends one request on a connection of its own and gives back the whole answer.
    private static func post(_ port: UInt16, _ body: [UInt8]) throws -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
        let head =
            "POST /notify/wechat/v2/shop-7 HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml; charset=utf-8\r\n"
            + "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        let request = Array(head.utf8) + body
        #expect(send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count)
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            answer += chunk[..<count]
        }
        return String(decoding: answer, as: UTF8.self)
    }
}

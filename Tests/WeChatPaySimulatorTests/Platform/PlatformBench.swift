import AccessControl
import BoundedJSON
import HTTPDataPlane
import MessageModel
import NIOCore
import PaymentNotice
import TestSupport
import Testing

@testable import WeChatPaySimulator

/// A platform without a socket, and the provider that calls it. Keys are made once for all tests.
final class PlatformBench: Sendable {
    static let merchantID = "1630000001"
    static let start = Timestamp(milliseconds: 1_767_600_000_000)
    private static let sharedKeys = Result { try SimulatorKeys.generate() }

    let keys: SimulatorKeys
    let time = ManualTimeSource(start: PlatformBench.start)
    let server: PlatformServer
    let receiver: PlatformKeys

    private init(_ settings: PlatformServer.Settings) throws {
        keys = try Self.sharedKeys.get()
        server = try PlatformServer(
            settings: settings, keys: keys, certificatePEM: try keys.certificatePEM(nowSeconds: time.unixSeconds),
            time: time)
        server.core.root = "http://127.0.0.1:1"
        receiver = try keys.receiverKeys(nowSeconds: time.unixSeconds)
    }

    /// Runs `body` with a fresh platform.
    static func with(
        _ settings: PlatformServer.Settings = PlatformServer.Settings(),
        _ body: (PlatformBench) async throws -> Void
    ) async throws {
        let bench = try PlatformBench(settings)
        do {
            try await body(bench)
        } catch {
            await bench.server.network.shutdown()
            throw error
        }
        await bench.server.network.shutdown()
    }

    /// An answer with its body read.
    struct Answer {
        let status: Int
        let headers: NoticeHeaders
        let contentType: String?
        let body: [UInt8]

        var json: JSONValue {
            get throws { try JSONValue.parse(body) }
        }

        var code: String? { (try? json)?["code"]?.string }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// A call of API v3, signed by the provider.
    func v3(
        _ method: String, _ target: String, _ body: String = "", as merchantID: String? = nil,
        key: RSAKeyPair? = nil, signedBody: String? = nil, skewSeconds: Int64 = 0, extra: [(String, String)] = []
    ) async throws -> Answer {
        let signer = try MerchantAPISigner(
            merchantID: merchantID ?? SimulatedMerchant.providerMerchantID, serial: keys.providerSerial,
            privateKeyPEM: (key ?? keys.providerKey).privateKeyPEM)
        let authorization = try signer.authorization(
            method: method, pathAndQuery: target, body: Array((signedBody ?? body).utf8),
            timestampSeconds: time.unixSeconds + skewSeconds, nonce: "nonce")
        return await send(method, target, Array(body.utf8), [("Authorization", authorization)] + extra)
    }

    /// A call of the control interface.
    @discardableResult
    func control(
        _ method: String, _ path: String, _ body: String = "", expecting status: Int = 200
    ) async throws -> JSONValue {
        let answer = await send(method, "/control" + path, Array(body.utf8), [])
        #expect(answer.status == status, "\(path): \(answer.text)")
        return try answer.json
    }

    /// A call of API v2, signed by the shared key.
    func v2(
        _ path: String, _ fields: [(String, String)], signType: V2SignType = .md5, sign: String? = nil
    ) async throws -> NoticeFields {
        var request = NoticeFields()
        for (name, value) in [
            ("appid", SimulatedMerchant.providerAppID), ("mch_id", SimulatedMerchant.providerMerchantID),
            ("nonce_str", "n"),
        ] + fields {
            request.set(name, value)
        }
        if signType == .hmacSHA256 { request.set("sign_type", signType.rawValue) }
        let key = try APIv2Key(keys.apiV2Key)
        request.set("sign", sign ?? key.sign(signType, message: V2Canonical.message(request)))
        let answer = await send("POST", path, FlatXMLWriter.write(request), [("Content-Type", "text/xml")])
        #expect(answer.status == 200)
        let read = try FlatXMLReader.read(answer.body)
        if read["return_code"] == "SUCCESS" {
            #expect(key.isValid(signType, message: V2Canonical.message(read), sign: read["sign"] ?? ""))
        }
        return read
    }

    func send(_ method: String, _ target: String, _ body: [UInt8], _ headers: [(String, String)]) async -> Answer {
        let request = DataPlaneRequest(
            method: method, target: target, headers: HTTPFields(headers), body: ByteBuffer(bytes: body))
        let response = await PlatformHandler(core: server.core).answer(request)
        return Answer(
            status: response.status,
            headers: NoticeHeaders(list: response.headers.map { (name: $0.name, value: $0.value) }),
            contentType: response.headers["content-type"], body: Array(response.body.readableBytesView))
    }

    /// Whether an answer is signed by a key the provider holds.
    func isAuthentic(_ answer: Answer) -> Bool {
        receiver.verifyAnswer(headers: answer.headers, body: answer.body, nowSeconds: time.unixSeconds) == .ok
    }

    /// Places an order by the control interface.
    func place(_ outTradeNo: String, amount: Int = 1_250, _ more: String = "") async throws {
        try await control(
            "POST", "/orders",
            #"{"merchant_id":"\#(Self.merchantID)","out_trade_no":"\#(outTradeNo)","amount":\#(amount)\#(more)}"#,
            expecting: 201)
    }

    /// The query of an order in partner mode.
    func query(_ outTradeNo: String) async throws -> Answer {
        try await v3(
            "GET",
            "/v3/pay/partner/transactions/out-trade-no/\(outTradeNo)?sp_mchid=\(SimulatedMerchant.providerMerchantID)"
                + "&sub_mchid=\(Self.merchantID)")
    }

    static let partner =
        #""sp_appid":"wx1","sp_mchid":"\#(SimulatedMerchant.providerMerchantID)","sub_mchid":"\#(merchantID)""#
}

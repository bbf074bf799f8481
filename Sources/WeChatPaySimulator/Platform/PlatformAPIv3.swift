internal import AccessControl
internal import BoundedJSON
internal import HTTPDataPlane
internal import NIOCore
internal import PaymentNotice

/// API v3 of the simulated platform: requests verified by the provider's key, answers signed (wechat-pay §1.9, §4). Thread-safe.
struct PlatformAPIv3: Sendable {
    typealias Action = @Sendable (PlatformAPIv3, APIv3Call) throws(APIFault) -> APIv3Reply

    /// What a call is counted as, and what it does.
    struct Interface: Sendable {
        let name: String
        let action: Action
    }

    let core: PlatformCore

    private static let routes =
        orderRoutes + refundRoutes + merchantRoutes + billRoutes + [
            route("GET", "/v3/certificates", "certificates") { $0.certificates($1) }
        ]

    static func route(
        _ method: String, _ pattern: String, _ name: String, _ action: @escaping Action
    ) -> PlatformRoute<Interface> {
        PlatformRoute(method, pattern, Interface(name: name, action: action))
    }

    /// Answers one request.
    func answer(_ request: DataPlaneRequest) -> DataPlaneResponse {
        let body = Array(request.body.readableBytesView)
        do throws(APIFault) {
            let caller = try caller(request, body)
            let (interface, parts) = try Self.routes.find(method: request.method, path: request.path)
            core.tally.count(call: interface.name)
            try misbehave()
            let call = APIv3Call(
                caller: caller, parts: parts, query: QueryText.parameters(request.query ?? ""),
                body: try Self.json(body))
            return try signed(try interface.action(self, call), asked: request.headers["wechatpay-serial"])
        } catch {
            return Self.failure(error)
        }
    }

    /// Error answers carry no signature (wechat-pay §1.9).
    static func failure(_ fault: APIFault) -> DataPlaneResponse {
        DataPlaneResponse(
            status: fault.status, headers: ["Content-Type": "application/json; charset=utf-8"],
            body: ByteBuffer(bytes: fault.body))
    }

    private func caller(_ request: DataPlaneRequest, _ body: [UInt8]) throws(APIFault) -> String {
        let target = request.path + (request.query.map { "?\($0)" } ?? "")
        let header = request.headers["authorization"]
        switch core.callers.verifier.verify(
            authorization: header, method: request.method, pathAndQuery: target, body: body,
            nowSeconds: core.time.unixSeconds)
        {
        case .ok(let caller): return caller
        case .signatureMismatch:
            core.tally.update { $0.refusedCalls += 1 }
            let signed = header.flatMap(MerchantAuthorization.parse).map { authorization in
                NoticeCanonical.request(
                    method: request.method, pathAndQuery: target, timestamp: authorization.timestamp,
                    nonce: authorization.nonce, body: body)
            }
            throw Self.signFault(method: request.method, target: target, signed: signed ?? [])
        case .missingAuthorization, .malformedAuthorization: throw refusal("Http头Authorization值格式错误")
        case .timestampOutOfWindow: throw refusal("Http头Authorization中的timestamp与发起请求的时间不得超过5分钟")
        case .unknownKey: throw refusal("商户证书序列号有误")
        }
    }

    private func refusal(_ message: String) -> APIFault {
        core.tally.update { $0.refusedCalls += 1 }
        return APIFault(401, "SIGN_ERROR", message)
    }

    /// The form of wechat-pay §4: what the platform made its check over.
    private static func signFault(method: String, target: String, signed: [UInt8]) -> APIFault {
        var writer = JSONWriter()
        writer.beginObject()
        writer.object("detail") { $0.member("issue", "sign not match") }
        writer.member("field", "signature")
        writer.member("location", "authorization")
        writer.object("sign_information") { writer in
            writer.member("method", method)
            writer.member("url", target)
            writer.member("sign_message_length", signed.count)
            let shown = signed.prefix(SimulatorLimits.platformShownMessageByteCount)
            writer.member("truncated_sign_message", String(decoding: shown, as: UTF8.self))
        }
        writer.endObject()
        return APIFault(401, "SIGN_ERROR", "错误的签名，验签失败", detail: writer.bytes)
    }

    private func misbehave() throws(APIFault) {
        let misbehaviour = core.misbehaviour
        if core.dice.chance(misbehaviour.rateLimitShare) {
            throw APIFault(429, "FREQUENCY_LIMITED", "频率超限，请降低请求接口频率")
        }
        if core.dice.chance(misbehaviour.failShare) { throw APIFault(500, "SYSTEM_ERROR", "系统异常，请用相同参数重新调用") }
    }

    private static func json(_ body: [UInt8]) throws(APIFault) -> JSONValue? {
        guard !body.isEmpty else { return nil }
        guard let value = try? JSONValue.parse(body), value.isObject else {
            throw .parameter("the body is no JSON object")
        }
        return value
    }

    /// - Parameter asked: a public key's id there has the answer signed by that key (wechat-pay §1.10).
    private func signed(_ reply: APIv3Reply, asked: String?) throws(APIFault) -> DataPlaneResponse {
        let (status, body): (Int, [UInt8])
        switch reply {
        case .json(let bytes): (status, body) = (200, bytes)
        case .empty: (status, body) = (204, [])
        case .file(let bytes):
            return DataPlaneResponse(
                status: 200, headers: ["Content-Type": "application/octet-stream"], body: ByteBuffer(bytes: bytes))
        }
        let choice = try choice(asked)
        do {
            var headers = try core.factory.headers(body: body, nowSeconds: core.signingSeconds, signedBy: choice)
            if core.misbehaviour.hasBadAnswerSignature { headers = NoticeFactory.probe(headers) }
            return DataPlaneResponse(
                status: status, headers: HTTPFields(named: headers), body: ByteBuffer(bytes: body))
        } catch {
            throw APIFault(500, "SYSTEM_ERROR", "signing failed")
        }
    }

    private func choice(_ asked: String?) throws(APIFault) -> SigningChoice {
        guard let asked, asked.hasPrefix("PUB_KEY_ID_") else { return .mixed }
        guard asked == core.ring.publicKeyID else {
            throw .parameter("Wechatpay-Serial names a public key this merchant number does not have")
        }
        return .publicKey
    }
}

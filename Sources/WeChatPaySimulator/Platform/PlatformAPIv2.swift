internal import AccessControl
internal import HTTPDataPlane
internal import NIOCore
internal import PaymentNotice

/// API v2 of the simulated platform: XML in and out, MD5 or HMAC-SHA256 by the shared key (wechat-pay §3, §4). Thread-safe.
struct PlatformAPIv2: Sendable {
    typealias Action = @Sendable (PlatformAPIv2, APIv2Call) throws(V2Fault) -> NoticeFields

    /// What a call is counted as, and what it does.
    struct Interface: Sendable {
        let name: String
        let action: Action
    }

    let core: PlatformCore

    private static let routes: [PlatformRoute<Interface>] = [
        route("/pay/unifiedorder", "v2_order") { api, call throws(V2Fault) in try api.unifiedOrder(call) },
        route("/pay/micropay", "v2_micropay") { api, call throws(V2Fault) in try api.microPay(call) },
        route("/pay/orderquery", "v2_query") { api, call throws(V2Fault) in try api.query(call) },
        route("/pay/closeorder", "v2_close") { api, call throws(V2Fault) in try api.close(call) },
    ]

    private static func route(
        _ pattern: String, _ name: String, _ action: @escaping Action
    ) -> PlatformRoute<Interface> {
        PlatformRoute("POST", pattern, Interface(name: name, action: action))
    }

    /// Answers one request; the status is 200 for whatever the body says.
    func answer(_ request: DataPlaneRequest) -> DataPlaneResponse {
        let interface: Interface
        do throws(APIFault) {
            interface = try Self.routes.find(method: request.method, path: request.path).call
        } catch {
            return PlatformAPIv3.failure(error)
        }
        do throws(V2Fault) {
            let call = try authentic(Array(request.body.readableBytesView))
            core.tally.count(call: interface.name)
            return xml(signed(result(call, interface.action), call.signType))
        } catch {
            core.tally.update { $0.refusedCalls += 1 }
            var fields = NoticeFields()
            fields.set("return_code", "FAIL")
            if case .transport(let message) = error { fields.set("return_msg", message) }
            return xml(FlatXMLWriter.write(fields))
        }
    }

    private func authentic(_ body: [UInt8]) throws(V2Fault) -> APIv2Call {
        let fields: NoticeFields
        do {
            fields = try FlatXMLReader.read(body)
        } catch {
            throw .transport("XML格式错误")
        }
        guard let sign = fields.filled(V2Canonical.signField) else { throw .transport("缺少参数sign") }
        guard fields["mch_id"] == SimulatedMerchant.providerMerchantID else { throw .transport("mch_id参数错误") }
        guard fields.filled("nonce_str") != nil else { throw .transport("缺少参数nonce_str") }
        guard fields.filled("appid") != nil else { throw .transport("缺少参数appid") }
        guard let signType = fields.filled("sign_type").map(V2SignType.init) ?? .md5 else {
            throw .transport("sign_type参数错误")
        }
        guard core.v2Key.isValid(signType, message: V2Canonical.message(fields), sign: sign) else {
            throw .transport("签名错误")
        }
        return APIv2Call(fields: fields, signType: signType)
    }

    private func result(_ call: APIv2Call, _ action: Action) -> NoticeFields {
        do throws(V2Fault) {
            let misbehaviour = core.misbehaviour
            if core.dice.chance(misbehaviour.rateLimitShare) {
                throw .business(code: "FREQUENCY_LIMITED", description: "频率限制")
            }
            if core.dice.chance(misbehaviour.failShare) { throw .business(code: "SYSTEMERROR", description: "系统错误") }
            var fields = try action(self, call)
            fields.set("result_code", "SUCCESS")
            return fields
        } catch {
            var fields = NoticeFields()
            guard case .business(let code, let description) = error else {
                if case .transport(let message) = error { fields.set("return_msg", message) }
                fields.set("return_code", "FAIL")
                return fields
            }
            fields.set("result_code", "FAIL")
            fields.set("err_code", code)
            fields.set("err_code_des", description)
            return fields
        }
    }

    /// What every answer has, and its sign; an answer whose `return_code` is FAIL has none (wechat-pay §3.1).
    private func signed(_ result: NoticeFields, _ signType: V2SignType) -> [UInt8] {
        guard result["return_code"] != "FAIL" else { return FlatXMLWriter.write(result) }
        var fields = NoticeFields()
        fields.set("return_code", "SUCCESS")
        fields.set("return_msg", "OK")
        for field in result.list { fields.set(field.name, field.value) }
        fields.set("nonce_str", core.dice.letters(32))
        let sign = core.v2Key.sign(signType, message: V2Canonical.message(fields))
        fields.set(
            V2Canonical.signField,
            core.misbehaviour.hasBadAnswerSignature ? String(repeating: "0", count: sign.utf8.count) : sign)
        return FlatXMLWriter.write(fields)
    }

    private func xml(_ body: [UInt8]) -> DataPlaneResponse {
        DataPlaneResponse(
            status: 200, headers: ["Content-Type": "text/xml; charset=utf-8"], body: ByteBuffer(bytes: body))
    }
}

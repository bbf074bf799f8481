internal import BoundedJSON
internal import PaymentNotice
internal import Synchronization
internal import AccessControl

/// Certificates, restrictions of merchants, the address of violation notices.
extension PlatformAPIv3 {
    private static let violations = "/v3/merchant-risk-manage/violation-notifications"

    static let merchantRoutes = [
        route("GET", "/v3/mch-operation-manage/merchant-limitations/sub-mchid/*", "limitations") { $0.limitations($1) },
        route("GET", violations, "violations") { api, call throws(APIFault) in try api.readViolationURL() },
        route("POST", violations, "violations") { api, call throws(APIFault) in
            try api.setViolationURL(call, isNew: true)
        },
        route("PUT", violations, "violations") { api, call throws(APIFault) in
            try api.setViolationURL(call, isNew: false)
        },
        route("DELETE", violations, "violations") { api, call throws(APIFault) in try api.removeViolationURL() },
    ]

    /// All certificates in force, sealed with the APIv3 key (wechat-pay §1.10).
    func certificates(_ call: APIv3Call) -> APIv3Reply {
        var writer = JSONWriter(reservingByteCount: 4_096)
        writer.beginObject()
        writer.key("data")
        writer.beginArray()
        for certificate in core.ring.certificates {
            let nonce = RandomBytes.alphanumeric(count: 12)
            let sealed = try? certificate.platform.seal(
                plaintext: Array(certificate.pem.utf8), nonce: Array(nonce.utf8),
                associatedData: Array("certificate".utf8))
            guard let sealed else { continue }
            writer.beginObject()
            writer.member("serial_no", certificate.platform.serial)
            writer.member("effective_time", ChinaTime.text(millis: certificate.notBeforeSeconds * 1_000))
            writer.member("expire_time", ChinaTime.text(millis: certificate.notAfterSeconds * 1_000))
            writer.object("encrypt_certificate") { writer in
                writer.member("algorithm", "AEAD_AES_256_GCM")
                writer.member("nonce", nonce)
                writer.member("associated_data", "certificate")
                writer.member("ciphertext", StrictBase64.encode(sealed))
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return .json(writer.bytes)
    }

    /// The restrictions of one merchant (wechat-pay §6.5).
    private func limitations(_ call: APIv3Call) -> APIv3Reply {
        let merchantID = call.parts[0]
        let found = core.restrictions.all(of: merchantID)
        let now = core.nowMillis
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("mchid", merchantID)
        let inForce = found.filter { $0.atMillis <= now }.flatMap(\.functions)
        writer.strings("limited_functions", PlatformRestriction.functions.filter(inForce.contains))
        writer.key("recovery_specifications")
        writer.beginArray()
        for restriction in found {
            let isDelayed = restriction.atMillis > now
            writer.beginObject()
            writer.member("limitation_case_id", restriction.caseID)
            writer.member("limitation_reason_type", "RISK_ABNORMAL")
            writer.member("limitation_reason", "模拟限制")
            writer.member("limitation_reason_describe", "模拟限制")
            writer.strings("relate_limitations", restriction.functions)
            writer.member("recover_way", "CONTACT_SERVICE_PROVIDER")
            writer.member(
                "limitation_action_type",
                isDelayed ? "LIMIT_ACTION_TYPE_DELAY_CONTROL" : "LIMIT_ACTION_TYPE_IMMEDIATE_CONTROL")
            writer.member("limitation_start_date", ChinaTime.text(millis: restriction.atMillis))
            if !isDelayed { writer.member("limitation_date", ChinaTime.text(millis: restriction.atMillis)) }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return .json(writer.bytes)
    }

    private func setViolationURL(_ call: APIv3Call, isNew: Bool) throws(APIFault) -> APIv3Reply {
        let url = try call.text("notify_url")
        let isSet = core.violationURL.withLock { stored in
            guard (stored == nil) == isNew else { return false }
            stored = url
            return true
        }
        guard isSet else {
            throw isNew
                ? APIFault(400, "INVALID_REQUEST", "通知地址已存在")
                : APIFault(404, "NOT_FOUND", "通知地址不存在")
        }
        return try readViolationURL()
    }

    private func readViolationURL() throws(APIFault) -> APIv3Reply {
        guard let url = core.violationURL.withLock({ $0 }) else { throw APIFault(404, "NOT_FOUND", "通知地址不存在") }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("notify_url", url)
        writer.endObject()
        return .json(writer.bytes)
    }

    private func removeViolationURL() throws(APIFault) -> APIv3Reply {
        core.violationURL.withLock { $0 = nil }
        return .empty
    }
}

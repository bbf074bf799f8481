internal import AccessControl
internal import PaymentNotice

/// Renders notices of both generations from the platform's book. Thread-safe.
struct NoticeRenderer: Sendable {
    let core: PlatformCore

    /// A payment's notice in one form.
    /// - Parameter signType: of API v2; nil for the order's own.
    func payment(
        _ order: PlatformOrder, generation: APIGeneration, signType: V2SignType? = nil
    ) throws(APIFault) -> @Sendable (SigningChoice) throws -> RenderedNotice {
        guard let transaction = order.noticeTransaction else { throw OrderFault.notPaid.v3 }
        switch generation {
        case .v3: return try sealed(.payment(transaction))
        case .v2: return v2(transaction, signType: signType ?? order.signType)
        }
    }

    /// Any other notice; API v3 only.
    func sealed(
        _ content: NoticeContent
    ) throws(APIFault) -> @Sendable (SigningChoice) throws -> RenderedNotice {
        let body: [UInt8]
        do {
            body = try core.factory.body(content, createdAtMillis: core.nowMillis)
        } catch {
            throw APIFault(500, "SYSTEM_ERROR", "sealing failed: \(error)")
        }
        return { [core] choice in
            RenderedNotice(
                headers: try core.factory.headers(body: body, nowSeconds: core.signingSeconds, signedBy: choice),
                body: body)
        }
    }

    /// A notice of API v2 is signed by the shared key, once: its signature carries no time.
    private func v2(
        _ transaction: PaidTransaction, signType: V2SignType
    ) -> @Sendable (SigningChoice) throws -> RenderedNotice {
        let fields = NoticeV2Signer<APIv2Key>.fields(
            transaction, nonce: core.dice.letters(32), namesSignType: signType == .md5 ? nil : signType)
        let body = NoticeV2Signer(crypto: core.v2Key).body(fields, signType: signType)
        return { _ in RenderedNotice(headers: [("Content-Type", "text/xml")], body: body) }
    }

    /// The same notice with a deliberately wrong signature: of API v3 the documented prefix (wechat-pay §1.11); API v2 has no
    /// such probes.
    static func probe(_ notice: RenderedNotice) -> RenderedNotice {
        RenderedNotice(headers: NoticeFactory.probe(notice.headers), body: notice.body)
    }
}

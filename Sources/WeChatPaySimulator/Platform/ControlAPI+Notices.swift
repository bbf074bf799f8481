internal import BoundedJSON
internal import PaymentNotice
internal import Synchronization

/// Notices rendered, and sent, without an event that causes them.
extension ControlAPI {
    static let noticeRoutes: [PlatformRoute<Interface>] = [
        route("POST", "/control/render") { api, call throws(APIFault) in try api.render(call) },
        route("POST", "/control/notices") { api, call throws(APIFault) in try api.sendNotice(call) },
    ]

    private enum Kind: String, CaseIterable { case payment, refund, violation, restriction, unknown }

    private func render(_ call: ControlCall) throws(APIFault) -> ControlReply {
        let (notice, _) = try notice(call)
        let rendered: RenderedNotice
        do {
            rendered = try notice.render(notice.signedBy)
        } catch {
            throw APIFault(500, "SYSTEM_ERROR", "\(error)")
        }
        let sent = notice.isProbed ? NoticeRenderer.probe(rendered) : rendered
        return .object(200) { writer in
            writer.object("headers") { writer in
                for (name, value) in sent.headers { writer.member(name, value) }
            }
            writer.member("body", String(decoding: sent.body, as: UTF8.self))
        }
    }

    private func sendNotice(_ call: ControlCall) throws(APIFault) -> ControlReply {
        let (notice, url) = try notice(call)
        guard url != nil else { throw .parameter("no notify URL is set for this notice") }
        try core.send(core.travelling(notice))
        return .object(202) { _ in }
    }

    /// The notice a call asks for, and where it goes.
    private func notice(_ call: ControlCall) throws(APIFault) -> (PlatformNotice, url: String?) {
        let kind = try call.word("kind", Kind.self) ?? .payment
        let renderer = NoticeRenderer(core: core)
        var generation = APIGeneration.v3
        var own: String?
        let render: @Sendable (SigningChoice) throws -> RenderedNotice
        switch kind {
        case .payment:
            let order = try named(call)
            generation = try call.word("generation", APIGeneration.self) ?? order.generation
            own = order.notifyURL
            render = try renderer.payment(
                order, generation: generation, signType: try call.word("sign_type", V2SignType.self))
        case .refund:
            let order = try named(call)
            let wanted = try call.optionalText("out_refund_no")
            guard let refund = order.refunds.last(where: { wanted == nil || $0.outRefundNo == wanted }) else {
                throw OrderFault.refundNotFound.v3
            }
            own = refund.notifyURL
            render = try renderer.sealed(.refund(refund, of: order))
        case .violation:
            own = core.violationURL.withLock { $0 }
            render = try renderer.sealed(
                .violation(
                    merchantID: try call.text("merchant_id"),
                    recordID: try call.optionalText("record_id") ?? core.dice.digits(20),
                    atMillis: try call.moment("at") ?? core.nowMillis))
        case .restriction: render = try renderer.sealed(.restriction(try restriction(call)))
        case .unknown:
            render = try renderer.sealed(
                .unknown(merchantID: try call.text("merchant_id"), atMillis: core.nowMillis))
        }
        let url = core.deliveries.url(generation, orders: own)
        var notice = PlatformNotice(render: render, generation: generation, url: url ?? "")
        notice.signedBy = try call.word("sign_with", SigningChoice.self) ?? .mixed
        notice.isProbed = try call.bool("signtest")
        notice.copies = Int(try call.integer("copies", 1...Int64(SimulatorLimits.platformCopyCountMax)) ?? 1)
        return (notice, url)
    }

    private func named(_ call: ControlCall) throws(APIFault) -> PlatformOrder {
        try order(outTradeNo: try call.text("out_trade_no"), merchantID: try call.optionalText("merchant_id"))
    }

    /// Announcing a restriction also puts it in force, so that the query of restrictions agrees with the message.
    private func restriction(_ call: ControlCall) throws(APIFault) -> PlatformRestriction {
        let state = try call.optionalText("business_state") ?? "PUNISHMENT"
        guard PlatformRestriction.states.contains(state) else {
            throw .parameter(
                "business_state is \(state): \(PlatformRestriction.states.joined(separator: ", ")) are allowed")
        }
        let function = try call.optionalText("function") ?? "NO_TRANSACTION"
        guard PlatformRestriction.functions.contains(function) else {
            throw .parameter(
                "function is \(function): \(PlatformRestriction.functions.joined(separator: ", ")) are allowed")
        }
        let restriction = PlatformRestriction(
            merchantID: try call.text("merchant_id"),
            caseID: try call.optionalText("business_code") ?? "A" + core.dice.digits(22), state: state,
            functions: [function], atMillis: try call.moment("at") ?? core.nowMillis)
        guard core.restrictions.take(restriction) else {
            throw .parameter("\(SimulatorLimits.platformRestrictionCountMax) restrictions are in force already")
        }
        return restriction
    }
}

internal import BoundedJSON
internal import Engine
internal import Hummingbird
internal import PaymentNotice
internal import RiskRules
internal import RiskWindows
internal import TopicConsumer

/// `/admin/v1/risk`: decisions, merchants, rules; and what the topic's consumers set aside.
struct RiskRoutes<E: Engine>: Sendable {
    let services: ConsoleServices<E>

    func add(to group: RouterGroup<BasicRequestContext>) {
        if let desk = services.risk {
            group.get("risk/decisions") { request, _ in try await decisions(request, desk) }
            group.get("risk/merchants/:id") { _, context in
                try await merchant(context.parameters.require("id"), desk)
            }
            group.get("risk/rules") { _, _ in rules(await desk.activeRules()) }
            group.post("risk/rules/reload") { _, _ in rules(try await desk.reloadRules()) }
        }
        group.get("set-aside") { request, _ in try await setAside(request) }
    }

    private func decisions(_ request: Request, _ desk: any RiskDesk) async throws -> JSONAnswer {
        let after = try number(request, "after")
        let before = try number(request, "before")
        guard after == nil || before == nil else {
            throw ConsoleError.badRequest("after and before: only one of them may be given")
        }
        let page = try await desk.decisions(
            merchantID: request.parameter("merchant_id"), after: after, before: before,
            countMax: try request.pageCount())
        return JSONAnswer { writer in
            writer.key("decisions")
            writer.beginArray()
            for decision in page.decisions {
                writer.beginObject()
                decision.write(into: &writer) { $0.string(RFC3339.utcText(millis: $1)) }
                writer.member("reason", decision.reasonText)
                writer.endObject()
            }
            writer.endArray()
            writer.key("next")
            if let next = page.next { writer.integer(Int64(clamping: next)) } else { writer.null() }
        }
    }

    private func number(_ request: Request, _ name: String) throws(ConsoleError) -> UInt64? {
        guard let text = request.parameter(name) else { return nil }
        guard let number = UInt64(text) else { throw .badRequest("\(name) must be the number of a decision, or 0") }
        return number
    }

    private func merchant(_ merchantID: String, _ desk: any RiskDesk) async throws -> JSONAnswer {
        guard let standing = try await desk.standing(merchantID: merchantID) else {
            throw ConsoleError.notFound("risk control has seen no order of this merchant")
        }
        return JSONAnswer { writer in
            writer.member("merchant_id", standing.merchantID)
            writer.member("orders", Int64(clamping: standing.orderCount))
            writer.member("amount", standing.totalFen)
            writer.member("clock", RFC3339.utcText(millis: standing.clockMillis))
            writer.key("windows")
            writer.beginObject()
            for window in RiskWindow.allCases {
                let figures = standing.windows[window] ?? WindowFigures()
                writer.key(window.name)
                writer.beginObject()
                writer.member("amount", figures.sumFen)
                writer.member("orders", Int64(figures.orderCount))
                writer.member("payers", Int64(figures.payerCount))
                writer.endObject()
            }
            writer.endObject()
            writer.key("blocked_until")
            if let until = standing.blockedUntilMillis {
                writer.string(RFC3339.utcText(millis: until))
            } else {
                writer.null()
            }
            writer.member("case_id", standing.caseID)
            writer.member("decisions", Int64(standing.decisionCount))
        }
    }

    private func rules(_ active: (rules: RuleSet, sinceOrder: UInt64)) -> JSONAnswer {
        JSONAnswer { writer in
            writer.member("rule_set", active.rules.name)
            writer.member("since_order", Int64(clamping: active.sinceOrder))
            writer.key("lines")
            writer.beginArray()
            for line in active.rules.text.split(separator: UInt8(ascii: "\n")) { writer.raw(Array(line)) }
            writer.endArray()
        }
    }

    private func setAside(_ request: Request) async throws -> JSONAnswer {
        let count = try request.pageCount()
        var all: [(String, [SetAsideLedger.Entry])] = []
        for source in services.setAside { all.append((source.name, await source.read(count))) }
        return JSONAnswer { writer in
            for (name, entries) in all {
                writer.key(name)
                writer.beginArray()
                for entry in entries { entry.show(into: &writer) }
                writer.endArray()
            }
        }
    }
}

extension SetAsideLedger.Entry {
    fileprivate func show(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("number", Int64(clamping: number))
        writer.member("reason", order.reason.rawValue)
        writer.member("merchant_id", order.merchantID)
        writer.member("transaction_id", order.transactionID)
        writer.member("amount", order.amountFen)
        writer.key("paid_at")
        // A message that is no order names no time; one with an impossible time may name any.
        if 0...253_402_300_799_999 ~= order.eventMillis, order.eventMillis > 0 {
            writer.string(RFC3339.utcText(millis: order.eventMillis))
        } else {
            writer.null()
        }
        writer.endObject()
    }
}

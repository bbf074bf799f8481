internal import BoundedJSON
internal import Engine
internal import Hummingbird
internal import Merchants
internal import PaymentNotice
internal import RiskRules

/// `/admin/v1/restrictions` and `/admin/v1/audit`.
struct RestrictionRoutes<E: Engine>: Sendable {
    let services: ConsoleServices<E>

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("restrictions") { request, _ in try await list(request) }
        group.get("restrictions/:case") { _, context in try await show(context.parameters.require("case")) }
        group.put("restrictions/:case") { request, context in
            try await put(request, caseID: context.parameters.require("case"))
        }
        group.post("restrictions/:case/lift") { request, context in
            try await lift(request, caseID: context.parameters.require("case"))
        }
        group.get("audit") { request, _ in try await audit(request) }
    }

    private func put(_ request: Request, caseID: String) async throws -> JSONAnswer {
        let asked = try RestrictionRequest(try await request.json(), caseID: caseID) { RFC3339.millis($0) }
        let (outcome, standing) = try await services.book.put(asked, actor: request.operatorName)
        return answer(outcome, standing)
    }

    private func lift(_ request: Request, caseID: String) async throws -> JSONAnswer {
        let body = try await request.optionalJSON()
        let members = body.map { $0.members?.map(\.key) ?? ["the body"] } ?? []
        guard members.allSatisfy({ $0 == "reason" }), let reason = body?["reason"].map(\.string) ?? .some("") else {
            throw ConsoleError.badRequest("the body must be {\"reason\":\"…\"} or empty")
        }
        let (outcome, standing) = try await services.book.lift(
            caseID: caseID, reason: reason, actor: request.operatorName)
        // A block of risk control ends there too: its detector goes on from now, and the callback is told. Where that fails the caller is told so; a
        // repeat of the lift is answered «unchanged» and ends it then.
        if let risk = services.risk, caseID.hasPrefix(DecisionCase.prefix) {
            _ = try await risk.release(caseID: caseID, actor: request.operatorName, note: reason)
        }
        return answer(outcome, standing)
    }

    private func answer(_ outcome: RestrictionOutcome, _ standing: RestrictionCase) -> JSONAnswer {
        let now = services.book.nowMillis
        return JSONAnswer { writer in
            writer.member("outcome", outcome.rawValue)
            writer.key("restriction")
            standing.show(into: &writer, nowMillis: now)
        }
    }

    private func show(_ caseID: String) async throws -> JSONAnswer {
        guard let standing = await services.book.standing(caseID: caseID) else {
            throw ConsoleError.notFound("no case has this id")
        }
        let now = services.book.nowMillis
        return JSONAnswer { writer in
            writer.key("restriction")
            standing.show(into: &writer, nowMillis: now)
        }
    }

    private func list(_ request: Request) async throws -> JSONAnswer {
        let count = try request.pageCount()
        let cases = await services.book.list(
            merchant: request.parameter("merchant_id"), after: request.parameter("after"), countMax: count)
        let now = services.book.nowMillis
        return JSONAnswer { writer in
            writer.key("restrictions")
            writer.beginArray()
            for standing in cases { standing.show(into: &writer, nowMillis: now) }
            writer.endArray()
            writer.key("next")
            if cases.count == count, let last = cases.last { writer.string(last.caseID) } else { writer.null() }
        }
    }

    private func audit(_ request: Request) async throws -> JSONAnswer {
        let count = try request.pageCount()
        guard let after = UInt64(request.parameter("after") ?? "0") else {
            throw ConsoleError.badRequest("after must be the number of an entry, or 0")
        }
        let entries = try await services.book.audit(after: after, countMax: count)
        return JSONAnswer { writer in
            writer.key("entries")
            writer.beginArray()
            for entry in entries { entry.show(into: &writer) }
            writer.endArray()
            writer.key("next")
            if entries.count == count, let last = entries.last {
                writer.integer(Int64(clamping: last.sequence))
            } else {
                writer.null()
            }
        }
    }
}

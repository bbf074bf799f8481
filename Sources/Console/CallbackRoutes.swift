internal import BoundedJSON
internal import Engine
internal import Hummingbird
internal import Merchants
internal import PaymentNotice
internal import RiskRules

/// `/callback/v1/restrictions`: where a risk system tells what it decided about a merchant. For tokens of the role `risk`.
///
/// Idempotent by case id, state and business time; states count in the order of their business time, which may be at most 5 minutes ahead of now. What is answered with 200 is durable, and the gate
/// knows it. Every change is in the audit trail; attempts that changed nothing are counted.
struct CallbackRoutes<E: Engine>: Sendable {
    let services: ConsoleServices<E>

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.post("restrictions") { request, _ in try await take(request, caseID: nil) }
        group.put("restrictions/:case") { request, context in
            try await take(request, caseID: context.parameters.require("case"))
        }
        group.get("restrictions/:case") { _, context in try await show(context.parameters.require("case")) }
    }

    private func take(_ request: Request, caseID: String?) async throws -> JSONAnswer {
        let event = try RestrictionEvent(try await request.json(), caseID: caseID) { RFC3339.millis($0) }
        guard !event.caseID.hasPrefix(DecisionCase.prefix) else {
            throw ConsoleError.badRequest(
                "case_id: ids that begin with \(DecisionCase.prefix) are those of the daemon's own risk control")
        }
        let (outcome, standing) = try await services.book.apply(event, actor: "callback:" + request.operatorName)
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
}

internal import BoundedJSON
internal import CampaignRules
internal import Hummingbird
internal import PaymentNotice

/// `/admin/v1/campaigns`.
struct CampaignRoutes: Sendable {
    let desk: any CampaignDesk

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("campaigns") { request, _ in
            let page = try DefinitionPage(request)
            return page.answer("campaigns", try await desk.list(after: page.after, countMax: page.countMax + 1)) {
                ($0.campaign.id, $0.write)
            }
        }
        group.get("campaigns/:id") { _, context in
            let standing = try await desk.get(id: context.parameters.require("id"))
            return DefinitionPage.answer("campaign", standing.write)
        }
        group.put("campaigns/:id") { request, context in
            let campaign = try Campaign(
                json: try await request.json(), id: context.parameters.require("id"), millis: RFC3339.millis)
            let (standing, isNew) = try await desk.put(campaign)
            return DefinitionPage.answer("campaign", isNew: isNew, standing.write)
        }
        group.delete("campaigns/:id") { _, context in
            let id = try context.parameters.require("id")
            guard try await desk.remove(id: id) else { throw CampaignError.notFound(.campaign, id: id) }
            return Response(status: .noContent)
        }
    }
}

/// `/admin/v1/promotions`.
struct PromotionRoutes: Sendable {
    let desk: any PromotionDesk

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("promotions") { request, _ in
            let page = try DefinitionPage(request)
            return page.answer("promotions", try await desk.list(after: page.after, countMax: page.countMax + 1)) {
                ($0.promotion.id, $0.write)
            }
        }
        group.get("promotions/:id") { _, context in
            let standing = try await desk.get(id: context.parameters.require("id"))
            return DefinitionPage.answer("promotion", standing.write)
        }
        group.put("promotions/:id") { request, context in
            let promotion = try Promotion(
                json: try await request.json(), id: context.parameters.require("id"), millis: RFC3339.millis)
            let (standing, isNew) = try await desk.put(promotion)
            return DefinitionPage.answer("promotion", isNew: isNew, standing.write)
        }
        group.delete("promotions/:id") { _, context in
            let id = try context.parameters.require("id")
            guard try await desk.remove(id: id) else { throw CampaignError.notFound(.promotion, id: id) }
            return Response(status: .noContent)
        }
    }
}

/// One page of definitions, and how one is answered.
struct DefinitionPage: Sendable {
    /// Writes the members of a definition and its figures.
    typealias Write = (_ writer: inout JSONWriter, _ utcText: (Int64) -> String) -> Void

    /// The last id of the page before; empty for the first page.
    let after: String
    /// Definitions on the page.
    let countMax: Int

    /// What the request asks for.
    init(_ request: Request) throws(ConsoleError) {
        after = request.parameter("after") ?? ""
        countMax = min(try request.pageCount(), ConsoleLimits.definitionPageCountMax)
    }

    /// `{"<name>":[…],"next":"ID"|null}`.
    func answer<Standing>(
        _ name: String, _ found: [Standing], _ parts: (Standing) -> (id: String, write: Write)
    ) -> JSONAnswer {
        JSONAnswer { writer in
            writer.key(name)
            writer.beginArray()
            for standing in found.prefix(countMax) {
                writer.beginObject()
                parts(standing).write(&writer) { RFC3339.utcText(millis: $0) }
                writer.endObject()
            }
            writer.endArray()
            writer.key("next")
            if found.count > countMax { writer.string(parts(found[countMax - 1]).id) } else { writer.null() }
        }
    }

    /// `{"<name>":{…}}`, 201 where it is new.
    static func answer(_ name: String, isNew: Bool = false, _ write: Write) -> JSONAnswer {
        JSONAnswer(isNew ? .created : .ok) { writer in
            writer.key(name)
            writer.beginObject()
            write(&writer) { RFC3339.utcText(millis: $0) }
            writer.endObject()
        }
    }
}

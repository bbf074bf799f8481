internal import BoundedJSON
internal import HTTPDataPlane

extension OperatorClient {
    /// Makes a promotion.
    func make(_ promotion: Promotion) async throws(SimulatorError) {
        try await change("PUT", "/promotions/\(promotion.id)", promotion.json)
    }

    /// Makes a campaign.
    func make(_ campaign: Campaign) async throws(SimulatorError) {
        try await change("PUT", "/campaigns/\(campaign.id)", campaign.json)
    }

    /// What a promotion came to so far.
    func figures(_ promotion: Promotion) async throws(SimulatorError) -> PromotionFigures {
        try await read("/promotions/\(promotion.id)") { PromotionFigures($0) }
    }

    /// What a campaign came to so far.
    func figures(_ campaign: Campaign) async throws(SimulatorError) -> CampaignFigures {
        try await read("/campaigns/\(campaign.id)") { CampaignFigures($0) }
    }

    /// Every restriction the risk control put.
    func riskRestrictions() async throws(SimulatorError) -> [ShownRestriction] {
        try await list("/restrictions", member: "restrictions") { ShownRestriction($0) }.filter { $0.source == "risk" }
    }

    /// Every decision of the risk control.
    func riskDecisions() async throws(SimulatorError) -> [ShownDecision] {
        try await list("/risk/decisions", member: "decisions") { ShownDecision($0) }
    }

    /// Reads all pages of a list; entries that are not understandable are passed over.
    private func list<Entry>(
        _ path: String, member: String, _ parse: (JSONValue) -> Entry?
    ) async throws(SimulatorError) -> [Entry] {
        var entries: [Entry] = []
        var after: String?
        for _ in 0..<SimulatorLimits.listPageCountMax {
            let target = path + "?limit=\(SimulatorLimits.listPageSize)" + (after.map { "&after=\($0)" } ?? "")
            let page = try await read(target) { answer in
                answer[member]?.array.map { (entries: $0, next: Self.next(answer)) }
            }
            entries += page.entries.compactMap(parse)
            guard let next = page.next else { return entries }
            after = next
        }
        throw .operatorAPI("GET \(path): more than \(SimulatorLimits.listPageCountMax) pages")
    }

    /// Where the next page begins: a name or a number; nil behind the last.
    private static func next(_ answer: JSONValue) -> String? {
        answer["next"]?.string ?? answer["next"]?.numberText
    }

    private func read<Answer>(
        _ path: String, _ parse: (JSONValue) -> Answer?
    ) async throws(SimulatorError) -> Answer {
        guard let answer = await call("GET", path, []) else { throw .operatorAPI("GET \(path): no answer") }
        guard answer.status == 200, let value = (try? JSONValue.parse(answer.body)).flatMap(parse) else {
            throw .operatorAPI("GET \(path): status \(answer.status), \(Self.excerpt(answer.body))")
        }
        return value
    }
}

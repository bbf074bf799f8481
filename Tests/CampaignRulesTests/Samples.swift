import BoundedJSON
import CampaignRules
import Testing

/// Values that are right in every member, for tests that change one.
enum Samples {
    static let startsText = "2026-07-01T00:00:00+08:00"
    static let endsText = "2026-07-08T00:00:00+08:00"
    static let startsAtMillis: Int64 = 1_782_835_200_000
    static let endsAtMillis: Int64 = 1_783_440_000_000

    static let campaignMembers = [
        "name": #""Summer""#, "starts": "\"\(startsText)\"", "ends": "\"\(endsText)\"", "merchants": #""all""#,
        "amount_min": "1000",
    ]
    static let promotionMembers = campaignMembers.merging([
        "reward": #"{"kind":"fixed","amount":200}"#, "budget": "100000", "grants_per_payer_max": "1",
    ]) { $1 }

    /// Knows two times, and any number of milliseconds written as digits.
    static func millis(_ text: String) -> Int64? {
        switch text {
        case startsText: startsAtMillis
        case endsText: endsAtMillis
        default: Int64(text)
        }
    }

    static func criteria(
        starts: Int64 = startsAtMillis, ends: Int64 = endsAtMillis, merchants: [String]? = nil, amountMin: Int64 = 1_000
    ) throws -> OrderCriteria {
        try OrderCriteria(
            startsAtMillis: starts, endsAtMillis: ends,
            merchants: try merchants.map { try MerchantSelection(merchantIDs: $0) } ?? .all, amountMinFen: amountMin)
    }

    static func campaign(id: String = "summer", merchants: [String]? = nil) throws -> Campaign {
        try Campaign(id: id, name: "Summer", criteria: try criteria(merchants: merchants))
    }

    static func promotion(
        reward: Reward = .fixed(amountFen: 200), budgetFen: Int64 = 100_000, grantsPerPayerMax: Int64? = 1,
        amountMin: Int64 = 1_000
    ) throws -> Promotion {
        try Promotion(
            id: "summer", name: "Summer", criteria: try criteria(amountMin: amountMin), reward: reward,
            budgetFen: budgetFen, grantsPerPayerMax: grantsPerPayerMax)
    }

    /// The members as one JSON object, `changes` in place of theirs; an empty change leaves a member out.
    static func json(_ members: [String: String], _ changes: [String: String] = [:]) throws -> JSONValue {
        let all = members.merging(changes) { $1 }.filter { !$1.isEmpty }
        let text = all.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
        return try JSONValue.parse(Array("{\(text)}".utf8))
    }

    /// What is written between the braces of one object, as text.
    static func written(_ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        write(&writer)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// What reading a campaign of these members throws, as a sentence; nil where it is read.
    static func campaignRefusal(_ changes: [String: String], id: String = "summer") throws -> String? {
        let value = try json(campaignMembers, changes)
        return refusal { () throws(CampaignError) in try Campaign(json: value, id: id, millis: millis) }
    }

    /// The same for a promotion.
    static func promotionRefusal(_ changes: [String: String]) throws -> String? {
        let value = try json(promotionMembers, changes)
        return refusal { () throws(CampaignError) in try Promotion(json: value, id: "summer", millis: millis) }
    }

    static func refusal<T>(_ body: () throws(CampaignError) -> T) -> String? {
        do throws(CampaignError) {
            _ = try body()
            return nil
        } catch {
            return error.description
        }
    }
}

import BoundedJSON
import CampaignRules
import CampaignTestSupport
import Engine
import MessageModel
import PaymentNotice
import PromotionCampaign
import TestSupport
import Testing
import Tillwire

/// What a promotion should grant, from the orders alone, by the plainest rules.
struct PlainPromotion {
    let promotion: Promotion
    var grants: [String: Int64] = [:]
    var refusedBudget: Int64 = 0
    var refusedPayer: Int64 = 0
    private var seen: Set<String> = []
    private var perPayer: [String: Int64] = [:]

    init(_ promotion: Promotion) { self.promotion = promotion }

    var grantedFen: Int64 { grants.values.reduce(0, +) }

    mutating func take(_ order: OrderPaymentMessage) {
        let admits = promotion.criteria.admits(
            merchantID: order.merchantID, amountFen: order.amount, paidAtMillis: order.timestampMillis)
        guard admits, let reward = promotion.reward.fen(forAmountFen: order.amount) else { return }
        guard seen.insert(order.transactionID).inserted else { return }
        if let most = promotion.grantsPerPayerMax, perPayer[order.payer, default: 0] >= most {
            refusedPayer += 1
        } else if reward > promotion.budgetFen - grantedFen {
            refusedBudget += 1
        } else {
            grants[order.transactionID] = reward
            perPayer[order.payer, default: 0] += 1
        }
    }

    /// Compares with what the service says.
    func expect(_ figures: PromotionFigures, _ place: SourceLocation = #_sourceLocation) {
        #expect(figures.grantCount == Int64(grants.count), sourceLocation: place)
        #expect(figures.grantedFen == grantedFen, sourceLocation: place)
        #expect(figures.refusedBudgetCount == refusedBudget, sourceLocation: place)
        #expect(figures.refusedPayerCount == refusedPayer, sourceLocation: place)
    }
}

/// A message of the queue of grants, as somebody else reads it.
struct ReadGrant {
    let id: String
    let promotionID: String
    let transactionID: String
    let rewardFen: Int64

    init(_ body: Bytes) throws {
        let root = try JSONValue.parse(Array(body.slice))
        let data = try #require(root["data"])
        #expect(root["type"]?.string == "promotion.grant")
        id = try #require(data["grant_id"]?.string)
        promotionID = try #require(data["promotion_id"]?.string)
        transactionID = try #require(data["transaction_id"]?.string)
        rewardFen = try #require(data["reward"]?.int64)
    }

    /// Takes every message out of the queue of grants.
    static func all(_ broker: EmbeddedBroker) async throws -> [ReadGrant] {
        let queue = try broker.queue(EntityName(PromotionQueues.grants))
        var grants: [ReadGrant] = []
        while true {
            let messages = try await queue.receive(max: 256)
            if messages.isEmpty { return grants }
            grants += try messages.map { try ReadGrant($0.body) }
            try await queue.acknowledge(messages)
        }
    }
}

extension Road {
    static func open(_ store: TemporaryStore, _ broker: EmbeddedBroker) async throws -> PromotionCampaign<Store> {
        try await PromotionCampaign.open(
            broker: broker, merchants: TenMerchants(), time: store.time, logger: logger)
    }

    static func promotion(
        _ id: String, reward: Reward = .fixed(amountFen: 200), budgetFen: Int64 = 1_000_000, perPayer: Int64? = nil,
        merchants: [String]? = nil, amountMin: Int64 = 1, ends: Int64 = nowMillis - 50_000
    ) throws -> Promotion {
        try Promotion(
            id: id, name: "Promotion", criteria: try criteria(ends: ends, merchants: merchants, amountMin: amountMin),
            reward: reward, budgetFen: budgetFen, grantsPerPayerMax: perPayer)
    }

    /// A budget that runs out, a payer's limit that bites, a percentage that is sometimes nothing, several merchants.
    static func promotions() throws -> [Promotion] {
        [
            try promotion("fixed", budgetFen: 20_050, amountMin: 500),
            try promotion("payer", perPayer: 1, merchants: ["m1", "m2"]),
            try promotion("share", reward: .percent(basisPoints: 100, amountMaxFen: 30), budgetFen: 9_999),
        ]
    }
}

import CampaignRules
import Engine
import MessageModel
import PaymentNotice
import TopicConsumer
import Testing

@testable import Campaigns

@Suite("The book of definitions, in memory")
struct DefinitionBookTests {
    private static func book<Definition>(_ definitions: [Definition]) throws -> DefinitionBook<Definition> {
        var book = DefinitionBook<Definition>(consumer: ConsumerID(rawValue: 4))
        for definition in definitions { _ = try book.put(definition) }
        _ = book.takeChanges()
        return book
    }

    /// Begins a batch with nothing in the rows.
    private static func begin<Definition>(
        _ book: inout DefinitionBook<Definition>, _ orders: [ConsumedOrder]
    ) throws {
        var found: [Bytes: Bytes?] = [:]
        for key in book.keysNeeded(for: orders) { found.updateValue(nil, forKey: key) }
        try book.hold(found)
    }

    private static func count(_ order: ConsumedOrder, _ book: inout DefinitionBook<Campaign>) {
        for open in book.met(order) {
            let payerCount = book.payerCount(of: open, order)
            var figures = book.figures(of: open)
            figures.count(amountFen: order.message.amount, isNewPayer: payerCount == 0)
            book.remember(order, in: open, figures: figures, payerCount: payerCount + 1)
        }
    }

    @Test("as many campaigns as may concern a merchant make fewer parts of an order than one order may")
    func campaignParts() throws {
        let countMax = Campaign.perMerchantCountMax
        var book = try Self.book(
            try (0..<countMax).map { try Samples.campaign("c\($0)", merchants: $0 < 5 ? ["m1"] : nil) })
        let order = try Samples.order("tx")
        try Self.begin(&book, [order])
        Self.count(order, &book)
        #expect(book.changeCount == 3 * countMax + 1)
        #expect(book.changeCount <= ConsumerLimits.partsPerOrderMax)
        #expect(4 * Promotion.perMerchantCountMax + 1 <= ConsumerLimits.partsPerOrderMax)
    }

    @Test("one campaign more for a merchant is refused, by name or for all; another merchant's and a change are not")
    func perMerchantLimit() throws {
        let countMax = Campaign.perMerchantCountMax
        var book = try Self.book(
            try (0..<countMax).map { try Samples.campaign("c\($0)", merchants: $0 < 5 ? ["m1"] : nil) })
        for merchants in [["m0", "m1"], nil] {
            let one = try Samples.campaign("more", merchants: merchants)
            do throws(CampaignError) {
                _ = try book.put(one)
                Issue.record("it was taken")
            } catch {
                guard case .invalid("merchants", let allowed) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(allowed.contains("merchant m1"))
            }
        }
        #expect(book.changeCount == 0)
        #expect(try book.put(try Samples.campaign("other", merchants: ["m2"])))
        #expect(try !book.put(try Samples.campaign("c0", merchants: ["m1"], name: "Autumn")))
        #expect(try !book.put(try Samples.campaign("c0", merchants: ["m3"])))
        #expect(try book.put(try Samples.campaign("more", merchants: ["m1"])))
    }

    @Test("for all merchants there are as many campaigns as for one, even where none is named")
    func limitForAll() throws {
        let countMax = Campaign.perMerchantCountMax
        var book = try Self.book(try (0..<countMax).map { try Samples.campaign("c\($0)") })
        #expect(throws: CampaignError.self) { try book.put(try Samples.campaign("more")) }
        #expect(try book.remove(id: "c3"))
        #expect(try book.put(try Samples.campaign("more")))
    }

    @Test(
        "a definition is closed once the event clock is seven days past its end, not a millisecond sooner, and stays closed"
    )
    func closing() throws {
        var book = try Self.book([
            try Samples.campaign("c"), try Samples.campaign("long", ends: Samples.endsAtMillis * 2),
        ])
        let last = Samples.endsAtMillis + 7 * 86_400_000 - 1
        let late = try Samples.order("late")
        let later = try Samples.order("later")
        let orders = [
            try Samples.order("clock1", paidAt: last), late, try Samples.order("clock2", paidAt: last + 1), later,
        ]
        try Self.begin(&book, orders)
        for order in orders.prefix(2) { Self.count(order, &book) }
        #expect(book.standing(id: "c")?.figures.orderCount == 1)
        #expect(book.nextToSweep == nil)
        for order in orders.suffix(2) { Self.count(order, &book) }
        #expect(book.standing(id: "c")?.figures.orderCount == 1)
        #expect(book.standing(id: "long")?.figures.orderCount == 4)
        #expect(book.nextToSweep == 1)
        #expect(throws: CampaignError.self) { try book.put(try Samples.campaign("c", ends: Samples.endsAtMillis * 2)) }
        #expect(try !book.put(try Samples.campaign("c", name: "Past")))
        #expect(book.standing(id: "c")?.figures.orderCount == 1)
        #expect(book.standing(id: "c")?.definition.name == "Past")
    }

    @Test("an order is met once per definition within a batch, and its payer is known at the second")
    func repeats() throws {
        var book = try Self.book([try Samples.campaign("c")])
        let orders = [
            try Samples.order("a", payer: ""), try Samples.order("a", payer: "other"),
            try Samples.order("b", payer: ""),
        ]
        try Self.begin(&book, orders)
        for order in orders {
            Self.count(order, &book)
            // A commit in the middle of a batch changes nothing of what the rest of it sees.
            _ = book.takeChanges()
        }
        #expect(book.standing(id: "c")?.figures.orderCount == 2)
        #expect(book.standing(id: "c")?.figures.payerCount == 1)
    }

    @Test("a row of an order or payer that cannot be read refuses the batch")
    func damagedRow() throws {
        var book = try Self.book([try Samples.campaign("c")])
        var found: [Bytes: Bytes?] = [:]
        for key in book.keysNeeded(for: [try Samples.order("a")]) { found.updateValue(Bytes([9]), forKey: key) }
        #expect(throws: BrokerError.corrupted("campaigns: the row of an order or a payer")) { try book.hold(found) }
    }

    @Test("a budget below what was granted is refused; definitions come in order of id, page by page")
    func changing() throws {
        var book = try Self.book([try Samples.promotion("b"), try Samples.promotion("a"), try Samples.promotion("c")])
        #expect(book.standings(after: "", countMax: 2).map(\.definition.id) == ["a", "b"])
        #expect(book.standings(after: "b", countMax: 2).map(\.definition.id) == ["c"])
        let order = try Samples.order("tx")
        try Self.begin(&book, [order])
        let open = try #require(book.met(order).first)
        var figures = book.figures(of: open)
        figures.record(.grant(rewardFen: 100))
        book.remember(order, in: open, figures: figures, rewardFen: 100, payerCount: 1)
        #expect(throws: CampaignError.budgetBelowGranted(budgetFen: 99, grantedFen: 100)) {
            try book.put(try Samples.promotion("a", budgetFen: 99))
        }
        #expect(try !book.put(try Samples.promotion("a", budgetFen: 100)))
    }

    @Test("changes are handed over once, in key order; the same definition again changes nothing")
    func stagedChanges() throws {
        var book = DefinitionBook<Campaign>(consumer: ConsumerID(rawValue: 4))
        #expect(try book.put(try Samples.campaign("c")))
        let keys = book.takeChanges().map { Array($0.key.slice) }
        #expect(keys == [[0], [1, 0, 0, 0, 1, 0], [2, 0, 0, 0, 1]])
        #expect(try !book.put(try Samples.campaign("c")))
        #expect(book.takeChanges().isEmpty)
        #expect(try book.remove(id: "c"))
        #expect(try !book.remove(id: "c"))
        #expect(try book.put(try Samples.campaign("c")))
        #expect(book.nextToSweep == 1)
        #expect(book.nextNumber == 3)
    }
}

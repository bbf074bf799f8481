import BoundedJSON
import Testing

@testable import WeChatPaySimulator

@Suite("The faker and the lunch rush")
struct StoryTests {
    private static func plan(rate: Int, seconds: Int, seed: UInt64 = 1) -> WorldPlan {
        var plan = WorldPlan()
        plan.seed = seed
        plan.ratePerSecond = rate
        plan.seconds = seconds
        return plan
    }

    private static let plans = [
        plan(rate: 200, seconds: 40), plan(rate: 60, seconds: 4), plan(rate: 1, seconds: 1),
        plan(rate: 600, seconds: 12, seed: 7),
    ]

    @Test("the faker is honest first and fakes to the end", arguments: plans)
    func faker(plan: WorldPlan) throws {
        let schedule = PaymentSchedule(plan)
        let own = schedule.payments.filter { schedule.role(of: $0) == .faker }
        let fakes = own.filter(\.isFake)
        let honest = own.filter { !$0.isFake }
        #expect(honest.count >= RiskScenario.honestCountMin)
        #expect(honest.allSatisfy { $0.atMillis < plan.timeline.fakesFromMillis })
        #expect(fakes.allSatisfy { $0.atMillis >= plan.timeline.fakesFromMillis })
        #expect(try #require(fakes.last).atMillis >= plan.paymentMillis * 9 / 10)
        #expect(fakes.count >= RiskScenario.fakeCountMin)
        #expect(Set(fakes.map(\.payer)).count >= 12)
        #expect(fakes.allSatisfy { (30_000...90_000).contains($0.amount) && $0.payerAmount == $0.amount })
        #expect(fakes.allSatisfy { $0.asksGate })
        #expect(Set(fakes.map(\.payer)).isDisjoint(with: schedule.payments.filter { !$0.isFake }.map(\.payer)))
    }

    @Test("nobody else fakes", arguments: plans)
    func others(plan: WorldPlan) {
        let schedule = PaymentSchedule(plan)
        #expect(schedule.payments.allSatisfy { !$0.isFake || schedule.role(of: $0) == .faker })
    }

    @Test("the demo's faker makes ten honest payments a second, then fifteen fake ones")
    func fakerRates() {
        let schedule = PaymentSchedule(Self.plan(rate: 200, seconds: 40))
        let honest = schedule.payments.filter { schedule.role(of: $0) == .faker && !$0.isFake }
        let fakes = schedule.payments.filter(\.isFake)
        #expect(honest.count == 10 * 16)
        for second in 0..<16 { #expect((7...13).contains(honest.count { $0.atMillis / 1_000 == second })) }
        #expect(fakes.count == 15 * 24)
        for second in 16..<40 { #expect((12...18).contains(fakes.count { $0.atMillis / 1_000 == second })) }
    }

    @Test("in the rush payments come about 3.5 times as fast, from many shoppers, at ordinary amounts")
    func rush() {
        let plan = Self.plan(rate: 200, seconds: 40)
        let schedule = PaymentSchedule(plan)
        let own = schedule.payments.filter { schedule.role(of: $0) == .lunchRush }
        let rush = own.filter { plan.timeline.rush.contains($0.atMillis) }
        let calmCount = own.count - rush.count
        let calmMillis = plan.paymentMillis - plan.timeline.rush.count
        let factor = Double(rush.count * calmMillis) / Double(calmCount * plan.timeline.rush.count)
        #expect((3.2...3.8).contains(factor))
        #expect(Set(rush.map(\.payer)).count > rush.count * 9 / 10)
        #expect(own.allSatisfy { $0.amount < RiskScenario.fakeAmountsFen.lowerBound })
        #expect(plan.timeline.rush.count == 8_000)
    }

    @Test("merchants of the common payments keep their numbers, those with streams of their own come last")
    func merchants() {
        let merchants = SimulatedMerchant.all(of: WorldPlan())
        #expect(merchants.prefix(6).map(\.role) == [.slow, .failing, .dead, .late, .restricted, .healthy])
        #expect(merchants.suffix(3).map(\.role) == [.healthy, .faker, .lunchRush])
        #expect(merchants.first?.merchantID == "1630000001")
    }

    @Test("the rule file is one JSON object a line, header first, and its cap is out of reach of the honest")
    func ruleFile() throws {
        let schedule = PaymentSchedule(Self.plan(rate: 200, seconds: 40))
        let file = RiskRuleFile(schedule)
        let rules = try file.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { try JSONValue.parse(Array($0.utf8)) }
        #expect(rules.count == 3)
        #expect(rules[0]["rule_set"]?.string == "demo-1")
        #expect(rules[1]["amount_max"]?.int64 == file.capFen)
        #expect(rules[2]["kind"]?.string == "soar")
        #expect(rules[2]["history_orders_min"]?.int64 == Int64(file.historyOrderCountMin))
        for merchant in schedule.merchants where merchant.role != .faker {
            let sum = schedule.payments.filter { $0.merchantID == merchant.merchantID }.reduce(0) { $0 + $1.amount }
            #expect(sum < file.capFen)
        }
    }

    @Test("when the demo's faker begins, and when the rush begins, the rules have the history they want")
    func history() {
        let plan = Self.plan(rate: 200, seconds: 40)
        let schedule = PaymentSchedule(plan)
        let least = RiskRuleFile(schedule).historyOrderCountMin
        func count(_ role: MerchantRole, before millis: Int) -> Int {
            schedule.payments.count { schedule.role(of: $0) == role && $0.atMillis < millis }
        }
        #expect(count(.faker, before: plan.timeline.fakesFromMillis) > least)
        #expect(count(.lunchRush, before: plan.timeline.rush.lowerBound) > least)
    }
}

import PaymentNotice
import Testing

@testable import WeChatPaySimulator

@Suite("Payments of a simulated world")
struct PaymentScheduleTests {
    private static func plan(_ change: (inout WorldPlan) -> Void = { _ in }) -> WorldPlan {
        var plan = WorldPlan()
        plan.ratePerSecond = 100
        plan.seconds = 10
        change(&plan)
        return plan
    }

    @Test("the same seed gives the same payments")
    func sameSeed() {
        #expect(PaymentSchedule(Self.plan()) == PaymentSchedule(Self.plan()))
    }

    @Test("the first payment of seed 1 is known, so that no release changes what a seed means")
    func knownPayment() throws {
        let payment = try #require(PaymentSchedule(Self.plan()).payments.first)
        #expect(payment.transactionID == "4200274645202601054160000000")
        #expect(payment.amount == 6_136)
    }

    @Test("common payments of a seed are those it had before merchants had streams of their own")
    func knownCommonPayments() throws {
        let schedule = PaymentSchedule(Self.plan())
        let common = schedule.payments.filter { !MerchantRole.withOwnStream.contains(schedule.role(of: $0)) }
        #expect(common.count == 1_000)
        #expect(common.reduce(0) { $0 + $1.amount } == 10_334_166)
        #expect(common.reduce(0) { $0 + $1.atMillis } == 4_999_730)
        #expect(common.last?.transactionID == "4200274645202601054160000999")
        #expect(common.last?.merchantID == "1630000010")
        #expect(common.last?.payer == "oJon1JLqidvgyKLmBL0sg6HwQqGU")
    }

    @Test("another seed gives other order numbers and other transaction ids throughout")
    func otherSeed() {
        let first = PaymentSchedule(Self.plan())
        let second = PaymentSchedule(Self.plan { $0.seed = 2 })
        let firstIDs = Set(first.payments.flatMap { [$0.transactionID, $0.outTradeNo] })
        #expect(firstIDs.isDisjoint(with: second.payments.flatMap { [$0.transactionID, $0.outTradeNo] }))
    }

    @Test("another share of duplicates and probes changes how notices travel and nothing else")
    func sharesAreIndependent() {
        let some = PaymentSchedule(Self.plan()).payments
        let all = PaymentSchedule(
            Self.plan {
                $0.duplicateShare = 1
                $0.probeShare = 1
                $0.lossShare = 1
            }
        ).payments
        #expect(some.map(\.transactionID) == all.map(\.transactionID))
        #expect(some.map(\.amount) == all.map(\.amount))
        #expect(some.map(\.atMillis) == all.map(\.atMillis))
        #expect(all.allSatisfy { $0.traits.isSentTwice && $0.traits.isProbed && $0.traits.isFirstLost })
        #expect(!some.allSatisfy { $0.traits.isSentTwice })
    }

    @Test("identifiers are unique and within the platform's forms")
    func identifiers() {
        let payments = PaymentSchedule(Self.plan()).payments
        #expect(Set(payments.map(\.transactionID)).count == payments.count)
        #expect(Set(payments.map(\.outTradeNo)).count == payments.count)
        for payment in payments {
            #expect(payment.transactionID.utf8.count == 28)
            #expect((6...32).contains(payment.outTradeNo.utf8.count))
            #expect(payment.payer.utf8.count == 28)
            #expect(payment.deviceID.utf8.count <= 32)
            #expect(0...payment.amount ~= payment.payerAmount)
        }
    }

    @Test("payments are spread over the whole time, in order")
    func spread() throws {
        let schedule = PaymentSchedule(Self.plan())
        #expect(schedule.payments.map(\.atMillis) == schedule.payments.map(\.atMillis).sorted())
        let payments = schedule.payments.filter { !MerchantRole.withOwnStream.contains(schedule.role(of: $0)) }
        #expect(payments.count == 1_000)
        for second in 0..<10 {
            let count = payments.count { $0.atMillis / 1_000 == second }
            #expect((95...105).contains(count))
        }
    }

    @Test("every special role has one merchant, and only a sticker shop of the late one does not ask the gate")
    func roles() {
        let merchants = SimulatedMerchant.all(of: Self.plan())
        for role in MerchantRole.allCases where role != .healthy {
            #expect(merchants.count { $0.role == role } == 1)
        }
        let silent = merchants.flatMap { merchant in merchant.shops.filter { !$0.asksGate }.map { _ in merchant.role } }
        #expect(silent == [.late])
    }

    @Test("a payment survives the way through a notice and its order message")
    func transaction() throws {
        let payment = try #require(PaymentSchedule(Self.plan()).payments.first)
        let paidAtMillis: Int64 = 1_767_600_000_000
        let decoded = try PaidTransaction.decode(payment.transaction(paidAtMillis: paidAtMillis).encode())
        #expect(decoded.isConsistentSuccess)
        #expect(decoded.paidAtMillis == paidAtMillis)
        #expect(decoded.successTime == "2026-01-05T16:00:00+08:00")
        #expect(decoded.amount == payment.amount)
        #expect(decoded.deviceID == payment.deviceID)
    }

    @Test(
        "an option outside its range is refused with the range",
        arguments: [
            ("--merchants", "8 to 200", { @Sendable (plan: inout WorldPlan) in plan.merchantCount = 7 }),
            ("--rate", "1 to 20000", { @Sendable (plan: inout WorldPlan) in plan.ratePerSecond = 0 }),
            ("--lost", "0.0 to 1.0", { @Sendable (plan: inout WorldPlan) in plan.lossShare = -0.1 }),
            ("--rate times --seconds", "1 to 200000", { @Sendable (plan: inout WorldPlan) in plan.seconds = 3_600 }),
        ])
    func badOption(name: String, allowed: String, change: @Sendable (inout WorldPlan) -> Void) {
        var plan = WorldPlan()
        change(&plan)
        let error = #expect(throws: SimulatorError.self) { try plan.validate() }
        guard case .option(let found, _, let range) = error else { return #expect(Bool(false), "not an option error") }
        #expect(found == name)
        #expect(range == allowed)
    }
}

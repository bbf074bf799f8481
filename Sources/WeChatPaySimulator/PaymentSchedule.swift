/// All payments of a run, in the order in which the shops ask. Pure: the same plan gives the same schedule.
public struct PaymentSchedule: Sendable, Equatable {
    /// The merchants.
    public let merchants: [SimulatedMerchant]
    /// The payments, by time.
    public let payments: [Payment]

    /// Draws the payments of a plan that was validated.
    public init(_ plan: WorldPlan) {
        merchants = SimulatedMerchant.all(of: plan)
        var draw = Draw(plan: plan, merchants: merchants)
        payments = (0..<plan.ratePerSecond * plan.seconds).map { draw.payment($0) }
    }
}

extension PaymentSchedule {
    /// The drawing itself. Every payment takes its numbers in the same order whatever the shares are, so that another
    /// share of duplicates gives the same payments.
    private struct Draw {
        private static let banks = ["OTHERS", "CMB_CREDIT", "CCB_DEBIT", "ICBC_DEBIT", "BOC_DEBIT"]
        private static let nominalDay = "20260105"

        private let plan: WorldPlan
        private let merchants: [SimulatedMerchant]
        /// Every merchant as often as its weight.
        private let choices: [Int]
        private let shoppers: [String]
        /// Tells runs of different seeds apart in order numbers.
        private let runTag: String
        private let runDigits: String
        private var generator: SeededGenerator

        init(plan: WorldPlan, merchants: [SimulatedMerchant]) {
            var generator = SeededGenerator(seed: plan.seed)
            runTag = generator.text(8, from: SeededGenerator.letters)
            runDigits = generator.text(9, from: SeededGenerator.digits)
            shoppers = (0..<SimulatorLimits.shopperCount).map { _ in
                "o" + generator.text(27, from: SeededGenerator.letters)
            }
            choices = merchants.indices.flatMap { Array(repeating: $0, count: merchants[$0].role.weight) }
            self.plan = plan
            self.merchants = merchants
            self.generator = generator
        }

        /// Payment number `index` falls into its own part of the time, so that numbers are in the order of times.
        mutating func payment(_ index: Int) -> Payment {
            let atMicros = (index * 1_000_000 + generator.number(below: 1_000_000)) / plan.ratePerSecond
            let merchantIndex = choices[generator.number(below: choices.count)]
            let merchant = merchants[merchantIndex]
            let shop = merchant.shops[generator.number(below: merchant.shops.count)]
            let device = shop.deviceIDs[generator.number(below: shop.deviceIDs.count)]
            let amount = Int64(100 + generator.number(below: 20_000))
            let coupon = Int64(generator.number(below: 100))
            let hasCoupon = generator.chance(0.15)
            return Payment(
                atMillis: atMicros / 1_000, shopperMillis: 50 + generator.number(below: 350),
                merchantIndex: merchantIndex, merchantID: merchant.merchantID, storeID: shop.storeID, deviceID: device,
                asksGate: shop.asksGate, outTradeNo: "CVS\(shop.storeID)-\(runTag)-\(Self.padded(index, 7))",
                transactionID:
                    "4200\(runDigits.prefix(6))\(Self.nominalDay)\(runDigits.suffix(3))\(Self.padded(index, 7))",
                payer: shoppers[generator.number(below: shoppers.count)], amount: amount,
                payerAmount: hasCoupon ? amount - coupon : amount,
                bankType: Self.banks[generator.number(below: Self.banks.count)], traits: traits())
        }

        private mutating func traits() -> Payment.Traits {
            Payment.Traits(
                usesPublicKey: generator.chance(plan.publicKeyShare),
                isSentTwice: generator.chance(plan.duplicateShare),
                isProbed: generator.chance(plan.probeShare), isFirstLost: generator.chance(plan.lossShare))
        }

        private static func padded(_ number: Int, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(width - text.count, 0)) + text
        }
    }
}

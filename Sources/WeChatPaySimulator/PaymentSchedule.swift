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
        let common = (0..<plan.ratePerSecond * plan.seconds).map { _ in draw.commonPayment() }
        // Drawn behind the common ones, which are the same with and without them.
        let own = PaymentStream.all(of: plan).flatMap { draw.payments(of: $0) }
        payments = (common + own).sorted { ($0.atMillis, $0.transactionID) < ($1.atMillis, $1.transactionID) }
    }

    /// What is special about a payment's merchant.
    func role(of payment: Payment) -> MerchantRole { merchants[payment.merchantIndex].role }

    /// The merchants of one role.
    func merchants(_ role: MerchantRole) -> [SimulatedMerchant] { merchants.filter { $0.role == role } }
}

extension PaymentSchedule {
    /// The drawing itself. Every payment takes its numbers in the same order whatever the shares are, so that another
    /// share of duplicates gives the same payments.
    private struct Draw {
        private static let banks = ["OTHERS", "CMB_CREDIT", "CCB_DEBIT", "ICBC_DEBIT", "BOC_DEBIT"]
        private static let nominalDay = "20260105"
        private static let commonAmountsFen = 100..<20_100

        private let plan: WorldPlan
        private let merchants: [SimulatedMerchant]
        /// Every merchant as often as its weight.
        private let choices: [Int]
        private let shoppers: [String]
        /// Payment number, unique in the run.
        private var nextIndex = 0
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

        /// Every payment falls into its own part of the time, so that numbers are in the order of times.
        mutating func commonPayment() -> Payment {
            let atMicros = (nextIndex * 1_000_000 + generator.number(below: 1_000_000)) / plan.ratePerSecond
            let merchantIndex = choices[generator.number(below: choices.count)]
            return payment(
                atMillis: atMicros / 1_000, merchantIndex: merchantIndex, amountsFen: Self.commonAmountsFen,
                payers: shoppers, isFake: false)
        }

        /// The payments of one stream, each in its own part of the stream's time.
        mutating func payments(of stream: PaymentStream) -> [Payment] {
            guard let merchantIndex = merchants.firstIndex(where: { $0.role == stream.role }) else { return [] }
            let payers = stream.isFake ? makePayers(count: RiskScenario.fakePayerCount) : shoppers
            let amountsFen = stream.amountsFen ?? Self.commonAmountsFen
            let spanMillis = stream.during.count
            return (0..<stream.count).map { position in
                let atMillis =
                    stream.during.lowerBound
                    + (position * spanMillis + generator.number(below: spanMillis)) / stream.count
                return payment(
                    atMillis: atMillis, merchantIndex: merchantIndex, amountsFen: amountsFen, payers: payers,
                    isFake: stream.isFake)
            }
        }

        private mutating func payment(
            atMillis: Int, merchantIndex: Int, amountsFen: Range<Int>, payers: [String], isFake: Bool
        ) -> Payment {
            let index = nextIndex
            nextIndex += 1
            let merchant = merchants[merchantIndex]
            let shop = merchant.shops[generator.number(below: merchant.shops.count)]
            let device = shop.deviceIDs[generator.number(below: shop.deviceIDs.count)]
            let amount = Int64(amountsFen.lowerBound + generator.number(below: amountsFen.count))
            let coupon = Int64(generator.number(below: 100))
            // Nobody gives a coupon to himself.
            let hasCoupon = generator.chance(0.15) && !isFake
            return Payment(
                atMillis: atMillis, shopperMillis: 50 + generator.number(below: 350),
                merchantIndex: merchantIndex, merchantID: merchant.merchantID, storeID: shop.storeID, deviceID: device,
                asksGate: shop.asksGate, outTradeNo: "CVS\(shop.storeID)-\(runTag)-\(Self.padded(index, 7))",
                transactionID:
                    "4200\(runDigits.prefix(6))\(Self.nominalDay)\(runDigits.suffix(3))\(Self.padded(index, 7))",
                payer: payers[generator.number(below: payers.count)], amount: amount,
                payerAmount: hasCoupon ? amount - coupon : amount,
                bankType: Self.banks[generator.number(below: Self.banks.count)], isFake: isFake,
                traits: traits())
        }

        private mutating func makePayers(count: Int) -> [String] {
            (0..<count).map { _ in "o" + generator.text(27, from: SeededGenerator.letters) }
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

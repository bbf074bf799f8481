internal import BoundedJSON
internal import PaymentNotice

/// For which orders a promotion or a campaign is. Pure.
struct OrderFilter: Sendable, Equatable {
    /// Unix milliseconds.
    let startsAtMillis: Int64
    /// Unix milliseconds.
    let endsAtMillis: Int64
    /// Whose orders; nil for all merchants.
    let merchantIDs: [String]?
    /// Least order amount, fen.
    let amountMinFen: Int64

    /// Whether an order of the run counts. All of them are paid within the time the filter covers.
    func matches(_ payment: Payment) -> Bool {
        payment.amount >= amountMinFen && merchantIDs?.contains(payment.merchantID) != false
    }

    fileprivate func show(into writer: inout JSONWriter) {
        writer.member("starts", RFC3339.utcText(millis: startsAtMillis))
        writer.member("ends", RFC3339.utcText(millis: endsAtMillis))
        if let merchantIDs {
            writer.strings("merchants", merchantIDs)
        } else {
            writer.member("merchants", "all")
        }
        writer.member("amount_min", amountMinFen)
    }
}

/// What a promotion gives for an order. Amounts in fen.
enum PromotionReward: Sendable, Equatable {
    /// The same for every order.
    case fixed(Int64)
    /// Hundredths of a percent of the order amount, rounded down, at most so much an order.
    case percent(basisPoints: Int64, max: Int64)

    /// The reward of one order, fen.
    func fen(ofOrderFen amount: Int64) -> Int64 {
        switch self {
        case .fixed(let reward): reward
        case .percent(let basisPoints, let max): min(amount * basisPoints / 10_000, max)
        }
    }
}

/// A promotion as the demo's operator makes it.
struct Promotion: Sendable, Equatable {
    let id: String
    let name: String
    let filter: OrderFilter
    let reward: PromotionReward
    /// All grants together, fen.
    let budgetFen: Int64
    /// Grants of one payer; nil without a limit.
    let grantsPerPayerMax: Int?

    /// The body of its making by the operator's API.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("name", name)
        filter.show(into: &writer)
        writer.object("reward") { writer in
            switch reward {
            case .fixed(let amount):
                writer.member("kind", "fixed")
                writer.member("amount", amount)
            case .percent(let basisPoints, let max):
                writer.member("kind", "percent")
                writer.member("basis_points", basisPoints)
                writer.member("amount_max", max)
            }
        }
        writer.member("budget", budgetFen)
        if let grantsPerPayerMax { writer.member("grants_per_payer_max", grantsPerPayerMax) }
        writer.endObject()
        return writer.bytes
    }
}

/// A campaign as the demo's operator makes it: its orders are counted, nothing is given.
struct Campaign: Sendable, Equatable {
    let id: String
    let name: String
    let filter: OrderFilter

    /// The body of its making by the operator's API.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("name", name)
        filter.show(into: &writer)
        writer.endObject()
        return writer.bytes
    }
}

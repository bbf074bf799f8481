internal import BoundedJSON

extension Reward {
    init(_ value: JSONValue) throws(CampaignError) {
        let all = try MemberReader(value, path: "reward", known: ["kind", "amount", "basis_points", "amount_max"])
        // The kind decides which of the other members are known.
        switch try all.text("kind") {
        case "fixed":
            let reader = try MemberReader(value, path: "reward", known: ["kind", "amount"])
            self = .fixed(amountFen: try reader.integer("amount", in: CampaignLimits.rewardFen, unit: "fen"))
        case "percent":
            let reader = try MemberReader(value, path: "reward", known: ["kind", "basis_points", "amount_max"])
            let unit = "hundredths of a percent"
            self = .percent(
                basisPoints: try reader.integer("basis_points", in: CampaignLimits.basisPoints, unit: unit),
                amountMaxFen: try reader.integer("amount_max", in: CampaignLimits.rewardFen, unit: "fen"))
        default: throw .invalid(member: "reward.kind", allowed: "fixed or percent is allowed")
        }
    }

    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        switch self {
        case .fixed(let amountFen):
            writer.member("kind", "fixed")
            writer.member("amount", amountFen)
        case .percent(let basisPoints, let amountMaxFen):
            writer.member("kind", "percent")
            writer.member("basis_points", basisPoints)
            writer.member("amount_max", amountMaxFen)
        }
        writer.endObject()
    }
}

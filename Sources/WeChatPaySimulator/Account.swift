/// The account of a run: where every payment request ended. Pure; it balances or says why not.
public struct Account: Sendable, Equatable {
    /// Payment requests made by the shops.
    public var payments = 0
    /// Refused by the gate, by code.
    public var gateRefusals: [String: Int] = [:]
    /// The gate did not answer for as long as a till waits: no payment.
    public var gateSilences = 0
    /// Orders the shoppers paid.
    public var paid = 0
    /// Unique orders in the daemon's store.
    public var stored = 0
    /// Of these: acknowledged by their merchants.
    public var acknowledged = 0
    /// Of these: not acknowledged, by reason.
    public var waiting: [String: Int] = [:]
    /// Paid orders that are not in the store, or acknowledged there although no merchant got them.
    public var lost = 0
    /// Deliveries to merchants beyond the first of an order.
    public var deliveredTwice = 0
    /// Stored or delivered orders that differ from what was paid.
    public var wrongContents = 0
    /// Pushes whose signature a merchant could not verify.
    public var badSignatures = 0
    /// Deliberately wrong signatures the provider answered with success.
    public var probesAccepted = 0
    /// Payments the gate let pass although the merchant was restricted.
    public var restrictedAccepted = 0
    /// Orders that should have been delivered within the demo's time and were not.
    public var overdue = 0

    /// Nothing happened.
    public init() {}

    /// Refusals together.
    public var gateRefusalCount: Int { gateRefusals.values.reduce(0, +) }
    /// Orders that wait, together.
    public var waitingCount: Int { waiting.values.reduce(0, +) }

    /// Refusals that are the gate's purpose; any other code is a fault of the set-up.
    static let expectedRefusals: Set<String> = ["MERCHANT_RESTRICTED", "MERCHANT_UNKNOWN"]

    /// What is wrong with it; empty when everything is accounted for.
    public var faults: [String] {
        var found: [String] = []
        func check(_ isRight: Bool, _ text: @autoclosure () -> String) { if !isRight { found.append(text()) } }
        check(
            payments == gateRefusalCount + gateSilences + paid,
            "\(payments) payment requests are not \(gateRefusalCount) refused + \(gateSilences) unanswered"
                + " + \(paid) paid"
        )
        check(paid == stored, "\(paid) orders were paid, \(stored) are stored")
        check(
            stored == acknowledged + waitingCount,
            "\(stored) stored orders are not \(acknowledged) acknowledged + \(waitingCount) waiting")
        check(lost == 0, "\(lost) orders are lost")
        check(wrongContents == 0, "\(wrongContents) orders differ from what was paid")
        check(badSignatures == 0, "\(badSignatures) pushes had a wrong signature")
        check(probesAccepted == 0, "\(probesAccepted) deliberately wrong signatures were accepted")
        check(restrictedAccepted == 0, "\(restrictedAccepted) payments of a restricted merchant were accepted")
        check(overdue == 0, "\(overdue) orders were not delivered in time")
        let unexpected = gateRefusals.keys.filter { !Self.expectedRefusals.contains($0) }.sorted()
        check(unexpected.isEmpty, "the gate refused with \(unexpected.joined(separator: ", "))")
        return found
    }

    /// The account as lines of text.
    public var lines: [String] {
        let refusals = gateRefusals.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        let reasons = waiting.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return [
            "payments \(payments) = gate refusals \(gateRefusalCount)\(Self.list(refusals))"
                + " + unique orders stored \(stored)"
                + (gateSilences > 0 ? " + not asked for want of a gate \(gateSilences)" : ""),
            "orders   \(stored) = acknowledged by merchants \(acknowledged)"
                + " + waiting \(waitingCount)\(Self.list(reasons))",
            "lost \(lost), delivered twice \(deliveredTwice), wrong amounts or contents \(wrongContents),"
                + " wrong signatures \(badSignatures)",
        ]
    }

    private static func list(_ parts: [String]) -> String {
        parts.isEmpty ? "" : " (" + parts.joined(separator: ", ") + ")"
    }
}

internal import PaymentNotice

/// Whose call it is: a provider's for a merchant, or a merchant's own.
enum PaymentParty: Sendable {
    case partner, direct

    var mode: PaidTransaction.Mode { self == .partner ? .partner : .direct }

    /// The merchant whose order it is; the caller must be the one who signed.
    func merchantID(of call: APIv3Call) throws(APIFault) -> String {
        let callerName = self == .partner ? "sp_mchid" : "mchid"
        guard try call.text(callerName) == call.caller else {
            throw APIFault(403, "NO_AUTH", "\(callerName) is not the merchant number that signed")
        }
        return self == .partner ? try call.text("sub_mchid") : call.caller
    }
}

internal import Merchants
internal import WeChatPayAPI

/// What the platform's answer means for one case. Pure.
struct LimitationVerdict: Sendable, Equatable {
    /// What becomes of the case in the restriction book.
    enum Change: Sendable, Equatable {
        /// It stays as it is.
        case none
        /// It closes these functions.
        case amend([LimitedFunction], reasonCode: String?, reasonText: String?, effectiveAtMillis: Int64?)
        /// The platform has ended it.
        case lift
    }

    /// What becomes of it.
    let change: Change
    /// How it is asked about from now on.
    let ask: LimitationAsk

    /// Reads an answer.
    init(_ answer: LimitationAnswer, for ask: LimitationAsk, nowMillis: Int64) {
        var ask = ask
        let all = answer.limitedFunctions.compactMap(LimitedFunction.init)
        if let listed = answer.cases.first(where: { $0.caseID == ask.caseID }) {
            ask.isListed = true
            ask.settle(nowMillis: nowMillis)
            let own = listed.relatedLimitations.compactMap(LimitedFunction.init)
            let start = listed.startDate.flatMap(NoticeTimes.millis)
            // Of a restriction that holds already the announced moment is the better one.
            let isLater = listed.actionType == "LIMIT_ACTION_TYPE_DELAY_CONTROL" || start ?? 0 > nowMillis
            change = .amend(
                listed.relatedLimitations.isEmpty ? all : own, reasonCode: ShownText.code(listed.reasonType),
                reasonText: listed.reasonDescribe.isEmpty
                    ? nil
                    : ShownText.cut(listed.reasonDescribe, byteCountMax: MerchantLimits.reasonTextByteCountMax),
                effectiveAtMillis: isLater ? start : nil)
        } else if ask.isByCase {
            if ask.isListed {
                change = .lift
            } else {
                // Not listed yet, or no more. Where nothing that it could mean is closed, the gate need not be either.
                ask.putOff(nowMillis: nowMillis)
                let closesPayments = all.contains { $0.refuses(.payment) }
                change =
                    closesPayments
                    ? .none : .amend(all, reasonCode: nil, reasonText: nil, effectiveAtMillis: nil)
            }
        } else if all.isEmpty, ask.isListed {
            change = .lift
        } else if all.isEmpty {
            ask.putOff(nowMillis: nowMillis)
            change = .amend([], reasonCode: nil, reasonText: nil, effectiveAtMillis: nil)
        } else {
            ask.isListed = true
            ask.settle(nowMillis: nowMillis)
            change = .amend(all, reasonCode: nil, reasonText: nil, effectiveAtMillis: nil)
        }
        self.ask = ask
    }
}

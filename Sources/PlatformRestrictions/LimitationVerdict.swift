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
    ///
    /// - Parameter effectiveAtMillis: from when on the case holds in the restriction book, Unix milliseconds.
    init(_ answer: LimitationAnswer, for ask: LimitationAsk, effectiveAtMillis: Int64, nowMillis: Int64) {
        var ask = ask
        let all = answer.limitedFunctions.compactMap(LimitedFunction.init)
        let closesPayments = all.contains { $0.refuses(.payment) }
        // Before this moment the list may not show yet what was announced: what is missing then opens nothing.
        let ripeMillis = max(ask.toldMillis, effectiveAtMillis) + PlatformRestrictionsLimits.listLagMillis
        let isRipe = nowMillis >= ripeMillis
        if let listed = answer.cases.first(where: { $0.caseID == ask.caseID }) {
            ask.list(nowMillis: nowMillis)
            let own = listed.relatedLimitations.compactMap(LimitedFunction.init)
            let closed = listed.relatedLimitations.isEmpty ? all : own
            let start = listed.startDate.flatMap(NoticeTimes.millis)
            // Of a restriction that holds already the announced moment is the better one.
            let isLater = listed.actionType == "LIMIT_ACTION_TYPE_DELAY_CONTROL" || start ?? 0 > nowMillis
            if closed.isEmpty, !isRipe {
                ask.dueMillis = min(ask.dueMillis, ripeMillis)
                change = .none
            } else {
                change = .amend(
                    closed, reasonCode: ShownText.code(listed.reasonType),
                    reasonText: listed.reasonDescribe.isEmpty
                        ? nil
                        : ShownText.cut(listed.reasonDescribe, byteCountMax: MerchantLimits.reasonTextByteCountMax),
                    effectiveAtMillis: isLater ? start : nil)
            }
        } else if !ask.isByCase, !all.isEmpty, closesPayments || isRipe || ask.isListed {
            // Of a case that is not listed under its id, what is closed may in its first minutes be of another one.
            ask.list(nowMillis: nowMillis)
            change = .amend(all, reasonCode: nil, reasonText: nil, effectiveAtMillis: nil)
        } else {
            let unlistedSince = ask.unlistedSinceMillis ?? nowMillis
            ask.unlistedSinceMillis = unlistedSince
            if ask.isListed {
                // One answer may have a gap; ended is what a later one misses too.
                let confirmedMillis = unlistedSince + PlatformRestrictionsLimits.listLagMillis
                ask.dueMillis = confirmedMillis
                change = nowMillis >= confirmedMillis ? .lift : .none
            } else {
                // Not listed yet, or no more. Where nothing that it could mean is closed, the gate need not be either.
                ask.putOff(nowMillis: nowMillis)
                if !isRipe { ask.dueMillis = min(ask.dueMillis, ripeMillis) }
                let forgottenMillis =
                    max(unlistedSince, effectiveAtMillis) + PlatformRestrictionsLimits.unlistedMillisMax
                if closesPayments || !isRipe {
                    change = .none
                } else if nowMillis >= forgottenMillis {
                    change = .lift
                } else {
                    change = .amend(all, reasonCode: nil, reasonText: nil, effectiveAtMillis: nil)
                }
            }
        }
        self.ask = ask
    }
}

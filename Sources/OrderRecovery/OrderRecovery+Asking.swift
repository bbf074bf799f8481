internal import Engine
internal import Logging
internal import MessageModel
internal import PaymentEntry
internal import PaymentNotice
internal import WeChatPayAPI

/// Questions and what follows from their answers.
extension OrderRecovery {
    /// Asks for an announcement and does what its answer demands.
    func perform(_ one: RecoveryCase) async {
        let askedAt = nowMillis
        let key = one.open.announcement.key
        let verdict: RecoveryVerdict
        switch key.kind {
        case .order:
            let answer = checked(await Self.order(query, key))
            count(answer.kind)
            verdict = await take(answer, key, one.open.announcement).verdict
        case .refund:
            let answer = await Self.refund(query, key)
            count(answer.kind)
            verdict = await take(answer, one.open.announcement)
        }
        // Broken off by the stop: nothing is known, and the case stays as its row says.
        if Task.isCancelled, verdict != .found { return }
        let end = schedule.answered(one.open.number, verdict, askedAtMillis: askedAt, nowMillis: nowMillis)
        if let end {
            book.close(one.open)
            forget(one.open.number)
            if end != .found {
                counts.dropped[end, default: 0] += 1
                logDropped(one, end)
            }
        } else if schedule[one.open.number] != nil {
            dirty.insert(one.open.number)
        }
    }

    /// Off this actor: signing and waiting hold up nobody.
    @concurrent
    private static func order(
        _ query: any OrderQuery, _ key: AnnouncementKey
    ) async -> Result<OrderAnswer, PlatformCallError> {
        do throws(PlatformCallError) {
            return .success(try await query.order(merchantID: key.merchantID, outTradeNo: key.number))
        } catch { return .failure(error) }
    }

    @concurrent
    private static func refund(
        _ query: any OrderQuery, _ key: AnnouncementKey
    ) async -> Result<RefundAnswer, PlatformCallError> {
        do throws(PlatformCallError) {
            return .success(try await query.refund(merchantID: key.merchantID, outRefundNo: key.number))
        } catch { return .failure(error) }
    }

    // MARK: - Orders

    /// - Parameter announcement: nil where an operator asks and it was not announced.
    private func take(
        _ answer: Result<OrderAnswer, PlatformCallError>, _ key: AnnouncementKey, _ announcement: Announcement?
    ) async -> (verdict: RecoveryVerdict, fate: EntryFate?) {
        switch answer {
        case .failure(let error):
            report(error)
            return (error.verdict, nil)
        case .success(.open): return (.open, nil)
        case .success(.ended): return (.ended, nil)
        case .success(.paid(let payment)):
            guard !isTooOld(payment) else {
                reportTooOld(payment)
                return (.refused, nil)
            }
            compare(payment, key, announcement)
            let fate = await entry.enter([payment], source: .query).first ?? .notStored(.closed)
            guard noteFate(fate) else { return (.notStored, fate) }
            if fate == .stored { noteRefunded(payment) }
            noteFound(
                key, platformNumber: payment.transactionID, amountFen: payment.amount, announcement,
                isNew: fate == .stored)
            return (.found, fate)
        }
    }

    /// A payment of which more was paid than ordered is none, as on every other road.
    private func checked(
        _ answer: Result<OrderAnswer, PlatformCallError>
    ) -> Result<OrderAnswer, PlatformCallError> {
        guard case .success(.paid(let payment)) = answer,
            !payment.isWithinTotal
        else { return answer }
        if mayLog("overpaid") {
            logger.critical(
                "a payment found by asking does not enter: more was paid than ordered, by the answer",
                metadata: [
                    "merchant_id": "\(payment.merchantID)", "transaction_id": "\(payment.transactionID)",
                    "amount_fen": "\(payment.amount)", "paid_fen": "\(payment.payerAmount)",
                ])
        }
        return .failure(.malformedAnswer("more was paid than ordered"))
    }

    private func isTooOld(_ payment: PaidTransaction) -> Bool {
        payment.paidAtMillis < nowMillis - OrderRecoveryLimits.paidAgeMillisMax
    }

    private func reportTooOld(_ payment: PaidTransaction) {
        guard mayLog("too_old") else { return }
        logger.critical(
            "a payment found by asking does not enter: it is so old that it may have entered before without a trace",
            metadata: [
                "merchant_id": "\(payment.merchantID)", "out_trade_no": "\(payment.outTradeNo)",
                "transaction_id": "\(payment.transactionID)",
                "paid_at": "\(RFC3339.utcText(millis: payment.paidAtMillis))",
            ])
    }

    /// What was paid and is refunded since enters as paid: the money moved, and the merchant must know. That it went back, somebody must look at.
    private func noteRefunded(_ payment: PaidTransaction) {
        guard payment.tradeState != PaidTransaction.successState else { return }
        counts.refundedOrders += 1
        guard mayLog("refunded") else { return }
        logger.critical(
            "a payment found by asking is refunded already, in part or whole; it entered as a paid one",
            metadata: [
                "merchant_id": "\(payment.merchantID)", "out_trade_no": "\(payment.outTradeNo)",
                "transaction_id": "\(payment.transactionID)", "trade_state": "\(payment.tradeState)",
            ])
    }

    /// Money is money: a payment that is not what was announced enters all the same, and somebody must look.
    private func compare(_ payment: PaidTransaction, _ key: AnnouncementKey, _ announcement: Announcement?) {
        let differs = payment.merchantID != key.merchantID || payment.outTradeNo != key.number
        guard differs || announcement.map({ $0.amountFen != payment.amount }) ?? false else { return }
        counts.mismatches += 1
        guard mayLog("mismatch") else { return }
        logger.critical(
            "a payment found by asking is not what was announced; it enters as the platform tells it",
            metadata: [
                "merchant_id": "\(key.merchantID)", "out_trade_no": "\(key.number)",
                "transaction_id": "\(payment.transactionID)", "paid_merchant_id": "\(payment.merchantID)",
                "paid_amount_fen": "\(payment.amount)", "announced_amount_fen": "\(announcement?.amountFen ?? 0)",
            ])
    }

    // MARK: - Refunds

    private func take(
        _ answer: Result<RefundAnswer, PlatformCallError>, _ announcement: Announcement
    ) async -> RecoveryVerdict {
        switch answer {
        case .failure(let error):
            report(error)
            return error.verdict
        case .success(let refund):
            // PROCESSING, or a state of days to come.
            guard let outcome = RefundOutcome(rawValue: refund.status) else { return .open }
            guard isAnnounced(refund, announcement) else { return .refused }
            let fate = await enter(refund, outcome, announcement.key)
            guard noteFate(fate) else { return .notStored }
            noteFound(
                announcement.key, platformNumber: refund.refundID, amountFen: refund.refund, announcement,
                isNew: fate == .stored)
            return .found
        }
    }

    private func enter(_ refund: RefundAnswer, _ outcome: RefundOutcome, _ key: AnnouncementKey) async -> EntryFate {
        let now = time.now
        let isDirect = settings.directMerchantIDs.contains(key.merchantID)
        let notice = RefundNotice(
            refund, outcome, merchantID: key.merchantID,
            providerMerchantID: isDirect ? nil : settings.providerMerchantID,
            now: RFC3339.utcText(millis: Int64(now.milliseconds)))
        do throws(BrokerError) {
            let transaction = try entry.transaction(
                notice.envelope, plaintext: notice.plaintext, receivedAt: now, source: .query)
            return await entry.commit([transaction]).first ?? .notStored(.closed)
        } catch { return .notStored(error) }
    }

    /// Whether it is the refund that was announced. The answer does not say whose refund it is, so another order or amount is not to be believed:
    /// it does not enter, and is asked for again until the announcement's end.
    private func isAnnounced(_ refund: RefundAnswer, _ announcement: Announcement) -> Bool {
        let orders = [refund.transactionID, refund.outTradeNo]
        let isSameOrder = announcement.orderNumber.isEmpty || orders.contains(announcement.orderNumber)
        if isSameOrder, refund.refund == announcement.amountFen { return true }
        counts.mismatches += 1
        guard mayLog("refund_mismatch") else { return false }
        logger.critical(
            "a refund found by asking is not what was announced; it does not enter",
            metadata: [
                "merchant_id": "\(announcement.key.merchantID)", "out_refund_no": "\(announcement.key.number)",
                "refund_id": "\(refund.refundID)", "refunded_amount_fen": "\(refund.refund)",
                "announced_amount_fen": "\(announcement.amountFen)", "transaction_id": "\(refund.transactionID)",
                "announced_order": "\(announcement.orderNumber)",
            ])
        return false
    }

    // MARK: - Operators

    /// Asks for what an operator wants to know.
    func perform(_ ask: Ask) async {
        let askedAt = nowMillis
        let number = book.number(of: ask.key)
        let announcement = number.flatMap { schedule[$0]?.open.announcement }
        let answer = checked(await Self.order(query, ask.key))
        count(answer.kind)
        let (verdict, fate) = await take(answer, ask.key, announcement)
        schedule.placeFreed(
            isAnswered: verdict != .failed(isGlobal: true), askedAtMillis: askedAt, nowMillis: nowMillis)
        ask.continuation.resume(returning: Self.answer(answer, wasAnnounced: number != nil, fate))
    }

    private static func answer(
        _ answer: Result<OrderAnswer, PlatformCallError>, wasAnnounced: Bool, _ fate: EntryFate?
    ) -> Result<RecoveryAnswer, RecoveryDeskError> {
        switch answer {
        // It was not given to the store.
        case .success(.paid(let payment)) where fate == nil:
            .failure(
                .platform(
                    "the order was paid at \(RFC3339.utcText(millis: payment.paidAtMillis)), more than"
                        + " \(OrderRecoveryLimits.paidAgeMillisMax / 86_400_000) days ago: it does not enter, since it may have before"
                ))
        case .success(.paid(let payment)):
            .success(
                RecoveryAnswer(
                    answer: "paid", tradeState: payment.tradeState, wasAnnounced: wasAnnounced,
                    transactionID: payment.transactionID, amountFen: payment.amount, fate: fate))
        case .success(.open(let state)):
            .success(RecoveryAnswer(answer: "open", tradeState: state, wasAnnounced: wasAnnounced))
        case .success(.ended(let state)):
            .success(RecoveryAnswer(answer: "ended", tradeState: state, wasAnnounced: wasAnnounced))
        case .failure(.notFound):
            .success(RecoveryAnswer(answer: "not_found", tradeState: "", wasAnnounced: wasAnnounced))
        case .failure(let error): .failure(.platform(error.description))
        }
    }

    // MARK: - Counting and telling

    private func count(_ kind: String) { counts.answers[kind, default: 0] += 1 }

    /// Whether it is on the disk; tells of a store that does not take it.
    private func noteFate(_ fate: EntryFate) -> Bool {
        guard case .notStored(let error) = fate else { return true }
        if mayLog("not_stored") {
            logger.error("a payment found by asking is not stored yet, it is tried again: \(error)")
        }
        return false
    }

    private func noteFound(
        _ key: AnnouncementKey, platformNumber: String, amountFen: Int64, _ announcement: Announcement?, isNew: Bool
    ) {
        counts.note(
            FoundEntry(
                key: key, platformNumber: platformNumber, amountFen: amountFen,
                announcedAtMillis: announcement?.announcedAtMillis, foundAtMillis: nowMillis, isNew: isNew))
        guard isNew else { return }
        logger.notice(
            key.kind == .order
                ? "a payment nobody told of was found by asking" : "a refund nobody told of was found by asking",
            metadata: [
                "merchant_id": "\(key.merchantID)", "number": "\(key.number)", "platform_number": "\(platformNumber)",
            ])
    }

    private func report(_ error: PlatformCallError) {
        switch error.verdict {
        case .failed where !Task.isCancelled:
            guard mayLog("call_" + error.shortDescription) else { return }
            logger.error("announced orders cannot be asked for, they wait: \(error)")
        case .refused:
            guard mayLog("refused") else { return }
            logger.critical("the platform refuses to tell of an announced order: \(error)")
        default: break
        }
    }

    private func logDropped(_ one: RecoveryCase, _ end: RecoveryEnd) {
        guard mayLog("dropped_" + end.rawValue) else { return }
        let key = one.open.announcement.key
        let hasNoAnswer = end == .refused || end == .unanswered
        logger.log(
            level: hasNoAnswer ? .critical : .notice,
            hasNoAnswer
                ? "an announcement ended without an answer: if it was paid, the bill must find it"
                : "an announcement ended without a payment or result",
            metadata: [
                "reason": "\(end.rawValue)", "merchant_id": "\(key.merchantID)", "number": "\(key.number)",
            ])
    }
}

internal import AccessControl
internal import Engine
internal import HTTPDataPlane
internal import Logging
internal import MessageModel
internal import NIOCore
internal import NoticeRating
internal import PaymentEntry
internal import PaymentNotice

extension NoticeIngest {
    /// Answers what is refused and returns what has to be stored. On the event loop: one loop per core, so the work for signatures stays here.
    func judge(
        _ batch: [DataPlaneExchange], _ generation: NoticeGeneration,
        by verdict: (DataPlaneExchange) -> Judgement<E.Receipt>
    ) -> [AuthenticNotice<E.Receipt>] {
        let arrivedAt = ContinuousClock.now
        var authentic: [AuthenticNotice<E.Receipt>] = []
        authentic.reserveCapacity(batch.count)
        var tally = NoticeFigures()
        var failed: [RatedAnswer] = []
        var unverifiedCount: UInt64 = 0
        for exchange in batch {
            tally.received += 1
            if generation == .v2 { tally.receivedV2 += 1 }
            guard exchange.request.method == "POST" else {
                tally.wrongMethod += 1
                exchange.respond(NoticeAnswer.wrongMethod(generation))
                continue
            }
            let byteCount = exchange.request.body.readableBytes
            guard gate.enter(byteCount: byteCount) else {
                tally.overloaded += 1
                failed.append(RatedAnswer(.failed(.overloaded), micros: 0, notice: nil))
                exchange.respond(NoticeAnswer.tryAgain(generation))
                continue
            }
            switch verdict(exchange) {
            case .authentic(let transaction, let kind):
                authentic.append(
                    AuthenticNotice(
                        exchange: exchange, generation: generation, transaction: transaction, kind: kind,
                        byteCount: byteCount, arrivedAt: arrivedAt))
            case .refused(let reason, let isProbe):
                exchange.respond(NoticeAnswer.refusal(reason, generation))
                note(exchange, reason, isProbe: isProbe, &tally)
                if let failure = DeliveryFailure(reason, generation) {
                    let micros = (ContinuousClock.now - arrivedAt).wholeMicros
                    failed.append(RatedAnswer(.failed(failure), micros: micros, notice: nil))
                } else if !isProbe {
                    unverifiedCount += 1
                }
                gate.leave(count: 1, byteCount: byteCount)
            }
        }
        ledger.update { $0.add(tally) }
        rating?.record(
            failed, probes: tally.probes, unverified: unverifiedCount, atMillis: Int64(time.now.milliseconds))
        return authentic
    }

    /// Judges by the rules of API v3.
    func judge(_ exchange: DataPlaneExchange, by verifier: NoticeVerifier<PlatformKeyring>) -> Judgement<E.Receipt> {
        let now = time.now
        let verdict = verifier.verdict(
            headers: NoticeHeaders(list: exchange.request.headers), body: Array(buffer: exchange.request.body),
            nowSeconds: Int64(now.milliseconds / 1_000))
        switch verdict {
        case .refused(let reason, let isProbe): return .refused(reason, isProbe: isProbe)
        case .payment(let payment, _): return judgement(payment, receivedAt: now)
        case .other(let envelope, let plaintext):
            do throws(BrokerError) {
                let settles = entry.announcements.flatMap { _ in
                    AnnouncementKey(noticeOf: envelope.eventType, plaintext: plaintext)
                }
                return .authentic(
                    try entry.transaction(envelope, plaintext: plaintext, receivedAt: now),
                    .other(eventType: envelope.eventType, settles: settles))
            } catch {
                return Self.misfit
            }
        }
    }

    /// Judges by the rules of API v2.
    func judge(_ exchange: DataPlaneExchange, by verifier: NoticeV2Verifier<APIv2Key>) -> Judgement<E.Receipt> {
        // A content type sent twice is none we know.
        let contentTypes = exchange.request.headers.values(of: NoticeHeaderName.contentType)
        let verdict = verifier.verdict(
            contentType: contentTypes.count > 1 ? "" : contentTypes.first, body: Array(buffer: exchange.request.body))
        switch verdict {
        case .refused(let reason): return .refused(reason, isProbe: false)
        case .payment(let payment, _): return judgement(payment, receivedAt: time.now)
        }
    }

    /// Both generations tell of a payment in the same way from here on: same message, same key, one entry.
    private func judgement(_ payment: PaidTransaction, receivedAt: Timestamp) -> Judgement<E.Receipt> {
        do throws(BrokerError) {
            let (message, transaction) = try entry.transaction(payment, source: .notice, receivedAt: receivedAt)
            return .authentic(transaction, .payment(message))
        } catch {
            return Self.misfit
        }
    }

    /// An id that does not fit the store's key: nothing the platform sends, so the plaintext is not what it should be.
    private static var misfit: Judgement<E.Receipt> { .refused(.malformedPlaintext, isProbe: false) }

    /// Counts a refusal, and logs it where a person must look.
    private func note(
        _ exchange: DataPlaneExchange, _ reason: NoticeRefusal, isProbe: Bool, _ tally: inout NoticeFigures
    ) {
        if isProbe {
            tally.probes += 1
            return
        }
        tally.refused[reason, default: 0] += 1
        guard reason.raisesAlarm, ledger.mayLog(reason.rawValue, nowMillis: time.now.milliseconds) else { return }
        logger.critical(
            "an authentic notice cannot be taken",
            metadata: [
                "reason": "\(reason.rawValue)",
                "request_id": "\(exchange.request.headers["request-id"]?.prefix(64) ?? "")",
            ])
    }
}

extension NoticeFigures {
    /// Adds the counters of one batch.
    fileprivate mutating func add(_ tally: NoticeFigures) {
        received += tally.received
        receivedV2 += tally.receivedV2
        probes += tally.probes
        wrongMethod += tally.wrongMethod
        overloaded += tally.overloaded
        refused.merge(tally.refused, uniquingKeysWith: +)
    }
}

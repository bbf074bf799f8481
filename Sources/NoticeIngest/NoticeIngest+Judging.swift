internal import AccessControl
internal import Engine
internal import HTTPDataPlane
internal import Logging
internal import MessageModel
internal import NIOCore
internal import NoticeRating
internal import PaymentEntry
internal import PaymentNotice
internal import Telemetry

extension NoticeIngest {
    /// Answers what is refused and what is known, and returns what has to be stored. On the event loop, or where notices waited for a key on the shared pool: one loop per core, so the work for signatures
    /// stays here.
    ///
    /// - Parameter keyring: where a notice of an unknown serial may wait for its key; nil: it is refused.
    func judge(
        _ notices: [AdmittedNotice], _ generation: NoticeGeneration, keyring: PlatformKeyring?,
        by verdict: (_ exchange: DataPlaneExchange, _ mayBeKnown: Bool) -> Judgement<E.Receipt>
    ) -> (authentic: [AuthenticNotice<E.Receipt>], waiting: [AdmittedNotice]) {
        var authentic: [AuthenticNotice<E.Receipt>] = []
        authentic.reserveCapacity(notices.count)
        var waiting: [AdmittedNotice] = []
        var repeated: [String] = []
        var answers: [(exchange: DataPlaneExchange, response: DataPlaneResponse)] = []
        let mayBeKnown = counts.hasRoom
        var tally = NoticeFigures()
        var rated: [RatedAnswer] = []
        var unverifiedCount: UInt64 = 0
        for notice in notices {
            let (exchange, byteCount, arrivedAt) = (notice.exchange, notice.byteCount, notice.arrivedAt)
            switch verdict(exchange, mayBeKnown) {
            case .authentic(let transaction, let kind, let bodyHash):
                authentic.append(
                    AuthenticNotice(
                        notice, generation: generation, transaction: transaction, kind: kind, bodyHash: bodyHash))
            case .known(let known):
                let micros = (ContinuousClock.now - arrivedAt).wholeMicros
                answers.append((exchange, NoticeAnswer.success(generation)))
                rated.append(RatedAnswer(.repeated, micros: micros, notice: known.keyHash))
                tally.repeats += 1
                tally.knownRepeats += 1
                tally.answerTimes.record(micros)
                if !known.transactionID.isEmpty {
                    // Held before the notice leaves: the end of the service must not find nothing under way in between.
                    if repeated.isEmpty { gate.hold() }
                    repeated.append(known.transactionID)
                }
                gate.leave(count: 1, byteCount: byteCount)
            case .refused(.unknownSerial, _) where mayWait(for: keyring, byteCount: byteCount): waiting.append(notice)
            case .refused(let reason, let isProbe):
                answers.append((exchange, NoticeAnswer.refusal(reason, generation)))
                note(exchange, reason, isProbe: isProbe, &tally)
                if let failure = DeliveryFailure(reason, generation) {
                    let micros = (ContinuousClock.now - arrivedAt).wholeMicros
                    rated.append(RatedAnswer(.failed(failure), micros: micros, notice: nil))
                } else if !isProbe {
                    unverifiedCount += 1
                }
                gate.leave(count: 1, byteCount: byteCount)
            }
        }
        ledger.update { $0.add(tally) }
        rating?.record(
            rated, probes: tally.probes, unverified: unverifiedCount, atMillis: Int64(time.now.milliseconds))
        // Then: whoever has an answer finds it counted.
        DataPlaneExchange.respond(answers)
        count(repeated)
        return (authentic, waiting)
    }

    /// Judges by the rules of API v3.
    func judge(
        _ exchange: DataPlaneExchange, by verifiers: NoticeVerifiers, mayBeKnown: Bool
    ) -> Judgement<E.Receipt> {
        let now = time.now
        let body = Array(buffer: exchange.request.body)
        var collector = NoticeHeaderCollector()
        for (name, value) in exchange.request.headers { collector.add(name, value) }
        let refusal = verifiers.v3.refusalOfSignature(
            headers: collector.headers, body: body, nowSeconds: Int64(now.milliseconds / 1_000))
        if let refusal { return .refused(refusal.reason, isProbe: refusal.isProbe) }
        let hash = BodyHash(body)
        if mayBeKnown, let notice = knownV3.notice(hash, epoch: verifiers.epoch) {
            return .known(notice)
        }
        switch verifiers.v3.verdict(ofSigned: body) {
        case .refused(let reason, let isProbe): return .refused(reason, isProbe: isProbe)
        case .payment(let payment, _): return judgement(payment, receivedAt: now, hash)
        case .other(let envelope, let plaintext):
            do throws(BrokerError) {
                let settles = entry.announcements.flatMap { _ in
                    AnnouncementKey(noticeOf: envelope.eventType, plaintext: plaintext)
                }
                return .authentic(
                    try entry.transaction(envelope, plaintext: plaintext, receivedAt: now),
                    .other(eventType: envelope.eventType, settles: settles), hash)
            } catch {
                return Self.misfit
            }
        }
    }

    /// Judges by the rules of API v2. A known body needs no check of its sign, which is a part of it.
    func judge(
        _ exchange: DataPlaneExchange, by verifier: NoticeV2Verifier<APIv2Key>, epoch: UInt64, mayBeKnown: Bool
    ) -> Judgement<E.Receipt> {
        // A content type sent twice is none we know.
        let contentTypes = exchange.request.headers.values(of: NoticeHeaderName.contentType)
        let contentType = contentTypes.count > 1 ? "" : contentTypes.first
        if let reason = verifier.refusal(ofContentType: contentType) { return .refused(reason, isProbe: false) }
        guard exchange.request.body.readableBytes <= NoticeLimits.xmlByteCountMax else {
            return .refused(.bodyTooLarge, isProbe: false)
        }
        let body = Array(buffer: exchange.request.body)
        let hash = BodyHash(body)
        if mayBeKnown, let notice = knownV2.notice(hash, epoch: epoch) {
            return .known(notice)
        }
        switch verifier.verdict(contentType: contentType, body: body) {
        case .refused(let reason): return .refused(reason, isProbe: false)
        case .payment(let payment, _): return judgement(payment, receivedAt: time.now, hash)
        }
    }

    /// Both generations tell of a payment in the same way from here on: same message, same key, one entry.
    private func judgement(
        _ payment: PaidTransaction, receivedAt: Timestamp, _ bodyHash: BodyHash
    ) -> Judgement<E.Receipt> {
        do throws(BrokerError) {
            let (message, transaction) = try entry.transaction(payment, source: .notice, receivedAt: receivedAt)
            return .authentic(transaction, .payment(message), bodyHash)
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
        repeats += tally.repeats
        knownRepeats += tally.knownRepeats
        probes += tally.probes
        if !tally.refused.isEmpty { refused.merge(tally.refused, uniquingKeysWith: +) }
        if tally.knownRepeats > 0 { answerTimes.add(tally.answerTimes) }
    }
}

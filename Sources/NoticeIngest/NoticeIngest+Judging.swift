internal import AccessControl
internal import Engine
internal import HTTPDataPlane
internal import Logging
internal import MessageModel
internal import NIOCore
internal import PaymentNotice

extension NoticeIngest {
    /// Answers what is refused and returns what has to be stored. On the event loop: one loop per core, so the work for signatures stays here.
    func judge(_ batch: [DataPlaneExchange], by verifier: NoticeVerifier<PlatformKeys>) -> [AuthenticNotice<E.Receipt>]
    {
        let arrivedAt = ContinuousClock.now
        var authentic: [AuthenticNotice<E.Receipt>] = []
        authentic.reserveCapacity(batch.count)
        var tally = NoticeFigures()
        for exchange in batch {
            tally.received += 1
            guard exchange.request.method == "POST" else {
                tally.wrongMethod += 1
                exchange.respond(NoticeAnswer.wrongMethod)
                continue
            }
            guard gate.enter(byteCount: exchange.request.body.readableBytes) else {
                tally.overloaded += 1
                exchange.respond(NoticeAnswer.tryAgain)
                continue
            }
            switch judge(exchange, by: verifier, arrivedAt: arrivedAt) {
            case .authentic(let notice): authentic.append(notice)
            case .refused(let reason, let isProbe):
                refuse(exchange, reason, isProbe: isProbe, &tally)
                gate.leave(count: 1, byteCount: exchange.request.body.readableBytes)
            }
        }
        ledger.update { $0.add(tally) }
        return authentic
    }

    private func judge(
        _ exchange: DataPlaneExchange, by verifier: NoticeVerifier<PlatformKeys>, arrivedAt: ContinuousClock.Instant
    ) -> Judgement<E.Receipt> {
        let now = time.now
        let body = Array(buffer: exchange.request.body)
        let headers = NoticeHeaders(list: exchange.request.headers)
        let verdict = verifier.verdict(headers: headers, body: body, nowSeconds: Int64(now.milliseconds / 1_000))
        do throws(BrokerError) {
            switch verdict {
            case .refused(let reason, let isProbe): return .refused(reason, isProbe: isProbe)
            case .payment(let payment, _):
                let storeID = stores.storeID(merchantID: payment.merchantID, deviceID: payment.deviceID)
                let message = OrderPaymentMessage(payment, storeID: storeID, source: .notice)
                let transaction: Transaction<E.Receipt> = try transactions.payment(message, receivedAt: now)
                return .authentic(
                    AuthenticNotice(
                        exchange: exchange, transaction: transaction, kind: .payment(message), byteCount: body.count,
                        arrivedAt: arrivedAt))
            case .other(let envelope, let plaintext):
                let transaction = try transactions.other(envelope, plaintext: plaintext, receivedAt: now)
                return .authentic(
                    AuthenticNotice(
                        exchange: exchange, transaction: transaction, kind: .other, byteCount: body.count,
                        arrivedAt: arrivedAt))
            }
        } catch {
            // An id that does not fit the store's key: nothing the platform sends, so the plaintext is not what it should be.
            return .refused(.malformedPlaintext, isProbe: false)
        }
    }

    private func refuse(
        _ exchange: DataPlaneExchange, _ reason: NoticeRefusal, isProbe: Bool, _ tally: inout NoticeFigures
    ) {
        exchange.respond(NoticeAnswer.refusal(reason))
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

/// What the checks say about one request.
private enum Judgement<Receipt: EngineReceipt> {
    case authentic(AuthenticNotice<Receipt>)
    case refused(NoticeRefusal, isProbe: Bool)
}

extension NoticeFigures {
    /// Adds the counters of one batch.
    fileprivate mutating func add(_ tally: NoticeFigures) {
        received += tally.received
        probes += tally.probes
        wrongMethod += tally.wrongMethod
        overloaded += tally.overloaded
        refused.merge(tally.refused, uniquingKeysWith: +)
    }
}

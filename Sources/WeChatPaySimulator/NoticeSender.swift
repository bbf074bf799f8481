public import HTTPDataPlane
public import MessageModel
internal import PaymentNotice

/// Sends notices as the platform does: until the provider confirms, by the platform's table of repeats.
///
/// Thread-safe; one call per payment. What is under way when its task is cancelled stays unconfirmed.
public final class NoticeSender: Sendable {
    private let post: NoticePost
    private let url: EndpointURL
    private let factory: NoticeFactory
    private let ladder: NoticeLadder
    private let time: any TimeSource
    private let tally = NoticeTally()

    /// A sender to one notify URL.
    public init(
        client: OutboundClient, url: EndpointURL, factory: NoticeFactory, ladder: NoticeLadder, time: any TimeSource
    ) {
        post = NoticePost(client: client, answerLimitMillis: ladder.answerLimitMillis)
        self.url = url
        self.factory = factory
        self.ladder = ladder
        self.time = time
    }

    /// What the platform saw so far.
    public var figures: NoticeFigures { tally.figures }

    /// Delivers the notice of one payment; returns when the provider confirmed it, the table is exhausted or the task
    /// was cancelled.
    /// - Parameter paidAtMillis: Unix milliseconds.
    /// - Throws: when the notice cannot be sealed or signed.
    public func deliver(_ payment: Payment, paidAtMillis: Int64) async throws {
        let body = try factory.body(
            payment.transaction(paidAtMillis: paidAtMillis), createdAtMillis: Int64(time.now.milliseconds))
        tally.update { $0.notices += 1 }
        if payment.traits.isProbed { try await probe(body, payment) }
        var notice = NoticeDeliveryStateMachine(ladder: ladder)
        while !Task.isCancelled {
            let delivery = notice.begin()
            let outcome = try await self.delivery(delivery, body, payment)
            guard !Task.isCancelled || outcome.isSuccess else { return }
            switch notice.finish(outcome) {
            case .stop: return tally.update { $0.successes += 1 }
            case .giveUp: return tally.update { $0.givenUp += 1 }
            case .repeatAfter(let millis): try? await Task.sleep(for: .milliseconds(millis))
            }
        }
    }

    private func delivery(_ number: Int, _ body: [UInt8], _ payment: Payment) async throws -> DeliveryOutcome {
        if number == 1, payment.traits.isFirstLost { return .lostOnTheWay }
        if number > 1 { tally.update { $0.repeats += 1 } }
        let isFirst = number == (payment.traits.isFirstLost ? 2 : 1)
        // A repeat may be signed by another key than the first delivery (wechat-pay §1.10).
        let usesPublicKey = payment.traits.usesPublicKey == (number % 2 == 1)
        guard isFirst, payment.traits.isSentTwice else {
            return try await send(body, usesPublicKey: usesPublicKey, isFirst: isFirst)
        }
        tally.update { $0.copies += 1 }
        async let copy = send(body, usesPublicKey: !usesPublicKey, isFirst: false)
        let outcome = try await send(body, usesPublicKey: usesPublicKey, isFirst: true)
        _ = try await copy
        return outcome
    }

    private func send(_ body: [UInt8], usesPublicKey: Bool, isFirst: Bool) async throws -> DeliveryOutcome {
        let headers = try factory.headers(
            body: body, nowSeconds: time.unixSeconds, signedBy: usesPublicKey ? .publicKey : .certificate)
        let (outcome, micros) = await post.send(body, headers: headers, to: url)
        tally.count(outcome, isFirst: isFirst, micros: micros)
        return outcome
    }

    private func probe(_ body: [UInt8], _ payment: Payment) async throws {
        let headers = try factory.headers(
            body: body, nowSeconds: time.unixSeconds, signedBy: payment.traits.usesPublicKey ? .publicKey : .certificate
        )
        let (outcome, _) = await post.send(body, headers: NoticeFactory.probe(headers), to: url)
        tally.update { figures in
            figures.probes += 1
            if outcome.isSuccess { figures.probesAccepted += 1 }
        }
    }
}

extension TimeSource {
    /// Unix time in seconds, as signatures carry it.
    var unixSeconds: Int64 { Int64(now.milliseconds / 1_000) }
}

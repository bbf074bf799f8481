internal import HTTPDataPlane
internal import PaymentNotice
internal import Synchronization

/// Delivers notices as the platform does: by its table of repeats, until the provider confirms (wechat-pay §2.2).
///
/// Thread-safe. One `run`; it ends with its task, and what is under way then stays unconfirmed. At most
/// ``SimulatorLimits/platformNoticeCountMax`` notices are under way.
final class PlatformDeliveries: Sendable {
    private let network: SimulatorNetwork
    private let addresses: NoticeAddresses
    private let ladder: NoticeLadder
    private let dice: PlatformDice
    private let tally: PlatformTally
    private let post: NoticePost
    private let underway = Mutex(0)
    private let stream: AsyncStream<PlatformNotice>
    private let feed: AsyncStream<PlatformNotice>.Continuation

    init(
        network: SimulatorNetwork, addresses: NoticeAddresses, ladder: NoticeLadder, dice: PlatformDice,
        tally: PlatformTally
    ) {
        self.network = network
        self.addresses = addresses
        self.ladder = ladder
        self.dice = dice
        self.tally = tally
        post = NoticePost(client: network.client, answerLimitMillis: ladder.answerLimitMillis)
        (stream, feed) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingOldest(SimulatorLimits.platformNoticeCountMax))
    }

    /// The URL for a notice; nil: there is none, and it is not sent.
    func url(_ generation: APIGeneration, orders own: String?) -> String? {
        addresses.url(generation, orders: own)
    }

    /// How many notices wait or are repeated.
    var underwayCount: Int { underway.withLock { $0 } }

    /// Takes a notice to deliver.
    /// - Returns: false where too many are under way.
    func take(_ notice: PlatformNotice) -> Bool {
        let isTaken = underway.withLock { count in
            guard count < SimulatorLimits.platformNoticeCountMax else { return false }
            count += 1
            return true
        }
        if isTaken { feed.yield(notice) }
        return isTaken
    }

    /// A pause by which later notices overtake this one.
    func overtakingDelayMillis() -> Int {
        dice.number(below: (ladder.pauseMillis(afterDelivery: 1) ?? 0) + 1)
    }

    /// Delivers what is taken, until its task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await notice in stream {
                group.addTask {
                    await self.deliver(notice)
                    self.underway.withLock { $0 -= 1 }
                }
            }
            group.cancelAll()
        }
    }

    private func deliver(_ notice: PlatformNotice) async {
        tally.update { $0.notices += 1 }
        guard let url = try? network.url(notice.url) else { return tally.update { $0.unaddressed += 1 } }
        if notice.delayMillis > 0 { try? await Task.sleep(for: .milliseconds(notice.delayMillis)) }
        if notice.isProbed { await probe(notice, url) }
        var life = NoticeDeliveryStateMachine(ladder: ladder)
        while !Task.isCancelled {
            let number = life.begin()
            if number > 1 { tally.update { $0.repeats += 1 } }
            let outcome = await delivery(notice, url, isFirst: number == 1)
            guard !Task.isCancelled || outcome.isSuccess else { return }
            switch life.finish(outcome) {
            case .stop: return tally.update { $0.successes += 1 }
            case .giveUp: return tally.update { $0.givenUp += 1 }
            case .repeatAfter(let millis): try? await Task.sleep(for: .milliseconds(millis))
            }
        }
    }

    /// One delivery, with its copies at the same time; the first one's outcome counts.
    private func delivery(_ notice: PlatformNotice, _ url: EndpointURL, isFirst: Bool) async -> DeliveryOutcome {
        let copies = isFirst ? notice.copies : 1
        return await withTaskGroup(of: (index: Int, outcome: DeliveryOutcome).self) { group in
            for index in 0..<copies {
                group.addTask { (index, await self.send(notice, url, isFirst: isFirst && index == 0)) }
            }
            if copies > 1 { tally.update { $0.copies += copies - 1 } }
            var first = DeliveryOutcome.unreachable
            for await (index, outcome) in group where index == 0 { first = outcome }
            return first
        }
    }

    private func send(_ notice: PlatformNotice, _ url: EndpointURL, isFirst: Bool) async -> DeliveryOutcome {
        guard let rendered = try? notice.render(notice.signedBy) else { return .lostOnTheWay }
        let (outcome, micros) = await post.send(
            rendered.body, headers: rendered.headers, to: url, generation: notice.generation)
        tally.count(outcome, isFirst: isFirst, micros: micros)
        return outcome
    }

    private func probe(_ notice: PlatformNotice, _ url: EndpointURL) async {
        guard notice.generation == .v3, let rendered = try? notice.render(notice.signedBy) else { return }
        let probe = NoticeRenderer.probe(rendered)
        let (outcome, _) = await post.send(probe.body, headers: probe.headers, to: url)
        tally.update { figures in
            figures.probes += 1
            if outcome.isSuccess { figures.probesAccepted += 1 }
        }
    }
}

internal import MessageModel
internal import PaymentNotice

/// Sends the notices of a schedule to a provider that runs already: no gate, no merchants, no kill.
public struct NoticesRun: Sendable {
    private let plan: WorldPlan
    private let keys: SimulatorKeys
    private let notifyURL: String
    private let output: Demo.Output

    /// - Parameter notifyURL: `http://127.0.0.1:…/notify/wechat/v3`; only loopback addresses are allowed.
    public init(
        plan: WorldPlan, keys: SimulatorKeys, notifyURL: String, output: @escaping Demo.Output
    ) throws(SimulatorError) {
        try plan.validate()
        self.plan = plan
        self.keys = keys
        self.notifyURL = notifyURL
        self.output = output
    }

    /// Runs it until every notice is confirmed or given up.
    /// - Returns: true when all were confirmed.
    @concurrent
    public func run() async throws -> Bool {
        let network = try SimulatorNetwork()
        let time = SystemTimeSource()
        let sender = NoticeSender(
            client: network.client, url: try network.url(notifyURL), factory: NoticeFactory(keys), ladder: plan.ladder,
            time: time)
        let flow = PaymentFlow(gate: nil, book: OrderBook(), sender: sender, time: time)
        let clock = WorldClock.running()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await showProgress(sender, clock) }
            try await flow.run(PaymentSchedule(plan).payments, clock: clock)
            group.cancelAll()
            while await group.nextResult() != nil {}
        }
        await network.shutdown()
        return report(sender.figures)
    }

    private func showProgress(_ sender: NoticeSender, _ clock: WorldClock) async throws {
        for second in 1... {
            try await clock.sleep(untilMillis: second * 1_000)
            let figures = sender.figures
            output(
                "\(second) s  notices \(figures.notices)  confirmed \(figures.successes)  repeats \(figures.repeats)")
        }
    }

    private func report(_ figures: NoticeFigures) -> Bool {
        let times = figures.answerTimes.quantilesMicros([0.5, 0.95, 0.99]).map(Format.millis)
        output(
            "notices \(figures.notices), confirmed at first try "
                + Format.share(figures.firstTrySuccesses, of: figures.notices) + ","
                + " in the end \(Format.share(figures.successes, of: figures.notices)), repeats \(figures.repeats)")
        output(
            "answers p50 / p95 / p99: \(times.joined(separator: " / ")) ms;"
                + " deliberately wrong signatures \(figures.probes), accepted \(figures.probesAccepted)")
        return figures.successes == figures.notices && figures.probesAccepted == 0
    }
}

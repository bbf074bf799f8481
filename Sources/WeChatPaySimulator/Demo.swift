internal import MessageModel

/// The main job: the daemon on an empty store with the simulated world around it, killed once in the middle, and the
/// account at the end.
public struct Demo: Sendable {
    /// Where lines for the person at the terminal go.
    public typealias Output = @Sendable (String) -> Void

    let plan: WorldPlan
    let schedule: PaymentSchedule
    let folder: KeyFolder
    let output: Output
    let clock = WorldClock()
    let time = SystemTimeSource()
    let daemon: DaemonProcess
    let absence = DaemonAbsence()
    let settings: DaemonSettings

    /// Prepares a demo; nothing is written yet.
    /// - Parameters:
    ///   - daemon: path of `tillwired`.
    ///   - folder: an existing folder without keys or store in it.
    public init(plan: WorldPlan, daemon: String, folder: KeyFolder, output: @escaping Output) throws(SimulatorError) {
        try plan.validate()
        self.plan = plan
        self.folder = folder
        self.output = output
        schedule = PaymentSchedule(plan)
        self.daemon = try DaemonProcess(executable: daemon, folder: folder)
        let ports = try FreePort.pair(in: SimulatorLimits.daemonPorts)
        settings = DaemonSettings(noticesPort: ports.0, adminPort: ports.1)
    }

    /// Runs it.
    /// - Returns: true when the account balances and nothing is wrong with it.
    @concurrent
    public func run() async throws -> Bool {
        let network = try SimulatorNetwork()
        do {
            let isBalanced = try await run(network: network)
            await network.shutdown()
            return isBalanced
        } catch {
            // The daemon is stopped before anything else goes away, whatever broke.
            await daemon.abandon()
            throw error
        }
    }

    private func run(network: SimulatorNetwork) async throws -> Bool {
        let keys = try SimulatorKeys.generate()
        let world = try await WorldWithQueue.start(
            plan: plan, schedule: schedule, keys: keys, settings: settings, network: network, clock: clock, time: time)
        let without = try await WorldWithoutQueue.start(
            plan: plan, schedule: schedule, keys: keys, network: network, clock: clock, time: time)
        try write(keys, world)
        introduce(world)
        let readyMillis = try await daemon.start()
        output(
            "daemon serves after \(readyMillis) ms: notices and gate on \(settings.noticesPort),"
                + " operator on \(settings.adminPort)"
        )
        let marketing = MarketingPlan(schedule, nowMillis: Int64(time.now.milliseconds))
        try await prepare(marketing, world)
        clock.run()
        let (stored, results) = try await live(world, without, marketing)
        try await daemon.stop()
        await without.stop()
        await world.stop()
        let account = Audit(world: world, schedule: schedule).account(stored: stored)
        let risk = riskAccount(results, world)
        let promoted = marketingAccount(marketing, results, stored: stored, world)
        report(Comparison(without: without.side, with: world.side))
        return report(
            lines: account.lines + [""] + risk.lines + promoted.lines,
            faults: account.faults + risk.faults + promoted.faults)
    }

    private func write(_ keys: SimulatorKeys, _ world: WorldWithQueue) throws(SimulatorError) {
        try folder.write(keys, nowSeconds: time.unixSeconds)
        try world.registryFile.write(path: folder.merchants)
        try folder.write(callbackSecret: world.callbacks.endpoint.secret)
        try RiskRuleFile(schedule).write(path: folder.riskRules)
        var settings = settings
        settings.riskCallbackURL = world.callbacks.endpoint.url
        try settings.write(folder: folder, keys: keys)
    }

    private func introduce(_ world: WorldWithQueue) {
        output(
            "Tillwire demo, seed \(plan.seed): \(schedule.payments.count) payments in \(plan.seconds) s, "
                + "\(schedule.merchants.count) merchants (1 slow, 1 failing for a while, 1 dead,"
                + " 1 registered late, 1 restricted for a while, 1 with a lunch rush, 1 that starts to fake orders)"
        )
        output(settings.demoNote)
        output(
            "WeChat Pay: repeats of its table x \(plan.ladderScale), answer limit \(plan.answerLimitMillis) ms"
                + " (5,000 in reality), order query on \(world.queryRoot)")
        output("work folder \(folder.path)")
    }

    private func report(_ comparison: Comparison) {
        output("")
        for line in comparison.lines { output(line) }
        output("(the provider with the queue was killed once and started again, the one without was not)")
        output("")
    }

    private func report(lines: [String], faults: [String]) -> Bool {
        for line in lines { output(line) }
        for fault in faults { output("WRONG: \(fault)") }
        output(faults.isEmpty ? "the account balances" : "the account does not balance")
        return faults.isEmpty
    }
}

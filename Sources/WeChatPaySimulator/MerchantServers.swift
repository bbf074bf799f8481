internal import HTTPDataPlane
internal import MessageModel

/// The servers of all merchants of one world, with their common ledger.
struct MerchantServers: Sendable {
    let ledger: MerchantLedger
    private let servers: [MerchantServer]

    /// Starts all.
    static func start(
        _ schedule: PaymentSchedule, plan: WorldPlan, clock: WorldClock, time: any TimeSource, loops: DataPlaneLoops
    ) async throws(SimulatorError) -> MerchantServers {
        let paid = Dictionary(schedule.payments.map { ($0.transactionID, $0) }) { first, _ in first }
        let ledger = MerchantLedger(paid: paid)
        var servers: [MerchantServer] = []
        for merchant in schedule.merchants {
            servers.append(
                try await MerchantServer.start(
                    merchant, plan: plan, clock: clock, time: time, ledger: ledger, loops: loops))
        }
        return MerchantServers(ledger: ledger, servers: servers)
    }

    /// Merchants and their endpoints, in the order of the schedule.
    var endpoints: [(merchant: SimulatedMerchant, endpoint: MerchantRegistryFile.Endpoint)] {
        servers.map { ($0.merchant, $0.endpoint) }
    }

    func stop() async {
        for server in servers { await server.stop() }
    }
}

/// The bounds of this room; the figures of the schedule stand in `PushSchedule`.
enum MerchantPushLimits {
    /// Attempts under way (merchant-push §6).
    static let slotCountMax = 2_048
    /// The largest value the settings take for it.
    static let slotCountCeiling = 65_536
    /// One in so many slots, and of the waiting room, may be used by slow, failing or unproven endpoints together.
    static let slowShare = 4
    /// Orders in memory: waiting for a slot, under way, or waiting for their commit.
    static let inMemoryCountMax = 8_192
    /// Orders of one endpoint that wait in memory.
    static let waitingPerEndpointMax = 1_024
    /// The same for an endpoint that is slow, failing or unproven.
    static let waitingPerSlowEndpointMax = 256
    /// Orders kept for an endpoint whose breaker is open: the candidates of the next probe.
    static let waitingWhileOpenMax = 3
    /// Orders pulled by one receive, results of one commit, held orders moved by one commit.
    static let batchCountMax = 256
    /// How long a pulled order stays hidden: waiting in memory, one attempt and its commit.
    static let visibilityMillis: UInt64 = 60_000
    /// How long one receive waits for an order.
    static let pollMillisMax: UInt64 = 20_000
    /// What must be left of a lease behind the longest possible attempt when it starts: time for the commit.
    static let leaseSlackMillis: Int64 = 5_000
    /// Time limit of one attempt (merchant-push §3).
    static let attemptMillisDefault = 15_000
    /// Bounds of what an endpoint may ask for; the lower end is for demonstrations.
    static let attemptMillisMin = 100
    /// See ``attemptMillisMin``.
    static let attemptMillisMax = 30_000
    /// An order that does not fit its endpoint now comes back after 1 s to 300 s.
    static let deferMillisMin = 1_000
    /// See ``deferMillisMin``.
    static let deferMillisMax = 300_000
    /// The same while the endpoint answers, milliseconds.
    static let deferMillisActiveMax = 15_000
    /// Latency assumed of an endpoint that has not answered yet, for the estimate of its throughput.
    static let latencyMillisAssumed = 100.0
    /// A passing fault of ours (no socket, queue full): tried again after this.
    static let senderFaultMillis = 5_000
    /// A fault of ours that somebody must repair (an URL the policy forbids): tried again after this.
    static let senderFaultMillisLong = 60_000
    /// How often a commit that the store did not take is tried again before its leases are left to end.
    static let commitTryCountMax = 5
    /// Pause before the second try; doubled for each one after it.
    static let commitPauseMillis: UInt64 = 100
    /// Pause after a receive that failed; the store is full, restarting or closing.
    static let pullPauseMillis: UInt64 = 500
    /// How long a hold queue that has orders under lease (left by a crash) is waited for at a time.
    static let heldPollMillis: UInt64 = 1_000
    /// How long held orders on their way back are hidden.
    static let heldVisibilityMillis: UInt64 = 10_000
    /// Merchants whose hold queues wait to be emptied; more are found at the next start.
    static let returnCountMax = 100_000
    /// How long a graceful stop waits for attempts under way.
    static let stopMillisMax = 20_000
    /// Log lines about one kind of alarm come at most this often; counters count all of them.
    static let alarmLogMillisMin: UInt64 = 60_000
    /// Buckets of delivery times, milliseconds.
    static let deliveryBucketsMillis: [UInt64] = [
        1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 3_600_000, 86_400_000,
    ]
}

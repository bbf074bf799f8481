internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The one clock of a process, injected everywhere (`reliability.md` rule 27): it starts from wall time and then only moves forward.
///
/// Thread-safe.
public protocol TimeSource: Sendable {
    /// The present moment; never earlier than a value read before.
    var now: Timestamp { get }

    /// Raises the clock to at least `moment`: after a restart with an earlier wall clock, time goes on from the persisted moment.
    func advance(toAtLeast moment: Timestamp)

    /// How long to sleep for `milliseconds` of this clock to pass, in real milliseconds; nil when only a call of `onJump` tells.
    func realMilliseconds(for milliseconds: UInt64) -> UInt64?

    /// Calls `body` whenever the clock jumps by hand, so that whoever sleeps looks again. A clock that only runs never calls it.
    func onJump(_ body: @escaping @Sendable () -> Void)
}

/// Wall time at start, then the machine's monotonic clock: a jump of the wall clock has no effect while running.
public final class SystemTimeSource: TimeSource {
    private let wallAtStart: UInt64
    private let monotonicAtStart: UInt64
    /// Milliseconds added because the store remembered a later moment than the wall clock showed.
    private let raised = Atomic<UInt64>(0)

    /// A clock that starts at the wall clock's present moment.
    public init() {
        wallAtStart = Self.read(CLOCK_REALTIME)
        monotonicAtStart = Self.read(CLOCK_BOOTTIME)
    }

    /// Wall time at start plus what has passed since.
    public var now: Timestamp {
        let passed = Self.read(CLOCK_BOOTTIME) &- monotonicAtStart
        return Timestamp(milliseconds: wallAtStart + passed + raised.load(ordering: .relaxed))
    }

    /// Raises the clock; lower moments change nothing.
    public func advance(toAtLeast moment: Timestamp) {
        let behind = moment.millisecondsSince(now)
        if behind > 0 { raised.wrappingAdd(behind, ordering: .relaxed) }
    }

    /// One to one: this clock runs at the speed of real time.
    public func realMilliseconds(for milliseconds: UInt64) -> UInt64? { milliseconds }

    /// Never called: this clock does not jump.
    public func onJump(_ body: @escaping @Sendable () -> Void) {}

    private static func read(_ clock: clockid_t) -> UInt64 {
        var value = timespec()
        clock_gettime(clock, &value)
        return UInt64(value.tv_sec) * 1000 + UInt64(value.tv_nsec) / 1_000_000
    }
}

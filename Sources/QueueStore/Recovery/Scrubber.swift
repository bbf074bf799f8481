internal import Engine
internal import MessageModel

/// Reads the whole store soon after the start and then daily, every row and every block, and tells what is wrong (`reliability.md` rules 22 and
/// 24): a bit that flipped in a row nobody reads, or a row that LMDB lost, is found while a backup still has it.
///
/// Works on a thread of its own in short read transactions, and rests between them so that it takes at most a quarter of one processor.
final class Scrubber: Sendable {
    private struct State {
        var isPoked = false
        var isStopping = false
    }

    private let signal = Signal(State())
    private let source: StoreSource
    private let blocks: BlockReader
    private let ticker: Ticker
    private let time: any TimeSource
    private let report: @Sendable (StoreEvent) -> Void

    init(
        source: StoreSource, blocks: BlockReader, ticker: Ticker, time: any TimeSource,
        report: @escaping @Sendable (StoreEvent) -> Void
    ) {
        self.source = source
        self.blocks = blocks
        self.ticker = ticker
        self.time = time
        self.report = report
        schedule(in: Limits.scrubDelayMillis)
    }

    /// The ticker's call: a scrub is due.
    func wake() {
        signal.update { state in
            state.isPoked = true
            return true
        }
    }

    /// Ends ``run()``, at the next slice where a scrub is under way.
    func stop() {
        signal.update { state in
            state.isStopping = true
            return true
        }
    }

    /// Works until ``stop()``. On a thread of the store's own.
    func run() {
        while next() {
            scrub()
            schedule(in: Limits.scrubPeriodMillis)
        }
    }

    private func schedule(in millis: UInt64) { ticker.schedule(.scrubber, at: time.now.adding(milliseconds: millis)) }

    private func next() -> Bool {
        signal.wait(
            sleep: { _ in nil },
            take: { state in
                if state.isStopping { return false }
                guard state.isPoked else { return nil }
                state.isPoked = false
                return true
            })
    }

    private func scrub() {
        var sliceStart = MonotonicClock.nanoseconds
        let found: VerifyReport
        do throws(BrokerError) {
            let auditor = try Auditor(source: source, blocks: blocks) { () throws(BrokerError) in
                let end = MonotonicClock.nanoseconds
                guard self.rest(nanoseconds: (end - sliceStart) * UInt64(Limits.scrubRestFactor)) else { throw .closed }
                sliceStart = MonotonicClock.nanoseconds
            }
            found = try auditor.run()
        } catch {
            // The store closes, or was away for a moment: the next scrub looks at everything again.
            return
        }
        report(.scrubbed(rowCount: found.rowCount, problems: found.problems))
    }

    /// False where the store closes.
    private func rest(nanoseconds: UInt64) -> Bool {
        let end = MonotonicClock.nanoseconds + min(nanoseconds, 1_000_000_000)
        return signal.wait(
            sleep: { _ in max(1_000_000, end &- MonotonicClock.nanoseconds) },
            take: { state in
                if state.isStopping { return false }
                return MonotonicClock.nanoseconds >= end ? true : nil
            })
    }
}

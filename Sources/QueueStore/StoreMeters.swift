internal import Engine
internal import LMDB
internal import MessageModel
internal import Synchronization

/// Figures of a store that the writer keeps and anyone may read. Thread-safe.
final class StoreMeters: Sendable {
    let corrupted = Atomic<UInt64>(0)
    let reopened = Atomic<UInt64>(0)
    private let commits = Atomic<UInt64>(0)
    private let commands = Atomic<UInt64>(0)
    private let state = Mutex(State())

    private struct State {
        var refusal: String?
        var groupNumber: UInt64 = 0
        var usedByteCount: UInt64 = 0
        var mapByteCount: UInt64 = 0
        var diskFreeByteCount: UInt64 = 0
    }

    func note(_ store: StoreCounters, _ space: SpaceGuard, commandCount: Int) {
        commits.add(1, ordering: .relaxed)
        commands.add(UInt64(commandCount), ordering: .relaxed)
        state.withLock { state in
            state.refusal = space.refusal
            state.groupNumber = store.groupNumber
            state.usedByteCount = space.usedBytes
            state.mapByteCount = space.space?.mapByteCount ?? 0
            state.diskFreeByteCount = space.diskFreeByteCount
        }
    }

    func figures(readerLag: UInt64) -> EngineFigures {
        let state = state.withLock { $0 }
        return EngineFigures(
            refusesSends: state.refusal, groupNumber: state.groupNumber, commitCount: commits.load(ordering: .relaxed),
            commandCount: commands.load(ordering: .relaxed), mapUsedByteCount: state.usedByteCount,
            mapByteCount: state.mapByteCount,
            diskFreeByteCount: state.diskFreeByteCount, readerLag: readerLag,
            corruptedCount: corrupted.load(ordering: .relaxed),
            reopenCount: reopened.load(ordering: .relaxed))
    }
}

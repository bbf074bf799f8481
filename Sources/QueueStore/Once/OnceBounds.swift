internal import MessageModel

/// Bounds of what remembers first answers; tests make them small, so that merges happen at once.
package struct OnceBounds: Sendable {
    /// Answers in memory from which on they are put into a run.
    package var batchCount = Limits.onceBatchCount
    /// Bytes of them from which on they are.
    package var batchByteCount = Limits.onceBatchByteCount
    /// Runs of one level from which on they are merged.
    package var fanOut = Limits.onceFanOut
    /// Bytes of a row of a run.
    package var rowByteCountMax = Limits.onceRowByteCountMax
    /// Bytes of a row of a group.
    package var groupRowByteCountMax = Limits.onceGroupRowByteCountMax
    /// Bytes of all filters.
    package var filterByteCountMax = Limits.onceFilterByteCountMax

    package init() {}

    /// A few answers fill everything.
    package static var tiny: OnceBounds {
        var bounds = OnceBounds()
        (bounds.batchCount, bounds.fanOut) = (3, 2)
        (bounds.rowByteCountMax, bounds.groupRowByteCountMax) = (200, 200)
        return bounds
    }
}

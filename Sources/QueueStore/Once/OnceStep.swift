internal import MessageModel

/// What one group does about the answers of earlier ones; memory learns of it once the group is on the disk.
struct OnceStep {
    /// Rows of runs, in order for each run.
    var rows: [SealedRow] = []
    var removed: [RowKey] = []
    /// Work that this step completes.
    var finished: [OnceMerge] = []
    /// Work that cannot go on, because a run is damaged.
    var given: [OnceMerge] = []
    /// Runs of which no row is left.
    var emptied: Set<OnceRunID> = []
    /// True where no row of a group is left to be deleted.
    var hasRemovedGroups = false

    /// True where the disk stays as it is.
    var isEmpty: Bool { rows.isEmpty && removed.isEmpty }
}

public import QueueStore
internal import Synchronization

/// Makes one commit of a store fail, before it is on the disk or after.
public final class CommitFaults: Sendable {
    /// On which side of the commit.
    public enum Side: Sendable, Hashable {
        /// Nothing of the group is on the disk.
        case before
        /// All of the group is on the disk, and nobody is told so.
        case after
    }

    private let armed = Mutex<Side?>(nil)

    /// No fault yet.
    public init() {}

    /// Has the options ask here.
    public func install(_ options: inout StoreOptions) {
        options.faultBeforeCommit = { self.take(.before) }
        options.faultAfterCommit = { self.take(.after) }
    }

    /// The next commit fails so.
    public func arm(_ side: Side) { armed.withLock { $0 = side } }

    /// Takes an armed fault back; true where it had its commit already.
    public func disarm() -> Bool {
        armed.withLock { side in
            defer { side = nil }
            return side == nil
        }
    }

    private func take(_ side: Side) -> InjectedFault? {
        armed.withLock { armed in
            guard armed == side else { return nil }
            armed = nil
            return .diskFailed
        }
    }
}

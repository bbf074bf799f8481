/// What merging a merchants file did.
public struct MergeReport: Sendable, Equatable {
    /// Merchants that were not there before.
    public var added: Int
    /// Merchants that were there with other members.
    public var changed: Int
    /// Merchants that were there just so.
    public var unchanged: Int

    /// Joins the members.
    public init(added: Int = 0, changed: Int = 0, unchanged: Int = 0) {
        self.added = added
        self.changed = changed
        self.unchanged = unchanged
    }
}

/// A line among a bill's details that could not be read; it is counted and told, the rest of the bill is used.
public struct UnreadableLine: Sendable, Equatable {
    /// Number of the line in the file, from 1 on.
    public var number: Int
    /// What was wrong with it.
    public var error: TradeBillError

    /// Joins the members.
    public init(number: Int, error: TradeBillError) {
        self.number = number
        self.error = error
    }
}

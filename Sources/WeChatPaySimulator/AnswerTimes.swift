/// Times in microseconds and what is said about them. A value; one owner at a time.
public struct AnswerTimes: Sendable, Equatable {
    private var micros: [UInt32] = []

    /// Nothing measured.
    public init() {}

    /// How many were measured.
    public var count: Int { micros.count }

    /// Adds one.
    public mutating func add(micros value: Int) {
        micros.append(UInt32(clamping: value))
    }

    /// The nearest-rank quantiles: the smallest measured time that at least the share `q` of all did not exceed; 0
    /// when nothing was measured. Sorted once for all.
    public func quantilesMicros(_ shares: [Double]) -> [Int] {
        let sorted = micros.sorted()
        return shares.map { share in
            guard !sorted.isEmpty else { return 0 }
            let rank = Int((share * Double(sorted.count)).rounded(.up))
            return Int(sorted[min(max(rank, 1), sorted.count) - 1])
        }
    }
}

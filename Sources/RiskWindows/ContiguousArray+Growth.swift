extension ContiguousArray {
    /// Makes room for `more` elements; grows by a quarter, not to the double, and to `countMax` at most unless the
    /// elements need it, because these arrays are most of what a detector holds.
    ///
    /// - Complexity: O(1) amortised; a growth copies everything.
    @inline(__always)
    mutating func reserve(more: Int, countMax: Int) {
        if count + more > capacity { grow(countMin: count + more, countMax: countMax) }
    }

    @inline(never)
    private mutating func grow(countMin: Int, countMax: Int) {
        let step = Swift.max(count / 4, RiskWindowLimits.growthCountMin)
        reserveCapacity(Swift.max(countMin, Swift.min(count + step, countMax)))
    }
}

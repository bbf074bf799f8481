internal import Synchronization

/// Bytes of bodies that a listener's connections hold before their requests are complete: after that, whoever serves them counts them. Keeps
/// thousands of slow uploads from filling the memory. Thread-safe.
final class BodyBudget: Sendable {
    private let byteCountMax: Int
    private let byteCount = Atomic<Int>(0)

    init(byteCountMax: Int) { self.byteCountMax = byteCountMax }

    /// Counts bytes in, unless the bound is reached.
    func take(_ count: Int) -> Bool {
        let after = byteCount.add(count, ordering: .relaxed).newValue
        if after <= byteCountMax { return true }
        byteCount.subtract(count, ordering: .relaxed)
        return false
    }

    /// Counts bytes out.
    func give(_ count: Int) {
        if count > 0 { byteCount.subtract(count, ordering: .relaxed) }
    }
}

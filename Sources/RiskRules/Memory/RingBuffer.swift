/// A first-in, first-out sequence that can be looked into by place. Append and removal are O(1) amortised; grows by doubling, never shrinks.
struct RingBuffer<Element: Sendable>: Sendable {
    private var slots: ContiguousArray<Element?> = []
    private var head = 0
    private(set) var count = 0

    /// The oldest element.
    var first: Element? { count == 0 ? nil : slots[head] }

    /// The element at `index`; 0 is the oldest.
    subscript(_ index: Int) -> Element {
        precondition(0..<count ~= index, "the index is within the buffer")
        guard let element = slots[(head + index) & (slots.count - 1)] else { preconditionFailure("the slot is taken") }
        return element
    }

    /// Adds behind the newest.
    mutating func append(_ element: Element) {
        if count == slots.count { grow() }
        slots[(head + count) & (slots.count - 1)] = element
        count += 1
    }

    /// Takes the oldest out.
    mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = slots[head]
        slots[head] = nil
        head = (head + 1) & (slots.count - 1)
        count -= 1
        return element
    }

    private mutating func grow() {
        var larger = ContiguousArray<Element?>()
        larger.reserveCapacity(max(slots.count * 2, 64))
        for index in 0..<count { larger.append(slots[(head + index) & (slots.count - 1)]) }
        while larger.count < max(slots.count * 2, 64) { larger.append(nil) }
        slots = larger
        head = 0
    }
}

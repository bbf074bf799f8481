internal import MessageModel

/// Lines of a stream that are done together: at most ``MessageModel/Limits/batchCountMax``, and
/// ``NativeLimits/streamGroupByteCountMax`` bytes unless it is one line.
struct NativeStreamGroup<Item: Sendable>: Sendable {
    /// What each line says, or why it is wrong; in order.
    private(set) var lines: [Result<Item, NativeFault>] = []
    private var byteCount = 0

    var isEmpty: Bool { lines.isEmpty }

    /// Whether a line of so many bytes must go into another group.
    func isFull(for lineByteCount: Int) -> Bool {
        !lines.isEmpty
            && (lines.count >= Limits.batchCountMax
                || byteCount + lineByteCount > NativeLimits.streamGroupByteCountMax)
    }

    mutating func add(_ line: Result<Item, NativeFault>, byteCount count: Int) {
        lines.append(line)
        byteCount += count
    }
}

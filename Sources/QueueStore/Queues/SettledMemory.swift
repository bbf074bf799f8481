internal import MessageModel

/// The deliveries a queue acknowledged lately, so that repeating an acknowledgement is answered with success (`cmq-protocol.md` §13, row 6).
struct SettledMemory {
    private var numbers: [SequenceNumber: UInt32] = [:]
    private var ring: [SequenceNumber] = []
    private var next = 0

    mutating func remember(_ sequence: SequenceNumber, deliveryNumber: UInt32) {
        numbers[sequence] = deliveryNumber
        if ring.count < Limits.settledMemoryPerQueueMax {
            ring.append(sequence)
        } else {
            numbers[ring[next]] = nil
            ring[next] = sequence
            next = (next + 1) % ring.count
        }
    }

    func contains(_ sequence: SequenceNumber, deliveryNumber: UInt32) -> Bool { numbers[sequence] == deliveryNumber }
}

/// One line of the table: a kind of work and how much of it is under way at once.
struct Cell: Sendable {
    /// The kinds of work.
    enum Work: Sendable, Equatable {
        /// Senders that each wait for their own message to be durable; with a key each where `keyed`.
        case enqueue(senderCount: Int, keyed: Bool)
        /// Consumers that receive a batch and wait until its acknowledgement is durable.
        case drain(consumerCount: Int, batchCount: Int)
        /// Publishers that each wait for their own message to be durable in every queue.
        case fanOut(queueCount: Int, publisherCount: Int)
    }

    let name: String
    let work: Work

    /// All cells, in the order of the table.
    static let all: [Cell] =
        [false, true].flatMap { keyed in
            [1, 16, 64, 1_024].map {
                Cell(name: "enqueue-\($0)" + (keyed ? "-keyed" : ""), work: .enqueue(senderCount: $0, keyed: keyed))
            }
        }
        + [(1, 256), (16, 10)].map { Cell(name: "drain-\($0)x\($1)", work: .drain(consumerCount: $0, batchCount: $1)) }
        + [1, 4].flatMap { queueCount in
            [64, 1_024].map {
                Cell(name: "fanout-\(queueCount)-\($0)", work: .fanOut(queueCount: queueCount, publisherCount: $0))
            }
        }
}

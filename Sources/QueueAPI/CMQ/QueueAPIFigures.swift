public import Telemetry

/// Kinds of calls: a bounded set, fit for a metric label.
public enum QueueAPIFamily: String, Sendable, CaseIterable {
    /// Sends to queues.
    case send
    /// Publishes to topics.
    case publish
    /// Receives.
    case receive
    /// Deletes.
    case delete
    /// Everything about queues, topics and subscriptions themselves.
    case control
    /// What was refused before it was known what it asks.
    case unread
}

/// Kinds of answers by their code: a bounded set, fit for a metric label.
public enum QueueAPIAnswer: String, Sendable, CaseIterable {
    /// 0.
    case success
    /// 7000.
    case noMessage = "no_message"
    /// 4000 and sizes that are too large.
    case invalid
    /// 4100, and no permission.
    case denied
    /// 4410, 6070: a queue takes no more.
    case full
    /// 4420, 4480: too much at once.
    case throttled
    /// 4430: a handle that is not good, or 6010 and 6020.
    case handle
    /// 4440.
    case notFound = "not_found"
    /// 4450, 4460, 4490, 4500: it exists already, or there are too many.
    case conflict
    /// 6030: nobody takes the message.
    case unmatched = "no_subscriber"
    /// 6000: ours.
    case failure

    /// The kind of a fault.
    init(code: Int, module: Int) {
        self =
            switch code {
            case 7000: .noMessage
            case 4000 where module == 10461: .denied
            case 4100, 4300: .denied
            case 4410, 6070: .full
            case 4420, 4480: .throttled
            case 4430, 6010, 6020: .handle
            case 4440: .notFound
            case 4450, 4460, 4490, 4500, 6040: .conflict
            case 6030: .unmatched
            case 6000: .failure
            default: .invalid
            }
    }
}

/// What the queue API has done since its start.
public struct QueueAPIFigures: Sendable, Equatable {
    /// Answers by kind of call and kind of answer.
    public internal(set) var answers: [QueueAPIFamily: [QueueAPIAnswer: UInt64]] = [:]
    /// Sends and publishes that repeated an earlier request: it got the first answer, nothing was stored.
    public internal(set) var repeats: UInt64 = 0
    /// Messages that were leased for a client that was gone before its answer was written, and given back.
    public internal(set) var returnedMessages: UInt64 = 0
    /// Waiting receives whose client left.
    public internal(set) var abandonedPolls: UInt64 = 0
    /// Receives that wait for a message at this moment.
    public internal(set) var waitingPolls = 0
    /// Requests between arrival and answer at this moment, waiting receives not counted.
    public internal(set) var inFlight = 0
    /// Microseconds from arrival to the answer of sends and publishes that were stored.
    public internal(set) var storeTimes = TimeBuckets(uppers: QueueAPILimits.answerBucketsMicros)

    /// Nothing happened yet.
    public init() {}

    /// All answers.
    public var answerCount: UInt64 { answers.values.reduce(0) { $0 + $1.values.reduce(0, +) } }
}

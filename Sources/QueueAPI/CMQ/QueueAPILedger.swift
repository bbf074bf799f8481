internal import CMQProtocol
internal import Synchronization

/// The counters of the queue API, shared by the event loops and the tasks. Thread-safe; taken once per batch where one is answered together.
final class QueueAPILedger: Sendable {
    private let contents = Mutex(QueueAPIFigures())

    /// The counters at this moment.
    var figures: QueueAPIFigures { contents.withLock { $0 } }

    /// Changes the counters.
    func update(_ change: (inout QueueAPIFigures) -> Void) { contents.withLock { change(&$0) } }
}

extension QueueAPIFigures {
    /// Counts an answer.
    mutating func count(_ family: QueueAPIFamily, _ result: Result<CMQResult, CMQFault>) {
        let kind: QueueAPIAnswer =
            switch result {
            case .success(.deleteFailed(let fault, _)), .failure(let fault):
                QueueAPIAnswer(code: fault.code, module: fault.module)
            case .success: .success
            }
        answers[family, default: [:]][kind, default: 0] += 1
    }
}

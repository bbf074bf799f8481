internal import Synchronization

/// What the gate said to the payments of one merchant, with times. Thread-safe.
final class GateLog: Sendable {
    /// One question and its answer.
    struct Entry: Sendable, Equatable {
        /// The planned payment.
        let payment: Payment
        /// When the till began to ask, Unix milliseconds.
        let askedAtMillis: Int64
        /// When it had its answer, Unix milliseconds.
        let answeredAtMillis: Int64
        /// The answer.
        let answer: GateAnswer

        /// Whether the merchant was restricted.
        var isRestricted: Bool { answer == .refused(code: "MERCHANT_RESTRICTED") }
    }

    /// Whose payments are logged.
    let merchantID: String
    private let box = Mutex<[Entry]>([])

    /// An empty log of one merchant.
    init(merchantID: String) {
        self.merchantID = merchantID
    }

    /// Everything so far, in the order of the answers.
    var entries: [Entry] { box.withLock { $0 } }

    /// Takes an answer; those to other merchants are passed over.
    func take(_ entry: Entry) {
        guard entry.payment.merchantID == merchantID else { return }
        box.withLock { $0.append(entry) }
    }
}

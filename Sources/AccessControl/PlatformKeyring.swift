public import PaymentNotice
internal import Synchronization

/// The platform's keys that are in force, replaced as a whole while notices are judged: the one place of a change-over.
///
/// Notices and answers are checked by the keys of the moment; both kinds of a rotation may mix. Empty where no keys are held yet: then every
/// serial is unknown. Thread-safe; a check costs two short locks beside the cryptography.
public final class PlatformKeyring: NoticeCrypto {
    /// What one key was used for since the start.
    public struct Use: Sendable, Equatable {
        /// Notices whose signature held by it.
        public var noticeCount: UInt64 = 0
        /// Answers to our calls whose signature held by it.
        public var answerCount: UInt64 = 0
        /// Unix seconds of the last of them.
        public var lastUsedSeconds: Int64 = 0

        /// Not used yet.
        public init() {}
    }

    private struct State {
        var keys: PlatformKeys?
        var uses: [String: Use] = [:]
        var unknownCount: UInt64 = 0
        /// Whether an unknown serial was met and told.
        var isUnknownTold = false
        var onUnknown: (@Sendable () -> Void)?
        /// Whether the platform is asked for its keys, or may be in a moment, because of an unknown serial.
        var isAsking = false
        /// Whoever waits for the end of that.
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var waiterCount: UInt64 = 0
    }

    private let state: Mutex<State>
    private let nowSeconds: @Sendable () -> Int64

    /// - Parameters:
    ///   - keys: nil where none are held yet.
    ///   - nowSeconds: Unix time, for ``Use/lastUsedSeconds`` alone.
    public init(_ keys: PlatformKeys? = nil, nowSeconds: @escaping @Sendable () -> Int64 = { 0 }) {
        state = Mutex(State(keys: keys))
        self.nowSeconds = nowSeconds
    }

    /// The keys in force; nil where none are held.
    public var keys: PlatformKeys? { state.withLock { $0.keys } }

    /// Puts other keys in force from the next check on. What is counted of keys that stay, stays.
    public func replace(with keys: PlatformKeys) {
        let names = Set(keys.names)
        state.withLock { state in
            state.keys = keys
            state.uses = state.uses.filter { names.contains($0.key) }
        }
    }

    /// Checks a notice's signature with the key of exactly that serial or id.
    public func verify(serial: String, message: [UInt8], signature: String) -> SignatureCheck {
        let check = keys?.verify(serial: serial, message: message, signature: signature) ?? .unknownSerial
        switch check {
        case .ok: count(serial) { $0.noticeCount += 1 }
        case .unknownSerial: noteUnknown()
        case .mismatch: break
        }
        return check
    }

    /// Opens a resource with the APIv3 key in force; nil where there is none, or the tag fails.
    public func open(nonce: [UInt8], associatedData: [UInt8], ciphertext: [UInt8]) -> [UInt8]? {
        keys?.open(nonce: nonce, associatedData: associatedData, ciphertext: ciphertext)
    }

    /// Checks the signature of an answer; see ``PlatformKeys/verifyAnswer(headers:body:nowSeconds:windowSeconds:)``.
    public func verifyAnswer(headers: NoticeHeaders, body: [UInt8], nowSeconds: Int64) -> AnswerCheck {
        let check =
            keys?.verifyAnswer(headers: headers, body: body, nowSeconds: nowSeconds) ?? .refused(.unknownSerial)
        switch check {
        case .ok: count(headers.serial ?? "") { $0.answerCount += 1 }
        case .refused(.unknownSerial): noteUnknown()
        case .refused: break
        }
        return check
    }

    /// What the keys in force were used for, by serial or id; those never used are missing.
    public var uses: [String: Use] { state.withLock { $0.uses } }

    /// Checks that named a serial that is not held.
    public var unknownSerialCount: UInt64 { state.withLock { $0.unknownCount } }

    /// Calls `body` when an unknown serial is met, and not again before ``clearUnknownSerial()``: a storm of forged serials costs one call.
    /// `body` runs where notices are judged and must return at once; nil: nobody is told.
    public func onUnknownSerial(_ body: (@Sendable () -> Void)?) {
        state.withLock { $0.onUnknown = body }
    }

    /// Whether an unknown serial was met since the last ``clearUnknownSerial()``.
    public var hasUnknownSerial: Bool { state.withLock { $0.isUnknownTold } }

    /// The next unknown serial is told again.
    public func clearUnknownSerial() { state.withLock { $0.isUnknownTold = false } }

    /// Whether it is worth waiting for a serial that is not held: the platform is being asked for its keys. A change of keys need not cost a
    /// refused notice then, while a storm of forged serials, for which nobody is asked, makes nobody wait.
    public var isAsking: Bool { state.withLock { $0.isAsking } }

    /// Returns when the asking has ended, whatever it brought, or when the task is cancelled; at once where nobody is asked.
    public func waitWhileAsking() async {
        let number = state.withLock { state in
            state.waiterCount += 1
            return state.waiterCount
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    guard state.isAsking, !Task.isCancelled else { return false }
                    state.waiting[number] = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
    }

    /// Whoever asks tells that he has asked, or that he does not ask now.
    public func endAsking() {
        let waiting = state.withLock { state in
            state.isAsking = false
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }

    private func count(_ serial: String, _ change: (inout Use) -> Void) {
        let now = nowSeconds()
        state.withLock { state in
            change(&state.uses[serial, default: Use()])
            state.uses[serial]?.lastUsedSeconds = now
        }
    }

    private func noteUnknown() {
        let tell = state.withLock { state -> (@Sendable () -> Void)? in
            state.unknownCount += 1
            guard !state.isUnknownTold else { return nil }
            state.isUnknownTold = true
            state.isAsking = state.onUnknown != nil
            return state.onUnknown
        }
        tell?()
    }
}

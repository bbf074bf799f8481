import MessageModel
import PaymentEntry
import PaymentNotice
import Synchronization
import WeChatPayAPI

/// The platform as the order query shows it: what it says of each number, when it was asked, and whether it answers at all.
final class PlatformStub: OrderQuery {
    struct Asked: Sendable, Equatable {
        let key: AnnouncementKey
        let millis: Int64
    }

    private struct State {
        var orders: [String: OrderAnswer] = [:]
        var refunds: [String: RefundAnswer] = [:]
        var failure: PlatformCallError?
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
        var asked: [Asked] = []
        var underWay = 0
        var underWayMost = 0
    }

    private let state = Mutex(State())
    private let time: any TimeSource

    init(time: any TimeSource) { self.time = time }

    /// All questions so far.
    var asked: [Asked] { state.withLock { $0.asked } }
    /// The most questions that were under way at once.
    var underWayMost: Int { state.withLock { $0.underWayMost } }

    func set(_ outTradeNo: String, _ answer: OrderAnswer) { state.withLock { $0.orders[outTradeNo] = answer } }
    func set(refund: RefundAnswer) { state.withLock { $0.refunds[refund.outRefundNo] = refund } }
    /// Every call fails so from now on; nil: answers again.
    func fail(_ failure: PlatformCallError?) { state.withLock { $0.failure = failure } }
    /// Questions wait for ``release()``.
    func hold() { state.withLock { $0.isHeld = true } }
    func release() {
        let held = state.withLock { state in
            state.isHeld = false
            defer { state.held = [] }
            return state.held
        }
        for one in held { one.resume() }
    }

    func order(merchantID: String, outTradeNo: String) async throws(PlatformCallError) -> OrderAnswer {
        await begin(.order(merchantID: merchantID, outTradeNo: outTradeNo))
        defer { end() }
        let (failure, answer) = state.withLock { ($0.failure, $0.orders[outTradeNo]) }
        if let failure { throw failure }
        guard let answer else { throw .notFound(code: "ORDER_NOT_EXIST") }
        return answer
    }

    func order(merchantID: String, transactionID: String) async throws(PlatformCallError) -> OrderAnswer {
        throw .notStarted("recovery knows no platform numbers")
    }

    func refund(merchantID: String, outRefundNo: String) async throws(PlatformCallError) -> RefundAnswer {
        await begin(.refund(merchantID: merchantID, outRefundNo: outRefundNo))
        defer { end() }
        let (failure, answer) = state.withLock { ($0.failure, $0.refunds[outRefundNo]) }
        if let failure { throw failure }
        guard let answer else { throw .notFound(code: "RESOURCE_NOT_EXISTS") }
        return answer
    }

    private func begin(_ key: AnnouncementKey) async {
        let isHeld = state.withLock { state in
            state.asked.append(Asked(key: key, millis: Int64(time.now.milliseconds)))
            state.underWay += 1
            state.underWayMost = max(state.underWayMost, state.underWay)
            return state.isHeld
        }
        guard isHeld else { return }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.isHeld { state.held.append(continuation) }
                return !state.isHeld
            }
            if isOver { continuation.resume() }
        }
    }

    private func end() { state.withLock { $0.underWay -= 1 } }
}

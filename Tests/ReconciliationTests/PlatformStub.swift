import Glibc
import PaymentNotice
import Synchronization
import WeChatPayAPI

/// The platform as the reconciliation sees it: bills by day, orders by transaction id.
final class PlatformStub: BillSource, OrderQuery {
    private struct State {
        var bills: [String: (bytes: [UInt8], sha1: String)] = [:]
        var billError: PlatformCallError?
        var orders: [String: Result<OrderAnswer, PlatformCallError>] = [:]
        var asked: [String] = []
        var downloads = 0
        /// After so many questions, `onLimit` is called once.
        var limit: (count: Int, call: @Sendable () -> Void)?
    }
    private let state = Mutex(State())

    var asked: [String] { state.withLock { $0.asked } }
    var downloads: Int { state.withLock { $0.downloads } }

    func setBill(_ date: String, _ bytes: [UInt8], sha1: String) { state.withLock { $0.bills[date] = (bytes, sha1) } }
    func setBillError(_ error: PlatformCallError?) { state.withLock { $0.billError = error } }
    func setOrder(_ transactionID: String, _ answer: Result<OrderAnswer, PlatformCallError>) {
        state.withLock { $0.orders[transactionID] = answer }
    }
    func afterQuestions(_ count: Int, _ call: @escaping @Sendable () -> Void) {
        state.withLock { $0.limit = (count, call) }
    }

    func tradeBill(date: String, into path: String) async throws(PlatformCallError) -> BillDownload {
        let (bill, error) = state.withLock { state in
            state.downloads += 1
            return (state.bills[date], state.billError)
        }
        if let error { throw error }
        guard let bill else { throw .refused(status: 400, code: "NO_STATEMENT_EXIST", message: "") }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { close(descriptor) }
        guard bill.bytes.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == bill.bytes.count else {
            throw .unreachable("disk")
        }
        return BillDownload(
            isGzip: bill.bytes.starts(with: [0x1F, 0x8B]), sha1Hex: bill.sha1, byteCount: bill.bytes.count)
    }

    func order(merchantID: String, transactionID: String) async throws(PlatformCallError) -> OrderAnswer {
        let (answer, call) = state.withLock {
            state -> (Result<OrderAnswer, PlatformCallError>?, (@Sendable () -> Void)?) in
            state.asked.append(transactionID)
            guard let limit = state.limit, state.asked.count >= limit.count else {
                return (state.orders[transactionID], nil)
            }
            state.limit = nil
            return (state.orders[transactionID], limit.call)
        }
        call?()
        guard let answer else { throw .notFound(code: "ORDER_NOT_EXIST") }
        return try answer.get()
    }

    func order(merchantID: String, outTradeNo: String) async throws(PlatformCallError) -> OrderAnswer {
        throw .notFound(code: "NOT_FOUND")
    }

    func refund(merchantID: String, outRefundNo: String) async throws(PlatformCallError) -> RefundAnswer {
        throw .notFound(code: "NOT_FOUND")
    }
}
